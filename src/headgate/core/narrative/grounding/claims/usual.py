"""That something is dearer, larger or less than usual, held against what is usual: `sold too expensive`, `unusually low`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Table
from headgate.core.narrative.grounding.reading.words import stem

_HIGH = "expensive|high|dear|large|big|much|many|happy|pricey"
_SAID = re.compile(
    rf"\b(?:too|unusually|unexpectedly|exceptionally|suspiciously|abnormally)\s+(?:(?P<high>{_HIGH})|cheap|low|small|little|few|unhappy)"
    r"(?:ly)?\b|\b(?:(?P<over>over)|under)(?:priced|charged)\b"
    r"|\b(?:(?P<more>more|higher|dearer|above|over)|less|lower|fewer|cheaper|below|under)\s+(?:than\s+)?(?:its\s+|the\s+)?usual\b",
    re.I,
)
_USUAL = stem("usual")


def not_usual(scene: Scene) -> str:
    """Why it is the other way round than usual; empty when it isn't, or nothing is said."""
    found = None if scene.has_not else _SAID.search(scene.text)
    sign = 1 if found and (found["high"] or found["over"] or found["more"]) else -1
    for there in scene.tables if found else ():
        differences = list(_differences(scene, there))
        if differences and all(one * sign < 0 for one in differences):
            return f"`{there.name}` says the opposite"
    return ""


def _differences(scene: Scene, there: Table) -> Iterator[float]:
    """What the row that is named is above its usual value, column by column."""
    rows = scene.rows_named(there)
    if len(rows) != 1 or not scene.is_bound(there):
        return
    (row,) = rows
    for usual in (one for one in there.numeric if _USUAL in one.words):
        for column in (one for one in there.numeric if one.words & (usual.words - {_USUAL}) and one is not usual):
            a, b = column.numbers[row], usual.numbers[row]
            if a is not None and b is not None:
                yield a - b
