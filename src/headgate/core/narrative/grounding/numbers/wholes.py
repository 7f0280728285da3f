"""Cells of another whole, or of another time, than a number of a sentence is: `18 of the reviews` aren't all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headgate.core.narrative.grounding.reading.movements import EARLIER, PERIODS, is_series
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import OF_WHOLE, Scene
from headgate.core.narrative.grounding.reading.tables import Measure
from headgate.core.narrative.grounding.reading.words import Token, stem, stem_set

if TYPE_CHECKING:
    from headgate.core.narrative.grounding.numbers.cells import Cell

_PART_OF = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:the|its|all|their)\s+)?([\d,]+)\s+([a-z]+)\b", re.I)
_OF_NOUN = re.compile(r"\s+of\s+(?:the|its|their|these)\s+([a-z]+)\b", re.I)
_ALL = re.compile(r"\b(?:all|total of|in all)\s+$", re.I)
_BEFORE = re.compile(
    r"\s+(?:(?:the|on the|a)\s+(?:trading\s+)?(?:day|session|week|month|year)\s+)?(?:before|earlier|previously)\b(?!\s+\w*day\b)",
    re.I,
)
_LATEST = stem_set("latest last")


def is_of_another_whole(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """Whether a number is a part of something, and a cell all of it, or a part of something else."""
    return _is_whole(scene, number, cell) or _is_not_of_it(scene, number, cell)


def is_of_another_time(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """Whether a cell is of any day where none is said, or the newer one of two where the older one is."""
    return _is_of_any_day(scene, cell) or _is_newer(scene, number, cell)


def _is_whole(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """`18 of 18 reviews`: how many there are says nothing of the part, where nothing else is as many."""
    found = _PART_OF.match(scene.text, number.end)
    if not found or number.unit or found[1].replace(",", "") != number.text.replace(",", ""):
        return False
    others = [one.numbers[cell.row] for one in cell.table.numeric if one is not cell.column]
    return cell.column.words == {stem(found[2])} and cell.value not in others


def _is_not_of_it(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """`five of the seven symbols fell`: where a row counts its symbols, they must be seven; and `18 of the reviews` aren't all."""
    at = scene.numbers.index(number)
    whole = scene.numbers[at + 1] if at + 1 < len(scene.numbers) else None
    if number.unit or number.kind is not Kind.AMOUNT:
        return False
    if whole and not whole.unit and OF_WHOLE.fullmatch(scene.text, number.end, whole.start):
        noun = scene.noun(whole)
        counted = [one for one in cell.table.numeric if noun and one.words == {noun.stem} and one is not cell.column]
        if any(one.numbers[cell.row] != whole.value for one in counted if cell.table.size > 1):
            return True
        return cell.table.size > 1 and not scene.is_bound(cell.table) and _has_only_row(scene, noun, whole)
    found = _OF_NOUN.match(scene.text, number.end)
    if not found or cell.column.words != {stem(found[1])} or _ALL.search(scene.text[: number.start]):
        return False
    said = scene.clause_words(found.end(), len(scene.text)) - cell.column.words
    others = [one for one in cell.table.numeric if one.measure is Measure.COUNT and one is not cell.column]
    return any(one.words and one.words <= said and one.numbers[cell.row] != cell.value for one in others)


def _is_of_any_day(scene: Scene, cell: Cell) -> bool:
    """Whether a cell is one of many days, none of which is said, and another fact of one row has that very column."""
    if scene.is_bound(cell.table) or scene.stems & PERIODS or not is_series(cell.table):
        return False
    singles = (there for there in scene.tables if there.size == 1)
    return any(one.name == cell.column.name for there in singles for one in there.numeric)


def _has_only_row(scene: Scene, noun: Token | None, whole: Quantity) -> bool:
    """Whether a fact of one row counts what there is in all: the 26 users."""
    singles = (there for there in scene.tables if there.size == 1)
    return any(
        noun is not None and one.words == {noun.stem} and one.numbers[0] == whole.value
        for there in singles
        for one in there.numeric
    )


def _is_newer(scene: Scene, number: Quantity, cell: Cell) -> bool:
    """`had closed at 12 before`, where the row has another close that is called so."""
    if not _BEFORE.match(scene.text, number.end) or cell.column.words & EARLIER:
        return False
    plain = cell.column.words - _LATEST
    return any(one.words & EARLIER and plain <= one.words for one in cell.table.numeric)
