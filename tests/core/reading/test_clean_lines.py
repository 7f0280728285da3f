"""The short cut for plain files says the same as the framer, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from headgate.core.contract.model import Layout
from headgate.core.reading import clean_lines
from headgate.core.reading.clean_lines import frame_clean_csv
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.framing import Framing
from headgate.core.reading.locate import locator
from headgate.core.reading.source import Limits, Source

HEAD = b"id,name,note\n"
PLAIN = HEAD + b"".join(b'%d,"n, ""%d""",\xc3\xa9\n' % (n, n) for n in range(500))


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_lines, "WORTH_IT", 0)


def _clean(folder: Path, data: bytes, limits: Limits | None = None, **layout: Any) -> Framing | None:
    path = folder / "data.csv"
    path.write_bytes(data)
    work = folder / "clean"
    work.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        return frame_clean_csv(connection, Source(path, "none", limits), Layout(**layout), work)


def _framed(folder: Path, data: bytes) -> Framing:
    path = folder / "data.csv"
    path.write_bytes(data)
    work = folder / "framed"
    work.mkdir()
    return frame_csv(Source(path), Layout(), work)


@pytest.mark.parametrize("data", [PLAIN, PLAIN.removesuffix(b"\n")], ids=["ends in a break", "ends without one"])
def test_a_plain_file_is_framed_like_the_framer_does_it(data: bytes, tmp_path: Path) -> None:
    quick, exact = _clean(tmp_path, data), _framed(tmp_path, data)
    assert quick is not None
    assert (quick.header, quick.records, quick.malformed) == (exact.header, exact.records, exact.malformed)
    assert (quick.sha256, quick.size, quick.bytes) == (exact.sha256, exact.size, exact.bytes)
    wanted = [1, 2, 250, 499, 500]
    assert list(locator(quick).locate(wanted)) == list(locator(exact).locate(wanted))


ODD = {
    "a stray quote": b'7,a"b,c\n',
    "text after a quote": b'7,"a"b,c\n',
    "a blank before a quote": b'7, "a",c\n',
    "a line break in a cell": b'7,"a\nb",c\n',
    "too few fields": b"7,a\n",
    "too many fields": b"7,a,b,c\n",
    "a blank line": b"\n",
    "a carriage return": b"7,a,b\r\n",
    "bytes that are no UTF-8": b"7,\xff,b\n",
    "the separator the short cut reads lines with": b"7,\x01,b\n",
    "an open quote": b'7,"a,b\n',
}


@pytest.mark.parametrize("line", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("place", ["first", "last"])
def test_one_line_that_is_not_plain_leaves_the_file_to_the_framer(line: bytes, place: str, tmp_path: Path) -> None:
    rows = PLAIN.removeprefix(HEAD)
    assert _clean(tmp_path, HEAD + (line + rows if place == "first" else rows + line)) is None


def test_a_line_over_the_record_limit_leaves_the_file_to_the_framer(tmp_path: Path) -> None:
    assert _clean(tmp_path, PLAIN + b"1," + b"x" * 200 + b",y\n", Limits(record=100)) is None
    assert _clean(tmp_path, PLAIN, Limits(record=100)) is not None


@pytest.mark.parametrize("layout", [{"encoding": "latin-1"}, {"escape": "\\"}])
def test_other_encodings_and_escapes_are_left_to_the_framer(layout: dict[str, Any], tmp_path: Path) -> None:
    assert _clean(tmp_path, PLAIN, **layout) is None


def test_a_quote_of_another_kind_and_another_delimiter_are_taken_for_what_they_are(tmp_path: Path) -> None:
    data = b"a;b\n" + b"'x;''y';2\n" * 100
    found = _clean(tmp_path, data, delimiter=";", quote="'", escape="'")
    assert found is not None
    assert found.records == 100
    assert _clean(tmp_path, data + b"x'y;2\n", delimiter=";", quote="'", escape="'") is None


def test_a_record_is_found_by_its_line_across_the_pieces_a_file_is_read_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _clean(tmp_path, PLAIN)
    assert found is not None
    lines = PLAIN.splitlines(keepends=True)
    for size in (1, 7, 64):
        monkeypatch.setattr("headgate.core.reading.locate.LinePerRecord._CHUNK", size)
        located = list(locator(found).locate([1, 3, 400, 500]))
        assert [(one.line, one.row) for one in located] == [(n + 1, lines[n]) for n in (1, 3, 400, 500)]
