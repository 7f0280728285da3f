"""Facts and findings are what plain Python reckons, whatever rows come: few, equal, missing, at the limits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.examples.plain_facts import Row, Rows
from tests.examples.sql_facts import accepted_values, ask, differences, questions, without_words
from tests.examples.test_facts import PLAIN

FIRST = dt.date(2025, 9, 1)
REVIEWS = (
    None,
    "ok",
    "Great phone, I love it very much.",
    "Terrible battery. I regret buying it.",
    "It rings. It does.",
)
PRICES = ("0.01", "300", "400", "499.99", "500", "500.01", "999.99", "1000", "1000.01", "9000")


def few_or_many(row: SearchStrategy[Row]) -> SearchStrategy[Rows]:
    """Of the many some are of a kind often enough for their kind to have a usual."""
    return st.one_of(st.lists(row, max_size=12), st.lists(row, min_size=40, max_size=80))


sales = few_or_many(
    st.fixed_dictionaries(
        {
            "date": st.integers(0, 4).map(lambda day: FIRST + dt.timedelta(day)),
            "brand": st.sampled_from(("A", "B", "É")),
            "model": st.sampled_from((None, "x", "x", "y", "11")),
            "price": st.sampled_from(PRICES).map(Decimal),
            "region": st.sampled_from(("Asia", "Europe")),
            "customer_review": st.sampled_from(REVIEWS),
        }
    )
).map(lambda rows: [{"order_id": f"O{at:03}", **row} for at, row in enumerate(rows)])

readings = few_or_many(
    st.fixed_dictionaries(
        {
            "user_id": st.sampled_from(("ann", "bob", "eve")),
            "heart_rate": st.sampled_from((50, 59, 60, 61, 160, 161, 180)),
            "spo2": st.sampled_from((90, 91, 92, 100)),
            "steps": st.sampled_from((0, 7, 50000)),
            "temp_c": st.sampled_from((35.0, 36.6, 38.0, 38.1, 40.0)),
            "systolic_bp": st.sampled_from((120, 140, 141, 180)),
            "diastolic_bp": st.sampled_from((60, 90, 91, 120)),
        }
    )
).map(
    lambda rows: [{"event_time": dt.datetime(2025, 9, 1, 0, at // 60, at % 60), **row} for at, row in enumerate(rows)]
)

orders = few_or_many(
    st.fixed_dictionaries(
        {
            "customer_name": st.sampled_from(("Ann", "Bob", "Zoë")),
            "product_name": st.sampled_from(("lamp", "lamp", "desk")),
            "quantity": st.sampled_from((1, 1, 1, 2, 5, 400)),
            "unit_price": st.sampled_from(("0.01", "7.95", "10", "12.50", "100")).map(Decimal),
        }
    )
).map(lambda rows: [{"order_id": f"O{at:03}", **row} for at, row in enumerate(rows)])

wild_bars = st.lists(
    st.fixed_dictionaries(
        {
            "symbol": st.sampled_from(("A", "B", "C", "D")),
            "datetime": st.integers(0, 8).map(lambda day: FIRST + dt.timedelta(day)),
            "close": st.integers(0, 12).map(float),
            "volume": st.integers(0, 6),
        }
    ),
    max_size=40,
    unique_by=lambda bar: (bar["symbol"], bar["datetime"]),
)

# Symbols of which every day is there, in small steps: only so does one close stand out from the five before it.
calm_bars = st.lists(
    st.lists(st.tuples(st.sampled_from((98.0, 99.5, 100.0, 101.0, 104.5)), st.integers(8, 14)), min_size=5, max_size=8),
    min_size=1,
    max_size=5,
).map(
    lambda symbols: [
        {"symbol": f"S{name}", "datetime": FIRST + dt.timedelta(day), "close": close, "volume": volume}
        for name, days in enumerate(symbols)
        for day, (close, volume) in enumerate(days)
    ]
)
bars = st.one_of(wild_bars, calm_bars)

anything = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def agree(pipeline: str, rows: Rows) -> None:
    with accepted_values(pipeline, rows) as connection:
        for question in questions(pipeline):
            expected = PLAIN[pipeline][question.name](rows)
            assert differences(without_words(ask(connection, question)), expected) == [], question.name


@anything
@given(sales)
def test_of_any_sales(rows):
    agree("smartphone_sales", rows)


@anything
@given(readings)
def test_of_any_readings(rows):
    agree("health_metrics", rows)


@anything
@given(orders)
def test_of_any_orders(rows):
    agree("orders", rows)


@anything
@given(bars)
def test_of_any_bars(rows):
    agree("stocks", rows)
