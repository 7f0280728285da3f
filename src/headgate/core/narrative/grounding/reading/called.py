"""The columns that a part of a sentence calls by name; those of which it says every word before the others."""

from __future__ import annotations

from collections.abc import Sequence

from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Span
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import meant, stem_set, stems

_WORDS_OF_RANK = stem_set("max min highest lowest largest smallest")
_ENDS = stem_set("max min")
_SEVERAL = 2


def called(scene: Scene, there: Table, *spans: Span, whole: bool = False, is_ranked: bool = False) -> list[Column]:
    """The numeric columns that the words of some parts name best: `orders` are no `orders_of_favourite`.

    Args:
        whole: no parts of words such as `price-sensitive`.
        is_ranked: whether `highest` ranks, and stands for no `max`.
    """
    words = frozenset[str]().union(*(scene.clause_words(*span, whole=whole) for span in spans))
    said = frozenset(word.stem for word in scene.words if any(start <= word.start < stop for start, stop in spans))
    if is_ranked:
        words = words - _WORDS_OF_RANK | said & _ENDS
    literal = said & words
    full = _longest([one for one in there.numeric if one.words and one.words <= literal])
    if not full:
        named = scene.named_columns(there, words)
        return _said_most(named, literal) or [one for one in named if one.words <= words] or named
    return [*full, *_said_better(scene, there, full, words, literal)]


def _said_better(
    scene: Scene, there: Table, full: Sequence[Column], words: frozenset[str], literal: frozenset[str]
) -> list[Column]:
    """Columns of which more words are meant than of those that are said in full: the share of `unhappy reviews`."""
    told = frozenset[str]().union(*(one.words for one in full))
    # A word of a name that is said in full means nothing else.
    meanings = frozenset[str]().union(*(meant(word) for word in literal & told)) - told
    others = frozenset[str]().union(*(meant(word) for word in literal - told))
    rest = words - meanings | (words & others)
    longest = max(len(one.words) for one in full)
    named = scene.named_columns(there, rest)
    return [one for one in named if one not in full and len(one.words & rest) > longest]


def _longest(columns: list[Column]) -> list[Column]:
    return [one for one in columns if not any(one.words < other.words for other in columns)]


def _said_most(named: Sequence[Column], literal: frozenset[str]) -> list[Column]:
    """Those of which several words are said as they are."""
    most = max((len(one.words & literal) for one in named), default=0)
    return [one for one in named if most >= _SEVERAL and len(one.words & literal) == most]


def spelled(scene: Scene) -> list[Span]:
    """Where a sentence spells a column's name of several words: `mean spo2`, `orders of favourite`."""
    return scene.kept(("spelled",), lambda: _spelled(scene))


def _spelled(scene: Scene) -> list[Span]:
    said = tuple(word.stem for word in scene.words)
    names = {stems(column.name) for there in scene.tables for column in there.columns}
    return [
        (scene.words[at].start, scene.words[at + len(name) - 1].end)
        for name in names
        for at in range(len(said) - len(name) + 1)
        if len(name) > 1 and said[at : at + len(name)] == name
    ]


def things(scene: Scene, named: Sequence[Named]) -> list[Named]:
    """Names that are no part of a column's name: the `spo2` of `mean spo2` names nothing."""
    inside = [span for span in spelled(scene) if span not in ((one.start, one.end) for one in named)]
    return [one for one in named if not any(start <= one.start and one.end <= end for start, end in inside)]
