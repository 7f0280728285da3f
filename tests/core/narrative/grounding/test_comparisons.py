"""Comparisons are held against the cells of both, with and without numbers; so is what is said of none."""

import pytest

from headgate.core.narrative.grounding import grounding_check
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


MARKET = {
    "symbols": [
        {"symbol": "KO", "momentum": -0.9, "percent_change": -0.1, "mean_volume": 15_000},
        {"symbol": "PFE", "momentum": -0.5, "percent_change": -1.2, "mean_volume": 44_000},
    ],
    "sizes": [
        {"size_class": "large", "orders": 12, "revenue": 900.0},
        {"size_class": "medium", "orders": 72, "revenue": 800.0},
    ],
}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("PFE fell more than KO.", "KO fell more than PFE."),
        ("PFE trades more shares than KO.", "KO trades more shares than PFE."),
        ("Medium orders outnumber large orders.", "Large orders outnumber medium orders."),
        ("Revenue of large orders exceeded that of medium orders.", "Revenue of medium exceeded that of large orders."),
        ("Volume in PFE exceeded that in KO.", "Volume in KO exceeded that in PFE."),
    ],
)
def test_two_are_compared_in_the_column_that_is_said_whatever_the_verb(right: str, wrong: str) -> None:
    check = grounding_check(MARKET)
    assert not check(right, list(MARKET), "")
    assert check(wrong, list(MARKET), "")
