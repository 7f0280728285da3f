"""What the five bundled pipelines could have come to: what their reports are made from."""

from __future__ import annotations

import json

from headgate.core.report.header import Shown
from headgate.core.report.input import Lies, RecentDay, RecentFile, ReportInput
from tests.core.report.building import (
    FACTS,
    advice,
    analysis,
    finding,
    given,
    insight,
    manifest,
    narrative,
    rule,
    sample,
)
from tests.core.report.sales import smartphone_sales as smartphone_sales


def health_metrics() -> ReportInput:
    rules = [
        rule("heart_rate.range", "must be from 50 to 180", 402),
        rule("spo2.required", "is required", 240),
        rule(
            "diastolic_not_above_systolic",
            "diastolic pressure must not be above systolic",
            66,
            ["diastolic_bp", "systolic_bp"],
        ),
    ]
    made = manifest("health_metrics", "health_metrics_0917.csv", 231_884, 4_000, 660, rules=rules)
    made["counts"]["warned"] = 12
    samples = [
        sample(
            9,
            ['heart_rate: must be from 50 to 180, got "***"'],
            {"event_time": "2025-09-17T06:02:11Z", "user_id": "***", "heart_rate": "***", "spo2": "97"},
        )
    ]
    readings = [
        {
            "event_time": "2025-09-17T11:59:16.801681",
            "user_id": f"user_{n}",
            "reasons": "heart rate above 160",
            "heart_rate": 170 + n,
        }
        for n in range(8)
    ]
    findings = [
        finding("abnormal_readings", "warning", f"Reading of {row['user_id']}: {row['reasons']}", rows=[row])
        for row in readings
    ]
    findings.append(
        finding("drift_reject_rate", "critical", "More rows were rejected than usual", "0.5% to 3.9%", "16.5%")
    )
    told = narrative(
        "3,340 readings of 335 people; a fifth of them were abnormal, most often the systolic pressure (204 readings).",
        recommendations=[advice("care", "Look at user_63: all 12 readings are abnormal.", "high", "users")],
    )
    found = analysis(
        made,
        ("abnormal_by_reason", "heart_rates", "overall", "users", "hours"),
        samples=samples,
        findings=findings,
        narrative=told,
    )
    rows = json.loads((FACTS / "health_metrics.json").read_text(encoding="utf-8"))["processing"]
    recent = tuple(RecentDay(row["day"], row["files"], row["accepted"], row["rejected"]) for row in rows)
    return given("Health metrics", made, found, HEALTH_SHOWN, recent=recent)


_BODY = "mean_spo2=% min_spo2=% mean_temp_c=°C max_temp_c=°C mean_systolic_bp=mmHg mean_diastolic_bp=mmHg"
HEALTH_SHOWN = {
    "overall": Shown.of("All readings together", (), [f"{_BODY} percent_abnormal=%"]),
    "abnormal_by_reason": Shown.of("What was abnormal", ["bar x=reason y=readings"], ["percent_of_readings=%"]),
    "heart_rates": Shown.of("How fast hearts beat", ["bar x=from_rate y=readings"], ["percent_of_readings=%"]),
    "hours": Shown.of("Heart rate by hour", ["line x=hour y=mean_heart_rate"]),
    "users": Shown.of("Per user, those with the most abnormal readings first", (), [_BODY]),
    "abnormal_readings": Shown.of("Readings that are possible but unusual"),
}


def orders() -> ReportInput:
    """A file of which every row was accepted."""
    made = manifest("orders", "orders_monday.csv", 181_220, 3_345)
    told = narrative(
        "3,345 orders came to 403,771. Large orders are 3.5% of them and 39.3% of the revenue.",
        insights=[insight("customers", "Ana Almeida bought most: 210 orders for 27,053.", "high", "top_customers")],
    )
    shown = {
        "totals": Shown.of("What was ordered"),
        "size_classes": Shown.of(
            "Small, medium and large orders",
            ["bar x=size_class y=revenue"],
            ["percent_of_orders=% percent_of_revenue=%"],
        ),
        "top_products": Shown.of(
            "The products that bring in most", ["bar x=product_name y=revenue"], ["percent_of_revenue=%"]
        ),
        "top_customers": Shown.of("The customers who buy most", (), ["percent_of_revenue=%"]),
    }
    found = analysis(made, tuple(shown), narrative=told)
    return given(
        "Orders",
        made,
        found,
        shown,
        lies=[
            Lies("accepted", "https://files.example.com/accepted.jsonl"),
            Lies("archive", "archive/orders/orders_monday.csv"),
        ],
    )


