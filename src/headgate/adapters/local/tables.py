"""Tables in one SQLite file: keys and indexed columns as real columns, the row as JSON that keeps every type."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from headgate.adapters.local.database import Database
from headgate.core.errors import UserMistake
from headgate.ports import Loaded, Table

TABLES_VERSION = 1
# Tables are made when rows are put into them.
_SCHEMA = ""

# Reserved names: no accepted row has a column of them.
_ROW, _ORDER = "_row", "_claimed_at"
# Keys come in any order, so each batch writes most pages of the indexes: few large batches write the least.
_BATCH_ROWS = 25_000
_CACHE_KIB = 65_536
_PAGE_ROWS = 1_000
_BATCH_BYTES = 16_000_000

Values = tuple[Any, ...]


class SqliteTables:
    """`Tables` in a SQLite file that several processes may use at once.

    Each batch is a transaction: rows that a killed process leaves out are put when its event comes again. The file is
    opened when it is needed first, and made when a row is put.

    Args:
        patience: seconds to wait for others who write.
    """

    def __init__(self, path: Path, patience: float = 30) -> None:
        self._path, self._patience = path, patience

    @cached_property
    def _database(self) -> Database:
        return Database(self._path, _SCHEMA, TABLES_VERSION, self._patience)

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Loaded:
        self._make(table)
        new = older = 0
        for batch in _batches(table, rows, order):
            found = self._put(table, batch, order)
            new, older = new + found.new, older + found.older
        return Loaded(new, older)

    def put_with(self, table: Table, keys: Iterable[Mapping[str, Any]], order: str) -> Iterator[Mapping[str, Any]]:
        if not self._exists(table):
            return
        columns = " AND ".join(f"{_quoted(column)} = ?" for column in table.key_columns)
        asked = f"SELECT {_ROW} FROM {_quoted(table.name)} WHERE {columns} AND {_ORDER} = ?"
        for key in dict.fromkeys(table.key_of(row) for row in keys):
            for (row,) in self._database.read(asked, *key, order):
                yield _parsed(row)

    def count(self, table: Table) -> int:
        if not self._exists(table):
            return 0
        ((count,),) = self._database.read(f"SELECT count(*) FROM {_quoted(table.name)}")
        return int(count)

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """A page at a time, so that no reader stands in the way of SQLite's housekeeping."""
        keys = ", ".join(map(_quoted, table.key_columns))
        after: Values = ()
        left = -1 if limit is None else limit
        while left and self._exists(table):
            size = _PAGE_ROWS if left < 0 else min(left, _PAGE_ROWS)
            where = f"WHERE ({keys}) > ({_marks(after)})" if after else ""
            page = self._database.read(
                f"SELECT {_ROW}, {keys} FROM {_quoted(table.name)} {where} ORDER BY {keys} LIMIT {size}", *after
            )
            yield from (_parsed(row) for row, *_ in page)
            if len(page) < size:
                return
            after, left = page[-1][1:], left - len(page)

    def _exists(self, table: Table) -> bool:
        return self._path.exists() and bool(
            self._database.read("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table.name)
        )

    def _put(self, table: Table, batch: Mapping[Values, Values], order: str) -> Loaded:
        columns, name = _columns(table), _quoted(table.name)
        names = ", ".join(map(_quoted, columns))
        with self._database.writing() as connection:
            before = connection.total_changes
            connection.executemany(
                f"INSERT INTO {name} ({names}) VALUES ({_marks(columns)}) ON CONFLICT DO NOTHING", batch.values()
            )
            new = connection.total_changes - before
            older = len(batch) - new and len(batch) - _replace(connection, table, batch, order)
        return Loaded(new, older)

    def _make(self, table: Table) -> None:
        """The table and its indexes, as they are wanted now."""
        with self._database.writing() as connection:
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.create_function("cell", 2, lambda row, column: _indexed(_parsed(row).get(column)))
            name, keys = _quoted(table.name), [_quoted(column) for column in table.key_columns]
            kept = ", ".join(f"{column} NOT NULL" for column in keys)
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {name} ({kept}, {_ORDER} TEXT NOT NULL DEFAULT '', {_ROW} TEXT NOT NULL, "
                f"PRIMARY KEY ({', '.join(keys)}))"
            )
            self._check_keys(connection, table)
            if _ORDER not in _known(connection, table):
                # A table of before: whatever comes is later than its rows.
                connection.execute(f"ALTER TABLE {name} ADD COLUMN {_ORDER} TEXT NOT NULL DEFAULT ''")
            self._index(connection, table)

    @staticmethod
    def _check_keys(connection: sqlite3.Connection, table: Table) -> None:
        described = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table.name,))
        there = [name for (name,) in described]
        if there != table.key_columns:
            raise UserMistake(
                f"the table {table.name} has the key ({', '.join(there)}), not ({', '.join(table.key_columns)})",
                who="pipeline owner",
                next=f"call the table in `sinks` by another name than {table.name}, then headgate dead redrive",
                code="other_key",
            )

    @staticmethod
    def _index(connection: sqlite3.Connection, table: Table) -> None:
        """Their names hold their columns, so that one whose columns changed is another index."""
        wanted = {f"{table.name}.{name}({','.join(columns)})": columns for name, columns in table.indexes.items()}
        listed = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        there = {name for (name,) in connection.execute(listed, (table.name,))}
        for name in there - wanted.keys():
            connection.execute(f"DROP INDEX {_quoted(name)}")
        for name in wanted.keys() - there:
            for column in wanted[name]:
                _fill(connection, table, column)
            columns = ", ".join(map(_quoted, wanted[name]))
            connection.execute(f"CREATE INDEX {_quoted(name)} ON {_quoted(table.name)} ({columns})")


