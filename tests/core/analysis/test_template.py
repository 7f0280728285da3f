"""A sentence holds places for columns, and nothing in a value is ever read as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.analysis.template import filled, places


def test_places_are_filled_with_values():
    row = {"brand": "Oppo", "price": 899.0, "change": 0.1 + 0.2, "gone": None, "is new": True}
    text = "{brand} costs {price}, {change} more; {gone}, {is new} {{brand}}"
    assert places(text) == ("brand", "price", "change", "gone", "is new")
    assert filled(text, row) == "Oppo costs 899, 0.3 more; nothing, true {brand}"


def test_thousands_are_apart_except_in_what_is_a_name_made_of_digits():
    row = {
        "volume": 70942904,
        "mean": 18518517.25,
        "order_id": 10023,
        "ID": 4500,
        "year": 2026,
        "big": 1e300,
        "code": "70942",
    }
    text = "{volume}, {mean}; {order_id}, {ID}, {year}; {big}; {code}"
    assert filled(text, row) == "70,942,904, 18,518,517.25; 10023, 4500, 2026; 1e+300; 70942"


@pytest.mark.parametrize("text", ["{", "a } b", "{}", "{{}", "{a{b}}"])
def test_a_brace_that_is_no_place_is_refused(text: str):
    with pytest.raises(ValueError, match=r"is no \{column\}"):
        places(text)


def test_a_place_holds_a_name_and_nothing_else():
    """What Python's own templates would follow is only a name here, of a column that is not there."""
    assert places("{a.__class__} {a[0]} {a!r:>99}") == ("a.__class__", "a[0]", "a!r:>99")


@given(st.text())
def test_a_value_is_text_and_nothing_else(value: str):
    said = filled("<{a}|{b}>", {"a": value, "b": "{a}"})
    assert said.endswith("|{a}>")
    assert said.isprintable()


def test_sentences_are_safe_to_print_and_not_long():
    assert filled("{a}\n", {"a": "x\x1b[31m\r\ny"}) == "x\\x1b[31m\\r\\ny\\n"
    assert len(filled("{a} " * 99, {"a": "x" * 999})) < 500
