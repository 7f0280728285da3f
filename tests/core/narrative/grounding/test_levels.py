"""A word for a trend or a level is the one that the fact has."""

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS = {"market": [{"turbulence": "moderate", "majority_trend": "bearish", "rising": 1, "falling": 6}]}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("The majority trend is bearish.", "The majority trend is stable."),
        ("The majority trend remains bearish.", "The majority trend remains mixed."),
        ("Overall, the market was bearish.", "Overall, the market was stable."),
        ("The market is still bearish.", "The market is still flat."),
        ("Turbulence is moderate.", "Turbulence is quite low."),
    ],
)
def test_a_trend_and_a_level_are_said_as_they_are(right: str, wrong: str) -> None:
    check = grounding_check(FACTS)
    assert check(right, ["market"], "") == []
    assert check(wrong, ["market"], "")


@pytest.mark.parametrize("text", ["The majority trend is clear.", "The market is worth a look."])
def test_other_words_are_no_level(text: str) -> None:
    assert grounding_check(FACTS)(text, ["market"], "") == []
