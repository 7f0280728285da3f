"""What lies under one key, whatever its name is."""

from __future__ import annotations

from headgate.core.errors import UserMistake
from headgate.ports import Files, Found


def lying(files: Files, key: str) -> Found | None:
    """What lies under a key, with its fault; None when nothing does."""
    try:
        found = list(files.found(key))
    except UserMistake:
        # The place can't be asked for such a name; the list of the zone has it all the same.
        found = list(files.found(key.partition("/")[0]))
    return next((one for one in found if one.key == key), None)
