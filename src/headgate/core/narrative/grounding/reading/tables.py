"""The facts and findings that a text may rest on, as tables whose columns say what they measure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from headgate.core.analysis.template import shown
from headgate.core.narrative.grounding.reading.dates import When, date_of
from headgate.core.narrative.grounding.reading.quantities import quantities
from headgate.core.narrative.grounding.reading.quantity import LARGEST, Quantity
from headgate.core.narrative.grounding.reading.words import DOWN, STILL, UP, plain, stem_set, stems, tokens
from headgate.core.narrative.guards import LONG

Row = Mapping[str, Any]
Key = tuple[str, ...]
"""What a name is recognised by: the stems of its words."""

_FILLERS = stem_set("of the in on at for per by to from with as a and or is")


# A name with more words is a sentence.
_LONGEST_NAME = 8
# In a name of several words, a number of so many digits is a figure.
_LONG_NUMBER = 5
# A symbol or a code: none of its words has an ending, `KEYS` is no `KEY`.
_CODE = re.compile(r"(?=.*[A-Z])[A-Z\d]{1,5}(?:[.\-][A-Z\d]{1,5})?")
_DIRECTIONS = UP | DOWN | STILL
_SAYS = re.compile(r"\d\s?%|[.!?]\s+\w|[!?]$|\b(?:is|are|was|were|has|have|should|must|will)\b", re.I)


class Measure(Enum):
    """What the numbers of a column are."""

    PERCENT = "percent"
    RATIO = "ratio"
    CHANGE = "change"
    MONEY = "money"
    BYTES = "bytes"
    SECONDS = "seconds"
    COUNT = "count"
    ANY = "any"


_MEASURES = (
    (Measure.BYTES, stem_set("bytes size")),
    (Measure.SECONDS, stem_set("seconds duration")),
    (Measure.PERCENT, stem_set("percent percentage pct")),
)
_NO_MONEY = (Measure.PERCENT, Measure.RATIO, Measure.BYTES, Measure.SECONDS, Measure.COUNT)
_KILOS = (1, 1e3 / 2**10, 1e6 / 2**20, 1e9 / 2**30)
_RATIO = stem_set("rate share ratio fraction")
_CHANGE = stem_set("change growth")
_MONEY = stem_set("revenue price amount cost costs close open high low spend sales value total worth usd eur")
_NEUTRAL = stem_set("observed limit expected value threshold this run earlier today before message figure")
_MIXED = stem_set("observed limit today earlier measure metric")
_SAID_IN = {
    "bpm": stem_set("heart rate pulse bpm"),
    "mmhg": stem_set("bp pressure systolic diastolic"),
    "celsius": stem_set("temp temperature c celsius"),
    "percent": stem_set("spo2 saturation humidity battery than"),
}


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a fact.

    Attributes:
        words: stems of its name.
        cells: one per row.
        is_mixed: whether its rows hold several measures, as columns like `today` and `observed` do.
    """

    name: str
    words: frozenset[str]
    cells: tuple[Any, ...]
    is_mixed: bool = False

    @functools.cached_property
    def is_number(self) -> bool:
        return any(is_number(cell) for cell in self.cells)

    @functools.cached_property
    def keys(self) -> tuple[Key | None, ...]:
        """Per row, what its text is recognised by; None where it is no name."""
        return tuple(key_of(cell) for cell in self.cells)

    @functools.cached_property
    def dates(self) -> tuple[When | None, ...]:
        return tuple(date_of(cell) for cell in self.cells)

    @functools.cached_property
    def is_dated(self) -> bool:
        return any(self.dates)

    @functools.cached_property
    def numbers(self) -> tuple[float | None, ...]:
        return tuple(float(cell) if is_number(cell) else None for cell in self.cells)

    def present(self, rows: Iterable[int] | None = None) -> list[float]:
        """The numbers of some rows, or of all; without the cells that are empty."""
        chosen = range(len(self.cells)) if rows is None else rows
        return [number for row in chosen if (number := self.numbers[row]) is not None]

    @functools.cached_property
    def is_change(self) -> bool:
        """Whether the sign of a cell says where something went."""
        return bool(self.words & (_CHANGE | {"momentum", "delta", "diff"}))

    @functools.cached_property
    def is_part(self) -> bool:
        """Whether a percentage says how large a part is, and not how much something changed."""
        return self.measure in (Measure.PERCENT, Measure.RATIO) and not self.is_change and not self.words & _NEUTRAL

    @functools.cached_property
    def measure(self) -> Measure:
        for measure, words in _MEASURES:
            if self.words & words:
                return measure
        present = [number for number in self.numbers if number is not None]
        if self.words & _RATIO and all(-1 <= number <= 1 for number in present):
            return Measure.RATIO
        if self.words & _CHANGE:
            return Measure.CHANGE
        if self.words & _MONEY:
            return Measure.MONEY
        return Measure.COUNT if all(isinstance(cell, int) for cell in self.cells if cell is not None) else Measure.ANY

    def as_said(self, value: float, said: Quantity, *, beside_percent: bool = False) -> list[float]:
        """A cell's value in the unit in which a number is said; none where it can't be said so."""
        unit = said.unit
        if unit in ("percent", "points"):
            return self._as_percent(value)
        if unit in ("money", "bytes", "seconds"):
            return [value] if self.is_neutral else self._in_unit(value, unit)
        if unit in _SAID_IN:
            return [value] if self.words & (_SAID_IN[unit] | _NEUTRAL) else []
        if self.measure is Measure.PERCENT and not beside_percent and said.value:
            return []
        return [value, value * 100] if self.measure is Measure.RATIO and beside_percent else [value]

    def _in_unit(self, value: float, unit: str) -> list[float]:
        if unit == "money":
            return [] if self.measure in _NO_MONEY or self.is_volume else [value]
        if unit == "bytes":
            # A kilobyte may be 1,000 or 1,024.
            return [value * part for part in _KILOS] if self.measure is Measure.BYTES else []
        return [value] if self.measure is Measure.SECONDS else []

    @functools.cached_property
    def is_neutral(self) -> bool:
        """Whether a column holds several measures, which its name doesn't tell."""
        return (self.is_mixed or bool(self.words & _NEUTRAL)) and self.measure in (Measure.ANY, Measure.COUNT)

    @functools.cached_property
    def is_volume(self) -> bool:
        return "volum" in self.words

    def _as_percent(self, value: float) -> list[float]:
        if self.measure is Measure.RATIO:
            return [100 * value]
        is_fitting = self.measure in (Measure.PERCENT, Measure.CHANGE) or self.words & (_NEUTRAL | _SAID_IN["percent"])
        return [value] if is_fitting else []