def _replace(connection: sqlite3.Connection, table: Table, batch: Mapping[Values, Values], order: str) -> int:
    """Puts rows over those that are there, unless these are of a later order; how many are not."""
    keys, columns = table.key_columns, _columns(table)
    changes = ", ".join(f"{_quoted(column)} = ?" for column in columns[len(keys) :])
    found = " AND ".join(f"{_quoted(column)} = ?" for column in keys)
    values = ((*row[len(keys) :], *key, order) for key, row in batch.items())
    before = connection.total_changes
    connection.executemany(f"UPDATE {_quoted(table.name)} SET {changes} WHERE {found} AND {_ORDER} <= ?", values)
    return connection.total_changes - before


def _known(connection: sqlite3.Connection, table: Table) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table.name,))]


def _fill(connection: sqlite3.Connection, table: Table, column: str) -> None:
    """Rows that are there already get the column too."""
    name = _quoted(table.name)
    if column in table.key_columns:
        return
    if column not in _known(connection, table):
        connection.execute(f"ALTER TABLE {name} ADD COLUMN {_quoted(column)}")
    connection.execute(f"UPDATE {name} SET {_quoted(column)} = cell({_ROW}, ?)", (column,))


def _columns(table: Table) -> list[str]:
    """Keys first, the order and the row last."""
    indexed = [column for columns in table.indexes.values() for column in columns]
    return list(dict.fromkeys([*table.key_columns, *indexed, _ORDER, _ROW]))


def _batches(table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Iterator[dict[Values, Values]]:
    """Rows by their keys, of equal ones the last; no more at once than memory and other writers can bear."""
    indexed = _columns(table)[len(table.key_columns) : -2]
    batch: dict[Values, Values] = {}
    size = 0
    for row in rows:
        key = table.key_of(row)
        text = _as_json(row)
        batch[key] = (*key, *(_indexed(row.get(column)) for column in indexed), order, text)
        size += len(text)
        if len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


_TAGS: Mapping[str, Callable[[str], Any]] = {
    "decimal": Decimal, "timestamp": datetime.fromisoformat, "date": date.fromisoformat
}  # fmt: skip


def _tagged(value: Any) -> dict[str, str]:
    """What JSON has no form for; no other value is an object."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"timestamp" if isinstance(value, datetime) else "date": value.isoformat()}


# Made once: one for each row takes longer than the row.
_as_json = json.JSONEncoder(default=_tagged, ensure_ascii=False).encode


def _parsed(text: str) -> dict[str, Any]:
    return {name: _value(value) if isinstance(value, dict) else value for name, value in json.loads(text).items()}


def _value(tagged: Mapping[str, str]) -> Any:
    ((tag, text),) = tagged.items()
    return _TAGS[tag](text)


def _indexed(value: Any) -> int | float | str | None:
    """What SQLite can order and compare; decimals and the times as text."""
    if value is None or isinstance(value, float | str) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
