"""How large a part something is, and how many times another thing, is held against all rows or against both."""

from typing import Any

import pytest

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "regions": [
        {"region": "Asia", "orders": 28, "percent_of_orders": 28.0, "percent_budget": 53.8, "items": 30},
        {"region": "Europe", "orders": 20, "percent_of_orders": 20.0, "percent_budget": 31.6, "items": 21},
        {"region": "Africa", "orders": 52, "percent_of_orders": 52.0, "percent_budget": 60.0, "items": 150},
    ],
    "totals": [
        {
            "orders": 100,
            "regions": 3,
            "readings": 250,
            "percent_abnormal": 23.2,
            "percent_normal": 76.8,
        }
    ],
    "models": [
        {"region": "Asia", "model": "Lumia", "orders": 14},
        {"region": "Asia", "model": "Asha", "orders": 14},
        {"region": "Europe", "model": "Xperia", "orders": 7},
        {"region": "Europe", "model": "Nord", "orders": 13},
        {"region": "Africa", "model": "Pixel", "orders": 28},
        {"region": "Africa", "model": "Moto", "orders": 30},
    ],
    "stock": [
        {"region": "Asia", "orders": 7, "orders_before": 2},
        {"region": "Africa", "orders": 14, "orders_before": 9},
    ],
    "segments": [{"segment": "Budget", "region": "Asia", "percent_happy": 55.0}],
    "customers": [
        {"customer": "Almeida", "orders": 1, "visits": 3},
        {"customer": "Bose", "orders": 4, "visits": 2},
        {"customer": "Costa", "orders": 3, "visits": 2},
    ],
}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Customers in Asia buy mostly budget phones.", "Customers in Europe buy mostly budget phones."),
        ("Most readings were normal.", "Most readings were abnormal."),
        (
            "Africa has more orders than all other regions combined.",
            "Almeida made more visits than all other customers combined.",
        ),
        ("Asia has fewer orders than the rest together.", "Africa has fewer orders than the rest together."),
        (
            "Less than half of all orders come from Asia and Europe.",
            "More than half of all orders come from Asia.",
        ),
        ("Half of all orders come from Africa.", "Half of all orders come from Asia, Europe and Africa."),
        ("Africa has twice as many orders as Asia.", "Asia has twice as many orders as Africa."),
        ("Every customer visits repeatedly.", "Every customer ordered more than once."),
    ],
)
def test_a_part_must_be_as_large_as_is_said(right: str, wrong: str) -> None:
    check = grounding_check(FACTS)
    assert not check(right, list(FACTS), "")
    assert check(wrong, list(FACTS), "")


def test_what_is_denied_is_no_part() -> None:
    assert not grounding_check(FACTS)("Customers in Europe do not buy mostly budget phones.", list(FACTS), "")
