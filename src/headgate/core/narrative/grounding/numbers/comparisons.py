"""Holding comparisons against the columns: one thing with another, one column with another, now with before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.numbers.cells import Explained
from headgate.core.narrative.grounding.numbers.negations import NOTHING, broken_limit
from headgate.core.narrative.grounding.numbers.rates import rates_said
from headgate.core.narrative.grounding.reading.degrees import COMPARATIVE, sign_of, turned
from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.movements import is_series, rows_of_time, since_the_row_before
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import stem, stem_set

_THAN_COLUMN = re.compile(r"\s+(?:than\s+)?(?:the|its|their)\s+(\w[\w ]*)")
_THAN_BEFORE = re.compile(
    r"\s+(?:[\w-]+\s+){0,4}than\s+"
    r"(?:usual|before|normal|on average|in earlier runs|last time|the mean of earlier"
    r"|(?:on )?the (?:day|week|month|year|hour|run) before)\b"
    r"|(?:(?<=below)|(?<=above)|(?<=under))\s+(?:the |its |their )?"
    r"(?:usual|normal|average|mean|earlier|day before|seven-day)\b"
    r"(?!\s+of\s+[$€£]?\d)",
    re.I,
)
_THAN_ROW_BEFORE = re.compile(r"\bthan\s+(?:on\s+|in\s+)?the\s+(?:day|week|month|year|hour|session)\s+before\b", re.I)
_THAN_NAME = re.compile(r"\s+(?:[\w'’,.%-]+\s+){0,4}?than\s+(?:\w+\s+){0,3}?$")
_PLACE_OF_NAME = re.compile(r"\s+(?:of\s+)?(?:the\s+)?$")
_PLACES = ("above", "below", "behind", "ahead", "under")
# Verbs that compare by themselves: `A outsold B`.
_VERBS = re.compile(r"(?:exceed|beat|outperform|outs[eo]l|outnumber|surpass|trail)\w*", re.I)
_VERB_OF_NAME = re.compile(r"\s+(?:th(?:at|ose) (?:of|in|from|for|on)\s+)?(?:the\s+)?$")
_TO_ONE_THAN_TO_OTHER = re.compile(r"(?:\s+\w+){0,2}\s+than(?:\s+\w+){0,3}\s+[\"“']?")
_THAN_NUMBER = re.compile(r"\s+(?:than\s+)?(?:the|its|a|an|his)\s+(?:[\w'’-]+\s+){0,3}(?:of\s+)?[$€£]?", re.I)
# `more than A, but less than B` is said of the first name.
_GOES_ON = re.compile(r"\b(?:but|and|yet|though)\s+(?:still\s+|also\s+|far\s+|much\s+)?$", re.I)
_WORDS_OF_ORDER = frozenset({"max", "min", "than"})
_THAN = re.compile(r"\bthan\b", re.I)
# `bought more than`: more pieces, and not more often.
_BOUGHT, _PIECES = (
    re.compile(r"\b(?:bought|buys?|purchased)\s+(?:\w+\s+)?$", re.I),
    stem_set("items quantity units pieces"),
)
_BEFORE, _AFTER = 25, 30

Pair = tuple[Named, Named]


def unsupported_comparison(scene: Scene, explained: Explained) -> str:
    """Why one thing is not more or less than another; empty when it is, or nothing is said.

    Args:
        explained: the cells of the numbers that the sentence says.
    """
    if NOTHING.search(scene.text):
        return broken_limit(scene)
    for word in COMPARATIVE.finditer(scene.text):
        for there in _tables_of_names(scene, word):
            if reason := _wrong_names(scene, there, word, explained):
                return reason
        for there in scene.tables:
            if reason := _wrong_columns(scene, there, word) or _wrong_than_usual(scene, there, word):
                return reason
    return _wrong_numbers(scene)


# -- one thing with another ------------------------------------------------------------------------------------------


def _tables_of_names(scene: Scene, word: re.Match[str]) -> Sequence[Table]:
    """The tables that compare two names; of those that know what is said of them, the ones with a row per name."""
    told = [there for there in scene.tables if _compared(scene, there, word)]
    named = [there for there in told if scene.named_columns(there, scene.meanings)] or told
    fewest = min((len(there.named) for there in named), default=0)
    return [there for there in named if len(there.named) == fewest]


def _wrong_names(scene: Scene, there: Table, word: re.Match[str], explained: Explained) -> str:
    """`A sold more than B`."""
    pair = _compared(scene, there, word)
    if not pair or _is_so(scene, there, pair, word, explained):
        return ""
    return f"`{there.name}` does not say `{word[1].lower()}` of `{pair[0].text}` beside `{pair[1].text}`"


def _compared(scene: Scene, there: Table, word: re.Match[str]) -> Pair | None:
    """The two names that a word compares."""
    if pair := _more_here_than_there(scene, there, word):
        return pair
    between = scene.text[word.end() : _next_name(scene, there, word)]
    is_place = word[1].lower() in _PLACES and bool(_PLACE_OF_NAME.match(between))
    is_place = is_place or bool(_VERBS.fullmatch(word[1]) and _VERB_OF_NAME.match(between))
    if not is_place and not _THAN_NAME.match(between):
        return None
    for named in scene.clusters(there).values():
        before = [one for one in named if 0 < one.end <= word.start()]
        behind = [one for one in named if one.start >= word.end()]
        if before and behind:
            first = before[0] if is_place or _GOES_ON.search(scene.text[: word.start()]) else before[-1]
            if first.key != behind[0].key or first.when != behind[0].when:
                return first, behind[0]
    return None


def _more_here_than_there(scene: Scene, there: Table, word: re.Match[str]) -> Pair | None:
    """`more orders went to A than to B`."""
    for named in scene.clusters(there).values():
        behind = [one for one in named if one.start >= word.end()]
        is_all = len(behind) > 1 and len(behind) == len([one for one in named if one.end > 0])
        if is_all and _TO_ONE_THAN_TO_OTHER.fullmatch(scene.text[behind[0].end : behind[1].start]):
            return behind[0], behind[1]
    return None


def _next_name(scene: Scene, there: Table, word: re.Match[str]) -> int:
    starts = (one.start for one in scene.own if one.start >= word.end() and one.columns(there))
    return next(starts, len(scene.text))


def _is_so(scene: Scene, there: Table, pair: Pair, word: re.Match[str], explained: Explained) -> bool:
    moved = _moved(scene, word)
    columns = (_changes(scene, there) if moved else []) or _compared_columns(scene, there, word, explained)
    differences = [one * turned(column, word[1]) for column in columns for one in _differences(there, column, pair)]
    return not differences or any(one * sign_of(word[1]) * (moved or 1) > 0 for one in differences)


def _changes(scene: Scene, there: Table) -> list[Column]:
    """Where `fell` is compared: in no momentum, unless that is said."""
    changes = [column for column in there.numeric if column.is_change]
    return [one for one in changes if "momentum" not in one.words or "momentum" in scene.stems]


def _differences(there: Table, column: Column, pair: Pair) -> Iterator[float]:
    firsts, seconds = (column.present(one.rows(there)) for one in pair)
    yield from (a - b for a in firsts for b in seconds)


def _moved(scene: Scene, word: re.Match[str]) -> int | None:
    """Of `lost more than` -1: the direction that is said right before."""
    before = [one for one in scene.words if 0 <= word.start() - one.end <= 1]
    return direction_of(scene, before[-1]) if before else None


def _compared_columns(scene: Scene, there: Table, word: re.Match[str], explained: Explained) -> Sequence[Column]:
    """The columns that are compared: those named near, else those of the numbers, else those named at all, else all."""
    if rates := rates_said(scene, there):
        return rates
    for columns in _options(scene, there, word, explained):
        fitting = [one for one in columns if _may_be_compared(scene, one, word)]
        if fitting:
            return fitting
    return there.numeric


def _options(scene: Scene, there: Table, word: re.Match[str], explained: Explained) -> Iterator[Sequence[Column]]:
    begin, stop = scene.clause(word.start())
    if _BOUGHT.search(scene.text[: word.start()]) and _THAN.match(scene.text, word.end() + 1):
        yield [one for one in there.numeric if one.words & _PIECES]
    if than := _THAN.search(scene.text, word.end(), stop):
        yield scene.named_columns(there, scene.clause_words(word.end(), than.start()) - _WORDS_OF_ORDER)
    near = scene.clause_words(max(begin, word.start() - _BEFORE), min(stop, word.end() + _AFTER))
    yield scene.named_columns(there, near - _WORDS_OF_ORDER)
    yield [cell.column for cells in explained.values() for cell in cells if cell.table is there]
    yield scene.named_columns(there, scene.meanings)
    yield scene.named_columns(there, frozenset(one.stem for one in scene.words if scene.is_head(one)))
    yield there.numeric


def _may_be_compared(scene: Scene, column: Column, word: re.Match[str]) -> bool:
    """Of what lies above something, the traded volume is meant only where it is said."""
    is_unsaid = word[1].lower() in ("above", "below") and column.is_volume and "volum" not in scene.stems
    return stem(word[1]) not in column.words and not is_unsaid


# -- one column with another -----------------------------------------------------------------------------------------


def _wrong_columns(scene: Scene, there: Table, word: re.Match[str]) -> str:
    """`the median order is larger than the mean order`: two columns of one row."""
    rows = scene.rows_named(there)
    after = _THAN_COLUMN.match(scene.text[word.end() :])
    if len(rows) != 1 or not after:
        return ""
    (row,) = rows
    start, stop = scene.clause(word.start())
    firsts = _whole(scene, there, start, word.start())
    seconds = _whole(scene, there, word.end(), min(stop, word.end() + after.end()))
    if len(firsts) != 1 or len(seconds) != 1 or firsts == seconds:
        return ""
    a, b = firsts[0].numbers[row], seconds[0].numbers[row]
    if a is None or b is None or (a - b) * sign_of(word[1]) > 0:
        return ""
    return f"`{firsts[0].name}` is not {word[1].lower()} than `{seconds[0].name}` in `{there.name}`"


def _whole(scene: Scene, there: Table, start: int, stop: int) -> list[Column]:
    """The columns of which a part of the sentence says every word."""
    said = frozenset(word.stem for word in scene.words if start <= word.start < stop)
    whole = [column for column in there.numeric if column.words and column.words <= said]
    return [column for column in whole if not any(column.words < other.words for other in whole)]


# -- now with before -------------------------------------------------------------------------------------------------


def _wrong_than_usual(scene: Scene, there: Table, word: re.Match[str]) -> str:
    """`fewer orders than usual`, where the change is positive."""
    rows = rows_of_time(scene, there)
    if len(rows) != 1 or not _THAN_BEFORE.match(scene.text, word.end()):
        return ""
    changes = [change for column in there.numeric if column.is_change for change in column.present(rows)]
    if is_series(there) and _THAN_ROW_BEFORE.search(scene.text, word.end()):
        changes = since_the_row_before(scene, there, sorted(rows)) or changes
    is_opposite = changes and all(change * sign_of(word[1]) < 0 for change in changes)
    return f"`{there.name}` says the opposite" if is_opposite else ""


# -- one number with another -----------------------------------------------------------------------------------------


def _wrong_numbers(scene: Scene) -> str:
    """`64 is more than the mean of 70`."""
    for word in COMPARATIVE.finditer(scene.text):
        pair = _numbers_around(scene, word)
        if pair and (pair[0].value - pair[1].value) * sign_of(word[1]) <= 0:
            return f"{pair[0].text} is not {word[1].lower()} than {pair[1].text}"
    return ""


def _numbers_around(scene: Scene, word: re.Match[str]) -> tuple[Quantity, Quantity] | None:
    """The last number before a word and the only one after it, if they are compared by it."""
    said = [number for number in scene.numbers if scene.text[number.end : number.end + 1] != "-"]
    before = [number for number in said if number.end <= word.start()]
    after = [number for number in said if number.start >= word.end()]
    if not before or len(after) != 1:
        return None
    first, second = before[-1], after[0]
    is_alike = first.kind is second.kind is Kind.AMOUNT and first.unit == second.unit
    is_than = _THAN_NUMBER.fullmatch(scene.text[word.end() : second.start])
    # `3 more than the 5 …`: the first number says how many more.
    is_by = re.match(r"\s*(?:\w+\s+){0,2}" + word[1], scene.text[first.end :])
    has_name = any(first.end <= one.start < second.start for one in scene.own)
    return (first, second) if is_alike and is_than and not is_by and not has_name else None
