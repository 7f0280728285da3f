"""A fact is one SELECT over accepted rows, and depends on nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from headgate.core.analysis.statement import UNSTABLE
from headgate.core.errors import UserMistake
from tests.core.analysis.asking import Asking


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT count(*) AS n FROM accepted;", [{"n": 3}]),
        ("SELECT brand, sum(price) AS paid FROM accepted GROUP BY ALL ORDER BY 2 LIMIT 1 -- end", [{"brand": "Oppo", "paid": 999.25}]),
        ("WITH x AS (SELECT brand FROM accepted) SELECT DISTINCT brand FROM X ORDER BY 1", [{"brand": "Apple"}, {"brand": "Oppo"}]),
        ("SELECT row_number() OVER (ORDER BY price) AS place FROM accepted QUALIFY place = 2", [{"place": 2}]),
        ("FROM accepted SELECT string_agg(brand, ',' ORDER BY price) AS brands", [{"brands": "Oppo,Oppo,Apple"}]),
        ("SELECT arg_max(brand, price) AS dearest, mode(brand) AS usual FROM accepted", [{"dearest": "Apple", "usual": "Oppo"}]),
        ("SELECT unnest(range(2)) AS n ORDER BY n", [{"n": 0}, {"n": 1}]),
        ("SELECT 1 AS n UNION ALL SELECT 2 ORDER BY n DESC", [{"n": 2}, {"n": 1}]),
        ("SELECT ';' AS semicolon", [{"semicolon": ";"}]),
    ],
)  # fmt: skip
def test_what_a_fact_may_do(asking: Asking, text: str, rows: list[dict[str, object]]):
    assert asking.answer(text) == rows


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("-- title: Prices\n\nDELETE FROM accepted", 3),
        ("-- title: Größe\nSELECT 1 AS a;\n\nSELECT ';' AS b", 4),
        ("SELECT 1 AS a;\nCOPY accepted TO 'out.csv'", 2),
        ("-- only words", 1),
        ("WITH x AS (\n  DELETE FROM accepted RETURNING *\n) SELECT * FROM x", 2),
        ("WITH x AS (\n  COPY accepted TO 'out.csv'\n) SELECT 1 AS a", 2),
    ],
)
def test_what_is_more_or_other_than_one_select_names_its_line(asking: Asking, text: str, line: int):
    with pytest.raises(UserMistake, match="SELECT") as caught:
        asking.answer(text)
    assert caught.value.where is not None
    assert caught.value.where.line == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one SELECT"),
        ("-- only words", "one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "one SELECT"),
        ("CREATE TABLE t (a INT)", "SELECT"),
        ("COPY accepted TO 'out.csv'", "SELECT"),
        ("SET threads = 8", "SELECT"),
        ("INSTALL httpfs", "SELECT"),
        ("DESCRIBE accepted", "SELECT"),
        ("SELECT * FROM (DESCRIBE accepted)", "SELECT"),
        ("WITH x AS (DELETE FROM accepted RETURNING *) SELECT * FROM x", "SELECT"),
        ("SELECT * FROM 'other.csv'", "there is no table other.csv"),
        ("SELECT * FROM read_csv('other.csv')", "read_csv can't be read from"),
        ("SELECT * FROM glob('*')", "glob can't be read from"),
        ("SELECT * FROM query('SELECT 1')", "query can't be read from"),
        ("SELECT * FROM duckdb_settings()", "duckdb_settings can't be read from"),
        ("SELECT * FROM duckdb_views()", "duckdb_views can't be read from"),
        ("SELECT * FROM headgate.rows", "name the table alone"),
        ("SELECT * FROM information_schema.tables", "name the table alone"),
        ("SELECT * FROM sqlite_master", "there is no table sqlite_master"),
        ("SELECT * FROM acepted", "did you mean `accepted`?"),
        ("SELECT now() AS t FROM accepted", "now is not allowed: its result changes with the clock"),
        ('SELECT "Now"() AS t', "now is not allowed"),
        ("SELECT main.now() AS t", "now is not allowed"),
        ("SELECT current_date AS t", "current_date is not allowed"),
        ("SELECT random() AS r ORDER BY r", "random is not allowed"),
        ("SELECT brand FROM accepted ORDER BY random()", "random is not allowed"),
        ("SELECT current_setting('temp_directory') AS s", "current_setting is not allowed"),
        ("SELECT write_log('x') AS s", "write_log is not allowed"),
        ("SELECT brand FROM accepted USING SAMPLE 1", "a sample is not allowed"),
        ("SELECT brand FROM accepted TABLESAMPLE 10%", "a sample is not allowed"),
        ("SELECT brand FROM accepted WHERE price > (SELECT price FROM accepted TABLESAMPLE 1)", "a sample is not allowed"),
    ],
)  # fmt: skip
def test_what_a_fact_may_not_do(asking: Asking, text: str, said: str):
    with pytest.raises(UserMistake) as raised:
        asking.answer(text)
    assert said in raised.value.message
    assert raised.value.where is not None
    assert raised.value.where.file.endswith("fact.sql")
    assert raised.value.code == "bad_sql"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("-- title: A\nSELECT brand,\n  prise\nFROM accepted", 3, 3, '"prise" not found'),
        ("-- title: Ä\nSELECT 1 AS é FRAM accepted", 2, 15, "syntax error"),
        ("-- x\nSELECT\n  now() AS t", 3, 3, "now is not allowed"),
        ("-- x\nSELECT brand\nFROM acepted", 3, 6, "there is no table acepted"),
        ("-- x\nSELECT CAST(brand AS INTEGER) AS n\nFROM accepted", 2, 8, "can't be converted"),
        ("-- x\nSELECT\n  sentiment(price) AS s FROM accepted", 3, 3, "sentiment() takes one text column"),
        ("-- x\nSELECT brand FROM accepted\nUNION SELECT * FROM history", 3, 21, "-- history: 20"),
        ("-- x\nSELECT 1 AS n\nFROM accepted\nUNION SELECT 1, 2", 4, 1, "same number of result columns"),
        ("-- x\nSELECT brand FROM accepted\nJOIN accepted b USING (prise)", 3, 24, '"prise" does not exist'),
        ("-- x\nSELECT\n  date_diff('weak', DATE '2026-01-01', DATE '2026-01-02') AS d", 3, 14, "can't be converted"),
        ("-- x\nSELECT brand FROM accepted\nWHERE count(*) > 1", 3, 7, "WHERE clause cannot contain aggregates"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(asking: Asking, text: str, line: int, column: int, said: str):
    with pytest.raises(UserMistake) as raised:
        asking.answer(text)
    assert said in raised.value.message
    assert raised.value.where is not None
    assert (raised.value.where.line, raised.value.where.column) == (line, column)


def test_a_mistake_that_the_engine_has_no_place_for_names_no_line_that_may_be_wrong(asking: Asking):
    text = "SELECT 1 AS a, 2 AS b\nUNION SELECT 1, 2\nUNION SELECT 1"
    with pytest.raises(UserMistake, match="same number of result columns") as raised:
        asking.answer(text)
    assert raised.value.where is not None
    assert raised.value.where.line is None


def test_what_another_query_looks_back_at_is_not_seen(asking: Asking):
    asking.fact("-- history: 1\nSELECT count(*) AS n FROM history", "a")
    asking.fact("WITH history AS (SELECT 7 AS n) SELECT n FROM history", "b")
    assert [fact.rows for fact in asking.analyze().facts] == [({"n": 0},), ({"n": 7},)]
    asking.fact("SELECT count(*) AS n FROM history", "b")
    with pytest.raises(UserMistake, match="the header does not say how many"):
        asking.analyze()


def test_every_function_that_the_engine_calls_unstable_is_refused():
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
        ).fetchall()
    assert {name for (name,) in found} <= set(UNSTABLE)


def test_a_column_may_be_called_like_the_clock(tmp_path: Path):
    asking = Asking(tmp_path)
    asking.rows = type(asking.rows)(None, {"current_date": "DATE"})
    assert asking.answer("SELECT max(current_date) AS last FROM accepted") == [{"last": None}]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT CAST(name AS INTEGER) AS n FROM (VALUES ('Ana O''Brien')) AS t(name)",
        "SELECT CAST(n AS TINYINT) AS n FROM (VALUES (123456)) AS t(n)",
        "SELECT strptime(name, '%Y') AS n FROM (VALUES ('Ana Brien')) AS t(name)",
        "SELECT n * n AS n FROM (VALUES (123456)) AS t(n)",
        "SELECT regexp_matches('x', '[' || name) AS n FROM (VALUES ('Ana Brien')) AS t(name)",
    ],
)
def test_what_a_cell_holds_is_not_told(asking: Asking, text: str):
    with pytest.raises(UserMistake) as raised:
        asking.answer(text)
    assert not {"Ana", "Brien", "123456"} & set(re.findall(r"\w+", str(raised.value).replace(text, "")))
