"""Files of stocks made for tests: so many symbols, so many days, quiet or wild."""

from __future__ import annotations

import functools
import json
import random
from datetime import date, timedelta
from typing import Any

from tests.core.narrative.built_in.stories import Story, story_of

MOODS = {"still": 0.0, "quiet": 0.02, "wild": 0.3}


@functools.cache
def bars(symbols: int, days: int, mood: str) -> Story:
    """What is told of a file of daily bars; in a still one no price moves, and each day has the same volume."""
    dice = random.Random(f"{symbols} {days} {mood}")
    units = {name: unit(name, days, MOODS[mood], dice) for name in (f"SY{number}" for number in range(symbols))}
    return story_of("stocks", f"{symbols}_{days}_{mood}.json", json.dumps(units).encode())


def unit(name: str, days: int, step: float, dice: random.Random) -> dict[str, Any]:
    close, values = dice.uniform(20, 400), []
    for day in range(days):
        opened, close = close, close * (1 + dice.uniform(-step, step))
        prices = {"open": opened, "high": max(opened, close), "low": min(opened, close), "close": close}
        volume = dice.randint(10**6, 10**8) if step else 5_000_000
        values.append(
            {"datetime": (date(2025, 9, 1) + timedelta(day)).isoformat(), "volume": str(volume)}
            | {key: f"{price:.5f}" for key, price in prices.items()}
        )
    return {"meta": {"symbol": name, "interval": "1day", "currency": "USD"}, "values": values[::-1], "status": "ok"}
