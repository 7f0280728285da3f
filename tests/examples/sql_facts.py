"""The bundled pipelines' own SQL, asked in a bare DuckDB over a view `accepted` with the contract's types."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import yaml

import headgate
from headgate import Verdict
from tests.examples.plain_facts import Row, Rows, sentiment
from tests.examples.samples import EXAMPLES

TYPES = {
    "smartphone_sales": "order_id VARCHAR, date DATE, model VARCHAR, brand VARCHAR, release_year VARCHAR, "
    "price DECIMAL(10,2), region VARCHAR, customer_review VARCHAR, ram BIGINT, storage BIGINT, color VARCHAR",
    "health_metrics": "event_time TIMESTAMP, user_id VARCHAR, heart_rate BIGINT, spo2 BIGINT, steps BIGINT, "
    "temp_c DOUBLE, systolic_bp BIGINT, diastolic_bp BIGINT",
    "orders": "order_id VARCHAR, customer_name VARCHAR, product_name VARCHAR, quantity BIGINT, unit_price DECIMAL(12,2), "
    "total_amount DECIMAL(31,2), size_class VARCHAR",
    "stocks": "symbol VARCHAR, interval VARCHAR, datetime DATE, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, "
    "volume BIGINT",
}
# What the derived columns of orders hold, where no gate has made them.
DERIVED = "total_amount = quantity * unit_price"
SIZE = "CASE WHEN total_amount >= 500 THEN 'large' WHEN total_amount >= 100 THEN 'medium' ELSE 'small' END"


@dataclass(frozen=True)
class Question:
    """One file of SQL: what it is called, what its leading comments say, its text."""

    pipeline: str
    name: str
    is_finding: bool
    header: dict[str, str]
    sql: str

    def __str__(self) -> str:
        return f"{self.pipeline}-{self.name}"


def questions(pipeline: str) -> Iterator[Question]:
    folder = EXAMPLES / pipeline / "analysis"
    for path in sorted(folder.rglob("*.sql")):
        text = path.read_text("utf-8")
        leading = re.match(r"(?:--.*\n)*", text)
        assert leading
        header: dict[str, str] = {}
        for key, said in re.findall(r"^-- ([a-z]+): (.+)$", leading[0], flags=re.MULTILINE):
            header[key] = f"{header[key]} {said}" if key in header else said
        yield Question(pipeline, path.stem, path.parent.name == "findings", header, text)


def gated(pipeline: str, file: Path, folder: Path, accepted: str = "parquet") -> Verdict:
    """A file held against its pipeline's contract, with the pipeline's own settings."""
    home = EXAMPLES / pipeline
    settings: dict[str, Any] = yaml.safe_load((home / "pipeline.yaml").read_text("utf-8"))
    own = {name: settings[name] for name in ("derive", "trim") if name in settings}
    return headgate.check(file, home / "contract.odcs.yaml", out=folder, accepted=accepted, **own)


@contextmanager
def accepted_file(path: Path, order: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """The accepted rows of a run; `order` shuffles them."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE accepted AS FROM '{path}' {order}")
        yield with_sentiment(connection)


@contextmanager
def accepted_values(pipeline: str, rows: Rows) -> Iterator[duckdb.DuckDBPyConnection]:
    """These rows and no gate: what a row does not name is missing."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE accepted ({TYPES[pipeline]})")
        for names, alike in groupby(rows, key=tuple):
            marks = ", ".join("?" * len(names))
            values = [list(row.values()) for row in alike]
            connection.executemany(f"INSERT INTO accepted ({', '.join(names)}) VALUES ({marks})", values)
        if pipeline == "orders":
            connection.execute(f"UPDATE accepted SET {DERIVED}")
            connection.execute(f"UPDATE accepted SET size_class = {SIZE}")
        yield with_sentiment(connection)


def with_sentiment(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """`sentiment(text)`, as the analysis gives it: a score for each text that is there."""
    connection.execute("CREATE TABLE said (text VARCHAR, score DOUBLE)")
    columns = [name for name, *_ in connection.execute("DESCRIBE accepted").fetchall()]
    if "customer_review" in columns:
        found = connection.execute("SELECT DISTINCT customer_review FROM accepted WHERE customer_review IS NOT NULL")
        scored = [(text, float(sentiment(text) or 0)) for (text,) in found.fetchall()]
        if scored:
            connection.executemany("INSERT INTO said VALUES (?, ?)", scored)
    connection.execute("CREATE MACRO sentiment(words) AS (SELECT score FROM said WHERE text = words)")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, question: Question) -> Rows:
    """The rows of an answer; a finding has its severity in each."""
    result = connection.execute(question.sql)
    names = [column[0] for column in result.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    if question.is_finding:
        return [{"severity": question.header.get("severity"), **row} for row in rows]
    return rows


TOLD = ("message", "expected", "observed")


def without_words(rows: Rows) -> Rows:
    """What of a finding can be reckoned: all but the sentences."""
    return [{name: value for name, value in row.items() if name not in TOLD} for row in rows]


def as_told(value: Any) -> Any:
    """A value as the analysis document holds it."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def alike(found: Any, expected: Any) -> bool:
    """Whether two cells say the same: numbers to a billionth of their size."""
    if isinstance(expected, dt.datetime) and isinstance(found, str):
        return dt.datetime.fromisoformat(found) == expected
    one, other = as_told(found), as_told(expected)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    return bool(one == other)


def differences(found: Sequence[Row], expected: Sequence[Row]) -> list[str]:
    """Where two tables differ, cell by cell, in words."""
    if len(found) != len(expected):
        return [f"{len(found)} rows, not {len(expected)}: {found[:3]} … {list(expected)[:3]}"]
    told = []
    for at, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one.keys() != other.keys():
            told.append(f"columns differ: {sorted(one.keys() ^ other.keys())}")
        else:
            told += [
                f"row {at}, {name}: {one[name]!r}, not {other[name]!r}"
                for name in one
                if not alike(one[name], other[name])
            ]
    return told


def asked(pipeline: str, name: str, rows: Rows) -> Rows:
    """One answer over these rows."""
    question = next(one for one in questions(pipeline) if one.name == name)
    with accepted_values(pipeline, rows) as connection:
        return ask(connection, question)


def sample_findings(pipeline: str, kind: str, folder: Path) -> Rows:
    """All findings of a sample file, in the order of their names."""
    file = next((EXAMPLES / pipeline / "samples").glob(f"*_{kind}.*"))
    output = gated(pipeline, file, folder / "out").accepted
    assert output
    with accepted_file(output.path) as connection:
        return [row for one in questions(pipeline) if one.is_finding for row in ask(connection, one)]
