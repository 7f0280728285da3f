"""Facts say neither what caused them nor what they mean."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt

FACTS = ("totals", "brands", "days", "stocks")


@pytest.mark.parametrize(
    "text",
    [
        "The satisfaction of -0.35 tells us that Nokia phones break.",
        "Sony earned 4,500, which suggests strong loyalty.",
        "Nokia has the most orders, indicating a strong reputation.",
        "A share of 56.25% means Sony dominates the market.",
        "The 20 orders of Oppo reflect a weak campaign.",
    ],
)
def test_a_figure_means_nothing_that_no_fact_says(text: str) -> None:
    assert "what a figure means" in doubt(text, *FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "Advertising boosted the orders of Sony.",
        "Price cuts lifted revenue.",
        "Advertising pulled the mean price up.",
        "Bad weather made TSLA fall.",
        "A new camera made Nokia the most ordered brand.",
        "KO slid as investors took profits.",
        "Nokia leads as customers like its battery.",
        "Nokia leads because customers like its battery.",
        "TSLA tumbled after weak deliveries.",
        "TSLA fell 7.25% amid weak demand.",
        "Following strong earnings, AAPL rose 2.5%.",
        "Low prices resulted in 50 orders of Nokia.",
    ],
)
def test_a_cause_is_no_fact_whatever_words_it_comes_with(text: str) -> None:
    assert "facts don't say why" in doubt(text, *FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "Nokia has 50 orders, which means that half of all orders are for Nokia.",
        "Stock more of Nokia, as it has the most orders.",
        "Look at TSLA first, because it lost 7.25%.",
        "Following a loss of 7.25%, TSLA should be watched.",
        "Sony brought in 4,500.",
        "No stock made a large change in its volume.",
        "12 May brought 45 orders.",
        "On 12 May, orders rose to 45, after 30 on 11 May.",
    ],
)
def test_a_reason_and_a_meaning_that_can_be_checked_stay(text: str) -> None:
    assert doubt(text, *FACTS) == ""


def test_what_is_arithmetic_of_what_is_counted_is_no_cause() -> None:
    assert doubt("Large orders pull the mean up.", "brands") == ""
    assert doubt("Large campaigns pull the mean up.", "brands")
