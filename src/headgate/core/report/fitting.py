"""Which columns of a table there is room for: on a phone, in a mail, on a line of text."""

from __future__ import annotations

from collections.abc import Callable

from headgate.core.report.blocks import Column, Table
from headgate.core.report.numbers import counted

Measure = Callable[[str], float]

_WIDEST = 26
"""Characters: longer cells are broken into lines."""


def widths(table: Table, measure: Measure = len) -> list[float]:
    """The room that each column needs; its head may be broken between words."""
    return [
        max(_head(column, measure), *(measure(row[place][:_WIDEST]) for row in table.rows), measure("-"))
        for place, column in enumerate(table.columns)
    ]


def _head(column: Column, measure: Measure) -> float:
    return max(map(measure, column.label.split()), default=0)


def columns_within(table: Table, room: float, margin: float, least: int = 2, measure: Measure = len) -> int:
    """How many columns, from the left, fit into some room with a margin each; some always do."""
    used, fitting = 0.0, 0
    for width in widths(table, measure):
        used += width + margin
        if used > room and fitting >= least:
            break
        fitting += 1
    return fitting


def kept_rows(table: Table, rows: int) -> tuple[tuple[str, ...], ...]:
    """The rows that are shown where there is room for so many: the first ones, of days the latest."""
    return table.rows[-rows:] if table.ends else table.rows[:rows]


def left_out(table: Table, rows: int, columns: int, where: str) -> str:
    """What is not shown, in words; empty when everything is."""
    more_rows = table.more + max(0, len(table.rows) - rows)
    parts = (
        (more_rows, f"{'earlier' if table.ends else 'more'} {table.noun}"),
        (len(table.columns) - columns, "more column"),
    )
    said = " and ".join(counted(number, noun) for number, noun in parts if number)
    return f"{said}{where}" if said else ""
