"""Currencies, as texts write them."""

from __future__ import annotations

from collections.abc import Mapping

CURRENCIES: Mapping[str, tuple[str, ...]] = {
    **{code.lower(): (code,) for code in (
        "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "CAD", "AUD", "NZD", "SGD", "HKD", "INR", "SEK", "NOK", "DKK", "PLN", "CZK",
        "HUF", "BRL", "MXN", "ZAR", "KRW", "AED",
    )},
    **dict.fromkeys(("$", "dollar", "dollars"), ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")),
    **dict.fromkeys(("€", "euro", "euros"), ("EUR",)),
    **dict.fromkeys(("£", "pound", "pounds"), ("GBP",)),
    **dict.fromkeys(("franc", "francs"), ("CHF",)),
    **dict.fromkeys(("yen",), ("JPY",)),
    **dict.fromkeys(("yuan", "renminbi", "rmb"), ("CNY",)),
    **dict.fromkeys(("rupee", "rupees", "₹"), ("INR",)),
    **dict.fromkeys(("¥",), ("JPY", "CNY")),
    **dict.fromkeys(("krona", "kronor"), ("SEK",)),
    **dict.fromkeys(("krone", "kroner"), ("NOK", "DKK")),
    **dict.fromkeys(("zloty", "zlotys", "zł"), ("PLN",)),
}  # fmt: skip
"""A word, a code or a sign, in small letters → the currencies that it may mean, the usual one first.

Codes and names that are everyday words are left out: `try`, `all`, `won`, `real`, `crown`.
"""
