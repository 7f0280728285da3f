"""headgate query: what a person reads, and what a program reads."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from headgate.faces.cli.lists import span_of
from tests.faces.command import Here, headgate
from tests.projects import MIXED, drop, make_project

EVIL = b'name,email,age\n"\x1b[31mred\n[bold]x",,1\n"=1+1, ""q""",,2\n'


@pytest.fixture
def asked(here: Here):
    """`headgate query` in a project that has processed two files."""
    make_project(here.folder, people="sinks: {visitors: {partition_key: name}}\n")
    drop(here.folder, "people/a.csv", MIXED)
    drop(here.folder, "people/b.csv", EVIL)
    here("run", "--quiet")

    def ask(*words: object):
        return here("query", *words)

    return ask


def test_a_table_for_people_has_a_header_and_a_count(asked):
    said = asked("SELECT name, age, 1.50 AS price, true AS ok, NULL AS nothing FROM accepted_people WHERE age = 31")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["name", "age", "price", "ok", "nothing"]
    assert lines[2].split() == ["Ann", "31", "1.50", "true"]
    assert lines[-1] == "1 row"
    assert said.err == ""


def test_an_answer_without_rows_still_has_its_columns(asked):
    lines = asked("SELECT name, age FROM accepted_guests").out.splitlines()
    assert (lines[0].split(), lines[-1]) == (["name", "age"], "0 rows")


def test_a_cell_can_not_command_the_terminal_and_is_not_taken_for_markup(asked):
    said = asked('SELECT name AS "\x1b]0;x\x07 [red]n" FROM accepted_people WHERE age = 1')
    assert "\x1b" not in said.out
    assert "\\x1b[31mred\\n[bold]x" in said.out
    assert "[red]n" in said.out


def test_json_is_an_array_of_objects_in_plain_ascii(asked):
    said = asked(
        "SELECT name, age, 1.10::DECIMAL(9,2) AS d, 12345678901234567.89::DECIMAL(30,2) AS e, 'nan'::DOUBLE AS f, "
        "[1, 2] AS l, {'a': NULL} AS s, DATE '2026-01-02' AS day, 'é' AS t FROM visitors WHERE age = 1", "--json",
    )  # fmt: skip
    assert said.json == [
        {
            "name": "\x1b[31mred\n[bold]x", "age": 1, "d": 1.1, "e": "12345678901234567.89", "f": "nan", "l": [1, 2],
            "s": {"a": None}, "day": "2026-01-02", "t": "é",
        }
    ]  # fmt: skip
    assert said.out.isascii()
    assert "\x1b" not in said.out


def test_json_of_no_rows_is_an_empty_array(asked):
    assert asked("SELECT * FROM accepted_guests", "--json").json == []


def test_csv_is_exact_where_it_goes_to_a_program(asked):
    said = asked("SELECT name, age, 1.10 AS d, [1] AS l, NULL AS n FROM visitors ORDER BY age", "--csv")
    assert list(csv.reader(io.StringIO(said.out))) == [
        ["name", "age", "d", "l", "n"],
        ["\x1b[31mred\n[bold]x", "1", "1.10", "[1]", ""],
        ['=1+1, "q"', "2", "1.10", "[1]", ""],
        ["Ann", "31", "1.10", "[1]", ""],
    ]


