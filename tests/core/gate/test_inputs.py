"""Files that are no plain CSV: packed ones, Parquet, JSON documents, and rejected rows that were mended and sent again."""

from __future__ import annotations

import bz2
import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.gate.parquet_tables import as_text
from headgate.core.reading.source import Limits, _zstd
from headgate.core.reject_limit import RejectLimit
from tests.core.gate.gated_lines import gate_lines
from tests.gating import Gated, contract_of, gate

SIMPLE = "[{name: a, required: true}, {name: b, logicalType: integer}]"


def zstd(data: bytes) -> bytes:
    return bytes(_zstd().compress(data))


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstd), ("bz2", bz2.compress)])
def test_a_packed_file_is_judged_as_what_is_in_it(ending: str, pack: Any, tmp_path: Path) -> None:
    data = b'a,b\nx,1\n"y\nz",q\n\nw\n'
    gated = gate(tmp_path, pack(data), contract_of(tmp_path, SIMPLE), f"data.csv.{ending}")
    assert gated.accepted == [{"a": "x", "b": 1}]
    assert [(row["_record"], row["_line"], row["_row"], row["_raw"]) for row in gated.rejected] == [
        (2, 3, {"a": "y\nz", "b": "q"}, None),
        (3, 6, None, "w"),
    ]
    assert gated.manifest["books"]["file"]["bytes"]["total"] == len(data)
    assert gated.manifest["file"]["size"] == len(pack(data))


