"""The facts of smartphone_sales, reckoned in plain Python."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

from tests.examples.plain_facts import (
    Fact,
    Row,
    Rows,
    column,
    different,
    groups,
    least,
    mean,
    median,
    most,
    ordered,
    percent,
    sentiment,
    there,
    total,
)

SEGMENTS = ("Budget", "Mid-range", "Flagship")


def segment(price: Decimal | float) -> str:
    return "Budget" if price < 500 else "Mid-range" if price <= 1000 else "Flagship"


def scores(rows: Rows) -> list[Decimal]:
    return there(sentiment(row["customer_review"]) for row in rows)


def moods(rows: Rows) -> Row:
    found = scores(rows)
    happy = sum(score >= Decimal("0.05") for score in found)
    unhappy = sum(score <= Decimal("-0.05") for score in found)
    return {
        "reviews": len(found),
        "satisfaction": mean(found),
        "percent_happy": percent(happy, len(found)),
        "percent_unhappy": percent(unhappy, len(found)),
    }


def models(rows: Rows) -> dict[tuple[str, str], Rows]:
    return groups([row for row in rows if row["model"] is not None], "brand", "model")


def totals(rows: Rows) -> Rows:
    prices = column(rows, "price")
    return [
        {
            "orders": len(rows),
            "revenue": total(prices),
            "mean_price": mean(prices),
            "median_price": median(prices),
            "first_day": least(column(rows, "date")),
            "last_day": most(column(rows, "date")),
            "brands": different(rows, "brand"),
            "different_reviews": different(rows, "customer_review"),
            **moods(rows),
        }
    ]


def popular_models(rows: Rows) -> Rows:
    found = [
        {
            "brand": brand,
            "model": model,
            "phone": f"{brand} {model}",
            "orders": len(sold),
            "percent_of_orders": percent(len(sold), len(rows)),
            "revenue": total(column(sold, "price")),
        }
        for (brand, model), sold in models(rows).items()
    ]
    return ordered(found, "-orders", "-revenue", "brand", "model")[:10]


def brand_satisfaction(rows: Rows) -> Rows:
    found = [{"brand": brand, "orders": len(sold), **moods(sold)} for (brand,), sold in groups(rows, "brand").items()]
    return ordered(ordered(found, "-reviews", "brand")[:15], "-satisfaction", "-reviews", "brand")


def model_satisfaction(rows: Rows) -> Rows:
    found = [
        {"brand": brand, "model": model, "orders": len(sold), **moods(sold)}
        for (brand, model), sold in models(rows).items()
    ]
    kept = ordered(found, "-reviews", "brand", "model")[:20]
    return ordered(kept, "-satisfaction", "-reviews", "brand", "model")


def price_segments(rows: Rows) -> Rows:
    found = []
    for name in SEGMENTS:
        sold = [row for row in rows if segment(row["price"]) == name]
        if sold:
            prices = column(sold, "price")
            found.append(
                {
                    "segment": name,
                    "orders": len(sold),
                    "percent_of_orders": percent(len(sold), len(rows)),
                    "revenue": total(prices),
                    "percent_of_revenue": percent(sum(prices), sum(column(rows, "price"))),
                    "mean_price": mean(prices),
                    "reviews": len(scores(sold)),
                    "satisfaction": mean(scores(sold)),
                }
            )
    return found


def favourite(rows: Rows, *names: str) -> tuple[tuple[str, ...] | None, int]:
    """What was sold most often, for the most money, first in the alphabet; and how often."""
    counted = [
        {"key": key, "orders": len(sold), "revenue": total(column(sold, "price"))}
        for key, sold in groups(rows, *names).items()
        if None not in key
    ]
    first = ordered(counted, "-orders", "-revenue", "key")[:1]
    return (first[0]["key"], first[0]["orders"]) if first else (None, 0)


def regions(rows: Rows) -> Rows:
    found = []
    for (region,), sold in groups(rows, "region").items():
        brand, _ = favourite(sold, "brand")
        model, orders = favourite(sold, "brand", "model")
        assert brand
        found.append(
            {
                "region": region,
                "orders": len(sold),
                "percent_of_orders": percent(len(sold), len(rows)),
                "revenue": total(column(sold, "price")),
                "mean_price": mean(column(sold, "price")),
                "percent_budget": percent(sum(row["price"] < 500 for row in sold), len(sold)),
                "percent_flagship": percent(sum(row["price"] > 1000 for row in sold), len(sold)),
                "satisfaction": mean(scores(sold)),
                "favourite_brand": brand[0],
                "favourite_model": model[1] if model else None,
                "orders_of_favourite": orders if model else None,
            }
        )
    return ordered(found, "-orders", "region")


def judged_models(rows: Rows, least_reviews: int) -> Rows:
    found: Rows = [
        {
            "brand": brand,
            "model": model,
            "median_price": median(column(sold, "price")),
            "orders": len(sold),
            "reviews": len(scores(sold)),
            "satisfaction": mean(scores(sold)),
        }
        for (brand, model), sold in models(rows).items()
    ]
    return [row for row in found if row["reviews"] >= least_reviews]


def value_for_money(rows: Rows) -> Rows:
    found = judged_models(rows, 5)
    for row in found:
        others = len(found) - 1
        liked = percent(sum(other["satisfaction"] < row["satisfaction"] for other in found), others)
        cheaper = percent(sum(other["median_price"] > row["median_price"] for other in found), others)
        row |= {"liked_more_than": liked, "cheaper_than": cheaper}
        row["value_score"] = None if liked is None or cheaper is None else liked * cheaper / 100
        del row["orders"]
    return ordered(found, "-value_score", "-satisfaction", "brand", "model")[:10]


def recommended(rows: Rows) -> Rows:
    found = []
    for name in SEGMENTS:
        liked = [row for row in judged_models(rows, 5) if row["satisfaction"] >= 0.05]
        here = [row for row in liked if segment(row["median_price"]) == name]
        first = ordered(here, "-satisfaction", "-orders", "brand", "model")[:2]
        found += [{"segment": name, "place": place, **row} for place, row in enumerate(first, 1)]
    return found


def demand(before: int, lately: int) -> str:
    way = "rising" if lately > before else "falling"
    if abs(lately - before) > 2 * sqrt(lately + before):
        return way
    return f"perhaps {way}" if 3 * min(before, lately) < 2 * max(before, lately) else "steady"


def advice(row: Row, usual_orders: float, usual_satisfaction: float) -> str:
    popular = row["orders"] >= usual_orders
    if row["satisfaction"] >= max(usual_satisfaction, 0.05) and "falling" not in row["demand"]:
        return "stock more" if popular or row["demand"] == "rising" else "keep"
    if row["satisfaction"] < 0.05 and "rising" not in row["demand"]:
        return "stock less" if not popular or row["demand"] == "falling" else "keep"
    return "keep"


def inventory(rows: Rows) -> Rows:
    named = [row for row in rows if row["model"] is not None]
    usual = mean(scores(named))
    found: Rows = []
    if usual is None:
        return found
    last, first = max(column(rows, "date")), min(column(rows, "date"))
    half = ((last - first).days + 1) // 2
    for (brand, model), sold in models(rows).items():
        ages = [(last - row["date"]).days for row in sold]
        row: Row = {
            "advice": "",
            "brand": brand,
            "model": model,
            "orders": len(sold),
            "percent_of_orders": percent(len(sold), len(named)),
            "orders_before": sum(half <= age < 2 * half for age in ages),
            "orders_lately": sum(age < half for age in ages),
            "satisfaction": mean(scores(sold)),
        }
        row["demand"] = demand(row["orders_before"], row["orders_lately"])
        if len(scores(sold)) >= 5:
            row["advice"] = advice(row, len(named) / len(models(rows)), usual)
            found.append(row)
    return [
        row
        for name in ("stock more", "stock less")
        for row in ordered((one for one in found if one["advice"] == name), "-orders", "brand", "model")[:5]
    ]


FACTS: dict[str, Fact] = {
    one.__name__: one
    for one in (
        totals,
        popular_models,
        brand_satisfaction,
        model_satisfaction,
        price_segments,
        regions,
        value_for_money,
        recommended,
        inventory,
    )
}
