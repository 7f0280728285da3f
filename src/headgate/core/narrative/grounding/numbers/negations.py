"""Holding what is said of none against all rows: that nothing is above a limit, that there is nothing of a sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from headgate.core.narrative.grounding.numbers.every_row import is_limit_of_rows
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import DOWN, stem_set

NOTHING = re.compile(r"\b(?:no|none|nothing|no other|nobody|neither|never|not (?:one|a single))\b", re.I)
_LIMIT = re.compile(
    r"\b(above|more than|over|higher than|beyond|exceed\w*|below|under|less than|lower than|fewer than)\s*$", re.I
)
_SIGN = re.compile(r"\b(?:positive|negative)\b", re.I)
_UPPER = ("above", "more than", "over", "higher than", "beyond", "exceed")
_EXTREME = stem_set("max maximum largest highest min minimum smallest lowest")


def broken_limit(scene: Scene) -> str:
    """`no order is above 500`: the highest is not."""
    for number in scene.numbers:
        limit = None if is_limit_of_rows(scene, number) else _LIMIT.search(scene.text[: number.start])
        for there in scene.tables if limit else ():
            for column in _limited(scene, there, number):
                if limit and any(_is_beyond(scene, number, column, value, _sign(limit)) for value in column.present()):
                    return f"`{column.name}` in `{there.name}` has one that is {limit[1].lower()} {number.text}"
    return _none_of_a_sign(scene)


def _sign(limit: re.Match[str]) -> int:
    """1 where nothing is more than a limit, -1 where nothing is less."""
    return 1 if limit[1].lower().startswith(_UPPER) else -1


def _is_beyond(scene: Scene, number: Quantity, column: Column, value: float, sign: int) -> bool:
    """Of a change, `lost more than 2 %` is the other side."""
    is_down = column.is_change and bool(scene.lows & DOWN)
    return any(((-one if is_down else one) - number.value) * sign > 0 for one in column.as_said(value, number))


def _limited(scene: Scene, there: Table, number: Quantity) -> Sequence[Column]:
    noun = scene.noun(number)
    said = scene.clause_words(0, noun.end if noun else number.start)
    named = scene.named_columns(there, said - {"max", "min"})
    fitting = [column for column in named if column.as_said(1.0, number)]
    return [column for column in fitting if column.words & _EXTREME] or fitting


def is_limit(scene: Scene, number: Quantity) -> bool:
    """Whether a number is the limit that nothing passes; `unsupported_comparison` has looked at it."""
    return bool(
        NOTHING.search(scene.text[: number.start])
        and _LIMIT.search(scene.text[: number.start])
        and any(_limited(scene, there, number) for there in scene.tables)
    )


def _none_of_a_sign(scene: Scene) -> str:
    """`no brand has a negative satisfaction`."""
    for found in _SIGN.finditer(scene.text):
        start, stop = scene.clause(found.start())
        if any(start <= one.start < stop for one in scene.numbers) or not NOTHING.search(scene.text, start, stop):
            continue
        sign = -1 if found[0].lower() == "negative" else 1
        after, whole = scene.clause_words(found.end(), stop), scene.clause_words(start, stop)
        said = after if any(scene.named_columns(there, after) for there in scene.tables) else whole
        for there in scene.tables:
            for column in scene.named_columns(there, said):
                if any(value * sign > 0 for value in column.present(_rows_within(scene, there, start, stop))):
                    return f"`{column.name}` in `{there.name}` has one"
    return ""


def _rows_within(scene: Scene, there: Table, start: int, stop: int) -> Iterable[int]:
    """The rows that are named; all where names stand in another part of the sentence only."""
    own = [one for one in scene.own if one.key and not one.is_weak]
    is_elsewhere = bool(own) and not any(start <= one.start < stop for one in own)
    return range(there.size) if is_elsewhere else scene.rows_named(there)
