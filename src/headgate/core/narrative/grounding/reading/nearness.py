"""The words that belong to a number of a sentence: those that may name its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.words import DOWN, UP, Token, meant

_CLAUSE = re.compile(r"[,;:—]\s|[()]|\s–\s|\b(?:while|whereas|but|yet|although|though|however|and)\b", re.IGNORECASE)
_THAN_USUAL = re.compile(r"\b(?:above|below|than|over|under|from|unlike)\s+(?:the\s+)?$", re.IGNORECASE)
_OF_WHOLE = re.compile(r"\s+(?:out )?of\s+(?:the\s+|all\s+|its\s+)?", re.IGNORECASE)
_BREAK = re.compile(r"[;:(—]\s?")
_INTRODUCES = re.compile(r"\b(?:its|the|a|an|their|on|at|to|for|against|from|than|with|versus)\s", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_AT = re.compile(r"\bat\s+$")
_FOR = re.compile(r"\s+(?:\w+ )?(?:for|at)\b")
_PER_TIME = re.compile(r"\s+(?:second|minute|hour)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s+[$€£]?\d")
_IN, _AND = re.compile(r"\s+(?:in|for|at|from|on|with|by|of)\s+(?:the\s+)?"), re.compile(r"(?:,\s*|\s+)(?:and\s+)?$")
_BESIDE = 2


def words_near(scene: Scene, number: Quantity) -> frozenset[str]:
    """Stems of what the words around a number may mean: of `its 412 orders`, orders."""
    return scene.kept(("near", number.start), lambda: _near(scene, number))


def words_after(scene: Scene, number: Quantity) -> frozenset[str]:
    """Stems of what the words after a number may mean, as far as they are about it."""
    return scene.clause_words(number.end, _right(scene, number))


def stems_after(scene: Scene, number: Quantity) -> frozenset[str]:
    """Stems of the words after a number, as far as they are about it."""
    stop = _right(scene, number)
    return frozenset(word.stem for word in scene.words if number.end <= word.start < stop)


def is_beside_percent(scene: Scene, number: Quantity) -> bool:
    """Whether another number of the same row of numbers says the unit: `from 4 to 12 %`."""
    for other in scene.numbers:
        if other is not number and other.unit in ("percent", "points") and other.start > number.end:
            return len(scene.text[number.end : other.start].split()) <= _BESIDE
    return False


def _near(scene: Scene, number: Quantity) -> frozenset[str]:
    before, after = _neighbours(scene, number)
    if before and _goes_on(scene, before, number):
        return words_near(scene, before)
    left, right = _left(scene, number), _right_of_words(scene, number)
    skipped = scene.noun(after) if after and _is_of_whole(scene, number, after) else None
    hidden = [one for one in scene.own if _is_cited(scene, one)]
    found: set[str] = set()
    for word in scene.words:
        is_inside = left <= word.start < number.start or number.end <= word.start < right
        if is_inside and word is not skipped and _may_name(scene, word, hidden):
            found |= meant(word.stem)
    return scene.negated(found)


def _goes_on(scene: Scene, before: Quantity, number: Quantity) -> bool:
    """`59 % of orders in A and 54 % in B`: the second number is of what the first one is."""
    between = scene.text[before.end : number.start]
    of_first = [one for one in scene.own if before.end <= one.start and one.end <= number.start]
    of_second = any(
        one.start > number.end and _IN.fullmatch(scene.text, number.end, one.start)
        for one in scene.own
        if not one.is_weak
    )
    return bool(of_first) and of_second and before.unit == number.unit and bool(_AND.search(between))


def _left(scene: Scene, number: Quantity) -> int:
    """Where the words before a number begin to be about it."""
    before, _ = _neighbours(scene, number)
    if scene.text[: number.start].rstrip().endswith(","):
        is_second = before.kind is Kind.TIMES if before else _compares(scene, number)
        if is_second:
            return number.start
    left = scene.noun_end(before) if before else 0
    return max([left, *(found.end() for found in _BREAK.finditer(scene.text, left, number.start))])


def _compares(scene: Scene, number: Quantity) -> bool:
    """Whether two things were compared before their numbers are said: `more than the day before, 64 instead of 58`."""
    return bool(_THAN.search(scene.text[: number.start]))


def _right_of_words(scene: Scene, number: Quantity) -> int:
    """Of the whole in `4 of 50 records`, only the next word is about it."""
    before, _ = _neighbours(scene, number)
    return scene.noun_end(number) if before and _is_of_whole(scene, before, number) else _right(scene, number)


def _right(scene: Scene, number: Quantity) -> int:
    """Where the words after a number cease to be about it: at a comma, or where the next number is introduced."""
    _, after = _neighbours(scene, number)
    at = number.end
    if after and _is_of_whole(scene, number, after):
        at = after.end
        _, after = _neighbours(scene, after)
    right = after.start if after else len(scene.text)
    is_apposition = scene.text[: number.start].rstrip().endswith(",") and scene.text[at:].startswith(",")
    if cut := _CLAUSE.search(scene.text, at + is_apposition, right):
        return cut.start()
    if after and (found := _INTRODUCES.search(scene.text, number.end, right)):
        return found.start()
    return right


def _is_of_whole(scene: Scene, part: Quantity, whole: Quantity) -> bool:
    return bool(_OF_WHOLE.fullmatch(scene.text[part.end : whole.start]))


def _neighbours(scene: Scene, number: Quantity) -> tuple[Quantity | None, Quantity | None]:
    at = scene.numbers.index(number)
    return scene.numbers[at - 1] if at else None, scene.numbers[at + 1] if at + 1 < len(scene.numbers) else None


def _may_name(scene: Scene, word: Token, hidden: Sequence[Named]) -> bool:
    """Whether a word may name a column: it is no part of a name, and of no idiom."""
    before = scene.text[: word.start]
    if word.low in ("least", "most") and _AT.search(before):
        return False
    if word.low in ("average", "usual", "normal") and _THAN_USUAL.search(before):
        return False
    if word.low == "per" and _PER_TIME.match(scene.text, word.end):
        return False
    if word.low == "after" and _NUMBER.match(scene.text, word.end):
        # `closed at 391 after 416 the day before`: no `close_after`.
        return False
    if word.low in ("sold", "sells", "sell") and _FOR.match(scene.text[word.end :]):
        # What something was sold for is no number of pieces.
        return False
    return not scene.is_head(word) and not any(one.start <= word.start < one.end for one in hidden)


def _is_cited(scene: Scene, named: Named) -> bool:
    """Whether words are a name of a cited fact, and neither where something went nor what a column is called."""
    is_direction = named.is_weak and named.text.casefold() in UP | DOWN
    if is_direction or (named.is_part and _is_called_so(scene, named)):
        return False
    return any(named.columns(there) for there in scene.tables)


def _is_called_so(scene: Scene, named: Named) -> bool:
    """Whether a part of a name is what a column measures: `systolic pressure` of `systolic pressure above 140`."""
    words = [word.stem for word in scene.words if named.start <= word.start < named.end]
    columns = (column for there in scene.tables for column in there.numeric)
    return any(all(meant(word) & column.words for word in words) for column in columns)
