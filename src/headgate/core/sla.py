"""A contract's `slaProperties`, as far as arrivals can show whether they are kept: frequency, timeOfAvailability, latency.

Meaning of the names, units and keys: Open Data Contract Standard v3, "Service-Level Agreement".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from headgate.core.expected import Deadlines, Expected, Interval
from headgate.core.nearest import nearest

Name = Literal["frequency", "timeOfAvailability", "latency"]

_NAMES: dict[str, Name] = {
    "frequency": "frequency",
    "fy": "frequency",
    "timeofavailability": "timeOfAvailability",
    "latency": "latency",
    "ly": "latency",
}
# The standard's others, which arrivals say nothing about.
_OTHERS = (
    "availability", "throughput", "errorRate", "generalAvailability", "endOfSupport", "endOfLife", "retention",
    "timeToDetect", "timeToNotify", "timeToRepair",
)  # fmt: skip
_LENGTHS = {
    "s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}  # fmt: skip
_MONTHS = {"mo": 1, "y": 12}
_WORDS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
# Nobody waits longer, and dates end.
_MOST_MONTHS, _LONGEST = 1200, timedelta(days=36_500)
_UNITS = {
    "s": "s", "sec": "s", "second": "s", "min": "min", "minute": "min", "h": "h", "hr": "h", "hour": "h", "d": "d",
    "day": "d", "w": "w", "wk": "w", "week": "w", "mo": "mo", "mon": "mo", "month": "mo", "y": "y", "yr": "y",
    "year": "y", "a": "y",
}  # fmt: skip
_TIME = re.compile(
    r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(?: ?(Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])| ([A-Za-z].*))?"
)
_CRON_ZONE = re.compile(r"(?:CRON_TZ=(\S+)\s+)?(.*)", re.DOTALL)


@dataclass(eq=False)
class Unclear(Exception):
    """An entry that can't be judged.

    Attributes:
        entry: its number among the slaProperties, from 0.
        key: which of its keys is at fault.
        serious: nothing is watched because of it; else it is only left aside.
    """

    entry: int
    key: str
    message: str
    serious: bool = True


@dataclass(frozen=True)
class _Entry:
    number: int
    given: Mapping[str, Any]

    def unclear(self, key: str, message: str) -> Unclear:
        return Unclear(self.number, key if key in self.given else "property", message)


@dataclass(frozen=True)
class _Length:
    months: int
    rest: timedelta
    words: str


_EVERY_DAY = _Length(0, timedelta(days=1), "day")


def expected_arrivals(entries: Sequence[Mapping[str, Any]], schema: str) -> Expected | None:
    """When files of a schema object must come; None when the entries don't say, or not so that it can be judged.

    Args:
        entries: the contract's slaProperties, as written.
    """
    try:
        return _expected(_judged(entries, schema))
    except Unclear:
        return None


def unclear_entries(entries: Sequence[Mapping[str, Any]], schemas: Sequence[str]) -> list[Unclear]:
    """What is wrong or left aside in a contract's slaProperties, for `contract lint`.

    Args:
        schemas: the names of all schema objects of the contract.
    """
    found = [*_unknown(entries, schemas), *(one for schema in schemas for one in _unclear(entries, schema))]
    return list({(one.entry, one.key, one.message): one for one in found}.values())


def _unclear(entries: Sequence[Mapping[str, Any]], schema: str) -> Iterator[Unclear]:
    judged = _judged(entries, schema)
    yield from _left_aside(entries, judged, schema)
    try:
        _expected(judged)
    except Unclear as unclear:
        yield unclear


def _judged(entries: Sequence[Mapping[str, Any]], schema: str) -> dict[Name, _Entry]:
    """The first entry of each name that concerns the schema object."""
    found: dict[Name, _Entry] = {}
    for number, given in enumerate(entries):
        name = _name(given)
        if name and _concerns(given, schema):
            found.setdefault(name, _Entry(number, given))
    return found


def _name(given: Mapping[str, Any]) -> Name | None:
    return _NAMES.get(str(given.get("property")).strip().casefold())


def _concerns(given: Mapping[str, Any], schema: str) -> bool:
    """Without an object's name before the dot every one is meant."""
    elements = [element.strip() for element in str(given.get("element") or "").split(",")]
    return any("." not in element or element.rpartition(".")[0].casefold() == schema.casefold() for element in elements)


def _unknown(entries: Sequence[Mapping[str, Any]], schemas: Sequence[str]) -> Iterator[Unclear]:
    known = [*_NAMES.values(), *_OTHERS]
    for number, given in enumerate(entries):
        if not any(_concerns(given, schema) for schema in schemas):
            yield Unclear(number, "element", f"`{given['element']}` names no schema object of this contract", False)
        written = str(given.get("property")).strip()
        meant = nearest(written, known)
        if meant and written.casefold() not in {*_NAMES, *map(str.casefold, known)}:
            yield Unclear(number, "property", f"`{written}` is unknown and not judged; did you mean `{meant}`?", False)


