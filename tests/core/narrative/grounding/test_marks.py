"""Emphasis and list marks hide no name and no number from the check."""

import pytest

from headgate.core.narrative.grounding.reading.marks import unmarked
from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Nokia** has *50* orders.", "Nokia has 50 orders."),
        ("- The `mean_price` of __Nokia__ is _40.25_.", "The mean_price of Nokia is 40.25."),
        ("### Nokia leads.", "Nokia leads."),
        ("***2 leads, ahead of ***3.", "***2 leads, ahead of ***3."),
        ("2 * 3 * 4 is 24, -5 is less.", "2 * 3 * 4 is 24, -5 is less."),
    ],
)
def test_marks_are_taken_out_and_masked_names_and_signs_stay(text: str, plain: str) -> None:
    assert unmarked(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "**TSLA** gained *7.25%*.",
        "**Nokia** earned more than **Sony**.",
        "`Sony` has more orders than *Nokia*.",
    ],
)
def test_what_is_false_is_false_with_marks(text: str) -> None:
    assert doubt(text, "stocks", "brands")


@pytest.mark.parametrize("text", ["- **TSLA** lost `7.25%`.", "**Nokia** has *50* orders."])
def test_what_is_true_is_true_with_marks(text: str) -> None:
    assert doubt(text, "stocks", "brands") == ""
