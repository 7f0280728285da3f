"""What a sentence says of rank: `A has the highest price`, `the top three are …`, `B comes second`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.numbers.negations import NOTHING
from headgate.core.narrative.grounding.reading.called import spelled, things
from headgate.core.narrative.grounding.reading.degrees import COMPARATIVE, SUPERLATIVE, THAN_ALL, sign_of
from headgate.core.narrative.grounding.reading.directions import direction_of
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.subjects import listed_before, several_before, subject
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import meant, stem, word_list, word_set

PICK = re.compile(r"\b(?:pick|choice|recommendation|recommended|place|suggestion)\b", re.I)

_COUNTS = {word: value for value, word in enumerate(word_list("two three four five six seven eight nine ten"), start=2)}
_COUNT = rf"({'|'.join(_COUNTS)}|\d+)"
_TOP_N = re.compile(
    rf"\b(top|bottom|largest|biggest|smallest|best|worst|first|leading|highest|lowest)\s+{_COUNT}\b", re.I
)
_N_TOP = re.compile(rf"\b{_COUNT}\s+(most|best|largest|biggest|highest|lowest|least|worst|smallest)\b", re.I)
_AT_THE_END = word_set("bottom smallest worst lowest least")

_RANKED = re.compile(r"\b(?:rank(?:s|ed)?|comes?|came|place[ds]?|is|finish\w*|second|third|fourth|fifth)\b", re.I)
_LOSS = re.compile(r"\s+(?:losers?|declines?|drops?|falls?|loss|losses|decreases?|dips?|fallers?)\b", re.I)
_MOVE = re.compile(r"\s+(?:gainers?|winners?|gains?|rises?|increases?|jumps?|movers?|moves?)\b", re.I)
_MOST_OF = re.compile(
    r"\b(?:most|least|top|leads?|leading)\s+(?:of\b|likely|recent|to\b|by\b)|\bat (?:most|least|best|worst)\b|\blead(?:s)? to\b",
    re.I,
)
_MOST_ROWS = re.compile(r"\s+(?:orders|files|rows|readings|records|users|days)\s+(?:are|were|come|came|is)\b")
_HEDGED = re.compile(
    r"\b(?:than|like|for|as)\s*$|\b(?:at|among(?:st)? (?:the )?(?:\w+ )?|one of (?:the )?(?:\w+ )?)\s*$|\bamong\b[^,]*$"
    r"|^among\b[^,]*,[^,]*$",
    re.I,
)
_IS_FIGURE = re.compile(r"(?:\s+[\w-]+){1,4}\s+(?:is|was|being|of)\s+[$€£]?[-−]?\d")
_THE = re.compile(r"\bthe\s+(?:\w+-)?$", re.I)
_OF_TIME = re.compile(r"\s*(?:half|quarter|day|week|month|time|session|hour|reading|look)\b")
_THAN = re.compile(r"\s+(?:\w+\s+){0,3}than\b")
_FOLLOWED = re.compile(r",\s+(?:closely\s+)?followed\s+by\s+(?:the\s+)?", re.I)
_BESIDE, _NEAR, _LAST_PLACE = 12, 25, 10


@dataclass(frozen=True)
class Claim:
    """That something named is the k-th from above or below in a column.

    Attributes:
        named: who it is said of.
        place: k; of a set, how many they are.
        sign: 1 from above, -1 from below.
        is_set: whether all of `named` together are the first k.
        is_move: whether it is about what changed most.
    """

    named: Sequence[Named]
    place: int
    sign: int
    start: int
    end: int
    is_set: bool = False
    is_move: bool = False


def claims(scene: Scene) -> list[Claim]:
    """All that a sentence says of rank."""
    if top := _top_several(scene):
        return [top]
    found: list[Claim] = []
    for word in SUPERLATIVE.finditer(scene.text):
        if claim := _of_superlative(scene, word):
            found.append(claim)
            if claim.is_set and _is_end(word):
                return found
    used = [claim.start for claim in found if not claim.is_set]
    found.extend(_followed(scene, found))
    return [*found, *_bare_ranks(scene, used), *_more_than_all(scene), *_outdone_by_none(scene)]


def _followed(scene: Scene, found: Sequence[Claim]) -> list[Claim]:
    """`A has the most orders, followed by B`: B is the second."""
    by = _FOLLOWED.search(scene.text)
    first = [one for one in found if by and one.end <= by.start() and one.place == 1 and not one.is_set]
    named = [one for one in things(scene, scene.own) if by and by.end() <= one.start <= by.end() + 1]
    if not by or len(first) != 1 or not named:
        return []
    return [dataclasses.replace(first[0], named=named[:1], place=2)]


def _top_several(scene: Scene) -> Claim | None:
    """`the top three are A, B and C`."""
    found = _TOP_N.search(scene.text) or _N_TOP.search(scene.text)
    if not found:
        return None
    words = {found[1].lower(), found[2].lower()}
    count = _count_in(words)
    clusters = [named for there in scene.tables for named in scene.clusters(there).values()]
    names = max(clusters, key=len, default=[])
    if not names or len(names) != count:
        return None
    return Claim(names, count, -1 if words & _AT_THE_END else 1, found.start(), found.end(), is_set=True)


def _count_in(words: set[str]) -> int:
    return next((_COUNTS.get(word) or int(word) for word in words if word in _COUNTS or word.isdigit()), 0)


def top_of(scene: Scene) -> int:
    """Of `the top three` 3; 0 where none are said to be the first so many."""
    found = _TOP_N.search(scene.text)
    words = {found[1].lower(), found[2].lower()} if found else set()
    return 0 if words & _AT_THE_END else _count_in(words)


def _of_superlative(scene: Scene, word: re.Match[str]) -> Claim | None:
    """`A sells most`, `A and B are the cheapest`."""
    start, end = word.span()
    named = subject(scene, start, end) if _is_rank(scene, word) else None
    if named is None:
        return None
    moved = _moved(scene, word)
    is_loss = bool(_LOSS.match(scene.text, end))
    is_move = bool(_MOVE.match(scene.text, end)) or moved is not None
    sign = -1 if is_loss else sign_of(word[1]) * (moved or 1)
    if _is_end(word) and len(names := several_before(scene, start)) > 1:
        return Claim(names, len(names), sign, start, end, is_set=True)
    if len(names := listed_before(scene, start)) > 1:
        return Claim(names, len(names), sign, start, end, is_set=True, is_move=is_move)
    return Claim([named], _place(scene, start), sign, start, end, is_move=is_loss or is_move)


def _is_end(word: re.Match[str]) -> bool:
    return word[1].lower() in ("bottom", "top")


def _is_rank(scene: Scene, word: re.Match[str]) -> bool:
    """Whether a superlative ranks: not in `at most`, `most orders are`, `one of the highest`, `max_price`."""
    text = scene.text
    is_more_than_half = word[1].lower() in ("most", "least") and _MOST_ROWS.match(text[word.end() :])
    is_other = _MOST_OF.match(text, word.start()) or is_more_than_half or _HEDGED.search(text[: word.start()])
    return not is_other and not _is_column_word(scene, word) and not _is_inside_name(scene, word)


def _is_column_word(scene: Scene, found: re.Match[str]) -> bool:
    """`top gainer`, `(lowest SpO2 96 %)` name a column that holds the answer."""
    word = stem(found[1])
    near = scene.clause_words(found.end(), found.end() + _NEAR)
    is_said = _IS_FIGURE.match(scene.text[found.end() :])
    is_the = not is_said and _THE.search(scene.text[: found.start()])
    words = {word} if is_the else meant(word)
    return any(
        words & column.words and (column.words - words) & near and not _tells_who(there, column)
        for there in scene.tables
        for column in there.columns
    )


def _tells_who(there: Table, column: Column) -> bool:
    """`top_gainer`, and `top_gainer_change`: who it is can be looked up."""
    return there.size == 1 and (bool(there.holder_of(column)) or column in there.named)


def _is_inside_name(scene: Scene, found: re.Match[str]) -> bool:
    """`orders of favourite`: the later word of a column's name ranks nothing."""
    return any(start < found.start() < end for start, end in spelled(scene))


