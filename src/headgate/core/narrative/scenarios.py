"""What telling costs in a month: the scenarios that earlier systems published, at prices of today and by other models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headgate.core.config.narrator_settings import DOCUMENTED
from headgate.core.narrative.cost import COMPARED, price

DAYS = 30
"""Of a month."""

MILLION = 1_000_000

_DECIMALS = 8


@dataclass(frozen=True)
class Scenario:
    """What an earlier system said a month costs.

    Attributes:
        tokens_in, tokens_out: of one run, of which there are so many a day.
        claimed: US dollars a month, as it was said.
        by_its_prices: US dollars a month, as its own tokens and prices make it.
    """

    runs_a_day: int
    tokens_in: int
    tokens_out: int
    claimed: float
    by_its_prices: float


SCENARIOS = (
    Scenario(5, 4_000, 1_200, 0.22, 0.08),
    Scenario(20, 6_000, 1_600, 1.33, 0.45),
    Scenario(100, 8_000, 2_000, 6.60, 2.88),
)
"""Published for Amazon Nova Lite, at 0.06 USD per million tokens in and 0.24 out."""

ALL_ROWS = {"tokens_in": 50_500, "tokens_out": 1_050, "claimed_usd": 0.003282}
"""What an earlier system took for 1,000 rows: it sent them all."""


def scenarios(at: datetime, mean: tuple[float, float] | None = None) -> list[dict[str, Any]]:
    """Each scenario as it was claimed, as prices make it, and with the tokens that a narrative takes here.

    Args:
        at: at which time's prices, UTC, naive.
        mean: tokens in and out of one narrative here, as measured; None where there are none.
    """
    return [_scenario(one, at, mean) for one in SCENARIOS]


def other_models(tokens_in: int, tokens_out: int, at: datetime) -> list[dict[str, Any]]:
    """What so many tokens would cost by each of the compared models, and its prices; None where none is known."""
    return [
        {
            "model": model,
            "usd_per_million_in": dollars(model, MILLION, 0, at),
            "usd_per_million_out": dollars(model, 0, MILLION, at),
            "cost_usd": dollars(model, tokens_in, tokens_out, at),
        }
        for model in COMPARED
    ]


def dollars(model: str, tokens_in: float, tokens_out: float, at: datetime) -> float | None:
    """US dollars for so many tokens, for people and programs to read; None when no price is known."""
    found = price(model, round(tokens_in), round(tokens_out), at)
    return None if found is None else round(float(found), _DECIMALS)


def _scenario(one: Scenario, at: datetime, mean: tuple[float, float] | None) -> dict[str, Any]:
    runs = one.runs_a_day * DAYS
    return {
        "runs_a_day": one.runs_a_day,
        "tokens_in": one.tokens_in,
        "tokens_out": one.tokens_out,
        "claimed_usd": one.claimed,
        "by_their_prices_usd": one.by_its_prices,
        "model": DOCUMENTED,
        "now_usd": dollars(DOCUMENTED, runs * one.tokens_in, runs * one.tokens_out, at),
        "here_usd": dollars(DOCUMENTED, runs * mean[0], runs * mean[1], at) if mean else None,
    }
