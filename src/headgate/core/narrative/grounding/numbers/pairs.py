"""Two cells that a sentence sets against each other: two names, two columns of a row, now and before."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.reading.movements import is_same_series
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.nearness import words_near
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Order, Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import stem_set

_WITHIN = re.compile(r"\b(?:within|over|during|in|since|across)\b", re.I)
_FROM = re.compile(r"\bfrom\s+(?:\w+ ){0,3}$", re.I)
_NO_PAIR = stem_set("mean median min max latest last percent of")
_NEUTRAL = stem_set("today this run before day mean earlier seven limit observed expected usual lately")


@dataclass(frozen=True)
class Pair:
    """Two cells that a sentence may set against each other.

    Attributes:
        is_ordered: whether `first` is the one that is compared with `second`.
    """

    first: float
    second: float
    measure: Measure
    is_ordered: bool = True


def pairs(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> Iterator[Pair]:
    """All pairs from which a number may come by a difference or a ratio.

    Args:
        known: the other numbers of the sentence that cells explain.
    """
    for there in scene.tables:
        yield from _pairs_of_names(scene, number, there)
        yield from pairs_in_row(scene, number, order, there)
        yield from _pairs_by_date(scene, number, there)
    yield from _pairs_of_numbers(scene, [one for one in known if one is not number])


def _pairs_of_numbers(scene: Scene, known: Sequence[Quantity]) -> Iterator[Pair]:
    for first, second in itertools.combinations(known, 2):
        if (first.unit or second.unit) == (second.unit or first.unit):
            measure = Measure.PERCENT if first.unit == "percent" else Measure.ANY
            is_from = _FROM.search(scene.text[: first.start])
            pair = (second.value, first.value) if is_from else (first.value, second.value)
            yield Pair(*pair, measure, is_ordered=False)


def _pairs_of_names(scene: Scene, number: Quantity, there: Table) -> Iterator[Pair]:
    """`A has 12 orders more than B`."""
    for first, second, others in _names_against(scene, number, there):
        row, other = (sorted(one.rows(there).intersection(*others)) for one in (first, second))
        if len(row) != 1 or len(other) != 1 or row == other:
            continue
        earlier, later = (other[0], row[0])
        if first.when and second.when:
            earlier, later = min(row[0], other[0]), max(row[0], other[0])
        columns = scene.columns_said(there, scene.meanings)
        yield from _between(columns, later, earlier)


def _names_against(scene: Scene, number: Quantity, there: Table) -> Iterator[tuple[Named, Named, list[frozenset[int]]]]:
    """Two names of a column, with the rows of what other columns name."""
    clusters = scene.clusters(there)
    for name, named in clusters.items():
        others = [one[-1].rows(there) for column, one in clusters.items() if column != name]
        for first, second in _set_against(named, number):
            yield first, second, others


def _set_against(named: Sequence[Named], number: Quantity) -> Iterator[tuple[Named, Named]]:
    """The name before the number is the one that is compared; without one, the first."""
    before = [one for one in named if 0 <= one.end <= number.start]
    if before:
        yield from ((before[-1], other) for other in named if other is not before[-1])
    yield from itertools.combinations(named, 2)


def _between(columns: Sequence[Column], later: int, earlier: int) -> Iterator[Pair]:
    """The cells of two rows, column by column."""
    for column in columns:
        a, b = column.numbers[later], column.numbers[earlier]
        if a is not None and b is not None:
            yield Pair(a, b, column.measure)


def pairs_in_row(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[Pair]:
    """Columns of one row: this run and the mean of earlier ones, the latest volume and its mean."""
    rows = scene.rows(there, number, order)
    if len(rows) != 1:
        return
    (row,) = rows
    for first, second in itertools.permutations(there.numeric, 2):
        a, b = first.numbers[row], second.numbers[row]
        if a is not None and b is not None and _are_alike(first, second, scene.meanings):
            yield Pair(a, b, first.measure)


def _are_alike(first: Column, second: Column, said: frozenset[str]) -> bool:
    """Whether two columns measure the same thing, and the sentence says which."""
    if {first.measure, second.measure} & {Measure.PERCENT, Measure.CHANGE} and first.measure is not second.measure:
        return False
    shared = (first.words & second.words) - _NO_PAIR
    if shared:
        return bool(shared & said)
    return first.words <= _NEUTRAL and second.words <= _NEUTRAL


def _pairs_by_date(scene: Scene, number: Quantity, there: Table) -> Iterator[Pair]:
    """A row and the one before it, or the last and the first, in a table by date."""
    if not any(column.is_dated for column in there.columns):
        return
    rows = sorted(scene.rows_named(there))
    columns = scene.columns_said(there, words_near(scene, number))
    if len(rows) > 2 and _WITHIN.search(scene.text):
        yield from _between(columns, rows[-1], rows[0])
    for row in rows:
        if row and (len(rows) <= 2 or row == rows[-1]) and is_same_series(there, row):
            yield from _between(columns, row, row - 1)
