"""Whether the SQL of a pipeline can be answered: asked when a project is loaded, not when the first file is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from headgate.core.accepted_rows import accepted_types
from headgate.core.analysis.engine import opened
from headgate.core.analysis.facts import check_fact
from headgate.core.analysis.findings import check_finding
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import Queries, read_queries
from headgate.core.analysis.views import Rows
from headgate.core.contract.model import Contract
from headgate.core.errors import Place
from headgate.core.gate.workspace import workspace

_SECONDS = 10


def check_analysis(
    folder: Path, contract: Contract | None, derive: Mapping[str, str], place: Place, temp: Path | None = None
) -> Queries:
    """The facts and findings of a pipeline, each of them asked once of no rows.

    Args:
        folder: the pipeline's.
        place: where `derive` is written.
        temp: where the engine may write.

    Raises:
        UserMistake: a file is not what it must be, or can't be answered (`bad_sql`, with file and line).
    """
    queries = read_queries(folder)
    if not queries:
        return queries
    if contract is None:
        raise next(iter(queries)).mistake(
            "it asks for accepted rows, and a pipeline without a contract has none",
            next="name a contract in pipeline.yaml, or remove the file",
        )
    rows, columns = Rows(None, accepted_types(contract, derive, place)), {}
    with workspace(temp) as work, opened(rows, queries, work, Limits(seconds=_SECONDS)) as engine:
        for query in queries:
            output = check_fact(engine, query) if query.kind == "fact" else check_finding(engine, query)
            list(engine.cells(query, output, limit=1))
            columns[query.name] = output.names
    return replace(queries, columns=columns)
