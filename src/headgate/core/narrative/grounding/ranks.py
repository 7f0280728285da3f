"""Holding what a sentence says of rank and order against the columns: superlatives, ranks, comparisons, negations."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.cells import Cell
from headgate.core.narrative.grounding.naming import Named
from headgate.core.narrative.grounding.negations import NOTHING
from headgate.core.narrative.grounding.quantities import Kind, Quantity
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import meant, stem

Explained = dict[Quantity, list[Cell]]

_HIGH = "highest largest biggest greatest most top busiest longest fastest best strongest leading leads lead tops heaviest hottest dearest priciest steepest richest favourite peaked peak".split()
_LOW = "lowest smallest least fewest bottom quietest shortest slowest worst weakest cheapest lightest coldest rarest".split()
MORE = "more higher larger bigger greater longer faster better stronger above dearer pricier busier heavier hotter warmer ahead".split()
LESS = "less fewer lower smaller shorter slower worse weaker below cheaper lighter cooler under behind rarer".split()
_SUPERLATIVE = re.compile(rf"\b({'|'.join([*_HIGH, *_LOW])})\b", re.I)
COMPARATIVE = re.compile(rf"\b({'|'.join([*MORE, *LESS])})\b", re.I)
_RANKED = re.compile(r"\b(?:rank(?:s|ed)?|comes?|came|place[ds]?|is|finish\w*|second|third|fourth|fifth)\b", re.I)
_PICK = re.compile(r"\b(?:pick|choice|recommendation|recommended|place|suggestion)\b", re.I)
_TOP_N = re.compile(
    r"\b(top|bottom|largest|biggest|smallest|best|worst|first|leading|highest|lowest)\s+(two|three|four|five|six|seven|eight|nine|ten|\d+)\b",
    re.I,
)
_N_TOP = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(most|best|largest|biggest|highest|lowest|least|worst|smallest)\b",
    re.I,
)
_COUNTS = {word: value for value, word in enumerate("two three four five six seven eight nine ten".split(), start=2)}
_LOSS = re.compile(r"\s+(?:losers?|declines?|drops?|falls?|loss|losses|decreases?|dips?|fallers?)\b", re.I)
_MOVE = re.compile(r"\s+(?:gainers?|winners?|gains?|rises?|increases?|jumps?|movers?|moves?)\b", re.I)
_MOVING = frozenset(
    stem(word) for word in "strongest weakest best worst performer performed winner loser mover".split()
)
_COUNTING = frozenset(stem(word) for word in "frequent often busiest quietest popular common rarest".split())
_MOST_OF = re.compile(
    r"\b(?:most|least|top|leads?|leading)\s+(?:of\b|likely|recent|to\b|by\b)|\bat (?:most|least|best|worst)\b|\blead(?:s)? to\b",
    re.I,
)
_THAN_ALL = re.compile(
    rf"\b({'|'.join([*MORE, *LESS])})\s+(?:\w+\s+)?than\s+(?:any(?:one|body|thing)?\s+(?:else|other)|all\s+(?:the\s+)?others?|every(?:one|body) else)\b",
    re.I,
)
_DENIED_ANOTHER = re.compile(r"\bnot\b.*\bbut\b", re.I)
_DENIED = re.compile(r"\b(?:not|never|n['’]t|no longer|neither|nor)\b[^,;]*$", re.I)
_HEDGED = re.compile(
    r"\b(?:than|like|for|as)\s*$|\b(?:at|among(?:st)? (?:the )?(?:\w+ )?|one of (?:the )?(?:\w+ )?)\s*$|\bamong\b[^,]*$",
    re.I,
)


@dataclass(frozen=True)
class _Claim:
    """That something named is the k-th from above or below in a column."""

    named: Sequence[Named]
    place: int
    sign: int
    start: int
    end: int
    is_set: bool = False
    is_move: bool = False


def unsupported_rank(scene: Scene, explained: Explained) -> str:
    """Why what a sentence says of rank is not so; empty when it is, or nothing is said."""
    for claim in _claims(scene):
        told = [there for there in scene.tables if there.size > 1 and any(one.rows(there) for one in claim.named)]
        told = [there for there in told if _near(scene, there, claim)] or told
        if _DENIED.search(scene.text[: claim.start]) and not _DENIED_ANOTHER.search(scene.text[: claim.start]):
            if told and all(_near(scene, there, claim) and _holds(scene, there, claim, explained) for there in told):
                return f"`{claim.named[0].text}` is just that in `{told[0].name}`"
            continue
        if told and not any(_holds(scene, there, claim, explained) for there in told):
            what = "the highest" if claim.sign > 0 else "the lowest"
            place = "" if claim.place == 1 else f"number {claim.place} of "
            return f"`{claim.named[0].text}` is not {place}{what} in `{told[0].name}`"
    return _wrong_pick(scene)


def _claims(scene: Scene) -> Iterator[_Claim]:
    text = scene.text
    if found := _TOP_N.search(text) or _N_TOP.search(text):
        words = {found[1].lower(), found[2].lower()}
        count = next((_COUNTS.get(word) or int(word) for word in words if word in _COUNTS or word.isdigit()), 0)
        names = _largest_cluster(scene)
        if len(names) == count:
            sign = -1 if words & {"bottom", "smallest", "worst", "lowest", "least"} else 1
            yield _Claim(names, count, sign, found.start(), found.end(), is_set=True)
            return
    used: list[int] = []
    for found in _SUPERLATIVE.finditer(text):
        if (
            _is_column_word(scene, found)
            or _MOST_OF.match(text, found.start())
            or _is_more_than_half(text, found)
            or _HEDGED.search(text[: found.start()])
        ):
            continue
        named = _subject(scene, found.start(), found.end())
        if named is None:
            continue
        sign = 1 if found[1].lower() in _HIGH else -1
        is_loss, is_move = bool(_LOSS.match(text, found.end())), bool(_MOVE.match(text, found.end()))
        moved = _moved(scene, found)
        is_move = is_move or moved is not None
        sign = -1 if is_loss else sign * (moved or 1)
        if found[1].lower() in ("bottom", "top") and len(names := _several_before(scene, found.start())) > 1:
            yield _Claim(names, len(names), sign, found.start(), found.end(), is_set=True)
            return
        if len(names := _listed_before(scene, found.start())) > 1:
            yield _Claim(names, len(names), sign, found.start(), found.end(), is_set=True, is_move=is_move)
            continue
        place = _place(scene, found.start())
        yield _Claim([named], place, sign, found.start(), found.end(), is_move=is_loss or is_move)
        used.append(found.start())
    yield from _bare_ranks(scene, used)
    if (found := _THAN_ALL.search(text)) and (subject := _subject(scene, found.start(), found.end())):
        yield _Claim([subject], 1, 1 if found[1].lower() in MORE else -1, found.start(), found.end())
    if found := NOTHING.search(text):
        yield from _outdone_by_none(scene, found)


def _moved(scene: Scene, found: re.Match[str]) -> int | None:
    """Of `lost most` -1: the direction that is said right before."""
    before = [
        word for word in scene.words if 0 <= found.start() - word.end <= 5 and found[1].lower() in ("most", "least")
    ]
    return scene.direction(before[-1]) if before else None


def _several_before(scene: Scene, at: int) -> list[Named]:
    """Names of one column before a place: `Nokia and Sony are at the bottom`."""
    return max(
        (
            [one for one in named if 0 <= one.end <= at]
            for there in scene.tables
            for named in scene.clusters(there).values()
        ),
        key=len,
        default=[],
    )


def _listed_before(scene: Scene, at: int) -> list[Named]:
    """`A (1) and B (2) are the most popular`: all of them are."""
    names = _several_before(scene, at)
    start, _ = scene.clause(at)
    inside = [one for one in names if one.start >= start]
    if len(inside) < 2:
        return []
    between = re.sub(r"\([^)]*\)", "", scene.text[inside[-2].end : inside[-1].start])
    is_plural = re.search(
        r"\b(?:are|were|earn|have|had|make|come|came|rank|bring|sold|cost|earned|gained|lost|show)\b",
        scene.text[inside[-1].end : at],
    )
    return inside if is_plural and re.fullmatch(r"\s*,?\s*and\s+(?:the\s+)?", between) else []


def _is_more_than_half(text: str, found: re.Match[str]) -> bool:
    return found[1].lower() in ("most", "least") and bool(
        re.match(
            r"\s+(?:orders|files|rows|readings|records|users|days)\s+(?:are|were|come|came|is)\b", text[found.end() :]
        )
    )


def _is_column_word(scene: Scene, found: re.Match[str]) -> bool:
    """`top gainer`, `(lowest SpO2 96 %)` name a column that holds the answer."""
    word = stem(found[1])
    near = scene.clause_words(found.end(), found.end() + 25)
    is_said = re.match(r"(?:\s+[\w-]+){1,4}\s+(?:is|was|being|of)\s+[$€£]?[-−]?\d", scene.text[found.end() :])
    words = (
        {word} if not is_said and re.search(r"\bthe\s+(?:\w+-)?$", scene.text[: found.start()], re.I) else meant(word)
    )
    return any(
        words & column.words and (column.words - words) & near for there in scene.tables for column in there.columns
    )


def _place(scene: Scene, at: int) -> int:
    """Of `second-highest` 2."""
    for number in scene.numbers:
        if number.kind is Kind.RANK and 0 <= at - number.end <= 12:
            return int(number.value)
    return 1


def _bare_ranks(scene: Scene, used: Sequence[int]) -> Iterator[_Claim]:
    """`ranks second by orders`, `second in size is …`."""
    for number in scene.numbers:
        if number.kind is not Kind.RANK or not _RANKED.search(scene.text) or _PICK.search(scene.text):
            continue
        if any(0 <= at - number.end <= 25 for at in used):
            continue
        if re.match(r"\s*(?:half|quarter|day|week|month|time|session|hour|reading|look)\b", scene.text[number.end :]):
            continue
        if number.value == 1 and len(names := _listed_before(scene, number.start)) > 1:
            yield _Claim(names, len(names), 1, number.start, number.end, is_set=True)
            continue
        named = _subject(scene, number.start, number.end, is_near=True)
        if named is not None and number.value <= 10:
            yield _Claim([named], int(number.value), 1, number.start, number.end)


def _outdone_by_none(scene: Scene, found: re.Match[str]) -> Iterator[_Claim]:
    """`none is cheaper than X`: X is the cheapest."""
    for word in COMPARATIVE.finditer(scene.text, found.end()):
        after = [one for one in scene.own if one.start > word.end()]
        if after and re.match(r"\s+(?:\w+\s+){0,3}than\b", scene.text[word.end() :]):
            yield _Claim([after[0]], 1, 1 if word[1].lower() in MORE else -1, found.start(), word.end())


_ON = re.compile(r"\s+(?:[a-z]+\s+){0,2}(?:on|in|at|from|by|for|to|with)\s+(?:the\s+)?[\"“']?$")


def _subject(scene: Scene, start: int, end: int, *, is_near: bool = False) -> Named | None:
    """Who a superlative is said of: the name before it in its part of the sentence, else the one after it."""
    begin, stop = scene.clause(start)
    names = [one for one in scene.own if begin <= one.start < stop and not one.is_part]
    names = names or [one for one in scene.own if one.start < begin and not one.is_part and not one.when][-1:]
    before = [one for one in names if one.end <= start]
    after = [one for one in names if one.start >= end]
    carried = [one for one in scene.carried if not one.when]
    if before and re.match(r"\s+only\s+to\b", scene.text[end:]):
        return before[-1]
    if after and _ON.match(scene.text[end : after[0].start]):
        return after[0]
    if (
        re.match(
            r"[\w\s'’,%.-]*?\b(?:is|are|was|were|has|have|had|came|go(?:es)?)\s+(?:the |an? |with )?[\"“']?$",
            scene.text[end : after[0].start],
        )
        if after
        else False
    ):
        return after[0]
    if before:
        is_verb = re.search(
            r"\b(?:ranks?|ranked|comes?|came|is|are|was|placed|finish\w*)\s+$", scene.text[:start], re.I
        )
        return before[-1] if not is_near or is_verb else _nearest(before, after, start, end)
    if after and (is_near or len(after) == 1 or not carried):
        return after[0]
    return carried[0] if carried else None


def _nearest(before: list[Named], after: list[Named], start: int, end: int) -> Named:
    if not after:
        return before[-1]
    return before[-1] if start - before[-1].end <= after[0].start - end else after[0]


def _largest_cluster(scene: Scene) -> list[Named]:
    clusters = [named for there in scene.tables for named in scene.clusters(there).values()]
    return max(clusters, key=len, default=[])


def _holds(scene: Scene, there: Table, claim: _Claim, explained: Explained) -> bool:
    columns = list(_columns(scene, there, claim, explained))
    return not columns or any(_is_at(scene, there, column, claim) for column in columns)


def _columns(scene: Scene, there: Table, claim: _Claim, explained: Explained) -> Iterator[Column]:
    """The columns that a rank may be meant in: of the number beside it, else those named, else all."""
    begin, stop = scene.clause(claim.start)
    numbers = _of_number(scene, there, claim, explained)
    said = scene.clause_words(begin, stop)
    named = scene.named_columns(there, said - _words_of(claim))
    near = _near(scene, there, claim)
    if not near and claim.is_move:
        yield from (column for column in there.numeric if column.is_change and "momentum" not in column.words)
        return
    if near:
        yield from near
    elif numbers:
        yield from numbers
    elif _is_beside(scene, claim):
        yield from there.numeric
    elif _is_last_word(scene, claim, stop):
        yield from there.numeric
    elif named:
        yield from named
    else:
        yield from _implied(scene, there, claim) or there.numeric


def _of_number(scene: Scene, there: Table, claim: _Claim, explained: Explained) -> list[Column]:
    """The columns of the number that a superlative is said with: the next one, else the one before."""
    begin, stop = scene.clause(claim.start)
    if _is_beside(scene, claim):
        return []
    inside = [number for number in explained if begin <= number.start < stop]
    after = [number for number in inside if number.start >= claim.end]
    chosen = after[:1] or inside[-1:]
    return [cell.column for number in chosen for cell in explained[number] if cell.table is there]


def _phrase_end(scene: Scene, at: int) -> int:
    """Where the words after a superlative cease to say in what."""
    cut = re.compile(r"[,;:()]|\b(?:and|but|while|yet|with|at|from)\b").search(scene.text, at)
    number = next((one.start for one in scene.numbers if one.start >= at), len(scene.text))
    return min(cut.start() if cut else len(scene.text), number, at + 60)


def _near(scene: Scene, there: Table, claim: _Claim) -> list[Column]:
    """The columns that the words after a superlative name."""
    said = scene.clause_words(claim.start, _phrase_end(scene, claim.end), whole=True)
    return scene.named_columns(there, said - _words_of(claim))


def _is_beside(scene: Scene, claim: _Claim) -> bool:
    """`Oceania, the smallest market, …`: nothing says in what."""
    after = re.match(r"[\w\s]*,", scene.text[claim.end :])
    return bool(after and re.search(r",\s+(?:the|its)\s+$", scene.text[: claim.start]))


def _is_last_word(scene: Scene, claim: _Claim, stop: int) -> bool:
    """`large orders matter most`: nothing says in what."""
    return bool(re.match(r"\s*(?:[,.;:)]|$)", scene.text[claim.end : stop]))


def _words_of(claim: _Claim) -> frozenset[str]:
    return frozenset(stem(word) for word in ("max", "min", "highest", "lowest", "largest", "smallest"))


def _implied(scene: Scene, there: Table, claim: _Claim) -> Sequence[Column]:
    said = frozenset(word.stem for word in scene.words)
    if said & _MOVING:
        return [column for column in there.numeric if column.is_change and "momentum" not in column.words]
    if said & _COUNTING:
        return [column for column in there.numeric if column.measure.value == "count"]
    return []


_PEAK = re.compile(r"\b(?:peak(?:ed|s)?|bottomed|troughs?)\b", re.I)


def turned(column: Column, said: str) -> int:
    """-1 where more in a column is less of what is said: the faster takes fewer seconds, the worse has more rejects."""
    word = said.split()[-1].lower() if said.split() else ""
    if word in _SPEED:
        return -1 if column.measure is Measure.SECONDS else 1
    return -1 if word in _QUALITY and column.words & _BAD else 1


_SPEED = ("faster", "fastest", "slower", "slowest")
_QUALITY = ("better", "best", "worse", "worst", "stronger", "strongest", "weaker", "weakest")
_BAD = frozenset(
    stem(word) for word in "reject rejects rejected failed failures errors unhappy abnormal missing".split()
)


def _is_at(scene: Scene, there: Table, column: Column, claim: _Claim) -> bool:
    """Whether the rows of what is named are where they are said to be, among the rows that are meant."""
    claim = dataclasses.replace(claim, sign=claim.sign * turned(column, scene.text[claim.start : claim.end]))
    rows = _among(scene, there, claim)
    if not claim.is_set and len(own := claim.named[0].rows(there)) > 1:
        return _is_highest_of_its_own(scene, there, column, claim, own)
    ordered = sorted((number for row in rows if (number := column.numbers[row]) is not None), reverse=claim.sign > 0)
    if claim.is_set:
        mine = [column.numbers[row] for one in claim.named for row in one.rows(there)]
        return len(ordered) >= claim.place and all(
            number is not None and (number - ordered[claim.place - 1]) * claim.sign >= 0 for number in mine
        )
    if _PEAK.search(scene.text[claim.start : claim.end]):
        return True
    mine = [column.numbers[row] for row in claim.named[0].rows(there) if row in rows]
    return len(ordered) >= claim.place and any(number == ordered[claim.place - 1] for number in mine)


def _is_highest_of_its_own(scene: Scene, there: Table, column: Column, claim: _Claim, own: frozenset[int]) -> bool:
    """`its highest close was on 15 September`: among the rows of the one that is named."""
    mine = {column for one in claim.named for column in one.columns(there)}
    others = [named[-1].rows(there) for name, named in scene.clusters(there).items() if name not in mine]
    if not others:
        return True
    present = [number for row in own if (number := column.numbers[row]) is not None]
    best = (max if claim.sign > 0 else min)(present, default=None)
    return any(column.numbers[row] == best for row in frozenset.intersection(own, *others))


def _among(scene: Scene, there: Table, claim: _Claim) -> frozenset[int]:
    """All rows, or those of the group that the sentence names besides."""
    rows = frozenset(range(there.size))
    mine = {column for one in claim.named for column in one.columns(there)}
    for column, named in scene.clusters(there).items():
        group = named[0].rows(there)
        if column not in mine and len(named) == 1 and len(group) > 1:
            rows &= group
    return rows


def _wrong_pick(scene: Scene) -> str:
    """`our second pick in …`: the column of places says so."""
    ranks = [number for number in scene.numbers if number.kind is Kind.RANK]
    if not ranks or not _PICK.search(scene.text):
        return ""
    for there in scene.tables:
        places = [column for column in there.numeric if column.words & {stem("place"), stem("rank")}]
        names = [one for one in scene.own if one.rows(there) and len(one.rows(there)) == 1]
        for column in places:
            if names and not any(column.numbers[row] == ranks[0].value for one in names for row in one.rows(there)):
                return f"`{names[0].text}` has another place in `{there.name}`"
    return ""
