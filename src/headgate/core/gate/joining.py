"""Joins rows that are sent again with the records of their root run: known or not, open or closed, once or twice."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from headgate.core.errors import Permanent, Place
from headgate.core.gate import sql
from headgate.core.gate.books import books_open
from headgate.core.gate.marks import RUN_ID
from headgate.core.gate.plan import Plan
from headgate.core.gate.resubmission import ACCEPTED, TWICE, UNKNOWN, Root, Roots, mixed_runs, no_run, unknown_run
from headgate.core.gate.session import number
from headgate.core.gate.tables import FRAMED

RECORDS = "records.csv"
_COLUMN = "_record"
_WRITTEN = re.compile(rb'\{"_run":"[^"]*","_record":([0-9]+|null),"_line":([0-9]+|null),')


class RootJoin:
    """Puts rows that can't be joined into `late`, and keeps the table `origins` (rec, run, record, line, is_whole).

    Args:
        connection: holds `scratch`, `malformed` and `late`.
        plan: of a file of rejected rows.
        work: folder for the numbers of the root's records.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan, work: Path) -> None:
        self._connection, self._plan, self._work = connection, plan, work

    def link(self, file: str, roots: Roots, closed: Mapping[str, Path]) -> Root:
        """Finds the one run that the rows come from, and holds each row's record against it.

        Args:
            file: what it is called by whoever sent it.
            closed: run → its `records.csv`, beside those of the root.

        Raises:
            FileFailed: `no_run`, `mixed_runs`, `unknown_run`, or what `roots` raises.
        """
        self._read_marks()
        root = roots(self._one_run(file))
        self._read_root(root)
        self._place()
        self._reject_unknown(root)
        rows = "SELECT rec, record FROM origins WHERE is_whole AND run <> ''"
        _reject_closed(self._connection, rows, {**root.closed, **closed})
        return root

    def _read_marks(self) -> None:
        cells, torn = self._plan.cells, self._plan.table.torn
        assert torn
        broken = f"SELECT rec, {torn.run} AS run, {torn.record} AS record FROM malformed"
        self._connection.execute(
            f"CREATE TEMP TABLE marks AS SELECT {cells.record} AS rec, {cells.root_run} AS run, "
            f"{cells.root_record} AS record, {cells.fault} = 0 AS is_whole FROM scratch WHERE {cells.fault} <> {FRAMED} "
            f"UNION ALL SELECT rec, run, CASE WHEN run <> '' THEN record END, FALSE FROM ({broken})"
        )

    def _one_run(self, file: str) -> str:
        query = "SELECT DISTINCT run FROM marks WHERE run <> '' ORDER BY run LIMIT 3"
        runs = [str(run) for (run,) in self._connection.execute(query).fetchall()]
        if not runs:
            raise no_run(file)
        if len(runs) > 1:
            raise mixed_runs(file, runs)
        if not re.fullmatch(RUN_ID, runs[0]):
            raise unknown_run(file, runs[0])
        return runs[0]

    def _read_root(self, root: Root) -> None:
        """The table `openable`: record and line of each row that the root rejected."""
        numbers = self._work / "root.csv"
        with numbers.open("w", newline="") as file:
            csv.writer(file).writerows(_numbers(root))
        source = sql.written_csv(numbers, {"record": "BIGINT", "line": "BIGINT"})
        query = f"SELECT record, min(line) AS line FROM {source} WHERE record IS NOT NULL GROUP BY record"
        self._connection.execute(f"CREATE TEMP TABLE openable AS {query}")

    def _place(self) -> None:
        self._connection.execute(
            "CREATE TEMP TABLE origins AS SELECT m.*, o.line, o.record IS NOT NULL AS is_known "
            "FROM marks m LEFT JOIN openable o USING (record)"
        )

    def _reject_unknown(self, root: Root) -> None:
        named = f"'record ' || record || ' of run ' || {sql.text(root.run)}"
        what = (
            f"CASE WHEN run = '' THEN 'it names no run' WHEN record IS NULL THEN 'it names no record' ELSE {named} END"
        )
        self._connection.execute(
            f"INSERT INTO late SELECT rec, '{UNKNOWN}', {what} FROM origins WHERE is_whole AND (run = '' OR NOT is_known)"
        )

    def judge_repeats(self) -> None:
        """Of several rows for one record the first otherwise valid one stays."""
        cells = self._plan.cells
        rows = (
            f"SELECT {cells.record} AS rec, {cells.root_record} AS record FROM scratch "
            f"WHERE {self._plan.fine} AND {cells.record} NOT IN (SELECT rec FROM late)"
        )
        self._connection.execute(
            f"INSERT INTO late SELECT rec, '{TWICE}', 'record ' || record FROM ({rows}) "
            "QUALIFY row_number() OVER (PARTITION BY record ORDER BY rec) > 1"
        )

    def write_records(self, path: Path, accepted: str, count: int) -> None:
        """Writes the numbers of the root's records that are accepted now, ascending.

        Args:
            accepted: SELECT of the accepted rows.
            count: how many they are.

        Raises:
            FileFailed: `books_do_not_close`.
        """
        records = f"SELECT {self._plan.cells.root_record} AS {_COLUMN} FROM ({accepted}) ORDER BY 1"
        written = number(self._connection, f"COPY ({records}) TO {sql.text(path)} (FORMAT csv, HEADER true)")
        if written != count:
            raise books_open(f"{count} rows were accepted, {written} records closed")

    def open_before(self) -> int:
        """Records of the root that no earlier resubmission has closed."""
        return number(self._connection, "SELECT count(*) FROM openable WHERE record NOT IN (SELECT record FROM closed)")


def reject_closed(connection: duckdb.DuckDBPyConnection, plan: Plan, closed: Mapping[str, Path]) -> None:
    """Puts the rows of an ordinary file whose records are closed into `late`.

    Args:
        closed: run → its `records.csv`.
    """
    rows = f"SELECT {plan.cells.record} AS rec, {plan.cells.record} AS record FROM scratch WHERE {plan.cells.fault} = 0"
    _reject_closed(connection, rows, closed)


def _reject_closed(connection: duckdb.DuckDBPyConnection, rows: str, closed: Mapping[str, Path]) -> None:
    connection.execute("CREATE TEMP TABLE closed (record BIGINT, run VARCHAR)")
    for run, path in closed.items():
        source = (
            f"read_csv({sql.file(path)}, auto_detect=false, hive_partitioning=false, header=true, delim=',', "
            f"new_line='\\n', columns={{'{_COLUMN}': 'BIGINT'}})"
        )
        connection.execute(f"INSERT INTO closed SELECT {_COLUMN}, {sql.text(run)} FROM {source}")
    connection.execute(
        f"INSERT INTO late SELECT rec, '{ACCEPTED}', 'by run ' || min(closed.run) FROM ({rows}) "
        "JOIN closed USING (record) GROUP BY rec"
    )


def _numbers(root: Root) -> Iterator[tuple[str, str]]:
    with root.rejected.open("rb") as file:
        for at, line in enumerate(file, 1):
            found = _WRITTEN.match(line)
            if not found:
                raise Permanent(
                    f"the rejected rows of run {root.run} are not as they were written",
                    where=Place(root.rejected.name, at),
                    who="the project's owner",
                    next="restore this rejected.jsonl from a copy, then headgate dead redrive",
                )
            yield _plain(found[1]), _plain(found[2])


def _plain(number: bytes) -> str:
    return "" if number == b"null" else number.decode()
