"""Holding comparisons against the columns: one thing with another, one column with another, now with before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.naming import Named
from headgate.core.narrative.grounding.negations import NOTHING, broken_limit
from headgate.core.narrative.grounding.quantities import Kind
from headgate.core.narrative.grounding.ranks import COMPARATIVE, MORE, Explained, turned
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Table
from headgate.core.narrative.grounding.words import stem


def unsupported_comparison(scene: Scene, explained: Explained) -> str:
    """Why one thing is not more or less than another; empty when it is, or nothing is said."""
    if NOTHING.search(scene.text):
        return broken_limit(scene)
    for word in COMPARATIVE.finditer(scene.text):
        for there in scene.tables:
            pair = _compared(scene, there, word)
            if pair and not _is_so(scene, there, pair, word, explained):
                return f"in `{there.name}`, `{pair[0].text}` is not {word[1].lower()} than `{pair[1].text}`"
            if reason := _wrong_columns(scene, there, word) or _wrong_than_usual(scene, there, word):
                return reason
    return _wrong_numbers(scene)


def _wrong_columns(scene: Scene, there: Table, word: re.Match[str]) -> str:
    """`the median order is larger than the mean order`: two columns of one row."""
    rows = scene.rows_named(there)
    after = re.match(r"\s+(?:than\s+)?(?:the|its|their)\s+(\w[\w ]*)", scene.text[word.end() :])
    if len(rows) != 1 or not after:
        return ""
    (row,) = rows
    start, stop = scene.clause(word.start())
    first = _whole(scene, there, start, word.start())
    second = _whole(scene, there, word.end(), min(stop, word.end() + after.end()))
    if len(first) == len(second) == 1 and first != second:
        a, b = first[0].numbers[row], second[0].numbers[row]
        sign = 1 if word[1].lower() in MORE else -1
        if a is not None and b is not None and (a - b) * sign <= 0:
            return f"`{first[0].name}` is not {word[1].lower()} than `{second[0].name}` in `{there.name}`"
    return ""


def _whole(scene: Scene, there: Table, start: int, stop: int) -> list[Column]:
    """The columns of which a part of the sentence says every word."""
    said = frozenset(word.stem for word in scene.words if start <= word.start < stop)
    whole = [column for column in there.numeric if column.words and column.words <= said]
    return [column for column in whole if not any(column.words < other.words for other in whole)]


def _wrong_than_usual(scene: Scene, there: Table, word: re.Match[str]) -> str:
    """`fewer orders than usual`, where the change is positive."""
    rows = scene.rows_named(there)
    if len(rows) != 1 or not scene.is_bound(there) or not _THAN_BEFORE.match(scene.text, word.end()):
        return ""
    (row,) = rows
    changes = [change for column in there.numeric if column.is_change and (change := column.numbers[row]) is not None]
    sign = 1 if word[1].lower() in MORE else -1
    return f"`{there.name}` says the opposite" if changes and all(change * sign < 0 for change in changes) else ""


_THAN_BEFORE = re.compile(
    r"\s+(?:[\w-]+\s+){0,4}than\s+(?:usual|before|normal|on average|in earlier runs|last time|(?:on )?the day before|the mean of earlier)\b",
    re.I,
)


def _compared(scene: Scene, there: Table, word: re.Match[str]) -> tuple[Named, Named] | None:
    after = scene.text[word.end() :]
    if pair := _more_here_than_there(scene, there, word):
        return pair
    is_than = re.match(
        r"\s+(?:[\w'’,.%-]+\s+){0,4}?than\s+(?:\w+\s+){0,3}?$", after[: _next(scene, there, word) - word.end()]
    )
    is_place = word[1].lower() in ("above", "below", "behind", "ahead", "under") and re.match(
        r"\s+(?:of\s+)?(?:the\s+)?$", after[: _next(scene, there, word) - word.end()]
    )
    if not is_than and not is_place:
        return None
    for column, named in scene.clusters(there).items():
        before = [one for one in named if one.end <= word.start() and one.end > 0]
        behind = [one for one in named if one.start >= word.end()]
        if not before or not behind:
            continue
        first = before[0] if is_place or len(before) == 1 else before[-1]
        if first.key != behind[0].key or first.when != behind[0].when:
            return first, behind[0]
    return None


def _more_here_than_there(scene: Scene, there: Table, word: re.Match[str]) -> tuple[Named, Named] | None:
    """`more orders went to A than to B`."""
    for named in scene.clusters(there).values():
        behind = [one for one in named if one.start >= word.end()]
        if len(behind) > 1 and len(behind) == len([one for one in named if one.end > 0]):
            between = scene.text[behind[0].end : behind[1].start]
            if re.fullmatch(r"(?:\s+\w+){0,2}\s+than(?:\s+\w+){0,3}\s+[\"“']?", between):
                return behind[0], behind[1]
    return None


def _next(scene: Scene, there: Table, word: re.Match[str]) -> int:
    starts = [one.start for one in scene.own if one.start >= word.end() and one.columns(there)]
    return starts[0] if starts else len(scene.text)


def _is_so(scene: Scene, there: Table, pair: tuple[Named, Named], word: re.Match[str], explained: Explained) -> bool:
    sign = 1 if word[1].lower() in MORE else -1
    moved = _moved(scene, word)
    rows, others = (one.rows(there) for one in pair)
    columns = [column for column in there.numeric if column.is_change] if moved else ()
    differences = [
        (a - b) * turned(column, word[1])
        for column in columns or _compared_columns(scene, there, word, explained)
        for row in rows for other in others
        if (a := column.numbers[row]) is not None and (b := column.numbers[other]) is not None
    ]  # fmt: skip
    return not differences or any(difference * sign * (moved or 1) > 0 for difference in differences)


def _moved(scene: Scene, word: re.Match[str]) -> int | None:
    """Of `lost more than` -1: the direction that is said right before."""
    before = [one for one in scene.words if 0 <= word.start() - one.end <= 1]
    return scene.direction(before[-1]) if before else None


def _compared_columns(scene: Scene, there: Table, word: re.Match[str], explained: Explained) -> Sequence[Column]:
    """The columns that are compared: those named near, else those of the numbers, else those named at all, else all."""
    begin, stop = scene.clause(word.start())
    near = scene.clause_words(max(begin, word.start() - 25), min(stop, word.end() + 30)) - _words_of_order()
    heads = frozenset(one.stem for one in scene.words if scene.is_head(one))
    numbers = [cell.column for cells in explained.values() for cell in cells if cell.table is there]
    options = (
        scene.named_columns(there, near),
        numbers,
        scene.named_columns(there, scene.clause_words(0, len(scene.text))),
        scene.named_columns(there, heads),
        there.numeric,
    )
    is_place = word[1].lower() in ("above", "below")
    for columns in options:
        fitting = [
            one
            for one in columns
            if stem(word[1]) not in one.words and not (is_place and one.is_volume and "volum" not in scene.stems)
        ]
        if fitting:
            return fitting
    return there.numeric


def _words_of_order() -> frozenset[str]:
    return frozenset({"max", "min", "than"})


def _wrong_numbers(scene: Scene) -> str:
    """`64 is more than the mean of 70`."""
    text = scene.text
    for word in COMPARATIVE.finditer(text):
        said = [number for number in scene.numbers if text[number.end : number.end + 1] != "-"]
        after = [number for number in said if number.start >= word.end()]
        before = [number for number in said if number.end <= word.start()]
        if len(after) == 1 and before and not scene_names_between(scene, before[-1].end, after[0].start):
            is_than = re.fullmatch(
                r"\s+(?:than\s+)?(?:the|its|a|an|his)\s+(?:[\w'’-]+\s+){0,3}(?:of\s+)?[$€£]?",
                text[word.end() : after[0].start],
                re.I,
            )
            first, second = before[-1], after[0]
            if (
                is_than
                and first.kind is second.kind is Kind.AMOUNT
                and first.unit == second.unit
                and not re.match(r"\s*(?:\w+\s+){0,2}" + word[1], text[first.end :])
            ):
                sign = 1 if word[1].lower() in MORE else -1
                if (first.value - second.value) * sign <= 0:
                    return f"{first.text} is not {word[1].lower()} than {second.text}"
    return ""


def scene_names_between(scene: Scene, start: int, end: int) -> bool:
    return any(start <= one.start < end for one in scene.own)
