"""What is said of all rows, of most, of none, of so many or of one alone is counted."""

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Every day had more than 26 orders.", "days"),
        ("All brands have a share above 20%.", "brands"),
        ("None of the brands has more than 40 orders.", "brands"),
        ("No brand sold at a mean price above 150.", "brands"),
        ("Only Sony has more than 25 orders.", "brands"),
        ("Only one brand has more than 25 orders.", "brands"),
        ("Most brands have more than 40 orders.", "brands"),
        ("Only Nokia has no satisfaction.", "brands"),
        ("All orders failed.", "totals"),
        ("Most orders failed.", "totals"),
    ],
)
def test_it_is_false_when_too_few_or_too_many_rows_are_so(text: str, cites: str) -> None:
    assert doubt(text, cites)
    assert doubt(text, "totals", "brands", "days", "stocks")


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Every day had more than 24 orders.", "days"),
        ("All brands have a share above 18%.", "brands"),
        ("None of the brands has more than 50 orders.", "brands"),
        ("Only Nokia has more than 40 orders.", "brands"),
        ("Only one brand has more than 40 orders.", "brands"),
        ("Most brands have more than 25 orders.", "brands"),
        ("Only Oppo has no satisfaction.", "brands"),
        ("No symbol lost more than 8%.", "stocks"),
    ],
)
def test_it_stays_when_as_many_rows_are_so_and_the_limit_needs_no_cell(text: str, cites: str) -> None:
    assert doubt(text, cites) == ""


def test_what_is_said_before_a_colon_is_so_of_each_after_it() -> None:
    facts = {
        "brands": [
            {"brand": "Motorola", "orders": 12, "satisfaction": 0.1},
            {"brand": "Nokia", "orders": 7, "satisfaction": -0.1},
            {"brand": "Sony", "orders": 6, "satisfaction": -0.2},
        ]
    }
    check = grounding_check(facts)
    assert not check("Two brands have a negative satisfaction score: Nokia and Sony.", ["brands"], "")
    assert check("Two brands have a negative satisfaction score: Motorola and Nokia.", ["brands"], "")