def test_csv_on_a_terminal_is_harmless(asked, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b" not in asked("SELECT name FROM visitors", "--csv").out


def test_csv_and_json_at_once_is_a_mistake(asked):
    assert asked("SELECT 1", "--csv", "--json").code == 2


def test_what_is_cut_is_told_beside_the_answer(asked):
    said = asked("SELECT * FROM range(5)", "--limit", 3, "--json")
    assert len(said.json) == 3
    assert said.err == "note: only the first 3 rows are printed; --limit N prints more\n"


def test_a_table_of_too_many_rows_gives_no_answer_but_the_option_that_helps(asked):
    said = asked("SELECT count(*) AS n FROM visitors", "--table-rows", 2, "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "too_many_rows")
    said = asked(
        "SELECT count(*) AS n FROM visitors", "--table-rows", said.json["error"]["next"].split("rows ")[1][0], "--json"
    )
    assert (said.code, said.json) == (0, [{"n": 3}])


def test_a_mistake_is_exit_code_2_with_line_and_column_and_no_traceback(asked, here: Here):
    said = asked("SELECT name\nFORM accepted_people")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[0] == 'error: SQL:2:6: syntax error at or near "accepted_people"'
    assert "Traceback" not in said.err
    assert asked("SELECT * FROM visitor", "--json").json["error"]["code"] == "bad_sql"


def test_the_cell_in_an_error_is_harmless(asked):
    said = asked("SELECT name::INTEGER FROM visitors")
    assert said.code == 2
    assert "\x1b" not in said.err
    assert len(said.err.splitlines()) == 3


def test_without_a_project_it_is_a_mistake(here: Here):
    assert here("query", "SELECT 1").code == 2


def test_nothing_in_the_project_changes(asked, here: Here):
    def state() -> dict[str, bytes]:
        zones = ("accepted", "rejected", "manifests", "archive", "inbox")
        return {
            str(path): path.read_bytes() for zone in zones for path in (here.folder / zone).rglob("*") if path.is_file()
        }

    before = state()
    assert len(before) >= 10
    for text in ("SELECT * FROM accepted_people, rejected_people, runs, visitors", "SHOW TABLES"):
        assert asked(text).code == 0
    accepted = next(path for path in before if path.endswith(".parquet"))
    assert asked(f"WITH x AS (COPY (SELECT 1) TO '{accepted}') SELECT * FROM accepted_people").code == 2
    assert state() == before


def test_a_replay_takes_the_place_of_the_run_it_replays(asked, here: Here):
    before = asked("SELECT count(*) AS n, count(DISTINCT _run) AS runs FROM accepted_people", "--json").json
    run = asked("SELECT run FROM runs WHERE file = 'a.csv'", "--json").json[0]["run"]
    assert here("replay", run, "--quiet").code == 0
    assert asked("SELECT count(*) AS n, count(DISTINCT _run) AS runs FROM accepted_people", "--json").json == before
    assert asked("SELECT _run FROM accepted_people WHERE _run = '" + run + "'", "--json").json == []


def test_as_a_process_of_its_own(tmp_path: Path):
    make_project(tmp_path)
    said = headgate(
        "query", "SELECT 'ü' AS t, count(*) AS n FROM runs", "--json", cwd=tmp_path, PYTHONIOENCODING="ascii"
    )
    assert json.loads(said.out) == [{"t": "ü", "n": 0}]
    assert said.code == 0


def test_a_day_is_one_of_the_zone_of_the_daily_report_also_when_clocks_are_changed_on_it():
    assert span_of(date(2026, 3, 29), "Europe/Berlin") == (datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22))
    assert span_of(date(2026, 3, 29), "UTC") == (datetime(2026, 3, 29), datetime(2026, 3, 30))


def test_only_runs_of_a_day_a_time_or_a_pipeline_are_asked_about(asked):
    count = "SELECT count(*) AS n FROM runs"
    for words, found in (
        (["--since", "1h"], 2), (["--since", "2031-01-01"], 0), (["--day", "2024-02-29"], 0),
        (["--pipeline", "people"], 2), (["--pipeline", "guests"], 0),
    ):  # fmt: skip
        assert asked(count, "--json", *words).json == [{"n": found}], words
    assert asked("SELECT name FROM visitors", "--day", "2024-02-29", "--json").json == []


def test_what_can_not_be_meant_is_refused(asked):
    for words, told in (
        (["--day", "today", "--since", "1h"], "--day and --since can't both be meant"),
        (["--day", "\x1b[31m"], "--day: it must be a date"), (["--since", "soon"], "--since: it must be a span"),
        (["--pipeline", "peopel"], "did you mean people?"),
    ):  # fmt: skip
        said = asked("SELECT 1 AS one", *words)
        assert (said.code, said.out, told in said.err, "\x1b" in said.err) == (2, "", True, False), words
