"""Where a sentence says that something went: up or down, of a number or by a word alone."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import DOWN, UP, Token, stem_set, word_set

_BETTER = word_set("improve improves improved improving recovered recovers")
_WORSE = word_set("worsen worsens worsened worsening")
_BAD = word_set("reject rejects rejected rejection rejections failed failure failures error errors unhappy abnormal")
_UP_IDIOM = re.compile(
    r"\b(?:adds?|added|ma[dk]es?|making|sets?|sums?|ends?|summing|adding|follow|gave|gives?|giving|given)\s+$", re.I
)
_ADD_UP = re.compile(r"\s+up\b", re.I)
_GIVE_UP = re.compile(r"\s+(?:up|back|away)\b", re.I)
_AFTER = re.compile(
    r"\s*(?:\w+\s+)?(?:(?P<up>higher|more|up|above|increase|gain|rise)|lower|less|fewer|down|below|decrease|loss|drop|decline)\b",
    re.I,
)
_AFTER_LENGTH = 25
_THAN = re.compile(r"\s+than\b", re.I)
_BY = re.compile(
    r"\s+(?:(?:by|about|around|some|nearly|almost|roughly|approximately|just|only|over|under|more than|less than|another"
    r"|a further|at least|an?)\s+)*[+\-−]?"
)
_IS_MOVE = re.compile(
    r"\s+(?:\w+\s+)?(?:increase|decrease|rise|drop|fall|growth|decline|gain|loss|jump|dip|surge|plunge|slump)\b", re.I
)
_OF = re.compile(r"\s+of\b", re.I)
# `falls as the price goes up`: where something else goes.
_AS_ANOTHER = re.compile(r"\bas\s+(?:the\s+)?\w+\s+(?:(?:goes|go|went|gets?|is|are)\s+)?\w+\b", re.I)
_ENDED = re.compile(r"\b(?:closed|ended|finished)\s+$", re.I)
_NEGATED = re.compile(r"\b(?:not|never|n['’]t|no|without)\s+(?:\w+\s+)?$", re.I)

MOVING = {1: stem_set("rising up gainers gaining"), -1: stem_set("falling down losers losing")}
"""A direction → stems of the columns that count who went there."""


def trend_of(scene: Scene, number: Quantity) -> int | None:
    """The direction that is said of a number: 1, -1 or None; of `fell by 3` -1, of `5 % more` 1."""
    if found := _AFTER.match(scene.text[number.end : number.end + _AFTER_LENGTH]):
        return 1 if found["up"] else -1
    start, _ = scene.clause(number.start)
    aside = [found.span() for found in _AS_ANOTHER.finditer(scene.text)]
    before = (word for word in reversed(scene.words) if start <= word.start and word.end <= number.start)
    for word in before:
        if any(begin <= word.start < end for begin, end in aside):
            continue
        if (said := direction_of(scene, word)) is not None:
            return -said if is_negated(scene, word) else said
    return None


def is_move(scene: Scene, number: Quantity) -> bool:
    """Whether a number is how much something moved: `grew by 25 %`, `a 25 % increase`; not `add 25 % of revenue`."""
    if _OF.match(scene.text, number.end):
        return False
    moves = (word for word in scene.words if word.end < number.start and direction_of(scene, word) is not None)
    return bool(_IS_MOVE.match(scene.text, number.end)) or any(
        _BY.fullmatch(scene.text, word.end, number.start) for word in moves
    )


def direction_of(scene: Scene, word: Token) -> int | None:
    """1 or -1 for a word that says where something went; None for `added up to` and for names."""
    if _is_idiom(scene, word) or any(one.start <= word.start < one.end and not one.is_weak for one in scene.own):
        return None
    if word.low in _BETTER | _WORSE and scene.lows & _BAD:
        return -1 if word.low in _BETTER else 1
    if word.low in UP:
        return 1
    return -1 if word.low in DOWN else None


def _is_idiom(scene: Scene, word: Token) -> bool:
    """Whether a word of direction is something else: a comparison, `adds up`, `makes up`, `gave an average`."""
    after = scene.text[word.end :]
    if word.low in ("up", "picked"):
        return bool(_UP_IDIOM.search(scene.text[: word.start]))
    if word.low.startswith("add"):
        return bool(_ADD_UP.match(after))
    if word.low == "gave":
        return not _GIVE_UP.match(after)
    is_end = _ENDED.search(scene.text[: word.start]) and not _THAN.match(after)
    return word.low in ("higher", "lower") and not is_end


def is_negated(scene: Scene, word: Token) -> bool:
    """`did not rise`."""
    return bool(_NEGATED.search(scene.text[: word.start]))
