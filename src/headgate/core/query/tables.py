"""The tables a person can ask for, made inside the engine before it is locked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.accepted_rows import OBJECT_SIZE, PATH, accepted_groups, longest_record, no_rows, stream, united
from headgate.core.contract.model import Contract
from headgate.core.gate import sql
from headgate.core.gate.session import make_room

_REJECTED = {
    "_run": "VARCHAR", "_record": "BIGINT", "_line": "BIGINT",
    "_reasons": 'STRUCT("column" VARCHAR, rule VARCHAR, message VARCHAR, "value" VARCHAR)[]', "_raw": "VARCHAR",
    "_raw_bytes": "VARCHAR", "_row": "JSON",
}  # fmt: skip
_SOURCE = "_source"
# Not among the tables that are listed.
_INNER = "headgate"
# Made once: one for each row takes longer than the row.
_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class RunOutput:
    """An output of a committed run, as a file on this machine.

    Attributes:
        run: its id.
        file: name of the file that the run processed.
    """

    path: Path
    run: str
    file: str


class Tables:
    """Makes tables and views in one engine.

    Args:
        work: an empty folder of its own.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, work: Path) -> None:
        self._connection, self._work = connection, work
        self._count = 0
        self.paths: list[Path] = []

    def accepted(self, name: str, types: Mapping[str, str], outputs: Sequence[RunOutput]) -> None:
        """The view of accepted rows: their columns, `_run` and `_file`.

        Args:
            types: the columns that rows have now; there are no others when nothing was processed.
        """
        groups = accepted_groups(self._connection, [output.path for output in outputs], types)
        rows = united([no_rows(types), *groups])
        runs = self._runs(outputs)
        self._view(
            name, f"SELECT r.* EXCLUDE ({PATH}), f._run, f._file FROM ({rows}) r JOIN {runs} f ON f.path = r.{PATH}"
        )
        self.paths += [output.path for output in outputs]

    def rejected(self, name: str, contract: Contract, outputs: Sequence[RunOutput]) -> None:
        """The view of rejected rows (`rejected.jsonl`): what is said of each, and its cells as text."""
        filled = [output for output in outputs if output.path.stat().st_size]
        rows = (
            self._rejected_rows(filled)
            if filled
            else no_rows(_REJECTED).select.replace(f" AS {PATH}", f" AS {_SOURCE}")
        )
        cells = ", ".join(f"{_cell(contract, at)} AS {sql.name(one.name)}" for at, one in enumerate(contract.columns))
        self._view(
            name,
            f"SELECT r._run, f._file, r._record, r._line, r._reasons, {cells}, r._raw, r._raw_bytes, r._row "
            f"FROM ({rows}) r JOIN {self._runs(filled)} f ON f.path = r.{_SOURCE}",
        )
        self.paths += [output.path for output in filled]

    def cells(self, path: Path, types: Mapping[str, str], columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Some columns of each row of an accepted output; nothing where it has not all of them."""
        for group in accepted_groups(self._connection, [path], types):
            if group.columns.keys() >= set(columns):
                named = ", ".join(map(sql.name, columns))
                yield from stream(self._connection, f"SELECT {named} FROM ({group.select})")

    def rows(self, name: str, types: Mapping[str, str], rows: Iterable[Mapping[str, Any]], schema: str = "main") -> int:
        """A table of these rows; returns how many there are.

        Args:
            types: columns there are at least; those that hold a value have the type that fits all their values.
        """
        columns = {column: _Kinds(f"c{at}") for at, column in enumerate(types)}
        self._count += 1
        path, count, longest = self._work / f"rows{self._count}.jsonl", 0, 0
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                line = _line(row, columns)
                file.write(line + "\n")
                count, longest = count + 1, max(longest, 4 * len(line))
        kinds = {column: found.type or types.get(column, "VARCHAR") for column, found in columns.items()}
        make_room(self._connection, len(kinds), longest)
        self._connection.execute(f"CREATE TABLE {schema}.{sql.name(name)} AS {_typed_rows(path, kinds, longest)}")
        return count

    def _rejected_rows(self, outputs: Sequence[RunOutput]) -> str:
        files = ", ".join(sql.file(output.path) for output in outputs)
        kinds = ", ".join(f"{sql.text(column)}: {sql.text(kind)}" for column, kind in _REJECTED.items())
        longest = max(longest_record(output.path) for output in outputs)
        make_room(self._connection, len(_REJECTED), longest)
        return (
            f"SELECT * FROM read_json([{files}], format='newline_delimited', columns={{{kinds}}}, "
            f"filename='{_SOURCE}', maximum_object_size={max(OBJECT_SIZE, longest + 64)})"
        )

    def _runs(self, outputs: Sequence[RunOutput]) -> str:
        """The table that says which run and file a path belongs to."""
        found = [{"path": str(one.path.resolve()), "_run": one.run, "_file": one.file} for one in outputs]
        name = f"runs{self._count}"
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_INNER}")
        self.rows(name, dict.fromkeys(("path", "_run", "_file"), "VARCHAR"), found, _INNER)
        return f"{_INNER}.{name}"

    def _view(self, name: str, query: str) -> None:
        self._connection.execute(f"CREATE VIEW {sql.name(name)} AS {query}")


def _cell(contract: Contract, at: int) -> str:
    """The text of a cell: rejected rows have the names of the file; fields of a parent have the contract's."""
    column = contract.columns[at]
    carried = {name for name, _ in contract.layout.parent_fields}
    key = column.name if column.name in carried else column.source
    return f"json_extract_string(r._row, {sql.text('/' + key.replace('~', '~0').replace('/', '~1'))})"


class _Kinds:
    """The type that fits all values of a column, as they come.

    Args:
        key: a short name of the column, among keys that need no escape.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._found: set[str] = set()
        self._scale = self._digits = 0

    def text(self, value: Any) -> str:
        """A value as text, after a look at it."""
        if type(value) is not str:
            self._look(value)
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        self._found.add("VARCHAR")
        return value

    def _look(self, value: Any) -> None:
        self._found.add(_kind(value))
        if isinstance(value, Decimal):
            _, digits, exponent = value.as_tuple()
            scale = max(0, -int(exponent))
            self._scale = max(self._scale, scale)
            self._digits = max(self._digits, len(digits) + int(exponent))
        elif isinstance(value, int):
            self._digits = max(self._digits, len(str(abs(value))))

    @property
    def type(self) -> str | None:
        """None when there was no value."""
        found = self._found
        if found == {"DECIMAL"} or found == {"DECIMAL", "BIGINT"}:
            return f"DECIMAL(38,{self._scale})" if self._digits + self._scale <= 38 else "VARCHAR"
        if len(found) > 1 and found <= {"BIGINT", "HUGEINT"}:
            return "HUGEINT"
        if len(found) > 1 and found <= {"BIGINT", "HUGEINT", "DECIMAL", "DOUBLE"}:
            return "DOUBLE"
        return "VARCHAR" if len(found) > 1 else next(iter(found), None)


def _kind(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "BIGINT" if -(2**63) <= value < 2**63 else "HUGEINT" if abs(value) < 2**127 else "VARCHAR"
    kinds = {bool: "BOOLEAN", float: "DOUBLE", Decimal: "DECIMAL", datetime: "TIMESTAMP", date: "DATE"}
    return kinds.get(type(value), "VARCHAR")


def _line(row: Mapping[str, Any], columns: dict[str, _Kinds]) -> str:
    """The row as JSON of texts under short names; the columns learn of its values."""
    texts = {}
    for column, value in row.items():
        if column not in columns:
            columns[column] = _Kinds(f"c{len(columns)}")
        if value is not None:
            texts[columns[column].key] = columns[column].text(value)
    return _as_json(texts)


def _typed_rows(path: Path, kinds: Mapping[str, str], longest: int) -> str:
    if not kinds:
        return "SELECT NULL::VARCHAR AS nothing WHERE FALSE"
    texts = ", ".join(f"c{at}: 'VARCHAR'" for at in range(len(kinds)))
    cells = ", ".join(f"CAST(c{at} AS {kind}) AS {sql.name(name)}" for at, (name, kind) in enumerate(kinds.items()))
    return (
        f"SELECT {cells} FROM read_json({sql.file(path)}, format='newline_delimited', columns={{{texts}}}, "
        f"maximum_object_size={max(OBJECT_SIZE, longest)})"
    )
