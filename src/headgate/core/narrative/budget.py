"""Whether a model may be asked once more today: the most that one request can cost is set aside first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import Permanent, Place
from headgate.core.narrative.cost import cost_of
from headgate.core.narrative.request import Request, Spent

# Tables of numbers have two characters and more to a token, and other scripts two bytes.
_BYTES_PER_TOKEN = 2
# What the provider adds around a prompt.
_AROUND = 500


class Purse(Protocol):
    """US dollars that a pipeline may spend on models today; several who tell at once share it."""

    def take(self, most: Decimal, limit: Decimal) -> Decimal | None:
        """Sets dollars aside; or gives what is spent and set aside already, when `most` more would pass the limit."""
        ...

    def settle(self, taken: Decimal, paid: Decimal) -> None:
        """Says what became of dollars that were set aside."""
        ...


def taken_for(request: Request, settings: NarratorSettings, purse: Purse, at: datetime) -> Decimal | Permanent:
    """Sets aside the most that a request can cost; how much, or why the request is not made.

    Args:
        at: now, UTC, naive.
    """
    if settings.budget_per_day is None:
        return Decimal(0)
    limit, most = Decimal(str(settings.budget_per_day)), worst_cost(request, settings, at)
    if most is None:
        return no_price(settings)
    spent = purse.take(most, limit)
    if spent is None:
        return most
    said = f"it might cost {most:.4f} USD, and {spent:.4f} of the {limit} USD for today are spent or set aside"
    return _refused(said, settings, "raise narrator.budget_per_day, or wait until tomorrow (UTC)")


def worst_cost(request: Request, settings: NarratorSettings, at: datetime) -> Decimal | None:
    """The most that one request can cost in US dollars: an answer as long as allowed."""
    return cost_of(settings, _tokens(request) + _AROUND, settings.max_tokens, at)


def counted_cost(spent: Spent, request: Request, settings: NarratorSettings, at: datetime) -> Spent:
    """What one request took, as it counts: where nobody says how many tokens an attempt took, the most that it can cost.

    Args:
        at: now, UTC, naive.
    """
    cost = spent.cost_usd
    if cost is None:
        cost = cost_of(settings, spent.tokens_in, spent.tokens_out, at)
    if spent.uncounted and cost is not None:
        most = worst_cost(request, settings, at)
        cost = None if most is None else cost + spent.uncounted * most
    return replace(spent, cost_usd=cost)


def no_price(settings: NarratorSettings) -> Permanent:
    """Why a model that nobody has a price for can't be asked within a budget."""
    return _refused(
        "no price is known for it, so it can't be kept within the budget",
        settings,
        "set narrator.price to what it costs, or take narrator.budget_per_day out",
        "narrator_no_price",
    )


def _tokens(request: Request) -> int:
    size = len((request.instructions + request.material).encode())
    form = request.characters - len(request.instructions) - len(request.material)
    return -(-(size + form) // _BYTES_PER_TOKEN)


def _refused(why: str, settings: NarratorSettings, next_: str, code: str = "narrator_budget") -> Permanent:
    return Permanent(
        f"the model was not asked: {why}",
        where=Place(settings.model),
        who="pipeline owner",
        next=next_,
        code=code,
    )
