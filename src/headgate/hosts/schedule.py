"""When schedules are due: every day that ended is reported, a missed fetch is made up for once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

MISSED_DAYS = 7
# How far back is looked, step by step, so that neither a schedule of every minute nor one of every four years takes long.
_WINDOWS = [timedelta(days=days) for days in (0.1, 2, 40, 800, 16000)]
# A clock that was further ahead than this was wrong; nobody waits for it.
_FAR_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Schedule:
    """A named schedule.

    Attributes:
        cron: five fields, as `headgate.yaml` has them.
        zone: the IANA name of the time zone that the fields are meant in.
    """

    name: str
    cron: str
    zone: str


def due(schedule: Schedule, last: datetime | None, now: datetime, at_most: int = 1) -> list[datetime]:
    """The times at which a schedule was due after `last`, up to and including `now`.

    A time that the zone skips is due when the zone goes on; one that it has twice is due the first time. Schedules
    whose minute or hour is `*` or `*/n` go by elapsed time instead.

    Args:
        last: when the schedule was looked at before, UTC, naive; None when it never was: nothing is due then.
        now: UTC, naive.
        at_most: only so many, the latest.

    Returns:
        times with the schedule's zone, oldest first.
    """
    if last is None:
        return []
    for window in _WINDOWS:
        start = max(last, now - window)
        found = _between(schedule, start, now, at_most)
        if len(found) == at_most or start == last:
            break
    return found


def days_ended(schedule: Schedule, last: datetime | None, now: datetime, at_most: int = MISSED_DAYS) -> list[date]:
    """The days whose report is due: those that ended between the schedule's times before and after `last`.

    Args:
        at_most: only so many, the latest.
    """
    times = due(schedule, last, now, at_most + 1)
    if not times or last is None:
        return []
    before = due(schedule, last - _WINDOWS[-1], last)
    days = [day for one, other in pairwise([*before, *times]) for day in _days(one.date(), other.date())]
    return days[-at_most:]


def to_remember(last: datetime | None, now: datetime) -> datetime:
    """What to keep as looked at: a clock that went back fires nothing twice, one that was far ahead is forgotten."""
    return now if last is None or last - now > _FAR_AHEAD else max(last, now)


def _between(schedule: Schedule, start: datetime, end: datetime, at_most: int) -> list[datetime]:
    zone = ZoneInfo(schedule.zone)
    first, final = (moment.replace(tzinfo=UTC) for moment in (start, end))
    moments = (one.astimezone(UTC) for one in CronSim(schedule.cron, first.astimezone(zone)))
    # Where clocks are put back, a search that starts in the repeated hour finds times before its start.
    found = (one for one in takewhile(lambda one: one <= final, moments) if one > first)
    return [one.astimezone(zone) for one in deque(found, at_most)]


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((end - first).days)]
