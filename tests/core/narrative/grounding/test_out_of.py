"""`1 in 5` is the share that `one in five` is."""

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.reading.number_words import out_of

FACTS = {
    "brands": [
        {"brand": "Nokia", "reviews": 10, "percent_unhappy": 60.0},
        {"brand": "Oppo", "reviews": 14, "percent_unhappy": 20.0},
    ]
}


@pytest.mark.parametrize("text", ["one in five", "1 in 5", "One in 5", "1 in five", "1 in every 5", "1 of every 5"])
def test_a_share_is_read_in_words_and_in_digits(text: str) -> None:
    (found,) = out_of(text)
    assert (found.text, found.value, found.unit) == (text, 20.0, "percent")
    check = grounding_check(FACTS)
    assert check(f"About {text} reviews of Oppo is unhappy.", ["brands"], "") == []
    assert check(f"About {text} reviews of Nokia is unhappy.", ["brands"], "")


@pytest.mark.parametrize(
    "text",
    [
        "3 out of 7",
        "3 orders in 5 towns",
        "12 in 50",
        "1 in 5.5",
        "2 in 5 %",
        "2 in 5 days",
        "1 in 5,000",
        "1.2 in 5",
        "5 in 3",
        "1 in 2025",
        "twenty-one in 50",
    ],
)
def test_other_digits_are_two_numbers(text: str) -> None:
    assert out_of(text) == []
