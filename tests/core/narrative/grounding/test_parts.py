"""A share is no change, most of something is more than half of it, and a part is not its whole."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "totals": [{"orders": 249, "users": 26, "revenue": 37803.85, "abnormal_readings": 58, "abnormal_users": 8}],
    "products": [
        {"product": "Monitor", "orders": 13, "revenue": 9537.0, "percent_of_revenue": 25.2},
        {"product": "Desk lamp", "orders": 24, "revenue": 1656.0, "percent_of_revenue": 4.4},
        {"product": "Chair", "orders": 14, "revenue": 3951.0, "percent_of_revenue": 10.5},
    ],
    "sizes": [
        {
            "size_class": "small",
            "orders": 165,
            "revenue": 6301.4,
            "percent_of_orders": 66.3,
            "percent_of_revenue": 16.7,
        },
        {"size_class": "large", "orders": 12, "revenue": 31502.4, "percent_of_orders": 4.8, "percent_of_revenue": 83.3},
    ],
    "brands": [
        {"brand": "OnePlus", "reviews": 17, "same": 5, "percent_unhappy": 0.0},
        {"brand": "Sony", "reviews": 18, "same": 5, "percent_unhappy": 42.9},
    ],
    "moves": [
        {"symbol": "TSLA", "day": "2025-09-15", "close": 390.94, "previous_close": 416.05, "percent_change": -6.0}
    ],
}


def doubt(text: str, *cited: str) -> str:
    found = grounding_check(FACTS)(text, cited, "")
    return found[0].reason if found else ""


@pytest.mark.parametrize(
    "text",
    [
        "Revenue rose by 25.2 %.",
        "Revenue fell 25.2 %.",
        "Revenue is up by about 25.2 %.",
        "A 25.2 % increase in revenue.",
    ],
)
def test_a_share_is_no_change(text: str) -> None:
    assert doubt(text, "totals", "products")


def test_a_share_is_a_share_and_a_change_is_a_change() -> None:
    assert doubt("Monitor makes up 25.2 % of revenue.", "totals", "products") == ""
    assert doubt("TSLA fell by 6 %.", "moves") == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Large orders bring in most of the revenue.", "Small orders bring in most of the revenue."),
        ("Small orders make up the majority of all orders.", "Large orders make up the majority of all orders."),
        ("Most of the revenue comes from large orders.", "Most of the revenue comes from small orders."),
        ("The bulk of revenue comes from large orders.", "The bulk of revenue comes from small orders."),
    ],
)
def test_most_of_a_whole_is_more_than_half_of_it(right: str, wrong: str) -> None:
    assert doubt(right, "sizes") == ""
    assert doubt(wrong, "sizes")


def test_a_number_may_stand_before_what_it_counts_and_its_kind() -> None:
    assert doubt("12 large orders bring in 83.3 % of revenue.", "sizes") == ""
    assert doubt("12 small orders bring in 83.3 % of revenue.", "sizes")


def test_none_of_a_kind_is_held_against_the_share_of_that_kind() -> None:
    assert doubt("OnePlus has no unhappy reviews.", "brands") == ""
    assert doubt("None of the reviews of OnePlus are unhappy.", "brands") == ""
    assert doubt("Sony has no unhappy reviews.", "brands")
    assert doubt("Sony has no reviews.", "brands")


def test_a_part_is_not_its_whole() -> None:
    assert doubt("5 of 18 reviews of Sony use the same words.", "brands") == ""
    assert doubt("18 of 18 reviews of Sony use the same words.", "brands")


def test_who_has_something_is_counted_and_not_what_they_have() -> None:
    assert doubt("8 users have abnormal readings.", "totals") == ""
    assert doubt("58 users have abnormal readings.", "totals")


def test_a_figure_of_another_time_is_said_as_such() -> None:
    assert doubt("TSLA closed at 390.94 on 15 September 2025.", "moves") == ""
    assert doubt("TSLA fell from 416.05 to 390.94.", "moves") == ""
    assert doubt("The close before was 416.05 for TSLA.", "moves") == ""
    assert doubt("TSLA closed at 416.05 on 15 September 2025.", "moves")
    assert doubt("TSLA closed at 416.05.", "moves")


def test_so_many_beyond_a_limit_are_counted() -> None:
    assert doubt("Two products placed more than 13 orders.", "products") == ""
    assert doubt("Three products placed more than 13 orders.", "products")
    assert doubt("Every product brings in more than 4 % of revenue.", "products") == ""
    assert doubt("Every product brings in more than 5 % of revenue.", "products")


def test_the_first_three_are_summed_up() -> None:
    assert doubt("The top two products together bring in 35.7 % of revenue.", "products") == ""
    assert doubt("The top two products together bring in 29.6 % of revenue.", "products")
