"""The facts as tables and charts, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.printable import printable
from headgate.core.report.blocks import Block, Column, Figure, Figures, Section, Table
from headgate.core.report.charting import Row, Rows, chart_of, milliseconds
from headgate.core.report.header import Shown
from headgate.core.report.numbers import column_label, column_texts, is_numeric, without_unit

MOST_ROWS = 50
_COLUMNS, _TITLE = 30, 120


def fact_sections(facts: Mapping[str, Rows], shown: Mapping[str, Shown]) -> list[Section]:
    """One section for each fact that has rows: first what is one row, then what has a picture, then the other tables."""
    there = [(name, rows, shown.get(name, Shown())) for name, rows in facts.items() if rows]
    ordered = sorted(there, key=lambda one: (len(one[1]) != 1, not one[2].charts))
    sections = [
        Section(f"fact-{number}", title_of(name, how), _blocks(rows, how), part=True)
        for number, (name, rows, how) in enumerate(ordered, 1)
    ]
    return [Section("facts", "In numbers", ()), *sections] if sections else []


def title_of(name: str, shown: Shown | None) -> str:
    """The title of a fact or a finding; without one, its name."""
    if shown and shown.title:
        return printable(shown.title, _TITLE)
    return "Unlike earlier runs" if name.startswith("drift_") else column_label(name)


def in_order_of_time(rows: Rows, shown: Shown | None) -> bool:
    """Whether rows go from the earliest to the latest, by their first column or what a chart has below it."""
    names = [*list(rows[0])[:1], *(chart.x for chart in shown.charts if chart.color is None)] if rows and shown else []
    return any(_rises([milliseconds(str(row.get(name))) for row in rows]) for name in names)


def _rises(moments: Sequence[float | None]) -> bool:
    known = [one for one in moments if one is not None]
    return len(known) == len(moments) and known == sorted(known) and known[0] < known[-1]


def _blocks(rows: Rows, shown: Shown) -> tuple[Block, ...]:
    if len(rows) == 1:
        return (_figures(rows[0], shown),)
    charts = (chart_of(rows, header, shown) for header in shown.charts)
    return (*(chart for chart in charts if chart), table_of(rows, shown))


def _figures(row: Row, shown: Shown) -> Figures:
    """A single row reads better as figures than as a table of one line."""
    cells = list(row.items())[:_COLUMNS]
    units = [shown.units.get(name, "") for name, _ in cells]
    labels = [
        column_label(without_unit(name, unit), "%" if unit == "%" else "")
        for (name, _), unit in zip(cells, units, strict=True)
    ]
    apart = _told_apart(labels, [name for name, _ in cells])
    texts = [_with_unit(name, value, unit) for (name, value), unit in zip(cells, units, strict=True)]
    return Figures(tuple(map(Figure, apart, texts)), small=True)


def _with_unit(name: str, value: Any, unit: str) -> str:
    text = column_texts(name, [value], unit)[0]
    return f"{text} {printable(unit, 12)}" if unit not in ("", "%") and value is not None else text


def _told_apart(labels: Sequence[str], names: Sequence[str]) -> list[str]:
    """What would stand there twice has its name written out: `abnormal` and `percent_abnormal` in %."""
    return [column_label(name) if labels.count(label) > 1 else label for label, name in zip(labels, names, strict=True)]


def table_of(rows: Rows, shown: Shown, most: int = MOST_ROWS, count: int | None = None) -> Table:
    """Rows as a table.

    Args:
        most: rows to keep.
        count: how many there are, when that is more than those given.
    """
    # What is flagged is cut where it is found, in the query's own order.
    ends = count is None and in_order_of_time(rows, shown)
    kept = rows[-most:] if ends else rows[:most]
    names = list(dict.fromkeys(name for row in kept for name in row))[:_COLUMNS]
    values = {name: [row.get(name) for row in kept] for name in names}
    units = {name: shown.units.get(name, "") for name in names}
    labels = _told_apart([column_label(name, units[name]) for name in names], names)
    columns = tuple(Column(label, is_numeric(values[name])) for label, name in zip(labels, names, strict=True))
    cells = [column_texts(name, values[name], units[name]) for name in names]
    return Table(columns, tuple(zip(*cells, strict=True)), max(0, (count or len(rows)) - len(kept)), ends=ends)
