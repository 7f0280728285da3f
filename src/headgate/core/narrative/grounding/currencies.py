"""A currency that nothing uses, where something uses another one: `186,750 EUR`, where prices are in USD."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CURRENCIES: Mapping[str, str] = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "$": "USD", "eur": "EUR", "euro": "EUR", "euros": "EUR", "€": "EUR",
    "gbp": "GBP", "£": "GBP", "chf": "CHF", "yen": "JPY", "jpy": "JPY", "¥": "JPY",
}  # fmt: skip
_SAID = re.compile(r"\b(?:usd|dollars?|eur|euros?|gbp|chf|yen|jpy)\b|[$€£¥]", re.I)


def currencies(text: str) -> frozenset[str]:
    """The currencies that a text speaks of."""
    return frozenset(_CURRENCIES[found[0].lower()] for found in _SAID.finditer(text))


def other_currency(text: str, used: frozenset[str]) -> str:
    """Why no amount is in the currency of a sentence; empty when some is, when none says so, or nothing is said."""
    other = sorted(currencies(text) - used)
    return f"no fact speaks of {other[0]}, but of {' and '.join(sorted(used))}" if other and used else ""
