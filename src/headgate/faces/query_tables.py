"""The tables of `headgate query`: where each one's rows come from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from headgate.core.accepted_rows import accepted_types
from headgate.core.contract.model import Contract
from headgate.core.errors import UserMistake
from headgate.core.manifest import Manifest
from headgate.core.pipeline import Pipeline
from headgate.core.places import manifest_key
from headgate.core.project import Project
from headgate.core.query.sandbox import Make
from headgate.core.query.tables import RunOutput
from headgate.core.query.tables import Tables as QueryTables
from headgate.ports import Files, Ledger, Run, Table, Tables
from headgate.stages.lineage import standing
from headgate.stages.load import order_of, table_of

_RUN = {
    "run": "VARCHAR", "pipeline": "VARCHAR", "file": "VARCHAR", "state": "VARCHAR", "verdict": "VARCHAR",
    "records": "BIGINT", "accepted": "BIGINT", "rejected": "BIGINT", "warned": "BIGINT", "attempts": "BIGINT",
    "claimed_at": "TIMESTAMP", "settled_at": "TIMESTAMP", "reason": "VARCHAR", "parent": "VARCHAR", "replay": "BIGINT",
    "replays": "VARCHAR",
}  # fmt: skip
_DESCRIBED = {
    "name": "VARCHAR", "size": "BIGINT", "sha256": "VARCHAR", "media_type": "VARCHAR", "encoding": "VARCHAR",
    "records": "BIGINT", "columns": "VARCHAR", "_run": "VARCHAR", "_file": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Of which runs rows are wanted; without anything of all.

    Attributes:
        since, until: when they began, UTC, naive; `until` not included.
    """

    pipeline: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, run: Run) -> bool:
        """Whether the rows of a run are wanted."""
        return (
            self.pipeline in (None, run.pipeline)
            and (self.since is None or run.claimed_at >= self.since)
            and (self.until is None or run.claimed_at < self.until)
        )


