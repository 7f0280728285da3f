"""Numbers that are said to be an end of their column: the highest, the lowest, from the lowest to the highest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table

_LARGEST = re.compile(
    r"\b(?:highest|largest|biggest|most|peak(?:ed|s)?|maximum|busiest|top|greatest|longest|best)\b", re.I
)
_LEAST = re.compile(r"\b(?:lowest|smallest|least|fewest|minimum|quietest|cheapest|shortest|worst)\b", re.I)
RANGE_WORD = re.compile(
    r"\b(?:rang\w+|var(?:y|ies|ied)|mov\w+|stay\w*|took|takes?|li?es?|lay|lying|span\w*|fluctuat\w+|hover\w*|measured|between)\b",
    re.I,
)
_OPENS = re.compile(r"\b(?:from|between)\s+[$€£]?$", re.I)
_UNTIL = re.compile(r"\s*\w*\s*(?:to|and|–|-)\s*[$€£]?")


def is_extreme(scene: Scene, number: Quantity, there: Table, column: Column, row: int, rows: frozenset[int]) -> bool:
    """Whether a cell is an end of its column, among some rows, where it is called one: `the highest price is 12`."""
    value, present = column.numbers[row], column.present(rows)
    side = _side_of_range(scene, number)
    if side is not None:
        return value == side(present)
    for word, best in ((_LARGEST, max), (_LEAST, min)):
        found = word.search(scene.text[: number.start])
        if found and not any(found.end() <= one.start < number.start for one in scene.numbers):
            said = scene.named_columns(there, scene.clause_words(found.end(), number.start))
            return value == best(present) or any(
                one.numbers[row] == best(others) for one in said if one is not column and (others := one.present(rows))
            )
    return True


def _side_of_range(scene: Scene, number: Quantity) -> Callable[[Sequence[float]], float] | None:
    """`min` for the lower end of a range, `max` for the upper end: `prices range from 3 to 12`."""
    if not RANGE_WORD.search(scene.text):
        return None
    at = scene.numbers.index(number)
    if at + 1 < len(scene.numbers) and _is_range(scene, number, scene.numbers[at + 1]):
        return min
    return max if at and _is_range(scene, scene.numbers[at - 1], number) else None


def _is_range(scene: Scene, low: Quantity, high: Quantity) -> bool:
    is_open = _OPENS.search(scene.text[: low.start]) and _UNTIL.fullmatch(scene.text[low.end : high.start])
    return bool(is_open) and low.value <= high.value
