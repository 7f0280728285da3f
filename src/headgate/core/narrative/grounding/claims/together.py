"""Holding names against each other: two that don't stand in one row, and the opposite of what a fact says."""

from __future__ import annotations

import itertools
import re

from headgate.core.narrative.grounding.claims.levels import other_level
from headgate.core.narrative.grounding.reading.called import things
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Key, Table, is_within
from headgate.core.narrative.grounding.reading.words import DOWN, STILL, UP, stem, stem_set

_OPPOSITES = (
    ("high", "low"), ("above", "below"), ("up", "down"), ("rising", "falling"), ("bullish", "bearish"), ("large", "small"),
    ("more", "less"), ("positive", "negative"), ("over", "under"), ("increase", "decrease"),
)  # fmt: skip
_OPPOSITE = {stem(one): stem(other) for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_MOODS = stem_set("bullish bearish")
_IS_THE = re.compile(
    r"\bthe (largest|biggest|highest|smallest|lowest|longest|shortest|fastest|slowest|max|maximum|min|minimum)\s+(\w+)"
    r"\s+(?:is|was)\s+(?:the\s+|order\s+)?[\"“']?",
    re.I,
)
_BEFORE, _AFTER = 25, 15


def mismatched_names(scene: Scene) -> str:
    """Why two things that are named together don't stand in one row; empty when they do."""
    if scene.has_not:
        return ""
    own = [one for one in scene.own if _is_long_enough(one) and (not one.is_weak or _has_column(scene, one))]
    for there in scene.tables:
        clusters = {column: things(scene, named) for column, named in scene.clusters(there).items()}
        groups = {column: [one for one in named if one in own] for column, named in clusters.items()}
        for first, second in itertools.combinations(groups, 2):
            if not clusters[first] or _is_longer_name(there, first, second):
                continue
            if lonely := _lonely(there, groups[first] or clusters[first][:1], groups[second]):
                return f"in `{there.name}`, `{lonely[0].text}` doesn't go with `{lonely[1].text}`"
    return _opposite(scene)


def _is_long_enough(named: Named) -> bool:
    """Parts of names are held to it when they can't be another word."""
    return not named.is_part or " " in named.text


def _is_longer_name(there: Table, first: str, second: str) -> bool:
    """Whether one column holds the other's names with something added: `Oppo A78` and `A78`."""
    keys = {column.name: column.keys for column in there.columns}
    pairs = [(set(one), set(other)) for one, other in zip(keys[first], keys[second], strict=True) if one and other]
    return all(one <= other for one, other in pairs) or all(other <= one for one, other in pairs)


def _lonely(there: Table, first: list[Named], second: list[Named]) -> tuple[Named, Named] | None:
    """A name that stands in a row with none of the other column's names, and one of those."""
    for one, others in [*((one, second) for one in first), *((one, first) for one in second)]:
        if others and not any(one.rows(there) & other.rows(there) for other in others):
            return one, others[0]
    return None


def _has_column(scene: Scene, named: Named) -> bool:
    """Whether an everyday word is meant as the value it is: the name of its column stands near it."""
    near = scene.clause_words(max(0, named.start - _BEFORE), named.end + _AFTER)
    if named.text.casefold() not in UP | DOWN | STILL:
        return True
    return any(
        column.words & near for there in scene.tables for column in there.named if column.name in named.columns(there)
    )


def wrong_figure(scene: Scene) -> str:
    """`the largest order is ORD-7`, where the fact says how large it is, and no row of ORD-7 holds that figure."""
    for found in _IS_THE.finditer(scene.text):
        named = [one for one in scene.own if one.start == found.end() and one.key]
        known = [(there, one) for there in scene.tables for one in named if _is_a(there, one, stem(found[2]))]
        cells = [cell for there, one in known for column in there.numeric for cell in column.present(one.rows(there))]
        for there in scene.tables:
            for column in there.numeric if there.size == 1 and cells else ():
                is_said = column.words == {stem(found[1]), stem(found[2])}
                if is_said and not any(cell in column.present() for cell in cells):
                    return f"`{column.name}` in `{there.name}` is {column.present()[0]:,.6g}"
    return ""


def _is_a(there: Table, named: Named, noun: str) -> bool:
    """Whether a name stands in a column called so: ORD-7 in `order_id`."""
    return any(noun in column.words and column.name in named.columns(there) for column in there.named)


def _opposite(scene: Scene) -> str:
    """`low volume`, where the fact says `high volume`."""
    for there in scene.tables:
        for column in there.named:
            for key in dict.fromkeys(key for key in column.keys if key):
                if any(_says_opposite(scene, column, key, at) for at in range(len(key))):
                    return f"`{column.name}` in `{there.name}` says the opposite"
    return other_level(scene)


def _says_opposite(scene: Scene, column: Column, key: Key, at: int) -> bool:
    """Whether a sentence says a name with one word turned round, which is no name of the column."""
    other = _OPPOSITE.get(key[at])
    if not other:
        return False
    swapped = (*key[:at], other, *key[at + 1 :])
    is_meant = len(key) > 1 or column.words & scene.stems or key[at] in _MOODS
    return (
        bool(is_meant) and swapped not in column.keys and is_within(swapped, tuple(word.stem for word in scene.words))
    )
