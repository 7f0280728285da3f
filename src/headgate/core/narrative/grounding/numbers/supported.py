"""Holding the numbers of a sentence against cells and what comes from them, in every way to read it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.numbers.buckets import is_of_buckets
from headgate.core.narrative.grounding.numbers.cells import Explained, cells
from headgate.core.narrative.grounding.numbers.changes import are_swapped, is_directed
from headgate.core.narrative.grounding.numbers.comparisons import unsupported_comparison
from headgate.core.narrative.grounding.numbers.counts import is_counted_limit
from headgate.core.narrative.grounding.numbers.derived import is_derived
from headgate.core.narrative.grounding.numbers.every_row import is_limit_of_rows
from headgate.core.narrative.grounding.numbers.negations import is_limit
from headgate.core.narrative.grounding.numbers.ranks import unsupported_rank
from headgate.core.narrative.grounding.numbers.sizes import is_limit_of_size
from headgate.core.narrative.grounding.reading.nearness import words_near
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Order, Scene
from headgate.core.narrative.grounding.reading.tables import Table

_PERIOD = re.compile(r"-(?:day|week|month|year|hour|minute|run)s?\b|\s+halves\b")
_ORDINAL = re.compile(r"\b(?:top|bottom|first|second|last|latter|leading|other|these|those|this)\s+$", re.I)
_MOST_NAMES = 3


def unsupported_number(scene: Scene, focus: Scene) -> str:
    """Why the numbers, ranks and comparisons can't all be so, in no way to read the sentence; empty when they can.

    Args:
        focus: the same sentence, resting on the facts that it is about; ranks and comparisons are held against these.
    """
    reasons = [_unsupported(scene, focus, order) for order in scene.orders]
    return "" if "" in reasons else reasons[0]


def _unsupported(scene: Scene, focus: Scene, order: Order) -> str:
    explained: Explained = {}
    open_numbers: list[Quantity] = []
    for number in scene.numbers:
        if number.kind is Kind.RANK or _is_idle(scene, number):
            continue
        found = cells(scene, number, order)
        if found and is_directed(scene, number):
            explained[number] = found
        else:
            open_numbers.append(number)
    for number in open_numbers:
        if not is_limit_of_rows(focus, number) and not _comes_otherwise(scene, number, order, list(explained)):
            return _unexplained(scene, number)
    if are_swapped(scene, explained):
        return "it went the other way round"
    return unsupported_rank(focus, explained) or unsupported_comparison(focus, explained)


def _is_idle(scene: Scene, number: Quantity) -> bool:
    """`the top three`, whose number is looked at with the rank; `the seven-day mean`, `the two halves`."""
    if _PERIOD.match(scene.text[number.end :]):
        return True
    return number.is_word and bool(_ORDINAL.search(scene.text[: number.start]))


def _comes_otherwise(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    """Whether a number that stands in no cell is a limit, another number said roughly, or comes from cells."""
    return (
        _is_said_again(number, known)
        or is_limit_of_size(scene, number)
        or is_of_buckets(scene, number)
        or is_limit(scene, number)
        or is_counted_limit(scene, number)
        or (is_directed(scene, number) and is_derived(scene, number, order, known))
    )


def _is_said_again(number: Quantity, known: Sequence[Quantity]) -> bool:
    """`more than half of its orders, 54.6 %`."""
    is_rough = number.kind is Kind.SHARE or number.high - number.low > 1.01 * number.step
    same = (one for one in known if one.unit == number.unit and one.kind is Kind.AMOUNT)
    return number.low != number.high and is_rough and any(number.holds(one.value) for one in same)


def _unexplained(scene: Scene, number: Quantity) -> str:
    """What a number doesn't come from, with the cell that may have been meant."""
    if not scene.tables:
        return f"`{number.text}`: no fact is cited"
    cited = list(dict.fromkeys(f"`{there.name}`" for there in scene.tables))
    names = ", ".join(cited[:_MOST_NAMES])
    return f"`{number.text}` doesn't come from {names}{_nearest(scene, number)}"


def _nearest(scene: Scene, number: Quantity) -> str:
    """The nearest cell of the only row that a number may be about, however the sentence is read; no other row's."""
    options = [
        (abs(said - number.value), column.name, said)
        for there in scene.tables
        if len(rows := _rows_of_all(scene, there, number)) == 1 and _may_be_about(scene, there)
        for column in scene.named_columns(there, words_near(scene, number))
        for value in column.present(rows)
        for said in column.as_said(value, number)
    ]
    if not options:
        return ""
    _, name, value = min(options)
    return f"; `{name}` is {value:,.6g}"


def _rows_of_all(scene: Scene, there: Table, number: Quantity) -> frozenset[int]:
    """The rows that a number may be about, in all ways to read the sentence."""
    return frozenset[int]().union(*(scene.rows(there, number, order) for order in scene.orders))


def _may_be_about(scene: Scene, there: Table) -> bool:
    """Whether a table holds what is named, where one does."""
    return scene.is_bound(there) or not any(scene.is_bound(other) for other in scene.tables)
