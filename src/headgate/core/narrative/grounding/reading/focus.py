"""Which of the cited facts a sentence is about: none that says less of its words than another one does."""

from __future__ import annotations

import dataclasses

from headgate.core.narrative.grounding.reading.degrees import SUPERLATIVE
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Table
from headgate.core.narrative.grounding.reading.words import meant, stem_set, word_set

_NO_CONTENT = stem_set("than more less by of the all this in at no not and or for to")

# `5 orders each` is about no mean.
_HOW_MANY = word_set("each per apiece most all")


def focused(scene: Scene) -> Scene:
    """The same sentence, resting on no table of several rows that knows only some of the words that another one knows.

    More facts that are cited are no excuse: `every segment has a positive satisfaction` is about the fact that knows
    segments and their satisfaction, not about one that knows the satisfaction of something else.
    """
    said = {id(there): _said(scene, there) for there in scene.tables}
    is_ranked = SUPERLATIVE.search(scene.text)
    several = [there for there in scene.tables if there.size > 1 or not is_ranked]
    tables = tuple(
        there
        for there in scene.tables
        if there.size < 2 or not any(said[id(there)] < said[id(other)] for other in several)
    )
    own = tuple(one for one in scene.own if not one.is_weak or any(one.rows(there) for there in tables))
    return dataclasses.replace(scene, tables=tables, own=own, _seen={})


def _said(scene: Scene, there: Table) -> frozenset[object]:
    """What a table knows of a sentence: the places of words that it calls itself and its columns, and the names in it.

    Everyday words that happen to be a value are no more than words.
    """
    names = {one for one in (*scene.own, *scene.carried) if one.rows(there)}
    inside = {word.start for word in scene.words for one in names if one.start <= word.start < one.end}
    words = {
        word.start
        for word in scene.words
        if word.low not in _HOW_MANY and (meant(word.stem) - _NO_CONTENT) & there.words
    }
    return frozenset[object](inside | words | {one for one in names if not one.is_weak})
