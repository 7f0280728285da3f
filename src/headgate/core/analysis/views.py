"""The rows that facts and findings are asked of, as views: those of this run, and those of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from headgate.core.accepted_rows import PATH, accepted_groups, no_rows, united
from headgate.core.gate import sql
from headgate.core.gate.session import make_room
from headgate.core.gate.split import SMALL

SCHEMA = "headgate"
ROWS = f"{SCHEMA}.rows"
"""Accepted rows with their number, `POSITION`; for Headgate's own queries."""

POSITION = "_row"
"""A reserved name, which no column of accepted rows has."""

_KEPT = f"{SCHEMA}.kept"
# Columns come one by one from a file that is written whole: small row groups share the work better.
_SCRATCH = "(FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 40960)"


@dataclass(frozen=True)
class Earlier:
    """The accepted output of an earlier committed run.

    Attributes:
        path: where it lies on this machine; nothing lies there when it is gone.
        at: when the file of these rows was claimed first, UTC, naive.
        root: the first run of that file, where this is a replay of it or was resubmitted to it.
    """

    path: Path
    run: str
    at: datetime
    root: str = ""


@dataclass(frozen=True)
class Rows:
    """What is analyzed.

    Attributes:
        accepted: the accepted output of this run (`.parquet`, `.csv`, `.jsonl`); None for no rows at all.
        types: column → type, as `headgate.core.accepted_rows.accepted_types` gives them. Facts see these columns only.
        sensitive: columns whose values appear in no result.
        history: earlier committed runs whose rows count, the newest first; those of one file beside each other.
    """

    accepted: Path | None
    types: Mapping[str, str]
    sensitive: frozenset[str] = frozenset()
    history: Sequence[Earlier] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The text columns."""
        return tuple(name for name, kind in self.types.items() if kind == "VARCHAR")

    def newest(self, count: int) -> list[Earlier]:
        """The runs of the newest `count` files."""
        files = dict.fromkeys(one.root or one.run for one in self.history)
        among = set(list(files)[:count])
        return [one for one in self.history if (one.root or one.run) in among]

    def earlier(self, count: int) -> list[Earlier]:
        """Those of the newest `count` files whose output is still there."""
        return [one for one in self.newest(count) if one.path.is_file()]


class Views:
    """Makes the views in one engine.

    Args:
        work: a folder of its own, for what has to be rewritten.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: Rows, work: Path) -> None:
        self._connection, self._rows, self._work = connection, rows, work
        self.paths: list[Path] = []
        connection.execute(f"CREATE SCHEMA {SCHEMA}")

    def accepted(self) -> None:
        """The view of this run's rows: the columns and types that were promised, whatever is in the file."""
        make_room(self._connection, len(self._rows.types), 0)
        source, names = self._source()
        cells = [*self._cells(names), POSITION]
        self._connection.execute(f"CREATE VIEW {ROWS} AS SELECT {', '.join(cells)} FROM ({source})")
        self._connection.execute(f"CREATE VIEW accepted AS SELECT * EXCLUDE ({POSITION}) FROM {ROWS}")

    def history(self, count: int) -> None:
        """The view of the rows of the newest `count` earlier files; their values have today's types, or are NULL."""
        earlier = self._rows.earlier(count)
        self.paths += [one.path for one in earlier]
        groups = accepted_groups(self._connection, [one.path for one in earlier], self._rows.types)
        rows = united([no_rows(self._rows.types), *groups])
        cells = [
            f"TRY_CAST(r.{sql.name(name)} AS {kind}) AS {sql.name(name)}" for name, kind in self._rows.types.items()
        ]
        runs = self._runs(f"{SCHEMA}.runs_{count}", earlier)
        self._connection.execute(
            f"CREATE VIEW {history_of(count)} AS SELECT {', '.join(cells)}, f._run, f._at "
            f"FROM ({rows}) r JOIN {runs} f ON f.path = r.{PATH}"
        )

    def _source(self) -> tuple[str, Mapping[str, str]]:
        """A query for the rows, each with its number, and the columns that are there.

        Few rows are held by the engine, which is faster than to open a file for each query; other formats than Parquet
        are read and typed once.
        """
        given = self._rows.accepted
        if given and given.suffix == ".parquet" and given.stat().st_size > SMALL:
            return self._of_parquet(given)
        groups = accepted_groups(self._connection, [given], self._rows.types) if given else []
        if not given or not groups:
            return f"SELECT *, 0::BIGINT AS {POSITION} FROM ({no_rows(self._rows.types).select})", self._rows.types
        rows = f"SELECT * EXCLUDE ({PATH}) FROM ({united(groups)})"
        if given.stat().st_size > SMALL:
            path = self._work / "accepted.parquet"
            self._connection.execute(f"COPY ({rows}) TO {sql.text(path)} {_SCRATCH}")
            return self._of_parquet(path)
        self._connection.execute(f"CREATE TABLE {_KEPT} AS {rows}")
        return self._numbered(_KEPT, "rowid")

    def _of_parquet(self, path: Path) -> tuple[str, Mapping[str, str]]:
        self.paths.append(path)
        return self._numbered(f"read_parquet({sql.file(path)}, hive_partitioning=false)", "file_row_number")

    def _numbered(self, table: str, number: str) -> tuple[str, Mapping[str, str]]:
        """By the engine's own number of a row, unless a column of that name hides it."""
        described = self._connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
        names = {name: kind for name, kind, *_ in described}
        position = "row_number() OVER ()" if number in map(str.casefold, names) else number
        return f"SELECT *, {position} AS {POSITION} FROM {table}", names

    def _cells(self, there: Mapping[str, str]) -> list[str]:
        """The promised columns; a run made under another contract may lack one, or have it with another type."""
        cells = []
        for name, kind in self._rows.types.items():
            quoted = sql.name(name)
            found = there.get(name)
            value = quoted if found == kind else f"TRY_CAST({quoted} AS {kind})" if found else f"NULL::{kind}"
            cells.append(f"{value} AS {quoted}")
        return cells

    def _runs(self, table: str, earlier: Sequence[Earlier]) -> str:
        """The table that says which run a path belongs to."""
        self._connection.execute(f"CREATE TABLE {table} (path VARCHAR, _run VARCHAR, _at TIMESTAMP)")
        for one in earlier:
            values = [str(one.path.resolve()), one.run, one.at]
            self._connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", values)
        return table


def history_of(count: int) -> str:
    """The name of the view with so many earlier runs."""
    return f"{SCHEMA}.history_{count}"
