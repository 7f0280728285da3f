"""The numbers of a sentence are read with their units and with how roughly they are said."""

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.reading.quantities import quantities
from headgate.core.narrative.grounding.reading.quantity import Kind


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12", 12, ""),
        ("1,234,567 orders", 1_234_567, ""),
        ("3.45 million", 3_450_000, ""),
        ("12k", 12_000, ""),
        ("$ is not $5.20", 5.2, "money"),
        ("7 %", 7, "percent"),
        ("7 per cent", 7, "percent"),
        ("2 percentage points", 2, "points"),
        ("2.5 MB", 2_500_000, "bytes"),
        ("90 minutes", 5400, "seconds"),
        ("-4 °C", -4, "celsius"),
        ("minus 4", -4, ""),
        ("seventy-two", 72, ""),
        ("two million", 2_000_000, ""),
        ("a dozen", 12, ""),
        ("a quarter", 25, "percent"),
        ("three quarters", 75, "percent"),
        ("one in five", 20, "percent"),
        ("half a million", 500_000, ""),
    ],
)
def test_a_number_is_read(text: str, value: float, unit: str) -> None:
    (number,) = quantities(text, [])
    assert number.value == pytest.approx(value)
    assert number.unit == unit


@pytest.mark.parametrize("text", ["the larger one", "the dozen", "the third", "per second", "A1", "ver2.1a"])
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert [one for one in quantities(text, []) if one.kind is not Kind.RANK] == []


def test_names_and_dates_are_left_out() -> None:
    assert quantities("the Galaxy 12 costs 5", [(4, 13)])[0].value == 5


@pytest.mark.parametrize(
    ("text", "holds", "not_holds"),
    [
        ("12", [12, 12.4, 11.6], [12.6, 11.4]),
        ("12.0", [12.04], [12.4]),
        ("3.4 million", [3_449_000], [3_460_000]),
        ("about 100", [96, 104], [90, 110]),
        ("nearly 100", [95, 100], [101, 90]),
        ("more than 100", [101, 120], [99, 140]),
        ("under 100", [99, 80], [101, 60]),
    ],
)
def test_a_number_stands_for_what_rounds_to_it(text: str, holds: list[float], not_holds: list[float]) -> None:
    (number,) = quantities(text, [])
    assert [number.holds(value) for value in holds] == [True] * len(holds)
    assert [number.holds(value) for value in not_holds] == [False] * len(not_holds)


@pytest.mark.parametrize(("text", "kind"), [("twice as many", Kind.TIMES), ("the second", Kind.RANK), ("3rd", Kind.RANK),
                                            ("half", Kind.SHARE), ("3 times as many", Kind.TIMES)])  # fmt: skip
def test_a_number_is_of_a_kind(text: str, kind: Kind) -> None:
    assert quantities(text, [])[0].kind is kind


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("dozens of orders", 24, 120),
        ("hundreds of orders", 200, 1000),
        ("hundreds of thousands of orders", 200_000, 1_000_000),
        ("millions", 2e6, 1e9),
    ],
)
def test_a_rough_word_stands_for_all_that_it_may_mean(text: str, low: float, high: float) -> None:
    (number,) = quantities(text, [])
    assert (number.low, number.high) == (low, high)


@pytest.mark.parametrize("said", ["a million", "several hundreds of", "⁹⁹", "⑨⑨", "½ of the", "９９"])
def test_no_way_to_write_a_number_hides_it(said: str) -> None:
    check = grounding_check({"brands": [{"brand": "Nokia", "orders": 12}, {"brand": "Sony", "orders": 340}]})
    assert check(f"Nokia has {said} orders.", ["brands"], "")
    assert check("Nokia has ¹² orders.", ["brands"], "") == []
