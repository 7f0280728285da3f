"""A file was processed: put its accepted rows into the tables that the pipeline names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from headgate.core.accepted_rows import Group, accepted_groups, accepted_types, stream
from headgate.core.config.sink_settings import Sink
from headgate.core.errors import Permanent, Place, UserMistake
from headgate.core.events import Event
from headgate.core.gate import sql
from headgate.core.gate.session import Budget, session
from headgate.core.gate.workspace import workspace
from headgate.core.manifest import Manifest
from headgate.core.pipeline import Pipeline
from headgate.ports import Context, Ledger, Table
from headgate.stages.kept import still_kept
from headgate.stages.made_by import is_described, pipeline_of

# What a table keeps as it is; a time of day, an interval and the like are kept as text.
_KEPT = ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "UHUGEINT", "BIGINT",
         "UBIGINT", "INTEGER", "UINTEGER", "SMALLINT", "USMALLINT", "TINYINT", "UTINYINT")  # fmt: skip
_MOMENTS = ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE")


def load(event: Event, context: Context) -> list[Event]:
    """Takes `file.processed`; gives `rows.loaded`, or nothing when the pipeline names no table. Again adds nothing.

    Nothing is loaded of a file that was only described, though its pipeline has a contract and tables by now.

    Raises:
        Permanent: the pipeline is gone.
    """
    pipeline = pipeline_of(event, context)
    if not pipeline.sinks:
        return []
    manifest: Manifest = json.loads(context.files.read(event.data["manifest"]))
    if is_described(manifest):
        return []
    loaded = _loaded(event, context, pipeline, manifest)
    data = {"run": event.data["run"], "pipeline": pipeline.name, "tables": loaded}
    return [event.next("rows.loaded", event.subject, data)]


def _loaded(event: Event, context: Context, pipeline: Pipeline, manifest: Manifest) -> list[dict[str, Any]]:
    with workspace(context.project.temp_directory) as folder:
        path = _download(manifest["outputs"]["accepted"], event, context, folder)
        with _session(context, folder) as connection:
            return _Loader(connection, pipeline, context, event.data["run"], path).load()


def _session(context: Context, folder: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    if context.engine:
        return context.engine().session()
    gate = context.project.settings.gate
    return session(folder, Budget(gate.memory_limit, gate.threads))


def table_of(name: str, sink: Sink) -> Table:
    """A table as its adapter takes it."""
    return Table(name, sink.partition_key, sink.sort_key, sink.indexes)


def _download(accepted: Mapping[str, Any], event: Event, context: Context, folder: Path) -> Path:
    """The accepted rows that the manifest speaks of, and no others."""
    path = folder / PurePosixPath(accepted["path"]).name
    with still_kept(context, accepted["path"], event.data["run"], "gate"):
        copy = context.files.download(accepted["path"], path)
    if copy.sha256 != accepted["sha256"]:
        raise Permanent(
            "the accepted rows are not those that the run wrote",
            where=Place(accepted["path"]),
            who="whoever looks after the storage",
            next=f"headgate replay {event.data['run']}",
            code="output_changed",
        )
    return path


def order_of(run: str, ledger: Ledger) -> str:
    """Files by their arrival; what was judged or sent again is as old as its file, and later than what it stands for."""
    times, waiting = [], [run]
    while waiting and (found := ledger.run(waiting.pop())):
        times.append(f"{found.claimed_at:%Y%m%d%H%M%S%f}")
        waiting = [one for one in (found.replays or found.parent,) if one]
    return " ".join([*times[-1:], *times[:1], run[:8]])


class _Loader:
    """Accepted rows of one run on their way into tables."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, pipeline: Pipeline, context: Context, run: str, path: Path
    ) -> None:
        self._connection, self._pipeline, self._run, self._tables = connection, pipeline, run, context.tables
        self._order = order_of(run, context.ledger)
        types = accepted_types(context.contracts[pipeline.name], pipeline.derive, pipeline.place("derive"))
        self._groups = accepted_groups(connection, [path], types)

    def load(self) -> list[dict[str, Any]]:
        return [self._put(name, sink) for name, sink in self._pipeline.sinks.items()]

    def _put(self, name: str, sink: Sink) -> dict[str, Any]:
        rows = _Counted(row for group in self._groups for row in self._rows(group, name, sink))
        loaded = self._tables.put(table_of(name, sink), rows, self._order)
        return {"table": name, "rows": rows.count, "new": loaded.new, "older": loaded.older}

    def _rows(self, group: Group, name: str, sink: Sink) -> Iterator[Mapping[str, Any]]:
        for key in (sink.partition_key, sink.sort_key):
            if key is not None and key not in group.columns:
                raise self._older(name, key)
        cells = ", ".join(_cell(column, kind) for column, kind in group.columns.items())
        return stream(self._connection, f"SELECT {cells} FROM ({group.select})")

    def _older(self, table: str, key: str) -> UserMistake:
        return UserMistake(
            f"the run was made before its rows had the column {key}, a key of the table {table}",
            where=self._pipeline.place("sinks", table),
            who="pipeline owner",
            next=f"headgate replay {self._run}: rows that are judged anew have it",
            code="missing_key_column",
        )


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterator[Mapping[str, Any]]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _cell(column: str, kind: str) -> str:
    name = sql.name(column)
    if kind.partition("(")[0] in _KEPT:
        return name
    return f"CAST({name} AS {'TIMESTAMP' if kind in _MOMENTS else 'VARCHAR'}) AS {name}"