def _left_aside(entries: Sequence[Mapping[str, Any]], judged: Mapping[Name, _Entry], schema: str) -> Iterator[Unclear]:
    for number, given in enumerate(entries):
        name = _name(given)
        if name and _concerns(given, schema) and judged[name].number != number:
            yield Unclear(number, "property", f"another `{name}` stands above; files are judged by that one", False)
    if "timeOfAvailability" in judged and "frequency" in judged and _has_schedule(judged["frequency"]):
        message = "files are judged by the `schedule` of the frequency, not by this"
        yield Unclear(judged["timeOfAvailability"].number, "value", message, False)


def _expected(judged: Mapping[Name, _Entry]) -> Expected | None:
    frequency, available = judged.get("frequency"), judged.get("timeOfAvailability")
    if not frequency and not available:
        return None
    grace = _grace(judged.get("latency"))
    if frequency and _has_schedule(frequency):
        return _by_schedule(frequency, grace)
    by, zone = _time_of_day(available) if available else (None, UTC)
    length = _length(frequency) if frequency else _EVERY_DAY
    return _by_length(length, by, zone, grace)


def _by_length(length: _Length, by: time | None, zone: tzinfo, grace: timedelta) -> Expected:
    if by and length == _EVERY_DAY:
        grace += timedelta(seconds=by.second)
        return Deadlines(f"{by.minute} {by.hour} * * *", zone, grace, f"a file every day by {_said(by, zone)}")
    words = f"a file every {length.words}"
    if not by or (length.months == 0 and length.rest < timedelta(days=1)):
        return Interval(length.months, length.rest, None, UTC, grace, words)
    return Interval(length.months, length.rest, by, zone, grace, f"{words} by {_said(by, zone)}")


def _said(by: time, zone: tzinfo) -> str:
    return f"{by.isoformat('auto' if by.second else 'minutes')} {zone}"


def _grace(latency: _Entry | None) -> timedelta:
    if not latency:
        return timedelta()
    length = _length(latency)
    return length.months * timedelta(days=31) + length.rest


def _has_schedule(frequency: _Entry) -> bool:
    return str(frequency.given.get("scheduler") or "cron").casefold() == "cron" and bool(
        frequency.given.get("schedule")
    )


def _by_schedule(frequency: _Entry, grace: timedelta) -> Deadlines:
    found = _CRON_ZONE.fullmatch(str(frequency.given["schedule"]).strip())
    assert found
    zone = _named_zone(found[1], lambda message: frequency.unclear("schedule", message)) if found[1] else UTC
    try:
        if len(found[2].split()) != 5:
            raise CronSimError("Wrong number of fields")
        CronSim(found[2], datetime(2024, 1, 1))
    except CronSimError as error:
        message = f"`{found[2]}` is no schedule of five fields (minute, hour, day, month, weekday): {error}"
        raise frequency.unclear("schedule", message) from None
    return Deadlines(found[2], zone, grace, f"a file by each time of the schedule {found[2]} {zone}")


def _length(entry: _Entry) -> _Length:
    written = entry.given.get("unit")
    unit = _unit(entry, str(written).strip().casefold() if written is not None else None)
    number = _number(entry)
    words = _WORDS[unit] if number == 1 else f"{number:g} {_WORDS[unit]}s"
    if unit not in _MONTHS:
        return _Length(0, min(number * _LENGTHS[unit], _LONGEST), words)
    if number != int(number):
        raise entry.unclear("value", "months and years are judged whole: write another unit")
    return _Length(min(int(number) * _MONTHS[unit], _MOST_MONTHS), timedelta(), words)


def _unit(entry: _Entry, written: str | None) -> str:
    known = ", ".join(f"`{unit}`" for unit in (*_LENGTHS, *_MONTHS))
    if written is None:
        raise entry.unclear("value", f"`unit` is missing; there are {known}")
    if written == "m":
        raise entry.unclear("unit", "`m` could be minutes or months: write `min` or `mo`")
    unit = _UNITS.get(written) or _UNITS.get(written.removesuffix("s"))
    if unit is None:
        raise entry.unclear("unit", f"the unit `{entry.given['unit']}` is unknown; there are {known}")
    return unit


def _number(entry: _Entry) -> float:
    try:
        number = float(str(entry.given.get("value")))
    except ValueError:
        number = 0.0
    if not 0 < number < 10_000:
        raise entry.unclear("value", f"`{entry.given.get('value')}` must be a number above 0, with its unit in `unit`")
    return number


def _time_of_day(entry: _Entry) -> tuple[time, tzinfo]:
    found = _TIME.fullmatch(str(entry.given.get("value")).strip())
    if not found:
        message = f"`{entry.given.get('value')}` is no time of day such as 09:00, 09:00-08:00 or 09:00 Europe/Berlin"
        raise entry.unclear("value", message)
    zone = _named_zone(found[5], lambda message: entry.unclear("value", message)) if found[5] else _offset(found[4])
    return time(int(found[1]), int(found[2]), int(found[3] or 0)), zone


def _offset(text: str | None) -> tzinfo:
    if text in (None, "Z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _named_zone(name: str, unclear: Callable[[str], Unclear]) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise unclear(f"there is no time zone `{name}`; write a name such as `UTC` or `Europe/Berlin`") from None
