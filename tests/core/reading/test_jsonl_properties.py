"""However dirty the JSON Lines and wherever chunks end: framer and engine together accept exactly the oracle's objects."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.source import Limits
from tests import oracle
from tests.core.reading.dirty_csv import BROKEN
from tests.core.reading.framed import ENGINE, Framed, frame

MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))
CHUNKS = st.one_of(st.integers(1, 64), st.just(1 << 20))
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "utf-16-be", "latin-1", "cp1252"])

# JSON, nearly JSON, and what one parser or another takes for JSON.
VALUES = (
    "1", "-0", "1.10", "1e5", "-1.5E+300", "1e999", "123456789012345678901234567890", "0.1", '""', '"a b"', '"é€😀"', "null",
    "true", "false", "[]", "{}", "[1, [2]]", '{"x": {"y": 1}}', '{"x":1,"x":2}', r'"\u0000"', r'"\ud83d\ude00"', r'"\"\\\/\b\f\n\r\t"',
    "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "+1", "01", "1.", ".5", "0x10", "1_000", "1e", "- 1", "True", "nul",
    "'a'", r'"\x41"', r'"\u12"', '"\t"', '"\x01"', '"\0"', '"\x7f"', '"open', r'"\ud800"', r'"\udc00x"', "[1,]", "[,1]",
    "[1 2]", '{"x":1,}', "{x:1}", '{"x"}', '{"x":1 "y":2}', "[1", "]", "// note", "/* note */ 1", '"\ufeff"', "\u2028", "\xa0", "\x0b", "",
)  # fmt: skip
SPACES = ("", "", "", " ", "\t", "\r", "  ", "\x0b", "\x0c", "\xa0", "\ufeff")
BREAKS = ("\n", "\n", "\n", "\r\n", "\n\n", " \n\t\n", "\r", "")


@st.composite
def objects(draw: st.DrawFn) -> str:
    keys = draw(st.lists(st.sampled_from(["a", "a", "b", "c", "é", ""]), max_size=3))
    space = st.sampled_from(SPACES[:6])
    members = [f'{draw(space)}"{key}"{draw(space)}:{draw(space)}{draw(st.sampled_from(VALUES))}' for key in keys]
    return "{" + ",".join(members) + draw(space) + "}"


@st.composite
def lines(draw: st.DrawFn) -> str:
    space = st.sampled_from(SPACES)
    text = draw(st.one_of(objects(), objects(), objects(), st.sampled_from(VALUES)))
    tail = draw(st.sampled_from(["", "", "", "", "x", "{}", ",", "\x01", "\x02"]))
    return draw(space) + text + tail + draw(space)


@st.composite
def files(draw: st.DrawFn, encoding: str) -> bytes:
    pieces: list[str | bytes] = [draw(st.sampled_from(["", "", "\ufeff", "\n", "\ufeff\n"]))]
    for line in draw(st.lists(lines(), max_size=8)):
        broken = draw(st.sampled_from([b""] * 12 + list(BROKEN)))
        pieces += [line, broken, draw(st.sampled_from(BREAKS))]
    codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    return b"".join(p if isinstance(p, bytes) else p.encode(codec, "ignore") for p in pieces)


def accepted(framed: Framed) -> list[bool]:
    """What the gate asks the engine about each line."""
    unlike = "len(json_keys(line)) = len(list_distinct(json_keys(line)))"
    is_object = f"CASE WHEN json_type(line) = 'OBJECT' THEN {unlike} ELSE false END"
    query = f"SELECT CASE WHEN json_valid(line) THEN {is_object} ELSE false END FROM (SELECT unnest($lines) AS line)"
    return [row[0] for row in ENGINE.execute(query, {"lines": [line for (line,) in framed.cells]}).fetchall()]


@MANY
@given(st.data(), ENCODINGS, CHUNKS)
def test_framer_and_engine_accept_exactly_the_objects_of_the_oracle(data, encoding, chunk):
    content = data.draw(files(encoding))
    reading = oracle.read_jsonl(content, encoding)
    if not reading.records:
        return
    framed = frame(content, Layout("jsonl", encoding=encoding), chunk)
    records = reading.records
    assert framed.lines == [record.line for record in records]
    assert framed.lengths == [len(record.raw) for record in records]
    assert framed.framing.bytes.blank == reading.blank_bytes
    assert [raw for *_, raw in framed.malformed] == [records[number - 1].raw for number in framed.codes]
    undecodable = {number for number, code in framed.codes.items() if code == "undecodable"}
    assert undecodable == {record.number for record in records if record.code == "undecodable"}
    assert accepted(framed) == [record.code is None for record in records]


@MANY
@given(st.data(), ENCODINGS, st.integers(1, 64), st.integers(4, 40))
def test_where_chunks_end_never_matters_not_even_at_the_record_limit(data, encoding, chunk, limit):
    content = data.draw(files(encoding))
    assert outcome(content, encoding, chunk, limit) == outcome(content, encoding, 1 << 20, limit)


def outcome(content: bytes, encoding: str, chunk: int, limit: int):
    layout = Layout("jsonl", encoding=encoding)
    try:
        framed = frame(content, layout, chunk, limits=Limits(record=limit), read=False)
    except FileFailed as failed:
        return failed.code, failed.where
    return framed.lines, framed.lengths, framed.malformed, framed.framing.bytes


def test_the_text_of_a_good_line_reaches_the_engine_as_it_stands():
    good = ['{"a": 1.10, "b": "x\\ty"}', ' {"é": [1e5]} ']
    framed = frame("\n".join(good).encode(), Layout("jsonl"))
    assert framed.cells == [(line,) for line in good]


@pytest.mark.parametrize("chunk", [1, 4, 1 << 20])
@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\xa0", "\u2028"])
def test_what_json_does_not_call_white_space_makes_no_blank_line(space, chunk):
    framed = frame(f'{{"a": NaN}}\n{space}\n{{}}\n'.encode(), Layout("jsonl"), chunk)
    assert accepted(framed) == [False, False, True]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \n\t\r\n"])
def test_a_file_of_nothing_but_white_space_is_an_empty_file(content):
    with pytest.raises(FileFailed) as failed:
        frame(content, Layout("jsonl"))
    assert failed.value.code == "empty_file"


def test_a_line_over_the_record_limit_fails_the_file_and_names_the_setting():
    content = b'{"a": 1}\n' + json.dumps({"a": "x" * 100}).encode() + b"\n"
    for chunk in (7, 1 << 20):
        with pytest.raises(FileFailed) as failed:
            frame(content, Layout("jsonl"), chunk, limits=Limits(record=50))
        assert failed.value.code == "record_too_large"
        assert failed.value.where
        assert failed.value.where.line == 2
        assert "limits.record" in str(failed.value)


def test_a_line_exactly_at_the_record_limit_is_a_record_whatever_ends_it():
    line = b'{"a": 1}'
    for ending in (b"", b"\n", b"\r\n"):
        for chunk in (1, 1 << 20):
            assert frame(line + ending, Layout("jsonl"), chunk, limits=Limits(record=len(line))).framing.records == 1
