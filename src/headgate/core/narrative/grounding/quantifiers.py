"""Holding what is said of all, of most or of some alone against the rows: `all stocks fell`, `only A rose`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.directions import MOVING, direction_of
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import Token, stem, stem_set, word_set

_EVERY = re.compile(r"\b(all|every|each|most)\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+){0,2}?(\w+)\s+(?:\w+\s+)?$", re.I)
_ALL_BUT = re.compile(r"\b(?:all|every\w*)\s+(?:\w+\s+)?(?:but|except(?:\s+for)?)\s+$", re.I)
_IS_ONLY = re.compile(r"\s+(?:is|was|are|were)\s+the\s+only\b", re.I)
_ONLY = re.compile(r"\bonly\s+$", re.I)
# Verbs that say by themselves that something changed; `rising` and `the rise` may be said of anything.
_MOVED = word_set(
    "rose risen fell fallen grew grown increased decreased declined climbed shrank shrunk surged plunged collapsed crashed "
    "booming boomed soared worsened improved"
)
_THAN_EARLIER = re.compile(
    r"\bthan\s+(?:on\s+|in\s+|it\s+was\s+|they\s+were\s+)?(?:yesterday|before|earlier|previously"
    r"|(?:the\s+)?(?:day|week|month|year|run)\s+before|(?:last|the\s+previous)\s+(?:day|week|month|year|run|time))\b",
    re.I,
)
_STREAK = re.compile(
    r"\b(?:in a row|(?:\w+th|first|second|third|consecutive|straight|successive)\s+(?:consecutive|straight|successive)\s+\w+"
    r"|for (?:the )?\w+ (?:consecutive|straight|successive) \w+|(?:days|weeks|sessions) running)\b",
    re.I,
)
_TRENDING = re.compile(r"\b(?:trending|trended)\s+$", re.I)


def unsupported_quantifier(scene: Scene) -> str:
    """Why not all, not most or not only those that are named went somewhere; empty when they did, or nothing is said."""
    if reason := _no_streak(scene):
        return reason
    if found := _THAN_EARLIER.search(scene.text):
        return _nothing_before(scene, found[0])
    for word in scene.words:
        direction = direction_of(scene, word)
        if direction is None or scene.has_not:
            continue
        for there in scene.tables:
            if reason := _not_so_many(scene, there, word, direction) or _not_alone(scene, there, word, direction):
                return reason
        if reason := _nothing_moves(scene, word):
            return reason
    return ""


def _not_so_many(scene: Scene, there: Table, word: Token, direction: int) -> str:
    """`most symbols rose`, of which two of seven did."""
    found = _EVERY.search(scene.text[: word.start])
    if not found or scene.numbers:
        return ""
    moved, total = _counted(scene, there, word, direction, stem(found[2]))
    enough = moved * 2 > total if found[1].lower() == "most" else moved == total
    return f"in `{there.name}` {moved} of {total} did" if total and not enough else ""


def _counted(scene: Scene, there: Table, word: Token, direction: int, noun: str) -> tuple[int, int]:
    """How many went somewhere, and of how many: by the signs of the rows, or by the columns of the only row."""
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
    whole = [column for column in there.numeric if column.words == {noun} and column.measure is Measure.COUNT]
    if not moving or not whole:
        return 0, 0
    return int(moving.numbers[0] or 0), int(whole[0].numbers[0] or 0)


def _of_words(there: Table, words: frozenset[str]) -> Column | None:
    return next((one for one in there.numeric if one.words <= words and one.measure is Measure.COUNT), None)


def _not_alone(scene: Scene, there: Table, word: Token, direction: int) -> str:
    """`only A rose`, where B did, too."""
    start, _ = scene.clause(word.start)
    named = [one for one in scene.own if start <= one.start and one.end <= word.start and one.rows(there) and one.key]
    if there.size < 2 or not named:
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


def _nothing_moves(scene: Scene, word: Token) -> str:
    """`sales rose`, where the cited facts know of no change and of no earlier value."""
    if (
        not (word.low in _MOVED or _TRENDING.search(scene.text[: word.start]))
        or scene.numbers
        or not scene.tables
        or any(_knows_change(there) for there in scene.tables)
    ):
        return ""
    return f"the cited facts don't say that anything {word.low}"


def _no_streak(scene: Scene) -> str:
    """`fell for the third day in a row`, where no cited fact has the days of what is named."""
    found = _STREAK.search(scene.text)
    days = [there for there in scene.tables if any(column.is_dated for column in there.columns)]
    if not found or not scene.tables or any(len(scene.rows_named(there)) > 1 for there in days):
        return ""
    return f"the cited facts don't say that it was `{found[0]}`"


def _nothing_before(scene: Scene, said: str) -> str:
    """`lower than yesterday`, where no cited fact knows what was before."""
    if not scene.tables or any(_knows_change(there) for there in scene.tables):
        return ""
    return f"the cited facts don't say what was before, as `{said}` does"


def _knows_change(there: Table) -> bool:
    is_by_name = any(len(set(column.keys)) == there.size for column in there.named)
    has_series = there.size > 1 and not is_by_name and any(column.is_dated for column in there.columns)
    has_words = any(column.words & stem_set("trend demand direction") for column in there.columns)
    has_earlier = any(
        column.words & stem_set("before earlier previous lately rising falling") for column in there.columns
    )
    return has_series or has_words or has_earlier or any(column.is_change for column in there.numeric)
