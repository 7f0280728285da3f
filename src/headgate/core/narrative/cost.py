"""What models cost: prices of tokens, as the package genai-prices has them."""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from headgate.core.config.narrator_settings import DOCUMENTED, OPENAI, NarratorSettings

PACKAGE = "genai-prices"

COMPARED = (
    "bedrock:amazon.nova-micro-v1:0", DOCUMENTED, "bedrock:amazon.nova-pro-v1:0", "openai:gpt-5-nano",
    "openai:gpt-5-mini", "google:gemini-2.5-flash-lite", "anthropic:claude-haiku-4-5",
)  # fmt: skip
"""Models that the tokens of others are priced at, for comparison."""

# Interfaces of a provider that have its prices.
_SAME = dict.fromkeys(OPENAI, "openai")


def price(model: str, tokens_in: int, tokens_out: int, at: datetime) -> Decimal | None:
    """US dollars for so many tokens; None when no price is known, or the package is not installed.

    Args:
        model: provider:name.
        at: when, UTC, naive: prices change.
    """
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None
    provider, _, name = model.partition(":")
    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
    try:
        found = calc_price(
            usage, name, provider_id=_SAME.get(provider, provider), genai_request_timestamp=at.replace(tzinfo=UTC)
        )
    except (LookupError, ValueError):
        return None
    return found.total_price


def cost_of(settings: NarratorSettings, tokens_in: int, tokens_out: int, at: datetime) -> Decimal | None:
    """US dollars for so many tokens of a pipeline's model, by the price in the settings, else by `price`."""
    if settings.price:
        return settings.price.of(tokens_in, tokens_out)
    # What somebody's own server calls a model may have the name of one that costs something else.
    return None if settings.is_own_server else price(settings.model, tokens_in, tokens_out, at)


def newest_price(at: datetime) -> date | None:
    """The newest day from which a price of the package holds, at a time; None when it is not installed or dates none.

    The package says no other date of its prices: neither when it was released nor when they were looked at.

    Args:
        at: UTC, naive; prices that are announced for later don't count.
    """
    try:
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return None
    models = (model for provider in get_snapshot().providers for model in provider.models)
    dated = (getattr(one, "constraint", None) for model in models for one in _as_list(model.prices))
    days = (getattr(constraint, "start_date", None) for constraint in dated)
    return max((day for day in days if day and day <= at.date()), default=None)


def _as_list(prices: Any) -> list[Any]:
    """A model has one price, or several of which each holds under a condition."""
    return prices if isinstance(prices, list) else [prices]


def prices_from() -> str | None:
    """Where prices are from, such as `genai-prices 0.2.3`; None when that is not installed."""
    try:
        return f"{PACKAGE} {importlib.metadata.version(PACKAGE)}"
    except importlib.metadata.PackageNotFoundError:
        return None
