"""Why a source gave nothing, and when to ask it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote_plus

from headgate.core.errors import Busy, HeadgateError, Permanent, Transient, UserMistake
from headgate.core.printable import printable
from headgate.core.source.plan import MASK

# Quotas count by the minute; a few seconds for clocks that differ.
_PATIENCE = 65.0
_MOST_PATIENCE = 86_400.0
# Shorter ones, such as the API's public `demo`, are no secret, and stand in ordinary words.
_SHORTEST_SECRET = 8


class SourceBusy(Transient):
    """The source asks for patience.

    Attributes:
        retry_after: seconds; no earlier is it asked again.
    """

    code = "source_busy"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(
            message, who="nobody, if it passes; else the owner of the key", next="wait; it is tried again by itself"
        )
        self.retry_after = retry_after


class AskLater(Busy):
    """The source is to be left alone for a while, which is no failure.

    Attributes:
        retry_after: seconds; no earlier is it asked again.
    """

    code = "ask_later"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message, who="nobody", next="wait; it is tried again by itself")
        self.retry_after = retry_after


def patience(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until a source that was asked too often may be asked again: its `Retry-After`, else a minute.

    Args:
        headers: of the answer, names in lower case.
        now: UTC, naive.
    """
    wish = _retry_after(headers.get("retry-after", "").strip(), now)
    return _PATIENCE if wish is None else min(max(wish, 1), _MOST_PATIENCE)


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds, or a date: RFC 9110, 10.2.3."""
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date.replace(tzinfo=date.tzinfo or UTC) - now.replace(tzinfo=UTC)).total_seconds()


def without_key(text: str, key: str) -> str:
    """The text with the key masked, in case that the source repeats what it was asked."""
    if len(key) < _SHORTEST_SECRET:
        return text
    return text.replace(key, MASK).replace(quote_plus(key), MASK)


def reason_of(error: HeadgateError) -> dict[str, Any]:
    """An error as an event carries it: code, message, who, next."""
    return {
        "code": error.code,
        "message": printable(error.message),
        "who": error.who or "the owner of the pipeline",
        "next": error.next or "correct the `source` section of pipeline.yaml",
    }


def missing_key(variable: str, pipeline: str) -> UserMistake:
    """The error for a key that is not in the environment."""
    return UserMistake(
        f"the environment variable {variable} is not set; it must hold the key of the source",
        who="whoever starts Headgate",
        next=f"export {variable}=…, then headgate fetch {pipeline}",
        code="missing_key",
    )


def nothing_but_errors(errors: Mapping[str, str | None]) -> Permanent:
    """The error for a fetch that brought no prices at all.

    Args:
        errors: symbol → what the API said of it.
    """
    symbol, said = next(iter(errors.items()))
    return Permanent(
        f"the source has prices for none of the {len(errors)} symbols; of {symbol} it says: {said}",
        who="the owner of the pipeline",
        next="correct the `source` section of pipeline.yaml",
        code="no_prices",
    )
