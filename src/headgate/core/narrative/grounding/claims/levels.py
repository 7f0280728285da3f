"""What something is said to be, held against the one word that a fact has for it: a trend, a turbulence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import word_set

_TREND = word_set(
    "up down bullish bearish rising falling steady stable flat mixed neutral sideways unchanged upward downward positive negative"
)
_LEVEL = word_set("high low moderate medium calm severe mild extreme strong weak elevated subdued normal quiet none")
_KINDS = (_TREND, _LEVEL)
_IS = (
    r"\s+(?:is|was|are|were|remains?|remained|stays?|stayed|looks?|looked|turned|has been)\s+"
    r"(?:(?:still|now|again|overall|largely|quite|very|an?)\s+)*(\w+)\b"
)


def other_level(scene: Scene) -> str:
    """Why a word of level or of trend is another one than the fact has; empty when it is that one, or none is said.

    `turbulence is high`, where `turbulence` is `moderate`; `the market is stable`, where its `majority_trend` is `bearish`.
    """
    for there in scene.tables:
        for column, said in _said_of(scene, there) if there.size == 1 else ():
            cell = str(column.cells[0]).casefold()
            if any(said in kind and cell in kind for kind in _KINDS) and said != cell:
                return f"`{column.name}` in `{there.name}` is {column.cells[0]}"
    return ""


def _said_of(scene: Scene, there: Table) -> Iterator[tuple[Column, str]]:
    """The words that are said of a fact's columns, or of the fact itself."""
    for column in there.named:
        for name in (column.name, there.name):
            for found in re.finditer(rf"\b{re.escape(name.replace('_', ' '))}{_IS}", scene.text, re.I):
                yield column, found[1].casefold()
