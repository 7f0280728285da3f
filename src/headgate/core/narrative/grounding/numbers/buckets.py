"""Rows that each stand for a range: `two thirds of the readings lie between 60 and 80`, of rows from 60, 70 and 80."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator

from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import DOWN, UP

_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.I)
_AND = re.compile(r"\s*\w*\s+(?:and|to)\s+", re.I)
# A word that says how much of all lies in a range, and which percentages it may say.
_HOW_MUCH: tuple[tuple[re.Pattern[str], Callable[[float], bool]], ...] = (
    (re.compile(r"\b(?:all|each|every|entire|whole|always)\b", re.I), lambda share: math.isclose(share, 100)),
    (re.compile(r"\b(?:most|mostly|mainly|majority|usually|common|typical)\b", re.I), lambda share: share > 50),
    (re.compile(r"\b(?:few|fewer|rare|rarely|hardly|seldom|minority|uncommon)\b", re.I), lambda share: share < 50),
)


def is_of_buckets(scene: Scene, number: Quantity) -> bool:
    """Whether a number is an end of a range of rows, or how much of all lies in it."""
    for there, column, low, high in _ranges(scene):
        if number in (low, high):
            return True
        rows = _rows_within(column, low, high)
        values = [(one, sum(one.present(rows))) for one in there.numeric if one is not column]
        is_share = number.unit == "percent" and number.kind in (Kind.SHARE, Kind.AMOUNT)
        wanted = Measure.PERCENT if is_share else Measure.COUNT
        if any(one.measure is wanted and number.holds(value) for one, value in values):
            return True
    return False


def unsupported_bucket(scene: Scene) -> str:
    """Why all, most, few or none do not lie in a range; empty when they do, or nothing is said."""
    said = [fits for words, fits in _HOW_MUCH if words.search(scene.text)]
    for there, column, low, high in _ranges(scene) if said else ():
        rows = _rows_within(column, low, high)
        for one in (one for one in there.numeric if one.measure is Measure.PERCENT):
            share = sum(one.present(rows))
            if not all(fits(share) for fits in said):
                return f"in `{there.name}` it is {share:.4g} %"
    return ""


def _rows_within(column: Column, low: Quantity, high: Quantity) -> list[int]:
    starts = enumerate(column.numbers)
    return [
        row
        for row, start in starts
        if start is not None and _is_from(start, low.value) and not _is_from(start, high.value)
    ]


def _is_from(start: float, value: float) -> bool:
    return start >= value or math.isclose(start, value)


def _ranges(scene: Scene) -> Iterator[tuple[Table, Column, Quantity, Quantity]]:
    """The ranges that a sentence says, in tables whose first column begins with `from_`; none of what moves or is not so."""
    if scene.has_not or scene.lows & (UP | DOWN):
        return
    tables = [there for there in scene.tables if there.columns and there.columns[0].name.startswith("from_")]
    for low, high in zip(scene.numbers, scene.numbers[1:], strict=False):
        is_range = _BETWEEN.search(scene.text[: low.start]) and _AND.fullmatch(scene.text[low.end : high.start])
        for there in tables if is_range else ():
            starts = sorted(there.columns[0].present())
            if _is_one_of(starts, low.value) and _is_one_of(_ends(starts), high.value):
                yield there, there.columns[0], low, high


def _ends(starts: list[float]) -> list[float]:
    """Where ranges end: where the next one begins; the last as far on, if all are equally wide."""
    steps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    is_even = bool(steps) and all(math.isclose(step, steps[0]) for step in steps)
    return starts[1:] + ([starts[-1] + steps[0]] if is_even else [])


def _is_one_of(values: list[float], value: float) -> bool:
    return any(math.isclose(one, value) for one in values)
