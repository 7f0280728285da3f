"""Facts are small tables, and their headers are about columns they have."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from tests.core.analysis.asking import Asking


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_a_fact_has_what_its_header_says(asking: Asking):
    asking.fact(
        "-- title: Sales by brand\n-- chart: bar x=brand y=paid\n-- unit: paid=EUR\n"
        "SELECT brand, sum(price) AS paid FROM accepted GROUP BY brand ORDER BY brand",
        "brands",
    )
    (fact,) = asking.analyze().facts
    assert (fact.name, fact.columns, fact.is_cut) == ("brands", ("brand", "paid"), False)
    assert (fact.shown.title, fact.shown.units, fact.shown.charts[0].y) == ("Sales by brand", {"paid": "EUR"}, "paid")
    assert fact.rows == ({"brand": "Apple", "paid": 1200.5}, {"brand": "Oppo", "paid": 999.25})


def test_more_rows_than_are_kept_are_cut_and_said(asking: Asking):
    asking.limits = dataclasses.replace(asking.limits, rows=2)
    asking.fact("SELECT unnest(range(3)) AS n ORDER BY n DESC", "long")
    asking.fact("SELECT unnest(range(2)) AS n ORDER BY n DESC", "short")
    found = asking.analyze()
    assert {fact.name: [row["n"] for row in fact.rows] for fact in found.facts} == {"long": [2, 1], "short": [1, 0]}
    assert found.notes["cut"] == ["long"]


@pytest.mark.parametrize(
    ("header", "said", "line"),
    [
        ("-- title: A\n-- chart: bar x=brand y=payed", "column 'payed' is none of brand, paid", 2),
        ("-- unit: payed=EUR", "no column payed for a unit; there are brand, paid", 1),
        ("-- unit: EUR", "not of the form name=value", 1),
    ],
)
def test_a_header_about_a_column_that_is_not_there_is_refused(asking: Asking, header: str, said: str, line: int):
    asking.fact(f"{header}\nSELECT brand, price AS paid FROM accepted")
    with pytest.raises(UserMistake) as raised:
        asking.analyze()
    assert said in raised.value.message
    assert raised.value.where is not None
    assert raised.value.where.line == line


def test_values_of_sensitive_columns_are_masked_and_keep_apart(asking: Asking):
    asking.sales(sensitive=frozenset({"brand", "pieces"}))
    asking.fact("SELECT brand, count(*) AS n FROM accepted GROUP BY brand ORDER BY brand", "a")
    asking.fact("SELECT Brand AS BRAND, pieces FROM accepted ORDER BY price", "b")
    asking.finding("-- severity: info\n-- message: {brand} sold\nSELECT brand FROM accepted WHERE price > 1000")
    found = asking.analyze()
    assert found.facts[0].rows == ({"brand": "***1", "n": 1}, {"brand": "***2", "n": 2})
    assert found.facts[1].rows == (
        {"BRAND": "***2", "pieces": None}, {"BRAND": "***2", "pieces": "***3"}, {"BRAND": "***1", "pieces": "***4"},
    )  # fmt: skip
    assert (found.findings[0].message, found.findings[0].rows) == ("***1 sold", ({"brand": "***1"},))
    assert "Oppo" not in str(found)
