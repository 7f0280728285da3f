"""The profile of accepted rows: what is in each column, without any configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from headgate.core.analysis.cells import INTEGERS, NUMBERS, base, scalar, selected
from headgate.core.analysis.views import POSITION, ROWS, SCHEMA
from headgate.core.gate import sql
from headgate.core.gate.session import number

Profile = dict[str, Any]

MOST_DISTINCT = 50_000
"""Up to about so many different values they are counted one by one; beyond, their number is estimated (HyperLogLog)."""

MOST_SORTED = 500_000
"""Up to so many rows quantiles are exact; beyond, they are those of a sample of between half as many and as many."""

TOP = 20
"""Most frequent values that are named: all of them when there are no more."""

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_TEXT = 100
# The engine holds something for each column that it looks at in one go.
_TOGETHER = 50
_NARROW = f"{SCHEMA}.narrow"
_TYPES = {
    **dict.fromkeys(INTEGERS, "integer"), **dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL"), "number"), "VARCHAR": "string",
    "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp", "TIME": "time",
}  # fmt: skip


def profile_rows(
    connection: duckdb.DuckDBPyConnection, types: Mapping[str, str], sensitive: Collection[str] = ()
) -> Profile:
    """What is in each column of the accepted rows.

    Args:
        connection: with the view of `views.Views.accepted`.
        types: column → type, as the engine calls it.
        sensitive: columns of which no value is named: no min, max, mean, quantiles or top.

    Returns:
        {"rows", "columns": [{"name", "type", "nulls", "distinct", "min", "max", "mean", "quantiles", "top",
        "approximate"}]}. Mean and quantiles (p05 to p95, interpolated) are of numbers only, min and max of all but
        booleans. `top` names the values that are there more than once, the most frequent first; all values when there
        are no more than `TOP`. `approximate` names what of the others is estimated.
    """
    rows = number(connection, f"SELECT count(*) FROM {ROWS}")
    columns: list[dict[str, Any]] = []
    for some in _some_at_a_time(types):
        source = ROWS if len(some) == len(types) else _narrow(connection, some)
        columns += _profiled(connection, source, some, rows)
    connection.execute(f"DROP TABLE IF EXISTS {_NARROW}")
    for column in columns:
        if column["name"] in sensitive:
            column.update(min=None, max=None, mean=None, quantiles=None, top=[])
    return {"rows": rows, "columns": columns}


def _some_at_a_time(types: Mapping[str, str]) -> Iterator[dict[str, str]]:
    items = list(types.items())
    for start in range(0, len(items), _TOGETHER):
        yield dict(items[start : start + _TOGETHER])


def _narrow(connection: duckdb.DuckDBPyConnection, types: Mapping[str, str]) -> str:
    """A table of some columns: a query of one column of very many takes as long as it takes to look at all their names."""
    names = ", ".join([*map(sql.name, types), POSITION])
    connection.execute(f"CREATE OR REPLACE TABLE {_NARROW} AS SELECT {names} FROM {ROWS}")
    return _NARROW


def _profiled(
    connection: duckdb.DuckDBPyConnection, source: str, types: Mapping[str, str], rows: int
) -> list[dict[str, Any]]:
    columns = _columns(connection, source, types, rows)
    for column in columns:
        kind = types[column["name"]]
        if column["distinct"] <= MOST_DISTINCT:
            _count_values(connection, source, column, kind)
        if base(kind) in NUMBERS and rows:
            column["quantiles"] = _quantiles(connection, source, column, rows)
    return columns


def _columns(
    connection: duckdb.DuckDBPyConnection, source: str, types: Mapping[str, str], rows: int
) -> list[dict[str, Any]]:
    """What one scan says of some columns; the number of different values is an estimate here."""
    asked = [one for name, kind in types.items() for one in _aggregates(sql.name(name), kind)]
    found = iter(connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchone() or ())
    columns = []
    for (name, kind), (count, distinct, low, high, mean) in zip(
        types.items(), zip(found, found, found, found, found, strict=True), strict=True
    ):
        column = {"name": name, "type": _TYPES.get(base(kind), "string"), "nulls": rows - count, "distinct": distinct}
        column |= {"min": _there(low), "max": _there(high), "mean": scalar(mean, _TEXT)}
        columns.append({**column, "quantiles": None, "top": [], "approximate": ["distinct"]})
    return columns


def _there(value: Any) -> Any:
    """A value that a row has."""
    return scalar(value, _TEXT, computed=False)


def _aggregates(column: str, kind: str) -> tuple[str, ...]:
    is_number = base(kind) in NUMBERS
    # Sums of decimals and of most integers are exact; a huge integer's would not fit.
    mean = f"avg({column}::DOUBLE)" if kind in ("HUGEINT", "UHUGEINT") else f"avg({column})" if is_number else "NULL"
    ends = (selected(f"{end}({column})", kind, _TEXT) if kind != "BOOLEAN" else "NULL" for end in ("min", "max"))
    return f"count({column})", f"approx_count_distinct({column})", *ends, mean


def _count_values(connection: duckdb.DuckDBPyConnection, source: str, column: dict[str, Any], kind: str) -> None:
    """Counts the different values one by one."""
    name = sql.name(column["name"])
    values = f"SELECT {name} AS value, count(*) AS rows FROM {source} WHERE {name} IS NOT NULL GROUP BY ALL"
    top = connection.execute(
        f"SELECT {selected('value', kind, _TEXT)}, rows, count(*) OVER () FROM ({values}) "
        f"ORDER BY rows DESC, value LIMIT {TOP}"
    ).fetchall()
    column["distinct"] = top[0][2] if top else 0
    is_whole = column["distinct"] <= TOP
    column["top"] = [{"value": _there(value), "count": rows} for value, rows, _ in top if is_whole or rows > 1]
    column["approximate"] = []


def _quantiles(
    connection: duckdb.DuckDBPyConnection, source: str, column: dict[str, Any], rows: int
) -> dict[str, Any] | None:
    name, share = sql.name(column["name"]), -(-rows // MOST_SORTED)
    sample = ""
    if share > 1:
        # The same rows each time, spread over the file.
        sample = f" WHERE hash({POSITION}) % {share} = 0"
        column["approximate"].append("quantiles")
    at = ", ".join(map(str, QUANTILES.values()))
    row = connection.execute(f"SELECT quantile_cont({name}::DOUBLE, [{at}]) FROM {source}{sample}").fetchone()
    values = row[0] if row else None
    return values and dict(zip(QUANTILES, (scalar(value, _TEXT) for value in values), strict=True))
