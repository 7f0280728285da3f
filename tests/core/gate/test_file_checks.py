"""Statements about the whole file: what is measured, against what, and what becomes of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.errors import Outside
from headgate.core.gate.checks import CheckJudge
from tests.gating import Gated, contract_of, gate

LINES = ["a,b", "x,1", "x,2", ",2", "NA,bad", "y,5", "too,many,fields"]
PROPERTIES = "[{name: a%s}, {name: b, logicalType: integer%s}]"


def checked(folder: Path, on_file: str = "", on_a: str = "", on_b: str = "", **settings: Any) -> Gated:
    """Six records, of which one is mistyped and one malformed, under quality entries of the schema, of `a` and of `b`."""
    entries = [f", quality: [{entry}]" if entry else "" for entry in (on_a, on_b)]
    contract = contract_of(folder, PROPERTIES % tuple(entries), f"quality: [{on_file}]" if on_file else "")
    return gate(folder, ("\n".join(LINES) + "\n").encode(), contract, **settings)


def result(gated: Gated) -> tuple[str, float | None]:
    (check,) = gated.manifest["checks"]
    return check["status"], check["value"]


OPERATORS = {
    "mustBe": ("6", "5"),
    "mustNotBe": ("5", "6"),
    "mustBeGreaterThan": ("5", "6"),
    "mustBeGreaterOrEqualTo": ("6", "7"),
    "mustBeLessThan": ("7", "6"),
    "mustBeLessOrEqualTo": ("6", "5"),
    "mustBeBetween": ("[6, 9]", "[7, 9]"),
    "mustNotBeBetween": ("[7, 9]", "[1, 6]"),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_operator_holds_at_its_boundary_and_fails_beyond(operator: str, tmp_path: Path) -> None:
    for wanted, threshold in zip(("passed", "failed"), OPERATORS[operator], strict=True):
        (tmp_path / wanted).mkdir()
        gated = checked(tmp_path / wanted, f"{{metric: rowCount, {operator}: {threshold}}}")
        assert result(gated) == (wanted, 6)


MEASURED = {
    "rowCount counts records, also rejected ones": ({"on_file": "{metric: rowCount, mustBe: 6}"}, 6),
    "nullValues in rows": ({"on_a": "{metric: nullValues, mustBeLessThan: 2}"}, 1),
    "nullValues in percent of the records": ({"on_a": "{metric: nullValues, mustBeLessThan: 20, unit: percent}"}, 100 / 6),
    "missingValues counts its tokens too": ({"on_a": "{metric: missingValues, mustBeLessThan: 3, arguments: {missingValues: [NA]}}"}, 2),
    "invalidValues by a list": ({"on_a": "{metric: invalidValues, mustBeLessThan: 3, arguments: {validValues: [x]}}"}, 2),
    "invalidValues by a pattern": ({"on_a": "{metric: invalidValues, mustBeLessThan: 3, arguments: {pattern: '^[xy]$'}}"}, 1),
    "invalidValues counts what is mistyped": ({"on_b": "{metric: invalidValues, mustBeLessThan: 3, arguments: {validValues: [1, 2]}}"}, 2),
    "mistyped does not fit a pattern": ({"on_b": "{metric: invalidValues, mustBeLessThan: 3, arguments: {pattern: 'd|[12]'}}"}, 2),
    "duplicateValues counts all but the first": ({"on_a": "{metric: duplicateValues, mustBeLessThan: 2}"}, 1),
    "duplicateValues of two columns": (
        {"on_file": "{metric: duplicateValues, mustBeLessThan: 2, arguments: {properties: [a, b]}}"},
        0,
    ),
    "duplicateValues in percent": ({"on_b": "{metric: duplicateValues, mustBeLessThan: 50, unit: percent}"}, 100 / 6),
    "sql over the accepted rows": ({"on_file": "{type: sql, query: 'SELECT sum(b) FROM {table}', mustBe: 10}"}, 10),
    "sql on a column": ({"on_b": "{type: sql, query: 'SELECT max({property}) FROM ${object}', mustBe: 5}"}, 5),
    "sql that gives true": ({"on_file": "{type: sql, query: 'SELECT count(*) = 4 FROM {table}', mustBe: true}"}, 1),
}  # fmt: skip


@pytest.mark.parametrize("what", MEASURED)
def test_a_check_measures_what_it_says(what: str, tmp_path: Path) -> None:
    entries, value = MEASURED[what]
    status, measured = result(checked(tmp_path, **entries))
    assert status == "passed"
    assert measured == pytest.approx(value)


def test_a_sql_check_sees_derived_and_extra_columns(tmp_path: Path) -> None:
    query = "{type: sql, query: 'SELECT sum(twice) FROM {table} WHERE a IS NOT NULL', mustBe: 16}"
    assert result(checked(tmp_path, query, derive={"twice": "2 * b"})) == ("passed", 16)


SKIPPED = {
    "text": ({"on_file": "{type: text, description: be nice}"}, "people"),
    "another engine": ({"on_file": "{type: custom, engine: soda, implementation: x}"}, "soda"),
    "an unknown metric": ({"on_a": "{metric: freshness, mustBe: 1}"}, "freshness"),
    "nothing to measure": ({"on_file": "{type: sql, query: 'SELECT sum(b) FROM {table} WHERE b > 99', mustBe: 1}"}, "nothing"),
    "a query that can't run and only warns": (
        {"on_file": "{type: sql, query: 'SELECT sum(nope) FROM {table}', mustBe: 1, severity: warning}"},
        "BinderException",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SKIPPED)
def test_a_check_that_can_not_be_judged_is_skipped_and_says_why(what: str, tmp_path: Path) -> None:
    entries, why = SKIPPED[what]
    gated = checked(tmp_path, **entries)
    (check,) = gated.manifest["checks"]
    assert (check["status"], gated.manifest["verdict"]) == ("skipped", "accepted_with_rejects")
    assert why in check["why"]


UNMEASURED = {
    "a cell that can't be converted": ("SELECT sum(CAST(a AS INTEGER)) FROM {table}", "ConversionException"),
    "a result that is no number": ("SELECT max(a) FROM {table}", "ValueError"),
    "a result that is not finite": ("SELECT max(b) + CAST(''inf'' AS DOUBLE) FROM {table}", "ValueError"),
    "a column that is not there": ("SELECT sum(nope) FROM {table}", "BinderException"),
}


@pytest.mark.parametrize("what", UNMEASURED)
def test_a_cell_can_not_switch_a_check_off_nor_show_in_the_manifest(what: str, tmp_path: Path) -> None:
    query, kind = UNMEASURED[what]
    contract = contract_of(tmp_path, PROPERTIES % ("", ""), f"quality: [{{type: sql, query: '{query}', mustBe: 1}}]")
    gated = gate(tmp_path, b"a,b\nsecret,1\n", contract)
    (check,) = gated.manifest["checks"]
    assert (check["status"], check["value"], gated.manifest["verdict"]) == ("failed", None, "failed")
    assert kind in check["why"]
    assert "secret" not in str(gated.manifest)


@pytest.mark.parametrize("error", [duckdb.OutOfMemoryException, duckdb.IOException])
def test_a_check_that_memory_or_disk_ends_publishes_nothing(
    error: type[duckdb.Error], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_out(*_: object) -> float:
        raise error("gave out")

    monkeypatch.setattr(CheckJudge, "_measure", gives_out)
    with pytest.raises(Outside):
        checked(tmp_path, "{metric: rowCount, mustBe: 6}")


def test_a_failed_check_fails_the_file_and_keeps_its_rejects_and_manifest(tmp_path: Path) -> None:
    gated = checked(tmp_path, "{metric: rowCount, name: enough, mustBeGreaterThan: 100}")
    assert gated.verdict.failed
    assert (gated.manifest["verdict"], gated.manifest["reason"]["code"]) == ("failed", "file_check_failed")
    assert "enough" in gated.manifest["reason"]["message"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "manifest.json",
        "rejected.csv",
        "rejected.jsonl",
    ]
    assert list(gated.manifest["outputs"]) == ["rejected_csv", "rejected_jsonl"]
    assert gated.manifest["counts"] == {"records": 6, "accepted": 0, "rejected": 2, "warned": 0}
    assert list(gated.reasons()) == [4, 6]
    assert gated.verdict.accepted is None


def test_a_failed_check_that_only_warns_is_told_and_fails_nothing(tmp_path: Path) -> None:
    gated = checked(tmp_path, "{metric: rowCount, mustBeGreaterThan: 100, severity: warning}")
    assert result(gated) == ("failed", 6)
    assert (gated.manifest["verdict"], len(gated.accepted)) == ("accepted_with_rejects", 4)


def test_percentages_of_no_records_are_nought(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, "[{name: a, quality: [{metric: nullValues, mustBeLessThan: 1, unit: percent}]}]")
    gated = gate(tmp_path, b"a\n", contract)
    assert (result(gated), gated.manifest["verdict"]) == (("passed", 0), "accepted")
