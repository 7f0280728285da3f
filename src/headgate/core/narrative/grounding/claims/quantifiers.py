"""Holding what is said of all, of most or of some alone against the rows: `all stocks fell`, `only A rose`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.claims.earlier_values import (
    THAN_EARLIER,
    moves_unknown,
    no_streak,
    nothing_before,
    nothing_usual,
)
from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.reading.directions import MOVING, direction_of
from headgate.core.narrative.grounding.reading.movements import is_series
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, stem

_EVERY = re.compile(
    r"\b(all|every|each|most)\s+(?:of\s+)?(?:the\s+)?(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\s+)?(?:\w+\s+){0,2}?(\w+)\s+(?:\w+\s+)?$",
    re.I,
)
_ALL_BUT = re.compile(r"\b(?:all|every\w*)\s+(?:\w+\s+)?(?:but|except(?:\s+for)?)\s+$", re.I)
_BUT = re.compile(r"\b(?:but|except)\b", re.I)
_APART = re.compile(r"\b(?:apart from|besides|other than|with the exception of)\b", re.I)
_BUT_ONE = re.compile(r"\b(?:but|except)\s+(?:for\s+)?one\b", re.I)
_IS_ONLY = re.compile(r"\s+(?:is|was|are|were)\s+the\s+only\b", re.I)
_ONLY = re.compile(r"\bonly\s+$", re.I)


def unsupported_quantifier(scene: Scene) -> str:
    """Why not all, not most or not only those that are named went somewhere; empty when they did, or nothing is said."""
    if reason := no_streak(scene):
        return reason
    if reason := nothing_usual(scene):
        return reason
    if found := THAN_EARLIER.search(scene.text):
        return nothing_before(scene, found[0])
    for word in scene.words:
        direction = direction_of(scene, word)
        if direction is None or scene.has_not:
            continue
        for there in scene.tables:
            if reason := _not_so_many(scene, there, word, direction) or _not_alone(scene, there, word, direction):
                return reason
    return moves_unknown(scene)


def _not_so_many(scene: Scene, there: Table, word: Token, direction: int) -> str:
    """`most symbols rose`, of which two of seven did."""
    found = _EVERY.search(scene.text[: word.start])
    if (
        not found
        or _APART.search(scene.text)
        or any(not found.start() < one.start < word.start for one in scene.numbers)
    ):
        return ""
    moved, total = _counted(scene, there, word, direction, stem(found[2]))
    if _BUT.search(found[0]):
        # `all but one`; names are looked at by themselves.
        enough = moved == total - 1 or not _BUT_ONE.search(found[0])
    else:
        enough = moved * 2 > total if found[1].lower() == "most" else moved == total
    return f"in `{there.name}` {moved} of {total} did" if total and not enough else ""


def _counted(scene: Scene, there: Table, word: Token, direction: int, noun: str) -> tuple[int, int]:
    """How many went somewhere, and of how many: by the signs of the rows, or by the columns of the only row."""
    if is_series(there) and noun not in words_of_rows(there):
        # `all symbols fell`, and not all days.
        return 0, 0
    if there.size == 1:
        return _counted_in_row(there, direction, noun)
    columns = () if scene.is_bound(there) else _signed(scene, there, word)
    present = columns[0].present() if columns else []
    return sum(value * direction > 0 for value in present), len(present)


def _signed(scene: Scene, there: Table, word: Token) -> list[Column]:
    """The columns whose sign a word is about: of `positive satisfaction` the satisfaction, of `rose` the change."""
    if word.low in ("positive", "negative"):
        named = scene.named_columns(there, scene.meanings)
        return [one for one in named if min(one.present(), default=0) < 0 < max(one.present(), default=0)]
    return [column for column in there.numeric if column.is_change and "momentum" not in column.words]


def _counted_in_row(there: Table, direction: int, noun: str) -> tuple[int, int]:
    moving = _of_words(there, MOVING[direction])
    whole = [column for column in there.counts if column.words == {noun}]
    if not moving or not whole:
        return 0, 0
    return int(moving.numbers[0] or 0), int(whole[0].numbers[0] or 0)


def _of_words(there: Table, words: frozenset[str]) -> Column | None:
    return next((one for one in there.numeric if one.words <= words and one.measure is Measure.COUNT), None)


def _not_alone(scene: Scene, there: Table, word: Token, direction: int) -> str:
    """`only A rose`, where B did, too."""
    start, _ = scene.clause(word.start)
    named = [one for one in scene.own if start <= one.start and one.end <= word.start and one.rows(there) and one.key]
    if there.size < 2 or not named or _is_told_by_another(scene, there, named):
        return ""
    before, between = scene.text[: named[0].start], scene.text[named[-1].end : word.start]
    rows = frozenset[int]().union(*(one.rows(there) for one in named))
    if _ALL_BUT.search(before):
        rows = frozenset(range(there.size)) - rows
    elif not _ONLY.search(before) and not _IS_ONLY.match(between):
        return ""
    for column in _signed(scene, there, word)[:1]:
        known = {row: value for row, value in enumerate(column.numbers) if value is not None}
        if {row for row, value in known.items() if value * direction > 0} != rows & known.keys():
            return f"in `{there.name}` it is not only `{named[0].text}`"
    return ""


def _is_told_by_another(scene: Scene, there: Table, named: list[Named]) -> bool:
    """Whether a table has several rows of what another one has one row each of: of brands, a list of models tells less."""
    others = [other for other in scene.tables if other.size > 1 and all(one.rows(other) for one in named)]
    return not _has_one_each(there, named) and any(_has_one_each(other, named) for other in others)


def _has_one_each(there: Table, named: list[Named]) -> bool:
    """Whether each row is another one of what is named."""
    columns = [column for column in there.named if column.name in named[0].columns(there)]
    return any(len(set(column.keys)) == there.size for column in columns)
