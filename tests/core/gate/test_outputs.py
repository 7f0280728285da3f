"""What the gate leaves behind: accepted rows typed in three formats, rejected rows twice, a manifest that tells no lies."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.errors import UserMistake
from headgate.core.gate.session import Budget
from headgate.core.printable import printable
from headgate.core.reject_limit import RejectLimit
from headgate.core.reject_samples import sample_rejects
from tests.core.gate.gated_lines import gate_lines
from tests.gating import NOW, Gated, contract_of, gate

TYPED = """[{name: s}, {name: i, logicalType: integer}, {name: f, logicalType: number}, {name: d, logicalType: date},
    {name: m, logicalType: number, physicalType: "DECIMAL(6,2)"}, {name: t, logicalType: timestamp}, {name: b, logicalType: boolean}]"""
ROWS = [
    "s,i,f,d,m,t,b",
    "x,1,1.5,2024-01-31,1.10,2024-01-31T10:00:00+02:00,true",
    '"a,b",,,,,,',
    "y,x,2,2024-01-31,1,2024-01-31T10:00:00,1",
]
SIMPLE = "[{name: a, required: true}, {name: b, logicalType: integer}]"


def plain(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without what differs from run to run."""
    return {key: value for key, value in manifest.items() if key != "observed"}


def test_accepted_parquet_holds_typed_columns(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ROWS, TYPED)
    values = ["x", 1, 1.5, date(2024, 1, 31), Decimal("1.10"), datetime(2024, 1, 31, 8), True]
    assert [list(row.values()) for row in gated.accepted] == [values, ["a,b", *[None] * 6]]
    with duckdb.connect() as connection:
        kinds = connection.execute(f"DESCRIBE FROM '{tmp_path}/out/accepted.parquet'").fetchall()
    assert [kind for _, kind, *_ in kinds] == [
        "VARCHAR",
        "BIGINT",
        "DOUBLE",
        "DATE",
        "DECIMAL(6,2)",
        "TIMESTAMP",
        "BOOLEAN",
    ]


def test_accepted_csv_and_jsonl_hold_the_same_values_as_text(tmp_path: Path) -> None:
    for accepted in ("csv", "jsonl"):
        (tmp_path / accepted).mkdir()
        gate_lines(tmp_path / accepted, ROWS, TYPED, accepted=accepted)
    assert (tmp_path / "csv/out/accepted.csv").read_text() == (
        "s,i,f,d,m,t,b\nx,1,1.5,2024-01-31,1.10,2024-01-31 08:00:00,true\n" + '"a,b",,,,,,\n'
    )
    lines = (tmp_path / "jsonl/out/accepted.jsonl").read_text().splitlines()
    assert lines[0] == ('{"s":"x","i":1,"f":1.5,"d":"2024-01-31","m":1.1,"t":"2024-01-31 08:00:00","b":true}')
    assert json.loads(lines[1]) == {"s": "a,b", **dict.fromkeys("ifdmtb")}


def test_both_rejected_files_exist_and_are_empty_when_nothing_was_rejected(tmp_path: Path) -> None:
    gate_lines(tmp_path, ["a,b", "x,1"], SIMPLE)
    assert (tmp_path / "out/rejected.csv").read_text() == "_run,_record,_line,_reasons,_raw,a,b\n"
    assert (tmp_path / "out/rejected.jsonl").read_bytes() == b""


@pytest.mark.parametrize("data", ["a,b\n", "a,b"])
def test_a_file_of_a_header_alone_is_accepted_with_typed_columns_and_no_rows(data: str, tmp_path: Path) -> None:
    gated = gate(tmp_path, data.encode(), contract_of(tmp_path, SIMPLE))
    assert (gated.manifest["verdict"], gated.manifest["counts"]["records"], gated.accepted) == ("accepted", 0, [])


