"""Holding what a sentence says of directions without a number against the sign of what changed, and against categories."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.naming import Named
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import DOWN, STILL, UP, Token, stem, stems

_OPPOSITES = [("high", "low"), ("above", "below"), ("up", "down"), ("rising", "falling"), ("bullish", "bearish"), ("large", "small"),
              ("more", "less"), ("positive", "negative"), ("over", "under"), ("increase", "decrease")]  # fmt: skip
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}


def unsupported_trend(scene: Scene) -> str:
    """Why a direction is not so; empty when it is, or nothing is said."""
    if reason := _none_at_all(scene) or _denied_in_words(scene):
        return reason
    for word in scene.words:
        direction = scene.direction(word)
        if direction is None or _has_number(scene, word) or _NOT_SAID.search(scene.text[: word.start]):
            continue
        is_denied = scene.is_negated(word) or _is_denied(scene, word)
        for there in scene.tables:
            if reason := _against(scene, there, word, direction, is_denied=is_denied) or _all_of(
                scene, there, word, direction
            ):
                return reason
    return ""


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
    for found in re.finditer(r"\b(?:no|none of the|not a single)\s+((?:[\w-]+\s*){1,4})", scene.text, re.I):
        said = [stem(word) for word in re.findall(r"\w+", found[1])]
        for there in scene.tables:
            if reason := _some_after_all(scene, there, said):
                return reason
            directions = {scene.direction(word) for word in scene.words if word.start > found.start()} - {None}
            if len(directions) == 1 and not scene.numbers and frozenset(said) & _key_words(there):
                (direction,) = directions
                for column in _changes(scene, there):
                    if any((value or 0) * (direction or 0) > 0 for value in column.numbers):
                        return f"`{column.name}` in `{there.name}` says that there is one"
    return ""


def _some_after_all(scene: Scene, there: Table, said: list[str]) -> str:
    counted = [
        column
        for word in said
        for column in there.numeric
        if column.words == {word} and column.measure is Measure.COUNT
    ]
    if not counted or scene.numbers or re.search(r"\b(?:more|fewer|less|than|as)\b", scene.text, re.I):
        return ""
    rows = frozenset.intersection(
        frozenset(range(there.size)), *(named[-1].rows(there) for named in scene.clusters(there).values())
    )
    if len(rows) == 1 and any((counted[-1].numbers[row] or 0) > 0 for row in rows):
        return f"`{counted[-1].name}` in `{there.name}` is not zero"
    return ""


def _key_words(there: Table) -> frozenset[str]:
    return frozenset(word for column in there.columns if not column.is_number for word in column.words)


# `no other fell as much`; `the drop of June`.
_NOT_SAID = re.compile(r"\bno other\b|\b(?:the|this|that|its|any|such an?)\s+$", re.I)


def _is_denied(scene: Scene, word: Token) -> bool:
    return bool(re.search(r"\b(?:not|never|n['’]t|neither|nor)\s+(?:\w+\s+){0,2}$", scene.text[: word.start], re.I))


def _has_number(scene: Scene, word: Token) -> bool:
    """Numbers bring their own direction; their cells were held against it."""
    _, stop = scene.clause(word.start)
    return any(word.start < number.start < stop and not number.is_word for number in scene.numbers) or any(
        0 <= word.start - number.end <= 2 for number in scene.numbers
    )


def _all_of(scene: Scene, there: Table, word: Token, direction: int) -> str:
    """`AAPL and KO have negative momentum`."""
    said = scene.clause_words(word.end, len(scene.text)) | scene.clause_words(0, word.start)
    columns = [one for one in scene.named_columns(there, said) if any((number or 0) < 0 for number in one.numbers)]
    for named in scene.clusters(there).values() if word.low in ("positive", "negative") else ():
        listed = [one for one in named if one.end <= word.start and one.end > 0]
        for one in listed if len(listed) > 1 else ():
            for column in columns:
                if any((column.numbers[row] or 0) * direction < 0 for row in one.rows(there)):
                    return f"`{column.name}` of `{one.text}` in `{there.name}` says the opposite"
    return ""


def _against(scene: Scene, there: Table, word: Token, direction: int, *, is_denied: bool) -> str:
    clusters = scene.clusters(there)
    if there.size == 1 and any(other.size > 1 and scene.is_bound(other) for other in scene.tables):
        return ""
    if not clusters and (there.size > 1 or any(scene.is_bound(other) for other in scene.tables)):
        return ""
    rows = frozenset(range(there.size))
    for named in clusters.values():
        before = [one for one in named if one.end <= word.start] or named
        rows &= before[-1].rows(there)
    if len(rows) != 1:
        return ""
    (row,) = rows
    if (said := _in_words(scene, there, row, direction)) is not None:
        return "" if is_denied else said
    signs = [sign for column in _changes(scene, there) if (sign := column.numbers[row]) is not None]
    agreeing = [sign * direction > 0 for sign in signs]
    if signs and (all(agreeing) if is_denied else not any(agreeing)):
        return f"`{there.name}` says the opposite of `{word.text}`"
    return ""


def _in_words(scene: Scene, there: Table, row: int, direction: int) -> str | None:
    """A column that is named and says the direction in words; None where there is none."""
    for column in there.named:
        cell = column.cells[row]
        if not isinstance(cell, str) or not column.words & scene.stems:
            continue
        low = cell.casefold()
        there_is = 1 if low in UP else -1 if low in DOWN else 0 if low in STILL else None
        if there_is is not None:
            return "" if there_is == direction else f"`{column.name}` in `{there.name}` is {cell}"
    return None


def _changes(scene: Scene, there: Table) -> list[Column]:
    changes = [column for column in there.numeric if column.is_change]
    named = [column for column in changes if (column.words - {stem("change"), stem("percent")}) & scene.stems]
    return named or changes


def mismatched_names(scene: Scene) -> str:
    """Why two things that are named together don't stand in one row; empty when they do."""
    if scene.has_not:
        return ""
    own = [one for one in scene.own if _is_long_enough(one) and (not one.is_weak or _has_column(scene, one))]
    for there in scene.tables:
        groups = {column: [one for one in named if one in own] for column, named in scene.clusters(there).items()}
        names = list(groups)
        for number, first in enumerate(names):
            for second in names[number + 1 :]:
                if _is_longer_name(there, first, second):
                    continue
                if lonely := _lonely(there, groups[first], groups[second]):
                    return f"in `{there.name}`, `{lonely[0].text}` doesn't go with `{lonely[1].text}`"
                if not groups[first] and groups[second] and (carried := scene.clusters(there)[first]):
                    if lonely := _lonely(there, carried[:1], groups[second]):
                        return f"in `{there.name}`, `{lonely[0].text}` doesn't go with `{lonely[1].text}`"
    return _opposite(scene)


