"""Explaining a number by a cell: in a row that it may be about, in a column that the words around it name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headgate.core.narrative.grounding.numbers.extremes import is_extreme
from headgate.core.narrative.grounding.numbers.meant_columns import is_meant
from headgate.core.narrative.grounding.numbers.wholes import is_of_another_time, is_of_another_whole
from headgate.core.narrative.grounding.reading.directions import is_move, trend_of
from headgate.core.narrative.grounding.reading.naming import CARRIED
from headgate.core.narrative.grounding.reading.nearness import is_beside_percent
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Order, Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table

_FROM = re.compile(
    r"\b(?:up|down|rose|fell|compared|from)\s+(?:from|with|to)?\s*(?:(?!and |but )[a-z]+ )?[$€£]?$", re.I
)
_EARLIER = re.compile(
    r"\s*(?:\w+\s+)?(?:on |in )?(?:the )?(?:\w+ )?(?:day|week|month|session|year|hour)?"
    r"\s*(?:before|earlier|previously)\b",
    re.I,
)
_OF_ALL = re.compile(
    r"\b(?:out of|than|against|total|overall|all|limit|versus|average|usual|from)\s+(?:[a-z'’]+\s+){0,3}[$€£]?$", re.I
)
_OF_SO_MANY = re.compile(
    r"(?:^|[,;:(]\s*|\d%?\s+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|many|some|most|half|none|all|quarters?|thirds?"
    r"|fifth|percent|one \w+)\s+)of\s+(?:[a-z'’]+\s+){0,3}[$€£]?$",
    re.I,
)
_OF_ALL_AFTER = re.compile(r"\s*\w*\s*(?:in total|in all|overall|altogether)\b", re.I)
_BELOW_ZERO = re.compile(r"\b(?:negative|minus|loss(?:es)?|below zero)\b", re.I)
_TO = re.compile(r"\bto\s+(?:just |only |about |around |nearly |almost |over )?[$€£]?$", re.I)
_PRONOUN = re.compile(r"\s*(?:and\s+|but\s+)?(?:it|its|they|their)\b", re.I)
_SAID_FROM = re.compile(r"\bfrom\b", re.I)


@dataclass(frozen=True)
class Cell:
    """Where a number stands."""

    table: Table
    column: Column
    row: int
    value: float


Explained = dict[Quantity, list[Cell]]
"""The numbers of a sentence that cells explain, each with those cells."""


def cells(scene: Scene, number: Quantity, order: Order) -> list[Cell]:
    """The cells that a number may be: of `A has 12 orders` those of A's row, in columns that are said or may be meant."""
    if number.kind is Kind.RANK:
        return []
    return [cell for there in scene.tables for cell in _in_table(scene, number, order, there)]


