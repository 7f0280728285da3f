"""Superlatives and ranks are held against the order of their column."""

import pytest

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
