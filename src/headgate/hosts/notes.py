"""Files of JSON that Headgate and Terraform keep between commands; what somebody damaged is said with what to type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from headgate.core.errors import Place, UserMistake


def read_note(file: Path, mend: str) -> dict[str, Any]:
    """What a file holds; nothing when it is not there.

    Args:
        mend: what to type when it can't be read.

    Raises:
        UserMistake: it is no mapping of JSON (`damaged_note`).
    """
    found = _held(file)
    if found is not None:
        return found
    raise UserMistake(
        "the file is damaged: it is no mapping of JSON",
        where=Place(str(file)),
        who="whoever deploys",
        next=mend,
        code="damaged_note",
    )


def what_is_known(file: Path) -> dict[str, Any]:
    """What a file holds; nothing when it is not there, damaged, or not ours to read."""
    try:
        return _held(file) or {}
    except OSError:
        return {}


def _held(file: Path) -> dict[str, Any] | None:
    """None when it is damaged."""
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
