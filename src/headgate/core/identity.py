"""Identities: what a run is, said by hashes, the same on every host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def digest(*parts: str) -> str:
    """SHA-256 of a sequence of texts, in hex; no two different sequences give the same input."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def gate_fingerprint(
    contract_fingerprint: str,
    derive: Mapping[str, str],
    trim: Sequence[str],
    accepted: str,
    max_rejected: str | None,
) -> str:
    """SHA-256 over all that decides which rows pass and how they are written."""
    settings: dict[str, Any] = {
        "derive": list(derive.items()),
        "trim": sorted(trim),
        "accepted": accepted,
        "max_rejected": max_rejected,
    }
    return digest("gate", contract_fingerprint, json.dumps(settings, ensure_ascii=False))


def run_id(pipeline: str, content_sha256: str, fingerprint: str, replay: int = 0, name: str = "") -> str:
    """The id of a run: 32 hex digits.

    Args:
        name: of the file, where equal bytes under another name are another file; else empty.
    """
    return digest("run", pipeline, content_sha256, fingerprint, str(replay), *([name] if name else []))[:32]


def event_id(type_: str, subject: str, cause: str, discriminator: str) -> str:
    """The id of an event: 32 hex digits, the same whenever the same cause makes the same event."""
    return digest("event", type_, subject, cause, discriminator)[:32]