def _in_table(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[Cell]:
    if not _may_stand_in(scene, number, there):
        return
    rows = _rows(scene, number, order, there)
    for column in there.numeric:
        for row in sorted(rows):
            value = column.numbers[row]
            if value is not None and _is_said(scene, number, column, value):
                cell = Cell(there, column, row, value)
                if _fits(scene, number, cell):
                    yield cell


def _fits(scene: Scene, number: Quantity, cell: Cell) -> bool:
    if not is_meant(scene, number, cell.table, cell.column) or not _came_so(scene, number, cell):
        return False
    if _is_held_by_another(scene, number, cell) or (
        number.unit == "percent" and cell.column.is_part and is_move(scene, number)
    ):
        return False
    if is_of_another_whole(scene, number, cell) or is_of_another_time(scene, number, cell):
        return False
    rows = _rows(scene, number, Order.NAME_FIRST, cell.table)
    is_elsewhere = cell.row not in rows and scene.is_bound(cell.table)
    return len(rows) < 2 or is_elsewhere or is_extreme(scene, number, cell.table, cell.column, cell.row, rows)


def _is_held_by_another(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """Whether a number is said of one name, and its column is about another: `top_gainer_change` and not the gainer."""
    holder = cell.table.holder_of(cell.column)
    if holder is None or _is_role_said(scene, number, holder):
        return False
    named = [one for several in scene.clusters(cell.table).values() for one in several]
    keys = {one.key for one in named if one.key and not one.is_weak}
    if keys:
        return holder.keys[cell.row] not in keys
    owner = scene.owner(number)
    return owner is not None and owner.key != holder.keys[cell.row]


def _is_role_said(scene: Scene, number: Quantity, holder: Column) -> bool:
    """`A rose, and the top loser fell 3 %`: the number is the loser's."""
    return holder.words <= scene.clause_words(*scene.clause(number.start))


# -- where it may stand ----------------------------------------------------------------------------------------------


def _rows(scene: Scene, number: Quantity, order: Order, there: Table) -> frozenset[int]:
    """The rows that a number may be about; of `up from 11 % the day before` the row before."""
    rows = scene.rows(there, number, order)
    is_earlier = _FROM.search(scene.text[: number.start]) or _EARLIER.match(scene.text, number.end)
    if is_earlier and there.size > 1 and any(column.is_dated for column in there.columns):
        return rows | {row - 1 for row in rows if row}
    return rows


def _may_stand_in(scene: Scene, number: Quantity, there: Table) -> bool:
    """A number that is said of something named can't come from a table without it, unless it is a total."""
    if _is_of_all(scene, number):
        return True
    if scene.is_bound(there):
        return not _is_of_another(scene, number, there) and not _is_told_better(scene, number, there)
    clusters = (named for other in scene.tables for named in scene.clusters(other).values())
    elsewhere = [one.start for named in clusters for one in named if not one.is_weak and one.start != CARRIED]
    return not elsewhere or min(elsewhere) > number.start


def _is_told_better(scene: Scene, number: Quantity, there: Table) -> bool:
    """Whether another table holds the name and the date of a sentence, and this one only the name.

    `A closed at 12 on 3 May` is no other day's close, whatever else is cited.
    """
    days = [one for one in scene.own if one.when]
    names = [one for one in scene.own if one.key and not one.is_weak and one.rows(there)]
    if len(days) != 1 or not names or days[0].rows(there):
        return False
    return any(
        days[0].rows(other) & name.rows(other) and _has_like(other, number) for other in scene.tables for name in names
    )


def _has_like(there: Table, number: Quantity) -> bool:
    """Whether a table has a column that could be said in the number's unit."""
    return any(column.as_said(1.0, number) for column in there.numeric)


def _is_of_all(scene: Scene, number: Quantity) -> bool:
    """`out of 96`, `96 in total`."""
    before = scene.text[: number.start]
    return bool(_OF_ALL.search(before) or _OF_SO_MANY.search(before) or _OF_ALL_AFTER.match(scene.text, number.end))


def _is_of_another(scene: Scene, number: Quantity, there: Table) -> bool:
    """Whether the name before a number, in its part of the sentence, stands in other tables only."""
    start, _ = scene.clause(number.start)
    named = [one for one in scene.own if one.end <= number.start and not one.is_weak and not one.when]
    inside = [one for one in named if one.start >= start]
    before = inside or (named if _PRONOUN.match(scene.text, start) else [])
    return bool(before) and not before[-1].columns(there) and any(before[-1].columns(other) for other in scene.tables)


# -- whether its value is said ---------------------------------------------------------------------------------------


def _is_said(scene: Scene, number: Quantity, column: Column, value: float) -> bool:
    """Whether a number says a cell's value, in the column's unit and with its sign."""
    is_count_word = number.is_word and not number.unit and number.kind is Kind.AMOUNT
    if is_count_word and value != int(value) and number.high - number.low <= 1:
        # `four symbols` are no 4.13.
        return False
    values = column.as_said(value, number, beside_percent=is_beside_percent(scene, number))
    return any(_signs_agree(scene, number, column, one) for one in values if number.holds(one) or number.holds(-one))


def _signs_agree(scene: Scene, number: Quantity, column: Column, value: float) -> bool:
    """`fell by 3 %` is a change of -3, and `3 %` alone is not."""
    if number.is_signed and number.value:
        return number.holds(value)
    trend = trend_of(scene, number)
    if column.is_change and trend is not None and value:
        return trend * value > 0 and number.holds(abs(value))
    is_negative = bool(_BELOW_ZERO.search(scene.text))
    if value < 0:
        return number.holds(-value) and (trend == -1 or is_negative)
    return number.holds(value) and not (column.is_change and is_negative and value > 0)


def _came_so(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """`dropped to 412`: the row before, in a table by date, was higher."""
    before = scene.text[: number.start]
    trend = trend_of(scene, number) if _TO.search(before) and not cell.column.is_change else None
    if trend is None:
        return True
    if _went_otherwise(cell, trend):
        return False
    if cell.row == 0 or not cell.table.columns[0].is_dated or _SAID_FROM.search(before):
        return True
    earlier = cell.column.numbers[cell.row - 1]
    return earlier is None or (cell.value - earlier) * trend > 0


def _went_otherwise(cell: Cell, trend: int) -> bool:
    """Whether all changes in the cell's row are against a direction."""
    columns = [one for one in cell.table.numeric if one.is_change and "momentum" not in one.words]
    changes = [one.numbers[cell.row] for one in columns]
    return bool(changes) and all((change or 0) * trend < 0 for change in changes)
