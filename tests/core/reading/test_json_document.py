"""One JSON document: the oracle's rows, to the byte, with their parent fields, wherever chunks end; or a clear refusal."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headgate.core.contract.model import Layout, UnitCheck
from headgate.core.errors import FileFailed
from headgate.core.reading.json_document import frame_document
from headgate.core.reading.source import Limits, Source
from tests import oracle
from tests.core.reading.framed import Framed, frame

MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))
CHUNKS = st.one_of(st.integers(1, 64), st.just(1 << 20))

SCALARS = (
    "1", "-0.50", "1.10", "1e5", "123456789012345678901234567890", '""', '"a\\"b"', '"é€😀"', r'"\ud83d\ude00"', r'"\\"', "null",
    "true", "[]", "{}", "[1 , {}]", '{"x":\n{"y":1}}', "NaN", "-Infinity", '"NaN"', '"]}"', '"\udcff"', '"\ue000"',
)  # fmt: skip
SPACES = ("", "", "", " ", "\n", "\r\n", "\r", "\t \n")
SHAPES = {"$[*]": "[row]", "$.*": "{row}", "$.rows[*]": '{"rows":[row]}', "$.data.rows[*]": '{"data":{"rows":[row]}}',
          "$[*].rows[*]": "[unit]", "$.*.rows[*]": "{unit}", "$.data[*].rows[*]": '{"data":[unit]}'}  # fmt: skip


@st.composite
def scalars(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(SPACES)) + draw(st.sampled_from(SCALARS)) + draw(st.sampled_from(SPACES))


@st.composite
def mappings(draw: st.DrawFn, values: st.SearchStrategy[str], keys: tuple[str, ...] = ("a", "a", "b", "é")) -> str:
    space = st.sampled_from(SPACES)
    members = draw(st.lists(st.tuples(st.sampled_from(keys), values), max_size=3))
    return "{" + ",".join(f'{draw(space)}"{key}"{draw(space)}:{value}' for key, value in members) + draw(space) + "}"


def sequences(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, max_size=4).map(lambda items: "[" + ",".join(items) + "]")


ROWS = st.one_of(mappings(scalars()), mappings(scalars()), scalars())
NESTED = st.one_of(sequences(ROWS), sequences(ROWS), mappings(ROWS), scalars())
UNITS = st.one_of(mappings(st.one_of(NESTED, mappings(scalars())), ("rows", "meta", "b")), scalars())


@st.composite
def documents(draw: st.DrawFn, path: str) -> str:
    inner = UNITS if "unit" in SHAPES[path] else ROWS
    is_map = "{row}" in SHAPES[path] or "{unit}" in SHAPES[path]
    many = draw(mappings(inner) if is_map else sequences(inner))
    text = SHAPES[path]
    for place in ("[row]", "{row}", "[unit]", "{unit}"):
        text = text.replace(place, many)
    before = draw(st.sampled_from(["", "", '"b": [1, {"rows": 2}],', '"b": NaN ,\r\n']))
    text = text.replace('{"data":', "{" + before + '"data":', 1)
    return draw(st.sampled_from(SPACES)) + text + draw(st.sampled_from(SPACES))


def bytes_of(text: str, encoding: str) -> bytes:
    if encoding.startswith("utf-16"):
        return text.replace("\udcff", "\ue000").encode(encoding)
    return text.replace("\udcff", "\ue000" if encoding == "latin-1" else "\udcff").encode(encoding, "surrogateescape")


@MANY
@given(st.data(), st.sampled_from(sorted(SHAPES)), CHUNKS, st.sampled_from(["", "", "\ufeff"]))
def test_every_row_of_the_document_is_framed_to_the_byte(data, path, chunk, mark):
    text = data.draw(documents(path))
    content = (mark + text).encode("utf-8", "surrogateescape")
    reading = oracle.read_document(text, path)
    framed = frame(content, Layout("json", record_path=path), chunk)
    assert_same(framed, reading)
    good = [record for record in reading.records if not record.code]
    lines = [line for number, (line,) in enumerate(framed.cells, 1) if number not in framed.codes]
    assert lines == [record.raw.decode().replace("\n", " ").replace("\r", " ") for record in good]
    if good:
        assert framed.framing.bytes.structure == len(content) - sum(len(record.raw) for record in reading.records)


def assert_same(framed: Framed, reading: oracle.Reading) -> None:
    records = reading.records
    assert framed.lines == [record.line for record in records]
    assert framed.lengths == [len(record.raw) for record in records]
    assert framed.codes == {record.number: record.code for record in records if record.code}
    assert [raw for *_, raw in framed.malformed] == [record.raw for record in records if record.code]


@MANY
@given(st.data(), st.sampled_from(["$.*.rows[*]", "$.data[*].rows[*]", "$.rows[*]"]), CHUNKS)
def test_fields_of_the_unit_are_carried_down_to_each_of_its_rows(data, path, chunk):
    text = data.draw(documents(path)).replace("\udcff", "\ue000")
    parents = {"one": "b", "two": "meta.a"}
    reading = oracle.read_document(text, path, parents)
    framed = frame(text.encode(), Layout("json", record_path=path, parent_fields=tuple(parents.items())), chunk)
    assert_same(framed, reading)
    found = [json.loads(carried) for carried, row in framed.cells if row != framed.framing.placeholder]
    assert found == [record.parents for record in reading.records if not record.code]


@settings(MANY, max_examples=80)
@given(st.data(), st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]), CHUNKS)
def test_lengths_count_the_bytes_of_the_files_own_encoding(data, encoding, chunk):
    text = data.draw(documents("$[*].rows[*]"))
    text = text.translate(
        {ord("\udcff"): "ÿ", ord("\ue000"): "ä"} | ({} if "utf" in encoding else dict.fromkeys(map(ord, "€😀"), "é"))
    )
    reading = oracle.read_document(text, "$[*].rows[*]")
    framed = frame(text.encode(encoding), Layout("json", record_path="$[*].rows[*]", encoding=encoding), chunk)
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    assert framed.lengths == [len(record.raw.decode().encode(codec)) for record in reading.records]


@settings(MANY, max_examples=120)
@given(st.data(), st.sampled_from(sorted(SHAPES)), st.integers(1, 64))
def test_a_text_that_is_no_json_is_refused_at_the_same_place_wherever_chunks_end(data, path, chunk):
    text = data.draw(documents(path)).replace("\udcff", "\ue000")
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(["", "x", ",", '"', "]", "}", "\\", "\0"])) + text[at + 1 :]
    layout = Layout("json", record_path=path)
    assert outcome(text, layout, chunk) == outcome(text, layout, 1 << 20)
    try:
        json.loads(text)
    except ValueError:
        assert isinstance(outcome(text, layout, chunk)[0], str)


def outcome(text: str, layout: Layout, chunk: int):
    try:
        framed = frame(text.encode(), layout, chunk, read=False)
    except FileFailed as failed:
        return failed.code, failed.where
    return framed.lines, framed.lengths, framed.malformed


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1 << 20])
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[{"a": 1},\n {"a": }]', 2, 8),
        ('[{"a": 1}\n {"a": 2}]', 2, 2),
        ('[\r\n{"a": 1}\r\n,\r\n  nope]', 4, 3),
        ('[{"a": 1}, {"a": "x\ny"}]', 1, 20),
        ('[{"a": 1}, {"a" 2}]', 1, 17),
        ('[{"a": 1}] []', 1, 12),
        ('[{"a": 1},', 1, 11),
        ('[{"a": 1}, {"a": 1.}]', 1, 19),
        ('[{"a": "' + "x" * 300 + '"}, {"b": tru}]', 1, 319),
        ("symbol,price\nA,1\n", 1, 1),
    ],
)
def test_a_syntax_error_fails_the_file_and_says_line_and_column(text, line, column, chunk):
    with pytest.raises(FileFailed) as failed:
        frame(text.encode(), Layout("json"), chunk)
    assert failed.value.code in ("not_of_its_format", "record_path_not_found")
    assert failed.value.where
    assert (failed.value.where.line, failed.value.where.column) == (line, column)


def test_a_syntax_error_is_told_apart_from_a_large_value_though_the_limit_is_near():
    text = '[{"a": tru},' + '{"a": 1},' * 1000 + "{}]"
    with pytest.raises(FileFailed) as failed:
        frame(text.encode(), Layout("json"), 1, limits=Limits(record=100))
    assert failed.value.code == "not_of_its_format"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n"])
def test_a_file_of_nothing_but_white_space_is_an_empty_file(content):
    for chunk in (1, 1 << 20):
        with pytest.raises(FileFailed) as failed:
            frame(content, Layout("json"), chunk)
        assert failed.value.code == "empty_file"


@pytest.mark.parametrize(
    ("text", "path"),
    [("{}", "$[*]"), ("[]", "$.*"), ('{"b": []}', "$.rows[*]"), ('{"rows": {}}', "$.rows[*]"), ("3", "$[*]")],
)
def test_a_record_path_that_leads_nowhere_fails_the_file(text, path):
    with pytest.raises(FileFailed) as failed:
        frame(text.encode(), Layout("json", record_path=path))
    assert failed.value.code == "record_path_not_found"


STOCKS = {
    "A": {"meta": {"symbol": "A", "n": 1.5}, "values": [{"close": "1.10"}, {"close": "2"}], "status": "ok"},
    "B": {"code": 404, "message": "symbol not found", "status": "error"},
    "C": {"meta": {"symbol": "C"}, "values": [], "status": "ok"},
    "D": {"values": [{"close": "3"}], "status": "ok"},
    "E": {"meta": {"symbol": None}, "values": [{"close": "4"}]},
    "F": {"meta": {"symbol": "F"}, "values": [{"close": "5"}]},
    "G": 7,
}
STOCK_LAYOUT = Layout(
    "json",
    record_path="$.*.values[*]",
    parent_fields=(("symbol", "meta.symbol"), ("n", "meta.n")),
    unit_check=UnitCheck(absent_or_equal=(("status", "ok"),), required=("values", "meta.symbol")),
)


@pytest.mark.parametrize("chunk", [1, 5, 64, 1 << 20])
def test_a_unit_that_fails_its_check_is_rejected_as_one_record_with_its_raw_text(chunk):
    text = json.dumps(STOCKS, indent=1)
    framed = frame(text.encode(), STOCK_LAYOUT, chunk)
    assert framed.codes == dict.fromkeys((3, 4, 5, 7), "bad_unit")
    units = [json.loads(raw) for *_, raw in framed.malformed]
    assert units == [STOCKS[name] for name in "BDEG"]
    rows = [(json.loads(parents), json.loads(row)) for parents, row in framed.cells if parents]
    assert rows == [
        ({"symbol": "A", "n": "1.5"}, {"close": "1.10"}),
        ({"symbol": "A", "n": "1.5"}, {"close": "2"}),
        ({"symbol": "F", "n": None}, {"close": "5"}),
    ]
    assert [text.splitlines()[line - 1].strip()[-1] for line in framed.lines] == ["{", "{", "{", "{", "{", "{", "7"]


def test_the_message_of_a_unit_is_kept_as_the_reason(tmp_path):
    path = tmp_path / "stocks.json"
    path.write_text(json.dumps(STOCKS))
    framing = frame_document(Source(path), STOCK_LAYOUT, tmp_path)
    reasons = framing.malformed_file.read_text()
    assert "status is 'error', not 'ok': symbol not found" in reasons
    assert "it has no meta.symbol" in reasons


@pytest.mark.parametrize(
    ("key", "called"),
    [("GOOG", "GOOG: "), ("x" * 999, "x" * 100 + ": "), ('a\nb,"', 'a\nb,": '), ("\ud800", "\\ud800: "), ("", "")],
    ids=lambda one: repr(one)[:9],
)
def test_a_unit_that_cannot_be_used_is_called_by_the_key_it_stands_under(tmp_path, key, called):
    path = tmp_path / "stocks.json"
    path.write_text(json.dumps({key: {"status": "error"}}))
    framing = frame_document(Source(path), STOCK_LAYOUT, tmp_path)
    with framing.malformed_file.open(encoding="utf-8", newline="") as file:
        ((_, _, detail, *_),) = csv.reader(file)
    assert detail == f"{called}status is 'error', not 'ok'"


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_know_costs_its_row_and_no_other(constant):
    for chunk in (1, 1 << 20):
        framed = frame(b'[{"a": 1}, {"a": %b}, {"a": "NaN"}]' % constant.encode(), Layout("json"), chunk)
        assert framed.codes == {2: "not_json"}


def test_undecodable_bytes_cost_their_row_and_no_other():
    for chunk in (1, 1 << 20):
        framed = frame(b'[{"a": "1"}, {"a": "\xff\xc3"}, {"a": "\xc3\xa9"}]', Layout("json"), chunk)
        assert framed.codes == {2: "undecodable"}
        assert framed.malformed[0][2:] == (r'{"a": "\xff\xc3"}', b'{"a": "\xff\xc3"}')


def test_a_parent_field_that_cannot_be_decoded_costs_its_unit():
    content = b'[{"s": "\xff", "rows": [{"a": 1}]}, {"s": "x", "rows": [{"a": 2}]}]'
    framed = frame(content, Layout("json", record_path="$[*].rows[*]", parent_fields=(("s", "s"),)))
    assert framed.codes == {1: "bad_unit"}
    assert framed.framing.records == 2


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_one_value_over_the_record_limit_fails_the_file_and_names_the_setting(chunk):
    documents = ['[{"a": "' + "x" * 100 + '"}]', '[{"a": [' + "1," * 50 + "1]}]"]
    layout = Layout("json", record_path="$.*.values[*]")
    many_rows = json.dumps({"A": {"values": [{"close": number} for number in range(20)]}})
    for text, used in [(documents[0], Layout("json")), (documents[1], Layout("json")), (many_rows, layout)]:
        with pytest.raises(FileFailed) as failed:
            frame(text.encode(), used, chunk, limits=Limits(record=60))
        assert failed.value.code == "record_too_large"
        assert "limits.record" in str(failed.value)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_a_document_may_be_larger_than_the_record_limit_when_no_value_is(chunk):
    text = json.dumps(
        {"A": {"values": [{"close": "1"}]}, "B": {"values": [{"close": "2"}]}} | {f"C{n}": n for n in range(99)}
    )
    framed = frame(text.encode(), Layout("json", record_path="$.*.values[*]"), chunk, limits=Limits(record=40))
    assert framed.framing.records == 2
    skipped = '{"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}, "d": {"x": 1}, "rows": [{"y": 1}]}'
    framed = frame(skipped.encode(), Layout("json", record_path="$.rows[*]"), chunk, limits=Limits(record=20))
    assert framed.framing.records == 1


def test_a_document_nested_too_deeply_fails_the_file():
    with pytest.raises(FileFailed) as failed:
        frame(b"[" * 100_000, Layout("json"))
    assert failed.value.code == "not_of_its_format"
