"""Drift: what is not as in the earlier runs of a pipeline, without any configuration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from headgate.core.analysis.drift_numbers import mean_finding, rate_finding
from headgate.core.analysis.drift_values import value_findings
from headgate.core.analysis.findings import Finding, by_severity
from headgate.core.analysis.robust import usual
from headgate.core.printable import printable

FEWEST, MOST = 5, 20
"""Earlier runs below which nothing is said, and beyond which they are not looked at."""

# Of the logarithm: five in a hundred records more or less.
_ROWS = 0.05
# From so many rows on, of those that came, rejected beyond what is usual, and below such a share of the fewest that are
# usual, most of what is said of the file is of no use.
_REJECTED, _LEFT = 0.2, 0.5
_NAME = 60


@dataclass(frozen=True)
class Past:
    """One committed run, as drift sees it.

    Attributes:
        counts: those of its manifest: {"records", "accepted", "rejected", …}.
        profile: that of its analysis; None when there is none, as for a file that is only described.
    """

    counts: Mapping[str, Any]
    profile: Mapping[str, Any] | None = None


def drift_findings(now: Past, earlier: Sequence[Past]) -> tuple[Finding, ...]:
    """What is not as it was: the number of records, the share of rejected ones, and of each column nulls, mean, values.

    Args:
        earlier: committed runs of the pipeline, the oldest first, without failed ones, replays and resubmissions. The last
            20 count; with fewer than five there is nothing to compare with.

    Returns:
        findings whose names begin with `drift_`, each with the range that was expected and what was observed; the worst
        first, of the same severity what is farthest outside.
    """
    past = compared(earlier)
    if len(past) < FEWEST or now.counts.get("records") is None:
        return ()
    found = [*_row_count(now, past), *_reject_rate(now, past)]
    profile = now.profile or {}
    for column in profile.get("columns", ()) if profile.get("rows") else ():
        found += _column(column, profile["rows"], past)
    return by_severity(sorted(found, key=lambda finding: -finding.weight))


def compared(earlier: Sequence[Past]) -> list[Past]:
    """Those of the earlier runs with which one is compared, once they are enough."""
    return [one for one in earlier if one.counts.get("records") is not None][-MOST:]


def drift_note(earlier: Sequence[Past]) -> dict[str, int]:
    """How many runs there are to compare with, and how many it takes."""
    return {"found": len(compared(earlier)), "needed": FEWEST}


def _row_count(now: Past, past: Sequence[Past]) -> Iterator[Finding]:
    """On the logarithm: half as many is as unusual as twice as many."""
    counts, count = [one.counts["records"] for one in past], now.counts["records"]
    expected = usual([math.log1p(one) for one in counts], max(_ROWS, 1 / math.sqrt(median(counts) + 1)))
    if not expected.holds(math.log1p(count)):
        low, high = max(0, math.ceil(math.expm1(expected.low))), math.floor(math.expm1(expected.high))
        said = f"The file has {'more' if count > high else 'fewer'} records than usual"
        severity = "critical" if count < _LEFT * low else "warning"
        weight = expected.distance(math.log1p(count))
        yield Finding("drift_row_count", severity, said, f"{low:,} to {high:,}", f"{count:,}", weight=weight)


def _reject_rate(now: Past, past: Sequence[Past]) -> Iterator[Finding]:
    rates = [rate for one in past if (rate := _rejected(one)) is not None]
    rate = _rejected(now)
    if rate is not None and len(rates) >= FEWEST:
        rows = now.counts["records"]
        yield from rate_finding("drift_reject_rate", "{way} rows are rejected", rates, rate, rows, _REJECTED)


def _rejected(run: Past) -> float | None:
    records = run.counts["records"]
    return (run.counts.get("rejected") or 0) / records if records else None


def _column(column: Mapping[str, Any], rows: int, past: Sequence[Past]) -> Iterator[Finding]:
    """Compared are runs in which the column had the same type."""
    same = [found for one in past for found in _same_column(column, one)]
    if len(same) < FEWEST:
        return
    name = printable(column["name"], _NAME)
    rates = [one["nulls"] / one["rows"] for one in same]
    yield from rate_finding(
        "drift_null_rate", f"{{way}} rows have no value in {name}", rates, column["nulls"] / rows, rows
    )
    means = [one for one in same if one["mean"] is not None and one["quantiles"]]
    if column["mean"] is not None and len(means) >= FEWEST:
        yield from mean_finding(name, means, column["mean"], rows - column["nulls"])
    yield from value_findings(name, column, rows, same, FEWEST)


def _same_column(column: Mapping[str, Any], run: Past) -> Iterator[dict[str, Any]]:
    profile = run.profile or {}
    rows = profile.get("rows")
    for other in profile.get("columns", ()) if rows else ():
        if (other["name"], other["type"]) == (column["name"], column["type"]):
            yield {**other, "rows": rows}
