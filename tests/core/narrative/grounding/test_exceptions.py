"""What is said of all but those that are named is so of all the others, and not so of them."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "symbols": [
        {"symbol": "AAPL", "latest_close": 230.0, "percent_change": -0.2, "momentum": 8.0},
        {"symbol": "KO", "latest_close": 67.0, "percent_change": -5.0, "momentum": -0.9},
        {"symbol": "MSFT", "latest_close": 508.0, "percent_change": 0.3, "momentum": 4.1},
        {"symbol": "TSLA", "latest_close": 300.0, "percent_change": 1.3, "momentum": 1.1},
    ],
    "regions": [
        {"region": "Asia", "orders": 5, "orders_change": -2},
        {"region": "Europe", "orders": 7, "orders_change": 3},
        {"region": "Africa", "orders": 4, "orders_change": 0},
    ],
    "days": [
        {"symbol": symbol, "day": f"2025-08-{day}", "percent_change": change}
        for day, changes in ((13, (1.0, 1.0, -1.0)), (14, (-1.0, -1.0, 1.0)))
        for symbol, change in zip(("AAPL", "KO", "MSFT"), changes, strict=True)
    ],
}

FALSE = {
    "symbols": (
        "Every symbol rose except AAPL.",
        "Every symbol rose except for AAPL.",
        "All symbols fell except MSFT.",
        "All of the stocks rose except for AAPL.",
        "Except for AAPL, every symbol rose.",
        "With the exception of MSFT, all stocks fell.",
        "All rose but AAPL.",
        "All but KO rose.",
        "All stocks apart from KO rose.",
        "Every symbol other than MSFT fell.",
        "Every symbol fell except KO.",
        "Every symbol rose except AAPL, KO and MSFT.",
        "Every symbol rose except AAPL, which did not.",
        "Except for MSFT, all symbols have a positive momentum.",
        "Every symbol except MSFT has a positive momentum.",
    ),
    "regions": (
        "Orders rose in every region except Asia.",
        "Orders rose in every region except Europe.",
        "Except for Europe, orders fell in every region.",
        "Orders fell in all regions, with the exception of Europe.",
    ),
    "days": ("On 13 August 2025 every symbol rose except KO.", "On 14 August 2025 every symbol fell except KO."),
}
TRUE = {
    "symbols": (
        "Every symbol rose except AAPL and KO.",
        "Every symbol rose except for KO and AAPL, which fell.",
        "All symbols fell except MSFT and TSLA.",
        "Except for AAPL and KO, every symbol rose.",
        "All rose but AAPL and KO.",
        "All stocks apart from KO and AAPL rose.",
        "Every symbol rose except AAPL and KO, which did not.",
        "Except for KO, all symbols have a positive momentum.",
        "Every symbol except KO has a positive momentum.",
    ),
    "days": ("On 13 August 2025 every symbol rose except MSFT.", "On 14 August 2025 every symbol fell except MSFT."),
}


def reasons(text: str, fact: str) -> list[str]:
    return [one.reason for one in grounding_check(FACTS)(text, [fact], "")]


@pytest.mark.parametrize(("fact", "text"), [(fact, text) for fact, texts in FALSE.items() for text in texts])
def test_an_exception_too_few_or_too_many_goes(fact: str, text: str) -> None:
    assert reasons(text, fact)


@pytest.mark.parametrize(("fact", "text"), [(fact, text) for fact, texts in TRUE.items() for text in texts])
def test_the_right_exceptions_stay(fact: str, text: str) -> None:
    assert reasons(text, fact) == []


@pytest.mark.parametrize(
    "text",
    [
        "Every symbol has a latest close above 50, but KO has the lowest.",
        "All symbols closed above 50, but KO fell 5%.",
        "Every symbol has a latest close above 50. But KO fell.",
    ],
)
def test_what_goes_on_with_but_excepts_nobody(text: str) -> None:
    assert reasons(text, "symbols") == []


def test_several_rows_of_one_name_say_nothing_of_it_where_no_day_is_named() -> None:
    assert reasons("Every symbol fell except MSFT.", "days") == []
