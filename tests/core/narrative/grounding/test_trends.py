"""Where something is said to have gone, its sign must agree."""

import pytest

from tests.core.narrative.grounding.small_facts import doubt


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("AAPL rose.", "AAPL fell."),
        ("TSLA lost 7.25 %.", "TSLA gained 7.25 %."),
        ("AAPL is up 2.5 %.", "AAPL is down 2.5 %."),
        ("TSLA did not rise.", "TSLA did not fall."),
        ("The trend of TSLA is down.", "The trend of TSLA is up."),
        ("TSLA changed by -7.25 %.", "TSLA changed by +7.25 %."),
        ("TSLA and KO are negative.", "TSLA and AAPL are negative."),
    ],
)
def test_a_direction_must_be_so(right: str, wrong: str) -> None:
    assert doubt(right, "stocks") == ""
    assert doubt(wrong, "stocks")


def test_a_number_of_a_fall_is_no_rise_of_the_same_size() -> None:
    assert doubt("Orders fell 4.5 %.", "totals") == ""
    assert doubt("Orders rose 4.5 %.", "totals")


def test_nothing_of_a_kind_means_a_count_of_zero() -> None:
    assert "`failed`" in doubt("No file failed.", "totals")
