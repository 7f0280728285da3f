"""How long to wait before something is tried again."""

from __future__ import annotations


def backoff(attempt: int, first: float, longest: float, chance: float) -> float:
    """Seconds to wait after a failed attempt: doubling, with jitter, so that what failed together does not come back together.

    "Equal jitter" (M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015): half is sure, half is chance.

    Args:
        attempt: the number of the attempt that failed, from 1.
        first: seconds after the first one.
        longest: seconds at most.
        chance: from 0 to 1.
    """
    whole = min(longest, first * 2.0 ** min(attempt - 1, 60))
    return whole / 2 + chance * whole / 2
