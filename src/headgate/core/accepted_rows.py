"""Reading accepted outputs again, with the types they had, whatever format they were written in."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.contract.model import Column, Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.gate import sql
from headgate.core.gate.derive import Context, check_derive, kept_type
from headgate.core.gate.session import make_room

PATH = "_row"
"""Column with the path of the file that a row was read from: a reserved name, which no accepted row has."""

BATCH = 500
"""Rows that are held at once: cells may be long."""

_TYPES = {
    "string": "VARCHAR", "object": "VARCHAR", "array": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE",
    "timestamp": "TIMESTAMP", "time": "TIME", "boolean": "BOOLEAN",
}  # fmt: skip
_NUMBERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "FLOAT", "DECIMAL")
# The engine reads a JSON number of these types by way of a DOUBLE, and loses digits beyond the fifteenth.
_EXACT = ("DECIMAL", "HUGEINT", "UHUGEINT")
OBJECT_SIZE = 16_777_216
"""Bytes of the longest JSON object that the engine reads unless it is told to read longer ones."""

_DEFAULT_LINE_SIZE = 2_097_152
Pairs = tuple[tuple[str, str], ...]
_SAMPLE_RUN = Context("", "", datetime(2000, 1, 1))


@dataclass(frozen=True)
class Group:
    """Files that have the same columns.

    Attributes:
        columns: name → type, as the engine calls it.
        select: a query that gives them, and `PATH`.
    """

    columns: Mapping[str, str]
    select: str


def accepted_types(contract: Contract, derive: Mapping[str, str], place: Place) -> dict[str, str]:
    """The columns of accepted rows with their types: the contract's, then the derived ones; extra columns are text.

    Raises:
        UserMistake: a derived column can't be computed.
    """
    types = contract_types(contract)
    expressions = check_derive(derive, contract, place)
    try:
        return {**types, **_derived_types(tuple(expressions.items()), tuple(types.items()))}
    except duckdb.Error as error:
        raise UserMistake(str(error).splitlines()[0], where=place, next="correct the expression") from error


def contract_types(contract: Contract) -> dict[str, str]:
    """The columns of a contract with the types in which accepted rows have them."""
    return {column.name: _column_type(column) for column in contract.columns}


def accepted_groups(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], types: Mapping[str, str]
) -> list[Group]:
    """Accepted outputs (`.parquet`, `.csv`, `.jsonl`), grouped by their columns; a JSONL file without rows is in none.

    Args:
        connection: of `session`.
        types: of the columns of CSV and JSONL files. Where they don't fit all values, as after a change of the contract,
            the column is text.
    """
    found: dict[tuple[str, tuple[str, ...]], list[Path]] = defaultdict(list)
    for path in paths:
        if path.suffix != ".parquet":
            found[path.suffix, _column_names(path)].append(path)
    texts = [_Texts(suffix, names, files) for (suffix, names), files in found.items() if names]
    parquet = [path for path in paths if path.suffix == ".parquet"]
    return [*_parquet_groups(connection, parquet), *(text.typed(connection, types) for text in texts)]


def united(groups: Sequence[Group]) -> str:
    """One query over all groups, columns matched by name; a column whose types have nothing in common becomes text."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for name, kind in group.columns.items():
            kinds[name.lower()].add(kind)
    as_text = {name for name, found in kinds.items() if len(found) > 1 and not all(map(_is_number, found))}
    return " UNION ALL BY NAME ".join(f"({_with_texts(group, as_text)})" for group in groups)


def no_rows(columns: Mapping[str, str]) -> Group:
    """A group of no file, which only says what columns there are."""
    nulls = [f"NULL::{kind} AS {sql.name(name)}" for name, kind in columns.items()]
    return Group(columns, f"SELECT {', '.join([*nulls, f'NULL::VARCHAR AS {PATH}'])} WHERE FALSE")