def _moved(scene: Scene, found: re.Match[str]) -> int | None:
    """Of `lost most` -1: the direction that is said right before."""
    if found[1].lower() not in ("most", "least"):
        return None
    before = [word for word in scene.words if 0 <= found.start() - word.end <= 5 and word.low != "the"]
    return direction_of(scene, before[-1]) if before else None


def _place(scene: Scene, at: int) -> int:
    """Of `second-highest` 2."""
    for number in scene.numbers:
        if number.kind is Kind.RANK and 0 <= at - number.end <= _BESIDE:
            return int(number.value)
    return 1


def _bare_ranks(scene: Scene, used: Sequence[int]) -> Iterator[Claim]:
    """`ranks second by orders`, `second in size is …`."""
    if not _RANKED.search(scene.text) or PICK.search(scene.text):
        return
    for number in scene.numbers:
        is_free = number.kind is Kind.RANK and not any(0 <= at - number.end <= _NEAR for at in used)
        if _is_answered(scene, number):
            continue
        if is_free and not _OF_TIME.match(scene.text[number.end :]) and (claim := _of_rank(scene, number)):
            yield claim


def _is_answered(scene: Scene, number: Quantity) -> bool:
    """`the first is in order ORD-7`, where `first_order` is ORD-7: a column says so, and no rank."""
    word, near = stem(number.text), scene.clause_words(number.end, number.end + _NEAR)
    return any(
        word in column.words and (column.words - {word}) & near and column.name in one.columns(there)
        for there in scene.tables
        for column in there.named
        for one in scene.own
        if one.start >= number.end
    )


def _of_rank(scene: Scene, number: Quantity) -> Claim | None:
    if number.value == 1 and len(names := listed_before(scene, number.start)) > 1:
        return Claim(names, len(names), 1, number.start, number.end, is_set=True)
    named = subject(scene, number.start, number.end, is_near=True)
    if named is None or number.value > _LAST_PLACE:
        return None
    return Claim([named], int(number.value), 1, number.start, number.end)


def _more_than_all(scene: Scene) -> Iterator[Claim]:
    """`A sells more than any other`."""
    found = THAN_ALL.search(scene.text)
    if found and (named := subject(scene, found.start(), found.end())):
        yield Claim([named], 1, sign_of(found[1]), found.start(), found.end())


def _outdone_by_none(scene: Scene) -> Iterator[Claim]:
    """`none is cheaper than X`: X is the cheapest."""
    found = NOTHING.search(scene.text)
    for word in COMPARATIVE.finditer(scene.text, found.end()) if found else ():
        after = [one for one in scene.own if one.start > word.end()]
        if found and after and _THAN.match(scene.text[word.end() :]):
            yield Claim([after[0]], 1, sign_of(word[1]), found.start(), word.end())
