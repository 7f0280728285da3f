"""Comparisons are held against the cells of both, with and without numbers; so is what is said of none."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("right", "wrong", "cites"),
    [
        ("Nokia has more orders than Sony.", "Sony has more orders than Nokia.", "brands"),
        ("Oppo is cheaper than Sony.", "Sony is cheaper than Oppo.", "brands"),
        ("More orders went to Nokia than to Oppo.", "More orders went to Oppo than to Nokia.", "brands"),
        ("Orders on 13 May were lower than on 12 May.", "Orders on 13 May were higher than on 12 May.", "days"),
        (
            "Prices rose from 75 to 150.5 within the brands.",
            "Prices rose from 150.5 to 75 within the brands.",
            "brands",
        ),
        ("Orders rose from 30 to 45 on 12 May.", "Orders fell from 30 to 45 on 12 May.", "days"),
    ],
)
def test_one_must_be_more_than_the_other(right: str, wrong: str, cites: str) -> None:
    assert doubt(right, cites) == ""
    assert doubt(wrong, cites)


@pytest.mark.parametrize(
    ("right", "wrong", "cites"),
    [
        ("No brand has more than 60 orders.", "No brand has more than 40 orders.", "brands"),
        ("No brand has a mean price below 40.", "No brand has a mean price below 50.", "brands"),
        ("No brand has a negative mean price.", "No brand has a negative satisfaction.", "brands"),
    ],
)
def test_what_is_said_of_none_is_so_of_no_row(right: str, wrong: str, cites: str) -> None:
    assert doubt(right, cites) == ""
    assert doubt(wrong, cites)
