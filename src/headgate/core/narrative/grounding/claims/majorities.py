"""Most of a whole: `small orders bring in most of the revenue`, `the bulk of revenue comes from A`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.subjects import listed_before
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import meant, stem, stem_set

_MOST_OF = re.compile(
    r"(?<!at )\b(?:most|(?:the|a|an|by far the)\s+(?:\w+\s+)?(?:majority|bulk|lion['’]s share))\s+of\s+"
    r"(?:(?:all|the|its|their|our|total)\s+)*(\w+)"
    r"|\b(?:make|account|bring|generate|earn|contribute|provide)\w*\s+(?:up\s+|for\s+|in\s+)?"
    r"(?P<all>all|the\s+whole|the\s+entire)\s+(?:of\s+)?(?:(?:the|its|their|our|total)\s+)*(\w+)",
    re.I,
)
_COMES_FROM = re.compile(r"\s+(?:\w+\s+){1,3}?(?:from|by|to|for|with|on)\s+(?:the\s+)?", re.I)
_PERCENT, _HALF, _WHOLE = stem_set("percent share"), 50, 99.5


def unsupported_majority(scene: Scene) -> Iterator[str]:
    """Why what is named has no more than half of a whole; nothing when it has, or nothing is said."""
    for found in _MOST_OF.finditer(scene.text):
        names = _after(scene, found) or listed_before(scene, found.start()) or _before(scene, found)
        least = _WHOLE if found["all"] else _HALF
        for there in scene.tables:
            rows = [one.rows(there) for one in names] or _all_rows(scene, there, found)
            for column in (
                _shares(there, meant(stem(found[1] or found[3]))) if all(len(one) == 1 for one in rows) else ()
            ):
                part = sum(column.present(frozenset[int]().union(*rows)))
                if rows and part <= least:
                    yield f"`{column.name}` of {_names(names)} in `{there.name}` is {part:,.4g}"


def _names(names: Sequence[Named]) -> str:
    return f"`{names[0].text}`" if names else "all"


def _all_rows(scene: Scene, there: Table, found: re.Match[str]) -> list[frozenset[int]]:
    """The rows of `ten customers make up …`, where a list has ten."""
    before = [one for one in scene.numbers if one.end <= found.start() and not one.unit]
    noun = scene.noun(before[-1]) if before else None
    is_list = noun and before[-1].value == there.size > 1 and noun.stem in words_of_rows(there)
    return [frozenset({row}) for row in range(there.size)] if is_list else []


def _after(scene: Scene, found: re.Match[str]) -> Sequence[Named]:
    """`most of the revenue comes from A`."""
    comes = _COMES_FROM.match(scene.text, found.end())
    return [one for one in scene.own if comes and one.start == comes.end()]


def _before(scene: Scene, found: re.Match[str]) -> Sequence[Named]:
    """`A brings in most of the revenue`."""
    begin, _ = scene.clause(found.start())
    return [one for one in scene.own if begin <= one.start and one.end <= found.start()][-1:]


def _shares(there: Table, whole: frozenset[str]) -> list[Column]:
    """The columns that are a percentage of a whole, whatever it is called."""
    percents = [one for one in there.numeric if one.measure is Measure.PERCENT and one.words & _PERCENT]
    return [one for one in percents if there.size > 1 and one.words - _PERCENT and one.words - _PERCENT <= whole]