def _is_long_enough(named: Named) -> bool:
    """Parts of names are held to it when they can't be another word."""
    return not named.is_part or " " in named.text


def _is_longer_name(there: Table, first: str, second: str) -> bool:
    """Whether one column holds the other's names with something added: `Oppo A78` and `A78`."""
    columns = {column.name: column.keys for column in there.columns}
    pairs = [pair for pair in zip(columns[first], columns[second], strict=True) if all(pair)]
    return any(
        all(set(one) <= set(other) for one, other in turned) for turned in (pairs, [pair[::-1] for pair in pairs])
    )


def _lonely(there: Table, first: list[Named], second: list[Named]) -> tuple[Named, Named] | None:
    for one, others in [*((one, second) for one in first), *((one, first) for one in second)]:
        if others and not any(one.rows(there) & other.rows(there) for other in others):
            return one, others[0]
    return None


def _has_column(scene: Scene, named: Named) -> bool:
    """Whether an everyday word is meant as the value it is: the name of its column stands near it."""
    near = scene.clause_words(max(0, named.start - 25), named.end + 15)
    if named.text.casefold() not in UP | DOWN | STILL:
        return True
    return any(
        column.words & near for there in scene.tables for column in there.named if column.name in named.columns(there)
    )


def wrong_holder(scene: Scene) -> str:
    """`PFE has the highest volatility`, where the fact names another one."""
    said = scene.clause_words(0, len(scene.text)) | scene.stems
    names = {one.key for one in scene.own if one.key}
    for there in scene.tables:
        for column in there.named if there.size == 1 else ():
            key = column.keys[0]
            others = [one for one in scene.own if one.rows(there) and one.key != key]
            is_held = frozenset(stems(column.name)) <= said and len(column.words) > 1
            if is_held and others and key not in names and not scene.has_not:
                return f"`{column.name}` in `{there.name}` is {column.cells[0]}"
    return ""


def _opposite(scene: Scene) -> str:
    """`low volume`, where the fact says `high volume`."""
    stems = [word.stem for word in scene.words]
    for there in scene.tables:
        for column in there.named:
            for key in {key for key in column.keys if key}:
                for at, part in enumerate(key):
                    other = _BY_STEM.get(part)
                    swapped = (*key[:at], other, *key[at + 1 :])
                    is_said = other and any(
                        tuple(stems[start : start + len(key)]) == swapped for start in range(len(stems))
                    )
                    is_meant = len(key) > 1 or column.words & scene.stems or part in _MOODS
                    if is_said and swapped not in column.keys and is_meant:
                        return f"`{column.name}` in `{there.name}` says the opposite"
    return _other_level(scene)


def _other_level(scene: Scene) -> str:
    """`turbulence is high`, where the fact says `moderate`."""
    for there in scene.tables:
        for column in there.named if there.size == 1 else ():
            said = re.search(
                rf"\b{re.escape(column.name.replace('_', ' '))}\s+(?:is|was|remains|stays)\s+(\w+)\b", scene.text, re.I
            )
            if said and said[1].casefold() in _LEVELS and said[1].casefold() != str(column.cells[0]).casefold():
                return f"`{column.name}` in `{there.name}` is {column.cells[0]}"
    return ""


_LEVELS = frozenset(
    "high low moderate calm severe mild extreme strong weak flat up down bullish bearish steady rising falling mixed neutral".split()
)
_MOODS = frozenset(stem(word) for word in ("bullish", "bearish"))


_BY_STEM = {stem(one): stem(other) for one, other in _OPPOSITE.items()}
