"""What the gate is given and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from headgate.core.contract.fingerprint import contract_fingerprint
from headgate.core.contract.model import Contract, RowRule
from headgate.core.errors import Place
from headgate.core.gate.books import Books
from headgate.core.gate.checks import CheckResult
from headgate.core.gate.resubmission import Resubmission, Roots
from headgate.core.gate.session import Budget
from headgate.core.gate.split import Split
from headgate.core.identity import gate_fingerprint, run_id
from headgate.core.reading.source import Limits
from headgate.core.reject_limit import RejectLimit


@dataclass(frozen=True)
class GateSettings:
    """What decides the verdict beside the contract, and what the gate may cost.

    Attributes:
        place: where `derive` and `trim` are written, for error messages.
    """

    derive: Mapping[str, str] = field(default_factory=dict)
    trim: tuple[str, ...] = ()
    accepted: str = "parquet"
    max_rejected: RejectLimit | None = None
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    place: Place = field(default_factory=lambda: Place("pipeline.yaml"))

    def fingerprint(self, contract: Contract) -> str:
        """The gate fingerprint: equal for settings that give equal verdicts and outputs."""
        limit = str(self.max_rejected) if self.max_rejected else None
        return gate_fingerprint(contract_fingerprint(contract), self.derive, self.trim, self.accepted, limit)


@dataclass(frozen=True)
class GateInput:
    """One file to hold against a contract.

    Attributes:
        path: where the bytes are.
        name: what the file is called by whoever sent it.
        pipeline: the name the run id is made with.
        claimed_at: the time of the run's first claim, UTC, naive.
        replay: 0 for the first run of this content.
        name_counts: whether equal bytes under another name are another file.
        roots: finds the run whose rejected rows a file holds, so that they are joined to its records; None where their
            marks are only taken off, and the file is judged as an ordinary one.
        closed: run → its `records.csv`: records of this file, or of its root, that a replay must not accept once more.
        accepted: run → its accepted rows, whose keys are taken, beside those that `roots` names.
    """

    path: Path
    name: str
    pipeline: str
    claimed_at: datetime
    replay: int = 0
    name_counts: bool = False
    roots: Roots | None = None
    closed: Mapping[str, Path] = field(default_factory=dict)
    accepted: Mapping[str, Path] = field(default_factory=dict)

    def run_id(self, content_sha256: str, fingerprint: str) -> str:
        """The id of the run of this file under a gate fingerprint."""
        return run_id(self.pipeline, content_sha256, fingerprint, self.replay, self.name if self.name_counts else "")


@dataclass
class Outcome:
    """What the gate found; the files are in the folder it was given.

    Attributes:
        verdict: `accepted`, `accepted_with_rejects` or `failed`.
        failure: (code, message) when the file as a whole failed after its rows were judged.
        rule_counts: rule id or malformed code → rejected rows with that reason.
        warning_counts: rule id → rows that break a rule which only warns.
        resubmission: None for an ordinary file.
    """

    run: str
    sha256: str
    size: int
    fingerprint: str
    contract_fingerprint: str
    split: Split
    rules: tuple[RowRule, ...]
    rejected: int
    rule_counts: dict[str, int]
    warning_counts: dict[str, int]
    checks: list[CheckResult]
    books: Books
    resubmission: Resubmission | None = None
    verdict: str = "accepted"
    failure: tuple[str, str] | None = None
    seconds: float = 0.0
    peak_memory: int = 0
