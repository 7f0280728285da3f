"""A draft accepts the data it was made from, and shows what was guessed."""

import gzip
import json
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
    assert "# 1 records were left out: another number of fields" in text


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


CELLS = st.one_of(
    st.sampled_from(["", " ", "N/A", "-", "1", "-7", "007", "1.50", "1e5", ".5", "5.", "1e400", "9" * 19, "1_0", "nan",
                     "true", "False", "2024-02-29", "2023-02-29", "2024-01-01T00:00:00Z", "2024-01-01 24:00:00",
                     "12:00",
                     "12:00:00", "23:59:60", "0000-01-01", "inf", "+1", "1,5", " 1", "x"]),
    st.integers().map(str), st.floats().map(repr), st.dates().map(str), st.datetimes().map(str), st.text(max_size=5),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_the_gate_accepts_whatever_column_a_draft_was_made_from(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("infer")
    file = folder / "a.jsonl"
    file.write_text("".join(json.dumps({"n": 1, "cell": cell}) + "\n" for cell in cells), encoding="utf-8")
    assert rejected(file, folder / "out") == (len(cells), 0)