@dataclass(frozen=True, eq=False)
class Table:
    """A fact, or the rows of a finding."""

    name: str
    columns: tuple[Column, ...]
    size: int
    _found: dict[Key, Mapping[int, str]] = field(default_factory=dict, init=False, repr=False)

    @functools.cached_property
    def numeric(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_number)

    @functools.cached_property
    def counts(self) -> tuple[Column, ...]:
        """The columns that count something."""
        return tuple(column for column in self.numeric if column.measure is Measure.COUNT)

    @functools.cached_property
    def named(self) -> tuple[Column, ...]:
        """The columns that name something."""
        return tuple(column for column in self.columns if any(column.keys) and not column.is_dated)

    @functools.cached_property
    def words(self) -> frozenset[str]:
        """Of its name and of all its columns."""
        return frozenset(stems(self.name)).union(*(column.words for column in self.columns))

    @functools.cached_property
    def words_of_text(self) -> frozenset[str]:
        """Of the names that stand in it."""
        return frozenset(word for column in self.named for key in column.keys if key for word in key)

    def rows_of(self, key: Key) -> frozenset[int]:
        """The rows in which a name stands: in one cell, or in several, as brand and model do."""
        return frozenset(self._columns_of(key))

    def column_of(self, key: Key, row: int) -> str | None:
        """The column of a row in which a name stands, or the longest part of it."""
        return self._columns_of(key).get(row)

    def _columns_of(self, key: Key) -> Mapping[int, str]:
        """Row → its column in which a name stands; looked up once, as a name is asked for many times."""
        if key not in self._found:
            columns = ((row, self._column_in(key, row)) for row in range(self.size))
            self._found[key] = {row: column for row, column in columns if column is not None}
        return self._found[key]

    def _column_in(self, key: Key, row: int) -> str | None:
        cells = [(column.name, there) for column in self.named if (there := column.keys[row])]
        for name, there in cells:
            if there == key:
                return name
        parts = [(name, there) for name, there in cells if len(there) < len(key) and is_within(there, key)]
        if len(parts) > 1 and frozenset(key) <= frozenset(word for _, there in parts for word in there):
            return max(enumerate(parts), key=lambda part: (len(part[1][1]), part[0]))[1][0]
        return None

    def holder_of(self, column: Column) -> Column | None:
        """The text column that says whose a number is: of `top_gainer_change` it is `top_gainer`."""
        holders = [one for one in self.named if column.name.startswith(f"{one.name}_")]
        return max(holders, key=lambda one: len(one.name), default=None)

    def rows_at(self, when: When) -> frozenset[int]:
        """The rows of a date."""
        return frozenset(
            row for column in self.columns for row, there in enumerate(column.dates) if there and when.covers(there)
        )


