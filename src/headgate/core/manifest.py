"""The manifest: the JSON document that commits a run. What is not the same for the same bytes stands under `observed`."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headgate.core.contract.model import Contract
from headgate.core.errors import HeadgateError
from headgate.core.identity import file_sha256
from headgate.core.reading.source import format_of
from headgate.core.version import VERSION

if TYPE_CHECKING:
    # Who only reads manifests, as reports do, needs no engine.
    from headgate.core.gate.gate import GateInput, GateSettings, Outcome

FORM = 1
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Output:
    """One written output: its key or path, and its bytes."""

    path: str
    sha256: str
    size: int

    @classmethod
    def of(cls, file: Path, path: str) -> Output:
        return cls(path, file_sha256(file), file.stat().st_size)

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "sha256": self.sha256, "size": self.size}


def build_manifest(
    given: GateInput,
    contract: Contract,
    settings: GateSettings,
    outcome: Outcome,
    outputs: Mapping[str, Output],
    arrival: Mapping[str, Any] | None = None,
) -> Manifest:
    """The manifest of a file whose rows were judged.

    Args:
        outputs: `accepted`, `rejected_csv`, `rejected_jsonl`; accepted is missing when the file failed.
        arrival: where the file came from (bucket, key, version, ETag), for `observed`.
    """
    split = outcome.split
    return {
        "manifest": FORM,
        "run": outcome.run,
        "pipeline": given.pipeline,
        "replay": given.replay,
        "verdict": outcome.verdict,
        "reason": _reason(outcome.failure),
        "file": {"name": given.name, "size": outcome.size, "sha256": outcome.sha256},
        "contract": {
            "id": contract.id,
            "version": contract.version,
            "schema": contract.schema,
            "fingerprint": outcome.contract_fingerprint,
        },
        "gate_fingerprint": outcome.fingerprint,
        "counts": {
            "records": outcome.books.framed_records,
            "accepted": 0 if outcome.failure else split.accepted,
            "rejected": outcome.rejected,
            "warned": split.warned,
        },
        "rules": _rules(outcome),
        "malformed": _malformed(outcome),
        "checks": [result.as_json() for result in outcome.checks],
        "resubmission": outcome.resubmission.as_json() if outcome.resubmission else None,
        "outputs": {name: output.as_json() for name, output in outputs.items()},
        "books": {**outcome.books.as_json(), "published": outcome.failure is None},
        "observed": {
            **_machine(settings),
            "claimed_at": given.claimed_at.isoformat() + "Z",
            "seconds": round(outcome.seconds, 3),
            "peak_memory": outcome.peak_memory,
            "arrival": dict(arrival or {}),
        },
    }


def failed_manifest(
    given: GateInput, contract: Contract | None, error: HeadgateError, identity: Mapping[str, Any]
) -> Manifest:
    """The manifest of a file that could not be read as a whole: no counts, the reason, who must act."""
    return {
        "manifest": FORM,
        "run": identity.get("run"),
        "pipeline": given.pipeline,
        "replay": given.replay,
        "verdict": "failed",
        "reason": _error_reason(error),
        "file": {"name": given.name, "size": identity.get("size"), "sha256": identity.get("sha256")},
        "contract": contract and {"id": contract.id, "version": contract.version, "schema": contract.schema},
        "counts": {"records": None, "accepted": 0, "rejected": None, "warned": None},
        "outputs": {},
        "observed": {"claimed_at": given.claimed_at.isoformat() + "Z"},
    }


def _error_reason(error: HeadgateError) -> dict[str, Any]:
    place = error.where
    return {
        "code": error.code,
        "message": error.message,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "who": error.who,
        "next": error.next,
    }


def _reason(failure: tuple[str, str] | None) -> dict[str, str] | None:
    return {"code": failure[0], "message": failure[1]} if failure else None


def _rules(outcome: Outcome) -> list[dict[str, Any]]:
    counts = {**outcome.rule_counts, **outcome.warning_counts}
    return [
        {
            "id": rule.id,
            "code": rule.code,
            "columns": list(rule.columns),
            "severity": rule.severity,
            "message": rule.message,
            "count": counts.get(rule.id, 0),
        }
        for rule in outcome.rules
    ]


def _malformed(outcome: Outcome) -> dict[str, int]:
    """Reasons that are no rule of the contract: malformed records and failed derived columns."""
    known = {rule.id for rule in outcome.rules}
    return {code: count for code, count in outcome.rule_counts.items() if code not in known}


def _machine(settings: GateSettings) -> dict[str, Any]:
    import duckdb

    return {
        "headgate": VERSION,
        "engine": f"duckdb {duckdb.__version__}",
        "python": platform.python_version(),
        "threads": settings.budget.threads,
        "memory_limit": settings.budget.memory_limit,
    }


def metadata_manifest(
    given: GateInput,
    metadata: Mapping[str, Any],
    run: str,
    outputs: Mapping[str, Output],
    arrival: Mapping[str, Any],
) -> Manifest:
    """The manifest of a file in a metadata pipeline: described, not judged; nothing is rejected."""
    records = metadata["records"]
    return {
        "manifest": FORM,
        "run": run,
        "pipeline": given.pipeline,
        "replay": given.replay,
        "verdict": "accepted",
        "reason": None,
        "file": {"name": given.name, "size": metadata["size"], "sha256": metadata["sha256"]},
        "contract": None,
        "counts": {"records": records, "accepted": records, "rejected": 0, "warned": 0},
        "metadata": dict(metadata),
        "outputs": {name: output.as_json() for name, output in outputs.items()},
        "observed": {
            "headgate": VERSION,
            "claimed_at": given.claimed_at.isoformat() + "Z",
            "arrival": dict(arrival),
        },
    }


def resendable(manifest: Manifest) -> str | None:
    """The rejected rows in the form in which they are taken when they are corrected: CSV for CSV, else JSON Lines."""
    role = "rejected_csv" if format_of(manifest["file"]["name"]) == "csv" else "rejected_jsonl"
    output = manifest["outputs"].get(role)
    return str(output["path"]) if output and manifest["counts"]["rejected"] else None