def stocks() -> ReportInput:
    made = manifest(
        "stocks",
        "stocks_20250915.json",
        36_603,
        246,
        3,
        rules=[rule("close_between_low_and_high", "close must lie between low and high", 3, ["close"])],
    )
    made["checks"] = [
        {
            "id": "enough_symbols",
            "message": "there should be at least 8 symbols",
            "status": "failed",
            "value": 7,
            "why": "",
            "severity": "warning",
        }
    ]
    samples = [
        sample(
            212, ["close must lie between low and high"], {"symbol": "KO", "datetime": "2025-08-28", "close": "71.02"}
        )
    ]
    move = {
        "symbol": "TSLA",
        "datetime": "2025-09-15",
        "close": 379.29562,
        "previous_close": 350.01771,
        "percent_change": 8.36469388934633,
    }
    findings = [
        finding(
            "large_change", "warning", "TSLA rose by 8.36 %", "within 5 % of the close before", "8.36 %", rows=[move]
        ),
        finding(
            "unusual_volume",
            "warning",
            "TSLA traded 1.60 times its mean volume",
            "up to 187894210 shares",
            "201001720 shares",
        ),
        finding(
            "close_above_band",
            "info",
            "TSLA closed at 379.3, far above its five closes before",
            "up to 364.95",
            "379.3",
        ),
    ]
    entities = [
        {
            "entity": "TSLA",
            "summary": "TSLA closed at 379.30, up 8.4% on the day, on 201 million shares.",
            "opportunities": "Momentum is the largest of all: 49.76 over four days.",
            "risks": "Volatility of 19.58 is the highest of all symbols.",
            "key_anomaly": "Volume was 1.6 times its mean.",
            "facts": ["symbols"],
        },
        {
            "entity": "NOVA",
            "summary": "NOVA closed unchanged at 18.71; three bars are too few for momentum and volatility.",
            "opportunities": "",
            "risks": None,
            "key_anomaly": None,
            "facts": ["symbols"],
        },
    ]
    told = narrative(
        "Four of seven symbols fell, two rose: the majority is bearish. TSLA gained most (8.4%), PFE lost most (2.1%).",
        entities=entities,
    )
    found = analysis(made, ("market", "symbols", "closes"), samples=samples, findings=findings, narrative=told)
    shown = {
        "market": Shown.of("The market as a whole", (), ["top_gainer_change=% top_loser_change=%"]),
        "symbols": Shown.of("Each stock on its latest day", ["bar x=symbol y=percent_change"], ["percent_change=%"]),
        "closes": Shown.of("Closes of the last five days", ["line x=datetime y=close color=symbol"]),
        "large_change": Shown.of("A change of more than five percent in a day", (), ["percent_change=%"]),
        "unusual_volume": Shown.of("Far more shares traded than usual"),
        "close_above_band": Shown.of("A close far above the five before it"),
    }
    return given("Stocks", made, found, shown)


def file_intake() -> ReportInput:
    """A pipeline without a contract: the file is described, nothing is judged."""
    metadata = {
        "name": "visits.csv",
        "size": 826,
        "sha256": "ab",
        "media_type": "text/csv",
        "encoding": "utf-8",
        "compression": None,
        "records": 24,
        "columns": ["visitor", "page", "seconds"],
        "note": None,
    }
    made = manifest("file_intake", "visits.csv", 826, 24, metadata=metadata, contract=None)
    # For the narrator; the report says all of it where it says what came.
    found = analysis(made) | {"facts": {"file": [{"name": "visits.csv", "size": 826, "records": 24}]}}
    files = (RecentFile("plan.png", 4_210), RecentFile("visits.csv", 790), RecentFile("visits.csv", 826))
    return given("File intake", made, found, {}, recent_files=files)


EVERY = (smartphone_sales, health_metrics, orders, stocks, file_intake)
