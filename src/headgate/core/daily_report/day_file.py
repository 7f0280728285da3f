"""One file of a day: what the ledger and its manifest say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, FiniteFloat

from headgate.core.media_type import PARQUET
from headgate.core.printable import printable
from headgate.core.report import reject_reasons
from headgate.core.text_kind import CSV, HTML, JSON, JSONL, PLAIN, TSV, XML

Status = Literal["processed", "failed", "duplicate", "unmatched", "under_way", "dead"]

_BY_ENDING = {
    ".csv": CSV, ".tsv": TSV, ".json": JSON, ".jsonl": JSONL, ".ndjson": JSONL, ".txt": PLAIN, ".xml": XML, ".html": HTML,
    ".parquet": PARQUET, ".gz": "application/gzip", ".bz2": "application/x-bzip2", ".zst": "application/zstd",
    ".zip": "application/zip", ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
}  # fmt: skip


@dataclass(frozen=True)
class Rejected:
    """One reason of a manifest, and how many rows have it."""

    reason: str
    message: str
    rows: int


@dataclass(frozen=True)
class ManifestFacts:
    """What the report needs of a manifest.

    Attributes:
        media_type: None when the file was not described.
        seconds: how long the gate took; None when it did not judge the file.
    """

    media_type: str | None
    seconds: float | None
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class DayFile:
    """A file that came in.

    Attributes:
        run: for a duplicate, the run that had processed its content.
        run_file: the name of the file that this run processed.
        size: bytes; None when it was never read.
        counts: of its run, when it was processed; else nothing.
        reason: code and message, when it failed or died.
        facts: None when there is no manifest to read.
        needs_facts: whether there should be one.
        broken_off: attempts at it that an error broke off.
        lies: where an unmatched file was put.
    """

    file: str
    pipeline: str | None
    status: Status
    size: int | None = None
    run: str | None = None
    run_file: str | None = None
    counts: Mapping[str, int | None] = field(default_factory=dict)
    reason: Mapping[str, Any] = field(default_factory=dict)
    facts: ManifestFacts | None = None
    needs_facts: bool = False
    broken_off: int = 0
    lies: str | None = None

    @property
    def type(self) -> str:
        """Its media type, or the ending of its name where that says nothing."""
        if self.facts and self.facts.media_type:
            return self.facts.media_type
        ending = PurePosixPath(self.file).suffix.lower()
        return _BY_ENDING.get(ending) or printable(ending, 20) or "no ending"


class _Rule(BaseModel):
    id: str
    message: str
    count: int
    severity: str


class _Described(BaseModel):
    media_type: str


class _Observed(BaseModel):
    seconds: FiniteFloat | None = None


class _Manifest(BaseModel):
    observed: _Observed
    metadata: _Described | None = None
    rules: list[_Rule] = []
    malformed: dict[str, int] = {}


def manifest_facts(data: bytes) -> ManifestFacts:
    """What the report needs of a manifest's bytes.

    Raises:
        ValueError: it is no manifest.
    """
    manifest = _Manifest.model_validate_json(data)
    rejected = reject_reasons(manifest.model_dump())
    return ManifestFacts(
        printable(manifest.metadata.media_type, 100) if manifest.metadata else None,
        manifest.observed.seconds,
        tuple(Rejected(printable(one["reason"], 200), printable(one["message"]), one["count"]) for one in rejected),
    )
