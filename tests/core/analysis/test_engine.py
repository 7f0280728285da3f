"""Queries are answered within limits, and from the rows alone."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import duckdb
import pytest

from headgate.core.analysis.engine import MOST_COLUMNS, opened
from headgate.core.analysis.queries import read_queries
from headgate.core.analysis.statement import said
from headgate.core.errors import UserMistake
from headgate.core.gate.session import Budget
from tests.core.analysis.asking import SALES, TYPES, Asking, write_rows


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_results_are_json_scalars(asking: Asking):
    (row,) = asking.answer(
        "SELECT 1.50::DECIMAL(10,2) AS exact, 7::DECIMAL(38,0) AS whole, 2::HUGEINT AS huge, 0.1::DOUBLE + 0.2 AS sum, "
        "'nan'::DOUBLE AS nan, 'inf'::DOUBLE AS inf, true AS yes, NULL AS nothing, DATE '2024-01-02' AS day, "
        "TIMESTAMP '2024-01-02 03:04:05.5' AS moment, TIMESTAMPTZ '2024-01-02 03:04:05+02' AS zoned, TIME '03:04' AS clock, "
        "'infinity'::DATE AS never, INTERVAL 2 DAY AS span, '\\x00'::BLOB AS raw, 9007199254740993::BIGINT AS big"
    )
    assert row == {
        "exact": 1.5, "whole": 7, "huge": 2, "sum": 0.3, "nan": None, "inf": None, "yes": True, "nothing": None,
        "day": "2024-01-02", "moment": "2024-01-02T03:04:05.5", "zoned": "2024-01-02T01:04:05+00", "clock": "03:04:00",
        "never": "infinity", "span": "2 days", "raw": "\\x00", "big": 9007199254740993,
    }  # fmt: skip
    assert isinstance(row["whole"], int)
    json.dumps(row, allow_nan=False)


def test_long_texts_are_cut(asking: Asking):
    asking.limits = dataclasses.replace(asking.limits, text=5)
    assert asking.answer("SELECT 'äöüß€' AS fits, 'äöüß€!' AS cut") == [{"fits": "äöüß€", "cut": "äöüß€…"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT [1] AS a", "the column a of its result is no single value"),
        ("SELECT {'b': 1} AS a", "the column a of its result is no single value"),
        (f"SELECT {', '.join(f'1 AS c{at}' for at in range(MOST_COLUMNS + 1))}", "has 101 columns"),
    ],
)
def test_a_result_that_is_no_table_of_named_scalars_is_refused(asking: Asking, text: str, said: str):
    with pytest.raises(UserMistake, match=said):
        asking.answer(text)


def test_columns_of_one_name_are_told_apart(asking: Asking):
    assert asking.answer("SELECT 1 AS a, 2 AS A, 3 AS a") == [{"a": 1, "A_1": 2, "a_2": 3}]


@pytest.mark.parametrize("header", ["-- title: Slow\n\n", "/* Größe,\n   slowly */ ", "/* a\n-- b\n*/ -- c\n\n\n"])
def test_a_query_that_takes_too_long_is_stopped(asking: Asking, header: str):
    asking.limits = dataclasses.replace(asking.limits, seconds=0.2)
    with pytest.raises(UserMistake, match=r"takes longer than the .* seconds") as raised:
        asking.answer(f"{header}SELECT count(*) AS n FROM range(10000000000) t(a) WHERE a % 7 = 3")
    assert raised.value.code == "analysis_too_slow"
    assert raised.value.where
    assert raised.value.where.line == header.count("\n") + 1


def test_a_query_that_needs_too_much_memory_is_stopped(asking: Asking):
    asking.limits = dataclasses.replace(asking.limits, budget=Budget("128MB", 1))
    with pytest.raises(UserMistake, match="more memory than it may use") as raised:
        asking.answer("SELECT length(string_agg(a::VARCHAR || repeat('x', 1000), ',')) AS n FROM range(1000000) t(a)")
    assert raised.value.code == "analysis_too_large"


def test_the_engine_is_locked_before_it_reads_a_query(asking: Asking, tmp_path: Path):
    """Even what the guard would let through reaches no file, no setting and no variable of the program."""
    secret = write_rows(tmp_path / "secret.csv", SALES, TYPES)
    with asking.engine() as engine:
        run = engine._connection.execute
        local = engine._connection.sql("SELECT 1 AS a")
        for statement in (
            f"SELECT * FROM read_csv('{secret}')", f"COPY (SELECT 1) TO '{tmp_path}/out.csv'", "SET threads = 1", "INSTALL httpfs",
            "SELECT * FROM local", f"ATTACH '{tmp_path}/x.db'", f"SELECT * FROM '{secret}'", "SET enable_external_access = true",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error):
                run(statement)
        assert run("SELECT count(*) FROM accepted").fetchall() == [(3,)]
    assert local is not None
    assert not (tmp_path / "out.csv").exists()


def test_each_query_sees_as_many_earlier_runs_as_it_asks_for(asking: Asking):
    asking.sales(history=asking.earlier(SALES, SALES[:1], SALES[:2]))
    for count in (1, 2, 9):
        asking.fact(
            f"-- history: {count}\nSELECT count(*) AS n, count(DISTINCT _run) AS runs FROM history", f"last_{count}"
        )
    asking.fact("SELECT count(*) AS n FROM accepted", "now")
    found = {fact.name: fact.rows[0] for fact in asking.analyze().facts}
    assert found == {
        "last_1": {"n": 3, "runs": 1}, "last_2": {"n": 4, "runs": 2}, "last_9": {"n": 6, "runs": 3}, "now": {"n": 3},
    }  # fmt: skip


def test_an_interrupt_of_one_query_does_not_reach_the_next(asking: Asking):
    asking.fact("SELECT count(*) AS n FROM range(10000000000) t(a) WHERE a % 7 = 3", "slow")
    asking.fact("SELECT 1 AS n", "quick")
    asking.limits = dataclasses.replace(asking.limits, seconds=0.2)
    queries = {query.name: query for query in read_queries(asking.folder)}
    with opened(asking.rows, queries.values(), asking.folder / "rows", asking.limits) as engine:
        output = engine.output(queries["slow"])
        with pytest.raises(UserMistake):
            list(engine.cells(queries["slow"], output))
        assert list(engine.cells(queries["quick"], engine.output(queries["quick"]))) == [(1,)]


def test_what_a_disk_does_is_no_mistake_of_the_query(asking: Asking):
    asking.fact("SELECT 1 AS a")
    (query,) = read_queries(asking.folder).facts
    assert said(duckdb.IOException("IO Error: disk full"), query, 1).code == "outside"
