"""Whether a pipeline can fill the tables that its sinks name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from headgate.core.accepted_rows import accepted_types
from headgate.core.config.mistakes import unknown_name
from headgate.core.config.sink_settings import Sink
from headgate.core.contract.model import Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.gate.derive import CONTEXT, check_derive
from headgate.core.pipeline import Pipeline

_KEY_TYPES = ("VARCHAR", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DATE", "TIMESTAMP")


def check_sinks(pipelines: Mapping[str, Pipeline], contracts: Mapping[str, Contract]) -> None:
    """Does nothing when every table can be filled.

    Raises:
        UserMistake: a sink names a column that accepted rows don't have, a key that may be missing or has a type that
            can't be one, or two pipelines describe one table differently.
    """
    tables: dict[str, Pipeline] = {}
    for name, pipeline in pipelines.items():
        if pipeline.sinks:
            _check_columns(pipeline, contracts[name])
        for table, sink in pipeline.sinks.items():
            other = tables.setdefault(table, pipeline)
            if other.sinks[table] != sink:
                where = pipeline.place("sinks", table)
                raise _refused(f"the pipeline {other.name} describes the table {table} differently", where)


def keys_of_a_run(pipeline: Pipeline) -> dict[str, str]:
    """Tables whose key is another one in each run over the same file → the column that makes it so.

    A replay's rows stand in them beside those of the runs before.
    """
    found = {}
    for table, sink in pipeline.sinks.items():
        for column in (sink.partition_key, sink.sort_key):
            if column in pipeline.derive and _is_of_a_run(pipeline.derive[column]):
                found[table] = column
    return found


def _is_of_a_run(expression: str) -> bool:
    import sqlglot
    from sqlglot import exp

    columns = sqlglot.parse_one(expression, read="duckdb").find_all(exp.Column)
    return any(column.name.lower() in ("_run", "_claimed_at") for column in columns)


def _check_columns(pipeline: Pipeline, contract: Contract) -> None:
    types = accepted_types(contract, pipeline.derive, pipeline.place("derive"))
    never_missing = _never_missing(pipeline, contract)
    for table, sink in pipeline.sinks.items():
        for path, column in _named(table, sink):
            where = pipeline.place(*path, value=True)
            if column not in types:
                raise _refused(f"accepted rows have no column {column}; {unknown_name(column, types)}", where)
            if path[-1] in ("partition_key", "sort_key"):
                _check_key(column, types[column], column in never_missing, where)


def _named(table: str, sink: Sink) -> list[tuple[tuple[str | int, ...], str]]:
    keys = [(("sinks", table, key), getattr(sink, key)) for key in ("partition_key", "sort_key")]
    indexed = [(("sinks", table, "indexes", name), one) for name, columns in sink.indexes.items() for one in columns]
    return [(path, column) for path, column in [*keys, *indexed] if column is not None]


def _check_key(column: str, kind: str, is_always_there: bool, where: Place) -> None:
    if kind not in _KEY_TYPES:
        what = f"{column} is a {kind.lower()}; a key is text, a whole number, a date or a timestamp"
        raise _refused(what, where)
    if not is_always_there:
        hint = "make it `required` in the contract; where it is derived, write coalesce(…, 'none')"
        raise _refused(f"{column} may be missing in a row, so it can't be a key; {hint}", where)


def _refused(message: str, where: Place) -> UserMistake:
    return UserMistake(
        message, where=where, who="pipeline owner", next="correct `sinks` in pipeline.yaml", code="bad_sink"
    )


def _never_missing(pipeline: Pipeline, contract: Contract) -> set[str]:
    """Columns that have a value in every accepted row; of derived ones those that can be seen to have."""
    strict = {rule.columns[0] for rule in contract.rules if (rule.code, rule.severity) == ("required", "error")}
    known = {*strict, *CONTEXT}
    checked = check_derive(pipeline.derive, contract, pipeline.place("derive"))
    return strict | {name for name, expression in checked.items() if _always_gives(expression, known)}


def _always_gives(expression: str, known: Collection[str]) -> bool:
    import sqlglot

    return _is_certain(sqlglot.parse_one(expression, read="duckdb"), known)


def _is_certain(node: Any, known: Collection[str]) -> bool:
    """Whether an expression gives a value whenever it does not fail, in which case its row is rejected."""
    from sqlglot import exp

    if isinstance(node, exp.Column):
        return node.name in known
    if isinstance(node, exp.Literal):
        return True
    if isinstance(node, exp.Coalesce):
        return any(_is_certain(part, known) for part in (node.this, *node.expressions))
    if isinstance(node, exp.Paren | exp.DPipe | exp.Lower | exp.Upper) or type(node) is exp.Cast:
        parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else [node.this]
        return all(_is_certain(part, known) for part in parts)
    return False
