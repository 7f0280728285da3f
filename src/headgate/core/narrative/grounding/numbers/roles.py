"""Who has a role: a column of a fact of one row names who is the `top_gainer`, or has the `highest_volatility`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headgate.core.narrative.grounding.numbers.ranks_said import Claim
from headgate.core.narrative.grounding.reading.degrees import SUPERLATIVE, sign_of
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import stem_set

_LOSING = stem_set("loser losers falling faller")


@dataclass(frozen=True)
class Role:
    """A column that names who is what a claim says.

    Attributes:
        is_so: whether it names whom the claim is about.
    """

    table: Table
    column: Column
    is_so: bool


def told_by_role(scene: Scene, claim: Claim) -> Role | None:
    """Who it is by the cited facts of one row; None where none says it. It may leave out some that another fact has."""
    roles = list(_roles(scene, claim))
    return next((one for one in roles if one.is_so), roles[0] if roles else None)


def has_roles(there: Table) -> bool:
    """Whether a fact of one row names who is the first in something."""
    names = [column.name.replace("_", " ") for column in there.named]
    return there.size == 1 and any(SUPERLATIVE.search(name) for name in names)


def _roles(scene: Scene, claim: Claim) -> Iterator[Role]:
    begin, stop = scene.clause(claim.start)
    said = scene.clause_words(begin, stop)
    for there in scene.tables:
        for column in there.named if there.size == 1 else ():
            if _says_rank(column, said, claim):
                yield Role(there, column, column.keys[0] == claim.named[0].key)


def _says_rank(column: Column, said: frozenset[str], claim: Claim) -> bool:
    """Whether a column is called what is claimed: a superlative, and in what."""
    ranks = [found[0] for found in SUPERLATIVE.finditer(column.name.replace("_", " "))]
    rest = column.words - stem_set(" ".join(ranks))
    sign = sign_of(ranks[0]) * (-1 if rest & _LOSING else 1) if ranks else 0
    return claim.place == 1 and sign == claim.sign and bool(rest) and rest <= said
