"""The facts and findings of orders, reckoned in plain Python."""

from __future__ import annotations

from decimal import Decimal

from tests.examples.plain_facts import (
    Fact,
    Row,
    Rows,
    column,
    different,
    groups,
    mean,
    median,
    most,
    ordered,
    percent,
    quantile,
    total,
)

KEPT = ("order_id", "product_name", "quantity", "unit_price")


def amount(row: Row) -> Decimal:
    worth: Decimal = row["quantity"] * row["unit_price"]
    return worth


def amounts(rows: Rows) -> list[Decimal]:
    return [amount(row) for row in rows]


def totals(rows: Rows) -> Rows:
    return [
        {
            "orders": len(rows),
            "customers": different(rows, "customer_name"),
            "products": different(rows, "product_name"),
            "items": total(column(rows, "quantity")),
            "revenue": total(amounts(rows)),
            "mean_order": mean(amounts(rows)),
            "median_order": median(amounts(rows)),
            "largest_order": most(amounts(rows)),
        }
    ]


def size(row: Row) -> str:
    worth = amount(row)
    return "large" if worth >= 500 else "medium" if worth >= 100 else "small"


def size_classes(rows: Rows) -> Rows:
    found = []
    for name in ("small", "medium", "large"):
        own = [row for row in rows if size(row) == name]
        if own:
            found.append(
                {
                    "size_class": name,
                    "orders": len(own),
                    "percent_of_orders": percent(len(own), len(rows)),
                    "revenue": total(amounts(own)),
                    "percent_of_revenue": percent(total(amounts(own)), total(amounts(rows))),
                }
            )
    return found


def tops(rows: Rows, name: str) -> Rows:
    found = []
    for (value,), own in groups(rows, name).items():
        items, revenue = total(column(own, "quantity")), total(amounts(own))
        share = percent(revenue, total(amounts(rows)))
        row = {name: value, "orders": len(own), "items": items, "revenue": revenue, "percent_of_revenue": share}
        found.append(row)
    return ordered(found, "-revenue", "-orders", name)[:10]


def top_products(rows: Rows) -> Rows:
    return [row | {"mean_unit_price": float(row["revenue"] / row["items"])} for row in tops(rows, "product_name")]


def top_customers(rows: Rows) -> Rows:
    return tops(rows, "customer_name")


def fence(rows: Rows) -> tuple[float, float] | None:
    """The usual amount, and the largest that is still usual; None where too few are known."""
    low, usual, high = (quantile(amounts(rows), share) for share in (0.25, 0.5, 0.75))
    if low is None or usual is None or high is None or len(rows) < 5:
        return None
    return usual, high + 3 * max(high - low, usual)


def large_orders(rows: Rows) -> Rows:
    own = {product: fence(ordered) for (product,), ordered in groups(rows, "product_name").items()}
    every = fence(rows)
    found = []
    for row in rows:
        held = own[row["product_name"]] or every
        if held and amount(row) > held[1]:
            kept = {name: row[name] for name in KEPT}
            known = {"total_amount": amount(row), "usual_amount": held[0]}
            found.append({"severity": "warning", **kept, **known, "off": float(amount(row)) / held[1]})
    return without_off(found)


def price_unlike_product(rows: Rows) -> Rows:
    found = []
    for own in groups(rows, "product_name").values():
        usual = median(column(own, "unit_price"))
        assert usual is not None
        offs = [abs(float(row["unit_price"]) - usual) for row in own]
        spread = median(offs)
        assert spread is not None
        for row, off in zip(own, offs, strict=True):
            if len(own) >= 5 and off > max(3.5 / 0.6745 * spread, 0.25 * usual):
                kept = {name: row[name] for name in KEPT}
                found.append({"severity": "warning", **kept, "usual_price": usual, "off": off / usual})
    return without_off(found)


def without_off(found: Rows) -> Rows:
    return [{key: row[key] for key in row if key != "off"} for row in ordered(found, "-off", "order_id")]


FACTS: dict[str, Fact] = {one.__name__: one for one in (totals, size_classes, top_products, top_customers)}
FINDINGS: dict[str, Fact] = {one.__name__: one for one in (large_orders, price_unlike_product)}
