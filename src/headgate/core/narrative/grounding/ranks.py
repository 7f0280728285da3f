"""Holding what a sentence says of rank against the columns."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.cells import Explained
from headgate.core.narrative.grounding.claims import PICK, Claim, claims
from headgate.core.narrative.grounding.quantity import Kind
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.standing import holds, implied, is_told, named_by
from headgate.core.narrative.grounding.tables import Table
from headgate.core.narrative.grounding.words import stem_set

_DENIED_ANOTHER = re.compile(r"\bnot\b.*\bbut\b", re.I)
_DENIED = re.compile(r"\b(?:not|never|n['’]t|no longer|neither|nor)\b[^,;]*$", re.I)
_OWNS, _OF_OWNER = re.compile(r"['’]s?\s+"), re.compile(r"\bof\s+(?:the\s+)?$", re.I)
_PLACES = stem_set("place rank")


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
    named = [there for there in told if named_by(scene, there, claim)]
    meant = named or [there for there in told if implied(scene, there)] or told
    if _is_of_its_own(scene, claim):
        return meant
    return [there for there in meant if _has_a_row_each(there, claim)] or meant


def _is_of_its_own(scene: Scene, claim: Claim) -> bool:
    """`A's highest close`, `the highest close of A`: among the rows of A."""
    return any(
        _OWNS.fullmatch(scene.text, one.end, claim.start)
        or (one.start > claim.end and _OF_OWNER.search(scene.text[claim.end : one.start]))
        for one in claim.named
    )


def _has_a_row_each(there: Table, claim: Claim) -> bool:
    """Whether a table has one row per brand, where it is said of a brand: a list of models ranks models."""
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
    if not told or is_told(scene, claim) or any(holds(scene, there, claim, explained) for there in told):
        return ""
    what = "the highest" if claim.sign > 0 else "the lowest"
    place = "" if claim.place == 1 else f"number {claim.place} of "
    return f"`{claim.named[0].text}` is not {place}{what} in `{told[0].name}`"


def _wrong_pick(scene: Scene) -> str:
    """`our second pick in …`: the column of places says so."""
    ranks = [number for number in scene.numbers if number.kind is Kind.RANK]
    if not ranks or not PICK.search(scene.text):
        return ""
    for there in scene.tables:
        names = [one for one in scene.own if len(one.rows(there)) == 1]
        for column in there.numeric if names else ():
            places = [column.numbers[row] for one in names for row in one.rows(there)]
            if column.words & _PLACES and ranks[0].value not in places:
                return f"`{names[0].text}` has another place in `{there.name}`"
    return ""
