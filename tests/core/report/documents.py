"""What the five bundled pipelines could have come to: manifests and analysis documents for tests of the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headgate.core.report.header import Shown
from headgate.core.report.input import Lies, RecentDay, ReportInput

FACTS = Path(__file__).parents[1] / "narrative" / "statements" / "facts"
RUN = "5d330830a3e486382c4511075e793374"
CORRELATION = "0f6b1c9a7e4d"


def rule(id_: str, message: str, count: int, columns: Sequence[str] = (), severity: str = "error") -> dict[str, Any]:
    columns = list(columns or id_.split(".")[:1])
    return {"id": id_, "code": "x", "columns": columns, "severity": severity, "message": message, "count": count}


def manifest(pipeline: str, name: str, size: int, records: int, rejected: int = 0, **more: Any) -> dict[str, Any]:
    """The manifest of a committed run."""
    outputs = {"accepted": {"path": f"accepted/{pipeline}/{RUN}/accepted.parquet", "sha256": "", "size": 1}}
    for form in ("csv", "jsonl") if rejected else ():
        outputs[f"rejected_{form}"] = {"path": f"rejected/{pipeline}/{RUN}/rejected.{form}", "sha256": "", "size": 1}
    return {
        "manifest": 1, "run": RUN, "pipeline": pipeline, "replay": 0, "reason": None,
        "verdict": "accepted_with_rejects" if rejected else "accepted",
        "file": {"name": name, "size": size, "sha256": "87df"},
        "counts": {"records": records, "accepted": records - rejected, "rejected": rejected, "warned": 0},
        "rules": [], "malformed": {}, "checks": [], "outputs": outputs,
        "observed": {"claimed_at": "2025-09-17T14:03:00Z", "seconds": 0.4},
        **more,
    }  # fmt: skip


def analysis(given: dict[str, Any], facts: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """The analysis document of that run, with facts of the narrator's test set."""
    found = json.loads((FACTS / f"{given['pipeline']}.json").read_text(encoding="utf-8"))
    reasons = sorted(({"reason": one["id"], "message": one["message"], "count": one["count"]} for one in given["rules"]
                      if one["count"]), key=lambda one: -one["count"])  # fmt: skip
    return {
        "analysis": 1, "run": RUN, "pipeline": given["pipeline"], "correlation_id": CORRELATION,
        "manifest": f"manifests/{RUN}.json", "file": given["file"], "counts": given["counts"],
        "top_reasons": reasons[:5], "samples": [], "profile": {"rows": given["counts"]["accepted"], "columns": []},
        "facts": {name: found[name] for name in facts}, "findings": [], "narrative": None, "model": None, "fingerprint": "f1",
        **more,
    }  # fmt: skip


def sample(line: int, reasons: Sequence[str], cells: dict[str, str], raw: str | None = None) -> dict[str, Any]:
    return {"record": line - 1, "line": line, "reasons": list(reasons), "cells": cells, "raw": raw}


def finding(
    name: str, severity: str, message: str, *seen: str, rows: Sequence[dict[str, Any]] = (), count: int = 0
) -> dict[str, Any]:
    expected, observed = (*seen, None, None)[:2]
    return {"finding": name, "severity": severity, "message": message, "expected": expected, "observed": observed,
            "count": count or len(rows), "rows": list(rows)}  # fmt: skip


def narrative(summary: str, by: str = "built-in", dropped: int = 0, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"insights": [], "anomalies": [], "recommendations": [], "entities": []}
    return {"by": by, "summary": {"text": summary, "facts": ["totals"]}, "dropped": dropped, **empty, **more}


def insight(type_: str, description: str, confidence: str = "high", *facts: str) -> dict[str, Any]:
    return {"type": type_, "description": description, "confidence": confidence, "facts": list(facts)}


def anomaly(type_: str, description: str, severity: str = "medium", *facts: str) -> dict[str, Any]:
    return {"type": type_, "description": description, "severity": severity, "facts": list(facts)}


def advice(category: str, action: str, priority: str = "high", *facts: str) -> dict[str, Any]:
    return {"category": category, "action": action, "priority": priority, "facts": list(facts)}


def given(title: str, made: dict[str, Any], found: dict[str, Any], shown: dict[str, Shown], **more: Any) -> ReportInput:
    mend = f"headgate put rejected.csv -p {made['pipeline']}" if made["counts"]["rejected"] else ""
    return ReportInput(found, made, title, CORRELATION, shown=shown, **{"mend": mend, **more})


