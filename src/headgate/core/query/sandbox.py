"""One question, answered by an engine that is locked before it reads the question."""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.errors import Outside
from headgate.core.gate import sql
from headgate.core.gate.session import Budget, session
from headgate.core.query.statement import named_tables, told
from headgate.core.query.tables import Tables

_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
_NESTED = ("STRUCT", "MAP", "UNION", "JSON")

Make = Callable[[Tables, str, bool], None]
"""Makes the table of this name; without its rows when it is only to be listed."""


@dataclass(frozen=True)
class Answer:
    """The rows of an answer.

    Attributes:
        columns: their names; a name may be there twice.
        numbers: which of them are numbers.
        rows: cells that are None, bool, int, float, Decimal or str; lists, structs and maps as lists and dicts.
        is_cut: whether there are more rows than were wanted.
    """

    columns: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: list[tuple[Any, ...]]
    is_cut: bool


def answer(text: str, tables: Mapping[str, Make], work: Path, budget: Budget, limit: int) -> Answer:
    """The answer to one SELECT.

    Args:
        tables: what can be asked for; only what the SELECT names is made. For one that names nothing, as SHOW TABLES
            does, everything is, without rows.
        work: an empty folder of its own.
        limit: how many rows are wanted at most.

    Raises:
        UserMistake: it is not one SELECT, or can't be answered (`bad_sql`, with line and column).
        Outside: memory, disk.
    """
    with session(work, budget) as connection:
        named = named_tables(connection, text)
        made = Tables(connection, work)
        for name in [name for name in tables if name in named or not named]:
            _make(made, name, tables[name], is_only_listed=not named)
        _lock(connection, made.paths)
        return _Question(connection, text, tables).answer(limit)


def _make(made: Tables, name: str, make: Make, is_only_listed: bool) -> None:
    try:
        make(made, name, is_only_listed)
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        message = f"{name} can't be read: {str(error).splitlines()[0]}"
        raise Outside(message, who="whoever looks after the storage", next="headgate runs") from error


def _lock(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """From here on: no other file, no network, no extension, no setting, no variable of this program."""
    # The engine asks for a path once as it is written, as a pattern, and once as it is.
    allowed = [form for path in paths for form in (str(path.resolve()), glob.escape(str(path.resolve())))]
    connection.execute(f"SET allowed_paths = [{sql.texts(dict.fromkeys(allowed))}]")
    connection.execute("SET errors_as_json = true")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


class _Question:
    """A SELECT that is known to be one, and an engine that is locked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, text: str, tables: Collection[str]) -> None:
        self._connection, self._text, self._tables = connection, text, tables
        self._bare = _without_semicolon(text)

    def answer(self, limit: int) -> Answer:
        described, _ = self._run("SELECT * FROM (\n", 0)
        names, kinds = [column[0] for column in described], [str(column[1]) for column in described]
        cells = ", ".join(_cell(f"#{at}", kind) for at, kind in enumerate(kinds, 1))
        _, found = self._run(f"SELECT {cells} FROM (\n", limit + 1)
        rows = [tuple(_value(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in found[:limit]]
        return Answer(tuple(names), tuple(map(_is_number, kinds)), rows, len(found) > limit)

    def _run(self, before: str, limit: int) -> tuple[Sequence[Any], Sequence[Any]]:
        """What the columns are, and the rows."""
        try:
            result = self._connection.execute(f"{before}{self._bare}\n) LIMIT {limit}")
            return result.description or (), result.fetchall()
        except duckdb.Error as error:
            raise told(error, self._text, len(before), self._tables) from error
        except RuntimeError as error:
            # What the engine makes of Ctrl-C.
            raise KeyboardInterrupt from error


def _without_semicolon(text: str) -> str:
    """One statement, and neither its semicolon nor what stands behind that."""
    data = text.encode()
    ends = [
        at for at, kind in duckdb.tokenize(text) if kind == duckdb.token_type.operator and data[at : at + 1] == b";"
    ]
    return data[: ends[0]].decode() if ends else text


def _is_number(kind: str) -> bool:
    return kind.partition("(")[0] in _NUMBERS


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(_NESTED)


def _cell(column: str, kind: str) -> str:
    """A date may be one that Python doesn't know: what is no number leaves the engine as text."""
    if _is_number(kind) or kind == "BOOLEAN":
        return column
    return f"to_json({column})::VARCHAR" if _is_nested(kind) else f"CAST({column} AS VARCHAR)"


def _value(cell: Any, kind: str) -> Any:
    return json.loads(cell) if cell is not None and _is_nested(kind) else cell
