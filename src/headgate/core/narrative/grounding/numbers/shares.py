"""Explaining a number as a share of a whole, or as one column by another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.numbers.pairs import pairs_in_row
from headgate.core.narrative.grounding.numbers.sums import SUM
from headgate.core.narrative.grounding.reading.nearness import words_after
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Order, Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table

_SHARED = re.compile(r"\b(?:of|share|accounts?|make|makes|hold|holds|stands?|or|out|represent\w*|constitut\w*)\b", re.I)
_CHANGED_BY = re.compile(
    r"\b(?:(?:increase|decrease|drop|fall|rise|gain|loss|decline|growth|jump|reduction|change)\s+of|by)\s+$", re.I
)
_REST = re.compile(r"\b(?:accepted|passed|rest|remaining|others?|not|without|kept|valid|normal)\b", re.I)
_PER = re.compile(r"\b(?:each|per|apiece|average|mean)\b", re.I)
_PARTS = (Measure.PERCENT, Measure.RATIO)


def is_share(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    """Whether a percentage is a share: `4 of 50 records, 8 %`, `a third of revenue comes from A`.

    Args:
        known: the other numbers of the sentence that cells explain.
    """
    if number.unit != "percent" or not _SHARED.search(scene.text) or _CHANGED_BY.search(scene.text[: number.start]):
        return False
    return any(number.holds(share) for share in _shares(scene, number, order, known))


def is_rate(scene: Scene, number: Quantity, order: Order) -> bool:
    """Whether a number is one column of a row by another, both named: `4.3 items per order`."""
    if number.kind is not Kind.AMOUNT or number.unit not in ("", "money") or not _PER.search(scene.text):
        return False
    return any(number.holds(rate) for there in scene.tables for rate in _rates(scene, number, order, there))


def _rates(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[float]:
    rows = scene.rows(there, number, order)
    if len(rows) != 1:
        return
    (row,) = rows
    named = [column for column in there.numeric if column.words and column.words <= scene.meanings]
    noun = scene.noun(number)
    counted = [one for one in named if noun and noun.stem in one.words]
    for part, whole in itertools.permutations(named, 2):
        if counted and part not in counted:
            continue
        a, b = part.numbers[row], whole.numbers[row]
        if a and b and part.measure is not Measure.PERCENT and whole.measure is Measure.COUNT:
            yield a / b


def _shares(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> Iterator[float]:
    yield from _shares_of_numbers(known)
    for there in scene.tables:
        if there.size > 0:
            pairs = pairs_in_row(scene, number, order, there)
            yield from (100 * pair.first / pair.second for pair in pairs if pair.second)
    if _REST.search(scene.text):
        yield from (100 - share for share in _parts_said(scene, number, order))
    for there in scene.tables:
        if scene.is_bound(there) and there.size > 0:
            yield from _shares_of_rows(scene, number, order, there)
    yield from _shares_of_one(scene)


def _shares_of_numbers(known: Sequence[Quantity]) -> Iterator[float]:
    """Of two numbers of the sentence."""
    for part, whole in itertools.permutations(known, 2):
        if part.unit == whole.unit == "" and 0 < part.value < whole.value:
            yield 100 * part.value / whole.value


def _parts_said(scene: Scene, number: Quantity, order: Order) -> Iterator[float]:
    """Shares that stand in cells, whose rest may be said."""
    for there in scene.tables:
        for column in there.numeric:
            if column.measure in _PARTS:
                values = column.present(scene.rows(there, number, order))
                yield from (said for value in values for said in column.as_said(value, number))


def _shares_of_rows(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[float]:
    """What the rows that are named hold of a whole column."""
    rows = scene.rows(there, number, order)
    for cluster in scene.clusters(there).values():
        if len(cluster) > 1 and SUM.search(scene.text):
            rows = frozenset[int]().union(*(one.rows(there) for one in cluster))
    for column in _share_columns(scene, number, there):
        present = column.present(rows)
        for whole in _wholes(scene, column):
            if whole and present:
                yield 100 * sum(present) / whole


def _share_columns(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    """The columns that can have shares: those that the words after the number name, else those named at all, else all."""
    fitting = [one for one in there.numeric if one.measure not in (*_PARTS, Measure.CHANGE)]
    after = [one for one in fitting if one.words & words_after(scene, number)]
    return after or [one for one in fitting if one.words & scene.meanings] or fitting


def _wholes(scene: Scene, column: Column) -> Iterator[float]:
    """The sum of a column, or a column of the same name in a table of totals."""
    yield sum(column.present())
    for other in scene.tables:
        if other.size == 1:
            yield from (float(one.numbers[0] or 0.0) for one in other.numeric if one.name == column.name)


def _shares_of_one(scene: Scene) -> Iterator[float]:
    """Of two counts in a table of one row that are both named."""
    for there in scene.tables:
        if there.size == 1:
            counts = [one for one in there.numeric if one.measure in (Measure.COUNT, Measure.BYTES)]
            named = [one for one in counts if one.words <= scene.meanings]
            for part, whole in itertools.permutations(named, 2):
                if part.numbers[0] and whole.numbers[0]:
                    yield 100 * part.numbers[0] / whole.numbers[0]
