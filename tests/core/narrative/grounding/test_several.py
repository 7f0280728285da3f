"""What is said of several things is held against each of them."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("AAPL and KO both closed higher.", "stocks"),
        ("AAPL, TSLA and KO all fell.", "stocks"),
        ("Both Nokia and Sony have a negative satisfaction.", "brands"),
        ("Nokia, Sony and Oppo each brought in more than 1,800.", "brands"),
        ("Nokia and Oppo each had more than 25 orders.", "brands"),
        ("Orders rose on 12 and 13 May.", "days"),
        ("Nokia is more expensive than Oppo and Sony.", "brands"),
        ("Sony sells fewer phones than Nokia and Oppo.", "brands"),
    ],
)
def test_one_of_which_it_is_not_so_makes_it_false(text: str, cites: str) -> None:
    assert doubt(text, cites)


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("TSLA and KO both closed lower.", "stocks"),
        ("AAPL moved up, while TSLA and KO slipped.", "stocks"),
        ("Nokia, Sony and Oppo each brought in more than 1,400.", "brands"),
        ("Both Nokia and Sony have more than 25 orders.", "brands"),
        ("Nokia and Sony together have 80 orders.", "brands"),
        ("Nokia is cheaper than Oppo and Sony.", "brands"),
    ],
)
def test_what_is_so_of_each_stays(text: str, cites: str) -> None:
    assert doubt(text, cites) == ""
