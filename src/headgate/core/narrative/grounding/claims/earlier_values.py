"""What is said to have changed, where no cited fact knows what was before."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import Token, stem, stem_set, word_set

# Verbs that say by themselves that something changed; `rising` and `the rise` may be said of anything.
_MOVED = word_set(
    "rose risen fell fallen grew grown increased decreased declined climbed shrank shrunk surged plunged collapsed crashed "
    "booming boomed soared worsened improved skyrocketed rocketed plummeted tumbled slumped spiked nosedived soaring "
    "skyrocketing plummeting plunging"
)
_TRENDING = re.compile(r"\b(?:trending|trended)\s+$", re.I)
_MOVES = re.compile(r"\b(?:is|are|was|were|been|keeps?|kept)\s+(?:still\s+|now\s+|\w+ly\s+)?$", re.I)
_PERIOD = r"(?:day|week|month|year|quarter|hour|session|run)"
_EARLIER = (
    rf"(?:yesterday|(?:on\s+)?the\s+(?:previous\s+{_PERIOD}|{_PERIOD}\s+(?:before|earlier))"
    rf"|(?:last|the\s+previous)\s+(?:{_PERIOD}|time))\b"
)
THAN_EARLIER = re.compile(
    rf"\bthan\s+(?:on\s+|in\s+|it\s+was\s+|they\s+were\s+)?(?:before\b|earlier\b|previously\b|{_EARLIER})"
    rf"|\b(?:up|down|higher|lower|unchanged|flat)\s+(?:on|from|since|against|versus)\s+{_EARLIER}"
    rf"|\b(?:compared\s+(?:with|to)|since|versus)\s+{_EARLIER}",
    re.I,
)
_STREAK = re.compile(
    r"\b(?:in a row|(?:\w+th|first|second|third|consecutive|straight|successive)\s+(?:consecutive|straight|successive)\s+\w+"
    r"|for (?:the )?\w+ (?:consecutive|straight|successive) \w+|(?:days|weeks|sessions) running)\b",
    re.I,
)
_BESIDE = word_set(
    "of the in for at from across has have had is are was were been keeps also again still now both all it s"
)
_STATISTIC = stem_set("percent share rate mean median min max latest last total usual number change")
_BEFORE = stem_set("before earlier previous lately")
_COUNTED_MOVES = stem_set("rising falling")
_TRENDS = stem_set("trend demand direction")
_SIGNS = word_set("positive negative up down higher lower upward downward")
_THAN_USUAL = re.compile(
    r"\b(?:fewer|more|less)\s+(?P<what>\w+)\s+than\s+usual\b"
    r"|\b(?P<who>\w+)\s+(?:is|was|are|were)\s+(?:\w+\s+)?(?:higher|lower|less|more|better|worse)\s+than\s+usual\b",
    re.I,
)
_USUAL = stem_set("usual expected normal typical before earlier previous lately change seven limit")


def no_streak(scene: Scene) -> str:
    """`fell for the third day in a row`, where no cited fact has the days of what is named."""
    found = _STREAK.search(scene.text)
    days = [there for there in scene.tables if any(column.is_dated for column in there.columns)]
    if not found or not scene.tables or any(len(scene.rows_named(there)) > 1 for there in days):
        return ""
    return f"the cited facts don't say that it was `{found[0]}`"


def nothing_before(scene: Scene, said: str) -> str:
    """`lower than yesterday`, where no cited fact knows what was before."""
    if not scene.tables or any(_knows_change(there) for there in scene.tables):
        return ""
    return f"the cited facts don't say what was before, as `{said}` does"


def moves_unknown(scene: Scene) -> str:
    """Why something can't be said to have moved; empty when a fact knows it, or nothing is said."""
    if scene.has_not:
        return ""
    for word in scene.words:
        if direction_of(scene, word) is not None and (reason := _nothing_moves(scene, word)):
            return reason
    return ""


