"""Plays the Twelve Data API: prices, errors for each symbol, a key, and credits by the minute."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from headgate.ports import Answer
from tests.local_server import Asked

KEY = "00112233445566778899aabbccddeeff"
UNKNOWN = "**symbol** or **figi** parameter is missing or invalid"


def prices(symbol: str, bars: int = 2) -> dict[str, Any]:
    """What the API answers for one symbol that it knows."""
    meta = {"symbol": symbol, "interval": "1day", "currency": "USD", "exchange": "NASDAQ", "type": "Common Stock"}
    days = (
        {"datetime": f"2025-09-{30 - day:02}", "open": "237", "high": "241.22000", "low": "235.029999"}
        for day in range(bars)
    )
    return {"meta": meta, "values": [{**day, "close": "239.48", "volume": "106792214"} for day in days], "status": "ok"}


def error(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "status": "error"}


def as_json(document: Any, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": "application/json", **named}, json.dumps(document).encode())


class TwelveData:
    """The API under a clock that a test turns.

    Attributes:
        now: its time.
        unknown: symbols that it has no prices for.
        limit: credits per minute.
    """

    def __init__(self, credits_per_minute: int = 8) -> None:
        self.now = datetime(2026, 1, 2, 22, 30)
        self.unknown: set[str] = set()
        self.limit = credits_per_minute
        self._spent: list[datetime] = []

    def __call__(self, asked: Asked) -> Answer:
        symbols = asked.parameters["symbol"].split(",")
        if asked.parameters.get("apikey") != KEY:
            return as_json(error(401, "**apikey** parameter is incorrect or not specified."), 401)
        self._spent += [self.now] * len(symbols)
        used = sum(self.now - at < timedelta(minutes=1) for at in self._spent)
        if used > self.limit:
            return as_json(
                error(429, f"You have run out of API credits. {used} were used, the limit is {self.limit}."), 429
            )
        said = {symbol: self._of(symbol, int(asked.parameters["outputsize"])) for symbol in symbols}
        return as_json(said if len(said) > 1 else said[symbols[0]])

    def _of(self, symbol: str, bars: int) -> dict[str, Any]:
        return error(404, UNKNOWN) if symbol in self.unknown else prices(symbol, bars)
