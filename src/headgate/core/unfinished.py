"""Names by which senders say that a file is still being written."""

from __future__ import annotations

import re

_UNFINISHED = re.compile(r"(^|/)\.|\.(part|tmp)$", re.IGNORECASE)


def is_unfinished(path: str) -> bool:
    """Whether a file below the inbox, or a folder above it, has such a name: a dot before it, or `.part` or `.tmp` after."""
    return bool(_UNFINISHED.search(path))
