"""The table of docs/grounding.md: each of its examples is held against facts of its own, and does what it says there."""

import re
from pathlib import Path
from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check
from headgate.core.report.header import Shown

DOCS = Path(__file__).parents[4] / "docs" / "grounding.md"
Facts = dict[str, list[dict[str, Any]]]

BRANDS: Facts = {
    "brands": [
        {"brand": "Nokia", "orders": 50, "price": 200.0, "percent_of_revenue": 25.2},
        {"brand": "Sony", "orders": 61, "price": 300.0, "percent_of_revenue": 43.1},
        {"brand": "Oppo", "orders": 48, "price": 150.0, "percent_of_revenue": 31.7},
    ],
    "web": [{"visits": 50_300}],
}
REGIONS: Facts = {
    "regions": [
        {"region": "North America", "orders": 90, "orders_of_favourite": 12},
        {"region": "Asia", "orders": 70, "orders_of_favourite": 31},
        {"region": "Europe", "orders": 40, "orders_of_favourite": 20},
        {"region": "Africa", "orders": 10, "orders_of_favourite": 5},
    ]
}
STOCKS: Facts = {
    "symbols": [
        {"symbol": "KO", "percent_change": -4.5, "volatility": 9.1, "trend": "down"},
        {"symbol": "PFE", "percent_change": 2.0, "volatility": 2.2, "trend": "up"},
        {"symbol": "TSLA", "percent_change": -7.0, "volatility": 4.0, "trend": "down"},
        {"symbol": "MSFT", "percent_change": 0.26, "volatility": 1.3, "trend": "up"},
        {"symbol": "IBM", "percent_change": -1.0, "volatility": 1.1, "trend": "down"},
        {"symbol": "GE", "percent_change": -0.5, "volatility": 1.2, "trend": "down"},
        {"symbol": "F", "percent_change": -0.2, "volatility": 1.4, "trend": "down"},
    ],
    "market": [{"symbols": 7, "rising": 2, "falling": 5, "top_gainer": "PFE", "highest_volatility": "KO"}],
}
BEAR: Facts = {"market": [{"symbols": 7, "rising": 1, "falling": 6, "majority_trend": "bearish"}]}
CLOSES: Facts = {"moves": [{"symbol": "KO", "close": 391.0, "previous_close": 416.0}]}
DAYS: Facts = {
    "days": [
        {"day": f"2025-08-{10 + at}", "volume": 100 + 5 * at, "percent_change": -1.0 if at in (3, 6) else 1.5}
        for at in range(10)
    ]
}
ORDERS: Facts = {
    "orders": [
        {"order": "ORD-1", "amount": 520.0},
        {"order": "ORD-2", "amount": 80.0},
        {"order": "ORD-3", "amount": 90.0},
    ],
}
LAMPS: Facts = {"lamps": [{"lamp": "A", "price": 20.0}, {"lamp": "B", "price": 30.0}]}
FILES: Facts = {"types": [{"type": "text/csv", "records": 12}, {"type": "image/png", "records": 0}]}
READINGS: Facts = {
    "overall": [{"readings": 250, "percent_abnormal": 23.2, "max_heart_rate": 171}],
    "sizes": [
        {"size": "small", "orders": 12, "percent_of_orders": 50.0, "percent_of_revenue": 16.7},
        {"size": "medium", "orders": 6, "percent_of_orders": 25.0, "percent_of_revenue": 30.0},
        {"size": "large", "orders": 6, "percent_of_orders": 25.0, "percent_of_revenue": 53.3},
    ],
}
CHANGES: Facts = {
    "symbols": [
        {"symbol": "A", "percent_change": -7.0},
        {"symbol": "B", "percent_change": -2.0},
        {"symbol": "C", "percent_change": 1.0},
    ],
    "market": [{"symbols": 3, "rising": 1, "falling": 2}],
}
TOTALS: Facts = {"totals": [{"orders": 3, "sales": 40.0, "mean_score": 0.4}]}
VOLATILE: Facts = {
    "symbols": [
        {"symbol": "KO", "percent_change": 2.0, "volatility": 9.1},
        {"symbol": "GE", "percent_change": 0.3, "volatility": 9.3},
    ]
}
EARLIER: Facts = {"moves": [{"symbol": "KO", "close": 12.0, "previous_close": 14.0}]}
CUSTOMERS: Facts = {
    "customers": [
        {"customer": "Ada", "orders": 2, "items": 2, "revenue": 900.0},
        {"customer": "Bo", "orders": 6, "items": 12, "revenue": 500.0},
    ],
    "totals": [{"orders": 8, "items": 14}],
    "brands": [{"brand": "Nokia", "satisfaction": -0.2}, {"brand": "Sony", "satisfaction": 0.6}],
}
REVIEWS: Facts = {
    "brands": [
        {"brand": "A", "reviews": 14, "percent_unhappy": 21.4},
        {"brand": "Sony", "reviews": 10, "percent_unhappy": 60.0},
        {"brand": "C", "reviews": 20, "percent_unhappy": 5.0},
    ],
    "users": [{"user": "U1", "readings": 6, "abnormal": 6}, {"user": "U2", "readings": 6, "abnormal": 2}],
}
RATES: Facts = {
    "heart_rates": [
        {"from_rate": 60, "readings": 20, "percent_of_readings": 40.0},
        {"from_rate": 70, "readings": 13, "percent_of_readings": 26.7},
        {"from_rate": 80, "readings": 17, "percent_of_readings": 33.3},
    ]
}
PRICES: Facts = {
    "odd_price": [
        {"order": "A-17", "price": 9.5, "usual_price": 40.0},
        {"order": "A-18", "price": 90.0, "usual_price": 40.0},
    ]
}
FILE: Facts = {"file": [{"name": "a.csv", "size": 229, "kind": "CSV file", "records": 6, "compression": None}]}
MONEY: Facts = {"totals": [{"orders": 40, "revenue": 186_750.0}]}

