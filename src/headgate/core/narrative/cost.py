"""What models cost: prices of tokens, as the package genai-prices has them."""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, datetime
from decimal import Decimal

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


def prices_from() -> str | None:
    """Where prices are from, such as `genai-prices 0.2.3`; None when that is not installed."""
    try:
        return f"{PACKAGE} {importlib.metadata.version(PACKAGE)}"
    except importlib.metadata.PackageNotFoundError:
        return None
