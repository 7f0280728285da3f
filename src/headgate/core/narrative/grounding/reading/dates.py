"""Reading the dates of a sentence, and of cells."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headgate.core.narrative.grounding.reading.words import word_list

_MONTHS = word_list("january february march april may june july august september october november december")
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)} | {
    name[:3]: number for number, name in enumerate(_MONTHS, start=1)
}
_NUMBERS["sept"] = 9
# Words such as `may` are months with a capital only.
_MONTH = (
    r"(?P<month>(?-i:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec))\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday),?\s+(?:the\s+)?)?"
_WEEKDAYS = word_list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_ISO = re.compile(
    r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?:[T ](?P<hour>\d\d):\d\d(?::\d\d(?:\.\d+)?)?Z?)?(?![\w-])"
)
_DAYS_MONTH = re.compile(
    rf"{_WEEKDAY}(?<![\w.,:])(?P<days>{_DAY}(?:\s*(?:,|and|to|until|through|–|-|or)+\s*(?:and\s+)?(?:the\s+)?{_DAY})*)\s+(?:of\s+)?"
    rf"{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_DAYS = re.compile(
    rf"{_WEEKDAY}\b{_MONTH}\s+(?:the\s+)?(?P<days>{_DAY}(?:\s*(?:,|and|to|until|–|-)+\s*{_DAY})*)\b(?!\s*(?:%|\.\d|,\d{{3}}))(?:,?\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(rf"\b{_MONTH}(?:\s+(?P<year>\d{{4}}))?", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|of|since|during|year)\s+(?P<year>(?:19|20)\d\d)\b(?![.,]\d|\s*%)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])")
_CELL = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_OTHER_WORDS = ("May", "may", "March", "march", "Mar")
_MORE_DAYS = re.compile(r"\d{1,2}")


@dataclass(frozen=True)
class When:
    """A date as far as it is said: parts that are not said are None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None

    def covers(self, other: When) -> bool:
        """Whether a cell's date is one that is meant; what is said must stand in the cell."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day), (self.hour, other.hour))
        return all(said is None or said == there for said, there in pairs)


@dataclass(frozen=True)
class DateMention:
    """A date in a text.

    Attributes:
        is_possible: False where the weekday is another's.
    """

    start: int
    end: int
    when: When
    is_possible: bool = True


def date_of(cell: object) -> When | None:
    """The date that a cell holds, if it holds one."""
    found = _CELL.fullmatch(cell) if isinstance(cell, str) else None
    if not found:
        return None
    year, month, day, hour = (None if part is None else int(part) for part in found.groups())
    return When(year, month, day, hour)


def dates(text: str) -> list[DateMention]:
    """The dates of a text, in their order; of `11 and 12 May` there are two."""
    found: list[DateMention] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_ISO, _DAYS_MONTH, _MONTH_DAYS, _MONTH_ONLY, _YEAR, _CLOCK):
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                found.extend(_mentions(match))
                taken.append(match.span())
    return sorted(found, key=lambda one: one.start)


def _mentions(match: re.Match[str]) -> Iterator[DateMention]:
    parts = match.groupdict()
    if parts.get("month", "") in _OTHER_WORDS and not parts.get("days") and not _is_month(match):
        return
    year, month = _number(parts, "year"), _month(parts.get("month"))
    if not parts.get("days"):
        when = When(year, month, _number(parts, "day"), _number(parts, "hour"))
        yield DateMention(match.start(), match.end(), when)
        return
    days = list(_MORE_DAYS.finditer(match.string, match.start("days"), match.end("days")))
    for found in days:
        start = match.start() if found is days[0] else found.start()
        end = max(match.end(), found.end()) if found is days[-1] else found.end()
        is_possible = _is_on(parts.get("weekday"), year, month, int(found[0]))
        yield DateMention(start, end, When(year, month, int(found[0])), is_possible)


def _number(parts: Mapping[str, str | None], name: str) -> int | None:
    said = parts.get(name)
    return int(said) if said else None


def _is_month(match: re.Match[str]) -> bool:
    """`May` and `March` are other words too where a sentence begins with them."""
    return bool(match.groupdict().get("year")) or bool(re.search(r"[\w,(]\s*$", match.string[: match.start()]))


def _month(said: str | None) -> int | None:
    if said is None:
        return None
    return int(said) if said.isdigit() else _NUMBERS[said.lower()]


def _is_on(weekday: str | None, year: int | None, month: int | None, day: int) -> bool:
    if not weekday or year is None or month is None:
        return True
    try:
        return datetime.date(year, month, day).weekday() == [one.lower() for one in _WEEKDAYS].index(weekday.lower())
    except ValueError:
        return False
