"""Facts: small named tables, each what one SQL file says of the accepted rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headgate.core.analysis.engine import Engine, Output
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import Query
from headgate.core.report.header import Shown, check_columns


@dataclass(frozen=True)
class Fact:
    """A small table.

    Attributes:
        columns: their names.
        rows: column → JSON scalar each: None, bool, int, float or str (dates as ISO 8601).
        is_cut: whether there were more rows than are kept.
        shown: how a report shows it.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    is_cut: bool
    shown: Shown


def run_facts(engine: Engine, queries: Iterable[Query], limits: Limits) -> tuple[Fact, ...]:
    """The facts, in the order of the queries.

    Raises:
        UserMistake: a query can't be answered, or not within the limits (with file and line).
    """
    return tuple(_fact(engine, query, limits) for query in queries)


def check_fact(engine: Engine, query: Query) -> Output:
    """What the result of a fact looks like.

    Raises:
        UserMistake: it can't be answered, or its header names a column that it does not have.
    """
    output = engine.output(query)
    check_shown(query, output)
    return output


def check_shown(query: Query, output: Output) -> None:
    """Raises UserMistake when a chart or a unit of the header is about a column that is not there."""
    try:
        for chart in query.shown.charts:
            check_columns(chart, output.names)
    except ValueError as error:
        raise query.mistake(str(error), line=query.header.lines.get("chart")) from None
    for column in query.shown.units:
        if column not in output.names:
            problem = f"there is no column {column} for a unit; there are {', '.join(output.names)}"
            raise query.mistake(problem, line=query.header.lines.get("unit"))


def _fact(engine: Engine, query: Query, limits: Limits) -> Fact:
    output = check_fact(engine, query)
    found = [engine.row(output, cells) for cells in engine.cells(query, output, limits.rows + 1)]
    return Fact(query.name, output.names, tuple(found[: limits.rows]), len(found) > limits.rows, query.shown)