def stream(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    """The rows of a query, a few at a time; the connection is busy until the last one."""
    rows = connection.execute(query)
    names = [column[0] for column in rows.description or ()]
    while batch := rows.fetchmany(BATCH):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def _column_type(column: Column) -> str:
    return f"DECIMAL({column.decimal[0]},{column.decimal[1]})" if column.decimal else _TYPES[column.type]


@lru_cache(maxsize=64)
def _derived_types(expressions: Pairs, types: Pairs) -> dict[str, str]:
    """Remembered, since an engine takes longer to open than it takes to load a small file."""
    if not expressions:
        return {}
    cells = ", ".join(f"NULL::{kind} AS {sql.name(name)}" for name, kind in types)
    picked = ", ".join(f"({expression}) AS {sql.name(name)}" for name, expression in expressions)
    query = f"DESCRIBE SELECT {picked} FROM (SELECT {cells}, {_SAMPLE_RUN.columns('0::BIGINT')})"
    with duckdb.connect() as connection:
        described = connection.execute(query).fetchall()
    return {name: "VARCHAR" if kind == '"NULL"' else kept_type(kind) for name, kind, *_ in described}


def _is_number(kind: str) -> bool:
    return kind.partition("(")[0] in _NUMBERS


def _with_texts(group: Group, as_text: Collection[str]) -> str:
    names = [sql.name(name) for name in group.columns if name.lower() in as_text]
    casts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in names)
    return f"SELECT * REPLACE ({casts}) FROM ({group.select})" if casts else group.select


