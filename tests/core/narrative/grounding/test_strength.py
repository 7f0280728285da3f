"""How far something is said to have moved is held against its change, `hardly` included."""

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS = {
    "symbols": [
        {"symbol": "AAPL", "percent_change": -0.2},
        {"symbol": "KO", "percent_change": -5.0},
        {"symbol": "MSFT", "percent_change": 0.3},
    ]
}


def reasons(text: str) -> list[str]:
    return [one.reason for one in grounding_check(FACTS)(text, ["symbols"], "")]


@pytest.mark.parametrize(
    "text",
    [
        "{} hardly moved.",
        "{} hardly fell.",
        "{} has hardly changed.",
        "{}'s price hardly changed.",
        "{} scarcely moved.",
        "{} barely moved.",
    ],
)
def test_what_hardly_moved_did_not_move_far(text: str) -> None:
    assert "percent_change" in reasons(text.format("KO"))[0]
    assert reasons(text.format("AAPL")) == []


@pytest.mark.parametrize("text", ["MSFT hardly soared.", "KO fell 5%, which is hardly surprising."])
def test_what_hardly_denies_something_else_is_no_distance(text: str) -> None:
    assert reasons(text) == []
