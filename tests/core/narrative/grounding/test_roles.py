"""Who a fact of one row names for a role is the only one of whom it may be said, whatever else is cited."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "market": [
        {
            "top_gainer": "PFE",
            "top_gainer_change": 6.47,
            "top_loser": "TSLA",
            "top_loser_change": -5.89,
            "highest_volatility": "TSLA",
            "highest_volatility_value": 18.74,
            "turbulence": "moderate",
            "majority_trend": "bearish",
        }
    ],
    "symbols": [
        {"symbol": "PFE", "latest_close": 23.75, "volatility": 0.56, "percent_change": 6.47, "mean_volume": 47},
        {"symbol": "TSLA", "latest_close": 403.15, "volatility": 18.74, "percent_change": -5.89, "mean_volume": 126},
        {"symbol": "KO", "latest_close": 66.9, "volatility": 0.23, "percent_change": -0.73, "mean_volume": 15},
    ],
}
CITED = [["market"], ["symbols"], ["market", "symbols"], ["symbols", "market"]]


def is_kept(text: str, cited: list[str]) -> bool:
    return not grounding_check(FACTS)(text, cited, "")


@pytest.mark.parametrize("cited", CITED)
@pytest.mark.parametrize(
    ("form", "right"),
    [
        ("{} is the top gainer of the day.", "PFE"),
        ("The top gainer is {}.", "PFE"),
        ("Top loser {} is worth a look.", "TSLA"),
        ("Look first at the top loser, {}.", "TSLA"),
        ("{} has the highest volatility of all.", "TSLA"),
        ("{} was the best performer.", "PFE"),
        ("{} lost most on the day.", "TSLA"),
    ],
)
def test_a_role_is_said_of_the_one_who_has_it(form: str, right: str, cited: list[str]) -> None:
    kept = [name for name in ("PFE", "TSLA", "KO") if is_kept(form.format(name), cited)]
    assert kept == [right]


def test_two_roles_in_one_sentence_are_each_held_against_their_own() -> None:
    assert is_kept("The top gainer is PFE and the top loser TSLA.", ["market"])
    assert not is_kept("The top gainer is TSLA and the top loser PFE.", ["market"])
    assert not is_kept("The top gainer is PFE and the top loser KO.", ["market", "symbols"])


def test_a_fact_of_roles_alone_tells_no_other_rank() -> None:
    assert not is_kept("PFE has the highest latest close.", ["market"])
    assert is_kept("TSLA has the highest latest close.", ["market", "symbols"])


def test_the_number_beside_a_role_is_no_other_names_number() -> None:
    assert is_kept("PFE rose, and the top loser lost 5.89 %.", ["market"])
    assert not is_kept("Watch KO: it lost 5.89 %.", ["market", "symbols"])
