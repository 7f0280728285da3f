"""How much memory this process has held."""

from __future__ import annotations

import resource
import sys


def peak_memory() -> int:
    """Bytes of the process at its largest so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
