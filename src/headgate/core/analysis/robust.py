"""What is usual, said by a few earlier values, one of which may be wild: the modified z-score.

Iglewicz, B. and Hoaglin, D. C. (1993): How to Detect and Handle Outliers, ASQC. A value is an outlier when
|0.6745 (x - median) / MAD| > 3.5, MAD being the median of the absolute deviations from the median.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

MAD_OF_NORMAL = 0.6745
THRESHOLD = 3.5

# The standard deviation of normal values by their mean absolute deviation, as Iglewicz and Hoaglin use it where the MAD
# is 0; three tenths more, because the largest deviation is left out here.
_MEAN_DEVIATION = 1.2533 * 1.3


@dataclass(frozen=True)
class Usual:
    """The range in which values are usual."""

    middle: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value is in the range."""
        return self.low <= value <= self.high

    def distance(self, value: float) -> float:
        """How far a value is from the middle; 1 at the ends of the range."""
        width = self.high - self.middle
        return abs(value - self.middle) / width if width else math.inf


def usual(values: Sequence[float], floor: float) -> Usual:
    """The range in which the next value is expected.

    The modified z-score is meant for long series. Of few values the MAD is often far too small by chance; so the scale is
    at least that of the mean absolute deviation, the largest deviation left out, and the threshold is wider:
    3.5 (1 + 4 / (n - 2)). For normal values that makes about one false alarm in 90 at n = 5, in 400 at n = 8 and in
    3,000 at n = 20 (tests/core/analysis/test_robust.py).

    Args:
        values: at least three.
        floor: the least scale: a change of so much, times the threshold, is never an alarm.
    """
    middle = median(values)
    deviations = sorted(abs(value - middle) for value in values)
    scale = max(median(deviations) / MAD_OF_NORMAL, _MEAN_DEVIATION * fmean(deviations[:-1]), floor)
    width = THRESHOLD * (1 + 4 / (len(values) - 2)) * scale
    return Usual(middle, middle - width, middle + width)
