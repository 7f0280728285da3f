"""Rejected rows of JSON and Parquet come back as `rejected.jsonl`; those of CSV may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.errors import FileFailed
from tests.core.gate.family import Family, Ran
from tests.gating import contract_of

SIMPLE = "[{name: a, required: true}, {name: b, logicalType: integer}]"
LINES = b'{"a": "v", "b": 1}\n{"a": "w", "b": "bad"}\n\n[1]\n{"b": 4, "x": 1.10}\n'
"""Records 2, 3 and 4 are rejected; they stand on lines 2, 4 and 5."""


def lines_of(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.text("rejected.jsonl").splitlines()]


def as_text(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def json_lines(folder: Path, keys: str = "") -> tuple[Family, Ran]:
    made = Family(folder, contract_of(folder, SIMPLE, keys))
    return made, made.first(LINES, "data.jsonl")


def test_mended_lines_close_the_records_of_their_root(tmp_path: Path) -> None:
    made, root = json_lines(tmp_path)
    child = made.again(root.text("rejected.jsonl").replace('"b": "bad"', '"b": 2'), "rejected.jsonl")
    assert (child.accepted, child.records) == ([{"a": "w", "b": 2, "x": None}], [2])
    assert child.codes() == [(3, ["still_malformed"]), (4, ["required"])]
    assert [(row["_run"], row["_line"], row["_raw"]) for row in child.rejected] == [
        (root.run, 4, "[1]"), (root.run, 5, None),
    ]  # fmt: skip
    assert child.text("rejected.jsonl").splitlines()[1].endswith('"_row":{"b": 4, "x": 1.10}}')
    second = made.again(child.text("rejected.jsonl").replace('"b": 4,', '"a": "y", "b": 4,'), "rejected.jsonl")
    assert (second.records, (second.resubmission or {})["open"]) == ([4], 1)


def test_a_line_that_names_no_open_record_is_rejected_with_the_reason(tmp_path: Path) -> None:
    made, root = json_lines(tmp_path)
    row = {"_run": root.run, "_record": 2, "_row": {"a": "w", "b": 2}}
    sent = [row, row, {**row, "_record": 1}, {**row, "_record": None}, {**row, "_record": [2]}, {**row, "_run": None}]
    child = made.again(as_text(sent), "rejected.jsonl")
    codes = ["record_twice", *["unknown_record"] * 4]
    assert child.codes() == list(zip([2, 1, None, None, 2], ([code] for code in codes), strict=True))
    assert child.records == [2]


@pytest.mark.parametrize(("runs", "code"), [
    (["{}", "0" * 32], "mixed_runs"), (["", None], "no_run"), (["../x", "../x"], "unknown_run"),
    ([{"a": 1}, {"a": 1}], "unknown_run"), (["x' OR 1=1", "x' OR 1=1"], "unknown_run"),
])  # fmt: skip
def test_a_file_that_names_no_one_run_is_refused(runs: list[Any], code: str, tmp_path: Path) -> None:
    made, root = json_lines(tmp_path)
    named = [run.format(root.run) if isinstance(run, str) else run for run in runs]
    with pytest.raises(FileFailed) as refused:
        made.again(as_text([{"_run": run, "_record": 2, "_row": {"a": "w"}} for run in named]), "rejected.jsonl")
    assert (refused.value.code, made.asked) == (code, [])


def test_a_line_that_no_longer_reads_keeps_its_place_in_the_root(tmp_path: Path) -> None:
    made, root = json_lines(tmp_path)
    sound = json.dumps({"_run": root.run, "_record": 2, "_row": {"a": "w", "b": 2}})
    run = root.run
    torn = [
        f'{{"_run" : "{run}", "_record":3, "_row": {{"a": "x",}}}}',
        f'{{"_record": 3, "_run": "{run}", "_row": {{"a": NaN}}}}',
        f'{{"_run": "{run}", "_record": 4, "_row": {{"a": "\udcff"}}}}',
        '{"_record": 3',
    ]
    data = "\n".join([sound, *torn]).encode("utf-8", "surrogateescape")
    child = made.again(data, "rejected.jsonl")
    assert child.codes() == [(3, ["not_json"]), (3, ["not_json"]), (4, ["undecodable"]), (None, ["not_json"])]
    assert [row["_line"] for row in child.rejected] == [4, 4, 5, None]


def test_rows_of_a_document_come_back_with_their_parent_fields(tmp_path: Path) -> None:
    keys = """customProperties: [{property: fileFormat, value: json}, {property: recordPath, value: "$.*.rows[*]"},
      {property: parentFields, value: {s: name}}]"""
    contract = contract_of(tmp_path, "[{name: s}, {name: a, required: true}, {name: b, logicalType: integer}]", keys)
    made = Family(tmp_path, contract)
    document = {
        "x": {"name": "X", "rows": [{"a": "v", "b": "q"}, {"a": "w", "b": 2}]},
        "y": {"name": "Y", "rows": [{"b": 3}]},
    }
    root = made.first(json.dumps(document, indent=1).encode(), "data.json")
    child = made.again(root.text("rejected.jsonl").replace('"q"', "1"), "rejected.jsonl")
    assert child.accepted == [{"s": "X", "a": "v", "b": 1}]
    assert child.records == [1]
    assert [(row["_record"], row["_line"]) for row in child.rejected] == [
        (row["_record"], row["_line"]) for row in root.rejected[1:]
    ]


def parquet_family(folder: Path, keys: str = "") -> tuple[Family, Ran]:
    with duckdb.connect() as connection:
        query = "SELECT * FROM (VALUES ('v', '1', [1, 2]), ('w', 'x', [3]), (NULL, '3', NULL)) t(a, b, c)"
        connection.execute(f"COPY ({query}) TO '{folder}/made' (FORMAT parquet)")
    properties = SIMPLE.replace("}]", "}, {name: c, logicalType: array}]")
    made = Family(folder, contract_of(folder, properties, keys))
    return made, made.first((folder / "made").read_bytes(), "data.parquet")


@pytest.mark.parametrize("keys", ["", "customProperties: [{property: fileFormat, value: parquet}]"])
def test_rows_of_parquet_come_back_as_lines(keys: str, tmp_path: Path) -> None:
    made, root = parquet_family(tmp_path, keys)
    child = made.again(root.text("rejected.jsonl").replace('"x"', '"2"'), "rejected.jsonl")
    assert child.accepted == [{"a": "w", "b": 2, "c": "[3]"}]
    assert (child.records, child.codes()) == ([2], [(3, ["required"])])
    assert (child.resubmission or {})["open"] == 1


@pytest.mark.parametrize("kind", ["json", "jsonl", "parquet"])
def test_a_rejected_csv_of_json_or_parquet_is_refused_with_the_file_to_send_instead(kind: str, tmp_path: Path) -> None:
    keys = f"customProperties: [{{property: fileFormat, value: {kind}}}]"
    made = Family(tmp_path, contract_of(tmp_path, SIMPLE, keys))
    with pytest.raises(FileFailed) as refused:
        made.again("\n_run,_record,_line,_reasons,_raw,a,b\nr,1,1,,,x,1\n", "rejected.csv")
    assert refused.value.code == "resubmission"
    assert "rejected.jsonl" in str(refused.value.next)


CSV = "customProperties: [{property: fileFormat, value: csv}, {property: delimiter, value: ';'}]"


def test_rejected_rows_of_csv_may_come_back_as_lines_too(tmp_path: Path) -> None:
    made = Family(tmp_path, contract_of(tmp_path, SIMPLE, CSV))
    root = made.first(b"a;b;note\nv;1;n1\nw;bad;n2\n;4;n3\ntoo;few\n")
    child = made.again(root.text("rejected.jsonl").replace('"bad"', "2"), "rejected.jsonl")
    assert child.accepted == [{"a": "w", "b": 2, "note": "n2"}]
    assert (child.records, child.codes()) == ([2], [(3, ["required"]), (4, ["still_malformed"])])
    second = made.again(child.text().replace(";;4;", ";y;4;"))
    assert (second.records, (second.resubmission or {})["open"]) == ([3], 1)
