"""What is said of none or of so many is held against how many there are, and against no name that stands beside it."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

SYMBOLS = [
    {"symbol": "SY0", "momentum": -2.5, "percent_change": 3.1},
    {"symbol": "SY1", "momentum": -0.5, "percent_change": 1.2},
    {"symbol": "SY2", "momentum": -4.0, "percent_change": 0.4},
]
DAYS = [
    {"day": f"2025-09-0{day}", "mean_change": change} for day, change in enumerate((11.7, -12.6, 10.4, 14.3), start=1)
]
FACTS: dict[str, list[dict[str, Any]]] = {
    "symbols": SYMBOLS,
    "market": [{"symbols": 3, "rising": 3, "falling": 0, "majority_trend": "bullish", "best": "SY0"}],
    "days": DAYS,
}


def objected(text: str, about: str = "") -> bool:
    return bool(grounding_check(FACTS)(text, list(FACTS), about))


@pytest.mark.parametrize(
    "text",
    [
        "The majority trend is bullish: 3 rose and none fell.",
        "3 of 3 stocks rose and none fell, which makes the market bullish.",
        "No stock has a positive momentum; SY1 comes nearest to it with -0.5.",
        "The momentum of 3 stocks is negative.",
        "The momentum of 3 stocks is negative: SY0, SY1 and SY2.",
        "On 3 of these days the stocks rose on average, and on 1 they fell.",
        "It rose on 3 of these days and fell on 1.",
        "None of the stocks fell and 3 of them rose.",
    ],
)
def test_a_true_one_stays(text: str) -> None:
    assert not objected(text)


@pytest.mark.parametrize(
    "text",
    [
        "The majority trend is bullish: 3 fell and none rose.",
        "None rose.",
        "None of 7 stocks fell.",
        "No stock has a negative momentum; SY1 comes nearest to it with -0.5.",
        "The momentum of 2 stocks is negative.",
        "On none of these days the stocks rose on average.",
        "The stocks rose on 3 of these days and fell on none.",
        "It rose on 2 of these days and fell on 1.",
        "It rose on 3 of these days and fell on 2.",
    ],
)
def test_a_false_one_goes(text: str) -> None:
    assert objected(text)


def test_what_is_said_of_a_name_is_not_excused_by_a_none_elsewhere() -> None:
    changes = [{"symbol": row["symbol"], "percent_change": row["percent_change"]} for row in SYMBOLS]
    assert grounding_check({"changes": changes})("None lost; SY0 fell.", ["changes"], "")


def test_what_is_said_of_so_many_is_not_held_against_the_row_of_another_fact() -> None:
    symbols = [{"symbol": name, "momentum": value} for name, value in (("A1", -1.5), ("B1", -2.5), ("C1", 3.5))]
    check = grounding_check({"symbols": symbols, "market": [{"largest_momentum_value": 3.5}]})
    assert check("The momentum of 2 stocks is negative.", ["symbols", "market"], "") == []
    assert check("The momentum of 1 stocks is negative.", ["symbols", "market"], "")
