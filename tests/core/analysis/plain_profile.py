"""A profile computed row by row in Python, by the words of docs/analysis.md: the oracle of the engine's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
TYPES = {
    "VARCHAR": "string", "BIGINT": "integer", "DOUBLE": "number", "DECIMAL(38,4)": "number",
    "DATE": "date", "TIMESTAMP": "timestamp", "TIME": "time", "BOOLEAN": "boolean",
}  # fmt: skip


def plain_profile(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> dict[str, Any]:
    """The profile of rows whose values are Python's."""
    return {"rows": len(rows), "columns": [_column(name, kind, rows) for name, kind in types.items()]}


def _column(name: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    values = [row[name] for row in rows if row[name] is not None]
    is_number = TYPES[kind] in ("integer", "number")
    ends = [min(values), max(values)] if values and kind != "BOOLEAN" else [None, None]
    return {
        "name": name,
        "type": TYPES[kind],
        "nulls": len(rows) - len(values),
        "distinct": len(set(values)),
        "min": shown(ends[0]),
        "max": shown(ends[1]),
        "mean": float(sum(map(Fraction, values)) / len(values)) if is_number and values else None,
        "quantiles": _quantiles([float(value) for value in values]) if is_number and values else None,
        "top": _top(values),
        "approximate": [],
    }


def _quantiles(values: list[float]) -> dict[str, float]:
    """Interpolated between the two nearest ranks, as NumPy's default and Excel's PERCENTILE.INC do."""
    values.sort()
    found = {}
    for name, share in QUANTILES.items():
        rank = share * (len(values) - 1)
        low, high = values[math.floor(rank)], values[math.ceil(rank)]
        found[name] = low + (high - low) * (rank - math.floor(rank))
    return found


def _top(values: Sequence[Any]) -> list[dict[str, Any]]:
    counts = sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))[:20]
    is_whole = len(set(values)) <= 20
    return [{"value": shown(value), "count": count} for value, count in counts if is_whole or count > 1]


def shown(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.rstrip("0") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        text = value.isoformat()
        return text.rstrip("0") if "." in text else text
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str) and len(value) > 100:
        return value[:100] + "…"
    return value
