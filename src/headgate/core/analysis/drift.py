"""Drift: what is not as in the earlier runs of a pipeline, without any configuration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headgate.core.analysis.drift_values import value_findings
from headgate.core.analysis.findings import Finding, by_severity
from headgate.core.analysis.robust import Usual, usual
from headgate.core.printable import printable

FEWEST, MOST = 5, 20
"""Earlier runs below which nothing is said, and beyond which they are not looked at."""

# The least scales: a change of about four times as much, after twenty runs, is the smallest that is told.
_ROWS = 0.05  # of the logarithm: 5 %
_RATE = 0.002
_OF_SPREAD = 0.05
_OF_MIDDLE = 0.01
# Of normal values 90 % lie within so many standard deviations.
_SPREAD_90 = 3.29


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
    """What is not as it was: number of records, reject rate, and of each column null rate, mean and values.

    Args:
        earlier: committed runs, the oldest first, without replays and resubmissions; the last 20 count. With fewer than
            five there is nothing to compare with.
    """
    past = [one for one in earlier if one.counts.get("records") is not None][-MOST:]
    if len(past) < FEWEST or now.counts.get("records") is None:
        return ()
    found = [*_file_findings(now, past)]
    for column in (now.profile or {}).get("columns", ()):
        found += _column_findings(column, now, past)
    return by_severity(found)


def _file_findings(now: Past, past: Sequence[Past]) -> Iterator[Finding]:
    records = [math.log1p(one.counts["records"]) for one in past]
    count = now.counts["records"]
    middle = math.expm1(sorted(records)[len(records) // 2])
    expected = usual(records, max(_ROWS, 1 / math.sqrt(middle + 1)))
    if not expected.holds(math.log1p(count)):
        low, high = math.ceil(math.expm1(expected.low)), math.floor(math.expm1(expected.high))
        yield _finding("drift_row_count", f"The file has {_way(count, middle)} records than usual", f"{max(0, low):,} to {high:,}", f"{count:,}")
    yield from _rate_finding(
        "drift_reject_rate", "rows were rejected", [_rejected(one) for one in past], _rejected(now), count
    )


def _rejected(run: Past) -> float | None:
    records = run.counts["records"]
    return run.counts["rejected"] / records if records else None
