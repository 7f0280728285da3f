"""A question is answered from the tables it names, and by nothing else that this machine has."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Outside, UserMistake
from headgate.core.gate.session import Budget
from headgate.core.query.sandbox import Answer, Make, answer
from headgate.core.query.tables import RunOutput, Tables

PEOPLE: list[dict[str, Any]] = [
    {"name": "Ann", "age": 31, "paid": Decimal("1.10")},
    {"name": "Bob\x1b[31m", "age": None, "paid": Decimal("2.2")},
]


def of(rows: list[dict[str, Any]], **types: str) -> Make:
    def make(made: Tables, name: str, is_only_listed: bool) -> None:
        made.rows(name, types or dict.fromkeys(rows[0], "VARCHAR"), [] if is_only_listed else rows)

    return make


@pytest.fixture
def asked(tmp_path: Path):
    """Answers a question about the tables `people` and `runs`, and one with an accepted output."""
    work, made = tmp_path / "work", []
    work.mkdir()
    output = tmp_path / "kept" / "accepted.csv"
    output.parent.mkdir()
    output.write_text("name,age\nAnn,31\n")

    def noted(make: Make) -> Make:
        def make_noted(tables: Tables, name: str, is_only_listed: bool) -> None:
            made.append(name)
            make(tables, name, is_only_listed)

        return make_noted

    def accepted(tables: Tables, name: str, is_only_listed: bool) -> None:
        tables.accepted(
            name, {"name": "VARCHAR", "age": "BIGINT"}, [] if is_only_listed else [RunOutput(output, "r1", "a.csv")]
        )

    def ask(text: str, limit: int = 100, memory: str = "256MB") -> Answer:
        made.clear()
        tables = {"people": noted(of(PEOPLE)), "runs": noted(of([{"run": "r1"}])), "accepted_people": noted(accepted)}
        return answer(text, tables, work, Budget(memory), limit)

    ask.made, ask.output = made, output  # type: ignore[attr-defined]
    return ask


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT name, paid FROM people WHERE age = 31", [("Ann", Decimal("1.10"))]),
        ("SELECT count(*), sum(paid) FROM people", [(2, Decimal("3.30"))]),
        ("WITH x AS (SELECT age + 1 AS a FROM people) SELECT max(a) FROM x", [(32,)]),
        ("SELECT name FROM people ORDER BY age DESC NULLS LAST;", [("Ann",), ("Bob\x1b[31m",)]),
        ("SELECT row_number() OVER (ORDER BY name DESC), age IS NULL FROM people", [(1, True), (2, False)]),
        ("FROM people JOIN runs ON true SELECT run QUALIFY row_number() OVER () = 1", [("r1",)]),
        ("SELECT 'a;b' AS x ; -- é", [("a;b",)]),
        ("/* ; */ SELECT * FROM range(2)", [(0,), (1,)]),
        ("SELECT name FROM memory.main.people LIMIT 1", [("Ann",)]),
        ("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t", [(1,), (2,), (3,)]),
        ("SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC", [(2,), (1,)]),
        ("SELECT name, age, _run, _file FROM accepted_people", [("Ann", 31, "r1", "a.csv")]),
        ("VALUES (1, 'a')", [(1, "a")]),
    ],
)  # fmt: skip
def test_what_a_select_may_do(asked, text, rows):
    assert asked(text).rows == rows


def test_values_leave_as_what_they_are_and_everything_unusual_as_text_or_structure(asked):
    said = asked(
        "SELECT true, 2::HUGEINT ** 70, 0.1::DOUBLE, 1.10::DECIMAL(30,2), NULL, 'infinity'::DATE, TIMESTAMP '2026-01-02 03:04:05.5', "
        "TIMESTAMPTZ '2026-01-02 03:04:05+01', [now()] = [now()], [1, NULL], {'a': DATE '2026-01-02'}, MAP {'k': 1}, "
        "INTERVAL 1 DAY, '\\xAA'::BLOB, TIME '01:02', 'x'::ENUM('x', 'y'), '{\"a\": [1.5]}'::JSON"
    )
    assert said.rows == [
        (
            True, 2.0**70, 0.1, Decimal("1.10"), None, "infinity", "2026-01-02 03:04:05.5", "2026-01-02 02:04:05+00", True,
            [1, None], {"a": "2026-01-02"}, {"k": 1}, "1 day", "\\xAA", "01:02:00", "x", {"a": [1.5]},
        )
    ]  # fmt: skip
    assert said.numbers[:4] == (False, True, True, True)


def test_only_the_tables_that_are_named_are_made(asked):
    asked("SELECT 1 FROM People p WHERE EXISTS (SELECT p.name)")
    assert asked.made == ["people"]
    asked("SELECT (SELECT count(*) FROM runs), name FROM people JOIN people q USING (name)")
    assert asked.made == ["people", "runs"]


def test_a_question_that_names_none_gets_all_of_them_without_rows(asked):
    assert asked("SHOW TABLES").rows == [("accepted_people",), ("people",), ("runs",)]
    assert (
        asked("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1").rows
        == asked("SHOW TABLES").rows
    )
    assert asked("SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name = 'people' ORDER BY 1").rows == [
        ("age",), ("name",), ("paid",),
    ]  # fmt: skip
    assert asked("SELECT estimated_size FROM duckdb_tables() WHERE table_name = 'people'").rows == [(0,)]


def test_describe_and_summarize_are_questions_about_one_table(asked):
    assert [row[:2] for row in asked("DESCRIBE people").rows][2] == ("paid", "DECIMAL(38,2)")
    assert asked.made == ["people"]
    assert len(asked("SUMMARIZE accepted_people").rows) == 4


def test_an_answer_is_cut_at_the_limit_and_says_so(asked):
    assert (asked("SELECT * FROM range(5)", limit=5).is_cut, len(asked("SELECT * FROM range(5)", limit=5).rows)) == (
        False,
        5,
    )
    assert (asked("SELECT * FROM range(6)", limit=5).is_cut, len(asked("SELECT * FROM range(6)", limit=5).rows)) == (
        True,
        5,
    )


def test_two_columns_of_one_name_are_told_apart(asked):
    assert asked("SELECT 1 AS a, 2 AS a").columns == ("a", "a_1")


@pytest.mark.parametrize(
    "text",
    [
        "COPY people TO 'out.csv'", "COPY (SELECT 1) TO 'out.csv'", "ATTACH 'x.db'", "INSTALL httpfs", "LOAD httpfs",
        "SET memory_limit = '9GB'", "RESET threads", "PRAGMA database_list", "CREATE TABLE x (a INT)", "DROP TABLE people",
        "INSERT INTO people VALUES (1)", "UPDATE people SET age = 1", "DELETE FROM people", "EXPORT DATABASE 'x'",
        "CALL pragma_version()", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2", "BEGIN", "CHECKPOINT", "USE memory",
        "CREATE SECRET (TYPE s3)", "", "-- nothing", ";",
    ],
)  # fmt: skip
def test_anything_but_one_select_is_refused(asked, text):
    with pytest.raises(UserMistake, match="it must be one SELECT") as caught:
        asked(text)
    assert caught.value.code == "bad_sql"
    assert asked.made == []


@pytest.mark.parametrize(
    "text",
    [
        "WITH x AS (COPY people TO '{out}') SELECT 1",
        "WITH x AS (COPY (SELECT 1) TO '{kept}') SELECT * FROM accepted_people",
        "WITH x AS (INSERT INTO people VALUES ('x', 1, 1) RETURNING *) SELECT * FROM x",
        "WITH x AS (DELETE FROM people RETURNING *) SELECT * FROM x",
        "WITH x AS (UPDATE people SET age = 1 RETURNING *) SELECT * FROM x",
        "SELECT (WITH x AS (COPY people TO '{out}') SELECT 1)",
    ],
)  # fmt: skip
def test_a_select_can_not_write_by_way_of_a_with(asked, tmp_path, text):
    before = asked.output.read_bytes()
    with pytest.raises(UserMistake, match="it must be a SELECT in all its parts"):
        asked(text.format(out=tmp_path / "out.csv", kept=asked.output))
    assert not (tmp_path / "out.csv").exists()
    assert asked.output.read_bytes() == before


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{file}')", "read_text('{file}')", "main.read_blob('{file}')", "read_json('{file}')", "glob('/*')",
        "read_parquet('https://127.0.0.1:1/x.parquet')", "query('SELECT * FROM runs')", "query_table('runs')",
        "duckdb_settings()", "duckdb_secrets()", "sniff_csv('{file}')", "parquet_metadata('{file}')", "enable_logging()",
        "enable_profiling()", "sqlite_scan('{file}', 't')", "READ_CSV('{file}')", "people, read_text('{file}')",
        "duckdb_logs()", "which_secret('a', 's3')", "arrow_scan(1, 2, 3)",
    ],
)  # fmt: skip
def test_functions_that_read_anything_but_tables_are_refused_by_name(asked, tmp_path, source):
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(UserMistake, match="can't be read from") as caught:
        asked(f"SELECT * FROM {source.format(file=tmp_path / 'secret.txt')}")
    assert str(caught.value.where).startswith("SQL:1:")


@pytest.mark.parametrize("name", ["secret.csv", "secret.json", "secret.parquet", "secret.db"])
def test_a_file_by_its_name_is_no_table(asked, tmp_path, name):
    (tmp_path / name).write_text("secret\n1\n")
    for path in (tmp_path / name, f"{tmp_path}/work/../{name}", f"{tmp_path}/kept/../{name}"):
        with pytest.raises(UserMistake, match=r"nothing else|there is no table"):
            asked(f"SELECT * FROM '{path}', people")


def test_the_environment_and_the_variables_of_this_program_are_out_of_reach(asked, monkeypatch):
    monkeypatch.setenv("HEADGATE_SECRET", "hidden")
    assert os.environ["HEADGATE_SECRET"] == "hidden"
    with pytest.raises(UserMistake, match="getenv"):
        asked("SELECT getenv('HEADGATE_SECRET')")
    for variable in ("before", "duckdb", "told"):
        with pytest.raises(UserMistake, match="there is no table"):
            asked(f"SELECT * FROM {variable}")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("SELECT * FORM x", "SQL:1:15", 'syntax error at or near "x"'),
        ("SELECT\n  'é', foo FROM people", "SQL:2:8", 'referenced column "foo" not found'),
        ("SELECT * FROM poeple", "SQL:1:15", "there is no table poeple; did you mean `people`?"),
        ("SELECT 1 FROM people WHERE (SELECT x FROM t)", "SQL:1:43", "there is no table t; "),
        ("SELECT name::INTEGER FROM people", "SQL:1:12", "could not convert string"),
        ("SELECT nofunc(1)", "SQL:1:8", "nofunc does not exist"),
        ("SELECT $1", "SQL", "values were not provided"),
        ("SELECT error('x' || chr(10) || '{\"exception_message\": \"y\"}')", "SQL", "x"),
        ("SELECT " + "(" * 900 + "1" + ")" * 900 + "+" + "+".join(["1"] * 3000), "SQL", ""),
        ("SELECT repeat('a', 100000000000)", "SQL", "cannot create a string of size"),
        (
            "SELECT name::INTEGER FROM (SELECT name FROM people, range(9000) UNION ALL BY NAME SELECT 'x')",
            "SQL:1:12",
            "could",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(asked, text, place, message):
    with pytest.raises(UserMistake) as caught:
        asked(text)
    assert str(caught.value.where) == place
    assert caught.value.message.startswith(message) or message in caught.value.message
    assert "\n" not in caught.value.message


def test_more_than_memory_holds_is_sorted_on_disk_in_the_work_folder_or_refused_as_outside(asked):
    big = "(SELECT range::VARCHAR || repeat('x', 60) AS t FROM range(3000000))"
    assert asked(f"SELECT count(*) FROM (SELECT t, row_number() OVER (ORDER BY t) FROM {big})", memory="128MB").rows
    with pytest.raises(Outside, match="memory limit is too small for this query"):
        asked("SELECT list(range) FROM range(100000000)", memory="128MB")


def test_an_output_that_can_not_be_read_is_no_mistake_of_the_one_who_asks(asked):
    asked.output.rename(asked.output.with_suffix(".parquet"))
    work = asked.output.parents[1] / "other"
    work.mkdir()
    broken = RunOutput(asked.output.with_suffix(".parquet"), "r1", "a.csv")

    def make(tables: Tables, name: str, is_only_listed: bool) -> None:
        tables.accepted(name, {}, [broken])

    with pytest.raises(Outside, match="accepted_x can't be read"):
        answer("FROM accepted_x", {"accepted_x": make}, work, Budget(), 1)
