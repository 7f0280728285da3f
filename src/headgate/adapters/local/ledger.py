"""The ledger in one SQLite file (WAL), which several processes may use at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside, Place, UserMistake
from headgate.ports import Claim, Run, RunState

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE arrivals (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, arrived_at TEXT NOT NULL);
CREATE TABLE runs (
    run TEXT PRIMARY KEY, pipeline TEXT NOT NULL, file TEXT NOT NULL, state TEXT NOT NULL, verdict TEXT,
    counts TEXT NOT NULL DEFAULT '{}', reason TEXT, attempts INTEGER NOT NULL, claimed_at TEXT NOT NULL
);
"""


class SqliteLedger:
    """`Ledger` in a SQLite file.

    Raises:
        UserMistake: the file was written by a newer version.
        Outside: the file can't be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection:
                self._prepare(connection)
        except (OSError, sqlite3.DatabaseError) as error:
            raise self._outside(error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
        if version > SCHEMA_VERSION:
            raise UserMistake(
                f"the ledger was written by a newer Headgate (form {version}, this one knows {SCHEMA_VERSION})",
                where=Place(str(self._path)),
                next="install the newer Headgate again",
            )

    def arrive(self, key: str, at: datetime) -> int:
        row = self._write("INSERT INTO arrivals (key, arrived_at) VALUES (?, ?) RETURNING number", key, at.isoformat())
        return int(row[0])

    def claim(self, run: str, pipeline: str, file: str, at: datetime) -> Claim:
        before = self._read("SELECT state FROM runs WHERE run = ?", run)
        row = self._write(
            "INSERT INTO runs (run, pipeline, file, state, attempts, claimed_at) VALUES (?, ?, ?, 'running', 1, ?) "
            "ON CONFLICT (run) DO UPDATE SET state = CASE state WHEN 'committed' THEN state ELSE 'running' END, "
            "attempts = attempts + (state <> 'committed') RETURNING state, claimed_at, attempts",
            run, pipeline, file, at.isoformat(),
        )  # fmt: skip
        state: RunState | None = "committed" if row[0] == "committed" else before[0][0] if before else None
        return Claim(state, datetime.fromisoformat(row[1]), row[2])

    def commit(self, run: str, verdict: str, counts: Mapping[str, int | None]) -> None:
        self._settle(run, "state = 'committed', verdict = ?, counts = ?", verdict, json.dumps(dict(counts)))

    def fail(self, run: str, reason: Mapping[str, Any]) -> None:
        self._settle(run, "state = 'failed', verdict = 'failed', reason = ?", json.dumps(dict(reason)))

    def runs(self) -> list[Run]:
        columns = "run, pipeline, file, state, verdict, counts, attempts, claimed_at"
        return [_run(*row) for row in self._read(f"SELECT {columns} FROM runs ORDER BY claimed_at, run")]

    def _settle(self, run: str, outcome: str, *values: Any) -> None:
        """What is committed stays as it is."""
        self._read(f"UPDATE runs SET {outcome} WHERE run = ? AND state <> 'committed'", *values, run)

    def _write(self, statement: str, *values: Any) -> Any:
        rows = self._read(statement, *values)
        assert rows, statement
        return rows[0]

    def _read(self, statement: str, *values: Any) -> list[Any]:
        try:
            with closing(self._connect()) as connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._outside(error) from error

    def _outside(self, error: Exception) -> Outside:
        return Outside(
            f"the ledger can't be used: {error}",
            where=Place(str(self._path)),
            who="whoever looks after this machine",
            next="free disk space or correct the permissions, then run the same command again",
        )


def _run(
    run: str,
    pipeline: str,
    file: str,
    state: RunState,
    verdict: str | None,
    counts: str,
    attempts: int,
    claimed_at: str,
) -> Run:
    return Run(run, pipeline, file, state, verdict, json.loads(counts), attempts, datetime.fromisoformat(claimed_at))
