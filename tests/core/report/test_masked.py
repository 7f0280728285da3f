"""Where names are masked, a report says how somebody who may see them finds them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.report.blocks import Block, Prose, Report, Steps
from headgate.core.report.header import Shown
from headgate.core.report.run_report import run_report
from tests.core.report.building import RUN, analysis, finding, given, manifest, narrative

MADE = manifest("orders", "a.csv", 12_345, 200)


ALONE, BEYOND = Shown(), Shown(rows_suffice=False)


def of(
    facts: dict[str, Any], shown: Mapping[str, Shown] | None = None, is_deployed: bool = False, **found: Any
) -> Report:
    told = {"top": ALONE, "odd": ALONE} if shown is None else dict(shown)
    return run_report(given("Orders", MADE, {**analysis(MADE, **found), "facts": facts}, told, is_deployed=is_deployed))


def names(of: Report) -> list[str]:
    return [one.name for one in of.sections]


def command(of: Report) -> str:
    steps = blocks(of)[1]
    assert isinstance(steps, Steps)
    return steps.items[0].text


def blocks(of: Report) -> tuple[Block, ...]:
    return next(one.blocks for one in of.sections if one.name == "masked")


MASKED = {"top": [{"email": "***1", "orders": 3}, {"email": "***2", "orders": 2}]}


def test_where_names_are_masked_the_report_says_how_to_find_them():
    told = of(MASKED, narrative=narrative("Good."))
    assert names(told)[names(told).index("summary") + 1] == "masked"
    prose, steps = blocks(told)
    assert isinstance(prose, Prose)
    assert isinstance(steps, Steps)
    assert "stand for values of email" in prose.note
    assert steps.items[0].text == (
        f"headgate query \"WITH accepted AS (FROM accepted_orders WHERE _run = '{RUN}') FROM ("
        r"$(sed 's/;[[:space:]]*\(--.*\)*$//' pipelines/orders/analysis/top.sql; printf '\n)')"
        '"'
    )
    assert steps.items[1].text == f"accepted/orders/{RUN}/accepted.parquet"


def test_names_that_are_masked_in_findings_only_are_found_by_those():
    told = of({}, findings=[finding("odd", "warning", "Odd", rows=[{"email": "***1"}])])
    steps = blocks(told)[1]
    assert isinstance(steps, Steps)
    assert "pipelines/orders/analysis/findings/odd.sql" in steps.items[0].text


SELECTS = [
    "SELECT email, count(*) AS orders FROM accepted GROUP BY email",
    "SELECT email, count(*) AS orders FROM accepted GROUP BY email;\n\n",
    "SELECT email, count(*) AS orders FROM accepted GROUP BY email -- the best",
    "SELECT email, count(*) AS orders FROM accepted GROUP BY email -- the best\n-- of all;\n",
    "-- title: Best\nWITH a AS (FROM accepted)\nSELECT email, count(*) AS orders FROM a GROUP BY email ; -- the best\n",
]


@pytest.mark.parametrize("sql", SELECTS)
def test_the_command_runs_in_a_shell_whatever_the_file_ends_in(tmp_path: Path, sql: str):
    file = tmp_path / "pipelines/orders/analysis/top.sql"
    file.parent.mkdir(parents=True)
    file.write_text(sql)
    said = subprocess.run(
        ["bash", "-c", f'headgate() {{ printf %s "$2"; }}; {command(of(MASKED))}'],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE accepted_orders AS SELECT 'a@b' AS email, '{RUN}' AS _run")
        connection.execute("INSERT INTO accepted_orders VALUES ('c@d', 'another run')")
        assert connection.execute(said.stdout).fetchall() == [("a@b", 1)]


def test_on_aws_the_command_says_so():
    assert command(of(MASKED, is_deployed=True)).startswith('headgate query --target aws "WITH')


def test_what_looks_at_more_than_the_accepted_rows_has_no_command():
    for shown in ({"odd": BEYOND}, {}):
        steps = blocks(of({}, shown, findings=[finding("odd", "warning", "Odd", rows=[{"email": "***1"}])]))[1]
        assert isinstance(steps, Steps)
        assert [one.text for one in steps.items] == [f"accepted/orders/{RUN}/accepted.parquet"]
        assert "Look into the accepted rows" in steps.items[0].label


def test_another_masked_table_that_the_accepted_rows_suffice_for_is_taken_instead():
    found = [finding("odd", "warning", "Odd", rows=[{"email": "***1"}])]
    told = of(MASKED, {"top": BEYOND, "odd": ALONE}, findings=found)
    assert "analysis/findings/odd.sql" in command(told)


def test_where_nothing_is_masked_nothing_is_said_of_it():
    assert "masked" not in names(of({"top": [{"email": "*** 1", "stars": "**"}]}))
