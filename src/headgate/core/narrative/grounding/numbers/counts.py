"""Explaining a number as a count of rows: of a table, of what is named, of those beyond a limit or of one sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.movements import PERIODS
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import meant, stem, stem_set, word_set

_LIMIT = re.compile(
    r"\b(more than|above|over|beyond|exceed\w*|at least|less than|fewer than|below|under|at most)\s+[$€£]?$", re.I
)
_UPPER_LIMITS = ("less than", "fewer than", "below", "under", "at most")
_OF_THE = re.compile(r"\bof (?:the|these|all)\s+$", re.I)
_AUXILIARY = word_set("were was are is have has had of")
_MISSING = word_set("missing unknown lack lacks")
_GROUPS = stem_set(
    "groups kinds types classes sessions rows entries cases categories items figures lines names values reasons measures"
)
_NEXT_WORDS = 5
_ON = re.compile(r"\s+(?:\w+\s+)?(?:on|in)\s+(?:only\s+|just\s+)?$", re.I)


def is_count(scene: Scene, number: Quantity) -> bool:
    """Whether a whole number counts rows: `seven brands`, `three of the orders are worth more than 2,800`."""
    if number.unit or number.kind is not Kind.AMOUNT or number.value != int(number.value) or number.is_signed:
        return False
    if any(number.holds(count) for count in _counts_beyond(scene, number)):
        return True
    if number.value > 1 and any(len(names) == number.value for names in _lists_after(scene, number)):
        return True
    return any(number.holds(count) for there in scene.tables for count in _counts(scene, number, there))


def is_counted_limit(scene: Scene, number: Quantity) -> bool:
    """Whether a number is a limit, and another number says how many are beyond it."""
    return any(
        limit is number
        and any(one.end <= limit.start and one.holds(_beyond(scene, limit, column)) for one in scene.numbers)
        for limit, column in _limits(scene)
    )


def is_limit_of_each(scene: Scene, number: Quantity) -> bool:
    """Whether everything that is named keeps to a limit: `A and B cost over 200 each`."""
    found = _LIMIT.search(scene.text[: number.start])
    if not found or not scene.lows & {"each", "both", "all"}:
        return False
    said = scene.clause_words(0, number.start)
    return any(
        _are_beyond(number, column, _rows_of(there, named), _sign(found))
        for there in scene.tables
        for named in scene.clusters(there).values()
        if len(named) > 1
        for column in scene.named_columns(there, said)
    )


def _rows_of(there: Table, named: list[Named]) -> frozenset[int]:
    return frozenset[int]().union(*(one.rows(there) for one in named))


def _are_beyond(limit: Quantity, column: Column, rows: frozenset[int], sign: int) -> bool:
    present = column.present(rows)
    said = [one for value in present for one in column.as_said(value, limit)]
    return bool(said) and len(present) == len(rows) and all((one - limit.value) * sign > 0 for one in said)


def _sign(limit: re.Match[str]) -> int:
    return -1 if limit[1].lower() in _UPPER_LIMITS else 1


def _counts_beyond(scene: Scene, number: Quantity) -> Iterator[int]:
    for limit, column in _limits(scene):
        if number.end <= limit.start:
            yield _beyond(scene, limit, column)


def _limits(scene: Scene) -> Iterator[tuple[Quantity, Column]]:
    """Numbers that are limits, each with the columns that are held against it."""
    for limit in scene.numbers:
        if _LIMIT.search(scene.text[: limit.start]):
            said = scene.clause_words(0, limit.start)
            tables = [there for there in scene.tables if there.size > 1]
            columns = (column for there in tables for column in scene.named_columns(there, said))
            yield from ((limit, column) for column in columns if column.as_said(1.0, limit))


def _beyond(scene: Scene, limit: Quantity, column: Column) -> int:
    """How many rows are beyond a limit."""
    found = _LIMIT.search(scene.text[: limit.start])
    sign = _sign(found) if found else 1
    said = (column.as_said(value, limit) for value in column.present())
    return sum(any((one - limit.value) * sign > 0 for one in values) for values in said)


def _lists_after(scene: Scene, number: Quantity) -> Iterator[list[Named]]:
    """The names that are listed after a number: `3 stocks gained: A, B and C`."""
    for there in scene.tables:
        for named in scene.clusters(there).values():
            yield [one for one in named if one.start >= number.end]


def _counts(scene: Scene, number: Quantity, there: Table) -> Iterator[int]:
    yield from _counts_without_noun(scene, number, there)
    following = [word for word in scene.words if word.start >= number.end][:_NEXT_WORDS]
    words = frozenset(one for word in following for one in meant(word.stem))
    yield from _counts_of_times(scene, number, there)
    if words & (words_of_rows(there) | _GROUPS):
        yield from _counts_of_rows(scene, there, words)
        yield from _counts_of_a_kind(scene, number, there)


def _counts_without_noun(scene: Scene, number: Quantity, there: Table) -> Iterator[int]:
    """`all of the seven are positive`: nothing says what is counted."""
    noun = scene.noun(number)
    if noun and noun.low not in _AUXILIARY:
        return
    if _OF_THE.search(scene.text[: number.start]):
        yield there.size
    if scene.is_bound(there):
        yield len(scene.rows_named(there))


def words_of_rows(there: Table) -> frozenset[str]:
    """What one row of a table may be called."""
    keys = [column.words for column in there.columns if any(column.keys) or column.is_dated]
    return frozenset(stem(part) for part in re.findall(r"[^\W_]+", there.name)).union(*keys)


def _counts_of_rows(scene: Scene, there: Table, words: frozenset[str]) -> Iterator[int]:
    """All rows, different names, rows of what is named."""
    yield there.size
    for column in there.named:
        if column.words & words:
            yield len({key for key in column.keys if key})
    for named in scene.clusters(there).values():
        yield len(_rows_of(there, named))
    if scene.is_bound(there):
        yield len(scene.rows_named(there))


def _counts_of_a_kind(scene: Scene, number: Quantity, there: Table) -> Iterator[int]:
    """How many rows have no value, a negative or a positive one, or went up or down."""
    after = scene.clause_words(number.end, len(scene.text))
    # `the momentum of 7 symbols is negative`
    said = scene.meanings if scene.lows & {"positive", "negative"} else after
    columns = scene.named_columns(there, said) or [column for column in there.numeric if column.is_change]
    directions = {direction_of(scene, word) for word in scene.words if word.start > number.end}
    for column in columns:
        present = column.present()
        if scene.has_not or scene.lows & _MISSING:
            yield there.size - len(present)
        if -1 in directions:
            yield sum(value < 0 for value in present)
        if 1 in directions:
            yield sum(value > 0 for value in present)


def _counts_of_times(scene: Scene, number: Quantity, there: Table) -> Iterator[int]:
    """`it rose on 8 of these days and fell on 2`: of a table by date, the rows that went where the word before says."""
    if not scene.stems & PERIODS or not any(column.is_dated for column in there.columns):
        return
    # `these days` are all of them, whichever the sentence before named.
    is_named = any(one.rows(there) for one in scene.own)
    rows = scene.rows_named(there) if is_named else range(there.size)
    for word in scene.words:
        direction = direction_of(scene, word)
        if direction is not None and _ON.fullmatch(scene.text, word.end, number.start):
            for column in there.numeric:
                if column.is_change:
                    yield sum(value * direction > 0 for value in column.present(rows))
