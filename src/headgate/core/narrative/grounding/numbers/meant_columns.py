"""Which column a number is about, by the words around it."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.movements import EARLIER
from headgate.core.narrative.grounding.reading.nearness import (
    is_beside_percent,
    stems_after,
    words_after,
    words_near,
)
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, meant, stem, stem_set, word_set

_LOOSE = stem_set("share shares percent rate mean min max median total change times time points")
_ROWS = stem_set("rows records entries lines")
_OF = re.compile(r"\bof\s+(?:the\s+|all\s+|its\s+|their\s+)?$", re.I)
_PERCENT_OF = re.compile(r"\s+of\s+(?:all\s+|the\s+|its\s+|total\s+|their\s+|our\s+)*([a-z]+)\b", re.I)


_FROM_TO = re.compile(r"\b(?:from|to)\s+(?:[a-z]+\s+){0,2}[$€£]?$", re.I)
_OTHER_TIMES = EARLIER | stem_set("usual expected")
_PREPOSITIONS = word_set("after before from to than since over for at on in")
# `between closes of 12 and 14` are the ones before and after.
_AROUND = stem_set("between neighbouring neighbour neighbours adjacent surrounding either")
_HAVE = re.compile(r"\s+(?:have|had|has|show|showed|with|placed|bought|made|wrote|gave|left|brought)\b", re.I)


def is_meant(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """Whether a number can be about a column: `a price of 12` is about the price, `12 orders` about the orders."""
    return (
        is_named_so(scene, number, there, column)
        and not _is_said_otherwise(scene, number, there, column)
        and not _is_unsaid(scene, number, there, column)
        and _is_part_of(scene, number, there, column)
        and _has_noun(scene, number, there, column)
    )


def is_named_so(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """Whether the words around a number name no other column better than this one."""
    is_after = _is_named_after(scene, number, there, column)
    if is_after or done_with(scene, number, there):
        return is_after
    words = words_near(scene, number)
    words = words | EARLIER if words & EARLIER else words
    mine = column.words & words
    kinds = [one.words for other in scene.tables for one in other.named]
    rivals = (
        rival
        for other in scene.bound_tables
        if not _knows_less(scene, other, there)
        for rival in other.numeric
        if not _is_held_by_another(scene, number, other, rival)
    )
    return not any(
        mine < rival.words & words
        and rival.words != column.words
        and rival.words not in kinds
        and _can_be_said(scene, number, rival)
        and not (rival.is_change and _FROM_TO.search(scene.text[: number.start]))
        for rival in rivals
    )


def _knows_less(scene: Scene, there: Table, other: Table) -> bool:
    """Whether a table knows only some of the names that another one knows, in its rows or in what its columns are called."""
    names = [one for one in scene.own if one.key and not one.is_weak]
    mine, others = (
        {one for one in names if one.rows(one_of) or any(set(one.key) <= column.words for column in one_of.numeric)}
        for one_of in (there, other)
    )
    return mine < others


def _is_held_by_another(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """Whether a column tells of another name than the number does: `top_gainer_change`, of one that gained less."""
    holder, owner = there.holder_of(column), scene.owner(number)
    return holder is not None and owner is not None and owner.key not in holder.keys


def _is_said_otherwise(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """Whether the words name another column of the same table in full: `128 reviews` are no `different_reviews`."""
    noun = scene.noun(number)
    before = scene.text[: number.start]
    if number.unit or noun is None or _OF.search(before) or _FROM_TO.search(before):
        return False
    others = [one.words for one in there.counts if one is not column]
    if {noun.stem} in others:
        rest = column.words - {noun.stem} - _LOOSE
        if noun.stem in column.words:
            return bool(rest) and not rest & scene.meanings and not _is_told(scene, there, rest)
        return _is_head_after(scene, noun, column)
    return any(column.words < one <= words_after(scene, number) for one in others)


def _is_unsaid(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`closed at 12` is no `previous_close`, where there is a `close`; but `closes went from 12` says which by itself."""
    if column.is_neutral or _FROM_TO.search(scene.text[: number.start]):
        return False
    words = words_near(scene, number)
    plainer = [one for one in there.numeric if one.words and one.words < column.words and one.words <= words]
    kinds = [(one, column.words - one.words) for one in plainer if column.words - one.words <= _OTHER_TIMES]
    before = {word.stem for word in scene.words if word.end <= number.start}
    is_told = scene.stems & EARLIER or before & _AROUND
    said = words | scene.stems | (EARLIER if is_told else frozenset())
    return any(not kind & said and _can_be_said(scene, number, one) for one, kind in kinds)


