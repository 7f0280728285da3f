"""Dates in contracts: ISO 8601 bounds, and the date patterns of `logicalTypeOptions.format`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

_BOUND = {
    "date": re.compile(r"\d{4}-\d\d-\d\d(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"),
    "time": re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"),
}

_DIGITS = {1: r"[0-9]{1,2}", 2: r"[0-9]{2}"}
_OFFSET = r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
# JDK DateTimeFormatter letters: run of letters -> (strptime, regular expression).
_LETTERS: dict[str, tuple[str, str]] = {
    "yyyy": ("%Y", r"[0-9]{4}"), "uuuu": ("%Y", r"[0-9]{4}"),
    "yy": ("%y", r"[0-9]{2}"), "uu": ("%y", r"[0-9]{2}"),
    "MMMM": ("%B", r"[A-Za-z]+"), "MMM": ("%b", r"[A-Za-z]{3}"),
    "MM": ("%m", _DIGITS[2]), "M": ("%-m", _DIGITS[1]),
    "dd": ("%d", _DIGITS[2]), "d": ("%-d", _DIGITS[1]),
    "EEEE": ("%A", r"[A-Za-z]+"), "EEE": ("%a", r"[A-Za-z]{3}"), "EE": ("%a", r"[A-Za-z]{3}"),
    "E": ("%a", r"[A-Za-z]{3}"),
    "HH": ("%H", _DIGITS[2]), "H": ("%-H", _DIGITS[1]),
    "hh": ("%I", _DIGITS[2]), "h": ("%-I", _DIGITS[1]),
    "mm": ("%M", _DIGITS[2]), "m": ("%-M", _DIGITS[1]),
    "ss": ("%S", _DIGITS[2]), "s": ("%-S", _DIGITS[1]),
    "SSS": ("%g", r"[0-9]{3}"), "SSSSSS": ("%f", r"[0-9]{6}"), "SSSSSSSSS": ("%n", r"[0-9]{9}"),
    "a": ("%p", r"[AaPp][Mm]"),
    "T": ("T", "T"),
    **dict.fromkeys(("Z", "X", "XX", "XXX", "x", "xx", "xxx"), ("%z", _OFFSET)),
}  # fmt: skip
_HINTS = {
    "Y": "`Y` is the year of the week; write `yyyy`",
    "D": "`D` is the day of the year; write `dd`",
    "n": "nanoseconds are written `SSSSSSSSS`",
    "z": "zone names are not supported; write `XXX` for an offset",
    "V": "zone names are not supported; write `XXX` for an offset",
    "S": "fractions are written `SSS`, `SSSSSS` or `SSSSSSSSS`",
}
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']")


@dataclass(frozen=True)
class DatePattern:
    """A date pattern in the two forms the gate needs.

    Attributes:
        strptime: for DuckDB's `strptime`; `%z` stands for an offset.
        regex: RE2, the whole text: what strptime alone would let through is refused by it.
        has_date, has_time, has_offset: what the pattern holds.
    """

    strptime: str
    regex: str
    has_date: bool
    has_time: bool
    has_offset: bool


def read_pattern(pattern: str) -> DatePattern:
    """Translate a JDK DateTimeFormatter pattern such as `dd.MM.yyyy HH:mm`.

    `T` may stand unquoted, as contracts often write it. `SSS` needs exactly three digits.

    Raises:
        ValueError: a letter without a meaning here; the text says what to write.
    """
    codes, regexes, at = [], [], 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if not found:
            raise ValueError("a quote `'` is not closed")
        code, regex = _translated(found)
        codes.append(code)
        regexes.append(regex)
        at = found.end()
    text = "".join(codes)
    return DatePattern(
        strptime=text,
        regex="^" + "".join(regexes) + "$",
        has_date=bool(re.search(r"%-?[Yymd]", text)),
        has_time=bool(re.search(r"%-?[HIMS]", text)),
        has_offset="%z" in text,
    )


def _translated(found: re.Match[str]) -> tuple[str, str]:
    run = found[0]
    if found[1] is not None:
        run = found[1].replace("''", "'") or "'"
    elif found[2]:
        if run not in _LETTERS:
            hint = _HINTS.get(run[0], "put plain text between single quotes")
            raise ValueError(f"`{run}` has no meaning here: {hint}")
        return _LETTERS[run]
    return run.replace("%", "%%"), re.escape(run)


def read_bound(text: str, logical_type: str) -> str | None:
    """A bound of a date, timestamp or time column in one form; None when it is not ISO 8601.

    Returns:
        `2024-01-31`, `2024-01-31 10:00:00` (UTC) or `10:00:00`.
    """
    if not _BOUND[logical_type].fullmatch(text):
        return None
    try:
        return _READERS[logical_type](text)
    except ValueError:
        return None


def _timestamp(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(sep=" ")


_READERS: dict[str, Callable[[str], str]] = {
    "date": lambda text: date.fromisoformat(text[:10]).isoformat(),
    "timestamp": _timestamp,
    "time": lambda text: time.fromisoformat(text).isoformat(),
}
