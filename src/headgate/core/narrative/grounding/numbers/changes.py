"""Two numbers that follow each other in time: `rose from 3 to 5`, `5, up from 3`."""

from __future__ import annotations

import itertools
import re

from headgate.core.narrative.grounding.numbers.cells import Cell, Explained
from headgate.core.narrative.grounding.numbers.extremes import RANGE_WORD
from headgate.core.narrative.grounding.reading.directions import trend_of
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import stem_set

_UP_FROM = re.compile(r",?\s+\(?(up|down)\s+from\s+[$€£]?", re.I)
_FROM = re.compile(r"\bfrom\s+(?:a |an |the )?(?:\w+ ){0,2}[$€£]?[-−]?$", re.I)
_TO = re.compile(r"\bto\s+(?:a |an |the )?(?:\w+ ){0,2}[$€£]?[-−]?$", re.I)
_JUST_FROM = re.compile(r"\bfrom\s+[$€£]?$", re.I)
_JUST_TO = re.compile(r"\s*\w*\s*to\s*[$€£]?")
_OLD = stem_set("before earlier previous first open old prior former")
_NEW = stem_set("lately now today latest this close new current recent")


def is_directed(scene: Scene, number: Quantity) -> bool:
    """Whether a number and the one before it go the way that is said: not in `fell from 3 to 5`."""
    at = scene.numbers.index(number)
    if at == 0:
        return True
    first = scene.numbers[at - 1]
    between = scene.text[first.end : number.start]
    if (said := _UP_FROM.fullmatch(between)) and first.unit == number.unit:
        return (first.value - number.value) * (1 if said[1].lower() == "up" else -1) > 0
    is_pair = _FROM.search(scene.text[: first.start]) and _TO.search(between) and not RANGE_WORD.search(between)
    trend = trend_of(scene, first) if is_pair and first.unit in ("", number.unit) else None
    return trend is None or (number.value - first.value) * trend > 0


def are_swapped(scene: Scene, explained: Explained) -> bool:
    """Whether `from 70 to 88` gives the newer value first, by the names of the columns or by the dates of the rows."""
    for first, second in itertools.pairwise(explained):
        pair = _in_time(scene, first, second, explained)
        if pair and (_came_later(*pair) or _are_named_otherwise(*pair)):
            return True
    return False


def _in_time(
    scene: Scene, first: Quantity, second: Quantity, explained: Explained
) -> tuple[list[Cell], list[Cell]] | None:
    """The cells of two numbers, those of the one that is said to be older first."""
    between = scene.text[first.end : second.start]
    if _UP_FROM.fullmatch(between):
        return explained[second], explained[first]
    if _JUST_FROM.search(scene.text[: first.start]) and _JUST_TO.fullmatch(between):
        return explained[first], explained[second]
    return None


def _came_later(older: list[Cell], newer: list[Cell]) -> bool:
    """Whether what is said to be the older value stands in later rows of a table by date."""
    pairs = [(one, two) for one in older for two in newer if one.table is two.table and one.column is two.column]
    return bool(pairs) and all(one.table.columns[0].is_dated and one.row > two.row for one, two in pairs)


def _are_named_otherwise(older: list[Cell], newer: list[Cell]) -> bool:
    return all(cell.column.words & _NEW for cell in older) and all(cell.column.words & _OLD for cell in newer)