def _is_head_after(scene: Scene, noun: Token, column: Column) -> bool:
    """Whether a column is what the next word says more of: the readings in `11 abnormal readings`."""
    after = next((word for word in scene.words if word.start == noun.end + 1), None)
    return after is not None and column.words == {after.stem} and after.low.endswith("s") and not noun.low.endswith("s")


def _is_told(scene: Scene, there: Table, words: frozenset[str]) -> bool:
    """Whether something is named of a column that is called so."""
    return any(column.words & words and column.name in scene.clusters(there) for column in there.named)


def _can_be_said(scene: Scene, number: Quantity, column: Column) -> bool:
    """Whether a column could be said in the number's unit at all; what is counted has no decimals."""
    if column.measure is Measure.COUNT and number.value != int(number.value) and not number.unit and number.step < 1:
        return False
    return bool(column.as_said(1.0, number, beside_percent=is_beside_percent(scene, number)))


def _is_named_after(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`3,345 orders`, `three files failed`: the whole name of the column follows."""
    noun = scene.noun(number)
    if number.unit or noun is None:
        return False
    if done := done_with(scene, number, there):
        return column in done
    return column.words <= {noun.stem} or column.words <= words_after(scene, number)


def done_with(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    """The columns of what was done with what is counted: `2,904 records were accepted`."""
    if number.unit or _OF.search(scene.text[: number.start]):
        return []
    after = stems_after(scene, number)
    return [one for one in there.numeric if one.name.endswith("ed") and one.words <= after]


def _is_part_of(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`74 % of revenue` is a share of revenue."""
    found = _PERCENT_OF.match(scene.text, number.end)
    told = column.words - _LOOSE
    is_kind = bool(told) and "of" not in column.name.split("_") and told <= words_near(scene, number)
    if number.unit != "percent" or not found or told & words_after(scene, number) or is_kind:
        return True
    whole = meant(stem(found[1]))
    if told and any(one.words == {stem(found[1])} for one in there.numeric) and not told & scene.meanings:
        return False
    has_another = any(one.words & whole for one in there.numeric if one.measure is Measure.PERCENT)
    return not has_another or bool(column.words & whole)


def _has_noun(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`452 orders` are orders, and no revenue."""
    noun = scene.noun(number)
    if noun is None or number.unit or noun.low in _PREPOSITIONS:
        return True
    if _is_name(scene, noun):
        return column.measure is Measure.COUNT
    if noun.stem in _LOOSE or noun.stem in there.words_of_text or not _names_a_column(scene, noun):
        return True
    if meant(noun.stem) & column.words:
        return True
    columns = (one for other in scene.tables for one in other.numeric)
    if _HAVE.match(scene.text, noun.end) and any(one.words == {noun.stem} for one in columns):
        # `58 users have abnormal readings` counts users.
        return False
    if _is_named_after(scene, number, there, column):
        return True
    return noun.stem in _ROWS and bool(column.words & _ROWS)


def _is_name(scene: Scene, noun: Token) -> bool:
    """`three Samsung phones`: what is counted is named."""
    return any(one.start == noun.start and not one.when and (one.is_part or not one.is_weak) for one in scene.own)


def _names_a_column(scene: Scene, noun: Token) -> bool:
    """Whether a word is what a column of any fact is called."""
    return bool(meant(noun.stem) & scene.nouns) or any(
        noun.stem in one.words for other in scene.tables for one in other.numeric
    )
