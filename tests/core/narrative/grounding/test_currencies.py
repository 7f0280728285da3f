"""A currency is one that a column, its unit, a finding or the prompt speaks of."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.grounding.reading.money import CURRENCIES
from headgate.core.narrative.grounding.reading.quantities import quantities
from headgate.core.report.header import Shown

FACTS: dict[str, list[dict[str, Any]]] = {"totals": [{"orders": 40, "revenue": 1600.0}]}
AMOUNTS = {
    "USD": ("1,600 USD", "1,600 dollars", "$1,600", "$ 1,600"),
    "EUR": ("1,600 EUR", "1,600 euros", "€1,600", "1,600 €"),
    "GBP": ("1,600 GBP", "1,600 pounds", "£1,600"),
    "CHF": ("1,600 CHF", "1,600 francs"),
    "CNY": ("1,600 CNY", "1,600 yuan", "¥1,600"),
    "JPY": ("1,600 JPY", "1,600 yen", "¥1,600"),
    "CAD": ("1,600 CAD", "1,600 dollars", "$1,600", "$ 1,600"),
}


def doubted(amount: str, **given: Any) -> bool:
    return bool(grounding_check(given.pop("facts", FACTS), **given)(f"Revenue was {amount}.", ["totals"], ""))


@pytest.mark.parametrize("unit", AMOUNTS)
def test_the_unit_of_a_column_says_in_which_currency_amounts_are(unit: str) -> None:
    shown = {"totals": Shown(units={"revenue": unit})}
    amounts = {amount for several in AMOUNTS.values() for amount in several}
    assert {amount for amount in amounts if not doubted(amount, shown=shown)} == set(AMOUNTS[unit])


@pytest.mark.parametrize(
    "given",
    [
        {"facts": {"totals": [{"orders": 40, "revenue": 1600.0, "mean_usd": 40.0}]}},
        {"findings": [{"finding": "odd", "severity": "info", "message": "Prices are in USD", "count": 1, "rows": []}]},
        {"findings": [{"finding": "odd", "severity": "info", "message": "", "observed": "9 USD", "count": 1, "rows": []}]},
        {"wishes": "Amounts are in USD."},
        {"shown": {"another": Shown(units={"price": "USD/kg"})}},
    ],
)  # fmt: skip
def test_so_do_names_of_columns_findings_and_the_prompt(given: dict[str, Any]) -> None:
    assert not doubted("1,600 USD", **given)
    assert doubted("1,600 EUR", **given)
    assert doubted("1,600 francs", **given)


def test_where_nothing_says_so_only_a_well_known_one_stays() -> None:
    assert not any(doubted(amount) for amount in ("1,600 USD", "1,600 euros", "1,600 pounds"))
    assert all(doubted(amount) for amount in ("1,600 CAD", "1,600 francs", "1,600 yuan"))


def test_what_a_stranger_wrote_in_a_row_says_nothing() -> None:
    rows = [{"note": "USD for you"}]
    finding = {"finding": "odd", "severity": "info", "message": "USD for you", "count": 1, "rows": rows}
    assert not doubted("1,600 EUR", findings=[finding])


def test_a_cell_that_is_a_currency_may_be_spoken_of_and_may_be_a_stock() -> None:
    facts = {"symbols": [{"symbol": "NOK", "latest_close": 4.0}, {"symbol": "KO", "latest_close": 67.0}]}
    check = grounding_check(facts, shown={"symbols": Shown(units={"latest_close": "USD"})})
    assert check("NOK closed at 4.00 USD.", ["symbols"], "") == []
    assert check("NOK closed at 4.00 EUR.", ["symbols"], "")
    assert grounding_check(facts)("NOK closed at 4.00 USD.", ["symbols"], "") == []


def test_pounds_that_weigh_are_no_money() -> None:
    check = grounding_check(
        {"totals": [{"orders": 40, "weight": 5.5}]}, shown={"totals": Shown(units={"orders": "USD"})}
    )
    assert check("The parcels weigh 5.5 pounds.", ["totals"], "") == []


@pytest.mark.parametrize("word", [word for word in CURRENCIES if word.isascii() and word.isalpha()])
def test_every_currency_is_a_unit_of_money(word: str) -> None:
    (found,) = quantities(f"It was 1,600 {word} in all.", ())
    assert found.unit == "money"
