"""What the report on a file of smartphone sales must say in its sentences, reckoned in plain Python. No name is masked."""

from __future__ import annotations

from tests.examples.plain_facts import Row, Rows
from tests.examples.plain_prose import Prose, alone, in_order
from tests.examples.plain_sales_facts import (
    SEGMENTS,
    brand_satisfaction,
    inventory,
    model_satisfaction,
    popular_models,
    price_segments,
    recommended,
    regions,
    totals,
    value_for_money,
)
from tests.examples.plain_sales_findings import price_unlike_model, repeated_reviews, review_unlike_model


def prose(rows: Rows) -> Prose:
    return {
        "IN SHORT": in_short(rows),
        "WHAT TO DO": what_to_do(rows),
        "INSIGHTS": of_models(rows) | of_satisfaction(rows) | of_segments(rows) | of_regions(rows) | of_value(rows),
        "ANOMALIES": anomalies(rows),
    }


def phones(rows: Rows) -> Rows:
    return [{**row, "phone": f"{row['brand']} {row['model']}"} for row in rows]


def popular(rows: Rows) -> Row:
    return in_order(popular_models(rows), "first", "second", "third")


def prices(rows: Rows) -> Rows:
    return phones(price_unlike_model(rows))


def in_short(rows: Rows) -> dict[str, Rows]:
    first = popular(rows)
    equal = first["first_orders"] == first["second_orders"]
    found = len(prices(rows))
    return {
        "#orders orders between @first_day and @last_day brought in #revenue USD, "
        "#mean_price USD an order on average.": totals(rows),
        "$first_phone and $second_phone are the most popular models with #first_orders orders each.": (
            [first] if equal else []
        ),
        "$first_phone is the most popular model with #first_orders orders, #first_percent_of_orders% of all; "
        "$second_phone follows with #second_orders.": [] if equal else [first],
        "Of #reviews reviews #percent_happy% are happy and #percent_unhappy% unhappy.": totals(rows),
        "$segment phones bring in most, #percent_of_revenue% of revenue with #percent_of_orders% of the orders.": alone(
            price_segments(rows), "percent_of_revenue"
        ),
        "$first_region orders most, #first_percent_of_orders% of all, "
        "before $second_region with #second_percent_of_orders%.": [in_order(regions(rows), "first", "second")],
        "The best value for money is $phone at a median price of #median_price USD.": phones(value_for_money(rows)[:1]),
        "#found prices are far from the usual, above all the #price USD for $phone in order $order_id.": [
            {"found": found, **row} for row in prices(rows)[:1]
        ],
        "#same of #reviews reviews of $phone use the same words.": phones(repeated_reviews(rows)[:1]),
    }


def of_models(rows: Rows) -> dict[str, Rows]:
    return {
        "The most popular models are $first_phone (#first_orders orders), $second_phone (#second_orders) "
        "and $third_phone (#third_orders).": [popular(rows)],
        "Among the most popular models $phone brings in most, #revenue USD.": alone(popular_models(rows), "revenue"),
    }


def of_satisfaction(rows: Rows) -> dict[str, Rows]:
    brands = [row for row in brand_satisfaction(rows) if row["reviews"] > 4]
    models = phones([row for row in model_satisfaction(rows) if row["reviews"] > 4])
    return {
        "Among brands with more than a few reviews, $brand pleases most: #percent_happy% of its #reviews reviews "
        "are happy.": alone(brands, "satisfaction"),
        "[Among the same brands ]$brand pleases least: #percent_unhappy% of its #reviews reviews are unhappy.": alone(
            brands, "satisfaction", min
        ),
        "Among models with more than a few reviews, buyers are happiest with $phone: #percent_happy% of "
        "#reviews reviews are happy.": alone(models, "satisfaction"),
        "Among the same models $phone pleases least: #percent_unhappy% of #reviews reviews are unhappy.": alone(
            models, "satisfaction", min
        ),
    }


