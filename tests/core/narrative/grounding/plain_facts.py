"""Facts of a shop, of a market, of readings and of a file, as plain sentences are held against them."""

from typing import Any

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "totals": [{"orders": 40, "customers": 20, "items": 160, "reviews": 36, "different_reviews": 12, "median_order": 52.5}],
    "customers": [
        {"customer": "Ada", "orders": 6, "items": 12, "revenue": 900.0, "percent_of_revenue": 45.0},
        {"customer": "Bo", "orders": 2, "items": 80, "revenue": 500.0, "percent_of_revenue": 25.0},
        {"customer": "Cy", "orders": 1, "items": 8, "revenue": 200.0, "percent_of_revenue": 10.0},
    ],
    "brands": [
        {"brand": "Nokia", "reviews": 10, "satisfaction": -0.2, "percent_happy": 40.0, "percent_unhappy": 60.0},
        {"brand": "Oppo", "reviews": 14, "satisfaction": 0.3, "percent_happy": 50.0, "percent_unhappy": 20.0},
        {"brand": "Sony", "reviews": 12, "satisfaction": 0.6, "percent_happy": 90.0, "percent_unhappy": 0.0},
    ],
    "models": [
        {"brand": "Nokia", "model": "G42", "orders_before": 2, "orders_lately": 4, "satisfaction": -0.3, "demand": "perhaps rising"},
        {"brand": "Nokia", "model": "X30", "orders_before": 3, "orders_lately": 2, "satisfaction": 0.1, "demand": "steady"},
        {"brand": "Sony", "model": "Xperia", "orders_before": 2, "orders_lately": 2, "satisfaction": 0.1, "demand": "steady"},
    ],
    "symbols": [
        {"symbol": "AAPL", "latest_close": 233.4, "percent_change": -0.2, "momentum": 8.4, "volatility": 6.7, "mean_volume": 58},
        {"symbol": "KO", "latest_close": 67.0, "percent_change": -5.0, "momentum": -0.9, "volatility": 0.4, "mean_volume": 15},
        {"symbol": "MSFT", "latest_close": 508.7, "percent_change": 0.3, "momentum": 4.1, "volatility": 2.1, "mean_volume": 20},
    ],
    "market": [{"symbols": 3, "rising": 1, "falling": 2}],
    "days": [
        {"day": "2025-08-13", "symbols": 3, "rising": 2, "falling": 1, "median_change": 1.4},
        {"day": "2025-08-14", "symbols": 3, "rising": 1, "falling": 2, "median_change": -1.2},
    ],
    "large_change": [{"symbol": "KO", "day": "2025-08-14", "close": 67.0, "previous_close": 70.5, "percent_change": -5.0}],
    "close_apart": [{"symbol": "KO", "day": "2025-08-13", "close": 35.2, "close_before": 70.1, "close_after": 70.5}],
    "overall": [{"readings": 50, "users": 8, "abnormal": 12, "users_with_abnormal": 3, "mean_heart_rate": 79.9}],
    "users": [
        {"user": "***1", "readings": 6, "abnormal": 6, "mean_temp_c": 38.5, "max_temp_c": 40.0},
        {"user": "***2", "readings": 6, "abnormal": 2, "mean_temp_c": 36.9, "max_temp_c": 37.1},
    ],
    "heart_rates": [
        {"from_rate": 60, "readings": 20, "percent_of_readings": 40.0},
        {"from_rate": 70, "readings": 18, "percent_of_readings": 36.0},
        {"from_rate": 80, "readings": 12, "percent_of_readings": 24.0},
    ],
    "odd_price": [{"order": "A-17", "product": "Lamp", "price": 9.5, "usual_price": 40.0}],
    "file": [
        {
            "name": "ragged.csv", "size": 229, "kind": "CSV file", "media_type": "text/csv", "encoding": "utf-8", "records": 6,
            "malformed": 2, "columns": 4, "compression": None, "note": "2 of 6 records are malformed",
        }
    ],
}  # fmt: skip


def reason(text: str, cited: str) -> str:
    """Why a sentence can't stay; empty when it can."""
    found = grounding_check(FACTS)(text, cited.split(","), "")
    return found[0].reason if found else ""
