"""What is said of all, of most or of one alone is counted."""

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.grounding.small_facts import doubt

MARKET = {
    "market": [
        {"symbols": 7, "rising": 2, "falling": 4, "top_gainer": "TSLA", "top_gainer_change": 8.36, "top_loser": "PFE"}
    ]
}


def test_all_and_most_are_counted_by_the_signs_of_the_rows() -> None:
    assert doubt("Most symbols fell.", "stocks") == ""
    assert "1 of 3" in doubt("Most symbols rose.", "stocks")
    assert "2 of 3" in doubt("All symbols fell.", "stocks")


def test_all_and_most_are_counted_by_the_columns_of_a_single_row() -> None:
    check = grounding_check(MARKET)
    assert not check("Most symbols fell.", ["market"], "")
    assert "2 of 7" in check("Most symbols rose.", ["market"], "")[0].reason


def test_only_one_means_no_other() -> None:
    assert doubt("Only AAPL rose.", "stocks") == ""
    assert "not only" in doubt("Only KO fell.", "stocks")


@pytest.mark.parametrize("text", ["Revenue grew over the year.", "Sales rose.", "Sales are trending upward."])
def test_what_is_known_at_one_moment_only_has_not_gone_anywhere(text: str) -> None:
    facts = {"totals": [{"orders": 100, "revenue": 8000.0}]}
    assert "don't say" in grounding_check(facts)(text, ["totals"], "")[0].reason


def test_a_pronoun_that_is_down_is_the_one_named_before() -> None:
    assert doubt("TSLA had a day. It is down.", "stocks") == ""
    assert doubt("AAPL had a day. It is down.", "stocks")


def test_a_sign_that_all_are_said_to_have_is_counted_in_the_column_that_is_named() -> None:
    assert "1 of 2" in doubt("Every brand has a positive satisfaction.", "brands")
    assert doubt("All stocks closed higher.", "stocks")
