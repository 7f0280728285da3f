"""What one thing comes to for each of another: `earns more per order`, of two columns of a row."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import stem, stem_set

_PER = re.compile(r"\b(?:per|for each|for every|with each|on each)\s+(?:single\s+)?(\w+)\b", re.I)
_NO_SUM = stem_set("mean median max min usual price percent change")
_SUMMED = (Measure.COUNT, Measure.MONEY)


def rates_said(scene: Scene, there: Table) -> list[Column]:
    """The columns that `per order` makes: what is said of revenue is held against the revenue by the orders."""
    found = _PER.search(scene.text)
    wholes = [one for one in there.counts if found and one.words == {stem(found[1])}]
    if not found or not wholes:
        return []
    said = scene.clause_words(0, found.start())
    literal = [one for one in _summed(there, wholes[0]) if one.words <= scene.stems]
    parts = literal or [one for one in _summed(there, wholes[0]) if one.words & said]
    return [_rate(part, wholes[0]) for part in parts]


def _summed(there: Table, whole: Column) -> list[Column]:
    return [one for one in there.numeric if one.measure in _SUMMED and one is not whole and not one.words & _NO_SUM]


def _rate(part: Column, whole: Column) -> Column:
    pairs = zip(part.numbers, whole.numbers, strict=True)
    cells = tuple(a / b if a is not None and b else None for a, b in pairs)
    return Column(f"{part.name} by {whole.name}", part.words | whole.words, cells)
