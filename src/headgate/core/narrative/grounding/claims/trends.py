"""Holding what a sentence says of directions without a number against the sign of what changed, and against categories."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.claims.denials import is_of_none, is_of_so_many, one_did
from headgate.core.narrative.grounding.claims.outnumbering import is_outnumbering
from headgate.core.narrative.grounding.reading.degrees import SUPERLATIVE
from headgate.core.narrative.grounding.reading.directions import direction_of, is_negated
from headgate.core.narrative.grounding.reading.movements import changes, movements, rows_of_time
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import DOWN, STILL, UP, Token, stem_set, stems

_NO = re.compile(r"\b(?:no|none of the|not a single)\s+((?:[\w-]+\s*){1,6})", re.I)
_MANY = re.compile(r"\b(?:most|many|some|several|few|majority)\b[^,;]*$", re.I)
_BESIDE = 12
_SHARE = stem_set("percent share rate")
_IS = re.compile(r"\s+(?:(?:is|was|are|were)\s+)?")
_COMPARED = re.compile(r"\b(?:more|fewer|less|than|as)\b", re.I)


def unsupported_trend(scene: Scene) -> str:
    """Why a direction is not so; empty when it is, or nothing is said."""
    if reason := _none_at_all(scene) or _denied_in_words(scene):
        return reason
    for word in scene.words:
        direction = direction_of(scene, word)
        if _OF_SEVERAL.search(scene.text[: word.start]):
            # `most stocks fell` is counted, not held against one row.
            continue
        if direction is not None and (reason := _each_time(scene, word, direction)):
            return reason
        if direction is not None and (reason := _of_word(scene, word, direction)):
            return reason
    return ""


def _of_word(scene: Scene, word: Token, direction: int) -> str:
    if (
        is_outnumbering(scene, word)
        or _has_number(scene, word)
        or _is_role(scene, word)
        or _NOT_SAID.search(scene.text[: word.start])
    ):
        return ""
    if is_of_none(scene, word):
        return one_did(scene, word, direction)
    if is_of_so_many(scene, word):
        return ""
    is_denied = is_negated(scene, word) or _is_denied(scene, word)
    reasons = (_against(scene, there, word, direction, is_denied=is_denied) for there in scene.tables)
    return next((reason for reason in reasons if reason), "")


def _is_role(scene: Scene, word: Token) -> bool:
    """`the top loser`, whose rank is looked at, whatever else changed."""
    before = SUPERLATIVE.search(scene.text, max(0, word.start - _BESIDE), word.start)
    return word.low in ("loser", "losers") and before is not None and before.end() + 1 == word.start


def _denied_in_words(scene: Scene) -> str:
    """`demand is not steady`, where the fact says `steady`."""
    for there in scene.tables:
        for column in there.named:
            for row, cell in enumerate(column.cells):
                is_meant = isinstance(cell, str) and column.words & scene.stems and cell.casefold() in UP | DOWN | STILL
                if not is_meant or not re.search(rf"\bnot\s+{re.escape(cell)}\b", scene.text, re.I):
                    continue
                clusters = [named for name, named in scene.clusters(there).items() if name != column.name]
                if clusters and all(row in named[-1].rows(there) for named in clusters):
                    return f"`{column.name}` in `{there.name}` is {cell}"
    return ""


def _none_at_all(scene: Scene) -> str:
    """`no file failed`, `in no month did revenue fall`; comparisons are looked at by themselves."""
    for found in _NO.finditer(scene.text):
        if _MANY.search(scene.text[: found.start()]):
            # `most users had no abnormal readings`
            continue
        said = stems(found[1])
        for there in scene.tables:
            if reason := _some_after_all(scene, there, said) or _one_after_all(scene, there, found, said):
                return reason
    return ""


def _some_after_all(scene: Scene, there: Table, said: Sequence[str]) -> str:
    """`no failed files`, where the column `failed` counts some."""
    counts = list(there.counts)
    counted = _of_a_kind(there, said) or [column for word in said for column in counts if column.words == {word}]
    if not counted or scene.numbers or _COMPARED.search(scene.text):
        return ""
    rows = scene.rows_named(there)
    if not scene.is_bound(there) and any(scene.is_bound(other) for other in scene.tables):
        return ""
    if len(rows) == 1 and any(value > 0 for value in counted[-1].present(rows)):
        return f"`{counted[-1].name}` in `{there.name}` is not zero"
    return ""


def _of_a_kind(there: Table, said: Sequence[str]) -> list[Column]:
    """Of `unhappy reviews`, and of reviews of which none `are unhappy`, the share of the unhappy ones."""
    shares = [column for column in there.numeric if column.is_part]
    return [one for one in shares if (kind := one.words - _SHARE) and kind <= frozenset(said)]


def _one_after_all(scene: Scene, there: Table, found: re.Match[str], said: Sequence[str]) -> str:
    """`no stock fell`, where the change of one is negative."""
    directions = {direction_of(scene, word) for word in scene.words if word.start > found.start()} - {None}
    if len(directions) != 1 or scene.numbers or not _key_words(there).intersection(said):
        return ""
    sign = directions.pop() or 0
    for column in changes(scene, there):
        if any(value * sign > 0 for value in column.present()):
            return f"`{column.name}` in `{there.name}` says that there is one"
    return ""


def _key_words(there: Table) -> frozenset[str]:
    return frozenset(word for column in there.columns if not column.is_number for word in column.words)


# `no other fell as much`; `the drop of June`.
_NOT_SAID = re.compile(r"\bno other\b|\b(?:the|this|that|its|any|such an?)\s+$", re.I)


_EVERY_TIME = re.compile(
    r"\b(?:every|each|all)\s+(?:single\s+)?(?:day|week|month|session|hour|year|run|time)s?\b", re.I
)
_OF_SEVERAL = re.compile(r"\b(?:all|every|each|most)\b[^,;]*$", re.I)


def _each_time(scene: Scene, word: Token, direction: int) -> str:
    """`A rose every day`, where it fell on one."""
    if not _EVERY_TIME.search(scene.text, word.end):
        return ""
    for there in scene.tables:
        is_about = there.size > 1 and any(column.is_dated for column in there.columns)
        steps = movements(scene, there, word, scene.rows_named(there)) if is_about else []
        if any(step * direction < 0 for step in steps):
            return f"`{there.name}` says that it was not always so"
    return ""


def _is_denied(scene: Scene, word: Token) -> bool:
    return bool(re.search(r"\b(?:not|never|n['’]t|neither|nor)\s+(?:\w+\s+){0,2}$", scene.text[: word.start], re.I))


def _has_number(scene: Scene, word: Token) -> bool:
    """Numbers bring their own direction; their cells were held against it."""
    _, stop = scene.clause(word.start)
    return any(word.start < number.start < stop and not number.is_word for number in scene.numbers) or any(
        0 <= word.start - number.end <= 2 for number in scene.numbers
    )


def _against(scene: Scene, there: Table, word: Token, direction: int, *, is_denied: bool) -> str:
    """`A rose`, where its change is negative."""
    rows = _rows_of(scene, there, word)
    if len(rows) != 1:
        return ""
    (row,) = rows
    if (said := _in_words(scene, there, row, direction)) is not None:
        return "" if is_denied else said
    signs = movements(scene, there, word, rows)
    agreeing = [sign * direction > 0 for sign in signs]
    is_wrong = all(agreeing) if is_denied else not any(agreeing)
    return f"`{there.name}` says the opposite of `{word.text}`" if signs and is_wrong else ""


def _rows_of(scene: Scene, there: Table, word: Token) -> frozenset[int]:
    """The rows that a word of direction may be about; none where another table holds what is named."""
    is_bound = scene.is_bound(there)
    is_another = any(scene.is_bound(other) and (other.size > 1 or not is_bound) for other in scene.tables)
    if not is_bound and (latest := rows_of_time(scene, there)):
        return latest
    if (there.size == 1 and is_another) or (not is_bound and (there.size > 1 or is_another)):
        return frozenset()
    rows = frozenset(range(there.size))
    for named in scene.clusters(there).values():
        if all(one.is_weak and one.start == word.start for one in named):
            # The word itself is a value of the table: `it is down`.
            continue
        before = [one for one in named if _is_told_by(scene, word, one)]
        before = before or [one for one in named if one.end <= word.start] or named
        rows &= before[-1].rows(there)
    return rows


def _is_told_by(scene: Scene, word: Token, named: Named) -> bool:
    """`the top loser is A`: it is said of A, whoever is named before."""
    return word.low in ("loser", "losers") and bool(_IS.fullmatch(scene.text, word.end, max(word.end, named.start)))


def _in_words(scene: Scene, there: Table, row: int, direction: int) -> str | None:
    """A column that is named and says the direction in words; None where there is none."""
    for column in there.columns:
        cell = column.cells[row]
        if not isinstance(cell, str) or not column.words & scene.stems:
            continue
        low = cell.casefold().removeprefix("perhaps ")
        there_is = 1 if low in UP else -1 if low in DOWN else 0 if low in STILL else None
        if there_is is not None:
            return "" if there_is == direction else f"`{column.name}` in `{there.name}` is {cell}"
    return None
