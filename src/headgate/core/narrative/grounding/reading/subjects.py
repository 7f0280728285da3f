"""Who a rank is said of: a name before it, after it, or several that are listed before it."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.called import things
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene

_ONLY_TO = re.compile(r"\s+only\s+to\b")
_ON = re.compile(r"\s+(?:[a-z]+\s+){0,2}(?:on|in|at|from|by|for|to|with)\s+(?:the\s+)?[\"“']?$")
_IS = re.compile(r"[\w\s'’,%.-]*?\b(?:is|are|was|were|has|have|had|came|go(?:es)?)\s+(?:the |an? |with )?[\"“']?$")
# `the top loser PFE`, `the top loser (PFE)`
_BESIDE = re.compile(r"\s+(?!(?:and|or|but|as|than|of|for|to|in|at|on)\b)\w+\s+[\"“'(]?")
_OPENS = re.compile(r"\s*(?:and\s+)?the\s+", re.I)
_THE = re.compile(r"\bthe\s+$", re.I)
_RANKS = re.compile(r"\b(?:ranks?|ranked|comes?|came|is|are|was|placed|finish\w*)\s+$", re.I)
_PLURAL = re.compile(r"\b(?:are|were|earn|have|had|make|come|came|rank|bring|sold|cost|earned|gained|lost|show)\b")
_AND = re.compile(r"\s*,?\s*and\s+(?:the\s+)?")


def subject(scene: Scene, start: int, end: int, *, is_near: bool = False) -> Named | None:
    """Who is said to be first: the name before the word in its part of the sentence, else the one after it.

    Args:
        start, end: of the word that says so.
        is_near: whether the nearest name is meant, as in `second is A`.
    """
    names = _names_around(scene, start)
    before = [one for one in names if one.end <= start]
    after = [one for one in names if one.start >= end]
    if before and _ONLY_TO.match(scene.text[end:]):
        return before[-1]
    if after and (_is_introduced(scene.text[end : after[0].start]) or _is_beside(scene, start, end, after[0])):
        return after[0]
    if before:
        is_verb = _RANKS.search(scene.text[:start])
        return before[-1] if not is_near or is_verb else _nearest(before, after, start, end)
    carried = [one for one in scene.carried if not one.when]
    if after and (is_near or len(after) == 1 or not carried):
        return after[0]
    return carried[0] if carried else None


def _names_around(scene: Scene, start: int) -> list[Named]:
    """The names in a word's part of the sentence; where there are none, the last one before that part."""
    begin, stop = scene.clause(start)
    names = [one for one in things(scene, scene.own) if not one.is_part or " " in one.text]
    inside = [one for one in names if begin <= one.start < stop]
    if not inside and begin and _OPENS.fullmatch(scene.text, begin, start):
        # `A rose, and the top loser fell 3 %` says nothing of A.
        return []
    return inside or [one for one in names if one.start < begin and not one.when][-1:]


def _is_introduced(between: str) -> bool:
    """`highest is A`, `most go to A`."""
    return bool(_ON.match(between) or _IS.match(between))


def _is_beside(scene: Scene, start: int, end: int, named: Named) -> bool:
    """`the top loser A`."""
    return bool(_THE.search(scene.text[:start]) and _BESIDE.fullmatch(scene.text, end, named.start))


def _nearest(before: list[Named], after: list[Named], start: int, end: int) -> Named:
    if not after:
        return before[-1]
    return before[-1] if start - before[-1].end <= after[0].start - end else after[0]


def several_before(scene: Scene, at: int) -> list[Named]:
    """Names of one column before a place: `Nokia and Sony are at the bottom`."""
    clusters = (named for there in scene.tables for named in scene.clusters(there).values())
    return max(([one for one in named if 0 <= one.end <= at] for named in clusters), key=len, default=[])


def listed_before(scene: Scene, at: int) -> list[Named]:
    """`A (1) and B (2) are the most popular`: all of them are."""
    start, _ = scene.clause(at)
    inside = [one for one in several_before(scene, at) if one.start >= start]
    if len(inside) < 2:
        return []
    between = re.sub(r"\([^)]*\)", "", scene.text[inside[-2].end : inside[-1].start])
    is_plural = _PLURAL.search(scene.text[inside[-1].end : at])
    return inside if is_plural and _AND.fullmatch(between) else []