def is_within(part: Key, whole: Key) -> bool:
    """Whether the words of a name follow each other in another one."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def is_number(cell: object) -> bool:
    """Whether a cell holds a number that can be reckoned with."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) <= LARGEST


def key_of(cell: object) -> Key | None:
    """What a text cell is recognised by; somebody's prose names nothing, however short: `sales rose 500%`."""
    if not isinstance(cell, str) or len(cell) > LONG or date_of(cell):
        return None
    if _CODE.fullmatch(cell):
        return tuple(one.low if one.low not in _DIRECTIONS else one.stem for one in tokens(cell))
    return None if _is_prose(cell) else stems(cell) or None


def _is_prose(cell: str) -> bool:
    """Whether a cell says something, where a name only names."""
    words = tokens(cell)
    moves = len(words) > 1 and any(word.low in UP | DOWN for word in words)
    counts = " " in cell.strip() and any(word.text.isdigit() and len(word.text) >= _LONG_NUMBER for word in words)
    return moves or counts or len(words) > _LONGEST_NAME or bool(_SAYS.search(cell))


def table(name: str, rows: Sequence[Row]) -> Table:
    """A table of rows that need not have the same columns."""
    names = list(dict.fromkeys(column for row in rows for column in row))
    words = {column: frozenset(stems(column)) - _FILLERS for column in names}
    is_mixed = any(words[column] & _MIXED for column in names)
    columns = (Column(column, words[column], tuple(row.get(column) for row in rows), is_mixed) for column in names)
    return Table(name, tuple(columns), len(rows))


def tables_of_findings(name: str, findings: Sequence[Row]) -> list[Table]:
    """The findings of one name: their rows, the figures that they say themselves, and how many there are."""
    rows = [row for finding in findings for row in finding.get("rows") or ()]
    said = [_figures(finding) for finding in findings]
    count = sum(int(finding.get("count") or 0) for finding in findings)
    return [table(name, rows), table(name, said), table(name, [{"count": count, "findings": len(findings)}])]


def _figures(finding: Row) -> dict[str, Any]:
    parts = [str(finding[part]) for part in ("message", "expected", "observed") if finding.get(part) is not None]
    said = " ; ".join(parts)
    own = plain(without_texts(said, finding.get("rows") or ()))
    figures = {f"{_said_as(one)} {number}": one.value for number, one in enumerate(quantities(own, ()))}
    return {**figures, **_names_in(plain(said))}


def without_texts(said: str, rows: Sequence[Row]) -> str:
    """What a message says by itself: the digits of a stranger's text in it are no figures of ours."""
    texts = {shown(cell) for row in rows for cell in row.values() if isinstance(cell, str) and not date_of(cell)}
    for text in sorted(texts, key=len, reverse=True):
        said = said.replace(text, " ") if text.strip() else said
    return said


def _said_as(quantity: Quantity) -> str:
    return "percent figure" if quantity.unit == "percent" else "figure"


def _names_in(text: str) -> dict[str, str]:
    """The words of a message in quotes are names."""
    parts = text.split("`") if "`" in text else text.split('"')
    return {f"name {number}": part for number, part in enumerate(parts[1::2])}
