"""Rows that each stand for a range: `two thirds of the readings lie between 60 and 80`, of rows from 60, 70 and 80."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.quantity import Kind, Quantity
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import stem

_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.I)
_AND = re.compile(r"\s*\w*\s+(?:and|to)\s+", re.I)
_MOST = re.compile(r"\bmost\b", re.I)
_PERCENT, _HALF = stem("percent"), 50


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
    """Why most do not lie in a range; empty when they do, or nothing is said."""
    for there, column, low, high in _ranges(scene) if _MOST.search(scene.text) else ():
        rows = _rows_within(column, low, high)
        for share in (one for one in there.numeric if one.measure is Measure.PERCENT):
            if sum(share.present(rows)) <= _HALF:
                return f"in `{there.name}` it is {sum(share.present(rows)):.4g} %"
    return ""


def _rows_within(column: Column, low: Quantity, high: Quantity) -> list[int]:
    starts = enumerate(column.numbers)
    return [row for row, start in starts if start is not None and low.value <= start < high.value]


def _ranges(scene: Scene) -> Iterator[tuple[Table, Column, Quantity, Quantity]]:
    """The ranges that a sentence says, in tables whose first column begins with `from_`."""
    tables = [there for there in scene.tables if there.columns and there.columns[0].name.startswith("from_")]
    for low, high in zip(scene.numbers, scene.numbers[1:], strict=False):
        is_range = _BETWEEN.search(scene.text[: low.start]) and _AND.fullmatch(scene.text[low.end : high.start])
        for there in tables if is_range else ():
            starts = there.columns[0].present()
            step = starts[1] - starts[0] if len(starts) > 1 else 0.0
            if low.value in starts and high.value - step in starts:
                yield there, there.columns[0], low, high