EXAMPLES: dict[str, list[tuple[Facts, list[str], list[str]]]] = {
    "a number": [
        (
            BRANDS,
            ["Nokia has 50 orders.", "Oppo has about 50 orders.", "Sony has more than 50 orders.", "There were 50k visits."],
            ["Sony has 50 orders.", "About 50 orders are Sony's.", "Oppo has more than 50 orders.", "There were 51k visits."],
        ),
    ],
    "its unit": [(BRANDS, ["Nokia brings in 25.2 % of the revenue."], ["Nokia has $50 orders.", "Nokia has 25 % of them, or 50 %."])],
    "the words around it": [(BRANDS, ["Nokia has a price of 200."], ["Nokia has a mean price of 50."])],
    "a number in no cell": [],
    "a name, a date": [(STOCKS, ["The trend of TSLA is down."], ["The trend of TSLA is up."])],
    "a word with a capital, a code, a file name": [(BRANDS, ["Most popular is Sony."], ["Most popular is Motorola."])],
    "*rose*, *lost*, *up 3 %*": [
        (STOCKS, ["KO fell 4.5 %.", "KO lost 4.5 %.", "PFE rose 2 %."], ["KO rose 4.5 %.", "PFE lost 2 %.", "TSLA is up 3 %."]),
    ],
    "*highest*, *top three*, *second*": [
        (STOCKS, ["TSLA lost most.", "KO has the highest volatility."], ["KO lost most.", "KO comes second in volatility."]),
        (
            REGIONS,
            ["North America has the most orders."],
            ["Asia has the most orders.", "The top three by orders are North America, Asia and Africa."],
        ),
    ],
    "*top gainer*, *highest volatility*": [
        (STOCKS, ["PFE is the top gainer."], ["KO is the top gainer.", "PFE has the highest volatility."]),
    ],
    "*grew by 25 %*, *a 25 % rise*": [
        (BRANDS, ["Nokia makes up 25.2 % of revenue."], ["Nokia's revenue grew 25.2 %.", "Nokia grew by 25 %.", "Nokia saw a 25 % rise."]),
    ],
    "*closed at 416*": [(CLOSES, ["KO closed at 391.", "KO went from 416 to 391."], ["KO closed at 416.", "KO went from 391 to 416."])],
    "*the majority trend is stable*, *the market is flat*": [
        (BEAR, ["The market is bearish."], ["The majority trend is stable.", "The market is flat."]),
    ],
    "*more stocks rose than fell*, *losers outnumbered gainers*": [
        (BEAR, ["Losers outnumbered gainers."], ["More stocks rose than fell.", "Gainers outnumbered losers."]),
    ],
    "*on the latest day*, *than the day before*": [
        (
            DAYS,
            ["Volume rose on the latest day.", "Volume was higher than the day before on the latest day."],
            ["Volume fell on the latest day."],
        ),
    ],
    "*more than*, *cheaper than*": [
        (LAMPS, ["A is cheaper than B.", "B costs more than A."], ["B is cheaper than A."]),
    ],
    "*no*, *none*, *never*": [
        (ORDERS, ["No order is worth more than 600."], ["No order is worth more than 500."]),
        (READINGS, ["The heart rate never exceeded 180."], ["The heart rate never exceeded 160."]),
        ({"market": [{"symbols": 4, "rising": 3, "falling": 1}]}, ["3 rose and one fell."], ["3 rose and none fell."]),
    ],
    "*on 8 of these days*": [
        (DAYS, ["Over these days it rose on 8 of these days and fell on 2."], ["It rose on 7 of these days and fell on 3."]),
    ],
    "*has*, *holds*": [(FILES, ["text/csv holds records."], ["image/png holds records.", "image/png has records."])],
    "*all*, *most*, *no*, *only*, *only two*": [
        (STOCKS, ["Most stocks fell."], ["Most stocks rose.", "All stocks fell.", "No stock fell.", "Only KO fell."]),
        (
            BRANDS,
            ["Every brand has more than 20 orders."],
            ["Every brand has more than 49 orders.", "Only two brands have more than 20 orders."],
        ),
    ],
    "*mostly*, *half of all*, *twice as many*, *than all others combined*": [
        (
            READINGS,
            ["Half of all orders are small.", "There are twice as many small orders as large ones."],
            ["Most readings were abnormal.", "Small orders bring in most of the revenue.", "The readings are mostly abnormal."],
        ),
        (
            REGIONS,
            ["Africa has fewer orders than all others combined."],
            ["North America has more orders than all others combined.", "Asia has twice as many orders as Europe."],
        ),
    ],
    "several names": [(CHANGES, ["A and B fell."], ["A, B and C fell."])],
    "causes": [
        (
            CHANGES,
            ["Look at A first, because it lost 7 %."],
            ["A fell due to late deliveries.", "A fell as investors sold."],
        ),
        (TOTALS, ["Sales were 40."], ["Price cuts lifted sales."]),
    ],
    "meanings": [
        (
            TOTALS,
            ["The mean score is 0.4."],
            ["A score of 0.4 means that people are content.", "There were 3 orders, which suggests strong demand."],
        ),
    ],
    "forecasts, records": [(CHANGES, ["A fell."], ["A will recover.", "A is at an all-time low.", "A fell for the third day in a row."])],
    "*sales rose*, *is dropping*, *fewer orders than usual*": [
        (TOTALS, ["Sales were 40."], ["Sales rose.", "The mean score is dropping.", "There were fewer orders than usual."]),
        (VOLATILE, ["KO rose."], ["KO rose, and its volatility is rising."]),
    ],
    "*soared*, *fell slightly*, *hardly moved*": [
        (STOCKS, ["F fell slightly.", "MSFT hardly moved."], ["MSFT soared.", "TSLA fell slightly.", "TSLA hardly moved."]),
    ],
    "*had closed at 12 before*, *finishing at 12 after 14 the day before*": [
        (
            EARLIER,
            ["KO closed at 12, finishing at 12 after 14 the day before."],
            ["KO had closed at 12 before and ended at 14.", "KO closed at 14, finishing at 14 after 12 the day before."],
        ),
    ],
    "*per order*, *each order has one item*": [
        (CUSTOMERS, ["Ada spends more per order than Bo."], ["Bo spends more per order than Ada.", "Each order has one item."]),
    ],
    "*main source of revenue*, *best customer*, *unhappiest*": [
        (
            CUSTOMERS,
            ["Ada is the main source of revenue.", "Nokia has the unhappiest customers."],
            ["Bo is the main source of revenue.", "Bo is the best customer by revenue.", "Sony has the unhappiest customers."],
        ),
    ],
    "*only one*, *nobody*, *all but one*, *everyone except A*": [
        (
            CHANGES,
            ["All symbols but one fell."],
            ["Every symbol rose except A.", "All but one rose.", "Everyone except A rose.", "Only one symbol fell."],
        ),
        (
            {"symbols": CHANGES["symbols"]},
            ["Every symbol rose except A and B.", "Every symbol except C fell."],
            ["Every symbol rose except A.", "Everyone except A rose."],
        ),
        (CUSTOMERS, ["Ada placed 2 orders."], ["Nobody ordered from Ada."]),
    ],
    "*most of A's reviews are unhappy*, *are all unhappy*, *nearly all*, *few*, *only abnormal readings*": [
        (
            REVIEWS,
            ["Most of Sony's reviews are unhappy.", "U1 has only abnormal readings.", "Few of C's reviews are unhappy."],
            [
                "Most of A's reviews are unhappy.", "A's reviews are all unhappy.", "Nearly all of Sony's reviews are unhappy.",
                "Few of Sony's reviews are unhappy.", "U2 has only abnormal readings.",
            ],
        ),
    ],
    "*between 60 and 80*": [
        (RATES, ["Two thirds lie between 60 and 80."], ["Three quarters lie between 60 and 80."]),
    ],
    "*too expensive*, *overpriced*": [
        (PRICES, ["Order A-18 was too expensive."], ["Order A-17 was too expensive.", "Order A-17 was overpriced."]),
    ],
    "*a JSON file*, *compressed*, *empty*, *larger than 1 MB*": [
        (FILE, ["It is a CSV file."], ["It is a JSON file.", "It is compressed.", "The file is empty.", "The file is larger than 1 MB."]),
    ],
    "*186,750 EUR*": [(MONEY, ["Revenue was 186,750 USD."], ["Revenue was 186,750 EUR."])],
}  # fmt: skip
CASES = [(facts, *texts) for held in EXAMPLES.values() for facts, *texts in held]


