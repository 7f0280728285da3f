"""Rejected rows sent again: the run that rejected them, and why a file of them can be refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.errors import FileFailed, Place
from headgate.core.printable import printable

UNKNOWN, ACCEPTED, TWICE = "unknown_record", "already_accepted", "record_twice"
"""Codes of rows that can't be joined to a record of their run."""
_SHOWN = 60


@dataclass(frozen=True)
class Root:
    """The run whose rejected rows a file holds, and what became of them since.

    Attributes:
        run: its id.
        rejected: its `rejected.jsonl`: the records that may be sent again.
        closed: run → its `records.csv`: what earlier resubmissions to this root got accepted.
        accepted: run → its accepted rows, of the root and of its resubmissions, as `accepted.parquet`, `.csv` or `.jsonl`;
            their keys are taken.
    """

    run: str
    rejected: Path
    closed: Mapping[str, Path]
    accepted: Mapping[str, Path]


Roots = Callable[[str], Root]
"""Finds the root of a run id, 32 hex digits; raises FileFailed where rows of that run can't be taken."""


@dataclass(frozen=True)
class Resubmission:
    """What the manifest says of a file of rejected rows.

    Attributes:
        root: the run that rejected them; None where their marks were only taken off.
        closed: records of the root that this file closes.
        open: records of the root that no resubmission has closed yet.
    """

    root: str | None = None
    closed: int = 0
    open: int = 0

    def as_json(self) -> dict[str, Any]:
        skipped = {"checks": "skipped", "max_rejected": "skipped"}
        return (
            skipped if self.root is None else {"root": self.root, **skipped, "closed": self.closed, "open": self.open}
        )


def no_run(file: str) -> FileFailed:
    """No row of a file says which run rejected it."""
    return FileFailed(
        "the file is rejected rows sent again, but no row says which run rejected it",
        code="no_run",
        where=Place(file),
        who="the sender",
        next="fill _run in again as it was; or take _run and _record off, and the file is an ordinary one",
    )


def mixed_runs(file: str, runs: Sequence[str]) -> FileFailed:
    """The rows of a file come from several runs."""
    named = ", ".join(printable(run, _SHOWN) for run in runs)
    return FileFailed(
        f"the file holds rejected rows of several runs: {named}",
        code="mixed_runs",
        where=Place(file),
        who="the sender",
        next="send the rows of each run as one file",
    )


def unknown_run(file: str, run: str) -> FileFailed:
    """There is no such run as the rows of a file name."""
    return FileFailed(
        f"the file is rejected rows sent again, but there is no run {printable(run, _SHOWN)}",
        code="unknown_run",
        where=Place(file),
        who="the sender",
        next="fill _run in again as it was in the rejected.csv; headgate runs lists all runs",
    )
