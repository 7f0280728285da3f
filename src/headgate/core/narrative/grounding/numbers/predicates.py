"""What a sentence says of rows: that they are beyond a limit, have a value, a sign, none at all, or belong to something."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.numbers.within_row import difference_said
from headgate.core.narrative.grounding.reading.called import called
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import DOWN, STILL, UP

LIMIT = re.compile(
    r"\b(?:(?P<up>more than|above|over|beyond|higher than|greater than|exceed(?:s|ed|ing)?)|(?P<least>at least|no less than)"
    r"|(?P<most>at most|no more than|up to)|less than|fewer than|lower than|below|under)\s+[$€£]?$",
    re.I,
)
_EQUAL = re.compile(r"\b(?:of|is|was|at|exactly|are|were)\s+(?:exactly\s+)?[$€£]?$", re.I)
_SIGN = re.compile(r"\b(?:(?P<up>positive)|negative)\s", re.I)
_EMPTY = re.compile(r"\b(?:have|has|had|with) no\b", re.I)
_ARE = re.compile(
    r"\b(?:is|are|was|were|belongs? to|went to|prefers?|favou?rs?|chose|come from|comes from)\s+(?:the\s+|for\s+|to\s+)?$",
    re.I,
)

Test = Callable[[Column, int], bool | None]
"""Whether a row of a column is as it is said; None where its cell is empty."""


@dataclass(frozen=True)
class Said:
    """A predicate of rows.

    Attributes:
        columns: that may be meant.
        limit: the number in it.
    """

    columns: Sequence[Column]
    test: Test
    limit: Quantity | None = None


def predicate(scene: Scene, there: Table, start: int) -> Said | None:
    """What is said of rows after a place: a limit, a value, a sign, a category."""
    _, stop = scene.clause(start)
    numbers = [one for one in scene.numbers if start <= one.start < stop]
    if numbers and _names_between(scene, there, start, numbers[0].start):
        return None
    if len(numbers) == 1:
        return _of_number(scene, there, numbers[0], start, stop)
    if numbers:
        return None
    if difference := difference_said(scene, there, start, stop):
        return Said([difference.column], _has_sign(difference.sign))
    if found := _SIGN.search(scene.text, start, stop):
        return _of_sign(scene, there, found, stop)
    if found := _EMPTY.search(scene.text, start, stop):
        columns = called(scene, there, (found.end(), stop))
        return Said(columns, _is_empty) if columns else None
    return of_category(scene, there, start, stop)


def _names_between(scene: Scene, there: Table, start: int, stop: int) -> bool:
    return any(start <= one.start < stop and not one.is_weak and one.rows(there) for one in scene.own)


def _of_number(scene: Scene, there: Table, number: Quantity, start: int, stop: int) -> Said | None:
    limit, equal = (one.search(scene.text, start, number.start) for one in (LIMIT, _EQUAL))
    fitting = tuple(one for one in there.numeric if one.as_said(1.0, number))
    columns = called(scene, Table(there.name, fitting, there.size), (start, stop))
    if not columns or not (limit or equal):
        return None
    is_down = any(word.low in DOWN for word in scene.words if start <= word.start < number.start)
    return Said(columns, _beyond(number, limit, is_down=is_down) if limit else _equals(number), number)


def _beyond(number: Quantity, limit: re.Match[str], *, is_down: bool) -> Test:
    """Of a change, `lost more than 2 %` is the other side."""

    def test(column: Column, row: int) -> bool | None:
        value = column.numbers[row]
        if value is None:
            return None
        sign = -1 if is_down and column.is_change else 1
        return any(_is_beyond(sign * one - number.value, limit) for one in column.as_said(value, number))

    return test


def _is_beyond(difference: float, limit: re.Match[str]) -> bool:
    if limit["least"] or limit["most"]:
        return difference >= 0 if limit["least"] else difference <= 0
    return difference > 0 if limit["up"] else difference < 0


def _equals(number: Quantity) -> Test:
    def test(column: Column, row: int) -> bool | None:
        value = column.numbers[row]
        return None if value is None else any(number.holds(one) for one in column.as_said(value, number))

    return test


def _of_sign(scene: Scene, there: Table, found: re.Match[str], stop: int) -> Said | None:
    sign = 1 if found["up"] else -1
    columns = called(scene, there, (found.end(), stop))
    return Said(columns, _has_sign(sign)) if columns else None


def _has_sign(sign: int) -> Test:
    def test(column: Column, row: int) -> bool | None:
        value = column.numbers[row]
        return None if value is None else value * sign > 0

    return test


def _is_empty(column: Column, row: int) -> bool:
    return column.cells[row] is None or (column.measure is Measure.COUNT and column.cells[row] == 0)


def of_category(scene: Scene, there: Table, start: int, stop: int) -> Said | None:
    """`belongs to orders`, `are steady`: a value of a text column."""
    named = [one for one in scene.own if start <= one.start < stop and not one.when and one.rows(there)]
    if len(named) != 1 or not _ARE.search(scene.text, start, named[0].start):
        return None
    if named[0].text.casefold() in UP | DOWN | STILL and named[0].is_weak:
        return None
    columns = [column for column in there.columns if column.name in named[0].columns(there)]
    return Said(columns, _holds_name(there, named[0]))


def _holds_name(there: Table, named: Named) -> Test:
    rows = named.rows(there)

    def test(column: Column, row: int) -> bool | None:
        return row in rows if column.keys[row] else None

    return test
