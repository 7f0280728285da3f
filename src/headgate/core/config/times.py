"""Schedules and time zones as people write them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

from headgate.core.config.mistakes import shown
from headgate.core.config.values import Line, refuse
from headgate.core.nearest import nearest

# The parser wants a time to start from; any does.
_SOME_DAY = datetime(2024, 1, 1)


def _cron(text: str) -> str:
    from cronsim import CronSim, CronSimError

    fields = len(text.split())
    if fields != 5:
        refuse(f"a schedule has five fields: minute, hour, day, month, weekday; this has {fields}")
    try:
        CronSim(text, _SOME_DAY)
    except CronSimError as error:
        refuse(f"{shown(text)} is not a schedule: {str(error).replace('Bad', 'bad', 1)}; every midnight is '0 0 * * *'")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        refuse(f"there is no time zone {shown(name)}; {_zone_hint(name)}")
    return name


def _zone_hint(name: str) -> str:
    """The zone that was meant: a slip of the pen, or the city alone."""
    name, zones = name[:60], sorted(available_timezones())
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in zones}
    city = nearest(name.rsplit("/", 1)[-1], cities)
    meant = nearest(name, zones) or (cities[city] if city else None)
    return f"did you mean `{meant}`?" if meant else "write a name such as `UTC` or `Europe/Berlin`"


Cron = Annotated[Line, AfterValidator(_cron)]
"""Five fields: minute, hour, day of month, month, day of week."""

Zone = Annotated[Line, AfterValidator(_zone)]
"""The name of a time zone of the IANA database, such as Europe/Berlin."""
