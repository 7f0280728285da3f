"""A draft accepts the data it was made from, and shows what was guessed."""

import gzip
import json
import re
from datetime import datetime

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.check import check_file
from headgate.core.contract import read_contract
from headgate.core.contract.infer import infer_contract
from headgate.core.errors import UserMistake
from headgate.core.gate.gate import GateInput, GateSettings
from headgate.core.yaml_document import parse_yaml


@pytest.fixture
def draft(tmp_path):
    def make(name, content):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        text = infer_contract(file)
        return read_contract(parse_yaml(text, file="draft.yaml")), text

    return make


def rejected(path, folder):
    contract = read_contract(parse_yaml(infer_contract(path), file="draft.yaml"))
    verdict = check_file(GateInput(path, path.name, "p", datetime(2024, 1, 1)), contract, GateSettings(), folder)
    counts = verdict.manifest["counts"]
    return counts["records"], counts["rejected"]


CSV = (
    "id,price,day,at,clock,open,zip,note,tags\n"
    '1,2.5,2024-01-31,2024-01-31T10:00:00Z,10:00:00,true,01234,"a, b",N/A\n'
    "2,-3e2,2024-02-29,2024-02-29 23:59:59.5+01:00,23:59:59.5,FALSE,99999,,x\n"
    '3,N/A,2000-01-01,2000-01-01T00:00:00,00:00:00,true,00000,"two\nlines",\n'
)


def test_types_are_the_narrowest_that_take_every_value(draft):
    contract, _ = draft("a.csv", CSV)
    assert {column.name: column.type for column in contract.columns} == {
        "id": "integer", "price": "number", "day": "date", "at": "timestamp", "clock": "time", "open": "boolean",
        "zip": "string", "note": "string", "tags": "string",
    }  # fmt: skip


def test_a_column_is_required_when_no_value_is_missing(draft):
    contract, _ = draft("a.csv", CSV)
    assert [column.name for column in contract.columns if not column.required] == ["price", "note", "tags"]


def test_words_for_missing_are_null_tokens_except_in_text(draft):
    contract, text = draft("a.csv", CSV)
    assert (contract.column("price").null_tokens, contract.column("tags").null_tokens) == (("N/A",), ())
    assert '# these may mean missing, see nullTokens: "N/A"' in text


