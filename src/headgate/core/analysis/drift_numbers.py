"""Rates and means that are not as they were."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from headgate.core.analysis.findings import Finding
from headgate.core.analysis.robust import usual

# The least scales. Four times as much is told after twenty runs, eight times as much after five.
_RATE = 0.002
_OF_SPREAD = 0.05
_OF_MIDDLE = 0.01
# Nine in ten of normal values lie within so many standard deviations.
_NINE_IN_TEN = 3.29
# Beyond these a number is written with a power of ten.
_PLAIN, _MOST_PLACES = 1e15, 12


def rate_finding(
    name: str, what: str, rates: Sequence[float], rate: float, rows: int, critical: float = 1.0
) -> Iterator[Finding]:
    """A finding when a share of rows is not as it was.

    Args:
        what: what the share is of, with a place for the word `More` or `Fewer`.
        rows: the rows that the share is of: of few rows it scatters more.
        critical: the share above the expected range from which the finding is critical.
    """
    # A share of nothing, or of everything, is taken for one that is only near it: the next row decides (Laplace).
    share = (median(rates) * rows + 1) / (rows + 2)
    expected = usual(rates, max(_RATE, math.sqrt(share * (1 - share) / rows)))
    if not expected.holds(rate):
        low, high = max(0.0, expected.low), min(1.0, expected.high)
        said = what.format(way="More" if rate > high else "Fewer") + " than usual"
        least, most, observed = alike([100 * low, 100 * high, 100 * rate], 1)
        severity = "critical" if rate - high >= critical else "warning"
        weight = expected.distance(rate)
        yield Finding(name, severity, said, f"{least}% to {most}%", f"{observed}%", weight=weight)


def mean_finding(column: str, earlier: Sequence[Mapping[str, Any]], mean: float, values: int) -> Iterator[Finding]:
    """A finding when the mean of a column is not as it was.

    Args:
        column: its name, safe to print.
        earlier: its profiles, with mean and quantiles.
        values: how many the mean is of.
    """
    means = [float(one["mean"]) for one in earlier]
    spread = median((one["quantiles"]["p95"] - one["quantiles"]["p05"]) / _NINE_IN_TEN for one in earlier)
    by_chance = spread / math.sqrt(values)
    floor = max(_OF_SPREAD * spread, by_chance) if spread > 0 else _OF_MIDDLE * abs(median(means))
    expected = usual(means, floor)
    if not expected.holds(mean):
        way = "higher" if mean > expected.high else "lower"
        said = f"The mean of {column} is {way} than usual"
        least, most, observed = alike([expected.low, expected.high, mean])
        weight = expected.distance(mean)
        yield Finding("drift_mean", "warning", said, f"{least} to {most}", observed, weight=weight)


def alike(numbers: Sequence[float], places: int | None = None) -> list[str]:
    """Different numbers with the same decimals: so many that three digits tell them apart.

    Args:
        places: decimals that are enough where they leave none like another.
    """
    spread = max(numbers) - min(numbers)
    if max(map(abs, numbers)) >= _PLAIN or spread == 0:
        return [_number(number) for number in numbers]
    found = max(0, 2 - math.floor(math.log10(spread))) if places is None else places
    while len({f"{number:.{found}f}" for number in numbers}) < len(set(numbers)) and found < _MOST_PLACES:
        found += 1
    return [f"{number:,.{found}f}" for number in numbers]


def _number(value: float) -> str:
    return f"{value:,.6g}"
