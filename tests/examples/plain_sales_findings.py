"""The findings of smartphone_sales, reckoned in plain Python."""

from __future__ import annotations

from collections import Counter

from tests.examples.plain_facts import (
    Fact,
    Rows,
    column,
    deviation,
    least,
    mean,
    median,
    most,
    ordered,
    sentiment,
    there,
)
from tests.examples.plain_sales_facts import SEGMENTS, models, scores, segment


def norm(prices: list[float]) -> tuple[float, float] | None:
    """The usual price and how far from it is still usual; None where too few are known."""
    usual = median(prices)
    if usual is None or len(prices) < 5:
        return None
    spread = median(abs(price - usual) for price in prices)
    assert spread is not None
    return usual, max(3.5 / 0.6745 * spread, 0.25 * usual)


def price_unlike_model(rows: Rows) -> Rows:
    by_model = {key: norm([float(row["price"]) for row in sold]) for key, sold in models(rows).items()}
    by_segment = {
        name: norm([float(row["price"]) for row in rows if segment(row["price"]) == name]) for name in SEGMENTS
    }
    found = []
    for row in rows:
        held = by_model.get((row["brand"], row["model"])) or by_segment[segment(row["price"])]
        off = abs(float(row["price"]) - held[0]) if held else 0
        if held and off > held[1]:
            kept = {name: row[name] for name in ("order_id", "date", "brand", "model", "price")}
            found.append({"severity": "warning", **kept, "usual_price": held[0], "off": off / held[0]})
    return without_off(found)


def without_off(found: Rows) -> Rows:
    return [{key: row[key] for key in row if key != "off"} for row in ordered(found, "-off", "order_id")]


def review_unlike_model(rows: Rows) -> Rows:
    found = []
    for sold in models(rows).values():
        usual, spread = mean(scores(sold)), deviation(scores(sold))
        for row in sold:
            score = sentiment(row["customer_review"])
            if score is None or usual is None or spread is None or len(scores(sold)) < 10:
                continue
            off = abs(float(score) - usual)
            if off > 1 and off > 2.5 * spread:
                kept = {name: row[name] for name in ("order_id", "date", "brand", "model")}
                known = {"satisfaction": score, "usual_satisfaction": usual, "reviews": len(scores(sold))}
                found.append({"severity": "info", **kept, **known, "off": off})
    return without_off(found)


def repeated_reviews(rows: Rows) -> Rows:
    found = []
    for (brand, model), sold in models(rows).items():
        said = Counter(there(column(sold, "customer_review")))
        for text, same in said.items():
            if same >= 5 and 4 * same > said.total() and len(text) >= 20:
                repeated = [row for row in sold if row["customer_review"] == text]
                row = {"severity": "warning", "brand": brand, "model": model, "same": same, "reviews": said.total()}
                row |= {"first_order": least(column(repeated, "order_id"))}
                row |= {"first_day": least(column(repeated, "date")), "last_day": most(column(repeated, "date"))}
                found.append(row)
    return ordered(found, "-same", "brand", "model", "first_order")


FINDINGS: dict[str, Fact] = {one.__name__: one for one in (price_unlike_model, review_unlike_model, repeated_reviews)}
