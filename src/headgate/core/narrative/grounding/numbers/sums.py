"""Explaining a number as a sum: of what is named, of all rows, of the other numbers of the sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.numbers.meant_columns import done_with, is_named_so
from headgate.core.narrative.grounding.numbers.ranks_said import top_of
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table

SUM = re.compile(
    r"\b(?:together|combined|total(?:s|led)?|add(?:s|ed)? up|sums?|in all|all|altogether|overall|jointly|across|over the"
    r"|over \w+ \w+s|account\w*|both|make|week(?:end)?)\b",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:together|combined|add up|jointly|in sum)\b", re.I)
_AND = re.compile(
    r"(?:\s*['’]s?)?\s*(?:,|,?\s*and|\+|plus|&)\s*(?:the |of |a |an |from |for |on |in |those |with )*", re.I
)
# `12 of 249 orders`: the whole is the sum of all rows.
_WHOLE = re.compile(r"\d\s+(?:out\s+)?of\s+(?:all\s+|the\s+)*$", re.I)
_FEW_ROWS = 20


def is_sum(scene: Scene, number: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether a number is a sum: `A and B bring in 412 together`.

    Args:
        known: the other numbers of the sentence that cells explain.
    """
    if number.kind is Kind.TIMES:
        return False
    if SUM.search(scene.text) and len(known) > 1 and number.holds(sum(one.value for one in known)):
        return True
    return any(_is_sum_in(scene, number, there) for there in scene.tables)


def _is_sum_in(scene: Scene, number: Quantity, there: Table) -> bool:
    columns = _columns(scene, number, there)
    if first := top_of(scene):
        return any(number.holds(one) for column in columns for one in _sums_of_first(column, first, number))
    return any(
        number.holds(value)
        for rows in _sets_of_rows(scene, there, number)
        for column in columns
        for value in column.as_said(sum(column.present(rows)), number)
    )


def _sums_of_first(column: Column, count: int, number: Quantity) -> list[float]:
    """`the top three bring in 46.7 % together`."""
    highest = sorted(column.present(), reverse=True)[:count]
    return column.as_said(sum(highest), number) if len(highest) == count else []


def _sets_of_rows(scene: Scene, there: Table, number: Quantity) -> Iterator[Sequence[int]]:
    """The rows that may be summed up."""
    yield from _rows_of_lists(scene, there)
    if _WHOLE.search(scene.text[: number.start]):
        yield range(there.size)
    if SUM.search(scene.text) or any(one.value == there.size and not one.unit for one in scene.numbers):
        rows = frozenset(range(there.size))
        for named in scene.clusters(there).values():
            if len(named) == 1:
                rows &= named[0].rows(there)
        if len(rows) > 1:
            yield sorted(rows)
    is_open = all(one.is_part for named in scene.clusters(there).values() for one in named)
    if _TOGETHER.search(scene.text) and is_open and there.size <= _FEW_ROWS:
        yield from itertools.combinations(range(there.size), 2)


def _rows_of_lists(scene: Scene, there: Table) -> Iterator[Sequence[int]]:
    """Of several names of one column, those of all of them."""
    clusters = scene.clusters(there)
    for column, named in clusters.items():
        if len(named) > 1 and (SUM.search(scene.text) or _is_listed(scene, named)):
            others = [one[-1].rows(there) for name, one in clusters.items() if name != column]
            union = frozenset[int]().union(*(one.rows(there) for one in named))
            yield sorted(union.intersection(*others))


def _is_listed(scene: Scene, named: Sequence[Named]) -> bool:
    """`A and B`, `A, B and C`."""
    return all(_AND.fullmatch(scene.text[first.end : second.start]) for first, second in itertools.pairwise(named))


def _columns(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    noun = scene.noun(number)
    if done := done_with(scene, number, there):
        return done
    fitting = [column for column in there.numeric if is_named_so(scene, number, there, column)]
    if noun and not number.unit and any(noun.stem in column.words for column in there.numeric):
        return [column for column in fitting if noun.stem in column.words]
    return fitting
