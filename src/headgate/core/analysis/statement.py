"""The guard for the SQL of facts and findings: one SELECT over the rows, whose result depends on nothing but them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from headgate.core.analysis.queries import Query
from headgate.core.analysis.views import Rows
from headgate.core.config.mistakes import unknown_name
from headgate.core.errors import HeadgateError, Outside, UserMistake
from headgate.core.query.statement import select_tree, told
from headgate.core.sql_functions import WHY_NOT
from headgate.core.sql_tree import nodes

HISTORY = "history"
TABLES = ("accepted", HISTORY)
SENTIMENT = "sentiment"

_CLOCK, _SESSION, _SIDE = (
    "its result changes with the clock", "its result changes with the session", "it does more than compute",
)  # fmt: skip
UNSTABLE: Mapping[str, str] = {
    **{name: why for name, why in WHY_NOT.items() if name not in ("hash", "repeat")},
    **dict.fromkeys(("ago", "current_localtime", "current_localtimestamp"), _CLOCK),
    **dict.fromkeys(
        ("current_catalog", "current_connection_id", "current_query", "current_query_id", "current_role", "current_schemas",
         "current_transaction_id", "in_search_path", "stats", "txid_current", "vector_type", "pg_conf_load_time",
         "pg_postmaster_start_time"),
        _SESSION,
    ),
    **dict.fromkeys(("error", "pg_sleep", "setval", "sleep_ms", "write_log"), _SIDE),
}  # fmt: skip
"""Functions that facts may not call, and why."""

_CLOCK_WORDS = ("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp")
_TABLE_FUNCTIONS = ("generate_series", "json_each", "json_tree", "range", "unnest")
_NEXT = "correct the SQL; docs/analysis.md says what it may hold"


def check_statement(connection: duckdb.DuckDBPyConnection, query: Query, rows: Rows) -> frozenset[str]:
    """Holds a query against what facts and findings may do.

    The engine's own parser says what it is: another one might understand it differently.

    Args:
        rows: what it will be asked of.

    Returns:
        the text columns on which it calls sentiment().

    Raises:
        UserMistake: it is not one SELECT, reads anything but `accepted` and `history`, or its result depends on more
            than rows (`bad_sql`, with file and line).
    """
    try:
        tree = select_tree(connection, query.sql)
    except UserMistake as error:
        raise _placed(error, query) from None
    own = {str(entry["key"]).casefold() for node in nodes(tree) for entry in _entries(node)}
    columns = {name.casefold() for name in rows.types}
    found: set[str] = set()
    for node in nodes(tree):
        _check_node(node, query, own, columns)
        if _is_sentiment(node):
            found.add(_scored_column(node, query, rows.texts))
    return frozenset(found)


def said(error: duckdb.Error, query: Query, seconds: float, shift: int = 0) -> HeadgateError:
    """What the engine says of a query, naming its file and line.

    Args:
        seconds: that it may take.
        shift: bytes that stood before the query.
    """
    if isinstance(error, duckdb.InterruptException):
        return query.mistake(
            f"it takes longer than the {seconds:g} seconds it may",
            _begins(query),
            next="make it simpler, or ask for fewer rows",
            code="analysis_too_slow",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        next_ = "make it simpler, or raise gate.memory_limit in headgate.yaml"
        return query.mistake(
            "it needs more memory than it may use", _begins(query), next=next_, code="analysis_too_large"
        )
    found = told(error, query.sql, shift, TABLES)
    if isinstance(found, Outside):
        return found
    if not isinstance(error, _ABOUT_THE_QUERY):
        found.message = _without_cells(error, found.message)
    return _placed(found, query)


def _begins(query: Query) -> int:
    """The line on which its SELECT begins, behind comments, as all of it is at fault."""
    tokens = duckdb.tokenize(query.sql)
    begins = next((at for at, kind in tokens if kind != duckdb.token_type.comment), 0)
    return query.sql.encode()[:begins].count(b"\n") + 1


# What the engine says of these it knows without a row; of anything else it may quote a cell.
_ABOUT_THE_QUERY = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
_ON_ROWS = (
    (duckdb.ConversionException, "a value can't be converted to the type that it asks for"),
    (duckdb.OutOfRangeException, "a number is out of range"),
    (duckdb.InvalidInputException, "a function can't take a value that it is given"),
)
_FROM_COLUMN = re.compile(r"when casting from source column (\w+)$")


def _without_cells(error: duckdb.Error, message: str) -> str:
    """What went wrong, in our words: cells may be sensitive, and the engine puts them quoted, bare and half into its own."""
    if message.startswith("more than one row returned by a subquery"):
        return message
    said = next(
        (words for kind, words in _ON_ROWS if isinstance(error, kind)), "the engine can't compute it for these rows"
    )
    column = _FROM_COLUMN.search(message)
    return f"{said}, from column {column[1]}" if column else said


def _placed(error: HeadgateError, query: Query) -> UserMistake:
    where = error.where
    return query.mistake(error.message, where.line if where else None, where.column if where else None, _NEXT)


def _entries(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tables that a WITH of this node names."""
    named = node.get("cte_map")
    return list(named.get("map", [])) if isinstance(named, dict) else []


