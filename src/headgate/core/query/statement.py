"""What a person asks: one SELECT, the tables it names, and where it is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

import duckdb

from headgate.core.config.mistakes import unknown_name
from headgate.core.errors import HeadgateError, Outside, Place, UserMistake
from headgate.core.sql_tree import nodes

# Others write: WITH x AS (COPY t TO 'file') SELECT 1 is a SELECT to the engine.
_NODES = ("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE")
# Others read files, run SQL that is hidden in a text, or change what the engine writes to a log.
_TABLE_FUNCTIONS = (
    "duckdb_columns", "duckdb_functions", "duckdb_tables", "duckdb_types", "duckdb_views", "generate_series", "histogram",
    "histogram_values", "json_each", "json_tree", "pragma_table_info", "range", "repeat", "summary", "unnest",
)  # fmt: skip
_OWN_SCHEMAS = ("", "main", "temp")
_SQL = "SQL"
_NAMED = re.compile(r"(?:column|specifier) \"([^\"]+)\"", re.IGNORECASE)
_SET_OPERATION = r"\b(?:union|intersect|except)\b"


def named_tables(connection: duckdb.DuckDBPyConnection, text: str) -> frozenset[str]:
    """The tables that a SELECT names, in lower case; those made by its own WITH may be among them.

    Raises:
        UserMistake: it is not one SELECT that only reads tables (`bad_sql`).
    """
    names = {found for node in nodes(select_tree(connection, text)) if (found := _table(node))}
    return frozenset(name.lower() for name in names)


def select_tree(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    """A statement as the engine understands it, for `nodes`: another parser might understand it differently.

    Raises:
        UserMistake: it is not one SELECT, or does more than read in one of its parts (`bad_sql`).
    """
    row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone()
    tree = _parsed(row[0] if row else "{}")
    if tree.get("error_type") == "parser":
        raise mistake(tree["error_message"], text, int(tree["position"]) if "position" in tree else None)
    if tree["error"] or len(tree["statements"]) != 1:
        raise mistake("it must be one SELECT", text, _too_much(connection, text))
    for node in nodes(tree):
        _check_reads(node, text)
    return tree


def mistake(message: str, text: str, position: int | None) -> UserMistake:
    """The error for a statement that can't be answered.

    Args:
        position: where in it, in bytes from its start.
    """
    return UserMistake(
        message,
        where=_place(text, position),
        who="whoever wrote the SQL",
        next="correct the SQL; headgate query 'SHOW TABLES' lists what can be asked",
        code="bad_sql",
    )


def told(error: duckdb.Error, text: str, shift: int, tables: Collection[str]) -> HeadgateError:
    """What the engine says of a statement, said as any other mistake.

    Args:
        shift: bytes that stood before the statement.
        tables: those that could be asked for.
    """
    details = _details(error)
    message = _message(str(details["exception_message"]))
    if isinstance(error, duckdb.OutOfMemoryException):
        next_ = "ask for less, or raise gate.memory_limit in headgate.yaml"
        return Outside(f"the memory limit is too small for this query: {message}", who="whoever asks", next=next_)
    if isinstance(error, duckdb.IOException):
        return Outside(f"reading failed: {message}", who="whoever looks after this machine", next="ask again")
    if details.get("type") == "Table" and details.get("error_subtype") == "MISSING_ENTRY":
        message = f"there is no table {details['name']}; {unknown_name(str(details['name']), tables)}"
    elif isinstance(error, duckdb.PermissionException):
        message = f"a query reads the project's tables and nothing else: {message}"
    position = str(details.get("position", ""))
    return mistake(message, text, int(position) - shift if position.isdigit() else _position(message, text))


def _too_much(connection: duckdb.DuckDBPyConnection, text: str) -> int:
    """Where the first statement begins that is no SELECT, else the second one, in bytes; 0 where there is none."""
    starts, at = [], 0
    for statement in connection.extract_statements(text):
        at = text.find(statement.query, at)
        if statement.type != duckdb.StatementType.SELECT:
            return len(text[:at].encode())
        starts.append(at)
        at += len(statement.query)
    return len(text[: starts[1]].encode()) if len(starts) > 1 else 0


def _position(message: str, text: str) -> int | None:
    """Of what the engine names without saying where it is, if the statement has it just once."""
    named = _NAMED.search(message)
    return _once(re.escape(named[1]) if named else _SET_OPERATION if "et operations" in message else "", text)


def _once(pattern: str, text: str) -> int | None:
    """Where it is found, in bytes, if it is found just once."""
    found = [at.start() for at in re.finditer(pattern, text, re.IGNORECASE)] if pattern else []
    return len(text[: found[0]].encode()) if len(found) == 1 else None


def _message(said: str) -> str:
    """The first line, and the hint below it."""
    first, _, rest = said.partition("\n")
    hint = rest.partition("\n")[0]
    is_hint = hint.startswith(("Candidate bindings", "Candidate tables", "Did you mean"))
    # Not of a word that is all capitals, such as WHERE.
    begins = first[:1].lower() if first[1:2].islower() else first[:1]
    return begins + first[1:] + (f" {hint}" if is_hint else "")


def _parsed(text: str) -> dict[str, Any]:
    try:
        tree: dict[str, Any] = json.loads(text)
    except RecursionError:
        raise mistake("it is nested too deeply", "", None) from None
    return tree


def _check_reads(node: dict[str, Any], text: str) -> None:
    """Raises UserMistake when the node does more than read tables."""
    kind = str(node.get("type"))
    if kind.endswith("_NODE") and kind not in _NODES:
        raise mistake("it must be a SELECT in all its parts", text, _once(rf"\b{kind.partition('_')[0]}\b", text))
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise mistake(f"the function {name} can't be read from", text, node.get("query_location"))


def _table(node: dict[str, Any]) -> str | None:
    """The table that a node of the tree names."""
    kind = str(node.get("type"))
    if kind == "BASE_TABLE" and node.get("schema_name", "") in _OWN_SCHEMAS:
        return str(node["table_name"])
    return str(node["table_name"]) if kind == "SHOW_REF" and node["table_name"] not in ("", '"tables"') else None


def _details(error: duckdb.Error) -> dict[str, Any]:
    """The engine is told to say errors in JSON, behind the name of their kind."""
    said = str(error)
    try:
        details: dict[str, Any] = json.loads(said[said.index("{") :])
    except ValueError:
        return {"exception_message": said}
    return {"exception_message": said, **details}


def _place(text: str, position: int | None) -> Place:
    data = text.encode()
    if position is None or not 0 <= position < len(data):
        return Place(_SQL)
    before = data[:position].decode(errors="replace")
    return Place(_SQL, before.count("\n") + 1, len(before) - before.rfind("\n"))