def of_segments(rows: Rows) -> dict[str, Rows]:
    found = price_segments(rows)
    best, worst = alone(found, "satisfaction"), alone(found, "satisfaction", min)
    in_small = [row | {"segment": row["segment"].lower()} for row in (*best, *worst)]
    return {
        "Budget phones make up #budget_percent_of_orders% of the orders and #budget_percent_of_revenue% of revenue; "
        "mid-range phones make up #middle_percent_of_orders% of the orders and #middle_percent_of_revenue% of revenue; "
        "flagship phones make up #flagship_percent_of_orders% of the orders and #flagship_percent_of_revenue% of "
        "revenue.": [in_order(found, "budget", "middle", "flagship")],
        "Buyers are happiest with $best_segment phones (satisfaction #best_satisfaction) "
        "and least happy with $worst_segment phones (#worst_satisfaction).": [in_order(in_small, "best", "worst")],
    }


def of_regions(rows: Rows) -> dict[str, Rows]:
    found = [row for row in regions(rows) if row["orders"] > 4]
    return {
        "$region comes first with #orders orders; its favourite brand is $favourite_brand, "
        "its favourite model $favourite_model.": regions(rows)[:1],
        "The mean price is highest in $region, #mean_price USD, where #percent_flagship% of the orders are flagships.": (
            alone(found, "mean_price")
        ),
        "It is lowest in $region, a mean price of #mean_price USD, where #percent_budget% of the orders are "
        "budget phones.": alone(found, "mean_price", min),
    }


def of_value(rows: Rows) -> dict[str, Rows]:
    found = phones(value_for_money(rows))
    return {
        "$phone is cheaper than #cheaper_than% of the other models and better liked than #liked_more_than% of them, "
        "at a median price of #median_price USD.": found[:1],
        "$phone comes next, at #median_price USD.": found[1:2],
    }


def anomalies(rows: Rows) -> dict[str, Rows]:
    found, unlike = prices(rows), phones(review_unlike_model(rows))
    said = [row | {"way": "less" if row["satisfaction"] < row["usual_satisfaction"] else "more"} for row in unlike]
    others = [{"found": len(found), "others": [row["order_id"] for row in found[1:4]]}]
    return {
        "$phone sold for #price USD in order $order_id; #usual_price USD is usual.": found[:1],
        "In all, #found prices are far from the usual, also in $others.": others if len(found) > 1 else [],
        "#same of #reviews reviews of $phone use the same words, between @first_day and @last_day; "
        "the first is in order $first_order.": phones(repeated_reviews(rows)[:3]),
        "The review in order $order_id is far $way happy than the others of $phone: its satisfaction is #satisfaction, "
        "where #usual_satisfaction is usual.": said[:1],
        "In all, #found reviews are unlike the others of their model.": (
            [{"found": len(unlike)}] if len(unlike) > 1 else []
        ),
    }


def what_to_do(rows: Rows) -> dict[str, Rows]:
    advised = phones(inventory(rows))
    steady = [row for row in advised if row["demand"] not in ("rising", "falling")]
    assert advised == steady, "what is said of rising and falling demand is not written here"
    more, less = ([row for row in advised if row["advice"] == f"stock {way}"][:3] for way in ("more", "less"))
    return {
        "Stock more $phone: #orders orders, #percent_of_orders% of all; of the two halves of the time "
        "the earlier had #orders_before and the later #orders_lately.": more,
        "Its buyers are as happy as those of phones on average, or happier (satisfaction #satisfaction).": more,
        "Stock less $phone: its satisfaction is #satisfaction, and with #orders orders, #percent_of_orders% of all, "
        "it sells less than models do on average.": less,
        "Recommend $names to buyers looking for a $kind: their satisfaction is #first and #second.": [
            recommendation(rows, segment) for segment in SEGMENTS
        ],
        "Check order $order_id for a wrong price: #price USD for $phone, where #usual_price USD is usual.": (
            prices(rows)[:1]
        ),
        "Have somebody read the #same equal reviews of $phone before its satisfaction is relied on; "
        "order $first_order has the first.": phones(repeated_reviews(rows)[:1]),
    }


def recommendation(rows: Rows, segment: str) -> Row:
    two = phones([row for row in recommended(rows) if row["segment"] == segment])
    first, second = (row["satisfaction"] for row in two)
    kind = "flagship" if segment == "Flagship" else f"{segment.lower()} phone"
    return {"names": [row["phone"] for row in two], "kind": kind, "first": first, "second": second}