def smartphone_sales() -> ReportInput:
    rules = [
        rule("region.valid_values", "must be one of North America, South America, Europe, Asia, Africa, Oceania", 121),
        rule("price.type", "must be a number", 96), rule("date.type", "must be a date", 71),
        rule("order_id.unique", "must be unique", 40), rule("brand.required", "is required", 22), rule("ram.maximum", "must be at most 32", 9),
    ]  # fmt: skip
    made = manifest("smartphone_sales", "smartphone_sales_2024.csv", 624_118, 5_312, 312, rules=rules)
    samples = [
        sample(18, ["region: must be one of North America, South America, Europe, Asia, Africa, Oceania, got \"Atlantis\""],
               {"order_id": "ORD1016", "date": "2024-05-20", "model": "Find N2 Flip", "brand": "Oppo", "price": "899", "region": "Atlantis"}),
        sample(77, ["price: must be a number, got \"8 99\"", "date: must be a date, got \"20.05.2024\""],
               {"order_id": "ORD1075", "date": "20.05.2024", "model": "Pixel 7a", "brand": "Google", "price": "8 99", "region": "Europe"}),
        sample(140, ["the record has too few fields"], {}, "ORD1138,2024-06-02,Galaxy A54"),
    ]  # fmt: skip
    prices = [
        {"order_id": "ORD2411", "date": "2024-03-02", "brand": "Apple", "model": "iPhone 14", "price": 79.0, "usual_price": 792.5},
        {"order_id": "ORD3902", "date": "2024-08-19", "brand": "Sony", "model": "Xperia 5 V", "price": 9450.0, "usual_price": 899.0},
    ]  # fmt: skip
    findings = [
        finding("price_unlike_model", "warning", "iPhone 14 sold for 79.00 in order ORD2411, usually about 792.50", "713.25 to 871.75", "79.00", rows=prices[:1]),
        finding("price_unlike_model", "warning", "Xperia 5 V sold for 9450.00 in order ORD3902, usually about 899.00", "809.10 to 988.90", "9450.00", rows=prices[1:]),
        finding("drift", "critical", "More rows were rejected than usual", "0.8% to 2.4%", "5.9%"),
        finding("repeated_reviews", "info", "41 reviews of the Nokia G42 use the same words", rows=[{"model": "G42", "reviews": 41}], count=41),
    ]  # fmt: skip
    told = narrative(
        "5,000 orders brought in 3.4 million USD in 2024. Flagships are a quarter of the orders and 44.5% of the revenue.\n\n"
        "Google has the happiest buyers (0.730); two thirds of what is written about Nokia is unhappy.",
        by="bedrock:amazon.nova-lite-v1:0", dropped=2,
        insights=[insight("popularity", "The Redmi Note 12 is the most popular model with 487 orders, just ahead of the iPhone 15 Pro with 484.", "high", "popular_models"),
                  insight("satisfaction", "Buyers of Google phones are the happiest: 93.4% of their reviews are positive.", "medium", "brand_satisfaction")],
        anomalies=[anomaly("price", "One Xperia 5 V was sold for 9,450 USD, more than ten times the usual 899 USD.", "high", "price_unlike_model")],
        recommendations=[advice("inventory", "Stock more of the iPhone 15 Pro and the Pixel 8 Pro: both are liked and in demand.", "high", "inventory"),
                         advice("quality", "Ask the sender of the Oceania files for ISO dates.", "low")],
    )  # fmt: skip
    found = analysis(made, ("brand_satisfaction", "inventory", "popular_models", "price_segments", "recommended", "regions", "totals", "months"),
                     samples=samples, findings=findings, narrative=told,
                     model={"name": "bedrock:amazon.nova-lite-v1:0", "input_tokens": 3_214, "output_tokens": 811, "cost": 0.00038748},
                     profile=PROFILE)  # fmt: skip
    return given(
        "Smartphone sales", made, found, SALES_SHOWN, page="https://reports.example.com/smartphone_sales/5d33.html"
    )


SALES_SHOWN = {
    "totals": Shown.of("What was sold", (), ["revenue=USD mean_price=USD median_price=USD percent_happy=% percent_unhappy=%"]),
    "popular_models": Shown.of("The most popular models", ["bar x=phone y=orders"], ["percent_of_orders=% revenue=USD"]),
    "brand_satisfaction": Shown.of("How happy buyers are, by brand", ["bar x=brand y=satisfaction"], ["percent_happy=% percent_unhappy=%"]),
    "price_segments": Shown.of("Budget, mid-range and flagship", ["bar x=segment y=revenue"],
                               ["percent_of_orders=% revenue=USD percent_of_revenue=% mean_price=USD"]),
    "months": Shown.of("Revenue by month", ["line x=month y=revenue"], ["revenue=USD change_percent=%"]),
    "regions": Shown.of("What each region prefers", (), ["percent_of_orders=% revenue=USD mean_price=USD percent_budget=% percent_flagship=%"]),
    "recommended": Shown.of("Two phones to recommend in each segment", (), ["median_price=USD"]),
    "inventory": Shown.of("What to stock more and less of", (), ["percent_of_orders=%"]),
    "price_unlike_model": Shown.of("Prices far from what the model usually costs", (), ["price=USD usual_price=USD"]),
    "repeated_reviews": Shown.of("Reviews of one model that use the same words"),
}  # fmt: skip
PROFILE = {
    "rows": 5000,
    "columns": [
        {"name": "order_id", "type": "VARCHAR", "nulls": 0, "distinct": 5000, "min": None, "max": None, "mean": None, "quantiles": None, "top": []},
        {"name": "price", "type": "DOUBLE", "nulls": 0, "distinct": 412, "min": 79.0, "max": 9450.0, "mean": 689.397,
         "quantiles": {"p05": 180.0, "p25": 329.0, "p50": 621.5, "p75": 999.0, "p95": 1299.0}, "top": [{"value": 329.0, "count": 187}]},
        {"name": "region", "type": "VARCHAR", "nulls": 0, "distinct": 6, "min": "Africa", "max": "South America", "mean": None, "quantiles": None,
         "top": [{"value": "Asia", "count": 1423}, {"value": "Europe", "count": 1121}]},
    ],
}  # fmt: skip


