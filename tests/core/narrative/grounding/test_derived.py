"""A number may come from cells by one obvious step: a count, a sum, a difference, a ratio, a share."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("right", "wrong", "cites"),
    [
        ("There are three brands.", "There are four brands.", "brands"),
        ("Orders of two brands are above 25.", "Orders of four brands are above 25.", "brands"),
        ("Two stocks fell.", "Four stocks fell.", "stocks"),
        ("Nokia and Sony have 80 orders together.", "Nokia and Sony have 90 orders together.", "brands"),
        ("All brands together have 100 orders.", "All brands together have 110 orders.", "brands"),
        ("Nokia has 20 orders more than Sony.", "Nokia has 25 orders more than Sony.", "brands"),
        ("Sony earns three times as much revenue as Oppo.", "Sony earns five times as much revenue as Oppo.", "brands"),
        ("On 12 May there were 15 orders more than the day before.", "On 12 May there were 19 orders more than the day before.",
         "days"),
        ("Oppo has a fifth of all orders.", "Oppo has a third of all orders.", "brands"),
        ("Nokia has 50 % of all orders.", "Nokia has 45 % of all orders.", "brands"),
        ("Between 11 and 13 May, orders fell by 5.", "Between 11 and 13 May, orders fell by 7.", "days"),
    ],
)  # fmt: skip
def test_one_step_is_taken_and_it_must_be_right(right: str, wrong: str, cites: str) -> None:
    assert doubt(right, cites) == ""
    assert doubt(wrong, cites)


def test_a_step_that_needs_a_fact_that_is_not_cited_is_not_taken() -> None:
    assert doubt("There are three brands.", "totals")
