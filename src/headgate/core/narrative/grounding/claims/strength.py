"""How strongly something is said to have moved, held against the percentage: `soared`, where it rose by 0.26 %."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import NOT

_STRONG = re.compile(
    r"\b(?:skyrocket|rocket|soar|surg|plung|plummet|crash|collaps|tumbl|nosediv|slump|spik|balloon|crater)\w*\b"
    r"|\bshot\s+up\b|\b(?:sharp|steep|dramatic|massive|huge)(?:ly)?\s+(?:rise|rose|gain\w*|jump\w*|fall|fell|drop\w*|los[st]\w*|declin\w*)\b"
    r"|\b(?:rose|fell|gained|lost|climbed|dropped|declined)\s+(?:sharply|steeply|dramatically|massively)\b",
    re.I,
)
_WEAK = re.compile(
    r"\b(?:slightly|barely|marginally|a\s+touch|a\s+little|modestly|edged|inched)\b"
    r"|\b(?:hardly|scarcely)\s+(?:any\s+)?(?:mov|chang|budg|rose|risen|fell|fallen|gain|los[st]|climb|dropp|declin|slipp|advanc)\w*",
    re.I,
)
# Of words that deny it says how far something went: `hardly moved`.
_HARDLY = frozenset({"hardly"})
_DENIES = re.compile(r"\b(?:hardly|scarcely)\s+$", re.I)
_LEAST, _MOST = 1.0, 4.0
_NO_CHANGE = frozenset({"momentum"})


def wrong_strength(scene: Scene) -> str:
    """Why it moved less or more than is said; empty when it didn't, or nothing is said."""
    strong, weak = _STRONG.search(scene.text), _WEAK.search(scene.text)
    if strong and _DENIES.search(scene.text[: strong.start()]):
        return ""
    if scene.lows & NOT - _HARDLY or not (strong or weak) or not _names_one(scene):
        return ""
    for there in scene.tables:
        rows = scene.rows_named(there) if there.size > 1 and scene.is_bound(there) else frozenset[int]()
        for column in _changes(there) if len(rows) == 1 else ():
            for change in column.present(rows):
                if (strong and abs(change) < _LEAST) or (weak and not strong and abs(change) > _MOST):
                    return f"`{column.name}` in `{there.name}` is {change:.3g}"
    return ""


def _names_one(scene: Scene) -> bool:
    return len({one.key for one in scene.own if one.key and not one.is_weak}) == 1


def _changes(there: Table) -> list[Column]:
    """The columns that say how much something changed in percent."""
    return [
        one
        for one in there.numeric
        if one.is_change and not one.words & _NO_CHANGE and (one.measure is Measure.PERCENT or one.words == {"change"})
    ]
