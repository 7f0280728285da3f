"""Who outnumbers whom is counted."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "market": [{"symbols": 4, "rising": 1, "falling": 3}],
    "symbols": [
        {"symbol": "AAPL", "percent_change": 1.5},
        {"symbol": "KO", "percent_change": -0.5},
        {"symbol": "PFE", "percent_change": -0.2},
        {"symbol": "TSLA", "percent_change": -6.0},
    ],
    "days": [
        {"day": "2025-09-12", "rising": 3, "falling": 1, "median_change": 0.4, "volume": 90},
        {"day": "2025-09-15", "rising": 1, "falling": 3, "median_change": -0.3, "volume": 70},
    ],
}


@pytest.mark.parametrize("cited", [["market"], ["symbols"], ["market", "symbols"]])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("More stocks fell than rose.", "More stocks rose than fell."),
        ("Fewer stocks rose than fell.", "Fewer stocks fell than rose."),
        ("Losers outnumbered gainers.", "Gainers outnumbered losers."),
        ("More symbols went down than up.", "As many symbols went down as up."),
    ],
)
def test_more_went_one_way_only_if_more_did(right: str, wrong: str, cited: list[str]) -> None:
    check = grounding_check(FACTS)
    assert check(right, cited, "") == []
    assert check(wrong, cited, "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Volume fell on the latest day.", "Volume rose on the latest day."),
        (
            "Volume on the latest day was lower than on the day before.",
            "Volume on the latest day was higher than on the day before.",
        ),
    ],
)
def test_the_latest_day_is_held_against_the_one_before(right: str, wrong: str) -> None:
    check = grounding_check(FACTS)
    assert check(right, ["days"], "") == []
    assert check(wrong, ["days"], "")


def test_what_no_fact_knows_from_before_is_no_comparison_with_it() -> None:
    check = grounding_check({"overall": [{"readings": 250, "mean_heart_rate": 79.9}]})
    assert check("Heart rates are lower than yesterday.", ["overall"], "")
    assert check("The mean heart rate of 79.9 is its all-time high.", ["overall"], "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("AAPL is the only stock that rose.", "KO is the only stock that rose."),
        ("All but AAPL fell.", "All but TSLA fell."),
        ("Only AAPL rose.", "Only KO rose."),
    ],
)
def test_the_only_one_is_the_only_one(right: str, wrong: str) -> None:
    check = grounding_check(FACTS)
    assert check(right, ["symbols"], "") == []
    assert check(wrong, ["symbols"], "")


def test_a_streak_needs_the_days() -> None:
    assert grounding_check(FACTS)("TSLA fell for the third day in a row.", ["symbols", "market"], "")
