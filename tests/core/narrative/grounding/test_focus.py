"""A sentence is held against the facts that it is about, however many are cited."""

from headgate.core.narrative.grounding import grounding_check

FACTS = {
    "brands": [{"brand": "Oppo", "satisfaction": 0.14}, {"brand": "Nokia", "satisfaction": -0.35}],
    "segments": [{"segment": "Budget", "satisfaction": 0.23}, {"segment": "Flagship", "satisfaction": 0.61}],
    "models": [
        {"brand": "Oppo", "model": "A78", "satisfaction": 0.03},
        {"brand": "Nokia", "model": "G42", "satisfaction": 0.07},
    ],
}


def is_doubted(text: str, *cites: str) -> bool:
    return bool(grounding_check(FACTS)(text, cites, ""))


def test_what_is_said_of_all_of_a_kind_is_counted_where_that_kind_is() -> None:
    assert not is_doubted("Every segment has a positive satisfaction.", *FACTS)
    assert is_doubted("Every brand has a positive satisfaction.", *FACTS)


def test_two_names_are_compared_where_each_has_one_row_of_its_own() -> None:
    assert not is_doubted("Oppo has a higher satisfaction than Nokia.", *FACTS)
    assert is_doubted("Nokia has a higher satisfaction than Oppo.", *FACTS)
