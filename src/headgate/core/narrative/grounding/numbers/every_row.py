"""What is said of all rows, of most, of none or of so many: `every brand has more than 20 orders`, `only two are above 9`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.numbers.predicates import LIMIT, Said, Test, of_category, predicate
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.several import lists
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, word_list, word_set

_NUMBERS = {word: value for value, word in enumerate(word_list("one two three four five six seven eight nine ten"), 1)}
_HOW_MANY = re.compile(
    rf"\b(?:(?P<all>all|every|each)|(?P<none>no|none|not one|not a single)|(?<!the )(?P<most>most)"
    rf"|(?P<only>only\s+)?(?P<count>{'|'.join(_NUMBERS)}|\d+))\s+(?:of\s+)?(?:the\s+|these\s+|listed\s+)*(?=[a-z])",
    re.I,
)
_ONLY = re.compile(r"\bonly\s+(?:the\s+)?$", re.I)
_EXCEPT = re.compile(
    r"\b(?:except|other|besides|apart from|excluding|not (?:all|every|each)|among|combined|together)\b", re.I
)
_WHICH = word_set("with that whose which who where but listed named and or")
# `of all brands, A …` is said of A.
_OF = re.compile(
    r"\b(?:of|among(?:st)?|across|than|over|in|for|from|to|on|at|with|between|unlike|by|versus|like|against|within|per)\s+(?:the\s+)?$",
    re.I,
)
_SUBJECT_WORDS, _LONGEST_GAP = 4, 20
_AUXILIARY = word_set("were was are is have has had been be")


def unsupported_rows(scene: Scene) -> str:
    """Why not as many rows are so as is said; empty when they are, or nothing is said."""
    return next((reason for reason, _ in _verdicts(scene) if reason), "")


def is_limit_of_rows(scene: Scene, number: Quantity) -> bool:
    """Whether a number is the limit that rows were held against, or says how many of them keep to it."""
    return any(number is one for _, numbers in _verdicts(scene) for one in numbers)


def _verdicts(scene: Scene) -> list[tuple[str, tuple[Quantity, ...]]]:
    """For each statement about rows why it isn't so, and the numbers that it explains."""
    return scene.kept(("rows",), lambda: list(_judged(scene)))


def _judged(scene: Scene) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    if _EXCEPT.search(scene.text):
        return
    for found in _HOW_MANY.finditer(scene.text):
        if _OF.search(scene.text[: found.start()]):
            continue
        for there in scene.tables:
            if there.size == 1 and (reason := _not_so_many(scene, there, found)):
                yield reason, ()
            noun = _noun(scene, there, found) if there.size > 1 else None
            if found["most"] and there.size > 1 and (reason := _not_most(scene, there, found)):
                yield reason, ()
            if noun and not _is_narrowed(scene, there, noun):
                yield from _held(scene, there, found, noun)
    yield from _alone(scene)
    yield from _of_each(scene)


# -- who it is said of -----------------------------------------------------------------------------------------------


def _noun(scene: Scene, there: Table, found: re.Match[str]) -> Token | None:
    """The word after a quantifier that says what a row of a table is: of `all brands` the brand."""
    kinds = words_of_rows(there)
    after = [word for word in scene.words if word.start >= found.end()][:_SUBJECT_WORDS]
    nouns = [word for word in after if word.stem in kinds]
    while len(nouns) > 1 and nouns[1].start - nouns[0].end == 1:
        nouns = nouns[1:]
    is_near = nouns and all(one.start >= nouns[0].start or _is_beside(one, nouns[0]) for one in after)
    return nouns[0] if is_near else None


def _is_beside(word: Token, noun: Token) -> bool:
    return noun.start - word.end < _LONGEST_GAP


def _is_narrowed(scene: Scene, there: Table, noun: Token) -> bool:
    """`all brands with more than 20 orders`; and what is said of named rows is not said of all."""
    after = next((word for word in scene.words if word.start > noun.end), None)
    named = [one for one in scene.own if not one.is_weak and one.start < noun.start and one.rows(there)]
    return after is None or after.low in _WHICH or bool(named)


def _held(scene: Scene, there: Table, found: re.Match[str], noun: Token) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    said = predicate(scene, there, noun.end)
    if said is None:
        return
    counts = [_count(column, said.test, there.size) for column in said.columns]
    is_so = any(_is_enough(found, *count) for count in counts)
    how_many = tuple(one for one in scene.numbers if found["count"] and one.start == found.start("count"))
    limits = (said.limit,) if said.limit else ()
    so, total = max(counts) if found["count"] else counts[0]
    reason = "" if is_so else f"in `{there.name}` it is so of {so} of {total}"
    if not found["count"] or found["only"]:
        yield reason, (*how_many, *limits)
    else:
        yield reason if _is_beyond_limit(scene, there, noun, said) else "", (*how_many, *limits) if is_so else ()