def health_metrics() -> ReportInput:
    rules = [rule("heart_rate.range", "must be from 50 to 180", 402), rule("spo2.required", "is required", 240),
             rule("diastolic_not_above_systolic", "diastolic pressure must not be above systolic", 66, ["diastolic_bp", "systolic_bp"])]  # fmt: skip
    made = manifest("health_metrics", "health_metrics_0917.csv", 231_884, 4_000, 660, rules=rules)
    made["counts"]["warned"] = 12
    samples = [sample(9, ["heart_rate: must be from 50 to 180, got \"***\""], {"event_time": "2025-09-17T06:02:11Z", "user_id": "***", "heart_rate": "***", "spo2": "97"})]  # fmt: skip
    readings = [{"event_time": "2025-09-17T11:59:16.801681", "user_id": f"user_{n}", "reasons": "heart rate above 160", "heart_rate": 170 + n} for n in range(8)]  # fmt: skip
    findings = [
        finding("abnormal_readings", "warning", f"Reading of {row['user_id']}: {row['reasons']}", rows=[row])
        for row in readings
    ]
    findings.append(finding("drift", "critical", "More rows were rejected than usual", "0.5% to 3.9%", "16.5%"))
    told = narrative("3,340 readings of 335 people; a fifth of them were abnormal, most often the systolic pressure (204 readings).",
                     recommendations=[advice("care", "Look at user_63: all 12 readings are abnormal.", "high", "users")])  # fmt: skip
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
}  # fmt: skip


def orders() -> ReportInput:
    """A file of which every row was accepted."""
    made = manifest("orders", "orders_monday.csv", 181_220, 3_345)
    told = narrative("3,345 orders came to 403,771. Large orders are 3.5% of them and 39.3% of the revenue.",
                     insights=[insight("customers", "Ana Almeida bought most: 210 orders for 27,053.", "high", "top_customers")])  # fmt: skip
    shown = {
        "totals": Shown.of("What was ordered"),
        "size_classes": Shown.of("Small, medium and large orders", ["bar x=size_class y=revenue"], ["percent_of_orders=% percent_of_revenue=%"]),
        "top_products": Shown.of("The products that bring in most", ["bar x=product_name y=revenue"], ["percent_of_revenue=%"]),
        "top_customers": Shown.of("The customers who buy most", (), ["percent_of_revenue=%"]),
    }  # fmt: skip
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
        finding("large_change", "warning", "TSLA rose by 8.36 %", "within 5 % of the close before", "8.36 %", rows=[move]),
        finding("unusual_volume", "warning", "TSLA traded 1.60 times its mean volume", "up to 187894210 shares", "201001720 shares"),
        finding("close_above_band", "info", "TSLA closed at 379.3, far above its five closes before", "up to 364.95", "379.3"),
    ]  # fmt: skip
    entities = [
        {"entity": "TSLA", "summary": "TSLA closed at 379.30, up 8.4% on the day, on 201 million shares.", "opportunities": "Momentum is the largest of all: 49.76 over four days.",
         "risks": "Volatility of 19.58 is the highest of all symbols.", "key_anomaly": "Volume was 1.6 times its mean.", "facts": ["symbols"]},
        {"entity": "NOVA", "summary": "NOVA closed unchanged at 18.71; three bars are too few for momentum and volatility.", "opportunities": "", "risks": None, "key_anomaly": None, "facts": ["symbols"]},
    ]  # fmt: skip
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
        "unusual_volume": Shown.of("Far more shares traded than usual"), "close_above_band": Shown.of("A close far above the five before it"),
    }  # fmt: skip
    return given("Stocks", made, found, shown)


def file_intake() -> ReportInput:
    """A pipeline without a contract: the file is described, nothing is judged."""
    metadata = {"name": "visits.csv", "size": 826, "sha256": "ab", "media_type": "text/csv", "encoding": "utf-8", "compression": None,
                "records": 24, "columns": ["visitor", "page", "seconds"], "note": None}  # fmt: skip
    made = manifest("file_intake", "visits.csv", 826, 24, metadata=metadata, contract=None)
    return given("File intake", made, analysis(made), {})


EVERY = (smartphone_sales, health_metrics, orders, stocks, file_intake)
