"""Facts and findings as a model gets them: small, safe, and never more than there is room for."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headgate.core.narrative.guards import WITHHELD, gives_orders
from headgate.core.narrative.prose import LONG, is_prose_column
from headgate.core.narrative.request import Matter, Rows
from headgate.core.printable import printable
from headgate.core.report.facts import in_order_of_time
from headgate.core.report.header import Shown

MOST_ROWS = 50
"""Of one fact."""

MOST_SAMPLES = 6
"""Texts that somebody wrote, such as reviews, of all facts together."""

NOT_SHOWN = "[not shown]"

_SAMPLE = 120
_MOST_FINDINGS = 15
# Of one kind of finding, before there are more of any.
_OF_A_KIND = 3
# Of the room, for findings, where facts need the rest.
_SHARE = 0.25
_BESIDE = ("expected", "observed")
_FINDING = ("finding", "severity", "count", "message", *_BESIDE)
_OPENED, _CLOSED = "<data>", "</data>"


@dataclass(frozen=True)
class Material:
    """What a model gets to see.

    Attributes:
        left_out: fact, or `findings` → rows that there was no room for.
        withheld: cells that looked like instructions.
    """

    text: str
    left_out: Mapping[str, int]
    withheld: int


def material_of(matter: Matter, room: int) -> Material:
    """Facts and findings of a matter in at most `room` characters; the same each time."""
    cells = _Cells()
    room -= len(_OPENED) + len(_CLOSED) + 2
    findings = _Table.of_findings(matter.findings, cells)
    tables = [_Table.of_fact(name, rows, matter.shown.get(name), cells) for name, rows in sorted(matter.facts.items())]
    _shrink([findings], max(int(room * _SHARE), room - sum(table.size for table in tables)))
    _shrink(tables, room - findings.size)
    shown = [one for one in (*tables, findings) if one.kept]
    left_out = {one.name: one.left_out for one in (*tables, findings) if one.left_out}
    return Material("\n".join([_OPENED, *(one.text() for one in shown), _CLOSED]), left_out, cells.withheld)


@dataclass
class _Table:
    """Rows as lines; so many of them are kept that all tables together have room.

    Attributes:
        rows: how many there are, with those that are no lines.
        kinds: of findings, the name of each row.
        ends: whether the last lines are kept, as of days in their order.
    """

    name: str
    head: str
    lines: Sequence[str]
    rows: int
    kinds: Sequence[str] = ()
    ends: bool = False
    kept: int = 0

    @classmethod
    def of_fact(cls, name: str, rows: Rows, shown: Shown | None, cells: _Cells) -> _Table:
        columns = list(rows[0]) if rows else []
        prose = {column for column in columns if is_prose_column(row.get(column) for row in rows)}
        given = shown.units if shown else {}
        units = {column: unit for column, unit in given.items() if column in columns and not _says(column, unit)}
        title = f": {printable(shown.title, 100)}" if shown and shown.title else ""
        said = "".join(f", {printable(column, 40)} in {printable(unit, 12)}" for column, unit in units.items())
        head = f"fact {name}{title} ({_rows(len(rows))}{said})\n{_line(columns)}"
        ends = in_order_of_time(rows, shown or Shown())
        some = rows[-MOST_ROWS:] if ends else rows[:MOST_ROWS]
        lines = [cells.line((row.get(one), one in prose) for one in columns) for row in some]
        return cls(name, head, lines, len(rows), ends=ends)

    @classmethod
    def of_findings(cls, findings: Rows, cells: _Cells) -> _Table:
        some = _of_each_kind(findings)
        lines = [cells.sentences(_told_once(one)) for one in some[:_MOST_FINDINGS]]
        head = f"findings, of each kind the worst first\n{_line(_FINDING)}"
        return cls("findings", head, lines, len(some), [str(one.get("finding")) for one in some])

    def __post_init__(self) -> None:
        self.kept = len(self.lines)

    @property
    def left_out(self) -> int:
        return self.rows - self.kept

    @property
    def size(self) -> int:
        return len(self.text()) + 1 if self.kept else 0

    def text(self) -> str:
        rest = [f"({self._not_shown} not shown)"] if self.left_out else []
        if self.ends:
            return "\n".join([self.head, *self.lines[len(self.lines) - self.kept :], *rest])
        first = self.kept - self._last
        return "\n".join([self.head, *self.lines[:first], *rest, *self.lines[len(self.lines) - self._last :]])

    @property
    def _last(self) -> int:
        """Of a fact that is cut, every third line is one of its last: what is least tells as much as what is most."""
        return self.kept // 3 if self.left_out and not self.kinds and self.rows == len(self.lines) else 0

    @property
    def _not_shown(self) -> str:
        if not self.kinds:
            return _rows(self.left_out, "earlier " if self.ends else "more ", " between" if self._last else "")
        counts = Counter(self.kinds[self.kept :]).items()
        said = [f"{count:,} more of {printable(name, 40)}" for name, count in list(counts)[:_OF_A_KIND]]
        return ", ".join(said) + (", and others" if len(counts) > _OF_A_KIND else "")


def _of_each_kind(findings: Rows) -> list[Mapping[str, Any]]:
    """The worst few of each kind, then all others; the order is kept."""
    seen: Counter[Any] = Counter()
    first: list[Mapping[str, Any]] = []
    others: list[Mapping[str, Any]] = []
    for one in findings:
        (first if seen[one.get("finding")] < _OF_A_KIND else others).append(one)
        seen[one.get("finding")] += 1
    return [*first, *others]


def _told_once(finding: Mapping[str, Any]) -> Iterator[Any]:
    """The cells of a finding, without what its message says already."""
    message = str(finding.get("message") or "")
    for column in _FINDING:
        value = finding.get(column)
        repeats = column in _BESIDE and isinstance(value, str) and value in message
        yield "" if repeats else value


def _says(column: str, unit: str) -> bool:
    return unit == "%" and column.startswith("percent")


def _shrink(tables: Sequence[_Table], room: int) -> None:
    """Takes the last row of the longest table, of days the first, until there is room.

    Short tables stay whole, as only those can be ranked.
    """
    sizes = [table.size for table in tables]
    while sum(sizes) > max(room, 0):
        longest = max(
            (at for at, table in enumerate(tables) if table.kept), key=lambda at: (tables[at].kept, sizes[at])
        )
        tables[longest].kept -= 1
        sizes[longest] = tables[longest].size


@dataclass
class _Cells:
    """Cells as text that nothing in them can break out of."""

    samples: int = 0
    withheld: int = 0
    longer: int = 0

    def line(self, values: Iterable[tuple[Any, bool]]) -> str:
        """Of a fact: each value, and whether its column is prose."""
        return _line([self._cell(value, self._sample if is_prose else self._name) for value, is_prose in values])

    def sentences(self, values: Iterable[Any]) -> str:
        """Of a finding: sentences that the pipeline's owner or Headgate put together."""
        return _line([self._cell(value, self._sentence) for value in values])

    def _cell(self, value: Any, said: Callable[[str], str]) -> Any:
        if isinstance(value, float):
            return _short(value)
        if not isinstance(value, str):
            return value
        if gives_orders(value):
            self.withheld += 1
            return WITHHELD
        return said(" ".join(value.split()))

    def _name(self, text: str) -> str:
        return printable(text, LONG) if len(text) <= LONG else self._sample(text)

    def _sample(self, text: str) -> str:
        """Strangers' prose is sent a few times, and then no more of it."""
        if text and self.samples >= MOST_SAMPLES:
            return NOT_SHOWN
        self.samples += bool(text)
        return printable(text, _SAMPLE)

    def _sentence(self, text: str) -> str:
        if len(text) <= LONG or self.longer >= MOST_SAMPLES:
            return _clipped(text, LONG)
        self.longer += 1
        return _clipped(text, _SAMPLE)


def _clipped(text: str, limit: int) -> str:
    """Ends with a whole word: half of a number is another number."""
    whole = text[: text.rfind(" ", 0, limit + 1)] if " " in text[: limit + 1] else ""
    return printable(whole, limit) + " …" if whole and len(text) > limit else printable(text, limit)


def _rows(count: int, which: str = "", where: str = "") -> str:
    return f"{count:,} {which}{'row' if count == 1 else 'rows'}{where}"


def _line(values: Iterable[Any]) -> str:
    text = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
    # No cell can end the data, or look like a tag.
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _short(number: float) -> float | None:
    """Four digits, and two decimals at least: enough to quote, and no noise."""
    if not math.isfinite(number):
        return None
    places = 3 - math.floor(math.log10(abs(number))) if number else 0
    short = round(number, max(2, places))
    return int(short) if short.is_integer() else short