def rows() -> dict[str, list[str]]:
    """What is looked at → what stands in the row, in italics."""
    table = DOCS.read_text(encoding="utf-8").split("## What is held against the facts")[1].split("\n\n")[1]
    lines = [line.strip("|").split("|", maxsplit=1) for line in table.splitlines()[2:]]
    return {what.strip(): re.findall(r"\*([^*]+)\*", what + rest) for what, rest in lines}


def doubted(facts: Facts, text: str) -> bool:
    shown = {name: Shown(units={"revenue": "USD"}) for name in facts}
    return bool(grounding_check(facts, shown=shown)(text, list(facts), ""))


@pytest.mark.parametrize("text", [pytest.param((facts, text), id=text) for facts, right, _ in CASES for text in right])
def test_what_the_facts_support_stays(text: tuple[Facts, str]) -> None:
    assert not doubted(*text)


@pytest.mark.parametrize("text", [pytest.param((facts, text), id=text) for facts, _, wrong in CASES for text in wrong])
def test_what_the_table_says_goes_goes(text: tuple[Facts, str]) -> None:
    assert doubted(*text)


def test_every_row_of_the_table_has_its_examples_here() -> None:
    assert set(EXAMPLES) == set(rows())


@pytest.mark.parametrize("what", rows())
def test_every_example_of_a_row_is_held_here(what: str) -> None:
    texts = " ".join(text for _, *several in EXAMPLES.get(what, ()) for one in several for text in one).casefold()
    assert [said for said in rows()[what] if said.strip("… ,").casefold() not in texts] == []
