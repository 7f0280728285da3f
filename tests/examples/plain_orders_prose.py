"""What the report on a file of orders must say in its sentences, reckoned in plain Python.

Customers' names are masked: `***1` is the customer who spent most, `***2` the next.
"""

from __future__ import annotations

from tests.examples.plain_facts import Rows
from tests.examples.plain_order_facts import (
    large_orders,
    price_unlike_product,
    size_classes,
    top_customers,
    top_products,
    totals,
)
from tests.examples.plain_prose import Prose, alone, in_order, masked


def prose(rows: Rows) -> Prose:
    return {
        "IN SHORT": in_short(rows),
        "WHAT TO DO": what_to_do(rows),
        "INSIGHTS": insights(rows),
        "ANOMALIES": anomalies(rows),
    }


def customers(rows: Rows) -> Rows:
    return masked(top_customers(rows), "customer_name")


def products(rows: Rows) -> Rows:
    return [in_order(top_products(rows), "first", "second", "third")]


def in_short(rows: Rows) -> dict[str, Rows]:
    large = [row for row in size_classes(rows) if row["size_class"] == "large"]
    largest = [{"found": len(large_orders(rows)), **row} for row in large_orders(rows)[:1]]
    pulled = [row for row in totals(rows) if row["mean_order"] > row["median_order"]]
    prices = len(price_unlike_product(rows))
    return {
        "#orders orders of #customers customers for #items items come to #revenue in all.": totals(rows),
        "The mean order is worth #mean_order, the median one #median_order: large orders pull the mean up.": pulled,
        "$first_product_name brings in most, #first_revenue or #first_percent_of_revenue% of revenue, "
        "before $second_product_name with #second_revenue.": products(rows),
        "The best customer, $customer_name, spent #revenue on #orders orders, "
        "#percent_of_revenue% of revenue.": customers(rows)[:1],
        "#orders large orders, #percent_of_orders% of all, make up #percent_of_revenue% of revenue.": large,
        "#found orders are far larger than usual, above all $order_id at #total_amount, "
        "where #usual_amount is usual.": largest,
        "#found prices are far from what the product usually costs.": [{"found": prices}] if prices else [],
    }


def insights(rows: Rows) -> dict[str, Rows]:
    buyers = [in_order(customers(rows), "first", "second")]
    sizes = {f"{row['size_class']}_{key}": value for row in size_classes(rows) for key, value in row.items()}
    return {
        "By revenue, $first_product_name comes first (#first_revenue), then $second_product_name (#second_revenue) "
        "and $third_product_name (#third_revenue).": products(rows),
        "Among the products with most revenue, $product_name is ordered most often, #orders times.": [
            row for row in alone(top_products(rows), "orders") if row != top_products(rows)[0]
        ],
        "#customers customers ordered.": totals(rows),
        "$first_customer_name spent most, #first_revenue for #first_items items, "
        "before $second_customer_name with #second_revenue.": buyers,
        "Among the customers who spent most, $customer_name ordered most often, #orders times.": [
            row for row in alone(customers(rows), "orders") if row != customers(rows)[0]
        ],
        "#small_orders orders are small and bring in #small_percent_of_revenue% of revenue; "
        "#medium_orders orders are medium and bring in #medium_percent_of_revenue% of revenue; "
        "#large_orders orders are large and bring in #large_percent_of_revenue% of revenue.": [sizes],
    }


def anomalies(rows: Rows) -> dict[str, Rows]:
    large, prices = large_orders(rows), price_unlike_product(rows)
    return {
        "Order $order_id for #quantity × $product_name comes to #total_amount; #usual_amount is usual.": large[:1],
        "In all, #found orders are far larger than usual, among them $others.": in_all(large),
        "$product_name sold for #unit_price in order $order_id; #usual_price is usual.": prices[:1],
        "In all, #found prices are far from the usual one, also in $others.": in_all(prices),
    }


def in_all(found: Rows) -> Rows:
    return [{"found": len(found), "others": [row["order_id"] for row in found[1:4]]}] if len(found) > 1 else []


def what_to_do(rows: Rows) -> dict[str, Rows]:
    prices = price_unlike_product(rows)
    doubted = {row["order_id"] for row in prices}
    sound = [row for row in large_orders(rows) if row["order_id"] not in doubted]
    known = totals(rows)[0]["customers"]
    return {
        "Check the price in order $order_id before it is invoiced: $product_name for #unit_price, "
        "where #usual_price is usual.": prices[:3],
        "Confirm order $order_id with the customer and make sure that #quantity × $product_name are in stock: "
        "it comes to #total_amount, where #usual_amount is usual.": sound[:3],
        "Keep $product_name in stock above all: #items items in #orders orders brought in "
        "#percent_of_revenue% of revenue.": top_products(rows)[:1],
        "Order $order_id brought in #total_amount of that: have it confirmed before more is bought.": [
            row for row in large_orders(rows) if row["product_name"] == top_products(rows)[0]["product_name"]
        ][:1],
        "Look after $customer_name: one customer of #customers brings in #percent_of_revenue% of revenue, "
        "with #orders orders.": [
            {"customers": known, **row} for row in customers(rows)[:1] if row["percent_of_revenue"] >= 10
        ],
    }
