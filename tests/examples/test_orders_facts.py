"""Facts and findings of orders over a few orders made for them, with the numbers worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.examples.plain_facts import Rows
from tests.examples.sql_facts import asked, sample_findings


def orders(product: str, *quantities: int, price: str = "10", customer: str = "Ann") -> Rows:
    cells = {"customer_name": customer, "product_name": product, "unit_price": Decimal(price)}
    return [{**cells, "quantity": quantity} for quantity in quantities]


def of_orders(name: str, rows: Rows) -> Rows:
    return asked("orders", name, [{"order_id": f"O{at:03}", **row} for at, row in enumerate(rows)])


def test_sizes_and_totals_add_up():
    rows = orders("lamp", 1, 10, 50)
    found = of_orders("size_classes", rows)
    assert [(row["size_class"], row["orders"], row["revenue"]) for row in found] == [
        ("small", 1, 10),
        ("medium", 1, 100),
        ("large", 1, 500),
    ]
    totals = of_orders("totals", rows)[0]
    assert (totals["revenue"], totals["items"], totals["median_order"], totals["largest_order"]) == (610, 61, 100, 500)


def test_the_best_product_brings_in_most_money_not_most_orders():
    found = of_orders("top_products", orders("pen", *[1] * 9) + orders("desk", 1, price="300"))
    assert [(row["product_name"], row["revenue"], row["mean_unit_price"]) for row in found] == [
        ("desk", 300, 300),
        ("pen", 90, 10),
    ]


def test_customers_of_equal_revenue_come_by_orders_and_then_by_name():
    rows = orders("pen", 2, customer="Bob") + orders("pen", 1, 1, customer="Eve") + orders("pen", 2, customer="Ann")
    assert [row["customer_name"] for row in of_orders("top_customers", rows)] == ["Eve", "Ann", "Bob"]


@pytest.mark.parametrize(("quantity", "is_found"), [(4, False), (5, True)])
def test_where_most_buy_one_more_than_four_times_that_is_large(quantity, is_found):
    assert len(of_orders("large_orders", orders("desk", 1, 1, 1, 1, 1, 1, quantity))) == is_found


def test_a_rare_product_is_held_against_all_orders():
    found = of_orders("large_orders", orders("pen", *[1] * 9) + orders("yacht", 99))
    assert [(row["product_name"], row["usual_amount"]) for row in found] == [("yacht", 10)]


def test_a_discount_is_no_strange_price():
    usual = orders("pen", *[1] * 6)
    assert of_orders("price_unlike_product", usual + orders("pen", 9, price="7.50")) == []
    assert len(of_orders("price_unlike_product", usual + orders("pen", 9, price="7.49"))) == 1


def test_where_prices_vary_a_price_may_vary_more():
    """The median is 40 and the median distance 5: 3.5 / 0.6745 times that are 25.95."""
    usual = [row for price in ("35", "40", "45") for row in orders("pen", 1, 1, 1, price=price)]
    assert of_orders("price_unlike_product", usual + orders("pen", 1, price="65.94")) == []
    (row,) = of_orders("price_unlike_product", usual + orders("pen", 1, price="65.95"))
    assert (row["expected"], row["observed"]) == ("14.05 to 65.95", "65.95")


def test_no_expected_price_is_less_than_nothing():
    usual = [row for price in ("2", "3", "25", "48", "49") for row in orders("pen", 1, price=price)]
    (row,) = of_orders("price_unlike_product", usual + orders("pen", 1, price="5000"))
    assert row["expected"].startswith("0.00 to ")


def test_of_four_orders_no_price_is_usual():
    assert of_orders("price_unlike_product", orders("pen", 1, 1, 1) + orders("pen", 1, price="99")) == []


def test_the_sample_says(tmp_path):
    found = {row["message"]: row["expected"] for row in sample_findings("orders", "clean", tmp_path)}
    assert found == {
        "Order ORD-000092 for 200 × USB-C cable, 2 m comes to 2,338.00, usually about 38.97": "up to 220.83",
        "Order ORD-000071 for 20 × Laptop stand comes to 756.00, usually about 63.00": "up to 273.00",
    }
