"""A day on which much happened, and a quiet one, for tests of the daily report's HTML."""

from __future__ import annotations

from typing import Any

from headgate.core.daily_report.counting import figures
from headgate.core.daily_report.day_file import DayFile, ManifestFacts, Rejected
from headgate.core.daily_report.document import DailyReport
from tests.core.daily_report.files import duplicate, failed, processed, reported


def _sales(file: str, accepted: int, rejected: int, **more: Any) -> DayFile:
    facts = ManifestFacts("text/csv", 2.4, (Rejected("region.valid_values", "must be one of Europe, Asia", rejected),))
    return processed(file, accepted, rejected, pipeline="smartphone_sales", size=21_307_440, facts=facts, **more)


def busy_day() -> DailyReport:
    """Of everything something."""
    monday = processed("orders_monday.csv", 3_345, 0, size=181_220)
    files = [
        monday,
        processed("orders_tuesday.csv", 1_204, 44, size=88_120),
        duplicate("orders_monday (1).csv", monday),
        _sales("smartphone_sales_q3.csv", 48_210, 1_254),
        failed("orders_0916.csv", message="there is no column unit_price; the header has order_id, customer"),
        failed("march_export.csv", code="too_many_rejected", message="60% of the rows were rejected, more than 50%"),
        DayFile("scan_0917.pdf", None, "unmatched", size=120_000, lies="unmatched/3f/scan_0917.pdf"),
        DayFile(
            "stocks_0917.json", "stocks", "dead", size=36_603, reason={"code": "outside", "message": "the disk is full"}
        ),
        DayFile("health_metrics_0917.csv", "health_metrics", "under_way", size=231_884),
    ]
    before = [figures([processed(f"{day}.csv", 900 * day, 3)]) for day in range(1, 8)]
    return reported(
        files, before=before, pipelines=["orders", "smartphone_sales", "stocks", "health_metrics", "file_intake"]
    )


def quiet_day() -> DailyReport:
    """Nothing came."""
    return reported([])
