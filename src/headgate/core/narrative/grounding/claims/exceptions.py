"""What is said of all but those that are named: `every symbol rose except A`, `except for A, every price is above 5`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.numbers.predicates import Said, Test, predicate
from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.movements import changes
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import NOT, Token, meant, word_set

_ALL = re.compile(
    r"\b(?:(?:all|every|each)\s+(?:of\s+)?(?:(?:the|these|them|other)\s+)?|every(?:one|body|thing)\s+)(?=\w)", re.I
)
_BUT = re.compile(
    r"\b(?P<word>except(?:ing)?(?:\s+for)?|(?:apart|aside)\s+from|but|besides|other\s+than|excluding"
    r"|with\s+the\s+exception\s+of)\s+(?:for\s+|only\s+|just\s+)?(?:the\s+)?$",
    re.I,
)
_ALSO_ELSE = word_set("but besides")
"""At the beginning of a sentence these except nothing: `But A fell`, `Besides A, B fell`."""

_AND = re.compile(r"(?:,?\s+(?:and|or)|\s*(?P<comma>,))\s+(?:the\s+)?", re.I)
_ENDS = re.compile(r"\s*(?:[.,;:!?)—–]|$)")
_BEGINS = re.compile(r"\s*,[^,;:]*")
_WHERE = re.compile(r"\s+(?:\w+ly\s+)?(?:in|for|at|on|across|among|with)\s+", re.I)
_TO = re.compile(r"\bto\s+$", re.I)
_AUXILIARY = word_set("is are was were has have had did")
_SIGNS = word_set("positive negative")
_SUBJECT_WORDS = 3


@dataclass(frozen=True)
class _Excepted:
    """The names of an exception, and where it begins and ends: `except A and B`."""

    names: tuple[Named, ...]
    word: str
    start: int

    @property
    def end(self) -> int:
        return self.names[-1].end


def unsupported_exception(scene: Scene) -> str:
    """Why it is not so of all but those that are named; empty when it is, or nothing is said."""
    reasons = (
        reason
        for found in _ALL.finditer(scene.text)
        for but in _excepted(scene)
        for there in scene.tables
        if there.size > 1 and all(one.rows(there) for one in but.names)
        for reason in _wrong(scene, there, found, but)
    )
    return next(reasons, "")


# -- who is excepted -------------------------------------------------------------------------------------------------


def _excepted(scene: Scene) -> Iterator[_Excepted]:
    for at, one in enumerate(scene.own):
        found = None if one.is_weak or one.when else _BUT.search(scene.text[: one.start])
        if found:
            yield _Excepted(_listed(scene, at), found["word"].lower(), found.start())


def _listed(scene: Scene, at: int) -> tuple[Named, ...]:
    """A name with those that are listed after it; `except A, B rose` is no list, `except A, B and C` is one."""
    names, last = [scene.own[at]], None
    for one in scene.own[at + 1 :]:
        between = _AND.fullmatch(scene.text, names[-1].end, one.start)
        if between is None or one.when:
            break
        names, last = [*names, one], between
    return tuple(names if last and not last["comma"] else names[:1])


# -- what is said ----------------------------------------------------------------------------------------------------


def _wrong(scene: Scene, there: Table, found: re.Match[str], but: _Excepted) -> Iterator[str]:
    noun = _noun_end(scene, there, found)
    start = noun if noun is None else _said_from(scene, found, but, noun)
    if start is None or _is_denied(scene, found, but, start):
        return
    said = _said(scene, there, found, but, start)
    if said is None:
        return
    excepted = frozenset[int]().union(*(one.rows(there) for one in but.names))
    for row in _rows_of_day(scene, there):
        tests = [so for column in said.columns if (so := said.test(column, row)) is not None]
        if tests and any(tests) == (row in excepted):
            yield f"in `{there.name}` it is not so of all but `{but.names[0].text}`"


def _noun_end(scene: Scene, there: Table, found: re.Match[str]) -> int | None:
    """Where `every symbol` ends, of a table with a row for each; None where it is about something else."""
    kinds, end = words_of_rows(there), None
    for word in [one for one in scene.words if one.start >= found.end()][:_SUBJECT_WORDS]:
        if meant(word.stem) & kinds:
            end = word.end
        elif end is not None or _is_verb(scene, word) or _BUT.match(f"{word.low} "):
            break
    is_all = end is None and any(
        one.start == found.end() and (_is_verb(scene, one) or _BUT.match(f"{one.low} ")) for one in scene.words
    )
    return found.end() if is_all else end


def _is_verb(scene: Scene, word: Token) -> bool:
    return word.low in _AUXILIARY or direction_of(scene, word) is not None


def _said_from(scene: Scene, found: re.Match[str], but: _Excepted, noun: int) -> int | None:
    """Where begins what is said: after `every symbol`, or after the names of `every symbol except A and B`."""
    if but.end <= found.start():
        is_first = but.word not in _ALSO_ELSE and _BEGINS.fullmatch(scene.text, but.end, found.start())
        return noun if is_first else None
    if but.start < noun - 1 or (but.word == "but" and not _is_exception(scene, but, noun)):
        return None
    return but.end if not scene.text[noun : but.start].strip(" ,") else noun


def _is_exception(scene: Scene, but: _Excepted, noun: int) -> bool:
    """`all but A rose`, `all rose but A`; not `all rose, but A fell`."""
    return not scene.text[noun : but.start].strip() or bool(_ENDS.match(scene.text, but.end))


def _is_denied(scene: Scene, found: re.Match[str], but: _Excepted, start: int) -> bool:
    """Whether there is a `not` in what is said; there may be one in what follows: `…, which did not`."""
    begin = min(but.start, scene.clause(found.start())[0])
    stop = but.end if start < but.start else scene.clause(start)[1]
    return any(word.low in NOT for word in scene.words if begin <= word.start < stop)


def _said(scene: Scene, there: Table, found: re.Match[str], but: _Excepted, start: int) -> Said | None:
    """A limit, a value or a sign; else where all but those went."""
    said = predicate(scene, there, start)
    if said and (not said.limit or said.limit.start < but.start or start > but.start):
        return said
    stop = but.start if start < but.start else scene.clause(start)[1]
    after = [word for word in scene.words if start <= word.start < stop]
    before = [word for word in scene.words if _WHERE.fullmatch(scene.text, word.end, max(word.end, found.start()))]
    return next((moved for word in (*after, *before) if (moved := _moved(scene, there, but, word))), None)


def _moved(scene: Scene, there: Table, but: _Excepted, word: Token) -> Said | None:
    """Of a table with one row for each: the first column of change, and on which side of zero it must be."""
    direction = None if word.low in _SIGNS or _TO.search(scene.text[: word.start]) else direction_of(scene, word)
    columns = [one for one in changes(scene, there, word) if "momentum" not in one.words or "momentum" in scene.stems]
    if direction is None or not _has_one_each(scene, there, but):
        return None
    return Said(columns[:1], _has_sign(direction)) if columns else None


def _has_sign(sign: int) -> Test:
    def test(column: Column, row: int) -> bool | None:
        value = column.numbers[row]
        return None if value is None else value * sign > 0

    return test


def _rows_of_day(scene: Scene, there: Table) -> frozenset[int]:
    """The rows of the days that are named, of a table by date; else all."""
    days = [rows for one in scene.own if one.when and (rows := one.rows(there))]
    return frozenset(range(there.size)).intersection(*days)


def _has_one_each(scene: Scene, there: Table, but: _Excepted) -> bool:
    """Whether each of the rows is another one of what is excepted."""
    rows = _rows_of_day(scene, there)
    columns = [column for column in there.named if column.name in but.names[0].columns(there)]
    return any(len({column.keys[row] for row in rows}) == len(rows) for column in columns)
