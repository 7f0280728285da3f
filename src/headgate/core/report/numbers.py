"""Numbers, dates and names of columns as people read them; the columns of a table each in one form."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from headgate.core.printable import printable

NOTHING = "–"
_CELL = 60
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}|[€$£¥]")
# Beyond this a float's digits are no longer its own.
_LARGEST = 1e15
# Money up to here is read to the cent; a larger sum is not.
_TO_THE_CENT = 100_000
_MEGA = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def is_number(value: Any) -> bool:
    """Whether it is one that can be drawn and rounded."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_numeric(values: Sequence[Any]) -> bool:
    """Whether a column holds numbers and nothing else, and at least one."""
    there = [value for value in values if value is not None]
    return bool(there) and all(map(is_number, there))


def without_unit(name: str, unit: str) -> str:
    """A column's name without a unit at its end that is said besides: `max_temp_c` in °C is `max_temp`."""
    first, _, last = name.rpartition("_")
    letters = "".join(filter(str.isalpha, unit)).casefold()
    return first if first and letters == last.casefold() else name


def column_label(name: str, unit: str = "") -> str:
    """A column's name as a heading: `percent_of_orders` in % is `Share of orders`, `revenue` in USD `Revenue (USD)`."""
    text = without_unit(name, unit).replace("_", " ").strip()
    if unit == "%":
        text = re.sub(r"^percent (of )?|( percent)$", lambda found: "share of " if found[1] else "", text) or text
    said = printable(text[:1].upper() + text[1:], 40)
    return f"{said} ({printable(unit, 12)})" if unit and unit != "%" else said


def column_texts(name: str, values: Sequence[Any], unit: str = "") -> list[str]:
    """The cells of a column; its numbers have the same decimals, so that they can be compared at a glance."""
    if not is_numeric(values):
        return [value_text(value) for value in values]
    if _is_name(name, values):
        return [NOTHING if value is None else str(int(value)) for value in values]
    places = decimals([value for value in values if value is not None], unit)
    sign = "%" if unit == "%" else ""
    return [NOTHING if value is None else number_text(value, places) + sign for value in values]


def value_text(value: Any) -> str:
    """One value of any type."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        return number_text(value, decimals([value]))
    return _without_seconds(printable(value, _CELL))


def decimals(numbers: Sequence[float], unit: str = "") -> int:
    """How many decimals a column needs: none for whole numbers, two for money and for most others, more for small ones."""
    if all(float(number).is_integer() for number in numbers):
        return 0
    largest = max(map(abs, numbers))
    if _CURRENCY.fullmatch(unit):
        return 2 if largest < _TO_THE_CENT else 0
    if unit == "%":
        return 1 if largest >= 1 else 2
    return next((places for places, least in enumerate((10_000, 1000, 1, 0.05)) if largest >= least), 4)


def number_text(number: float, places: int = 0) -> str:
    """A number with thousands apart; what rounds to zero has no sign."""
    if abs(number) >= _LARGEST:
        return f"{number:.4g}"
    if number and abs(number) < 0.5 * 10**-places and places >= 4:
        return f"{number:.2g}"
    text = f"{number:,.{places}f}"
    return text.lstrip("-") if not text.strip("-0.,") else text


def compact_texts(name: str, numbers: Sequence[float], unit: str = "") -> list[str]:
    """Numbers for a chart: `12.3M` where nobody reads eight digits."""
    if max(map(abs, numbers)) < _MEGA[-1][0]:
        return column_texts(name, numbers, unit)
    return [_compact(number) + ("%" if unit == "%" else "") for number in numbers]


def _compact(number: float) -> str:
    size, letter = next(((size, letter) for size, letter in _MEGA if abs(number) >= size), (1, ""))
    return f"{number / size:.3g}{letter}" if letter else number_text(number)


def counted(number: int, noun: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(part: int, whole: int) -> str:
    """A share as people say it; never 0% of something, never 100% of not all."""
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if part and share < 0.1:
        return "<0.1%"
    if part < whole and share > 99.9:
        return ">99.9%"
    return f"{share:.0f}%" if share in (0, 100) else f"{share:.1f}%"


def size_text(size: float) -> str:
    """Bytes."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size >= one:
            return f"{size / one:,.1f} {unit}"
    return counted(int(size), "byte")


def moment_text(iso: str) -> str:
    """`2026-11-20T14:03:00Z` as `20 Nov 2026, 14:03 UTC`; what is no time as it stands."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return printable(iso, 40)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def day_text(iso: str, year: bool = False) -> str:
    """`2026-11-20` as `20 Nov`, or `20 Nov 2026`."""
    text = f"{int(iso[8:10])} {_MONTHS[int(iso[5:7]) - 1]}"
    return f"{text} {iso[:4]}" if year else text


def _is_name(name: str, values: Sequence[Any]) -> bool:
    """Years and ids are names made of digits: nobody writes 2,023."""
    last = name.lower().rpartition("_")[2]
    whole = all(float(value).is_integer() for value in values if value is not None)
    return whole and (last == "id" or (last == "year" and all(1000 <= v < 3000 for v in values if v is not None)))


def _without_seconds(text: str) -> str:
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    day, time, zone = found.groups()
    return f"{day} {time}{' UTC' if zone else ''}"
