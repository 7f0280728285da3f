"""Facts say what is, not why, and not what will be."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    "text",
    [
        "TSLA lost 7.25 % because of weak delivery figures.",
        "Orders fell 4.5 % due to late deliveries.",
        "A promotion led to 100 orders.",
        "TSLA will recover.",
        "Orders are expected to rise.",
        "Stock more of Sony for next month.",
    ],
)
def test_causes_and_forecasts_are_no_facts(text: str) -> None:
    assert "facts don't say" in doubt(text, "totals", "stocks", "brands")


@pytest.mark.parametrize("text", ["Stock more of Nokia, because it has most orders.", "Look at the stocks that lost."])
def test_a_reason_that_stands_in_the_facts_may_be_given(text: str) -> None:
    assert doubt(text, "brands", "stocks") == ""
