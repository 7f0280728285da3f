"""A run, its rejected rows, and what is sent again: every file through the real gate, every earlier run committed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.contract import Contract
from headgate.core.gate.gate import GateInput, GateSettings, run_gate
from headgate.core.gate.resubmission import Root, unknown_run
from headgate.core.manifest import build_manifest
from headgate.core.verdict import Rows, Verdict
from tests.gating import NOW, _accepted, _rejected


@dataclass(frozen=True)
class Ran:
    """One run; its outputs are read back when asked for."""

    verdict: Verdict
    out: Path

    @property
    def manifest(self) -> dict[str, Any]:
        return self.verdict.manifest

    @property
    def run(self) -> str:
        return str(self.manifest["run"])

    @property
    def resubmission(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.manifest["resubmission"]
        return found

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return _accepted(self.verdict)

    @property
    def rejected(self) -> list[dict[str, Any]]:
        return _rejected(self.verdict)

    @property
    def records(self) -> list[int]:
        """The records of the root that this run closed."""
        name, *numbers = (self.out / "records.csv").read_text().splitlines()
        assert name == "_record"
        return [int(number) for number in numbers]

    def codes(self) -> list[tuple[int | None, list[str]]]:
        """(record, codes of its reasons) of every rejected row."""
        return [(row["_record"], [reason["rule"] for reason in row["_reasons"]]) for row in self.rejected]

    def messages(self) -> list[str]:
        return [reason["message"] for row in self.rejected for reason in row["_reasons"]]

    def text(self, name: str = "rejected.csv", encoding: str = "utf-8") -> str:
        return (self.out / name).read_bytes().decode(encoding)


class Family:
    """A root run and what is sent again to it, all under one contract."""

    def __init__(self, folder: Path, contract: Contract, **settings: Any) -> None:
        self._folder, self._contract, self._settings = folder, contract, GateSettings(**settings)
        self.runs: list[Ran] = []
        self.asked: list[str] = []

    def first(self, data: bytes, name: str = "data.csv") -> Ran:
        """The run of the original file."""
        return self._commit(self._ran(data, name))

    def again(self, data: bytes | str, name: str = "rejected.csv") -> Ran:
        """The run of a file that is sent again; from now on what it closed is closed."""
        return self._commit(self.tried(data, name))

    def tried(self, data: bytes | str, name: str = "rejected.csv") -> Ran:
        """The same, but the run is never committed."""
        return self._ran(data.encode() if isinstance(data, str) else data, name, roots=self.root)

    def replayed(self, data: bytes, closed: Mapping[str, Path], accepted: Mapping[str, Path]) -> Ran:
        """The original file once more, after some of its records were closed."""
        return self._ran(data, "data.csv", replay=1, closed=closed, accepted=accepted)

    def root(self, run: str) -> Root:
        self.asked.append(run)
        if run != self.runs[0].run:
            raise unknown_run("rejected.csv", run)
        return Root(run, self.runs[0].out / "rejected.jsonl", self.closed(), self.accepted())

    def closed(self) -> dict[str, Path]:
        return {ran.run: ran.out / "records.csv" for ran in self.runs[1:]}

    def accepted(self) -> dict[str, Path]:
        return {ran.run: ran.out / f"accepted.{self._settings.accepted}" for ran in self.runs}

    def _commit(self, ran: Ran) -> Ran:
        self.runs.append(ran)
        return ran

    def _ran(self, data: bytes, name: str, **more: Any) -> Ran:
        home = self._folder / f"run{len(list(self._folder.glob('run*')))}"
        for part in (home, home / "work", home / "out"):
            part.mkdir()
        path = home / name
        path.write_bytes(data)
        given = GateInput(path, name, "p", NOW, **more)
        outcome = run_gate(given, self._contract, self._settings, home / "work", home / "out")
        manifest = build_manifest(given, self._contract, self._settings, outcome, {})
        accepted, rejected = home / f"out/accepted.{self._settings.accepted}", home / "out/rejected.jsonl"
        verdict = Verdict(manifest, home / "out", Rows(accepted), Rows(rejected))
        assert json.loads(json.dumps(manifest)) == manifest
        return Ran(verdict, home / "out")
