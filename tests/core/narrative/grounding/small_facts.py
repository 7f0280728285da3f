"""Small facts, and what the grounding check says of sentences about them."""

from typing import Any

from headgate.core.narrative.grounding import grounding_check

FACTS: dict[str, list[dict[str, Any]]] = {
    "totals": [{"orders": 100, "revenue": 8000.0, "mean_price": 80.0, "failed": 3, "orders_change_percent": -4.5}],
    "brands": [
        {
            "brand": "Nokia",
            "orders": 50,
            "revenue": 2000.0,
            "mean_price": 40.25,
            "share_percent": 25.0,
            "satisfaction": -0.35,
        },
        {
            "brand": "Sony",
            "orders": 30,
            "revenue": 4500.0,
            "mean_price": 150.5,
            "share_percent": 56.25,
            "satisfaction": 0.41,
        },
        {
            "brand": "Oppo",
            "orders": 20,
            "revenue": 1500.0,
            "mean_price": 75.0,
            "share_percent": 18.75,
            "satisfaction": None,
        },
    ],
    "days": [
        {"day": "2024-05-11", "orders": 30, "close": 236.5, "change_percent": None},
        {"day": "2024-05-12", "orders": 45, "close": 240.0, "change_percent": 1.48},
        {"day": "2024-05-13", "orders": 25, "close": 231.0, "change_percent": -3.75},
    ],
    "stocks": [
        {"symbol": "AAPL", "change_percent": 2.5, "trend": "up", "volume": 1_250_000},
        {"symbol": "TSLA", "change_percent": -7.25, "trend": "down", "volume": 4_000_000},
        {"symbol": "KO", "change_percent": -0.5, "trend": "flat", "volume": 900_000},
    ],
    "files": [{"file": "sales_may.csv", "bytes": 2_500_000, "seconds": 90.0, "type": "text/csv", "reject_rate": 0.042}],
}

FINDINGS: list[dict[str, Any]] = [
    {
        "finding": "odd_price",
        "severity": "warning",
        "message": "The price 999 is more than 5 times the usual price of `Lumia`.",
        "expected": "at most 200",
        "observed": "999",
        "count": 2,
        "rows": [{"order": "A-17", "price": 999.0}, {"order": "A-18", "price": 999.0}],
    },
]


def doubt(text: str, *cites: str, entity: str = "") -> str:
    """Why the first sentence that is objected to can't stay; empty when all can."""
    found = grounding_check(FACTS, FINDINGS)(text, cites, entity)
    return found[0].reason if found else ""
