"""Which columns of a table there is room for: on a phone, in a mail, on a line of text."""

from __future__ import annotations

from collections.abc import Callable

from headgate.core.report.blocks import Column, Table
from headgate.core.report.numbers import counted

_WIDEST = 26
"""Characters: longer cells are broken into lines."""


def widths(table: Table, most: int = _WIDEST) -> list[int]:
    """Characters that each column needs; its head may be broken between words."""
    return [
        max(_head(column), *(min(len(row[place]), most) for row in table.rows), 1)
        for place, column in enumerate(table.columns)
    ]


def _head(column: Column) -> int:
    return max(map(len, column.label.split()), default=1)


def columns_within(table: Table, room: float, need: Callable[[int], float]) -> int:
    """How many columns, from the left, fit into some room; two always do.

    Args:
        need: characters of a column → the room that it takes.
    """
    used, fitting = 0.0, 0
    for width in widths(table):
        used += need(width)
        if used > room and fitting >= 2:
            break
        fitting += 1
    return fitting


def left_out(table: Table, rows: int, columns: int, where: str) -> str:
    """What is not shown, in words; empty when everything is."""
    more_rows = table.more + max(0, len(table.rows) - rows)
    parts = ((more_rows, "more row"), (len(table.columns) - columns, "more column"))
    said = " and ".join(counted(number, noun) for number, noun in parts if number)
    return f"{said}{where}" if said else ""
