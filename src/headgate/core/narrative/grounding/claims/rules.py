"""Every rule about what a sentence claims besides its names and its numbers."""

from __future__ import annotations

from collections.abc import Callable

from headgate.core.narrative.grounding.claims.exceptions import unsupported_exception
from headgate.core.narrative.grounding.claims.fractions_said import unsupported_fraction
from headgate.core.narrative.grounding.claims.having import lacks
from headgate.core.narrative.grounding.claims.kinds_of_files import wrong_kind
from headgate.core.narrative.grounding.claims.nobody import somebody_did
from headgate.core.narrative.grounding.claims.of_each import unsupported_each
from headgate.core.narrative.grounding.claims.only_one import unsupported_one
from headgate.core.narrative.grounding.claims.outnumbering import unsupported_outnumbering
from headgate.core.narrative.grounding.claims.portions import unsupported_portion
from headgate.core.narrative.grounding.claims.quantifiers import unsupported_quantifier
from headgate.core.narrative.grounding.claims.strength import wrong_strength
from headgate.core.narrative.grounding.claims.trends import unsupported_trend
from headgate.core.narrative.grounding.claims.usual import not_usual
from headgate.core.narrative.grounding.numbers.buckets import unsupported_bucket
from headgate.core.narrative.grounding.numbers.every_row import unsupported_rows
from headgate.core.narrative.grounding.numbers.within_row import not_in_row
from headgate.core.narrative.grounding.reading.scene import Scene

Rule = Callable[[Scene], str]
"""Why a sentence can't stay, empty when it can as far as this goes; it is given what of the cited facts the sentence is about."""

RULES: tuple[Rule, ...] = (
    unsupported_rows,  # every brand has more than 20 orders
    unsupported_outnumbering,  # more stocks rose than fell
    unsupported_portion,  # half of all orders; mostly budget phones
    unsupported_quantifier,  # all stocks fell; only A rose
    unsupported_trend,  # A rose
    lacks,  # A holds records
    unsupported_fraction,  # most of A's reviews are unhappy
    unsupported_each,  # each order contained one item
    somebody_did,  # nobody ordered a monitor
    not_usual,  # sold too expensive
    not_in_row,  # more happy than unhappy reviews
    unsupported_exception,  # every symbol rose except A
    wrong_strength,  # A soared
    wrong_kind,  # it is a JSON file
    unsupported_one,  # A has only one model
    unsupported_bucket,  # most readings lie between 60 and 80
)
"""One objection is enough, so that their order decides only which reason is told: the plainest comes first."""
