"""Explaining a number by one obvious step from cells: a count of rows, a sum, a difference, a ratio, a share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.numbers.counts import is_count, is_limit_of_each
from headgate.core.narrative.grounding.numbers.pairs import Pair, pairs
from headgate.core.narrative.grounding.numbers.shares import is_rate, is_share
from headgate.core.narrative.grounding.numbers.sums import is_sum
from headgate.core.narrative.grounding.reading.directions import is_move, trend_of
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import OF_WHOLE, Order, Scene
from headgate.core.narrative.grounding.reading.tables import Measure

_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|above|below|over|under|gap|separates?|difference|differ|longer|shorter|higher|lower|ahead|behind"
    r"|between|apart|lead|leads|leading|margin|spread|cheaper|dearer|pricier|beyond|short of|points|rose|fell|gained|lost|up|down"
    r"|added|dropped|climbed|slipped|increased?|decreased?|by|than)\b", re.I)  # fmt: skip
_CHANGED = re.compile(
    r"\b(?:than|from|between|since|against|compared|over|above|below|versus|vs|to|by|up|down|on)\b", re.I
)
_UNDER, _OVER = ("below", "under"), ("above", "over")
_ZERO = re.compile(r"\b(below|under|above|over|to|around|near|nearly|almost)\s+$", re.I)
_NEAR_ZERO = 0.1
_NO = re.compile(r"\b(?:no|without)\b", re.I)
_EACH = re.compile(r"\b(?:each|per|apiece|on average|every)\b", re.I)
_POINTS = ("percent", "points")


def is_derived(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    """Whether a number comes from the cells by one step: `A has 12 more than B`, `twice as many`.

    Args:
        known: the other numbers of the sentence that cells explain.
    """
    if number.kind is Kind.RANK:
        return False
    if not number.value and number.is_word:
        return _is_about_zero(scene, number, order)
    return (
        is_count(scene, number)
        or _is_rest(scene, number)
        or is_sum(scene, number, known)
        or any(_comes_of(scene, number, pair) for pair in pairs(scene, number, order, known))
        or (not is_move(scene, number) and is_share(scene, number, order, known))
        or is_rate(scene, number, order)
        or is_limit_of_each(scene, number)
    )


def _is_rest(scene: Scene, number: Quantity) -> bool:
    """`18 of the 26 users had no abnormal readings`, where `users_with_abnormal` is 8."""
    after = [one for one in scene.numbers if one.start > number.end]
    if not after or number.unit or not _NO.search(scene.text, after[0].end):
        return False
    if not OF_WHOLE.fullmatch(scene.text, number.end, after[0].start):
        return False
    said = scene.clause_words(after[0].end, len(scene.text))
    return any(
        column.words <= said
        and column.measure is Measure.COUNT
        and number.holds(after[0].value - (column.numbers[0] or 0))
        for there in scene.tables
        if there.size == 1
        for column in there.numeric
    )


def _is_about_zero(scene: Scene, number: Quantity, order: Order) -> bool:
    """`below zero`, `close to zero`."""
    found = _ZERO.search(scene.text[: number.start])
    return found is not None and any(
        _is_by_zero(value, found[1].lower())
        for there in scene.tables
        for column in scene.named_columns(there, scene.meanings)
        for value in column.present(scene.rows(there, number, order))
    )


def _is_by_zero(value: float, said: str) -> bool:
    if said in _UNDER:
        return value < 0
    return value > 0 if said in _OVER else abs(value) < _NEAR_ZERO


def _comes_of(scene: Scene, number: Quantity, pair: Pair) -> bool:
    """Whether a number is what one of a pair is more than the other, or so many times it."""
    if _is_each(scene, number, pair):
        return True
    if number.kind is Kind.TIMES:
        return _is_ratio(number, pair)
    return _is_change(scene, number, pair) or _is_difference(scene, number, pair)


def _is_each(scene: Scene, number: Quantity, pair: Pair) -> bool:
    """`512 in 4 orders, 128 each`."""
    is_plain = number.kind is Kind.AMOUNT and not number.unit and not pair.is_ordered
    return is_plain and bool(pair.second and _EACH.search(scene.text)) and _is_ratio(number, pair)


def _is_ratio(number: Quantity, pair: Pair) -> bool:
    """Either way round where nothing says which is compared."""
    if pair.second and number.holds(pair.first / pair.second):
        return True
    return bool(not pair.is_ordered and pair.first) and number.holds(pair.second / pair.first)


def _is_change(scene: Scene, number: Quantity, pair: Pair) -> bool:
    """`12 % more than`; percentages of percentages are not said so."""
    if number.unit != "percent" or number.kind is not Kind.AMOUNT or not pair.second:
        return False
    if pair.measure in (Measure.PERCENT, Measure.CHANGE) or not _CHANGED.search(scene.text):
        return False
    return _is_directed(scene, number, 100 * (pair.first - pair.second) / abs(pair.second))


def _is_difference(scene: Scene, number: Quantity, pair: Pair) -> bool:
    if not _DIFFERENCE.search(scene.text) or not _is_in_unit(number, pair):
        return False
    if number.is_word and not number.unit and pair.measure in (Measure.CHANGE, Measure.PERCENT, Measure.RATIO):
        # `two symbols` are no difference of percentages.
        return False
    times = 100.0 if number.unit in _POINTS and pair.measure is Measure.RATIO else 1.0
    return _is_directed(scene, number, times * (pair.first - pair.second), pair)


def _is_in_unit(number: Quantity, pair: Pair) -> bool:
    """Whether a difference of a pair can be said in a number's unit; of prices, in points that are no percentages."""
    if number.unit == "points" and "perc" not in number.text.lower() and pair.measure is Measure.MONEY:
        return True
    if (number.unit in _POINTS) != (pair.measure in (Measure.PERCENT, Measure.RATIO)):
        return False
    return number.unit != "money" or pair.measure not in (Measure.COUNT, Measure.BYTES, Measure.SECONDS)


def _is_directed(scene: Scene, number: Quantity, difference: float, pair: Pair | None = None) -> bool:
    """Whether a difference is as large as it is said to be, in the direction that is said."""
    if not number.holds(abs(difference)) and not number.holds(difference):
        return False
    if number.is_signed and number.value:
        return number.holds(difference)
    trend = trend_of(scene, number)
    return trend is None or not difference or (pair is not None and not pair.is_ordered) or trend * difference > 0