def _is_beyond_limit(scene: Scene, there: Table, noun: Token, said: Said) -> bool:
    """`three brands` may be told of others, too; but not `three brands with more than 20`, in a row for each brand."""
    return _is_limited(scene, said) and _has_one_each(there, noun)


def _has_one_each(there: Table, noun: Token) -> bool:
    """Whether each row is another one of what is counted: a list of models counts no brands."""
    columns = [column for column in there.named if noun.stem in column.words]
    return any(len(set(column.keys)) == there.size for column in columns)


def _not_most(scene: Scene, there: Table, found: re.Match[str]) -> str:
    """`most orders are large`, where the orders are counted per size."""
    after = [word for word in scene.words if word.start >= found.end()][:1]
    counted = [one for one in there.counts if after and one.words == {after[0].stem}]
    is_narrowed = any(one.key and not one.is_weak and not one.rows(there) for one in scene.own)
    said = (
        of_category(scene, there, after[0].end, scene.clause(after[0].end)[1]) if counted and not is_narrowed else None
    )
    if said is None:
        return ""
    so = sum(counted[0].present(row for row in range(there.size) if said.test(said.columns[0], row)))
    total = sum(counted[0].present())
    return "" if so * 2 >= total else f"in `{there.name}` it is so of {so:,.6g} of {total:,.6g}"


def _not_so_many(scene: Scene, there: Table, found: re.Match[str]) -> str:
    """`all files were processed`, where one column counts the files and another one those that were."""
    words = [word for word in scene.words if word.start >= found.end() and word.low not in _AUXILIARY][:2]
    counts = {one.words: one for one in there.numeric if one.measure is Measure.COUNT}
    told = [counts[said] for word in words if (said := frozenset({word.stem})) in counts]
    if len(told) < 2 or found["count"] or not told[1].name.endswith("ed"):
        return ""
    total, so = (int(column.numbers[0] or 0) for column in told)
    return "" if _is_enough(found, so, total) else f"in `{there.name}` it is so of {so} of {total}"


def _count(column: Column, test: Test, size: int) -> tuple[int, int]:
    found = [so for row in range(size) if (so := test(column, row)) is not None]
    return sum(found), len(found)


def _is_enough(found: re.Match[str], so: int, total: int) -> bool:
    if found["count"]:
        word = found["count"].lower()
        return so == (_NUMBERS.get(word) or int(word))
    if found["none"]:
        return so == 0
    return so * 2 > total if found["most"] else so == total


# -- only those that are named ---------------------------------------------------------------------------------------


def _alone(scene: Scene) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    """`only A has fewer than 500 orders`, where B has, too."""
    for there in scene.tables:
        for named in scene.clusters(there).values() if there.size > 1 else ():
            own = [one for one in named if one.start >= 0]
            if not own or not _ONLY.search(scene.text[: own[0].start]):
                continue
            said = predicate(scene, there, own[-1].end)
            if said and not any(column.keys[0] for column in said.columns):
                yield _told_alone(there, own, said)


def _of_each(scene: Scene) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    """`A and B have more than 25 orders`, where B has not."""
    for names in lists(scene):
        start = _said_from(scene, names)
        for there in scene.tables:
            rows = [one.rows(there) for one in names]
            said = predicate(scene, there, start) if all(rows) else None
            if said and not _is_limited(scene, said) and (said.limit or start > names[0].start):
                continue
            if said and (wrong := _not_of(there, names, rows, said)):
                yield f"in `{there.name}` it is not so of `{wrong.text}`", ()
            elif said:
                yield "", (said.limit,) if said.limit else ()


def _is_limited(scene: Scene, said: Said) -> bool:
    return bool(said.limit and LIMIT.search(scene.text[: said.limit.start]))


def _said_from(scene: Scene, names: list[Named]) -> int:
    """Where it begins what is said of several: after them, before them, or before a colon with how many they are."""
    begin, _ = scene.clause(names[0].start)
    if any(begin <= one.start < names[0].start for one in scene.numbers):
        return begin
    counted = _HOW_MANY.search(scene.text, 0, begin) if scene.text[:begin].endswith(": ") else None
    return counted.end() if counted and counted["count"] else names[-1].end


def _not_of(there: Table, names: list[Named], rows: Sequence[frozenset[int]], said: Said) -> Named | None:
    """The first name none of whose rows is as is said, in any column that may be meant."""
    for one, its in zip(names, rows, strict=True):
        if not any(said.test(column, row) for column in said.columns for row in its):
            return one
    return None


def _told_alone(there: Table, own: list[Named], said: Said) -> tuple[str, tuple[Quantity, ...]]:
    rows = frozenset[int]().union(*(one.rows(there) for one in own))
    so = [{row for row in range(there.size) if said.test(column, row)} for column in said.columns]
    reason = "" if rows in so else f"in `{there.name}` it is not only `{own[0].text}`"
    return reason, (said.limit,) if said.limit else ()
