"""A key that the root or one of its resubmissions has accepted is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.core.gate.accepted_before import AcceptedBefore
from tests.core.gate.family import Family, Ran
from tests.gating import contract_of

KEYED = "[{name: k, unique: true}, {name: b, logicalType: integer}]"
# As written in the file, by column: two forms of one value, and another value that a careless reader takes for the same.
FORMS = {
    "{name: k, logicalType: string, unique: true}": ('"a ""q"", é\n"', '"a ""q"", é\n"', '"a ""q"", e\n"'),
    "{name: k, logicalType: integer, unique: true}": ("9007199254740993", "+9007199254740993", "9007199254740992"),
    "{name: k, logicalType: number, unique: true}": ("1.5", "15e-1", "1.25"),
    "{name: k, logicalType: number, physicalType: 'DECIMAL(38,18)', unique: true}": (
        "12345678901234567890.10", "12345678901234567890.1", "12345678901234567890.2",
    ),
    "{name: k, logicalType: number, physicalType: 'DECIMAL(30,0)', unique: true}": (
        "123456789012345678901234567890", "123456789012345678901234567890.0", "123456789012345678901234567891",
    ),
    "{name: k, logicalType: date, logicalTypeOptions: {format: dd.MM.yyyy}, unique: true}": (
        "01.02.2024", "01.02.2024", "02.01.2024",
    ),
    "{name: k, logicalType: timestamp, unique: true}": (
        "2024-01-31T10:00:00.000001Z", "2024-01-31T12:00:00.000001+02:00", "2024-01-31T10:00:00.000002Z",
    ),
    "{name: k, logicalType: time, unique: true}": ("10:00", "10:00:00", "10:00:01"),
    "{name: k, logicalType: boolean, unique: true, customProperties: "
    "[{property: trueValues, value: [ja]}, {property: falseValues, value: [nein]}]}": (
        "ja", "JA", "nein",
    ),
    "{name: 'k \"{,:\\\\ü', logicalType: number, physicalType: 'DECIMAL(20,2)', unique: true}": ("1.10", "1.1", "1.2"),
}  # fmt: skip


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("column", FORMS)
def test_keys_are_compared_as_typed_values_whatever_the_form_of_the_accepted_rows(
    column: str, accepted: str, tmp_path: Path
) -> None:
    contract = contract_of(tmp_path, f"[{column}, {{name: b, logicalType: integer}}]")
    name = '"' + contract.columns[0].name.replace('"', '""') + '"'
    first, same, other = FORMS[column]
    made = Family(tmp_path, contract, accepted=accepted)
    root = made.first(f"{name},b\n{first},1\n{same},bad\n{other},bad\n".encode())
    child = made.again(root.text().replace(",bad\n", ",2\n"))
    assert child.codes() == [(2, ["unique"])]
    assert child.records == [3]
    assert f"already accepted by run {root.run}" in child.messages()[0]


def keyed(folder: Path, accepted: str = "parquet", properties: str = KEYED) -> tuple[Family, Ran]:
    made = Family(folder, contract_of(folder, properties), accepted=accepted)
    return made, made.first(b"k,b\nA,1\nA,x\nB,x\nB,x\nC,x\n,x\n")


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_a_key_that_an_earlier_resubmission_has_accepted_is_taken_too(accepted: str, tmp_path: Path) -> None:
    made, root = keyed(tmp_path, accepted)
    first = made.again(root.text().replace("B,x\n", "B,3\n", 1))
    assert first.records == [3]
    second = made.again(root.text().replace(",x\n", ",4\n"))
    assert second.codes() == [(2, ["unique"]), (3, ["already_accepted"]), (4, ["unique"])]
    assert [run for run in (root.run, first.run) if any(f"by run {run}" in said for said in second.messages())] == [
        root.run, first.run,
    ]  # fmt: skip
    assert second.records == [5, 6]


def test_of_equal_keys_in_one_sent_file_the_first_stays_and_is_named_by_its_record(tmp_path: Path) -> None:
    made, root = keyed(tmp_path)
    child = made.again(root.text().replace(",x\n", ",4\n"))
    assert child.codes() == [(2, ["unique"]), (4, ["unique"])]
    assert child.messages()[1].endswith("already in record 3")


def test_a_row_whose_record_is_closed_frees_its_key(tmp_path: Path) -> None:
    made, root = keyed(tmp_path)
    made.again(root.text().replace("C,x\n", "C,5\n"))
    head, *rows = root.text().splitlines()
    changed = [rows[3].replace("C,x", "D,5"), rows[2].replace("B,x", "D,4")]
    child = made.again("\n".join([head, *changed]) + "\n")
    assert child.codes() == [(5, ["already_accepted"])]
    assert child.records == [4]


def test_every_key_that_is_taken_is_among_the_reasons_and_a_missing_part_is_no_key(tmp_path: Path) -> None:
    key = "primaryKey: true, primaryKeyPosition"
    others = "{name: u, unique: true}, {name: b, logicalType: integer}"
    properties = f"[{{name: k, {key}: 1}}, {{name: l, {key}: 2}}, {others}]"
    made = Family(tmp_path, contract_of(tmp_path, properties))
    root = made.first(b"k,l,u,b\nA,1,x,1\nA,1,x,bad\nA,2,x,bad\nA,1,y,bad\nA,2,,bad\nB,1,,bad\n")
    child = made.again(root.text().replace("bad", "2"))
    assert child.codes() == [(2, ["primary_key", "unique"]), (3, ["unique"]), (4, ["primary_key"])]
    assert child.records == [5, 6]


def test_a_key_rule_that_only_warns_counts_what_is_taken_once(tmp_path: Path) -> None:
    warns = "quality: [{metric: duplicateValues, mustBe: 0, severity: warning}]"
    properties = f"[{{name: k, {warns}}}, {{name: b, logicalType: integer}}]"
    made, root = keyed(tmp_path, properties=properties)
    child = made.again(root.text().replace("C,x", "A,x").replace(",x\n", ",4\n"))
    assert child.rejected == []
    assert child.manifest["counts"]["warned"] == 3
    assert [rule["count"] for rule in child.manifest["rules"] if rule["severity"] == "warning"] == [3]


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_runs_that_accepted_nothing_take_no_key(accepted: str, tmp_path: Path) -> None:
    made = Family(tmp_path, contract_of(tmp_path, KEYED), accepted=accepted)
    root = made.first(b"k,b\nA,x\n")
    assert made.again(root.text()).records == []
    assert made.again(root.text().replace("A,x", "A,1")).records == [1]


def test_extra_and_derived_columns_and_a_column_that_is_not_there_do_not_matter(tmp_path: Path) -> None:
    made = Family(tmp_path, contract_of(tmp_path, KEYED), derive={"d": "b + 1"}, accepted="csv")
    root = made.first(b"x,k,b\n1,A,1\n2,A,x\n")
    assert made.again(root.text().replace("A,x", "A,2")).codes() == [(2, ["unique"])]
    older = tmp_path / "older.csv"
    older.write_text("b\n1\n")
    (root.out / "accepted.csv").write_bytes(older.read_bytes())
    assert made.again(root.text().replace("A,x", "A,3")).records == [2]


def test_a_replay_takes_no_key_that_a_resubmission_has(tmp_path: Path) -> None:
    made, root = keyed(tmp_path)
    child = made.again(root.text().replace("C,x\n", "Z,5\n"))
    data = b"k,b\nA,1\nZ,2\n"
    replay = made.replayed(data, {}, {child.run: child.out / "accepted.parquet"})
    assert replay.codes() == [(2, ["unique"])]
    assert f"by run {child.run}" in replay.messages()[0]


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_an_output_is_known_by_its_path_whatever_characters_are_in_it(accepted: str, tmp_path: Path) -> None:
    folder = tmp_path / "it's [a] {*} ?folder"
    folder.mkdir()
    made, root = keyed(folder, accepted)
    assert f"by run {root.run}" in made.again(root.text().replace("A,x\n", "A,3\n")).messages()[0]


def test_no_output_is_read_where_no_rule_is_about_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, root = keyed(tmp_path, properties="[{name: k}, {name: b, logicalType: integer}]")
    monkeypatch.setattr(AcceptedBefore, "__init__", None)
    assert made.again(root.text().replace(",x\n", ",4\n")).rejected == []


def test_a_long_value_in_an_accepted_row_is_read_back(tmp_path: Path) -> None:
    for accepted in ("csv", "jsonl"):
        (tmp_path / accepted).mkdir()
        made = Family(tmp_path / accepted, contract_of(tmp_path / accepted, KEYED), accepted=accepted)
        long = "y" * 3_000_000
        root = made.first(f"k,b\n{long},1\nA,x\n".encode())
        child = made.again(root.text().replace("A,x", f"{long},1"))
        assert child.codes() == [(1 + 1, ["unique"])]
        assert len(json.dumps(child.rejected[0]["_reasons"])) < 1_000