@dataclass
class QuerySources:
    """What a project can be asked for.

    Attributes:
        work: an empty folder for what lies in a store that is no folder.
        table_rows: the most rows that a table sink may have to be copied.
        wanted: of which runs rows are wanted.
        notes: what the answer leaves out, for the one who asks.
    """

    project: Project
    contracts: Mapping[str, Contract]
    files: Files
    ledger: Ledger
    tables: Tables
    work: Path
    table_rows: int
    wanted: Wanted = Wanted()
    notes: list[str] = field(default_factory=list)
    _downloads: int = 0

    def all(self) -> dict[str, Make]:
        """Name → what makes the table."""
        found: dict[str, Make] = {"runs": self._runs}
        for name, pipeline in self._pipelines.items():
            contract = self.contracts.get(name)
            found[f"accepted_{name}"] = self._accepted(pipeline, contract) if contract else self._described(pipeline)
            if contract:
                found[f"rejected_{name}"] = self._rejected(pipeline, contract)
            found |= {table: self._sink(pipeline, table) for table in pipeline.sinks}
        return found

    @property
    def _pipelines(self) -> dict[str, Pipeline]:
        pipelines = self.project.pipelines.items()
        return {name: pipeline for name, pipeline in pipelines if self.wanted.pipeline in (None, name)}

    def _runs(self, made: QueryTables, name: str, is_only_listed: bool) -> None:
        runs = [] if is_only_listed else self.ledger.runs(self.wanted.pipeline, self.wanted.since)
        made.rows(name, _RUN, (_run_row(run) for run in runs if self.wanted.has(run)))

    def _accepted(self, pipeline: Pipeline, contract: Contract) -> Make:
        def make(made: QueryTables, name: str, is_only_listed: bool) -> None:
            types = accepted_types(contract, pipeline.derive, pipeline.place("derive"))
            made.accepted(name, types, [] if is_only_listed else self._outputs(pipeline, "accepted"))

        return make

    def _rejected(self, pipeline: Pipeline, contract: Contract) -> Make:
        def make(made: QueryTables, name: str, is_only_listed: bool) -> None:
            made.rejected(name, contract, [] if is_only_listed else self._outputs(pipeline, "rejected_jsonl"))

        return make

    def _described(self, pipeline: Pipeline) -> Make:
        """A metadata pipeline: a row for each file."""

        def make(made: QueryTables, name: str, is_only_listed: bool) -> None:
            committed = [] if is_only_listed else self._committed(pipeline)
            made.rows(name, _DESCRIBED, (_described_row(run, manifest) for run, manifest in committed))

        return make

    def _sink(self, pipeline: Pipeline, table: str) -> Make:
        def make(made: QueryTables, name: str, is_only_listed: bool) -> None:
            types = accepted_types(self.contracts[pipeline.name], pipeline.derive, pipeline.place("derive"))
            sink = table_of(table, pipeline.sinks[table])
            if is_only_listed:
                made.rows(name, types, [])
            elif self._is_whole(name):
                self._check_count(f"the table {name} has", self.tables.count(sink), pipeline)
                made.rows(name, types, self.tables.rows(sink))
            else:
                self._sink_of_runs(made, sink, types, pipeline)

        return make

    def _is_whole(self, table: str) -> bool:
        """Whether all of a table is wanted: of any time, and of every pipeline that fills it."""
        filled_by = [name for name, pipeline in self.project.pipelines.items() if table in pipeline.sinks]
        is_of_all = self.wanted.pipeline is None or filled_by == [self.wanted.pipeline]
        return is_of_all and self.wanted.since is None and self.wanted.until is None

    def _sink_of_runs(self, made: QueryTables, sink: Table, types: Mapping[str, str], pipeline: Pipeline) -> None:
        """The rows of a table that some runs put there, found by their keys: nothing else of it is read."""
        runs = [run for one in self._pipelines.values() if sink.name in one.sinks for run in self._loaded(one)]
        put = sum(run.counts.get("accepted") or 0 for run in runs)
        self._check_count(f"into the table {sink.name} these runs put", put, pipeline)
        stand = made.rows(sink.name, types, (row for run in runs for row in self._put_by(run, made, sink)))
        if stand < put:
            gone = put - stand
            self.notes.append(
                f"{gone:,} of the {put:,} rows that these runs loaded do not stand in the table {sink.name} as they put them: "
                "a later row took their place, their output is no longer kept, or they are not loaded yet"
            )

    def _loaded(self, pipeline: Pipeline) -> Iterator[Run]:
        """Committed runs, also those that were replayed: their rows may stand in the table beside the later ones."""
        known = self.ledger.runs(pipeline.name, self.wanted.since)
        return (run for run in known if run.state == "committed" and self.wanted.has(run))

    def _put_by(self, run: Run, made: QueryTables, sink: Table) -> Iterator[Mapping[str, Any]]:
        manifest = self._manifest(run)
        key = manifest["outputs"].get("accepted", {}).get("path") if manifest else None
        path = self._local(key) if key else None
        if path is None:
            return
        pipeline = self.project.pipelines[run.pipeline]
        types = accepted_types(self.contracts[run.pipeline], pipeline.derive, pipeline.place("derive"))
        yield from self.tables.put_with(sink, made.cells(path, types, sink.key_columns), order_of(run.run, self.ledger))

    def _check_count(self, said: str, count: int, pipeline: Pipeline) -> None:
        if count > self.table_rows:
            raise self._too_many(said, count, pipeline)

    def _too_many(self, said: str, count: int, pipeline: Pipeline) -> UserMistake:
        """An answer from some of the rows would be a wrong one."""
        return UserMistake(
            f"{said} {count:,} rows, and of one table no more than {self.table_rows:,} are copied",
            next=f"the same with --table-rows {count}; or ask accepted_{pipeline.name}, which is not copied; "
            "or ask for a day, with --day D",
            code="too_many_rows",
        )

    def _committed(self, pipeline: Pipeline) -> list[tuple[Run, Manifest]]:
        """Committed runs that no later replay stands for, each with its manifest; nothing counts without one."""
        # A replay is later than what it replays: none that takes the place of a wanted run is left out here.
        runs = [run for run in standing(self.ledger.runs(pipeline.name, self.wanted.since)) if self.wanted.has(run)]
        return [(run, manifest) for run in runs if (manifest := self._manifest(run))]

    def _manifest(self, run: Run) -> Manifest | None:
        try:
            found: Manifest = json.loads(self.files.read(manifest_key(self.project.settings.zones, run.run)))
        except FileNotFoundError:
            self.notes.append(f"run {run.run} has no manifest; its rows are left out")
            return None
        return found

    def _outputs(self, pipeline: Pipeline, role: str) -> list[RunOutput]:
        outputs, gone = [], 0
        for run, manifest in self._committed(pipeline):
            key = manifest["outputs"].get(role, {}).get("path")
            path = self._local(key) if key else None
            gone += bool(key and not path)
            if path:
                outputs.append(RunOutput(path, run.run, run.file))
        if gone:
            self.notes.append(
                f"the {role.partition('_')[0]} rows of {gone:,} runs of {pipeline.name} are no longer kept"
            )
        return outputs

    def _local(self, key: str) -> Path | None:
        """The object as a file on this machine; None when it is gone."""
        if "://" not in self.project.storage:
            path = Path(self.project.storage, key)
            return path if path.is_file() else None
        self._downloads += 1
        path = self.work / f"{self._downloads}{PurePosixPath(key).suffix}"
        try:
            self.files.download(key, path)
        except FileNotFoundError:
            return None
        return path


def _run_row(run: Run) -> dict[str, Any]:
    reason = json.dumps(dict(run.reason), ensure_ascii=False) if run.reason else None
    counts = {name: run.counts.get(name) for name in ("records", "accepted", "rejected", "warned")}
    row = {**asdict(run), **counts, "reason": reason}
    return {name: row[name] for name in _RUN}


def _described_row(run: Run, manifest: Manifest) -> dict[str, Any]:
    described = manifest.get("metadata") or {}
    columns = described.get("columns")
    row = {**described, "columns": json.dumps(columns, ensure_ascii=False) if columns else None}
    return {**{name: row.get(name) for name in _DESCRIBED}, "_run": run.run, "_file": run.file}