def _check_node(node: Mapping[str, Any], query: Query, own: Collection[str], columns: Collection[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        _check_table(node, query, own)
    elif kind == "SHOW_REF":
        raise _refused("it must be a SELECT", node, query)
    elif kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name")).casefold()
        if name not in _TABLE_FUNCTIONS:
            raise _refused(f"the function {name} can't be read from", node, query)
    elif kind == "COLUMN_REF" and len(names := node["column_names"]) == 1:
        word = str(names[0]).casefold()
        if word in _CLOCK_WORDS and word not in columns:
            raise _refused(f"{word} is not allowed: {_CLOCK}", node, query)
    elif (name := _function(node)) in UNSTABLE:
        raise _refused(f"the function {name} is not allowed: {UNSTABLE[name]}", node, query)
    if isinstance(node.get("sample"), dict):
        raise _refused("a sample is not allowed: it gives other rows each time", node, query)


def _check_table(node: Mapping[str, Any], query: Query, own: Collection[str]) -> None:
    name = str(node["table_name"])
    if node.get("schema_name") or node.get("catalog_name"):
        raise _refused(f"{name} is read from a schema; name the table alone", node, query)
    if name.casefold() == HISTORY and HISTORY not in own and not query.header.history:
        raise _refused("the header does not say how many earlier runs history holds: -- history: 20", node, query)
    if name.casefold() not in (*TABLES, *own):
        raise _refused(f"there is no table {name}; {unknown_name(name, TABLES)}", node, query)


def _function(node: Mapping[str, Any]) -> str:
    """The function that a node calls; empty when it calls none."""
    return str(node["function_name"]).casefold() if node.get("class") in ("FUNCTION", "WINDOW") else ""


def _is_sentiment(node: Mapping[str, Any]) -> bool:
    return _function(node) == SENTIMENT


def _scored_column(node: Mapping[str, Any], query: Query, texts: Collection[str]) -> str:
    arguments = [argument["expression"] for argument in node.get("arguments") or []]
    name = ""
    if len(arguments) == 1 and not node.get("schema") and arguments[0].get("class") == "COLUMN_REF":
        name = str(arguments[0]["column_names"][-1])
    for text in texts:
        if name.casefold() == text.casefold():
            return text
    raise _refused(
        f"sentiment() takes one text column of the accepted rows: {', '.join(texts) or 'there is none'}", node, query
    )


def _refused(message: str, node: Mapping[str, Any], query: Query) -> UserMistake:
    line, column = _position(query.sql, node.get("query_location"))
    return query.mistake(message, line, column, _NEXT)


def _position(text: str, at: Any) -> tuple[int | None, int | None]:
    data = text.encode()
    if not isinstance(at, int) or not 0 <= at < len(data):
        return None, None
    before = data[:at].decode(errors="replace")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
