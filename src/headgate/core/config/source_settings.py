"""The `source` section of `pipeline.yaml`: an API that is asked for the pipeline's files."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.times import Cron, Zone
from headgate.core.config.values import Line, Names, Whole, refuse

_SYMBOL = re.compile(r"[A-Za-z0-9_.:/^=&+-]{1,40}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_ON_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
# The API answers with no more bars than this for a symbol.
_MOST_BARS = 5000


def _api(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isascii() or any(c.isspace() for c in url):
        # Not shown, as a key may stand in it.
        refuse("it is no URL such as https://api.example.com/prices")
    if "@" in parts.netloc or "?" in url or "#" in url:
        refuse("only scheme, host and path belong here: no user, no `?` and no `#`; the key comes from `key_env`")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _ON_THIS_MACHINE):
        refuse("it must start with https://, or the key could be read on its way")
    return url


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        # Not shown: people write the key itself here.
        refuse(
            "it must be the name of an environment variable, in capitals, such as TWELVE_DATA_KEY; "
            "the key itself does not belong in this file"
        )
    return name


def _symbols(symbols: tuple[str, ...]) -> tuple[str, ...]:
    for number, symbol in enumerate(symbols):
        if not _SYMBOL.fullmatch(symbol):
            refuse(f"{shown(symbol)} is no symbol such as AAPL, BRK.A, EUR/USD or SBIN:NSE", number)
    return symbols or refuse("name at least one symbol, such as [AAPL, MSFT]")


def _bars(count: int) -> int:
    return count if count <= _MOST_BARS else refuse(f"it must be at most {_MOST_BARS}, not {shown(count)}")


ApiUrl = Annotated[Line, AfterValidator(_api), Field(json_schema_extra={"pattern": "^https?://[^?#@]+$"})]
"""Scheme, host and path; https, but on this machine."""

Variable = Annotated[Line, AfterValidator(_variable), Field(json_schema_extra={"pattern": f"^{_VARIABLE.pattern}$"})]
"""The name of an environment variable."""

Symbols = Annotated[Names, AfterValidator(_symbols), Field(json_schema_extra={"minItems": 1})]
"""Names of stocks, currency pairs and the like, each once."""

Bars = Annotated[Whole, AfterValidator(_bars), Field(json_schema_extra={"maximum": _MOST_BARS})]
"""A number of bars for each symbol."""

Interval = Literal["1min", "5min", "15min", "30min", "45min", "1h", "2h", "4h", "8h", "1day", "1week", "1month"]
"""The time that a bar covers, in the API's words."""


class FetchSchedule(Section):
    """When the API is asked by itself."""

    cron: Cron = Field(description="Five fields: minute, hour, day of month, month, day of week.")
    zone: Zone = Field("UTC", description="Time zone of the schedule, such as America/New_York.")


class TwelveData(Section):
    """Prices from the Twelve Data API, https://twelvedata.com/docs#time-series."""

    kind: Literal["twelve_data"] = Field(description="Which API it is; twelve_data is the one there is.")
    url: ApiUrl = Field("https://api.twelvedata.com/time_series", description="Where it is asked; https.")
    symbols: Symbols = Field(description="Symbols to ask for, such as [AAPL, EUR/USD]; each costs one credit.")
    interval: Interval = Field("1day", description="The time that a bar covers.")
    outputsize: Bars = Field(30, description="Bars for each symbol, the newest; 5000 at most.")
    key_env: Variable = Field(
        "TWELVE_DATA_KEY", description="Name of the environment variable that holds the key; never the key itself."
    )
    credits_per_minute: Whole = Field(
        8, description="Credits of the plan per minute; more symbols are asked for in batches a minute apart."
    )
    schedule: FetchSchedule | None = Field(
        None, description="When it is asked by itself; else only `headgate fetch` asks."
    )


Source = TwelveData
"""Every kind of source; with a second one, the two told apart by `kind`."""
