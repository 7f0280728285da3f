"""That there is only one of something: `A has only one model`, `only one record is malformed`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.directions import MOVING, direction_of
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Table
from headgate.core.narrative.grounding.reading.words import stem

_HAS_ONE = re.compile(
    r"\b(?:has|have|had|with|places?|puts?)\s+(?:only\s+|just\s+)?(?:one|a\s+single)\s+(\w+)\s+(?:among|in|on|within)\b",
    re.I,
)
_DID_ONE = re.compile(
    r"\b(?:placed|made|has|have|had|bought|wrote|left|got)\s+(?:(?:only|just|exactly)\s+(?:one|a\s+single)|a\s+single)\s+(\w+)\b",
    re.I,
)
_ONE = re.compile(r"(?<!but )(?<!except )(?<!this )(?<!that )(?<!the )\b(?:only\s+)?one\s+(?:\w+\s+)?$", re.I)
_SOLE = re.compile(r"\b(?:only|sole|lone)\s+(?:(?P<up>gainer|winner|riser|advancer)|loser|faller|decliner)\b", re.I)
_IS_ONE = re.compile(
    r"\b(?:only\s+|just\s+)?(?:one|a\s+single)\s+(?:of\s+(?:the|its)\s+(?:\w+\s+)?)?(\w+)\s+(?:is|was|are|were)\s+(\w+)\b",
    re.I,
)
_ONE_OR_NOTHING: tuple[list[float], ...] = ([], [1.0])


def unsupported_one(scene: Scene) -> str:
    """Why there is not one; empty when there is, or nothing is said."""
    return "" if scene.has_not else _rows(scene) or _cell(scene) or _of_name(scene) or _moved(scene) or _sole(scene)


def _rows(scene: Scene) -> str:
    """`A has only one model among the most popular`, where three rows are A's."""
    found = _HAS_ONE.search(scene.text)
    before = [one for one in scene.own if found and one.end <= found.start() and not one.is_weak and one.key]
    for there in scene.tables if found and before else ():
        rows = before[-1].rows(there)
        if len(rows) > 1 and found and _has_one_each(there, stem(found[1])):
            return f"`{before[-1].text}` has {len(rows)} in `{there.name}`"
    return ""


def _has_one_each(there: Table, noun: str) -> bool:
    """Whether each row is another one of what is counted."""
    columns = [column for column in there.named if noun in column.words]
    return any(len(set(column.keys)) == there.size for column in columns)


def _of_name(scene: Scene) -> str:
    """`A placed just one order`, where its `orders` are 4."""
    found = _DID_ONE.search(scene.text)
    before = [one for one in scene.own if found and one.end <= found.start() and not one.is_weak and one.key]
    for there in scene.tables if found and len(before) == 1 else ():
        rows = before[0].rows(there)
        for column in there.counts if len(rows) == 1 and there.size > 1 else ():
            if found and column.words == {stem(found[1])} and column.present(rows) not in _ONE_OR_NOTHING:
                return f"`{column.name}` of `{before[0].text}` in `{there.name}` is {column.present(rows)[0]:g}"
    return ""


def _sole(scene: Scene) -> str:
    """`A was the only gainer`, where B rose, or A did not."""
    found = _SOLE.search(scene.text)
    before = [one for one in scene.own if found and one.end <= found.start() and not one.is_weak and one.key]
    for there in scene.tables if found and len(before) == 1 else ():
        changes = [one for one in there.numeric if one.is_change and "momentum" not in one.words]
        for column in changes[:1] if there.size > 1 and before[0].rows(there) else ():
            sign = 1 if found and found["up"] else -1
            if {row for row, value in enumerate(column.numbers) if (value or 0) * sign > 0} != before[0].rows(there):
                return f"in `{there.name}` it is not only `{before[0].text}`"
    return ""


def _moved(scene: Scene) -> str:
    """`one symbol rose`, where `rising` is 2."""
    for word in scene.words:
        direction = direction_of(scene, word)
        if direction is None or not _ONE.search(scene.text[: word.start]):
            continue
        for there in scene.tables:
            is_about = scene.is_bound(there) or (there.size == 1 and not any(map(scene.is_bound, scene.tables)))
            rows = scene.rows_named(there) if is_about else ()
            counts = [one for one in there.counts if one.words <= MOVING[direction]]
            if len(rows) == 1 and counts and counts[0].present(rows) not in _ONE_OR_NOTHING:
                return f"`{counts[0].name}` in `{there.name}` is {counts[0].present(rows)[0]:g}"
    return ""


def _cell(scene: Scene) -> str:
    """`only one record is malformed`, where `malformed` is 2."""
    for found in _IS_ONE.finditer(scene.text):
        noun, said = stem(found[1]), stem(found[2])
        for there in scene.tables:
            rows = scene.rows_named(there)
            counts = there.counts if len(rows) == 1 else ()
            if any(one.words == {noun} for one in counts):
                for column in counts:
                    if column.words in ({said}, {said, noun}) and column.present(rows) not in _ONE_OR_NOTHING:
                        return f"`{column.name}` in `{there.name}` is {column.present(rows)[0]:g}"
    return ""
