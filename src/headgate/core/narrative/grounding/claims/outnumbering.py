"""Holding how many went one way against how many went the other: `more stocks rose than fell`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.directions import MOVING, direction_of
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Table
from headgate.core.narrative.grounding.reading.words import Token

_MORE = re.compile(r"\b(?:(more)|fewer|less)\b[^,;.]*?\bthan\b", re.I)
_AS_MANY = re.compile(r"\bas many\b[^,;.]*?\bas\b", re.I)
_OUTNUMBER = re.compile(r"\boutnumber(?:s|ed)?\b", re.I)


def unsupported_outnumbering(scene: Scene) -> str:
    """Why not more went one way than the other; empty when they did, or nothing is said."""
    if scene.numbers or scene.has_not or any(one.key and not one.is_weak for one in scene.own):
        return ""
    for found, sign in _said(scene):
        ways = [way for word in scene.words if (way := _way(scene, word, found))]
        for there in scene.tables if len(ways) == 2 and ways[0] != ways[1] else ():
            counts = [_count(scene, there, way) for way in ways]
            if None not in counts and _sign((counts[0] or 0) - (counts[1] or 0)) != sign:
                return f"in `{there.name}` it is {counts[0]:g} against {counts[1]:g}"
    return ""


def is_outnumbering(scene: Scene, word: Token) -> bool:
    """Whether a word of direction says who is more: `more symbols fell than rose`."""
    ways = [found for found, _ in _said(scene) if len({_way(scene, one, found) for one in scene.words} - {None}) == 2]
    return any(_way(scene, word, found) for found in ways)


def _said(scene: Scene) -> list[tuple[re.Match[str], int]]:
    """What compares, and the sign that the first count less the second must have."""
    more = [(found, 1 if found[1] else -1) for found in _MORE.finditer(scene.text)]
    equal = [(found, 0) for found in _AS_MANY.finditer(scene.text)]
    return [*more, *equal, *((found, 1) for found in _OUTNUMBER.finditer(scene.text))]


def _way(scene: Scene, word: Token, found: re.Match[str]) -> int | None:
    """The direction that a word means, in the part of the sentence that compares."""
    begin, stop = scene.clause(found.start())
    if not begin <= word.start < stop:
        return None
    of_role = next((way for way, said in MOVING.items() if word.stem in said), None)
    return of_role or direction_of(scene, word)


def _count(scene: Scene, there: Table, way: int) -> float | None:
    """How many went that way: by a column that counts them, in all or on the day that is named, or by the signs of the rows."""
    rows = scene.rows_named(there) if there.size == 1 or scene.is_bound(there) else frozenset[int]()
    if len(rows) == 1:
        counts = [one for one in there.counts if one.words <= MOVING[way]]
        return next(iter(counts[0].present(rows)), None) if counts else None
    changes = [one for one in there.numeric if one.is_change and "momentum" not in one.words]
    is_by_date = any(column.is_dated and len(set(column.cells)) > 1 for column in there.columns)
    return sum(value * way > 0 for value in changes[0].present()) if changes and not is_by_date else None


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
