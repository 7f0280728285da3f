"""However dirty the file: the gate's two halves are the oracle's records, judged as plain Python judges them, raw to the byte."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headgate.core.contract.model import Contract
from headgate.core.reading import clean_lines
from tests import oracle
from tests.core.gate.plain_judge import BAD, COLUMNS, GOOD, NULL_TOKEN, PROPERTIES, Judged, judge
from tests.core.reading.dirty_csv import BREAKS, BROKEN, WORDS, Dialect, dialects
from tests.core.reading.test_jsonl_properties import BREAKS as LINE_FEEDS
from tests.core.reading.test_jsonl_properties import VALUES, objects
from tests.gating import Gated, contract_of, gate

MANY = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def contract(folder: Path, **layout: str) -> Contract:
    given = [f"{{property: {name}, value: {json.dumps(value, ensure_ascii=False)}}}" for name, value in layout.items()]
    tokens = f"{{property: nullTokens, value: ['{NULL_TOKEN}']}}"
    return contract_of(folder, PROPERTIES, f"customProperties: [{', '.join([*given, tokens])}]")


@st.composite
def csv_files(draw: st.DrawFn, dialect: Dialect) -> bytes:
    """A good header, in any order, and rows: most of them well-formed, in all states of dress."""
    optional = draw(st.sets(st.sampled_from(COLUMNS[2:])))
    names = draw(st.permutations(["id", "qty", *optional, *draw(st.sampled_from([[], ["note"], ["note", "x y"]]))]))
    mark = draw(st.sampled_from(["", "", "\ufeff"])) if dialect.encoding.startswith("utf-") else ""
    pieces: list[str | bytes] = [mark, dialect.delimiter.join(names), draw(st.sampled_from(BREAKS))]
    kinds = {True: _row(dialect, names), False: _soup(dialect)}
    for well_formed in draw(st.lists(st.sampled_from([True] * 15 + [False]), min_size=2, max_size=30)):
        pieces += [*draw(kinds[well_formed]), draw(st.sampled_from(BREAKS))]
    if draw(st.booleans()):
        pieces.pop()
    codec = {"utf-16": "utf-16-le"}.get(dialect.encoding, dialect.encoding)
    return b"".join(piece if isinstance(piece, bytes) else piece.encode(codec, "ignore") for piece in pieces)


@st.composite
def _row(draw: st.DrawFn, dialect: Dialect, names: list[str]) -> list[str | bytes]:
    cells = [_dressed(draw, dialect, _text(draw, name)) for name in names]
    ragged = {7: -1, 8: 1}.get(draw(st.integers(0, 30)), 0)
    cells = cells[:-1] if ragged < 0 else cells + ["x"] * ragged
    broken = _broken(draw, dialect.encoding)
    return [dialect.delimiter.join(cells), broken]


def _text(draw: st.DrawFn, name: str) -> str:
    good, bad = GOOD.get(name, WORDS), BAD.get(name, WORDS)
    return draw(st.sampled_from(bad if draw(st.integers(0, 19)) in (5, 7, 9) else good))


def _broken(draw: st.DrawFn, encoding: str) -> bytes:
    """Now and then bytes that are no text; in UTF-16 whole units of them, or all that follows would be none."""
    whole = [broken for broken in BROKEN if len(broken) % 2 == 0 or not encoding.startswith("utf-16")]
    return draw(st.sampled_from(whole)) if draw(st.integers(0, 30)) == 7 else b""


def _dressed(draw: st.DrawFn, dialect: Dialect, text: str) -> str:
    """The text as a cell that holds it: between quotes where it must be, and sometimes where it need not."""
    q, e = dialect.quote, dialect.escape
    needs = text.startswith(q) or any(mark in text for mark in (dialect.delimiter, q, "\r", "\n"))
    if not needs and draw(st.integers(0, 3)):
        return text
    inside = text.replace(e, e * 2) if e != q else text
    return q + inside.replace(q, e + q) + q


def _soup(dialect: Dialect) -> st.SearchStrategy[list[str | bytes]]:
    tokens = (*WORDS, dialect.delimiter, dialect.quote, dialect.escape, *BREAKS)
    return st.lists(st.one_of(st.sampled_from(tokens), st.sampled_from(BROKEN)), max_size=8)


@contextmanager
def fast_way(taken: bool) -> Iterator[None]:
    """Files this small never take the fast way of large clean ones, unless they are told to."""
    with patch.object(clean_lines, "WORTH_IT", 0 if taken else 1 << 40), patch.object(clean_lines, "CHUNK", 256):
        yield


@MANY
@given(st.data(), dialects(), st.booleans())
def test_a_csv_file_is_split_as_plain_python_splits_it(data, dialect, fast):
    content = data.draw(csv_files(dialect))
    reading = oracle.read_csv(content, dialect.delimiter, dialect.quote, dialect.escape, dialect.encoding)
    rows = [None if r.code else dict(zip(reading.header, r.cells, strict=True)) for r in reading.records]
    with tempfile.TemporaryDirectory() as folder, fast_way(fast):
        layout = {"delimiter": dialect.delimiter, "quote": dialect.quote, "escape": dialect.escape}
        gated = gate(Path(folder), content, contract(Path(folder), **layout, encoding=dialect.encoding))
        people = (Path(folder) / "out" / "rejected.csv").read_bytes()
    judged = judge(rows)
    assert_books_close(gated, reading)
    assert_halves(gated, reading, judged)
    for row in gated.rejected:
        assert row["_row"] == rows[row["_record"] - 1]
    assert_raw(gated, reading, dialect.encoding)
    assert_resubmittable(people, dialect, reading, gated)


def assert_books_close(gated: Gated, reading: oracle.Reading) -> None:
    books, rejected = gated.manifest["books"], {row["_record"] for row in gated.rejected}
    sizes = {True: 0, False: 0}
    for record in reading.records:
        sizes[record.number in rejected] += len(record.raw)
    assert books["file"]["records"] == len(reading.records) == len(gated.accepted) + len(gated.rejected)
    by_class = {name: books["file"]["bytes"][name] for name in ("header", "blank", "structure", "accepted", "rejected")}
    assert by_class == {
        "header": reading.header_bytes,
        "blank": reading.blank_bytes,
        "structure": 0,
        "accepted": sizes[False],
        "rejected": sizes[True],
    }


def assert_halves(gated: Gated, reading: oracle.Reading, judged: list[Judged | None]) -> None:
    """Both halves, each in file order; each reason true and none missing."""
    accepted = [one.values for one in judged if one and not one.reasons]
    assert [{name: row[name] for name in COLUMNS} for row in gated.accepted] == accepted
    expected = [
        (record.number, record.line, one and one.reasons)
        for record, one in zip(reading.records, judged, strict=True)
        if one is None or one.reasons
    ]
    found = [(row["_record"], row["_line"], None if row["_row"] is None else reasons(row)) for row in gated.rejected]
    assert found == expected
    assert all(len(row["_reasons"]) == 1 for row in gated.rejected if row["_row"] is None)
    assert gated.manifest["counts"]["warned"] == sum(one.unlucky for one in judged if one and not one.reasons)


def reasons(row: dict[str, Any]) -> frozenset[tuple[str, str]]:
    listed = [(reason["column"], reason["rule"]) for reason in row["_reasons"]]
    assert len(set(listed)) == len(listed)
    return frozenset(listed)


def assert_raw(gated: Gated, reading: oracle.Reading, encoding: str) -> None:
    codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    for row in gated.rejected:
        record = reading.records[row["_record"] - 1]
        if record.code is None:
            assert (row["_raw"], row["_raw_bytes"]) == (None, None)
            continue
        assert row["_reasons"][0]["rule"] == record.code
        assert b64decode(row["_raw_bytes"]) == record.raw
        assert row["_raw"] == without_break(record.raw.decode(codec, "backslashreplace"))


def without_break(text: str) -> str:
    ending = next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")
    return text.removesuffix(ending)


def assert_resubmittable(people: bytes, dialect: Dialect, reading: oracle.Reading, gated: Gated) -> None:
    """`rejected.csv`, read in the dialect and encoding of the input, has the cells that were sent."""
    again = oracle.read_csv(people, dialect.delimiter, dialect.quote, dialect.escape, dialect.encoding)
    assert again.header == ["_run", "_record", "_line", "_reasons", "_raw", *reading.header]
    expected = []
    for row in gated.rejected:
        cells = reading.records[row["_record"] - 1].cells or [""] * len(reading.header)
        expected.append([row["_run"], str(row["_record"]), str(row["_line"]), row["_raw"] or "", *cells])
    assert [record.code for record in again.records] == [None] * len(expected)
    assert [[*record.cells[:3], *record.cells[4:]] for record in again.records] == expected
    if dialect.escape == dialect.quote:
        text = people.decode(dialect.encoding)
        rows = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
        )
        assert [[*row[:3], *row[4:]] for row in rows[1:]] == expected


@st.composite
def jsonl_files(draw: st.DrawFn, encoding: str) -> bytes:
    pieces: list[str | bytes] = [
        draw(st.sampled_from(["", "", "\ufeff"])) if encoding.startswith("utf-") else "",
        "{}\n",
    ]
    kinds = {"row": _object(), "object": objects(), "value": st.sampled_from(VALUES)}
    for kind in draw(st.lists(st.sampled_from(["row"] * 12 + ["object", "value"]), min_size=2, max_size=25)):
        pieces += [draw(kinds[kind]), _broken(draw, encoding), draw(st.sampled_from(LINE_FEEDS))]
    codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    return b"".join(piece if isinstance(piece, bytes) else piece.encode(codec, "ignore") for piece in pieces)


@st.composite
def _object(draw: st.DrawFn) -> str:
    names = [name for name in (*COLUMNS, "note") if draw(st.integers(0, 20))]
    return (
        "{" + ", ".join(f'"{name}":{draw(st.sampled_from(["", " "]))}{_json_value(draw, name)}' for name in names) + "}"
    )


def _json_value(draw: st.DrawFn, name: str) -> str:
    kind = draw(st.sampled_from(["text"] * 24 + ["number"] * 4 + ["null", "nested"]))
    numbers = {
        "qty": ("0", "13", "99", "101", "-1", "1.0", "1e2"),
        "price": ("1.10", "0.5", "1e1", "0", "0.005", "1e400"),
    }
    if kind == "number":
        return draw(st.sampled_from(numbers.get(name, ("1", "0", "42"))))
    if kind in ("null", "nested"):
        return "null" if kind == "null" else draw(st.sampled_from(['{"x": 1.10}', "[]", "[1, 2]"]))
    return json.dumps(_text(draw, name), ensure_ascii=draw(st.booleans()))


@MANY
@given(st.data(), st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16-be", "utf-16", "cp1252", "latin-1"]))
def test_json_lines_are_split_as_plain_python_splits_them(data, encoding):
    content = data.draw(jsonl_files(encoding))
    reading = oracle.read_jsonl(content, encoding)
    with tempfile.TemporaryDirectory() as folder:
        given_contract = contract(Path(folder), fileFormat="jsonl", encoding=encoding)
        gated = gate(Path(folder), content, given_contract, "data.jsonl")
        lines = (Path(folder) / "out" / "rejected.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    judged = judge([None if record.code else texts_of(record.cells) for record in reading.records])
    assert_books_close(gated, reading)
    assert_halves(gated, reading, judged)
    for row, line in zip(gated.rejected, lines, strict=True):
        record = reading.records[row["_record"] - 1]
        exact = json.loads(line, parse_int=str, parse_float=str)["_row"]
        assert exact == (None if record.code else record.cells)
        if record.code:
            codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
            # White space between tokens: a carriage return there is a blank to the engine.
            text = without_break(record.raw.decode(codec, "backslashreplace")).replace("\r", " ")
            assert row["_raw"].replace("\r", " ") == text
            assert row["_raw_bytes"] is None or b64decode(row["_raw_bytes"]) == record.raw


def texts_of(row: dict[str, Any]) -> dict[str, Any]:
    """A JSON row as texts, as a column sees its fields."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
