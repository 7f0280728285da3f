"""Running the real gate over bytes in a test: contract text in, verdict and rejected rows out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.check import check_file
from headgate.core.contract import Contract, load_contract
from headgate.core.gate.gate import GateInput, GateSettings
from headgate.core.pipeline import load_pipeline
from headgate.core.verdict import Verdict

NOW = datetime(2026, 1, 2, 3, 4, 5)
EXAMPLES = Path(__file__).resolve().parents[1] / "src" / "headgate" / "examples"


@dataclass(frozen=True)
class Gated:
    """A verdict and its files, read back."""

    verdict: Verdict
    accepted: list[dict[str, Any]]
    rejected: list[dict[str, Any]]

    @property
    def manifest(self) -> dict[str, Any]:
        return self.verdict.manifest

    def reasons(self) -> dict[int, list[tuple[str, str]]]:
        """Record → (column, rule) of every reason."""
        return {row["_record"]: [(r["column"], r["rule"]) for r in row["_reasons"]] for row in self.rejected}


def gate(folder: Path, data: bytes, contract: Contract, name: str = "data.csv", **settings: Any) -> Gated:
    """Holds bytes against a contract in `folder`, which must be empty."""
    path = folder / name
    path.write_bytes(data)
    given = GateInput(path, name, contract.schema, NOW)
    verdict = check_file(given, contract, GateSettings(**settings), folder / "out")
    return Gated(verdict, _accepted(verdict), _rejected(verdict))


def contract_of(folder: Path, properties: str, schema_keys: str = "") -> Contract:
    """A contract with the given YAML list of properties (flow style) and further keys of the schema object."""
    text = (
        "apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: active\n"
        f"schema:\n  - name: t\n    {schema_keys}\n    properties: {properties}\n"
    )
    path = folder / "contract.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    return load_contract(path)


def gate_example(folder: Path, pipeline: str, data: bytes, name: str) -> Gated:
    """Holds bytes against a bundled pipeline as its pipeline.yaml says."""
    loaded = load_pipeline(EXAMPLES / pipeline)
    assert loaded.contract_path
    settings = {"derive": loaded.derive, "trim": loaded.trim, "accepted": loaded.accepted}
    limits = {"max_rejected": loaded.max_rejected, "place": loaded.place("derive")}
    return gate(folder, data, load_contract(loaded.contract_path), name, **settings, **limits)


def _accepted(verdict: Verdict) -> list[dict[str, Any]]:
    if verdict.accepted is None:
        return []
    reader = {".parquet": "read_parquet", ".csv": "read_csv", ".jsonl": "read_json"}[verdict.accepted.path.suffix]
    options = ", all_varchar=true, header=true" if reader == "read_csv" else ""
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT * FROM {reader}('{verdict.accepted.path}'{options})")
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _rejected(verdict: Verdict) -> list[dict[str, Any]]:
    if verdict.rejected is None:
        return []
    with verdict.rejected.path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
