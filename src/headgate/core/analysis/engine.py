"""The engine that answers facts and findings: locked before it reads the first of them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.analysis.cells import is_nested, scalar, selected
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.masks import Masks
from headgate.core.analysis.profile import Profile, profile_rows
from headgate.core.analysis.queries import Query
from headgate.core.analysis.sentiment import Scored, no_sentiments, score_texts
from headgate.core.analysis.statement import check_statement, said
from headgate.core.analysis.time_limit import within
from headgate.core.analysis.views import Rows, Views, history_of
from headgate.core.gate import sql
from headgate.core.gate.session import session

MOST_COLUMNS = 100
_BATCH = 500
_BEFORE = "SELECT * FROM (\n"


@dataclass(frozen=True)
class Output:
    """The columns of a query's result, and their types as the engine calls them."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]

    def at(self, name: str) -> int | None:
        """The position of a column, whatever the case of its name."""
        folded = [one.casefold() for one in self.names]
        return folded.index(name.casefold()) if name.casefold() in folded else None


@contextmanager
def opened(rows: Rows, queries: Iterable[Query], work: Path, limits: Limits) -> Iterator[Engine]:
    """An engine with the views `accepted` and `history`, for these queries.

    Args:
        work: an empty folder of its own.

    Raises:
        UserMistake: a query is not what it may be (`bad_sql`, with file and line).
        Outside: memory, disk.
    """
    with session(work, limits.budget) as connection:
        views = Views(connection, rows, work)
        views.accepted()
        profile = profile_rows(connection, rows.types, rows.sensitive)
        asked = list(queries)
        for count in sorted({query.header.history for query in asked} - {0}):
            views.history(count)
        connection.execute("SET errors_as_json = true")
        scored = _score(connection, asked, rows, work, limits)
        _lock(connection, views.paths)
        yield Engine(connection, limits, Masks(rows.sensitive), profile, scored)


class Engine:
    """Answers the queries it was opened for.

    Attributes:
        profile: of the accepted rows.
        scored: what sentiment() knows; None when no query calls it.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        limits: Limits,
        masks: Masks,
        profile: Profile,
        scored: Scored | None,
    ) -> None:
        self._connection, self._limits, self._masks = connection, limits, masks
        self.profile, self.scored = profile, scored

    def output(self, query: Query) -> Output:
        """What the result of a query looks like.

        Raises:
            UserMistake: it can't be answered, or its result is no table of named scalars.
        """
        self._look_back(query)
        with within(self._connection, self._limits.seconds):
            described = self._run(query, _BEFORE, 0).description or ()
        found = Output(tuple(column[0] for column in described), tuple(str(column[1]) for column in described))
        _check_output(query, found)
        return found

    def cells(self, query: Query, output: Output, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of a result as the engine hands them over, in its order; `row` makes them what people may see.

        Raises:
            UserMistake: it can't be answered, or not within the limits.
        """
        self._look_back(query)
        picked = [selected(f"#{at}", kind, self._limits.text) for at, kind in enumerate(output.kinds, 1)]
        before = f"SELECT {', '.join(picked)} FROM (\n"
        with within(self._connection, self._limits.seconds):
            result = self._run(query, before, limit)
            while batch := self._fetched(result, query, before):
                yield from batch

    def row(self, output: Output, cells: Sequence[Any]) -> dict[str, Any]:
        """One row: column → JSON scalar, sensitive values masked."""
        values = (scalar(cell, self._limits.text) for cell in cells)
        named = zip(output.names, values, strict=True)
        return {name: self._masks.masked(name, value) if self._masks.covers(name) else value for name, value in named}

    def _look_back(self, query: Query) -> None:
        """Lays as many earlier runs under `history` as the query wants to see."""
        if query.header.history:
            source = history_of(query.header.history)
            self._connection.execute(f"CREATE OR REPLACE VIEW history AS SELECT * FROM {source}")

    def _run(self, query: Query, before: str, limit: int | None) -> duckdb.DuckDBPyConnection:
        bound = "" if limit is None else f" LIMIT {limit}"
        try:
            return self._connection.execute(f"{before}{_without_semicolon(query.sql)}\n){bound}")
        except duckdb.Error as error:
            raise said(error, query, self._limits.seconds, len(before.encode())) from error
        except RuntimeError as error:
            # What the engine makes of Ctrl-C.
            raise KeyboardInterrupt from error

    def _fetched(self, result: duckdb.DuckDBPyConnection, query: Query, before: str) -> list[Any]:
        try:
            return result.fetchmany(_BATCH)
        except duckdb.Error as error:
            raise said(error, query, self._limits.seconds, len(before.encode())) from error
        except RuntimeError as error:
            raise KeyboardInterrupt from error


def _score(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[Query], rows: Rows, work: Path, limits: Limits
) -> Scored | None:
    """Guards every query, and scores the texts of the columns on which sentiment() is called."""
    no_sentiments(connection)
    columns: set[str] = set()
    views = {"accepted"}
    for query in asked:
        if found := check_statement(connection, query, rows):
            columns |= found
            views |= {history_of(query.header.history)} if query.header.history else set()
    return score_texts(connection, sorted(columns), sorted(views), work, limits) if columns else None


def _lock(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """From here on: no other file, no network, no extension, no setting, no variable of this program."""
    # The engine asks for a path once as it is written, as a pattern, and once as it is.
    allowed = [form for path in paths for form in (str(path.resolve()), glob.escape(str(path.resolve())))]
    connection.execute(f"SET allowed_paths = [{sql.texts(dict.fromkeys(allowed))}]")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET allow_community_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _without_semicolon(text: str) -> str:
    """One statement, and neither its semicolon nor what stands behind that."""
    data, operator = text.encode(), duckdb.token_type.operator
    ends = [at for at, kind in duckdb.tokenize(text) if kind == operator and data[at : at + 1] == b";"]
    return data[: ends[0]].decode() if ends else text


def _check_output(query: Query, output: Output) -> None:
    if len(output.names) > MOST_COLUMNS:
        raise query.mistake(f"its result has {len(output.names)} columns, more than {MOST_COLUMNS}")
    for name, kind in zip(output.names, output.kinds, strict=True):
        if is_nested(kind):
            raise query.mistake(f"the column {name} of its result is no single value; use string_agg or unnest")
