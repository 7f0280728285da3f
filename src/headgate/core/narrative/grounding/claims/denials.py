"""Directions that are said of none, or of so many, and so of no name: `none fell`, `the momentum of 7 stocks is negative`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.reading.directions import MOVING
from headgate.core.narrative.grounding.reading.movements import PERIODS, changes
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, meant

_NONE = re.compile(r"\b(?:none|nobody|not (?:one|a single)|no (?!doubt|longer|more|less|fewer|other)[a-z]+)\b", re.I)
_ON = re.compile(r"\b(?:on|in)\s+(?:only\s+|just\s+)?$", re.I)
_OF = re.compile(r"\s+of\s+(?:the\s+|these\s+|all\s+)?", re.I)
_ON_NONE = re.compile(r"\b(?:on|in)\s+(?=(?:none|no)\b)", re.I)
_ONE = re.compile(r"\b(?:only\s+)?one\s+(?:\w+\s+)?$", re.I)
_SIGNS = ("positive", "negative")


def is_of_none(scene: Scene, word: Token) -> bool:
    """Whether a word is said of nobody in its part of the sentence: not in `no surprise: A fell`."""
    start, _ = scene.clause(word.start)
    if _ON_NONE.match(scene.text, word.end + 1):
        return True
    found = _NONE.search(scene.text, start, word.start)
    if not found or _is_named_between(scene, start, word.start):
        return False
    # `none of them rose and 3 of them fell`
    counted = (one for one in scene.numbers if found.end() <= one.start < word.start and not one.unit)
    return all(_OF.fullmatch(scene.text, found.end(), one.start) for one in counted)


def is_of_so_many(scene: Scene, word: Token) -> bool:
    """`the momentum of 7 stocks is negative`, `two rose and four fell`; the number was held against the rows."""
    start, _ = scene.clause(word.start)
    if any(one.is_word and one.end + 1 == word.start and not one.unit for one in scene.numbers):
        return True
    if _ONE.search(scene.text[start : word.start]) and not _is_named_between(scene, start, word.start):
        return True
    if _is_named_between(scene, start, word.start):
        return False
    counted = [one for one in scene.numbers if start <= one.start and one.end <= word.start and not one.unit]
    return any(_counts_rows(scene, one) for one in counted)


def _counts_rows(scene: Scene, number: Quantity) -> bool:
    """`7 stocks`, `on 3 of these days`, `on 3`."""
    if scene.stems & PERIODS and _ON.search(scene.text[: number.start]):
        return True
    noun = scene.noun(number)
    return noun is not None and any(
        meant(noun.stem) & words_of_rows(there) or any(one.words == {noun.stem} for one in there.numeric)
        for there in scene.tables
    )


def one_did(scene: Scene, word: Token, direction: int) -> str:
    """Why it is not so that none did; signs are looked at with limits."""
    if word.low in _SIGNS:
        return ""
    for there, column in _told(scene, word, direction):
        sign = 1 if there.size == 1 else direction
        if any(value * sign > 0 for value in column.present()):
            return f"`{column.name}` in `{there.name}` says that there is one"
    return ""


def _told(scene: Scene, word: Token, direction: int) -> Iterator[tuple[Table, Column]]:
    """What tells it: the days of `on none of these days`, else how many moved, else the rows."""
    if scene.stems & PERIODS and _ON_NONE.search(scene.text, *scene.clause(word.start)):
        dated = (there for there in scene.tables if any(column.is_dated for column in there.columns) and there.size > 1)
        yield from ((there, column) for there in dated for column in changes(scene, there))
        return
    yield from ((there, column) for there in scene.tables for column in _counts(there, direction))


def _counts(there: Table, direction: int) -> list[Column]:
    """The columns of a single row that say how many went somewhere."""
    counts = [column for column in there.numeric if column.measure is Measure.COUNT and there.size == 1]
    return [column for column in counts if column.words <= MOVING[direction]]


def _is_named_between(scene: Scene, start: int, stop: int) -> bool:
    return any(start <= one.start < stop and one.key and not one.is_weak for one in scene.own)
