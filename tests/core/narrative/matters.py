"""What narratives in tests are about: a small matter, and those of the bundled pipelines."""

from __future__ import annotations

from typing import Any

from headgate.core.narrative.model import Anomaly, Draft, EntitySection, Insight, Recommendation, Summary
from headgate.core.narrative.request import Matter
from headgate.core.report.header import Shown

FACTS: dict[str, list[dict[str, Any]]] = {
    "symbols": [
        {"symbol": "TSLA", "latest_close": 379.29562, "percent_change": 8.36469388934633, "mean_volume": 125262806.67},
        {"symbol": "KO", "latest_close": 67.09, "percent_change": -0.11, "mean_volume": 15522338.0},
    ],
    "market": [{"symbols": 2, "top_gainer": "TSLA"}],
}
FINDINGS: list[dict[str, Any]] = [
    {"finding": "large_change", "severity": "warning", "message": "TSLA rose by 8.36 %", "expected": "within 5 %",
     "observed": "8.36 %", "count": 1, "rows": [{"symbol": "TSLA", "percent_change": 8.36}]},
]  # fmt: skip
MATTER = Matter(
    "Stocks",
    FACTS,
    FINDINGS,
    "Daily bars.",
    {"symbols": Shown.of("Each stock on its latest day", (), ["percent_change=%"])},
    "Write 150 words.",
)


def draft(summary: str = "TSLA closed at 379.30.", cited: tuple[str, ...] = ("symbols",), **parts: Any) -> Draft:
    return Draft(summary=Summary(text=summary, facts=cited), **parts)


def insight(text: str, *cited: str, type_: str = "price") -> Insight:
    return Insight(type=type_, description=text, confidence="high", facts=cited or ("symbols",))


def anomaly(text: str, *cited: str) -> Anomaly:
    return Anomaly(type="price", description=text, severity="high", facts=cited or ("symbols",))


def advice(text: str, *cited: str) -> Recommendation:
    return Recommendation(category="stock", action=text, priority="low", facts=cited or ("symbols",))


def section(entity: str, summary: str, **more: str) -> EntitySection:
    return EntitySection(entity=entity, summary=summary, facts=("symbols",), **more)
