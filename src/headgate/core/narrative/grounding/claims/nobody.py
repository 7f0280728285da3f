"""That nobody did something with what is named, or had something at all: `nobody ordered a monitor`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import stem_set, stems

_WHO = r"(?:nobody|no one|not one\s+\w+|no\s+(?:customer|buyer|user|person|reader|patient)s?|none\s+of\s+(?:the|our|these)\s+\w+)"
_DID = re.compile(
    rf"\b{_WHO}\s+(?:has\s+|have\s+|ever\s+)*(?:ordered|bought|chose|purchased|reviewed|sold|picked|wanted)\b"
    r"|\b(?:no|not\s+(?:a\s+single|one))\s+(?=[^,;]*\b(?:was|were|has been|have been)\s+(?:ordered|bought|sold|reviewed)\b)"
    r"|\b(?:was|were|has been|have been)\s+(?:never|not)\s+(?:ordered|bought|sold|reviewed)\b|\bunsold\b|\bno\s+orders\s+for\b",
    re.I,
)
_HAD = re.compile(rf"\b{_WHO}\s+(?:had|has|have|showed|shows)\s+(?:an?\s+|any\s+)?(\w+)", re.I)
_COMPARED = re.compile(r"\b(?:than|as|but|except)\b", re.I)
_DEALT_WITH = stem_set("orders items readings reviews quantity sold")


def somebody_did(scene: Scene) -> str:
    """Why it is not so of nobody; empty when it is, or nothing is said."""
    return _dealt_with(scene) or _had(scene)


def _dealt_with(scene: Scene) -> str:
    """`nobody ordered a monitor`, where its `orders` are 13."""
    found = _DID.search(scene.text)
    if not found or _COMPARED.search(scene.text, found.end()):
        return ""
    named = [one for one in scene.own if one.key and (not one.is_weak or one.is_part)]
    for there in scene.tables if len(named) == 1 else ():
        rows = named[0].rows(there)
        for column in there.counts if rows and there.size > 1 else ():
            if column.words <= _DEALT_WITH and any(column.present(rows)):
                return f"`{column.name}` of `{named[0].text}` in `{there.name}` is not none"
    return ""


def _had(scene: Scene) -> str:
    """`nobody had an abnormal reading`, where `users_with_abnormal` is 8."""
    found = _HAD.search(scene.text)
    said = frozenset(stems(found[1])) if found else frozenset()
    if not found or any(one.key and not one.is_weak for one in scene.own):
        return ""
    for there in scene.tables if not scene.numbers else ():
        for column in there.counts:
            if said <= column.words and any(column.present()):
                return f"`{column.name}` in `{there.name}` is not none"
    return ""
