"""Whether a pipeline can fill its tables is known when the project is loaded."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.core.sink import check_sinks
from headgate.core.table_key import key_value
from headgate.hosts.contracts import load_contracts
from tests.projects import make_project

DERIVE = """\
derive:
  at: _claimed_at
  day: CAST(_claimed_at AS DATE)
  number: _record
  joined: lower(name) || '-' || coalesce(email, 'none')
  maybe: nullif(name, 'x')
  tried: TRY_CAST(name AS INTEGER)
  choice: CASE WHEN age > 3 THEN 'a' END
  half: age / 2
  rounded: coalesce(age, 0) * 2.5
  exact: CAST(coalesce(age, 0) AS DECIMAL(9,2))
"""


def check(folder: Path, people: str, **others: str) -> None:
    make_project(folder, people=people)
    for name, text in others.items():
        (folder / "pipelines" / name / "pipeline.yaml").write_text(text)
    project = load_project(folder)
    check_sinks(project.pipelines, load_contracts(project))


def refused(folder: Path, people: str, **others: str) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        check(folder, people, **others)
    return caught.value


@pytest.mark.parametrize("key", ["name", "at", "day", "number", "joined"])
def test_a_key_that_every_row_has_is_fine(tmp_path: Path, key: str):
    check(tmp_path, f"{DERIVE}sinks: {{t: {{partition_key: {key}}}}}\n")


@pytest.mark.parametrize("key", ["email", "age", "maybe", "tried"])
def test_a_key_that_may_be_missing_is_refused_with_what_helps(tmp_path: Path, key: str):
    error = refused(tmp_path, f"{DERIVE}sinks: {{t: {{partition_key: name, sort_key: {key}}}}}\n")
    assert error.message.startswith(f"{key} may be missing in a row")
    assert "coalesce" in error.message
    assert error.where
    assert (error.where.key, error.where.line) == ("sinks.t.sort_key", 14)


@pytest.mark.parametrize(("key", "kind"), [("half", "double"), ("rounded", "decimal(21,1)"), ("exact", "decimal(9,2)")])
def test_a_key_of_another_kind_is_refused(tmp_path: Path, key: str, kind: str):
    error = refused(tmp_path, f"{DERIVE}sinks: {{t: {{partition_key: {key}}}}}\n")
    assert error.message == f"{key} is a {kind}; a key is text, a whole number, a date or a timestamp"


def test_a_condition_without_an_else_may_give_nothing(tmp_path: Path):
    assert "may be missing" in refused(tmp_path, f"{DERIVE}sinks: {{t: {{partition_key: choice}}}}\n").message


@pytest.mark.parametrize(
    ("sink", "key"),
    [
        ("{partition_key: nmae}", "sinks.t.partition_key"),
        ("{partition_key: name, sort_key: nmae}", "sinks.t.sort_key"),
        ("{partition_key: name, indexes: {by_x: [age, nmae]}}", "sinks.t.indexes.by_x"),
        ("{partition_key: name, indexes: {by_x: nmae}}", "sinks.t.indexes.by_x"),
    ],
)
def test_a_column_that_accepted_rows_do_not_have_is_refused_with_the_one_that_was_meant(tmp_path, sink, key):
    error = refused(tmp_path, f"sinks: {{t: {sink}}}\n")
    assert error.message.startswith("accepted rows have no column nmae; ")
    assert "`name`" in error.message
    assert (error.code, error.where and error.where.key) == ("bad_sink", key)


def test_two_pipelines_may_fill_one_table_when_they_describe_it_alike(tmp_path: Path):
    sinks = "sinks: {t: {partition_key: name, indexes: {by_age: age}}}\n"
    check(tmp_path, sinks, guests=f"contract: contract.odcs.yaml\n{sinks}")


def test_two_descriptions_of_one_table_are_refused(tmp_path: Path):
    other = "contract: contract.odcs.yaml\nsinks: {t: {partition_key: name, indexes: {by_age: age}}}\n"
    error = refused(tmp_path, "sinks: {t: {partition_key: name}}\n", guests=other)
    assert error.message == "the pipeline guests describes the table t differently"


def test_a_rule_that_only_warns_does_not_make_a_key(tmp_path: Path):
    make_project(tmp_path, people="sinks: {t: {partition_key: email}}\n")
    path = tmp_path / "pipelines" / "people" / "contract.odcs.yaml"
    check_ = "quality: [{type: library, metric: nullValues, mustBe: 0, severity: %s}]"
    for severity, fine in (("warning", False), ("error", True)):
        text = path.read_text().replace("classification: pii", check_ % severity).replace("warning", severity)
        path.write_text(text)
        project = load_project(tmp_path)
        if fine:
            check_sinks(project.pipelines, load_contracts(project))
        else:
            with pytest.raises(UserMistake, match="may be missing"):
                check_sinks(project.pipelines, load_contracts(project))


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("a", "a"), ("", ""), (0, 0), (-(2**63), -(2**63)), (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, 600), "2026-01-02T03:04:05.000600"),
    ],
)  # fmt: skip
def test_a_key_is_kept_as_a_number_or_as_text(value, key):
    assert key_value(value, "t", "c") == key
