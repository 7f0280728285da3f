"""A report on smartphone sales with everything that a report can have."""

from __future__ import annotations

from headgate.core.report.header import Shown
from headgate.core.report.input import ReportInput
from tests.core.report.building import (
    advice,
    analysis,
    anomaly,
    finding,
    given,
    insight,
    manifest,
    narrative,
    rule,
    sample,
)


def smartphone_sales() -> ReportInput:
    rules = [
        rule("region.valid_values", "must be one of North America, South America, Europe, Asia, Africa, Oceania", 121),
        rule("price.type", "must be a number", 96),
        rule("date.type", "must be a date", 71),
        rule("order_id.unique", "must be unique", 40),
        rule("brand.required", "is required", 22),
        rule("ram.maximum", "must be at most 32", 9),
    ]
    made = manifest("smartphone_sales", "smartphone_sales_2024.csv", 624_118, 5_312, 312, rules=rules)
    samples = [
        sample(
            18,
            ['region: must be one of North America, South America, Europe, Asia, Africa, Oceania, got "Atlantis"'],
            {
                "order_id": "ORD1016",
                "date": "2024-05-20",
                "model": "Find N2 Flip",
                "brand": "Oppo",
                "price": "899",
                "region": "Atlantis",
            },
        ),
        sample(
            77,
            ['price: must be a number, got "8 99"', 'date: must be a date, got "20.05.2024"'],
            {
                "order_id": "ORD1075",
                "date": "20.05.2024",
                "model": "Pixel 7a",
                "brand": "Google",
                "price": "8 99",
                "region": "Europe",
            },
        ),
        sample(140, ["the record has too few fields"], {}, "ORD1138,2024-06-02,Galaxy A54"),
    ]
    prices = [
        {
            "order_id": "ORD2411",
            "date": "2024-03-02",
            "brand": "Apple",
            "model": "iPhone 14",
            "price": 79.0,
            "usual_price": 792.5,
        },
        {
            "order_id": "ORD3902",
            "date": "2024-08-19",
            "brand": "Sony",
            "model": "Xperia 5 V",
            "price": 9450.0,
            "usual_price": 899.0,
        },
    ]
    findings = [
        finding(
            "price_unlike_model",
            "warning",
            "iPhone 14 sold for 79.00 in order ORD2411, usually about 792.50",
            "713.25 to 871.75",
            "79.00",
            rows=prices[:1],
        ),
        finding(
            "price_unlike_model",
            "warning",
            "Xperia 5 V sold for 9450.00 in order ORD3902, usually about 899.00",
            "809.10 to 988.90",
            "9450.00",
            rows=prices[1:],
        ),
        finding("drift_reject_rate", "critical", "More rows were rejected than usual", "0.8% to 2.4%", "5.9%"),
        finding(
            "repeated_reviews",
            "info",
            "41 reviews of the Nokia G42 use the same words",
            rows=[{"model": "G42", "reviews": 41}],
            count=41,
        ),
    ]
    told = narrative(
        "5,000 orders brought in 3.4 million USD in 2024. Flagships are a quarter of the orders and 44.5% of the revenue.\n\n"
        "Google has the happiest buyers (0.730); two thirds of what is written about Nokia is unhappy.",
        by="bedrock:amazon.nova-lite-v1:0",
        dropped=2,
        insights=[
            insight(
                "popularity",
                "The Redmi Note 12 is the most popular model with 487 orders, just ahead of the iPhone 15 Pro with 484.",
                "high",
                "popular_models",
            ),
            insight(
                "satisfaction",
                "Buyers of Google phones are the happiest: 93.4% of their reviews are positive.",
                "medium",
                "brand_satisfaction",
            ),
        ],
        anomalies=[
            anomaly(
                "price",
                "One Xperia 5 V was sold for 9,450 USD, more than ten times the usual 899 USD.",
                "high",
                "price_unlike_model",
            )
        ],
        recommendations=[
            advice(
                "inventory",
                "Stock more of the iPhone 15 Pro and the Pixel 8 Pro: both are liked and in demand.",
                "high",
                "inventory",
            ),
            advice("quality", "Ask the sender of the Oceania files for ISO dates.", "low"),
        ],
    )
    found = analysis(
        made,
        (
            "brand_satisfaction",
            "inventory",
            "popular_models",
            "price_segments",
            "recommended",
            "regions",
            "totals",
            "months",
        ),
        samples=samples,
        findings=findings,
        narrative=told,
        model={
            "name": "bedrock:amazon.nova-lite-v1:0",
            "tokens_in": 3_214,
            "tokens_out": 811,
            "cost_usd": 0.00038748,
        },
        profile=PROFILE,
    )
    return given(
        "Smartphone sales", made, found, SALES_SHOWN, page="https://reports.example.com/smartphone_sales/5d33.html"
    )


SALES_SHOWN = {
    "totals": Shown.of(
        "What was sold", (), ["revenue=USD mean_price=USD median_price=USD percent_happy=% percent_unhappy=%"]
    ),
    "popular_models": Shown.of(
        "The most popular models", ["bar x=phone y=orders"], ["percent_of_orders=% revenue=USD"]
    ),
    "brand_satisfaction": Shown.of(
        "How happy buyers are, by brand", ["bar x=brand y=satisfaction"], ["percent_happy=% percent_unhappy=%"]
    ),
    "price_segments": Shown.of(
        "Budget, mid-range and flagship",
        ["bar x=segment y=revenue"],
        ["percent_of_orders=% revenue=USD percent_of_revenue=% mean_price=USD"],
    ),
    "months": Shown.of("Revenue by month", ["line x=month y=revenue"], ["revenue=USD change_percent=%"]),
    "regions": Shown.of(
        "What each region prefers",
        (),
        ["percent_of_orders=% revenue=USD mean_price=USD percent_budget=% percent_flagship=%"],
    ),
    "recommended": Shown.of("Two phones to recommend in each segment", (), ["median_price=USD"]),
    "inventory": Shown.of("What to stock more and less of", (), ["percent_of_orders=%"]),
    "price_unlike_model": Shown.of("Prices far from what the model usually costs", (), ["price=USD usual_price=USD"]),
    "repeated_reviews": Shown.of("Reviews of one model that use the same words"),
}
PROFILE = {
    "rows": 5000,
    "columns": [
        {
            "name": "order_id",
            "type": "VARCHAR",
            "nulls": 0,
            "distinct": 5000,
            "min": None,
            "max": None,
            "mean": None,
            "quantiles": None,
            "top": [],
        },
        {
            "name": "price",
            "type": "DOUBLE",
            "nulls": 0,
            "distinct": 412,
            "min": 79.0,
            "max": 9450.0,
            "mean": 689.397,
            "quantiles": {"p05": 180.0, "p25": 329.0, "p50": 621.5, "p75": 999.0, "p95": 1299.0},
            "top": [{"value": 329.0, "count": 187}],
        },
        {
            "name": "region",
            "type": "VARCHAR",
            "nulls": 0,
            "distinct": 6,
            "min": "Africa",
            "max": "South America",
            "mean": None,
            "quantiles": None,
            "top": [{"value": "Asia", "count": 1423}, {"value": "Europe", "count": 1121}],
        },
    ],
}