def test_the_manifest_identifies_the_file_and_hashes_every_output(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", "x,1", ",2"], SIMPLE)
    data, manifest = (tmp_path / "data.csv").read_bytes(), gated.manifest
    assert manifest["file"] == {"name": "data.csv", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert json.loads((tmp_path / "out/manifest.json").read_text()) == manifest
    assert {output["path"] for output in manifest["outputs"].values()} == {
        "accepted.parquet",
        "rejected.csv",
        "rejected.jsonl",
    }
    for output in manifest["outputs"].values():
        written = (tmp_path / "out" / output["path"]).read_bytes()
        assert (output["size"], output["sha256"]) == (len(written), hashlib.sha256(written).hexdigest())
    assert manifest["counts"] == {"records": 2, "accepted": 1, "rejected": 1, "warned": 0}
    assert {row["_run"] for row in gated.rejected} == {manifest["run"]}


@pytest.mark.parametrize("accepted", ["parquet", "csv", "jsonl"])
def test_the_same_bytes_give_the_same_outputs_and_manifest_but_for_observed(accepted: str, tmp_path: Path) -> None:
    lines = ["a,b", *(f"{at * 7919 % 5000},{at if at % 50 else 'x'}" for at in range(20_000)), "one field"]
    results = []
    for attempt in ("one", "two"):
        (tmp_path / attempt).mkdir()
        properties = "[{name: a, unique: true, logicalType: integer}, {name: b, logicalType: integer}]"
        derive = {"c": "a * 2 + _record"}
        gated = gate_lines(
            tmp_path / attempt, lines, properties, accepted=accepted, derive=derive, budget=Budget(threads=2)
        )
        files = {path.name: path.read_bytes() for path in (tmp_path / attempt / "out").iterdir()}
        del files["manifest.json"]
        results.append((files, plain(gated.manifest)))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("limit", "fails"), [("2", False), ("1", True), ("0", True), ("50%", False), ("49.9%", True), ("100%", False)]
)
def test_more_rejects_than_max_rejected_fail_the_file_and_keep_the_rejects(
    limit: str, fails: bool, tmp_path: Path
) -> None:
    gated = gate_lines(tmp_path, ["a,b", "x,1", ",2", "y,3", "z"], SIMPLE, max_rejected=RejectLimit.parse(limit))
    assert gated.verdict.failed == fails
    assert (tmp_path / "out/accepted.parquet").exists() == (not fails)
    assert ("accepted" in gated.manifest["outputs"]) == (not fails)
    assert list(gated.reasons()) == [2, 4]
    assert gated.manifest["counts"]["accepted"] == (0 if fails else 2)
    if fails:
        assert gated.manifest["reason"]["code"] == "max_rejected"
        assert limit in gated.manifest["reason"]["message"]


def test_derived_columns_know_the_row_and_the_run(tmp_path: Path) -> None:
    derive = {
        "total": "b * price",
        "size": "CASE WHEN b > 1 THEN 'many' ELSE 'one' END",
        "place": "_file || ':' || _record",
        "run": "_run",
        "at": "_claimed_at",
    }
    properties = "[{name: b, logicalType: integer}, {name: price, logicalType: number, physicalType: 'DECIMAL(6,2)'}]"
    gated = gate_lines(tmp_path, ["b,price", "x,1", "3,1.50", "1,"], properties, derive=derive)
    run = gated.manifest["run"]
    assert [{name: row[name] for name in derive} for row in gated.accepted] == [
        {"total": Decimal("4.50"), "size": "many", "place": "data.csv:2", "run": run, "at": NOW},
        {"total": None, "size": "one", "place": "data.csv:3", "run": run, "at": NOW},
    ]


def test_a_row_whose_derived_column_fails_or_is_infinite_is_rejected_with_each_of_them(tmp_path: Path) -> None:
    derive = {"whole": "CAST(note AS INTEGER)", "grown": "exp(b)", "fine": "b"}
    lines = ["b,note", "1,5", "2,n/a", "1000,6", "1000,n/a", ",7"]
    gated = gate_lines(tmp_path, lines, "[{name: b, logicalType: number}, {name: note}]", derive=derive)
    assert gated.reasons() == {
        2: [("whole", "derive_failed")],
        3: [("grown", "derive_failed")],
        4: [("grown", "derive_failed"), ("whole", "derive_failed")],
    }
    assert gated.manifest["malformed"] == {"derive.grown": 2, "derive.whole": 2}
    assert [row["whole"] for row in gated.accepted] == [5, 7]


@pytest.mark.parametrize(
    "derive", [{"A": "1"}, {"_run": "1"}, {"c": "nope"}, {"c": "a + b"}, {"c": "now()"}, {"c": "(SELECT 1)"}]
)
def test_a_derived_column_that_can_not_be_is_the_user_s_mistake(derive: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UserMistake) as mistake:
        gate_lines(tmp_path, ["a,b", "x,1"], SIMPLE, derive=derive)
    assert f"derive.{next(iter(derive))}" in str(mistake.value)
    assert not (tmp_path / "out").exists()


def test_trim_takes_white_space_off_before_rules_and_leaves_the_raw_cell(tmp_path: Path) -> None:
    properties = "[{name: a, enum: [{value: x}]}, {name: b, logicalType: integer}, {name: c}]"
    gated = gate_lines(tmp_path, ["a,b,c", " x ,\t5, c ", " y , 6 ,z"], properties, trim=("a", "b"))
    assert gated.accepted == [{"a": "x", "b": 5, "c": " c "}]
    assert gated.rejected[0]["_row"] == {"a": " y ", "b": " 6 ", "c": "z"}
    assert gated.rejected[0]["_reasons"][0]["value"] == " y "


def only(gated: Gated) -> tuple[str, str]:
    """Code and message of a file that failed as a whole, of which nothing but the manifest is left."""
    assert gated.verdict.failed
    assert [path.name for path in gated.verdict.folder.iterdir()] == ["manifest.json"]  # type: ignore[union-attr]
    return gated.manifest["reason"]["code"], gated.manifest["reason"]["message"]


def test_extra_columns_of_csv_are_kept_as_text_dropped_or_fail_the_file(tmp_path: Path) -> None:
    gateds = {}
    for policy in ("keep", "drop", "reject"):
        (tmp_path / policy).mkdir()
        keys = f"customProperties: [{{property: extraColumns, value: {policy}}}]"
        gateds[policy] = gate_lines(tmp_path / policy, ["x,a,b", "007,v,1", "8,,1"], SIMPLE, keys)
    assert gateds["keep"].accepted == [{"a": "v", "b": 1, "x": "007"}]
    assert gateds["drop"].accepted == [{"a": "v", "b": 1}]
    assert gateds["keep"].rejected[0]["_row"] == gateds["drop"].rejected[0]["_row"] == {"x": "8", "a": "", "b": "1"}
    assert only(gateds["reject"])[0] == "extra_columns"


def test_extra_fields_of_json_are_kept_as_text_dropped_or_cost_their_row(tmp_path: Path) -> None:
    data = b'{"a": "v", "x": {"y": 1}}\n{"a": "w"}\n{"b": 1, "z": 2}\n'
    gateds = {}
    for policy in ("keep", "drop", "reject"):
        (tmp_path / policy).mkdir()
        contract = contract_of(
            tmp_path / policy, SIMPLE, f"customProperties: [{{property: extraColumns, value: {policy}}}]"
        )
        gateds[policy] = gate(tmp_path / policy, data, contract, "data.jsonl")
    first, second = {"a": "v", "b": None}, {"a": "w", "b": None}
    assert gateds["keep"].accepted == [{**first, "x": '{"y":1}', "z": None}, {**second, "x": None, "z": None}]
    assert gateds["drop"].accepted == [first, second]
    assert gateds["reject"].accepted == [second]
    assert gateds["reject"].reasons() == {1: [("", "extra_column")], 3: [("", "extra_column")]}
    assert gateds["keep"].reasons() == gateds["drop"].reasons() == {3: [("a", "required")]}


def test_a_missing_optional_column_is_null(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a", "x"], SIMPLE)
    assert gated.accepted == [{"a": "x", "b": None}]


def test_a_missing_required_column_fails_the_file_naming_it_and_the_header(tmp_path: Path) -> None:
    code, message = only(gate_lines(tmp_path, ["Name,b", "x,1"], "[{name: name, required: true}, {name: b}]"))
    assert code == "missing_column"
    assert "name (is it Name?)" in message
    assert "Name, b" in message


HEADERS = {
    "a,a": "duplicate_header",
    "a,b,x,X": "duplicate_header",
    "a,A": "duplicate_header",
    "a,b,_row": "reserved_column",
    "a,b,_RUN": "reserved_column",
    "a,_file": "reserved_column",
    "a,twice": "column_clash",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_with_two_columns_of_one_name_or_a_reserved_one_fails_the_file(header: str, tmp_path: Path) -> None:
    code, message = only(gate_lines(tmp_path, [header, "x,1"], SIMPLE, derive={"twice": "2"}))
    assert code == HEADERS[header]
    assert header.split(",")[-1].lower() in message.lower()


@pytest.mark.parametrize("field", ["A", "_run", "_file", "twice", "TWICE"])
def test_a_json_row_with_a_field_of_another_column_s_name_or_a_reserved_one_is_rejected(
    field: str, tmp_path: Path
) -> None:
    data = f'{{"a": "x", "ok": "1"}}\n{{"a": "y", "{field}": "1"}}\n'.encode()
    gated = gate(tmp_path, data, contract_of(tmp_path, SIMPLE), "data.jsonl", derive={"twice": "2"})
    assert gated.accepted == [{"a": "x", "b": None, "ok": "1", "twice": 2}]
    assert gated.reasons() == {2: [("", "extra_column")]}
    assert gated.rejected[0]["_raw"] == f'{{"a": "y", "{field}": "1"}}'


def test_an_unnamed_column_is_called_by_its_position(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,,b", "x,y,1", "x,y,z"], SIMPLE)
    assert gated.accepted == [{"a": "x", "b": 1, "column_2": "y"}]
    assert gated.rejected[0]["_row"] == {"a": "x", "column_2": "y", "b": "z"}


SECRET = "[{name: id, required: true}, {name: pin, logicalType: integer, customProperties: [{property: sensitive, value: true}]}]"


def test_sensitive_values_are_masked_in_reasons_and_samples_but_not_in_the_raw_row(tmp_path: Path) -> None:
    rule = "quality: [{type: custom, engine: headgate, name: r, implementation: pin > 5000 OR id = 'x'}]"
    gated = gate_lines(tmp_path, ["id,pin", "1,12ab34", "2,4711", ",9999", "3,hush,88"], SECRET, rule)
    told = json.dumps([row["_reasons"] for row in gated.rejected])
    # Of the manifest all but what was measured: figures that happen to be there by chance.
    told += json.dumps({key: value for key, value in gated.manifest.items() if key != "observed"})
    samples = sample_rejects(tmp_path / "out/rejected.jsonl", contract_of(tmp_path, SECRET), 4)
    told += json.dumps([sample.as_json() for sample in samples])
    assert len(samples) == 4
    told = re.sub("[0-9a-f]{32,}", "", told)
    assert not [secret for secret in ("12ab34", "4711", "9999", "hush") if secret in told]
    assert gated.rejected[0]["_row"] == {"id": "1", "pin": "12ab34"}
    reasons = [line.split(",")[3] for line in (tmp_path / "out/rejected.csv").read_text().splitlines()[1:]]
    assert all("12ab34" not in reason and "4711" not in reason for reason in reasons)


DANGEROUS = ["=1+1", "@SUM(A1)", "-2+3", "\x1b[31mred\x1b[0m", "</script><script>alert(1)</script>", "'; DROP TABLE accepted; --", "a\nb",
             "\r\nBcc: x@example.com", "${jndi:x}", "{{7*7}}", "../../etc/passwd", "\u202egnp.exe", "\x00", "#comment", '""']  # fmt: skip


def test_dangerous_cells_stay_data_and_are_printed_safely(tmp_path: Path) -> None:
    lines = ["a,b", *('"' + text.replace('"', '""') + '",x' for text in DANGEROUS)]
    gated = gate_lines(tmp_path, lines, SIMPLE)
    assert [row["_row"]["a"] for row in gated.rejected] == DANGEROUS
    assert gated.reasons() == {at: [("b", "type")] for at in range(1, len(DANGEROUS) + 1)}
    samples = sample_rejects(tmp_path / "out/rejected.jsonl", contract_of(tmp_path, SIMPLE), len(DANGEROUS))
    assert all(sample.cells["a"].isprintable() for sample in samples)
    assert all(printable(text).isprintable() for text in DANGEROUS)
    (tmp_path / "good").mkdir()
    good = gate_lines(tmp_path / "good", [line.replace(",x", ",1") for line in lines], SIMPLE)
    assert [row["a"] for row in good.accepted] == DANGEROUS


def test_a_reason_shows_no_more_than_the_start_of_a_long_cell(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["a,b", f"x,{'y' * 10_000_000}"], SIMPLE)
    assert gated.rejected[0]["_reasons"][0]["value"] == "y" * 200
    assert gated.rejected[0]["_row"]["b"] == "y" * 10_000_000
