"""Holding what a sentence says of rank against the columns."""

from __future__ import annotations

import re
from collections.abc import Callable

from headgate.core.narrative.grounding.numbers.cells import Explained
from headgate.core.narrative.grounding.numbers.ranks_said import PICK, Claim, claims
from headgate.core.narrative.grounding.numbers.roles import has_roles, told_by_role
from headgate.core.narrative.grounding.numbers.standing import holds, implied, named_before, named_by
from headgate.core.narrative.grounding.reading.quantity import Kind
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Key, Table
from headgate.core.narrative.grounding.reading.words import stem_set

_DENIED_ANOTHER = re.compile(r"\bnot\b.*\bbut\b", re.I)
_DENIED = re.compile(r"\b(?:not|never|n['’]t|no longer|neither|nor)\b[^,;]*$", re.I)
_OWNS, _OF_OWNER = re.compile(r"['’]s?\s+"), re.compile(r"\bof\s+(?:the\s+)?$", re.I)
_IS = re.compile(r"\b(?:is|are|was|were|has|have|had|goes|belongs)\b", re.I)
_PLACES = stem_set("place rank")

Columns = Callable[[Scene, Table, Claim], list[Column]]


def unsupported_rank(scene: Scene, explained: Explained) -> str:
    """Why what a sentence says of rank is not so; empty when it is, or nothing is said.

    Args:
        explained: the cells of the numbers that the sentence says.
    """
    for claim in claims(scene):
        told = _tables_of(scene, claim)
        held = _denied if _is_denied(scene, claim) else _asserted
        if reason := held(scene, told, claim, explained):
            return reason
    return _wrong_pick(scene)


def _tables_of(scene: Scene, claim: Claim) -> list[Table]:
    """The tables that hold what a claim is about, in a column that it names if one does."""
    told = [there for there in scene.tables if there.size > 1 and any(one.rows(there) for one in claim.named)]
    named = _best_named(scene, claim, told, named_by) or _best_named(scene, claim, told, named_before)
    meant = named or [there for there in told if implied(scene, there)] or told
    if _is_of_its_own(scene, claim):
        return meant
    return _widest([there for there in meant if _has_a_row_each(there, claim)] or meant)


def _best_named(scene: Scene, claim: Claim, tables: list[Table], columns: Columns) -> list[Table]:
    """Those in which a claim names a column, where no other table has one of more of its words."""
    words = scene.clause_words(*scene.clause(claim.start))
    said = [(there, column.words & words) for there in tables for column in columns(scene, there, claim)]
    best = [there for there, mine in said if not any(mine < others for _, others in said)]
    return [there for there in tables if any(there is one for one in best)]


def _widest(tables: list[Table]) -> list[Table]:
    """Of a list of all and a list of some of them, the one of all decides."""
    names = {id(there): _names_of(there) for there in tables}
    return [there for there in tables if not any(names[id(there)] < names[id(other)] for other in tables)]


def _names_of(there: Table) -> frozenset[Key]:
    """What a table has one row each of."""
    keys = (frozenset(key for key in column.keys if key) for column in there.named)
    return next((one for one in keys if len(one) == there.size), frozenset())


def _is_of_its_own(scene: Scene, claim: Claim) -> bool:
    """`A's highest close`, `the highest close of A`: among the rows of A."""
    return any(
        _OWNS.fullmatch(scene.text, one.end, claim.start)
        or (one.start > claim.end and _is_owned(scene.text[claim.end : one.start]))
        for one in claim.named
    )


def _is_owned(between: str) -> bool:
    """`the highest close of A`; not `the highest close is that of A`."""
    return bool(_OF_OWNER.search(between)) and not _IS.search(between)


def _has_a_row_each(there: Table, claim: Claim) -> bool:
    """Whether a table has one row per brand, where it is said of a brand: a list of models ranks models; and per day."""
    if all(one.when for one in claim.named):
        return all(len(one.rows(there)) == 1 for one in claim.named)
    whose = next((column.name for column in there.named if len(set(column.keys)) == there.size), None)
    return all(whose in one.columns(there) for one in claim.named)


def _is_denied(scene: Scene, claim: Claim) -> bool:
    """`A is not the highest`; in `not A but B is the highest`, it is said of B."""
    before = scene.text[: claim.start]
    return bool(_DENIED.search(before)) and not _DENIED_ANOTHER.search(before)


def _denied(scene: Scene, told: list[Table], claim: Claim, explained: Explained) -> str:
    if told and all(named_by(scene, there, claim) and holds(scene, there, claim, explained) for there in told):
        return f"`{claim.named[0].text}` is just that in `{told[0].name}`"
    return ""


def _asserted(scene: Scene, told: list[Table], claim: Claim, explained: Explained) -> str:
    holder = told_by_role(scene, claim)
    if holder is not None:
        return "" if holder.is_so else f"`{holder.column.name}` in `{holder.table.name}` is {holder.column.cells[0]}"
    if not told:
        return _untold(scene, claim)
    if any(holds(scene, there, claim, explained) for there in told):
        return ""
    what = "the highest" if claim.sign > 0 else "the lowest"
    place = "" if claim.place == 1 else f"number {claim.place} of "
    return f"`{claim.named[0].text}` is not {place}{what} in `{told[0].name}`"


def _untold(scene: Scene, claim: Claim) -> str:
    """Why nothing tells it: something is known of one name for its role, and of the others nothing."""
    known = [there for there in scene.tables if any(one.rows(there) for one in claim.named if not one.is_weak)]
    if known and all(has_roles(there) for there in known):
        return f"`{known[0].name}` doesn't say it of `{claim.named[0].text}`"
    return ""


def _wrong_pick(scene: Scene) -> str:
    """`our second pick in …`: the column of places says so; so it does where `A comes first and B second`."""
    ranks = [number for number in scene.numbers if number.kind is Kind.RANK]
    if not ranks or not (PICK.search(scene.text) or len(ranks) == len(scene.numbers) > 1):
        return ""
    for there in scene.tables:
        places = [column for column in there.numeric if column.words & _PLACES]
        for column, rank in ((column, rank) for column in places for rank in ranks):
            rows = _rows_of(scene, there, ranks.index(rank), len(ranks))
            its = column.present(rows)
            if len(rows) == len(its) == 1 and rank.value not in its:
                return f"in `{there.name}`, `{column.name}` is {its[0]:g}"
    return ""


def _rows_of(scene: Scene, there: Table, at: int, ranks: int) -> frozenset[int]:
    """The rows of the name of each column that a rank goes with: what comes `before Apple` has its place, and Apple another one."""
    rows = frozenset(range(there.size))
    clusters = scene.clusters(there).values()
    for named in clusters:
        rows &= (named[at] if len(named) == ranks else named[0]).rows(there)
    return rows if clusters else frozenset()
