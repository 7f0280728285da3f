"""Where something named stands in a column: whether it is as high or as low as a sentence says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.numbers.cells import Explained
from headgate.core.narrative.grounding.numbers.ranks_said import Claim
from headgate.core.narrative.grounding.numbers.rates import rates_said
from headgate.core.narrative.grounding.reading.called import called, things
from headgate.core.narrative.grounding.reading.degrees import turned
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import meant, stem_set, word_set

_MOVING = stem_set("strongest weakest best worst performer performed winner loser mover")
_COUNTING = stem_set("frequent often busiest quietest popular common rarest")
_OF_ANY = word_set("highest largest biggest most top peak maximum big large lowest smallest least small minimum")
_PEAK = re.compile(r"\b(?:peak(?:ed|s)?|bottomed|troughs?)\b", re.I)
_PHRASE_END = re.compile(r"[,;:()]|\b(?:and|but|while|yet|with|at|from|on|during|since)\b")
_EXCEPT = re.compile(r"\b(?:except(?: for)?|apart from|besides|excluding)\s+(?:the\s+)?$", re.I)
_BY_MONEY = re.compile(
    r"\b(?:best|top|most valuable)\s+(?:customer|client|buyer)s?\b|\b(?:largest|biggest|smallest)\s+(?:order|purchase|sale|payment)s?\b",
    re.I,
)
_AMOUNT, _NO_AMOUNT = stem_set("revenue amount total value sum"), stem_set("usual mean median percent")
_THE = re.compile(r"\s+(?:only\s+)?the\s+", re.I)
_OF_THEM = re.compile(r"\s+of\s+(?:them|these|those|all)\b", re.I)
_FIRST_BY = re.compile(r"\bfirst\s+(?:by|in|for|with)\b", re.I)
_LONGEST_PHRASE = 60
_BESIDE_BEFORE, _BESIDE_AFTER = re.compile(r",\s+(?:the|its)\s+$", re.I), re.compile(r"[\w\s]*,")
_LAST_WORD = re.compile(r"\s*(?:[,.;:)]|$)")


def holds(scene: Scene, there: Table, claim: Claim, explained: Explained) -> bool:
    """Whether a claim is so in one of the columns that may be meant.

    Args:
        explained: the cells of the numbers that the sentence says.
    """
    columns = _columns(scene, there, claim, explained)
    return not columns or any(_is_at(scene, there, column, claim) for column in columns)


def named_by(scene: Scene, there: Table, claim: Claim) -> list[Column]:
    """The columns that the words after a superlative name: `the highest price`."""
    columns = called(scene, there, (claim.start, _phrase_end(scene, claim.end)), whole=True, is_ranked=True)
    return [one for one in columns if one.words & _quality(scene, claim)] or columns


def _quality(scene: Scene, claim: Claim) -> frozenset[str]:
    """Stems of columns that a superlative means by itself: `happiest` a satisfaction, whatever follows it."""
    said = [word for word in scene.words if claim.start <= word.start < claim.end and word.low not in _OF_ANY]
    return frozenset[str]().union(*(meant(word.stem) - {word.stem} for word in said))


def _phrase_end(scene: Scene, at: int) -> int:
    """Where the words after a superlative cease to say in what."""
    cut = _PHRASE_END.search(scene.text, at)
    number = next((one.start for one in scene.numbers if one.start >= at), len(scene.text))
    return min(cut.start() if cut else len(scene.text), number, at + _LONGEST_PHRASE)


def _columns(scene: Scene, there: Table, claim: Claim, explained: Explained) -> Sequence[Column]:
    """The columns that a rank may be meant in: those named after it, of the number beside it, named at all, else all."""
    if rates := rates_said(scene, there):
        return rates
    if near := named_by(scene, there, claim):
        around = named_before(scene, there, claim)
        return [one for one in near if one in around] or near
    if claim.is_move:
        return _changes(there)
    if numbers := _of_number(scene, there, claim, explained):
        return numbers
    if _is_beside(scene, claim):
        # Nothing says in what.
        return there.numeric
    return (
        named_before(scene, there, claim)
        or implied(scene, there)
        or _of_rank_before(scene, there, claim)
        or there.numeric
    )


def _of_rank_before(scene: Scene, there: Table, claim: Claim) -> list[Column]:
    """`A comes first by momentum, and B second`, `A has most orders, B the fewest`: what was named before is still meant."""
    before = scene.text[: claim.start]
    is_second = claim.place > 1 and _FIRST_BY.search(before)
    is_beside = _THE.fullmatch(before, claim.named[0].end) if claim.named[0].end > 0 else None
    is_bare = (is_second or is_beside) and _LAST_WORD.match(scene.text, claim.end)
    return called(scene, there, (0, claim.named[0].start), is_ranked=True) if is_bare else []


def named_before(scene: Scene, there: Table, claim: Claim) -> list[Column]:
    """The columns that the rest of its part of the sentence names: `the price of A is the highest`, `A's price is`."""
    begin, stop = scene.clause(claim.start)
    if _LAST_WORD.match(scene.text[claim.end : stop]):
        begin = max([begin, *(one.end for one in things(scene, scene.own) if one.end <= claim.start)])
    return called(scene, there, (begin, claim.start), (claim.end, stop), is_ranked=True)


def _changes(there: Table) -> list[Column]:
    return [column for column in there.numeric if column.is_change and "momentum" not in column.words]


def _of_number(scene: Scene, there: Table, claim: Claim, explained: Explained) -> list[Column]:
    """The columns of the number that a superlative is said with: the next one, else the one before."""
    begin, stop = scene.clause(claim.start)
    if _is_beside(scene, claim) or _OF_THEM.match(scene.text, claim.end):
        return []
    inside = [number for number in explained if begin <= number.start < stop]
    after = [number for number in inside if number.start >= claim.end]
    chosen = after[:1] or inside[-1:]
    return [cell.column for number in chosen for cell in explained[number] if cell.table is there]


def _is_beside(scene: Scene, claim: Claim) -> bool:
    """`Oceania, the smallest market, …`: nothing says in what."""
    after = _BESIDE_AFTER.match(scene.text[claim.end :])
    return bool(after and _BESIDE_BEFORE.search(scene.text[: claim.start]))


def implied(scene: Scene, there: Table) -> Sequence[Column]:
    """`the best performer` changed most, `the best customer` spent most, `the most popular` has the highest count."""
    if _BY_MONEY.search(scene.text):
        return [column for column in there.numeric if column.words & _AMOUNT and not column.words & _NO_AMOUNT]
    if scene.stems & _MOVING:
        return _changes(there)
    if scene.stems & _COUNTING:
        return list(there.counts)
    return []


def _is_at(scene: Scene, there: Table, column: Column, claim: Claim) -> bool:
    """Whether the rows of what is named are where they are said to be, among the rows that are meant."""
    claim = dataclasses.replace(claim, sign=claim.sign * turned(column, scene.text[claim.start : claim.end]))
    rows = _among(scene, there, claim)
    if claim.is_set:
        return _are_first(there, column, claim, rows)
    own = claim.named[0].rows(there)
    if len(own) > 1:
        return _is_first_of_its_own(scene, there, column, claim, own)
    ordered = sorted(column.present(rows), reverse=claim.sign > 0)
    if _PEAK.search(scene.text[claim.start : claim.end]):
        return True
    mine = [column.numbers[row] for row in own if row in rows]
    return 0 < claim.place <= len(ordered) and any(number == ordered[claim.place - 1] for number in mine)


def _are_first(there: Table, column: Column, claim: Claim, rows: frozenset[int]) -> bool:
    """Whether all of several are among the first so many."""
    ordered = sorted(column.present(rows), reverse=claim.sign > 0)
    mine = [column.numbers[row] for one in claim.named for row in one.rows(there)]
    return len(ordered) >= claim.place and all(
        number is not None and (number - ordered[claim.place - 1]) * claim.sign >= 0 for number in mine
    )


def _is_first_of_its_own(scene: Scene, there: Table, column: Column, claim: Claim, own: frozenset[int]) -> bool:
    """`its highest close was on 15 September`: among the rows of the one that is named."""
    mine = {name for one in claim.named for name in one.columns(there)}
    others = [named[-1].rows(there) for name, named in scene.clusters(there).items() if name not in mine]
    if not others:
        return True
    best = (max if claim.sign > 0 else min)(column.present(own), default=None)
    return any(column.numbers[row] == best for row in own.intersection(*others))


def _among(scene: Scene, there: Table, claim: Claim) -> frozenset[int]:
    """All rows, or those of the group that the sentence names besides."""
    rows = frozenset(range(there.size))
    mine = {name for one in claim.named for name in one.columns(there)}
    for column, named in scene.clusters(there).items():
        rows -= _left_out(scene, there, named)
        group = named[0].rows(there)
        if column not in mine and len(named) == 1 and len(group) > 1:
            rows &= group
    return rows


def _left_out(scene: Scene, there: Table, named: Sequence[Named]) -> frozenset[int]:
    """`the lowest of all except B`."""
    without = [one.rows(there) for one in named if one.start >= 0 and _EXCEPT.search(scene.text[: one.start])]
    return frozenset[int]().union(*without)