def _nothing_moves(scene: Scene, word: Token) -> str:
    """`sales rose`, where the cited facts know of no change and of no earlier value of it."""
    before = scene.text[: word.start]
    is_verb = word.low in _MOVED or _TRENDING.search(before) or (word.low not in _SIGNS and _MOVES.search(before))
    if not is_verb or scene.numbers or not scene.tables:
        return ""
    measures = _subject(scene, word)
    if any(_knows_change_of(scene, there, measures) for there in scene.tables):
        return ""
    return f"the cited facts don't say that anything {word.low}"


def nothing_usual(scene: Scene) -> str:
    """`fewer orders than usual`, where no cited fact says what is usual for them."""
    found = _THAN_USUAL.search(scene.text)
    said = stem(found["what"] or found["who"]) if found else ""
    columns = [column for there in scene.tables for column in there.columns if said in column.words]
    in_words = any(said in there.words_of_text and _knows_change(there) for there in scene.tables)
    if not columns or in_words or any(column.words & _USUAL for column in columns):
        return ""
    if any(_knows_change_of(scene, there, frozenset({said})) for there in scene.tables):
        return ""
    return f"the cited facts don't say how much is usual of `{said}`"


def _subject(scene: Scene, word: Token) -> frozenset[str]:
    """The measure of which a verb is said: `the volume of A rose`, `A's volume rose`."""
    start, _ = scene.clause(word.start)
    before = [one for one in scene.words if start <= one.start and one.end <= word.start]
    while before and (before[-1].low in _BESIDE or before[-1].low.endswith("ly") or _is_of_name(scene, before[-1])):
        before.pop()
    columns = (column for there in scene.tables for column in there.numeric)
    said = frozenset(one.stem for one in before[-3:])
    told = (column.words - _STATISTIC for column in columns)
    return max((one for one in told if before and before[-1].stem in one and one <= said), key=len, default=frozenset())


def _is_of_name(scene: Scene, word: Token) -> bool:
    """Whether a word belongs to a name after `of`: the A of `the volume of A`."""
    named = next((one for one in scene.own if one.start <= word.start < one.end and not one.is_weak), None)
    return named is not None and bool(re.search(r"\b(?:of|for|in|at)\s+(?:the\s+)?$", scene.text[: named.start], re.I))


def _knows_change_of(scene: Scene, there: Table, measure: frozenset[str]) -> bool:
    if not measure or measure & there.words_of_text:
        return _knows_change(there)
    if there.size > 1 and scene.is_bound(there) and not any(one.is_change for one in there.numeric):
        # What happened at one moment only has not gone anywhere.
        is_series = len(scene.rows_named(there)) > 1
    else:
        is_series = True
    return any(_tells_change(there, column, measure, is_series=is_series) for column in there.columns)


def _tells_change(there: Table, column: Column, measure: frozenset[str], *, is_series: bool) -> bool:
    """Whether a column says how a measure changed: one of change, one by date, one that says what was before."""
    mine = [one for one in there.numeric if measure <= one.words]
    rest = column.words - _STATISTIC - _BEFORE
    if column.is_change and "momentum" not in column.words:
        is_price = any(one.measure is Measure.MONEY or one is there.numeric[0] for one in mine)
        return bool(measure & rest) or (not rest and is_price)
    if column.words & _TRENDS:
        return not mine or "order" in measure
    if column.words & _COUNTED_MOVES:
        return any(one.measure is Measure.COUNT for one in mine)
    is_by_date = is_series and column in mine and _is_by_date(there)
    return is_by_date or (bool(column.words & _BEFORE) and bool(measure & rest))


def _is_by_date(there: Table) -> bool:
    is_by_name = any(len(set(column.keys)) == there.size for column in there.named)
    return there.size > 1 and not is_by_name and any(column.is_dated for column in there.columns)


def _knows_change(there: Table) -> bool:
    has_words = any(column.words & _TRENDS for column in there.columns)
    has_earlier = any(column.words & (_BEFORE | _COUNTED_MOVES) for column in there.columns)
    return _is_by_date(there) or has_words or has_earlier or any(column.is_change for column in there.numeric)
