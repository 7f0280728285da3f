"""The facts as tables and charts, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from headgate.core.printable import printable
from headgate.core.report.blocks import Block, Column, Figure, Figures, Section, Table
from headgate.core.report.charting import Row, Rows, chart_of
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


def _blocks(rows: Rows, shown: Shown) -> tuple[Block, ...]:
    if len(rows) == 1:
        return (_figures(rows[0], shown),)
    charts = (chart_of(rows, header, shown) for header in shown.charts)
    return (*(chart for chart in charts if chart), table_of(rows, shown))


def _figures(row: Row, shown: Shown) -> Figures:
    """A single row reads better as figures than as a table of one line."""
    items = []
    for name, value in list(row.items())[:_COLUMNS]:
        unit = shown.units.get(name, "")
        label = column_label(without_unit(name, unit), "%" if unit == "%" else "")
        text = column_texts(name, [value], unit)[0]
        items.append(
            Figure(label, f"{text} {printable(unit, 12)}" if unit not in ("", "%") and value is not None else text)
        )
    return Figures(tuple(items), small=True)


def table_of(rows: Rows, shown: Shown, most: int = MOST_ROWS, count: int | None = None) -> Table:
    """Rows as a table.

    Args:
        most: rows to keep.
        count: how many there are, when that is more than those given.
    """
    kept = rows[:most]
    names = list(dict.fromkeys(name for row in kept for name in row))[:_COLUMNS]
    values = {name: [row.get(name) for row in kept] for name in names}
    units = {name: shown.units.get(name, "") for name in names}
    columns = tuple(Column(column_label(name, units[name]), is_numeric(values[name])) for name in names)
    cells = [column_texts(name, values[name], units[name]) for name in names]
    return Table(columns, tuple(zip(*cells, strict=True)), max(0, (count or len(rows)) - len(kept)))
