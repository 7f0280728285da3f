"""The guard for SQL that people write into contracts and pipelines.

Two locks. The parsed tree may hold only what is listed here; and the SQL that comes out is read again
word by word: quoted columns, literals, listed operators, key words and functions, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Literal

from headgate.core.errors import Place
from headgate.core.nearest import nearest
from headgate.core.sql_functions import AGGREGATE, KEYWORDS, SELECT_KEYWORDS, WHY_NOT, WINDOW, scalar_names
from headgate.core.sql_guard import PLAIN, SELECT, Guard

TABLE = "accepted"

Kind = Literal["rule", "derive"]


def function_allow_list() -> tuple[str, ...]:
    """The functions a row rule or `derive` may call, sorted, in lower case."""
    return scalar_names()


def check_expression(sql: str, columns: Collection[str], *, kind: Kind, place: Place) -> str:
    """Check one scalar SQL expression over known columns.

    Args:
        sql: as written, in DuckDB's dialect.
        columns: the names that may be used, matched without regard to case.
        kind: what it is for; only words of the error message depend on it.
        place: where it is written.

    Returns:
        DuckDB SQL, every column as its exact name in quotes. Comments are dropped.

    Raises:
        UserMistake: more or less than one expression, an unknown column, or anything that is not a
            deterministic scalar: a subquery, table, window, aggregate, parameter, unlisted function.
    """
    guard = Guard({"rule": "a row rule", "derive": "a derived column"}[kind], place)
    functions = frozenset(scalar_names())
    guard.check_words(guard.words(sql), functions)
    tree = guard.parse(sql)
    guard.check_tree(tree, frozenset(PLAIN))
    _name_columns(guard, tree, columns)
    result = _written(_bracketed(tree))
    guard.check_result(guard.words(result), functions, KEYWORDS)
    return result


def check_select(sql: str, place: Place) -> str:
    """Check the query of a `sql` file check: one SELECT over the accepted rows.

    Args:
        sql: the query; `{table}`, `${table}`, `{object}` and `${object}` stand for the accepted rows.
        place: where it is written.

    Returns:
        DuckDB SQL that reads the table `accepted` and nothing else.

    Raises:
        UserMistake: not one SELECT, another table, a file or table function, or an unlisted function.
    """
    guard = Guard("a sql check", place)
    sql = re.sub(r"\$?\{\s*(?:table|object)\s*\}", TABLE, sql)
    functions = frozenset((*scalar_names(), *AGGREGATE, *WINDOW, "exists"))
    guard.check_words(guard.words(sql), functions)
    tree = guard.parse(sql)
    if type(tree).__name__ not in ("Select", "Union", "Except", "Intersect"):
        raise guard.refuse("it is not a SELECT", "write one SELECT that gives one number")
    guard.check_tree(tree, frozenset((*PLAIN, *SELECT)), aggregates=True)
    _check_tables(guard, tree)
    result = _written(_bracketed(tree))
    guard.check_result(guard.words(result), functions, SELECT_KEYWORDS)
    return result


def mentioned_columns(sql: str, columns: Collection[str]) -> tuple[str, ...]:
    """The columns an expression names, in its order; a quick look that parses nothing."""
    known = {name.casefold(): name for name in columns}
    bare = re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", " ", sql, flags=re.DOTALL)
    words = re.findall(r'"((?:[^"]|"")+)"|([^\W\d]\w*)', bare)
    names = (known.get((quoted.replace('""', '"') or word).casefold()) for quoted, word in words)
    return tuple(dict.fromkeys(name for name in names if name))


def _name_columns(guard: Guard, tree: Any, columns: Collection[str]) -> None:
    from sqlglot import exp

    exact = set(columns)
    folded = {name.casefold(): name for name in columns}
    for node in list(tree.find_all(exp.Column)):
        if node.args.get("table") or not isinstance(node.this, exp.Identifier):
            raise guard.refuse(f"`{node.sql('duckdb')}` is not a plain column", "name the column alone")
        written = node.name
        name = written if written in exact else folded.get(written.casefold())
        if name is None:
            raise guard.refuse(_unknown(written, columns), "name a column of the contract")
        node.set("this", exp.to_identifier(name, quoted=True))


def _unknown(written: str, columns: Collection[str]) -> str:
    meant = nearest(written, columns)
    hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(list(columns)[:30])}"
    why = WHY_NOT.get(written.casefold())
    return f"there is no column `{written}`; {hint}" if not why else f"`{written}` is not allowed: {why}"


def _check_tables(guard: Guard, tree: Any) -> None:
    from sqlglot import exp

    named = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    if TABLE in named:
        raise guard.refuse(f"it calls its own table `{TABLE}`", "give that table another name")
    tables = list(tree.find_all(exp.Table))
    for table in tables:
        name = table.name.casefold()
        plain = isinstance(table.this, exp.Identifier) and not table.args.get("db")
        if not plain or name not in named | {TABLE}:
            raise guard.refuse(f"`{table.sql('duckdb')}` is not the accepted rows", "read only from {table}")
        extra = [key for key, value in table.args.items() if value and key not in ("this", "alias")]
        if extra:
            raise guard.refuse(f"`{table.sql('duckdb')}` does more than read", "read only from {table}")
    if not any(table.name.casefold() == TABLE for table in tables):
        raise guard.refuse("it does not read the accepted rows", "read from {table}")


def _bracketed(tree: Any) -> Any:
    """Each NOT in brackets: the parser moves it in front (`a IS NOT NULL` → `NOT a IS NULL`)."""
    from sqlglot import exp

    def wrap(node: Any) -> Any:
        if isinstance(node, exp.Not) and node.parent is not None and not isinstance(node.parent, exp.Paren):
            return exp.Paren(this=node.copy())
        return node

    return tree.transform(wrap)


def _written(tree: Any) -> str:
    return str(tree.sql(dialect="duckdb", identify=True, comments=False))
