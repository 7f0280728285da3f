"""Accepted rows written as the gate writes them, and queries asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.analysis.analysis import Analysis, analyze_rows
from headgate.core.analysis.engine import Engine, opened
from headgate.core.analysis.limits import Limits
from headgate.core.analysis.queries import read_queries
from headgate.core.analysis.views import Earlier, Rows
from headgate.core.gate import sql
from headgate.core.gate.session import Budget
from headgate.core.gate.split import ACCEPTED_FORMATS

TYPES = {"brand": "VARCHAR", "price": "DECIMAL(10,2)", "day": "DATE", "pieces": "BIGINT", "review": "VARCHAR"}
SALES: list[dict[str, Any]] = [
    {"brand": "Oppo", "price": "899.00", "day": "2024-05-20", "pieces": 1, "review": "Great phone, I love it"},
    {"brand": "Apple", "price": "1200.50", "day": "2024-05-21", "pieces": 2, "review": "Terrible, it broke"},
    {"brand": "Oppo", "price": "100.25", "day": None, "pieces": None, "review": None},
]
BUDGET = Budget("256MB", 2)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> Path:
    """An accepted output; its format is that of the path's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f"{sql.name(name)} {kind}" for name, kind in types.items())
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({columns})")
        cells = [row.get(name) for row in rows for name in types]
        one, width = f"({', '.join('?' * len(types))})", len(types)
        for at in range(0, len(cells), 200 * width):
            some = cells[at : at + 200 * width]
            connection.execute(f"INSERT INTO t VALUES {', '.join([one] * (len(some) // width))}", some)
        connection.execute(f"COPY t TO {sql.text(path)} {ACCEPTED_FORMATS[path.suffix[1:]]}")
    return path


class Asking:
    """A pipeline's folder and accepted rows, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.limits = folder, Limits(BUDGET)
        self.rows = Rows(None, TYPES)
        self.sales()

    def sales(self, rows: Sequence[Mapping[str, Any]] = SALES, ending: str = "parquet", **changes: Any) -> None:
        """Makes these the accepted rows."""
        path = write_rows(self.folder / "rows" / f"accepted.{ending}", rows, TYPES)
        self.rows = Rows(path, TYPES, **changes)

    def earlier(self, *runs: Sequence[Mapping[str, Any]], types: Mapping[str, str] = TYPES) -> tuple[Earlier, ...]:
        """Accepted outputs of earlier runs `r1`, `r2` …, the newest first."""
        paths = [write_rows(self.folder / f"r{at}.parquet", rows, types) for at, rows in enumerate(runs, 1)]
        return tuple(Earlier(path, path.stem, datetime(2024, 1, at)) for at, path in enumerate(paths, 1))

    def fact(self, text: str, name: str = "fact") -> Path:
        """Adds a fact."""
        return self._file(self.folder / "analysis" / f"{name}.sql", text)

    def finding(self, text: str, name: str = "found") -> Path:
        """Adds the query of a finding."""
        return self._file(self.folder / "analysis" / "findings" / f"{name}.sql", text)

    def analyze(self) -> Analysis:
        """Everything, in a fresh folder for the engine."""
        return analyze_rows(self.rows, read_queries(self.folder), self._work(), self.limits)

    def answer(self, text: str) -> list[dict[str, Any]]:
        """The rows of one fact."""
        self.fact(text)
        (fact,) = self.analyze().facts
        return [dict(row) for row in fact.rows]

    def engine(self) -> Any:
        """The engine that all queries are asked of, for `with`."""
        engine: Engine = opened(self.rows, read_queries(self.folder), self._work(), self.limits)  # type: ignore[assignment]
        return engine

    def _work(self) -> Path:
        work = self.folder / f"work{len(list(self.folder.glob('work*')))}"
        work.mkdir()
        return work

    @staticmethod
    def _file(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path