def test_ranges_and_key_candidates_stand_in_comments_only(draft):
    contract, text = draft("a.csv", CSV)
    assert '# observed range: minimum "1", maximum "3"' in text
    assert "a candidate for `unique: true` or `primaryKey: true`" in text
    assert {rule.code for rule in contract.rules} == {"required", "type"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_encoding_are_sniffed_and_shown(draft, delimiter, encoding):
    rows = [["name", "n"], *[["Größe", str(n)] for n in range(20)]]
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    contract, written = draft("a.csv", text.encode(encoding))
    assert contract.layout.delimiter == delimiter
    assert contract.layout.encoding == {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert "# sniffed: delimiter" in written


def test_packed_files_are_unpacked_and_say_so(draft):
    contract, _ = draft("a.csv.gz", gzip.compress(CSV.encode()))
    assert (contract.layout.compression, len(contract.columns)) == ("gzip", 9)


def test_records_of_another_width_are_counted_in_a_comment(draft):
    _, text = draft("a.csv", CSV + "4,5\n")
    assert "# 1 record was left out: another number of fields" in text


def test_values_that_look_like_yaml_or_comments_stay_inside_quotes(draft):
    name = 'x: "#1" \\ - [a]\u2028\u0085'
    contract, text = draft("a.jsonl", json.dumps({name: "# no\n- yes", "b": "NULL"}) + "\n")
    assert contract.columns[0].name == name
    assert yaml.safe_load(text)["schema"][0]["properties"][0]["name"] == name


def test_json_lines_give_types_by_value(draft):
    rows = [{"a": 1, "b": 1.5, "c": True, "d": {"x": 1}, "e": [1], "f": "2024-01-01"}, {"a": 2, "g": None}]
    contract, _ = draft("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows) + "\nnot json\n")
    assert {column.name: (column.type, column.required) for column in contract.columns} == {
        "a": ("integer", True), "b": ("number", False), "c": ("boolean", False), "d": ("object", False),
        "e": ("array", False), "f": ("date", False), "g": ("string", False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path", "columns"),
    [
        ([{"a": 1}], "$[*]", ["a"]),
        ({"meta": 1, "rows": [{"a": 1}]}, "$.rows[*]", ["a"]),
        ({"x": {"a": 1}, "y": {"a": 2}}, "$.*", ["a"]),
        (
            {"A": {"meta": {"symbol": "A"}, "values": [{"c": "1"}], "status": "ok"}, "B": {"status": "error"}},
            "$.*.values[*]",
            ["symbol", "status", "c"],
        ),
    ],
)
def test_the_rows_of_a_document_are_found(draft, document, path, columns):
    contract, _ = draft("a.json", json.dumps(document))
    assert contract.layout.record_path == path
    assert [column.name for column in contract.columns] == columns


def test_a_parquet_file_states_its_types(tmp_path, draft):
    file = tmp_path / "b.parquet"
    duckdb.sql(
        "COPY (SELECT 1::BIGINT a, 2.5::DECIMAL(10, 2) b, DATE '2024-01-01' c, NULL::VARCHAR d, [1] e, {'x': 1} f, "
        f"true g, 1.5::DOUBLE h, TIMESTAMP '2024-01-01 00:00:00' i) TO '{file}' (FORMAT parquet)"
    )
    contract, _ = draft("c.parquet", file.read_bytes())
    assert [column.type for column in contract.columns] == [
        "integer", "number", "date", "string", "array", "object", "boolean", "number", "timestamp",
    ]  # fmt: skip
    assert contract.column("b").decimal == (10, 2)
    assert not contract.column("d").required


DEEP = "[" * 2_000 + "]" * 2_000
UNTEXTED = "2 rows hold a number with a fraction or an exponent here, beside text"


@pytest.mark.parametrize(
    ("cells", "logical_type"),
    [
        (['{"a": 1.10}', "{}", "null"], "object"),
        (["[1]", "[]", '" "'], "array"),
        (["{}", '"{}"', '"N/A"'], "object"),
        (["[1]", '"[2.50, {}]"'], "array"),
        (["1", '"1"', "-0"], "integer"),
        (["1", "2.50", "1e3", '"n/a"'], "number"),
        (['"a"', "true", "12345678901234567890123"], "string"),
        ([DEEP, "[]"], "array"),
    ],
)
def test_a_json_column_gets_a_type_that_takes_all_its_values(tmp_path, cells, logical_type):
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f'{{"n": 1, "cell": {cell}}}\n' for cell in cells))
    text = infer_contract(file)
    assert read_contract(parse_yaml(text, file="draft.yaml")).column("cell").type == logical_type
    assert "rejects" not in text
    assert rejected(file, tmp_path / "out") == (len(cells), 0)


@pytest.mark.parametrize(
    ("cells", "logical_type", "said"),
    [
        (["1", "2", "[1.5]"], "integer", "1 rows hold an array here"),
        (['"a"', "{}", "[]"], "string", "1 rows hold an object here"),
        (["{}", "{}", "5"], "object", "1 rows hold something else than an object here"),
        (["{}", "[]", "[]"], "array", "1 rows hold an object here"),
        (["1.5", "2.50", '"x"'], "number", "1 rows hold something else than a number here"),
        (["1.50", "1e3", '"x"', '"y"', '"z"'], "string", UNTEXTED),
    ],
)
def test_values_that_no_type_takes_together_are_counted_in_a_comment(tmp_path, cells, logical_type, said):
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f'{{"cell": {cell}}}\n' for cell in cells))
    text = infer_contract(file)
    assert read_contract(parse_yaml(text, file="draft.yaml")).column("cell").type == logical_type
    assert f"# {said}: " in text
    assert rejected(file, tmp_path / "out") == (len(cells), announced(text))


def announced(text):
    return sum(int(count) for count in re.findall(r"# ([0-9]+) rows .* so the gate rejects their rows", text))


def test_lines_that_are_no_rows_make_no_column_and_no_field_optional(draft, tmp_path):
    bad = ['{"a": NaN}', '{"a": 1, "a": 2}', '{"z": "\\ud800"}', "[1]", "5", "no", '{"a": 1']
    _, text = draft("a.jsonl", "\n".join(['{"a": 1, "b": 2}', *bad]))
    assert "# 7 lines were left out" in text
    assert text.count("required: true") == text.count("logicalType") == 2
    assert rejected(tmp_path / "a.jsonl", tmp_path / "out") == (8, 7)


UNITS = """{
"A": {"meta": {"symbol": "A"}, "values": [
  {"day": "2024-01-01", "open": "1.10"}, {"day": "2024-01-02", "open": 2.5}, 5, null, {"day": "x", "day": "y"}]},
"B": {"meta": {"symbol": "B"}, "values": []}, "C": {"meta": {"symbol": "C"}}, "D": [1], "E": {"values": {"a": 1}},
"F": {"meta": {"symbol": "F", "n": 7}, "values": [{"day": "2024-01-03", "open": 3, "more": {"a": 1}}], "status": "ok"},
"F": {"values": [{"day": null, "open": "4"}, {"day": "2024-01-04", "open": NaN}]}
}"""


def test_all_rows_of_a_document_are_looked_at_also_beside_bad_entries_and_in_a_unit_sent_twice(draft, tmp_path):
    contract, text = draft("a.json", UNITS)
    assert {column.name: (column.type, column.required) for column in contract.columns} == {
        "symbol": ("string", False), "n": ("integer", False), "status": ("string", False), "day": ("date", False),
        "open": ("number", True), "more": ("object", False),
    }  # fmt: skip
    assert "# 4 rows found under $.*.values[*]" in text
    assert "# 4 entries were left out" in text
    assert rejected(tmp_path / "a.json", tmp_path / "out") == (8, 4)


