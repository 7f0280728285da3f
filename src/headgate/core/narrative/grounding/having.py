"""That what is named has something at all, or is so in full: `A holds records`, `every reading of B is abnormal`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import stem

_HAS = re.compile(
    r"\b(?:holds?|held|has|have|had|contains?|contained|includes?|included|received|got|gave|brought)\s+(?=[a-z])", re.I
)
_IN_FULL = re.compile(
    r"\b(?:all|every|each)\s+(?:of\s+)?(?:the\s+|its\s+|their\s+)?(\w+)\b[^,;]*?\b(?:is|are|was|were)\s+(\w+)\b", re.I
)
_OBJECT_WORDS = 2


def lacks(scene: Scene) -> str:
    """Why what is named does not have what is said; empty when it has, or nothing is said."""
    return "" if scene.has_not else _has_nothing(scene) or _is_only_partly(scene)


def _has_nothing(scene: Scene) -> str:
    """`image/png holds records`, where its `records` are none."""
    for found in _HAS.finditer(scene.text):
        start, stop = scene.clause(found.start())
        if any(start <= one.start < stop for one in scene.numbers):
            continue
        said = {word.stem for word in [one for one in scene.words if one.start >= found.end()][:_OBJECT_WORDS]}
        for there in scene.tables:
            named = [one for one in scene.own if one.key and start <= one.start < found.start() and one.rows(there)]
            for column in _counts(there) if named and there.size > 1 else ():
                if column.words <= said and not any(column.present(named[-1].rows(there))):
                    return f"`{column.name}` of `{named[-1].text}` in `{there.name}` is none"
    return ""


def _is_only_partly(scene: Scene) -> str:
    """`all readings of A are abnormal`, where fewer of them are `abnormal` than there are `readings`."""
    for found in _IN_FULL.finditer(scene.text):
        noun, said = stem(found[1]), stem(found[2])
        for there in scene.tables:
            wholes = [one for one in _counts(there) if one.words == {noun}]
            parts = [one for one in _counts(there) if one.words in ({said}, {said, noun})]
            rows = scene.rows_named(there) if there.size > 1 else ()
            if wholes and parts and any(_is_less(parts[0], wholes[0], row) for row in rows):
                return f"`{parts[0].name}` in `{there.name}` is less than `{wholes[0].name}`"
    return ""


def _counts(there: Table) -> list[Column]:
    return [column for column in there.numeric if column.measure is Measure.COUNT]


def _is_less(part: Column, whole: Column, row: int) -> bool:
    one, all_of_them = part.numbers[row], whole.numbers[row]
    return one is not None and all_of_them is not None and one < all_of_them
