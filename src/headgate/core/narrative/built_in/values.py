"""What a sentence can name: tables, rows and cells, and how a cell is written in prose."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, SupportsIndex, overload

from headgate.core.narrative.guards import LONG, gives_orders
from headgate.core.narrative.imperatives import reads_as_order
from headgate.core.narrative.prose import is_name
from headgate.core.printable import printable
from headgate.core.report.numbers import column_texts, number_text

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00(?::00)?)?)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}|[€$£¥]")
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


class NothingToSay(Exception):
    """A sentence needs a value that is not there, or that is nothing to quote."""


class Figure(float):
    """A number that knows how it is written: the column it stands in, and its unit."""

    column: str
    unit: str

    def __new__(cls, value: float, column: str = "", unit: str = "") -> Figure:
        made = super().__new__(cls, value)
        made.column, made.unit = column, unit
        return made


class Row(Mapping[str, Any]):
    """Column → cell: None, a bool, a `Figure` or a text."""

    def __init__(self, cells: Mapping[str, Any], units: Mapping[str, str]) -> None:
        self._cells = {name: _cell(name, value, units.get(name, "")) for name, value in cells.items()}

    def __getitem__(self, column: str) -> Any:
        return self._cells[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


class Table(Sequence[Row]):
    """Rows, in their order."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], units: Mapping[str, str]) -> Table:
        return cls(Row(row, units) for row in rows)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Table: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Row | Table:
        return Table(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)


def shown(value: Any, places: int | None = None) -> str:
    """A cell as prose has it; a text that is more than a name, or a name that tells to do something, stands in quotes.

    Args:
        places: decimals of a number; else as many as a person would give.

    Raises:
        NothingToSay: it is nothing, or a text that is too long to be a name or looks like an order.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and math.isfinite(value):
        return number(value if isinstance(value, Figure) else Figure(value), places)
    if not isinstance(value, str) or not value.strip():
        raise NothingToSay
    if found := _DAY.fullmatch(value):
        return _moment(found) or value
    # The words of strangers are not quoted: they may be anything.
    if len(value) > LONG or gives_orders(value):
        raise NothingToSay
    text = printable(" ".join(value.split()), LONG)
    return text if is_name(text) and not reads_as_order(text) else f"“{text}”"


def number(value: Figure, places: int | None = None) -> str:
    """A number as a person would round it, with its unit: `41,250 USD`, `12.3%`, `125 million`."""
    text = _digits(value, places)
    if value.unit == "%":
        return text + "%"
    return f"{text} {printable(value.unit, 12)}" if value.unit else text


def _digits(value: Figure, places: int | None) -> str:
    if places is not None:
        return number_text(value, places)
    if (large := _large(value)) and not _CURRENCY.fullmatch(value.unit):
        return large
    if _CURRENCY.fullmatch(value.unit):
        # Nobody reads the cents of thousands.
        return large or (number_text(value) if abs(value) >= 1000 else column_texts("", [float(value)], value.unit)[0])
    if abs(value) >= 1000 and not value.is_integer():
        return number_text(value)
    return column_texts(value.column, [float(value)], value.unit)[0].removesuffix("%")


def _large(value: float) -> str:
    size, word = next(((size, word) for size, word in _LARGE if abs(value) >= size), (1.0, ""))
    scaled = abs(value) / size
    places = 2 if scaled < 10 else 1 if scaled < 100 else 0
    return f"{number_text(value / size, places)} {word}" if word else ""


def _moment(found: re.Match[str]) -> str:
    year, month, day, time = found.groups()
    if not 1 <= int(month) <= 12:
        return ""
    text = f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    return f"{text}, {time}" if time and time != "00:00" else text


def _cell(name: str, value: Any, unit: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return Figure(value, name, unit) if math.isfinite(value) else None