def test_a_bad_entry_hides_no_rows_of_a_list(draft):
    for document in ('[5, {"a": 1}, {"a": 2.5}]', '{"rows": [null, {"a": 1}, {"a": 2.5}]}'):
        contract, text = draft("a.json", document)
        assert (contract.columns[0].type, contract.columns[0].required) == ("number", True)
        assert "# 2 rows found" in text


def test_scalar_parent_fields_of_several_kinds_are_text_and_an_object_among_them_is_announced(tmp_path):
    units = {"A": {"meta": {"v": "x"}, "rows": [{"c": 1}]}, "C": {"meta": {"v": 2.5}, "rows": [{"c": 3}]}}
    file = tmp_path / "a.json"
    file.write_text(json.dumps(units))
    assert "so the gate rejects" not in infer_contract(file)
    assert rejected(file, tmp_path / "out") == (2, 0)
    units["B"] = {"meta": {"v": {"w": 1.5}}, "rows": [{"c": 2}]}
    file.write_text(json.dumps(units))
    assert "so the gate rejects" in infer_contract(file)
    assert rejected(file, tmp_path / "again") == (3, 1)


CELLS = st.one_of(
    st.sampled_from(["", " ", "N/A", "-", "1", "-7", "007", "1.50", "1e5", ".5", "5.", "1e400", "9" * 19, "1_0", "nan",
                     "true", "False", "2024-02-29", "2023-02-29", "2024-01-01T00:00:00Z", "2024-01-01 24:00:00",
                     "12:00",
                     "12:00:00", "23:59:60", "0000-01-01", "inf", "+1", "1,5", " 1", "x"]),
    st.integers().map(str), st.floats().map(repr), st.dates().map(str), st.datetimes().map(str), st.text(max_size=5),
)  # fmt: skip
JSON_CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | CELLS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=60)
@given(st.lists(JSON_CELLS, min_size=1, max_size=6))
def test_the_gate_rejects_no_more_json_rows_than_a_draft_announces(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("infer")
    file = folder / "a.jsonl"
    file.write_text("".join(json.dumps({"n": 1, "cell": cell}) + "\n" for cell in cells), encoding="utf-8")
    assert rejected(file, folder / "out") == (len(cells), announced(infer_contract(file)))


@pytest.mark.parametrize(
    ("value", "drafted", "said"),
    [
        ("'nan'::DOUBLE", "string", "nan or inf"), ("'-inf'::FLOAT", "string", "nan or inf"),
        ("1.5::DOUBLE", "number", None), ("DATE 'infinity'", "string", "no text form"),
        ("DATE '0044-03-15 (BC)'", "string", "no text form"), ("TIMESTAMP '10000-01-01'", "string", "no text form"),
        ("TIME '24:00:00'", "string", "no text form"), ("TIMESTAMPTZ '1890-01-01 00:00:00+00'", "timestamp", None),
        ("[1.5::DECIMAL(10, 2)]", "array", None), ("['nan'::DOUBLE]", "array", None), ("''", "string", None),
        ("' '", "string", None), ("18446744073709551615::UBIGINT", "string", None),
        ("9.99::DECIMAL(10, 2)", "number", None), ("MAP {'a': 1}", "object", None),
    ],
)  # fmt: skip
def test_a_parquet_column_gets_a_type_that_takes_all_its_values(tmp_path, value, drafted, said):
    file = tmp_path / "a.parquet"
    duckdb.sql(f"COPY (SELECT 1 AS n, {value} AS cell UNION ALL SELECT 2, {value}) TO '{file}' (FORMAT parquet)")
    text = infer_contract(file)
    assert read_contract(parse_yaml(text, file="draft.yaml")).column("cell").type == drafted
    assert ("so it is drafted as string" in text) == bool(said)
    assert (said or "") in text
    assert rejected(file, tmp_path / "out") == (2, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "no columns"),
        ("a.csv", "a,A\n1,2\n", "differs only in case"),
        ("a.csv", "a,,b\n1,2,3\n", "column 2 has no name"),
        ("a.csv", "a,_run\n1,2\n", "reserved"),
        ("a.jsonl", "", "no columns"),
        ("a.json", "[1, 2]", "no list of objects"),
        ("a.json", "{", "can't be read as json"),
        ("a.parquet", "no", "can't be read as parquet"),
        ("a.csv.gz", "no", "not a whole gzip file"),
    ],
)
def test_a_file_no_contract_can_be_drafted_from_is_refused(tmp_path, name, content, said):
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(UserMistake, match=said) as caught:
        infer_contract(file)
    assert caught.value.where
    assert caught.value.where.file == str(file)


def test_the_gate_accepts_the_data_the_draft_was_made_from(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(CSV, newline="")
    assert rejected(file, tmp_path / "out") == (3, 0)


@settings(max_examples=60)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_the_gate_accepts_whatever_column_a_draft_was_made_from(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("infer")
    file = folder / "a.jsonl"
    file.write_text("".join(json.dumps({"n": 1, "cell": cell}) + "\n" for cell in cells), encoding="utf-8")
    assert rejected(file, folder / "out") == (len(cells), 0)
