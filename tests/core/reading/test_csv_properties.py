"""However dirty the CSV and wherever its chunks end: the framer finds the oracle's records, the engine reads its cells."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading import csv_records
from headgate.core.reading.source import Limits
from tests import oracle
from tests.core.reading.dirty_csv import Dialect, dialects, files
from tests.core.reading.framed import Framed, frame

MANY = settings(max_examples=350, suppress_health_check=list(HealthCheck))
CHUNKS = st.one_of(st.integers(1, 64), st.just(1 << 20))


@contextmanager
def paths_through_the_framer(splitting_from: int, at_once: int):
    """The framer's own thresholds are far above what a generated file has: small ones let it take every path."""
    with (
        patch.object(csv_records, "_WORTH_SPLITTING", splitting_from),
        patch.object(csv_records, "_AT_ONCE", at_once),
    ):
        yield


PATHS = st.builds(paths_through_the_framer, st.sampled_from([0, 1 << 10]), st.sampled_from([1, 9, 30, 1 << 22]))


def layout_of(dialect: Dialect) -> Layout:
    return Layout("csv", dialect.delimiter, dialect.quote, dialect.escape, dialect.encoding)


def read_by_oracle(data: bytes, dialect: Dialect) -> oracle.Reading | str:
    """The reading, or the code of what is wrong with the whole file."""
    try:
        return oracle.read_csv(data, dialect.delimiter, dialect.quote, dialect.escape, dialect.encoding)
    except oracle.NotAFile as refused:
        return str(refused)


def assert_same(framed: Framed, reading: oracle.Reading) -> None:
    framing, records = framed.framing, reading.records
    assert framing.header == tuple(reading.header)
    assert framed.lines == [record.line for record in records]
    assert framed.lengths == [len(record.raw) for record in records]
    assert framed.codes == {record.number: record.code for record in records if record.code}
    assert [raw for *_, raw in framed.malformed] == [record.raw for record in records if record.code]
    books = (framing.bytes.header, framing.bytes.blank, framing.bytes.structure, framing.bytes.records)
    assert books == (reading.header_bytes, reading.blank_bytes, 0, sum(len(record.raw) for record in records))


def wanted_cells(framed: Framed, reading: oracle.Reading) -> list[tuple[str, ...]]:
    placeholder = (framed.framing.placeholder, *[""] * (len(reading.header) - 1))
    return [placeholder if record.code else tuple(record.cells) for record in reading.records]


@MANY
@given(st.data(), dialects(), CHUNKS, PATHS)
def test_framing_agrees_with_the_oracle_and_the_engine_reads_its_cells(data, dialect, chunk, path):
    content = data.draw(files(dialect))
    reading = read_by_oracle(content, dialect)
    if isinstance(reading, str):
        assert outcome(content, dialect, chunk)[0] == reading
        return
    with path:
        framed = frame(content, layout_of(dialect), chunk)
    assert_same(framed, reading)
    assert framed.cells == wanted_cells(framed, reading)
    assert [one_row(row, dialect) for row in framed.engine_rows] == [list(row) for row in framed.cells]


def one_row(row: bytes, dialect: Dialect) -> list[str]:
    reader = csv.reader(io.StringIO(row.decode(), newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote)
    return next(reader)


@settings(MANY, max_examples=200)
@given(st.data(), dialects(), st.integers(1, 64), st.integers(8, 40), PATHS)
def test_where_chunks_end_never_matters_not_even_at_the_record_limit(data, dialect, chunk, limit, path):
    content = data.draw(files(dialect))
    with path:
        in_chunks = outcome(content, dialect, chunk, limit)
    assert in_chunks == outcome(content, dialect, 1 << 20, limit)


def outcome(content: bytes, dialect: Dialect, chunk: int, limit: int = 1 << 20):
    try:
        framed = frame(content, layout_of(dialect), chunk, limits=Limits(record=limit), read=False)
    except FileFailed as failed:
        return failed.code, failed.where
    return framed.lines, framed.lengths, framed.malformed, framed.framing.bytes


@settings(MANY, max_examples=60)
@given(st.data(), dialects())
def test_text_of_a_malformed_record_shows_what_can_be_decoded(data, dialect):
    content = data.draw(files(dialect))
    try:
        framed = frame(content, layout_of(dialect), read=False)
    except FileFailed:
        return
    order = "utf-16-be" if content.startswith(b"\xfe\xff") else "utf-16-le"
    codec = order if dialect.encoding == "utf-16" else dialect.encoding
    for _, _, text, raw in framed.malformed:
        assert text == without_break(raw.decode(codec, "backslashreplace"))


def without_break(text: str) -> str:
    ending = next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")
    return text.removesuffix(ending)
