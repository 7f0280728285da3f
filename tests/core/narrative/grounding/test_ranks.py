"""Superlatives and ranks are held against the order of their column."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Nokia has the most orders.", "Sony has the most orders."),
        ("Oppo has the fewest orders.", "Nokia has the fewest orders."),
        ("Sony has the highest revenue.", "Nokia has the highest revenue."),
        ("Sony ranks second by orders.", "Oppo ranks second by orders."),
        ("Nokia and Sony are the top two by orders.", "Nokia and Oppo are the top two by orders."),
        ("Sony earns more than any other brand.", "Nokia earns more revenue than any other brand."),
        ("Sony does not have the most orders.", "Nokia does not have the most orders."),
        ("The highest mean price is 150.5.", "The highest mean price is 75."),
        ("Mean prices range from 40.25 to 150.5.", "Mean prices range from 75 to 150.5."),
    ],
)
def test_a_rank_must_be_so(right: str, wrong: str) -> None:
    assert doubt(right, "brands") == ""
    assert doubt(wrong, "brands")


def test_who_lost_most_has_the_lowest_change() -> None:
    assert doubt("TSLA lost most.", "stocks") == ""
    assert doubt("AAPL lost most.", "stocks")


@pytest.mark.parametrize(
    "text", ["Nokia has at most 50 orders.", "Most orders are for Nokia.", "Look after Oppo most of all."]
)
def test_words_that_only_look_like_superlatives_rank_nothing(text: str) -> None:
    assert doubt(text, "brands") == ""


MARKET = {
    "market": [{"top_loser": "KO", "top_loser_change": -0.5, "top_gainer": "AAPL", "top_gainer_change": 2.5}],
    "stocks": [
        {"symbol": "AAPL", "change_percent": 2.5},
        {"symbol": "KO", "change_percent": -0.5},
        {"symbol": "OLD", "change_percent": -9.0},
    ],
    "orders": [
        {"brand": "Nokia", "first_order": "ORD-7", "orders": 2},
        {"brand": "Sony", "first_order": "ORD-2", "orders": 5},
    ],
}


def objected(text: str, about: str = "") -> bool:
    return bool(grounding_check(MARKET)(text, list(MARKET), about))


def test_who_is_first_in_a_fact_that_names_it_need_not_be_so_in_one_that_has_more_rows() -> None:
    assert not objected("KO lost most, 0.5%.")
    assert objected("AAPL lost most.")
    assert objected("KO lost least.")


def test_the_change_of_who_lost_most_is_no_reason_to_doubt_another_ones() -> None:
    assert not objected("It fell by 9.0%.", "OLD")
    assert not objected("OLD fell by 9.0% and KO fell by 0.5%.")
    assert objected("It fell by 0.5%.", "OLD")


def test_a_column_that_says_which_came_first_ranks_nothing() -> None:
    assert not objected("Nokia has 2 orders; the first is in order ORD-7.")


BRANDS = {
    "brands": [
        {"brand": "Nokia", "orders": 64, "percent_happy": 81.0},
        {"brand": "Sony", "orders": 63, "percent_happy": 85.0},
        {"brand": "Oppo", "orders": 3, "percent_happy": 50.0},
    ],
    "models": [
        {"brand": "Sony", "model": "Xperia", "orders": 29, "percent_happy": 89.0},
        {"brand": "Nokia", "model": "Lumia", "orders": 18, "percent_happy": 94.0},
        {"brand": "Nokia", "model": "Asha", "orders": 17, "percent_happy": 20.0},
    ],
}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Nokia is the most ordered brand, with 64 orders.", "Sony is the most ordered brand, with 63 orders."),
        ("Sony has the highest percentage of happy users.", "Nokia has the highest percentage of happy users."),
    ],
)
def test_a_brand_is_ranked_among_brands_and_not_by_one_of_its_models(right: str, wrong: str) -> None:
    check = grounding_check(BRANDS)
    assert not check(right, list(BRANDS), "")
    assert check(wrong, list(BRANDS), "")


def test_a_fact_of_one_row_does_not_hide_the_rows_that_are_ranked() -> None:
    facts: dict[str, Any] = {
        "symbols": [
            {"symbol": "A1", "momentum": 8.0},
            {"symbol": "B2", "momentum": 4.0},
            {"symbol": "C3", "momentum": 1},
        ],
        "market": [{"largest_momentum": "A1", "highest_volatility": "C3"}],
    }
    check = grounding_check(facts)
    assert not check("B2 has the second highest momentum.", list(facts), "")
    assert check("C3 has the second highest momentum.", list(facts), "")


def test_what_is_left_out_is_not_ranked() -> None:
    assert doubt("Sony has the most orders of all brands except Nokia.", "brands") == ""
    assert doubt("Oppo has the most orders of all brands except Nokia.", "brands")


def test_what_is_the_largest_holds_the_figure_that_a_fact_gives_for_it() -> None:
    facts: dict[str, Any] = {
        "totals": [{"orders": 9, "largest_order": 5202.0}],
        "odd": [{"order_id": "ORD-78", "amount": 5202.0}, {"order_id": "ORD-90", "amount": 1200.0}],
        "brands": [{"brand": "Nokia", "orders": 5}, {"brand": "Sony", "orders": 4}],
    }
    check = grounding_check(facts)
    assert not check("The largest order is ORD-78.", list(facts), "")
    assert not check("The largest order is Sony's.", list(facts), "")
    assert "5,202" in check("The largest order is ORD-90.", list(facts), "")[0].reason


def test_the_highest_of_something_is_among_its_own_rows() -> None:
    facts: dict[str, Any] = {
        "symbols": [{"symbol": "KO", "latest_close": 67.5}, {"symbol": "TSLA", "latest_close": 30.5}],
        "closes": [
            {"symbol": "KO", "day": "2025-09-12", "close": 67.1},
            {"symbol": "KO", "day": "2025-09-15", "close": 67.5},
            {"symbol": "TSLA", "day": "2025-09-15", "close": 30.5},
        ],
    }
    assert not grounding_check(facts)("The lowest close of KO was 67.10. KO's lowest close was 67.10.", list(facts), "")


def test_a_loser_is_who_is_named_after_the_word() -> None:
    facts: dict[str, Any] = {
        "market": [{"top_gainer": "TSLA", "top_loser": "PFE"}],
        "stocks": [{"symbol": "TSLA", "percent_change": 8.4}, {"symbol": "PFE", "percent_change": -1.2}],
    }
    assert not grounding_check(facts)("The top gainer is TSLA and the top loser PFE.", list(facts), "")
