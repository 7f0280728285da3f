"""The time, which never goes back while a process lives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _wall() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class SteadyClock:
    """Follows the wall clock forward; when that is put back, time goes on by itself until the wall clock has caught up.

    Args:
        wall: gives the time, UTC, naive.
        elapsed: seconds that only grow.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._elapsed, self._lock = wall, elapsed, threading.Lock()
        self._last, self._at = wall(), elapsed()

    def __call__(self) -> datetime:
        with self._lock:
            at = self._elapsed()
            self._last = max(self._wall(), self._last + timedelta(seconds=at - self._at))
            self._at = at
            return self._last
