"""Numbers, dates and names as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.report.numbers import (
    column_label,
    column_texts,
    compact_texts,
    counted,
    is_numeric,
    moment_text,
    percent,
    size_text,
    value_text,
)


@pytest.mark.parametrize(
    ("values", "unit", "texts"),
    [
        ([1200, 7], "", ["1,200", "7"]),
        ([899.0, 12.0], "USD", ["899", "12"]),
        ([899.5, 12.0], "USD", ["899.50", "12.00"]),
        ([3446985.4, 12.01], "USD", ["3,446,985", "12"]),
        ([0.7296, -0.0416, None], "", ["0.730", "-0.042", "–"]),
        ([235.892, 18.7], "", ["235.89", "18.70"]),
        ([59571388.65, 437443.3], "", ["59,571,389", "437,443"]),
        ([8.3647, -1.58, 0.0], "%", ["8.4%", "-1.6%", "0.0%"]),
        ([0.04, 0.0312], "%", ["0.04%", "0.03%"]),
        ([0.00004, 0.01234], "", ["4e-05", "0.0123"]),
        ([-0.0001, 12.25], "", ["0.00", "12.25"]),
        ([36.6, 40], "°C", ["36.60", "40.00"]),
        ([2e15, 1.0], "", ["2e+15", "1"]),
        ([True, False], "", ["yes", "no"]),
        (["2025-09-17T06:00:23.331330", "2025-09-17"], "", ["2025-09-17 06:00", "2025-09-17"]),
        (["2025-09-17T06:00:00Z"], "", ["2025-09-17 06:00 UTC"]),
        (["a\x1b[31m\n", None, ""], "", ["a\\x1b[31m\\n", "–", "–"]),
        ([], "", []),
    ],
)
def test_a_column_has_as_many_decimals_as_it_needs_and_thousands_apart(values, unit, texts):
    assert column_texts("amount", values, unit) == texts


def test_years_and_ids_are_names_and_have_no_thousands():
    assert column_texts("release_year", [2023, None]) == ["2023", "–"]
    assert column_texts("customer_id", [1234567]) == ["1234567"]
    assert column_texts("light_year", [123456]) == ["123,456"]


def test_headings_are_words_with_their_unit():
    assert column_label("mean_volume") == "Mean volume"
    assert column_label("revenue", "USD") == "Revenue (USD)"
    assert column_label("percent_of_orders", "%") == "Share of orders"
    assert column_label("percent_happy", "%") == "Happy"
    assert column_label("change_percent", "%") == "Change"
    assert column_label("percent", "%") == "Percent"
    assert column_label("percent_of_orders") == "Percent of orders"
    assert column_label("max_temp_c", "°C") == "Max temp (°C)"
    assert column_label("total_usd", "USD") == "Total (USD)"
    assert column_label("usd", "USD") == "Usd (USD)"


def test_a_chart_says_millions_short():
    assert compact_texts("v", [719123.0, 1534631.0, 2.5e9]) == ["719,123", "1.53M", "2.5B"]
    assert compact_texts("v", [719.25, 3.0]) == ["719.25", "3.00"]


def test_a_share_is_never_said_to_be_nothing_or_all_when_it_is_not():
    assert [percent(part, 100_000) for part in (0, 1, 50_000, 99_999, 100_000)] == [
        "0%",
        "<0.1%",
        "50.0%",
        ">99.9%",
        "100%",
    ]
    assert percent(0, 0) == "–"


def test_sizes_counts_and_moments():
    assert [size_text(size) for size in (1, 999, 1_500, 22_100_000, 3e9)] == [
        "1 byte",
        "999 bytes",
        "1.5 KB",
        "22.1 MB",
        "3.0 GB",
    ]
    assert (counted(1, "row"), counted(1200, "row")) == ("1 row", "1,200 rows")
    assert moment_text("2025-09-17T14:03:00Z") == "17 Sep 2025, 14:03 UTC"
    assert moment_text("<b>") == "<b>"


@given(
    st.lists(st.none() | st.integers() | st.floats() | st.booleans() | st.text(), max_size=8),
    st.sampled_from(["", "%", "EUR", "°C"]),
)
def test_any_column_can_be_written_and_read(values, unit):
    texts = column_texts("x", values, unit)
    assert len(texts) == len(values)
    assert all(text and text.isprintable() for text in texts)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=6))
def test_a_rounded_number_is_the_number_but_for_its_last_digit(values):
    assert is_numeric(values)
    for value, text in zip(values, column_texts("x", values), strict=True):
        assert math.isclose(
            float(text.replace(",", "")), value, rel_tol=5e-3, abs_tol=5.1e-2 if max(map(abs, values)) >= 1000 else 6e-3
        ) or (abs(float(text.replace(",", "")) - value) <= 0.5)


def test_any_single_value_is_one_line():
    assert value_text({"a": "\n"}) == "{'a': '\\n'}"
    assert value_text("x" * 100) == "x" * 60 + "…"
