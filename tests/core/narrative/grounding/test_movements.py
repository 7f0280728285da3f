"""Where something went is known from changes, from earlier and later columns, and from the row before."""

from headgate.core.narrative.grounding import grounding_check

FACTS = {
    "phones": [
        {"phone": "Lumia", "orders": 50, "orders_before": 20, "orders_lately": 30},
        {"phone": "Xperia", "orders": 50, "orders_before": 30, "orders_lately": 20},
    ],
    "days": [
        {"day": "2024-05-11", "rate": 0.02},
        {"day": "2024-05-12", "rate": 0.05},
        {"day": "2024-05-13", "rate": 0.04},
    ],
}


def is_doubted(text: str, cited: str) -> bool:
    return bool(grounding_check(FACTS)(text, [cited], ""))


def test_a_later_column_is_held_against_an_earlier_one() -> None:
    assert not is_doubted("Orders of the Lumia went up lately.", "phones")
    assert is_doubted("Orders of the Xperia went up lately.", "phones")


def test_a_day_is_held_against_the_day_before() -> None:
    assert not is_doubted("The rate rose on 12 May.", "days")
    assert is_doubted("The rate rose on 13 May.", "days")
    assert is_doubted("The rate rose every day.", "days")


def test_what_fell_is_not_what_another_part_of_the_sentence_names() -> None:
    facts = {
        "stocks": [
            {"symbol": "AAPL", "momentum": 8.4, "percent_change": -0.1},
            {"symbol": "KO", "momentum": -0.9, "percent_change": 0.2},
        ]
    }
    check = grounding_check(facts)
    assert not check("AAPL fell on the day although its momentum is positive.", ["stocks"], "")
    assert check("AAPL rose on the day although its momentum is positive.", ["stocks"], "")
