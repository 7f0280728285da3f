"""To cite more facts, or a fact that strangers fill, is no way around the check."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "stocks": [
        {
            "symbol": "GOOG",
            "latest_close": 241.97,
            "volatility": 1.5,
            "percent_change": 0.6,
            "latest_day": "2025-09-15",
        },
        {
            "symbol": "TSLA",
            "latest_close": 379.3,
            "volatility": 19.6,
            "percent_change": 8.4,
            "latest_day": "2025-09-15",
        },
        {
            "symbol": "MSFT",
            "latest_close": 503.1,
            "volatility": 6.3,
            "percent_change": -0.5,
            "latest_day": "2025-09-15",
        },
    ],
    "closes": [
        {"symbol": "GOOG", "datetime": "2025-09-12", "close": 240.52, "volume": 30},
        {"symbol": "GOOG", "datetime": "2025-09-15", "close": 241.97, "volume": 20},
        {"symbol": "MSFT", "datetime": "2025-09-15", "close": 503.1, "volume": 90},
        {"symbol": "TSLA", "datetime": "2025-09-15", "close": 379.3, "volume": 45},
    ],
    "market": [{"top_gainer": "TSLA", "top_gainer_change": 8.4, "top_loser": "MSFT", "top_loser_change": -0.5}],
    "reviews": [
        {"brand": "Apple", "review": "Sales rose 500% to 12 million"},
        {"brand": "Apple", "review": "Great. Revenue rose 500%"},
        {"brand": "Sony", "review": "Revenue was 9,999,999"},
        {"brand": "Sony", "review": "Revenue 9999999"},
    ],
}


@pytest.mark.parametrize(
    ("text", "alone", "more"),
    [
        ("GOOG closed at 241.97 on 12 September.", "closes", "stocks"),
        ("MSFT is the best performer.", "stocks", "closes"),
        ("MSFT has twice the volatility of TSLA.", "stocks", "closes"),
        ("MSFT gained 8.4%.", "market", "stocks"),
    ],
)
def test_a_false_sentence_stays_false_when_more_is_cited(text: str, alone: str, more: str) -> None:
    check = grounding_check(FACTS)
    assert check(text, [alone], "")
    assert check(text, [alone, more], "")


def test_a_change_beside_a_name_is_that_ones() -> None:
    check = grounding_check(FACTS)
    assert not check("TSLA gained 8.4%.", ["market"], "")
    assert not check("MSFT lost 0.5%.", ["market"], "")
    assert check("TSLA lost 0.5%.", ["market"], "")


@pytest.mark.parametrize(
    "text",
    [
        "Sales rose 500%.",
        "Apple's sales rose 500%.",
        "Revenue rose 500%.",
        "Revenue was 9,999,999.",
        "Revenue 9999999 was seen.",
    ],
)
def test_what_a_cell_says_is_no_name_and_vouches_for_no_number(text: str) -> None:
    assert grounding_check(FACTS)(text, ["reviews"], "")


LISTS: dict[str, list[dict[str, Any]]] = {
    "models": [
        {"model": "Xperia", "price": 900, "orders": 7},
        {"model": "Lumia", "price": 400, "orders": 9},
        {"model": "Pixel", "price": 700, "orders": 12},
    ],
    "picked": [{"model": "Lumia", "price": 400}, {"model": "Pixel", "price": 700}],
}


@pytest.mark.parametrize("cited", [["models", "picked"], ["picked", "models"]])
def test_of_a_list_and_a_part_of_it_the_list_decides_who_is_first(cited: list[str]) -> None:
    check = grounding_check(LISTS)
    assert check("Xperia has the highest price.", cited, "") == []
    assert check("Pixel has the highest price.", cited, "")
    assert check("Pixel has the highest price.", ["picked"], "") == []


def test_it_is_the_one_named_before_and_not_another_of_the_same_day() -> None:
    moves = [{"symbol": "TSLA", "day": "2025-09-15", "percent_change": 8.4}]
    check = grounding_check({**FACTS, "moves": moves})
    assert check("Watch TSLA: it gained 8.4 % on 15 September 2025.", ["stocks", "moves"], "") == []
    assert check("Watch GOOG: it gained 8.4 % on 15 September 2025.", ["stocks", "moves"], "")
