"""Each number belongs to the name that it is said of."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    "text",
    [
        "Nokia has 50 orders and Sony has 30.",
        "Nokia (50) is ahead of Sony (30).",
        "50 orders went to Nokia and 30 to Sony.",
        "Nokia and Sony have 50 and 30 orders, respectively.",
        "With 50 orders, Nokia is ahead of Sony.",
        "While Sony has 30 orders, Nokia has 50.",
    ],
)
def test_numbers_may_come_before_after_and_in_the_order_of_their_names(text: str) -> None:
    assert doubt(text, "brands") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Nokia has 30 orders and Sony has 50.",
        "Nokia (30) is ahead of Sony (50).",
        "30 orders went to Nokia and 50 to Sony.",
        "Nokia and Sony have 30 and 50 orders, respectively.",
        "While Sony has 50 orders, Nokia has 30.",
    ],
)
def test_a_number_of_another_row_is_doubted(text: str) -> None:
    assert doubt(text, "brands")


def test_a_date_chooses_the_row_as_a_name_does() -> None:
    assert doubt("On 12 May there were 45 orders.", "days") == ""
    assert doubt("On 11 May there were 45 orders.", "days")


def test_what_is_named_twice_in_one_row_must_go_together() -> None:
    assert doubt("The trend of AAPL is up.", "stocks") == ""
    assert "doesn't go with `down`" in doubt("The trend of AAPL is down.", "stocks")