def _parquet_groups(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> list[Group]:
    """By what the files say of their columns, asked for all of them at once."""
    if not paths:
        return []
    said = connection.execute(
        "SELECT list(file_name ORDER BY file_name) FROM (SELECT file_name, "
        "string_agg(concat_ws(chr(1), name, type, converted_type, logical_type, precision, scale), chr(2)) AS form "
        f"FROM parquet_schema([{_files(paths)}]) GROUP BY file_name) GROUP BY form"
    ).fetchall()
    return [_parquet_group(connection, [Path(name) for name in names]) for (names,) in said]


def _parquet_group(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Group:
    select = f"SELECT * FROM read_parquet([{_files(paths)}], hive_partitioning=false, filename='{PATH}')"
    described = connection.execute(f"DESCRIBE {select}").fetchall()
    make_room(connection, len(described), 0)
    return Group({name: kind for name, kind, *_ in described if name != PATH}, select)


class _Texts:
    """CSV or JSONL files of the same columns, every cell a text at first."""

    def __init__(self, suffix: str, names: Sequence[str], paths: Sequence[Path]) -> None:
        self._names = names
        self._longest = max(longest_record(path, quotes=suffix == ".csv") for path in paths)
        self._query = self._csv(paths) if suffix == ".csv" else self._jsonl(paths)
        self._is_json = suffix == ".jsonl"

    def typed(self, connection: duckdb.DuckDBPyConnection, types: Mapping[str, str]) -> Group:
        make_room(connection, len(self._names), self._longest)
        wanted = {at: types.get(name, "VARCHAR") for at, name in enumerate(self._names)}
        typed = [at for at, kind in wanted.items() if kind != "VARCHAR"]
        fits = self._fits(connection, [(at, wanted[at]) for at in typed])
        kinds = {at: kind if fits.get(at, True) else "VARCHAR" for at, kind in wanted.items()}
        cells = [f"CAST({self._cell(at, kind)} AS {kind}) AS {sql.name(self._names[at])}" for at, kind in kinds.items()]
        columns = {self._names[at]: kind for at, kind in kinds.items()}
        return Group(columns, f"SELECT {', '.join([*cells, PATH])} FROM ({self._query})")

    def _fits(self, connection: duckdb.DuckDBPyConnection, typed: Sequence[tuple[int, str]]) -> dict[int, bool]:
        """Which columns lose nothing when they are read as these types: the engine's casts are lax ('4.5' → 5)."""
        if not typed:
            return {}
        tests = [
            f"bool_and({self._cell(at, 'VARCHAR')} IS NULL OR coalesce({_keeps(self._cell(at, kind), kind)}, FALSE))"
            for at, kind in typed
        ]
        row = connection.execute(f"SELECT {', '.join(tests)} FROM ({self._query})").fetchone() or ()
        return {at: fits is not False for (at, _), fits in zip(typed, row, strict=True)}

    def _cell(self, at: int, kind: str) -> str:
        if self._is_json and kind.partition("(")[0] in _EXACT:
            return self._number(self._names[at])
        return f"cells[{at + 1}]"

    @staticmethod
    def _number(name: str) -> str:
        """A number as it stands in the line: an unescaped quote before the name can't be part of a text."""
        key = f"regexp_escape(to_json({sql.text(name)})::VARCHAR)"
        return f"nullif(regexp_extract(line, '[{{,]' || {key} || ':(-?[0-9][^,}}]*)[,}}]', 1), '')"

    def _csv(self, paths: Sequence[Path]) -> str:
        kinds = ", ".join(f"c{at}: 'VARCHAR'" for at in range(len(self._names)))
        cells = ", ".join(f"c{at}" for at in range(len(self._names)))
        return (
            f"SELECT [{cells}] AS cells, {PATH} FROM read_csv([{_files(paths)}], auto_detect=false, header=false, skip=1, "
            f"hive_partitioning=false, delim=',', quote='\"', escape='\"', new_line='\\n', nullstr='', "
            f"allow_quoted_nulls=false, max_line_size={max(_DEFAULT_LINE_SIZE, self._longest + 64)}, "
            f"columns={{{kinds}}}, filename='{PATH}')"
        )

    def _jsonl(self, paths: Sequence[Path]) -> str:
        pointers = sql.texts("/" + name.replace("~", "~0").replace("/", "~1") for name in self._names)
        return (
            f"SELECT json_extract_string(json, [{pointers}]) AS cells, json::VARCHAR AS line, {PATH} "
            f"FROM read_ndjson_objects([{_files(paths)}], filename='{PATH}', "
            f"maximum_object_size={max(OBJECT_SIZE, self._longest + 64)})"
        )


def _keeps(cell: str, kind: str) -> str:
    """SQL: whether a text, as the engine writes values, loses nothing as this type."""
    cast = f"TRY_CAST({cell} AS {kind})"
    if kind in ("DOUBLE", "FLOAT"):
        return f"{cast} IS NOT NULL"
    if _is_number(kind):
        return f"{_without_zeros(f'{cast}::VARCHAR')} = {_without_zeros(cell)}"
    return f"{cast}::VARCHAR = {cell}"


def _without_zeros(number: str) -> str:
    """SQL: 1.10 and 1.1 are one number, and so are 5.0 and 5."""
    return f"CASE WHEN contains({number}, '.') THEN rtrim(rtrim({number}, '0'), '.') ELSE {number} END"


def _files(paths: Sequence[Path]) -> str:
    return ", ".join(sql.file(path) for path in paths)


def _column_names(path: Path) -> tuple[str, ...]:
    """The header of a CSV file, the keys of the first line of JSONL: every line has them all."""
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return tuple(next(csv.reader(file), ()))
        return tuple(json.loads(file.readline() or "{}"))


def longest_record(path: Path, quotes: bool = False) -> int:
    """Bytes of the longest record; the file's own size when that is little."""
    if path.stat().st_size <= _DEFAULT_LINE_SIZE:
        return path.stat().st_size
    longest = size = 0
    is_open = False
    with path.open("rb") as file:
        for line in file:
            size += len(line)
            is_open ^= quotes and line.count(b'"') % 2 == 1
            if not is_open:
                longest, size = max(longest, size), 0
    return max(longest, size)
