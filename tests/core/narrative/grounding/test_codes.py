"""Symbols are known as they are written: words of a sentence are none, and figures are one where a fact holds them."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

PRICES = {
    "A": 3.1,
    "ON": 5.2,
    "IS": 6.3,
    "UP": 7.4,
    "KEY": 8.5,
    "KEYS": 9.6,
    "BRK.B": 11.7,
    "BTC-USD": 12.8,
    "600519": 13.9,
}
FACTS: dict[str, list[dict[str, Any]]] = {
    "stocks": [{"symbol": symbol, "close": close, "mean_volume": close * 1e6} for symbol, close in PRICES.items()]
}


def objected(text: str, about: str = "") -> bool:
    return bool(grounding_check(FACTS)(text, ["stocks"], about))


@pytest.mark.parametrize(("symbol", "close"), PRICES.items())
def test_each_is_known_by_what_it_is_called(symbol: str, close: float) -> None:
    others = [one for one in PRICES if one != symbol]
    assert not objected(f"{symbol} closed at {close}.")
    assert all(objected(f"{other} closed at {close}.") for other in others)


@pytest.mark.parametrize("symbol", PRICES)
def test_words_that_are_spelled_like_one_name_nothing(symbol: str) -> None:
    text = f"On average {PRICES[symbol]} million shares change hands in a day: a close is up or down."
    assert not objected(text, symbol)


def test_an_article_is_no_symbol_and_a_symbol_no_article() -> None:
    assert not objected("A close of 5.2 stands out.", "ON")
    assert objected("A closed at 5.2.", "ON")


@pytest.mark.parametrize("text", ["ON closed at $600519.", "ON closed at 600519.5.", "ON closed at 600518."])
def test_an_amount_is_no_code(text: str) -> None:
    assert objected(text)


def test_figures_after_what_they_are_called_are_a_name() -> None:
    check = grounding_check({"regions": [{"region": "Asia", "orders": 224, "favourite_model": "11"}]})
    assert check("Asia has 224 orders; its favourite model is called model 11.", ["regions"], "") == []
    assert check("Asia has 11 orders.", ["regions"], "")
