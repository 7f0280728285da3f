"""What a sentence names must stand in a fact that it cites."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("NOKIA has 50 orders.", "brands"),
        ("The file sales_may.csv was read.", "files"),
        ("Prices of Lumia stand out.", "odd_price"),
        ("Order A-17 costs 999.", "odd_price"),
        ("On 12 May 2024 there were 45 orders.", "days"),
        ("Overall, Nokia and Sony did well.", "brands"),
    ],
)
def test_names_and_dates_of_the_cited_facts_may_be_said(text: str, cites: str) -> None:
    assert doubt(text, cites) == ""


@pytest.mark.parametrize(
    ("text", "cites", "why"),
    [
        ("Motorola sold well.", "brands", "`Motorola` stands in no fact"),
        ("Many phones by Motorola were sold.", "brands", "`Motorola` stands in no fact"),
        ("Nokia sold well.", "days", "`Nokia` stands in no cited fact"),
        ("The file sales_june.csv was read.", "files", "stands in no fact"),
        ("On 14 May 2024 there were 45 orders.", "days", "the date `14 May 2024` stands in no cited fact"),
        ("On Monday, 12 May 2024 there were 45 orders.", "days", "another day of the week"),
    ],
)
def test_what_stands_elsewhere_or_nowhere_is_doubted(text: str, cites: str, why: str) -> None:
    assert why in doubt(text, cites)


@pytest.mark.parametrize("text", ["Prices are high.", "Reviews rose.", "Everyone gained.", "It: Many sell."])
def test_a_word_that_owes_its_capital_to_its_place_is_no_name(text: str) -> None:
    assert "stands in no fact" not in doubt(text, "brands")
