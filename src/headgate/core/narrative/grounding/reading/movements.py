"""Where the rows of a table went: by columns of change, by an earlier and a later column, by the row of the day before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, stem, stem_set

_LATEST = re.compile(r"\b(?:latest|last|most recent)\s+(?:trading\s+)?(?:day|session|week|month|hour|run)\b", re.I)
_SIGNS = ("positive", "negative")
EARLIER = stem_set("before earlier previous first open old prior former")
"""Words of columns, and of sentences, for what was before."""

PERIODS = stem_set("days weeks months hours sessions")
_NEW = stem_set("lately now today latest close new current recent")


def changes(scene: Scene, there: Table, word: Token | None = None) -> list[Column]:
    """The columns of change of a table; those named in a word's part of the sentence, else those of no momentum."""
    start, stop = scene.clause(word.start) if word else (0, len(scene.text))
    said = {one.stem for one in scene.words if start <= one.start < stop}
    found = [column for column in there.numeric if column.is_change]
    named = [column for column in found if (column.words - {stem("change"), stem("percent")}) & said]
    return named or [column for column in found if "momentum" not in column.words] or found


def movements(scene: Scene, there: Table, word: Token, rows: Iterable[int]) -> list[float]:
    """What a word of direction may be about in some rows: numbers whose sign says where they went."""
    chosen = sorted(rows)
    named = scene.named_columns(there, scene.meanings) if word.low in _SIGNS else []
    if signed := [column for column in named if min(column.present(), default=0) < 0]:
        return [sign for column in signed for sign in column.present(chosen)]
    if columns := changes(scene, there, word):
        return [sign for column in columns for sign in column.present(chosen)]
    return _between_columns(scene, there, chosen) or since_the_row_before(scene, there, chosen)


def _between_columns(scene: Scene, there: Table, rows: Sequence[int]) -> list[float]:
    """`orders_lately` against `orders_before`."""
    pairs = [
        (new, old)
        for new in there.numeric
        for old in there.numeric
        if new.words & _NEW and old.words & EARLIER and new.words - _NEW == old.words - EARLIER
    ]
    said = [(new, old) for new, old in pairs if (new.words - _NEW) & scene.meanings]
    return _differences((new.numbers[row], old.numbers[row]) for new, old in said for row in rows)


def since_the_row_before(scene: Scene, there: Table, rows: Sequence[int]) -> list[float]:
    """Of a table by date, a value against that of the row before, of the same thing."""
    if not any(column.is_dated for column in there.columns):
        return []
    columns = scene.named_columns(there, scene.meanings)
    whole = [column for column in columns if column.words <= scene.meanings] or columns or _prices(there)
    steps = [(column, row) for column in whole[:1] for row in rows if row and is_same_series(there, row)]
    return _differences((column.numbers[row], column.numbers[row - 1]) for column, row in steps)


def _differences(pairs: Iterable[tuple[float | None, float | None]]) -> list[float]:
    return [a - b for a, b in pairs if a is not None and b is not None]


def _prices(there: Table) -> list[Column]:
    """What rises and falls where nothing is named: money."""
    return [column for column in there.numeric if column.measure is Measure.MONEY]


def is_series(there: Table) -> bool:
    """Whether a table has one row per day, or whatever its time goes by, the latest one last."""
    dated = [column.cells for column in there.columns if column.is_dated]
    return there.size > 1 and not there.named and any(list(cells) == sorted(set(cells)) for cells in dated)


def rows_of_time(scene: Scene, there: Table) -> frozenset[int]:
    """The rows of what is named; where nothing is, that of the latest day if the sentence speaks of it."""
    if scene.is_bound(there):
        return scene.rows_named(there)
    return frozenset({there.size - 1} if _LATEST.search(scene.text) and is_series(there) else ())


def is_same_series(there: Table, row: int) -> bool:
    """Whether a row is about the same thing as the one before it."""
    return all(column.keys[row] == column.keys[row - 1] for column in there.named)
