"""Two columns of one row that a sentence sets against each other: `more happy than unhappy reviews`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import stem, stem_set

_MORE_THAN = re.compile(r"\b(?:(more)|fewer|less)\s+(\w+)\s+(?:\w+\s+)?than\s+(\w+)\b", re.I)
_LOOSE = stem_set("percent share of")


@dataclass(frozen=True)
class Difference:
    """One column less another, as often as a sentence says that it is more.

    Attributes:
        sign: that the cells must have.
    """

    column: Column
    sign: int


def difference_said(scene: Scene, there: Table, start: int, stop: int) -> Difference | None:
    """The columns that a part of a sentence compares in every row."""
    found = _MORE_THAN.search(scene.text, start, stop)
    if not found:
        return None
    first, second = (_only(there, stem(found[group])) for group in (2, 3))
    if not first or not second or first is second or first.measure is not second.measure:
        return None
    pairs = zip(first.numbers, second.numbers, strict=True)
    cells = tuple(a - b if a is not None and b is not None else None for a, b in pairs)
    return Difference(Column(f"{first.name} - {second.name}", first.words, cells), 1 if found[1] else -1)


def not_in_row(scene: Scene) -> str:
    """Why one column is not more than another in the rows that are named; empty when it is, or nothing is said."""
    for there in scene.tables if not scene.has_not else ():
        said = difference_said(scene, there, 0, len(scene.text))
        named = [one for one in scene.own if one.key and not one.is_weak and len(one.rows(there)) == 1]
        rows = frozenset[int]().union(*(one.rows(there) for one in named)) if there.size > 1 else frozenset({0})
        if said and any(value * said.sign <= 0 for value in said.column.present(rows)):
            return f"`{there.name}` does not say so: `{said.column.name}` is {said.column.present(rows)[0]:,.4g}"
    return ""


def _only(there: Table, word: str) -> Column | None:
    """The column that a word names, if there is only one."""
    named = [one for one in there.numeric if one.words - _LOOSE == {word}]
    return named[0] if len(named) == 1 else None