@pytest.mark.parametrize("ending", ["gz", "zst", "bz2"])
def test_a_packed_file_that_is_cut_off_is_a_failed_file(ending: str, tmp_path: Path) -> None:
    data = {"gz": gzip.compress, "zst": zstd, "bz2": bz2.compress}[ending](b"a,b\n" + bytes(range(33, 90)) * 9)
    gated = gate(tmp_path, data[: len(data) // 2], contract_of(tmp_path, SIMPLE), f"data.csv.{ending}")
    assert gated.manifest["reason"]["code"] == "not_of_its_format"


def parquet(folder: Path, query: str, properties: str, schema_keys: str = "", **settings: Any) -> Gated:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{folder}/made' (FORMAT parquet)")
    data = (folder / "made").read_bytes()
    return gate(folder, data, contract_of(folder, properties, schema_keys), "data.parquet", **settings)


def test_parquet_is_never_a_resubmission(tmp_path: Path) -> None:
    gated = parquet(tmp_path, "SELECT 'r' AS _run, '1' AS _record, 'x' AS a, '1' AS b", SIMPLE)
    assert gated.manifest["reason"]["code"] == "reserved_column"


def test_parquet_values_are_judged_as_the_texts_they_would_be(tmp_path: Path) -> None:
    query = """SELECT * FROM (VALUES
        (1::INTEGER, 1.10::DECIMAL(5,2), DATE '2024-01-31', TIMESTAMPTZ '2024-01-31 10:00:00+02', TRUE, 0.1::DOUBLE, 'x'),
        (2, 2.50, DATE '2024-02-01', NULL, FALSE, 'nan'::DOUBLE, 'y'),
        (-3, 0, NULL, NULL, NULL, NULL, NULL)) t(i, m, d, t, b, f, s)"""
    properties = """[{name: i, logicalType: integer, logicalTypeOptions: {minimum: 0}}, {name: d, logicalType: date},
        {name: m, logicalType: number, physicalType: "DECIMAL(6,3)"}, {name: t, logicalType: timestamp},
        {name: b, logicalType: boolean}, {name: f, logicalType: number}, {name: s}]"""
    gated = parquet(tmp_path, query, properties)
    assert gated.accepted == [
        {
            "i": 1,
            "d": date(2024, 1, 31),
            "m": Decimal("1.100"),
            "t": datetime(2024, 1, 31, 8),
            "b": True,
            "f": 0.1,
            "s": "x",
        }
    ]
    assert gated.reasons() == {2: [("f", "type")], 3: [("i", "minimum")]}
    assert [row["_line"] for row in gated.rejected] == [None, None]
    assert gated.rejected[1]["_row"] == {"i": "-3", "m": "0.00", "d": None, "t": None, "b": None, "f": None, "s": None}
    assert (tmp_path / "out/rejected.csv").read_text().splitlines()[2].endswith(",-3,0.00,,,,,")


def test_nested_parquet_values_are_json(tmp_path: Path) -> None:
    query = "SELECT {'x': 1} AS o, [1, 2] AS l, MAP {'k': 'v'} AS m, [[1]] AS deep UNION ALL SELECT NULL, [1, 2, 3], NULL, NULL"
    properties = """[{name: o, logicalType: object}, {name: l, logicalType: array, logicalTypeOptions: {maxItems: 2}},
        {name: m, logicalType: map}]"""
    gated = parquet(tmp_path, query, properties)
    assert gated.accepted == [{"o": '{"x":1}', "l": "[1,2]", "m": '{"k":"v"}', "deep": "[[1]]"}]
    assert gated.reasons() == {2: [("l", "max_items")]}


def test_repeated_keys_of_parquet_name_the_record(tmp_path: Path) -> None:
    gated = parquet(tmp_path, "SELECT unnest([1, 2, 1]) AS a", "[{name: a, logicalType: integer, unique: true}]")
    assert gated.rejected[0]["_reasons"][0]["message"] == "must be unique, already in record 1"


@pytest.mark.parametrize("name", ["file_row_number", "rec", "FILE_ROW_NUMBER"])
def test_parquet_columns_may_have_the_reader_s_own_names(name: str, tmp_path: Path) -> None:
    gated = parquet(tmp_path, f"SELECT unnest(['x', 'y']) AS a, 7 AS {name}", "[{name: a, enum: [{value: x}]}]")
    assert gated.accepted == [{"a": "x", name: "7"}]
    assert [(row["_record"], row["_row"]) for row in gated.rejected] == [(2, {"a": "y", name: "7"})]


@pytest.mark.parametrize("what", ["empty", "cut off", "no Parquet", "broken inside"])
def test_a_broken_parquet_file_is_a_failed_file_that_says_so(what: str, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT range AS a, md5(range::VARCHAR) AS b FROM range(3000)) TO '{tmp_path}/made'  (FORMAT parquet)"
        )
    data = (tmp_path / "made").read_bytes()
    broken = {
        "empty": b"",
        "cut off": data[:-40],
        "no Parquet": b"a,b\n" * 100,
        "broken inside": data[:100] + b"\xff" * 2000 + data[2100:],
    }[what]
    gated = gate(tmp_path, broken, contract_of(tmp_path, "[{name: a, logicalType: integer}]"), "data.parquet")
    assert gated.manifest["reason"]["code"] == "not_of_its_format"
    assert str(tmp_path) not in gated.manifest["reason"]["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]


def test_parquet_without_a_required_column_is_a_failed_file(tmp_path: Path) -> None:
    gated = parquet(tmp_path, "SELECT 1 AS aa", SIMPLE)
    assert gated.manifest["reason"]["code"] == "missing_column"


def test_every_nested_type_of_the_engine_is_shown_as_json() -> None:
    kinds = ["STRUCT(x INTEGER)", "INTEGER[]", "INTEGER[3]", "MAP(VARCHAR, INTEGER)"]
    assert all(as_text("c", kind).startswith("to_json") for kind in kinds)
    assert as_text("c", "DECIMAL(5,2)") == 'CAST("c" AS VARCHAR)'


STOCKS = """{
  "ACME": {"meta": {"symbol": "ACME"}, "status": "ok", "values": [
    {"day": "2024-01-31", "open": 1.10, "note": "x"},
    {"day": "2024-02-30", "open": 1.10, "big": 12345678901234567890.5}, {}]},
  "BAD": {"status": "error", "message": "no such symbol"},
  "B\\"Q": {"meta": {"symbol": "B\\"Q"}, "values": [{"day": "2024-01-31", "open": "1e1"}]}
}"""
DOCUMENT = """customProperties: [{property: fileFormat, value: json}, {property: recordPath, value: "$.*.values[*]"},
      {property: parentFields, value: {symbol: meta.symbol}},
      {property: unitCheck, value: {absentOrEqual: {status: ok}, required: [meta, values]}}]"""
BARS = "[{name: symbol, required: true}, {name: day, logicalType: date, required: true}, {name: open, logicalType: number}]"


def test_rows_of_a_json_document_carry_their_parents_and_exact_number_texts(tmp_path: Path) -> None:
    gated = gate(tmp_path, STOCKS.encode(), contract_of(tmp_path, BARS, DOCUMENT), "data.json")
    assert [(row["symbol"], row["day"], row["open"], row["note"]) for row in gated.accepted] == [
        ("ACME", date(2024, 1, 31), 1.1, "x"),
        ('B"Q', date(2024, 1, 31), 10.0, None),
    ]
    assert gated.reasons() == {2: [("day", "type")], 3: [("day", "required")], 4: [("", "bad_unit")]}
    assert [row["_line"] for row in gated.rejected] == [4, 4, 5]
    lines = (tmp_path / "out/rejected.jsonl").read_text().splitlines()
    exact = [json.loads(line, parse_float=str)["_row"] for line in lines]
    assert exact[:2] == [
        {"symbol": "ACME", "day": "2024-02-30", "open": "1.10", "big": "12345678901234567890.5"},
        {"symbol": "ACME"},
    ]
    assert "no such symbol" in gated.rejected[2]["_reasons"][0]["message"]
    assert gated.rejected[2]["_raw"] == '{"status": "error", "message": "no such symbol"}'


def test_an_object_in_a_text_column_is_mistyped_and_nothing_else(tmp_path: Path) -> None:
    properties = "[{name: a, logicalTypeOptions: {maxLength: 3, pattern: '^x'}, enum: [{value: x}]}, {name: b, logicalType: integer}]"
    data = b'{"a": {"k": "v"}}\n{"a": [1]}\n{"a": "x", "b": [1]}\n{"a": "x", "b": "7"}\n{"a": null}\n'
    gated = gate(tmp_path, data, contract_of(tmp_path, properties), "data.jsonl")
    assert gated.reasons() == {1: [("a", "type")], 2: [("a", "type")], 3: [("b", "type")]}
    assert gated.accepted == [{"a": "x", "b": 7}, {"a": None, "b": None}]


def test_json_rows_with_more_fields_than_the_limit_fail_the_file(tmp_path: Path) -> None:
    data = "\n".join(json.dumps({"a": "x", f"k{at}": 1}) for at in range(5)).encode()
    gated = gate(tmp_path, data, contract_of(tmp_path, SIMPLE), "data.jsonl", limits=Limits(columns=6))
    assert gated.manifest["reason"]["code"] == "too_many_columns"
    assert "limits.columns" in gated.manifest["reason"]["message"]


@pytest.mark.parametrize(
    "name", ["da[1]ta.csv", "data*.csv", "da?a.csv", "{x}.csv", "it's.csv", "da ta.csv", "dätä.csv"]
)
def test_a_file_name_is_never_a_pattern(name: str, tmp_path: Path) -> None:
    (tmp_path / "data1.csv").write_text("a,b\nother,9\n")
    (tmp_path / "da1ta.csv").write_text("a,b\nother,9\n")
    gated = gate(tmp_path, b"a,b\nx,1\ny,z\n", contract_of(tmp_path, SIMPLE), name)
    assert gated.accepted == [{"a": "x", "b": 1}]
    assert list(gated.reasons()) == [2]


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_a_folder_named_like_a_partition_adds_no_column(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "day=2024-01-01"
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'x' AS a, 1 AS b) TO '{tmp_path}/{name}'")
    gate(folder, (tmp_path / name).read_bytes(), contract_of(folder, SIMPLE), name)
    (folder / "out").rename(tmp_path / "out")
    with duckdb.connect() as connection:
        assert connection.execute(f"FROM '{tmp_path}/out/accepted.parquet'").fetchall() == [("x", 1)]


SENT = b'a;b\nx;1\n"y;\nz";q\nw;1;2\n;3\nv;4\n'
SEMICOLON = (
    "customProperties: [{property: delimiter, value: ';'}]\n    quality: [{metric: rowCount, mustBeGreaterThan: 4}]"
)


def resent(folder: Path, change: dict[bytes, bytes]) -> Gated:
    """`rejected.csv` of a run, changed here and there, through the gate again under the same contract."""
    contract = contract_of(folder, SIMPLE, SEMICOLON)
    (folder / "first").mkdir()
    gate(folder / "first", SENT, contract)
    rejected = (folder / "first/out/rejected.csv").read_bytes()
    for old, new in change.items():
        assert old in rejected
        rejected = rejected.replace(old, new)
    (folder / "second").mkdir()
    return gate(folder / "second", rejected, contract, max_rejected=RejectLimit.parse("0"))


def test_a_mended_rejected_file_is_taken_as_it_is_and_its_own_columns_come_off(tmp_path: Path) -> None:
    gated = resent(tmp_path, {b";q\n": b";7\n", b";;3\n": b";u;3\n", b'"w;1;2";;': b";w;1"})
    assert gated.accepted == [{"a": "y;\nz", "b": 7}, {"a": "w", "b": 1}, {"a": "u", "b": 3}]
    assert gated.manifest["verdict"] == "accepted"


def test_what_is_sent_again_without_being_mended_is_rejected_again_with_its_text(tmp_path: Path) -> None:
    gated = resent(tmp_path, {b";q\n": b";7\n"})
    assert gated.accepted == [{"a": "y;\nz", "b": 7}]
    assert gated.reasons() == {2: [("", "still_malformed")], 3: [("a", "required")]}
    assert [(row["_raw"], row["_row"]) for row in gated.rejected] == [("w;1;2", None), (None, {"a": "", "b": "3"})]
    again = (tmp_path / "second/out/rejected.csv").read_text().splitlines()
    assert again[0] == "_run;_record;_line;_reasons;_raw;a;b"
    assert again[1].endswith(';"w;1;2";;')


def test_file_checks_and_max_rejected_are_skipped_for_what_is_sent_again_and_the_manifest_says_so(
    tmp_path: Path,
) -> None:
    gated = resent(tmp_path, {b";q\n": b";7\n"})
    assert gated.manifest["verdict"] == "accepted_with_rejects"
    assert gated.manifest["resubmission"] == {"checks": "skipped", "max_rejected": "skipped"}
    assert [(check["status"], check["why"]) for check in gated.manifest["checks"]] == [
        ("skipped", "the file is a resubmission")
    ]


def test_a_file_with_some_reserved_columns_only_is_refused(tmp_path: Path) -> None:
    gated = gate_lines(tmp_path, ["_run,a,b", "r,x,1"], SIMPLE)
    assert gated.manifest["reason"]["code"] == "reserved_column"


KEPT = "customProperties: [{property: extraColumns, value: keep}]"


def unit_document(sym: str, row: str = '{"day": "2024-01-31"}') -> bytes:
    return f'{{"a": {{"meta": {{"symbol": {sym}}}, "values": [{row}]}}}}'.encode("latin-1")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_an_escape_in_a_parent_field_is_a_character_like_any_other_and_half_a_character_costs_its_unit(
    encoding: str, tmp_path: Path
) -> None:
    keys = DOCUMENT.replace("[{", f"[{{property: encoding, value: {encoding}}}, {{", 1)
    for name, sym in (("whole", '"\\u20ac"'), ("half", '"\\ud800"')):
        (tmp_path / name).mkdir()
        document = unit_document(sym).decode().encode(encoding)
        gated = gate(tmp_path / name, document, contract_of(tmp_path / name, BARS, keys), "data.json")
        assert [row["symbol"] for row in gated.accepted] == (["€"] if name == "whole" else [])
        assert gated.reasons() == ({} if name == "whole" else {1: [("", "bad_unit")]})


def test_half_a_character_in_the_message_of_a_unit_is_written_as_an_escape(tmp_path: Path) -> None:
    data = b'{"a": {"status": "error", "message": "x\\ud800y"}}'
    gated = gate(tmp_path, data, contract_of(tmp_path, BARS, DOCUMENT), "data.json")
    assert "x\\ud800y" in gated.rejected[0]["_reasons"][0]["message"]


def test_a_parent_field_that_is_an_object_or_array_is_no_text(tmp_path: Path) -> None:
    for name, sym in (("object", '{"x": 1}'), ("array", "[1]"), ("number", "1.10")):
        (tmp_path / name).mkdir()
        contract = contract_of(tmp_path / name, BARS, DOCUMENT)
        gated = gate(tmp_path / name, unit_document(sym), contract, "data.json")
        assert [row["symbol"] for row in gated.accepted] == (["1.10"] if name == "number" else [])
        assert gated.reasons() == ({} if name == "number" else {1: [("symbol", "type")]})


@pytest.mark.parametrize("policy", ["keep", "drop", "reject"])
def test_a_field_of_the_row_that_has_the_name_of_a_parent_s_column_costs_the_row(policy: str, tmp_path: Path) -> None:
    keys = DOCUMENT.replace("[{", f"[{{property: extraColumns, value: {policy}}}, {{", 1)
    row = '{"day": "2024-01-31", "symbol": "own"}'
    gated = gate(tmp_path, unit_document('"p"', row), contract_of(tmp_path, BARS, keys), "data.json")
    assert gated.reasons() == {1: [("", "extra_column")]}
    assert gated.rejected[0]["_raw"] == row


def test_extra_fields_whose_names_differ_in_case_alone_fail_the_file(tmp_path: Path) -> None:
    data = b'{"a": "x", "k": 1}\n{"a": "y", "K": 2}\n'
    reason = gate(tmp_path, data, contract_of(tmp_path, SIMPLE, KEPT), "data.jsonl").manifest["reason"]
    assert reason["code"] == "duplicate_header"
    assert "K, k" in reason["message"]


@pytest.mark.parametrize("policy", ["keep", "drop", "reject"])
def test_a_json_row_with_a_reserved_field_is_rejected_whatever_becomes_of_extra_fields(
    policy: str, tmp_path: Path
) -> None:
    keys = KEPT.replace("keep", policy)
    data = b'{"a": "x"}\n{"a": "y", "_Run": "r"}\n'
    gated = gate(tmp_path, data, contract_of(tmp_path, SIMPLE, keys), "data.jsonl")
    assert gated.reasons() == {2: [("", "extra_column")]}


def resent_json(folder: Path, data: bytes, contract: Any, name: str, *changes: tuple[str, str]) -> Gated:
    """Rejects data, mends `rejected.jsonl`, and sends it again."""
    (folder / "first").mkdir()
    gate(folder / "first", data, contract, name)
    rejected = (folder / "first/out/rejected.jsonl").read_text()
    for old, new in changes:
        assert old in rejected
        rejected = rejected.replace(old, new)
    (folder / "second").mkdir()
    return gate(folder / "second", ("\n" + rejected).encode(), contract, name, max_rejected=RejectLimit.parse("0"))


def test_a_mended_rejected_jsonl_is_taken_as_it_is_and_said_to_be_sent_again(tmp_path: Path) -> None:
    data = b'{"b": 1, "x": 1.10}\n[1]\n{"a": "y", "b": "q"}\n{"a": "z"}\n'
    contract = contract_of(tmp_path, SIMPLE, KEPT)
    gated = resent_json(tmp_path, data, contract, "data.jsonl", ('{"b": 1,', '{"a": "w", "b": 1,'))
    assert gated.accepted == [{"a": "w", "b": 1, "x": "1.1"}]
    assert gated.reasons() == {2: [("", "still_malformed")], 3: [("b", "type")]}
    assert [(row["_line"], row["_raw"], row["_row"]) for row in gated.rejected] == [
        (3, "[1]", None), (4, None, {"a": "y", "b": "q"}),
    ]  # fmt: skip
    assert gated.manifest["verdict"] == "accepted_with_rejects"
    assert gated.manifest["resubmission"] == {"checks": "skipped", "max_rejected": "skipped"}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_the_rejected_rows_of_a_document_are_sent_again_as_lines_with_their_parents_in_the_row(
    encoding: str, tmp_path: Path
) -> None:
    keys = DOCUMENT.replace("[{", f"[{{property: encoding, value: {encoding}}}, {{", 1)
    document = STOCKS.replace("ACME", "AÉ").encode(encoding)
    changes = ("2024-02-30", "2024-02-28")
    gated = resent_json(tmp_path, document, contract_of(tmp_path, BARS, keys), "data.json", changes)
    assert [(row["symbol"], row["open"]) for row in gated.accepted] == [("AÉ", 1.1)]
    assert gated.reasons() == {2: [("day", "required")], 3: [("", "still_malformed")]}
    first = [json.loads(line, parse_float=str) for line in (tmp_path / "first/out/rejected.jsonl").open()]
    again = [json.loads(line, parse_float=str) for line in (tmp_path / "second/out/rejected.jsonl").open()]
    assert [(row["_row"], row["_raw"]) for row in again] == [(row["_row"], row["_raw"]) for row in first[1:]]


def test_lines_of_a_rejected_jsonl_that_no_longer_read_are_rejected_one_by_one(tmp_path: Path) -> None:
    mark = '"_run": "r", "_record": 1'
    rows = [f'{{{mark}, "_row": {{"a": "x"}}}}', f'{{{mark}, "_row": {{"a": "x",}}}}', f'{{{mark}, "_row": {{"a": NaN}}}}',
            f"{{{mark}}}", f'{{{mark}, "_row": "x"}}', "no", f'{{{mark}, "_row": {{"a": "x", "a": "y"}}}}']  # fmt: skip
    data = b"\xef\xbb\xbf" + "\n".join(rows).encode() + b"\n\xff\n"
    gated = gate(tmp_path, data, contract_of(tmp_path, SIMPLE), "data.jsonl")
    assert gated.accepted == [{"a": "x", "b": None}]
    codes = ["not_json", "not_json", "still_malformed", "still_malformed", "not_json", "duplicate_key", "undecodable"]
    assert list(gated.reasons().values()) == [[("", code)] for code in codes]


def test_a_code_found_by_framer_and_engine_alike_is_counted_once_a_row(tmp_path: Path) -> None:
    gated = gate(tmp_path, b'{"a": NaN}\nno\n{"a": "x"}\n', contract_of(tmp_path, SIMPLE), "data.jsonl")
    assert gated.reasons() == {1: [("", "not_json")], 2: [("", "not_json")]}
    assert gated.manifest["malformed"] == {"not_json": 2}
