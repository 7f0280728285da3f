"""Any file is described by its content; nothing is rejected, nothing odd raises, and what can't be counted is said."""

import bz2
import gzip
import hashlib
import io
import json
import re
import sqlite3
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from headgate.core.metadata import Metadata, describe
from headgate.core.reading.source import Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SAMPLES = Path(__file__).resolve().parents[2] / "src" / "headgate" / "examples" / "file_intake" / "samples"
OFFICE = "application/vnd.openxmlformats-officedocument."
NO_LIMITS = Limits()


@pytest.fixture
def told(tmp_path):
    """Describes bytes that came under a name."""

    def tell(content: bytes, name: str = "file", limits: Limits = NO_LIMITS) -> Metadata:
        path = tmp_path / "arrived"
        path.write_bytes(content)
        return described(path, name, tmp_path, limits)

    return tell


def described(path: Path, name: str, folder: Path, limits: Limits = NO_LIMITS) -> Metadata:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    found = describe(path, name, limits, work)
    assert list(work.iterdir()) == []
    assert json.loads(json.dumps(found.as_json())) == found.as_json()
    assert (found.name, found.size) == (name, path.stat().st_size)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def zipped(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def parquet(folder: Path, query: str = "SELECT i AS number, 'x' AS \"two words\" FROM range(7) t(i)") -> bytes:
    file = folder / "made.parquet"
    duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return file.read_bytes()


# What has no records

BINARY = {
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "image/tiff": b"II*\x00\x08\x00\x00\x00",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "application/x-xz": b"\xfd7zXZ\x00\x00\x04",
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "application/vnd.apache.arrow.file": b"ARROW1\x00\x00\xff\xff\xff\xff",
    "application/x-feather": b"FEA1\x00\x00\x00\x00",
    "application/vnd.apache.avro": b"Obj\x01\x04\x14avro.codec",
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(8),
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "audio/flac": b"fLaC\x00\x00\x00\x22",
    "application/ogg": b"OggS\x00\x02",
    "video/mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00",
    "audio/mp4": b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00",
    "application/x-tar": b"a.txt".ljust(257, b"\x00") + b"ustar\x0000",
    "application/octet-stream": b"\x00\x01\x02\x03",
}


@pytest.mark.parametrize("media_type", BINARY)
@pytest.mark.parametrize("name", ["file", "rows.csv", "rows.parquet"])
def test_a_binary_file_is_told_by_its_first_bytes_whatever_it_is_called(told, media_type, name):
    found = told(BINARY[media_type], name)
    assert (found.media_type, found.encoding, found.records, found.columns) == (media_type, None, None, None)
    assert (found.compression, found.note) == (None, None)


def test_an_mp3_without_tags_is_told_by_its_first_frame(told):
    assert told(b"\xff\xfb\x90\x44\x00\x00").media_type == "audio/mpeg"


def test_a_database_is_told_by_its_first_bytes(tmp_path):
    with sqlite3.connect(tmp_path / "made.db") as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    assert described(tmp_path / "made.db", "made.db", tmp_path).media_type == "application/vnd.sqlite3"


@pytest.mark.parametrize("first", [b"PAR1", b"ID3", b"FEA1", b"BZh9", b"Obj", b"RIFF"])
def test_letters_that_start_a_binary_format_may_start_a_text(told, first):
    found = told(first + b",name\n1,a\n2,b\n")
    assert (found.media_type, found.records) == ("text/csv", 2)


@pytest.mark.parametrize("content", [b"a,b\n1,x\x00y\n", b"\xff\xfe\x00\x00a\x00\x00\x00", b"a,b\n1,\x1b\x01\n"])
def test_control_characters_make_a_file_binary(told, content):
    assert told(content, "rows.csv").media_type == "application/octet-stream"


def test_an_empty_file_has_no_records(told):
    found = told(b"", "rows.csv")
    assert (found.media_type, found.encoding, found.records, found.columns) == ("application/x-empty", None, 0, None)
    assert found.note is None


# Archives


@pytest.mark.parametrize(
    ("entries", "media_type"),
    [
        ({"a.csv": b"a,b\n"}, "application/zip"),
        ({}, "application/zip"),
        ({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}, OFFICE + "spreadsheetml.sheet"),
        ({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}, OFFICE + "wordprocessingml.document"),
        ({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b""}, OFFICE + "presentationml.presentation"),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        ({"mimetype": b"text/<script>"}, "application/zip"),
    ],
)
def test_an_archive_is_told_by_the_names_inside(told, entries, media_type):
    found = told(zipped(**entries), "rows.csv")
    assert (found.media_type, found.records, found.note) == (media_type, None, None)


def test_a_zip_bomb_is_not_unpacked(told):
    zeros = bytes(50_000_000)
    content = zipped(mimetype=zeros, bomb=zeros)
    tracemalloc.start()
    found = told(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.media_type, found.note) == ("application/zip", None)
    assert peak < 5_000_000


def test_an_archive_with_a_huge_list_of_contents_is_not_looked_into(told):
    found = told(zipped(**{f"{number:0200}": b"" for number in range(5_000)}, **{"xl/workbook.xml": b""}))
    assert found.media_type == "application/zip"
    assert found.note == "the archive's list of contents is longer than 1,048,576 bytes and was not looked at"


def test_a_broken_archive_is_still_an_archive(told):
    content = zipped(**{"xl/workbook.xml": b"<a/>" * 100})
    found = told(content[:-30])
    assert found.media_type == "application/zip"
    assert found.note == "the archive is broken: its contents can't be listed"


# CSV


@pytest.mark.parametrize(
    ("delimiter", "media_type"), [(",", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tab-separated-values")]
)
def test_csv_has_records_and_columns_under_any_usual_delimiter(told, delimiter, media_type):
    rows = [["id", "first name"], ["1", '"a\nb"'], ["", ""], ["3", '"x,;\t|"']]
    found = told("\n".join(delimiter.join(row) for row in rows).encode())
    assert (found.media_type, found.delimiter) == (f"text/{media_type}", delimiter)
    assert (found.records, found.columns, found.note) == (3, ("id", "first name"), None)


def test_of_several_delimiters_the_one_with_the_most_fields_is_taken(told):
    assert told(b"a;b,c;d\n1;2,3;4\n").columns == ("a", "b,c", "d")


def test_malformed_records_are_records(told):
    found = told(b'a,b,c\n1,2,3\n4,5\n6,7,8\n9,8,7\n"x"y,1,1\n')
    assert (found.media_type, found.records, found.note) == ("text/csv", 5, "2 of 5 records are malformed")


def test_fewer_than_half_of_the_records_like_the_header_is_text(told):
    found = told(b"a,b,c\n1,2,3\n4,5\n", "rows.csv")
    assert (found.media_type, found.records, found.columns) == ("text/plain", 3, None)


def test_only_the_first_hundred_records_are_judged(told):
    steady, ragged = b"1,2\n" * 51 + b"1\n" * 49, b"1\n" * 1_000
    assert told(b"a,b\n" + steady + ragged).records == 1_100
    assert told(b"a,b\n" + b"1\n" * 51 + b"1,2\n" * 1_000).media_type == "text/plain"


def test_one_column_is_csv_only_when_the_name_says_so(told):
    content = b"id\n1\n2\n"
    assert (told(content, "ids.csv").records, told(content, "ids.csv").columns) == (2, ("id",))
    assert told(content, "ids.TSV").delimiter == "\t"
    assert (told(content, "ids").media_type, told(content, "ids").records) == ("text/plain", 3)


def test_a_header_alone_is_csv_only_when_the_name_says_so(told):
    assert (told(b"a,b\n", "rows.csv").records, told(b"a,b\n", "rows.csv.gz").columns) == (0, ("a", "b"))
    assert told(b"Hello, world\n").media_type == "text/plain"


def test_a_name_of_plain_text_needs_records_that_all_agree(told):
    prose = b"Dear Ann, dear Bob\nthanks, all\nand so, goodbye\nCarol\n"
    assert told(prose).media_type == "text/csv"
    assert told(prose, "letter.txt").media_type == "text/plain"
    assert told(b"a|b\n1|2\n3|4\n", "export.txt").records == 2


def test_more_columns_than_the_limit_is_text(told):
    content = b"a,b,c\n1,2,3\n"
    assert told(content, limits=Limits(columns=3)).media_type == "text/csv"
    assert told(content, limits=Limits(columns=2)).media_type == "text/plain"


def test_a_record_over_the_limit_leaves_the_records_uncounted(told):
    found = told(b"a,b\n1,2\n3," + b"x" * 2_000 + b"\n5,6\n7,8\n", limits=Limits(record=1_000))
    assert (found.media_type, found.encoding, found.records, found.columns) == ("text/csv", "ascii", None, None)
    assert found.note
    assert re.search(r"line 3.* longer than 1,000 bytes", found.note)
    assert found.note.count("line 3") == 1


def test_a_header_over_the_limit_leaves_the_records_uncounted(told):
    found = told(b"a," + b"b" * 2_000 + b"\n1,2\n", limits=Limits(record=1_000))
    assert (found.records, found.columns) == (None, None)
    assert found.note == "line 1: the header is longer than 1,000 bytes"


# Encodings


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-be", "utf-16")],
)
def test_csv_is_counted_in_its_encoding(told, codec, encoding):
    mark = b"\xfe\xff" if codec == "utf-16-be" else b""
    found = told(mark + 'größe,"b, c"\r\n1,日本\r\n'.encode(codec))
    assert (found.media_type, found.encoding) == ("text/csv", encoding)
    assert (found.records, found.columns, found.note) == (1, ("größe", "b, c"), None)


def test_plain_ascii_is_called_ascii(told):
    assert told(b"hello\n").encoding == "ascii"


def test_a_byte_that_is_not_utf8_is_named_by_its_line_and_no_encoding_is_guessed(told):
    found = told("größe,b\n1,2\n".encode() + b"\xff,2\n3,4\n")
    assert (found.encoding, found.records, found.columns) == (None, 3, ("größe", "b"))
    assert found.note == "line 3 is not UTF-8; 1 of 3 records is malformed"


def test_a_header_that_is_not_utf8_is_shown_with_its_bytes(told):
    found = told("größe,Ä\n1,2\n".encode("latin-1"))
    assert (found.records, found.columns) == (1, (r"gr\xf6\xdfe", r"\xc4"))
    assert found.note == "line 1 is not UTF-8"


def test_a_bad_byte_at_the_very_end_is_seen(told):
    assert told(b"a\nb\n\xc3").note == "line 3 is not UTF-8"


def test_half_a_utf16_character_is_seen(told):
    found = told("a\nb".encode("utf-16") + b"x")
    assert (found.encoding, found.note) == (None, "line 2 is not UTF-16")


# Text, markup


@pytest.mark.parametrize(
    ("content", "lines"), [(b"a", 1), (b"a\n", 1), (b"a\r\nb\rc\nd", 4), (b"\n\n", 2), (b"\xef\xbb\xbf", 0)]
)
def test_text_has_lines(told, content, lines):
    found = told(content, "notes.txt")
    assert (found.media_type, found.records, found.columns) == ("text/plain", lines, None)


def test_a_line_break_across_two_chunks_is_one(told):
    content = b"x" * ((1 << 20) - 1) + b"\r\n" + b"y" * 10 + b"\r\n\xff"
    found = told(content, "notes.txt")
    assert (found.records, found.note) == (3, "line 3 is not UTF-8")


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b'\n<?xml version="1.0"?>\n<a>1,2</a>\n', "file", "application/xml"),
        (b"<a>1</a>\n", "a.xml", "application/xml"),
        (b"<a>1</a>\n", "a", "text/plain"),
        (b"<!DOCTYPE HTML>\n<p>1,2", "file", "text/html"),
        (b"<!-- a --> <!-- b -->\n<html>", "file", "text/html"),
        (b"<p>hello", "a.html", "text/html"),
        (b"hello", "a.html", "text/plain"),
    ],
)
def test_markup_is_told_by_its_start(told, content, name, media_type):
    found = told(content, name)
    assert (found.media_type, found.encoding) == (media_type, "ascii")
    assert found.records == (1 if media_type == "text/plain" else None)


def test_comments_that_lead_nowhere_cost_no_time(told):
    assert told(b"<!-- --> " * 50_000).media_type == "text/plain"


# JSON


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b'[{"a": 1},\n {"a": [2, 3]}]', 2),
        (b"[]", 0),
        (b"[1, 2, 3]", 3),
        (b'{"a": [1, 2]}\n', 1),
        (b'\xef\xbb\xbf ["a"]', 1),
        ('["ö", "ä"]'.encode("utf-16"), 2),
        (b'["\xff", 1]', 2),
        (b'[\n{"a": 1},\n{"a": 2}\n]', 2),
        (b'{"big": ' + b"9" * 5_000 + b"}", 1),
    ],
)
def test_json_has_the_elements_of_its_top_array_or_is_one_record(told, content, records):
    found = told(content, "noname")
    assert (found.media_type, found.records, found.columns) == ("application/json", records, None)


def test_broken_json_is_json_without_a_count_and_says_where(told):
    found = told(b'[\n{"a": 1},\n{"a": }\n]\n')
    assert (found.media_type, found.encoding, found.records) == ("application/json", "ascii", None)
    assert found.note
    assert found.note.startswith("line 3: not a JSON document: ")


@pytest.mark.parametrize("content", [b'["a"] b', b'{"a": 1', b'{"a"', b"[" * 100_000])
def test_json_that_is_no_whole_document_has_no_count(told, content):
    found = told(content)
    assert (found.media_type, found.records) == ("application/json", None)
    assert found.note
    assert "not a JSON document" in found.note


def test_a_single_value_is_json_when_the_name_says_so(told):
    assert (told(b"null\n", "a.json").media_type, told(b"null\n", "a.json").records) == ("application/json", 1)
    assert told(b"null\n", "a").media_type == told(b"nothing\n", "a.json").media_type == "text/plain"


@pytest.mark.parametrize("content", [b"[2026-01-01] started\n[2026-01-02] ended\n", b"[server]\nport=1\n", b"{name}\n"])
def test_brackets_alone_make_no_json(told, content):
    assert told(content, "server.log").media_type == "text/plain"


def test_a_value_over_the_limit_leaves_the_document_uncounted(told):
    found = told(b'["' + b"x" * 4_000_000 + b'"]', limits=Limits(record=1_000_000))
    assert (found.records, found.note) == (None, "line 1: one value is longer than 1,000,000 characters")


def test_a_large_array_is_counted_whole(told):
    found = told(b"[" + b",\n".join(b'{"number": %d}' % number for number in range(200_000)) + b"\n]")
    assert (found.media_type, found.records, found.note) == ("application/json", 200_000, None)


def test_json_lines_are_counted_broken_ones_too(told):
    found = told(b'oops\n{"a": 1}\n\n{"a": 2}\n[3]\n{"a":')
    assert (found.media_type, found.records, found.columns) == ("application/jsonl", 5, None)


def test_one_json_line_is_json_lines_only_when_the_name_says_so(told):
    assert told(b'{"a": 1}\n', "a.ndjson").media_type == "application/jsonl"
    assert told(b'{"a": 1}\n', "a").media_type == "application/json"
    long = b'{"a": "' + b"x" * 2_000_000 + b'"}\n{}\n'
    assert (told(long, "a.jsonl.zst").media_type, told(long, "a.jsonl").records) == ("application/jsonl", 2)


# Parquet


def test_parquet_has_rows_and_columns(told, tmp_path):
    found = told(parquet(tmp_path), "rows.csv")
    assert (found.media_type, found.records) == ("application/vnd.apache.parquet", 7)
    assert (found.columns, found.encoding, found.note) == (("number", "two words"), None, None)


@pytest.mark.parametrize("name", ["*.parquet", "[a].parquet", "?.parquet"])
def test_a_path_is_never_a_pattern_nor_adds_columns(tmp_path, name):
    folder = tmp_path / "day=1"
    folder.mkdir()
    (folder / "a.parquet").write_bytes(parquet(tmp_path, "SELECT 1 AS other"))
    (folder / name).write_bytes(parquet(tmp_path))
    found = described(folder / name, name, tmp_path)
    assert (found.records, found.columns) == (7, ("number", "two words"))


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content[:40] + b"PAR1"])
def test_broken_parquet_is_parquet_without_a_count(told, tmp_path, damage):
    found = told(damage(parquet(tmp_path)))
    assert (found.media_type, found.records) == ("application/vnd.apache.parquet", None)
    assert found.note == "not a whole Parquet file: its footer can't be read"


# Compressed

COMPRESSED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "application/gzip": ("gzip", gzip.compress),
    "application/x-bzip2": ("bzip2", bz2.compress),
    "application/zstd": ("zstd", zstd.compress),
}


@pytest.mark.parametrize("media_type", COMPRESSED)
@pytest.mark.parametrize("name", ["rows.csv.gz", "file", "picture.png"])
def test_what_is_inside_a_compressed_file_is_described(told, media_type, name):
    method, compress = COMPRESSED[media_type]
    content = "größe,b\n1,2\n3,4\n".encode()
    found = told(compress(content), name)
    assert (found.media_type, found.encoding, found.delimiter) == (media_type, "utf-8", ",")
    assert (found.records, found.columns, found.note) == (2, ("größe", "b"), None)
    assert found.as_json()["compression"] == {"method": method, "media_type": "text/csv", "size": len(content)}


def test_the_name_is_looked_at_through_its_compression(told):
    found = told(gzip.compress(b"id\n1\n"), "ids.csv.gz")
    assert (found.columns, found.records) == (("id",), 1)


@pytest.mark.parametrize("media_type", COMPRESSED)
def test_nothing_compressed_is_empty(told, media_type):
    method, compress = COMPRESSED[media_type]
    found = told(compress(b""))
    assert (found.media_type, found.records, found.note) == (media_type, 0, None)
    assert found.as_json()["compression"] == {"method": method, "media_type": "application/x-empty", "size": 0}


@pytest.mark.parametrize("media_type", COMPRESSED)
@pytest.mark.parametrize("rows", [10, 300_000])
def test_a_broken_compressed_file_has_no_count(told, media_type, rows):
    method, compress = COMPRESSED[media_type]
    whole = compress(b"a,b\n" + b"".join(b"%d,x\n" % number for number in range(rows)))
    found = told(whole[: len(whole) * 9 // 10])
    assert (found.media_type, found.encoding, found.records, found.columns) == (media_type, None, None, None)
    assert found.compression
    assert found.compression.size is None
    assert found.note
    assert found.note.startswith(f"the file is not a whole {method} file: ")


@pytest.mark.parametrize("fill", [b"\x00", b"1,2\n", b'{"a": 1}\n', b"x"])
def test_a_bomb_is_left_alone(told, fill):
    found = told(gzip.compress(fill * (30_000_000 // len(fill))), "rows.csv.gz")
    assert (found.media_type, found.records, found.columns) == ("application/gzip", None, None)
    assert found.note == "the file grows to more than 200 times its size when decompressed"


def test_a_limit_of_another_ratio_is_kept(told):
    content = gzip.compress(b"1,2\n" * 5_000_000)
    assert told(content, limits=Limits(decompression_ratio=5_000)).records == 4_999_999


def test_binary_inside_is_told_too(told, tmp_path):
    found = told(gzip.compress(BINARY["application/x-tar"]))
    assert found.compression
    assert (found.compression.media_type, found.compression.size) == ("application/x-tar", 265)
    assert (found.records, found.note) == (None, None)
    found = told(gzip.compress(parquet(tmp_path)))
    assert found.note == "the rows of a Parquet file that is compressed as a whole are not counted"


def test_compression_is_looked_through_once(told):
    found = told(gzip.compress(gzip.compress(b"a,b\n1,2\n")))
    assert found.compression
    assert (found.compression.media_type, found.records) == ("application/gzip", None)


# Size, samples


@pytest.mark.parametrize(
    ("start", "line", "records"),
    [
        (b"", b"x" * 99 + b"\n", 300_000),
        (b"a,b,c\n", b"1,2," + b"y" * 95 + b"\n", 300_000),
        (b"", b'{"a": "' + b"z" * 90 + b'"}\n', 300_000),
        (b"[0", b',\n{"a": "' + b"z" * 90 + b'"}', 300_001),
    ],
)
def test_memory_does_not_grow_with_the_file(tmp_path, start, line, records):
    with (tmp_path / "arrived").open("wb") as file:
        file.writelines([start, *[line] * 300_000, b"]" if records % 2 else b""])
    tracemalloc.start()
    found = described_alone(tmp_path / "arrived", tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.records == records
    assert peak < 15_000_000


def described_alone(path: Path, folder: Path) -> Metadata:
    """Without reading the file into memory to compare."""
    work = folder / "work"
    work.mkdir()
    return describe(path, "file", NO_LIMITS, work)


SAMPLE_RESULTS = {
    "=1+1 & someone's copy.txt": ("text/plain", "ascii", 1),
    "broken_off.json": ("application/json", "utf-8", None),
    "floor_plan.png": ("image/png", None, None),
    "picture_named.csv": ("image/png", None, None),
    "ragged.csv": ("text/csv", "utf-8", 6),
    "summary.txt": ("text/plain", "utf-8", 5),
    "summary_latin1.txt": ("text/plain", None, 5),
    "visits.csv": ("text/csv", "utf-8", 20),
    "visits.json": ("application/json", "utf-8", 20),
    "visits.jsonl": ("application/jsonl", "utf-8", 20),
    "visits.zip": ("application/zip", None, None),
}


def test_every_bundled_sample_is_described(tmp_path):
    found = {file.name: described(file, file.name, tmp_path) for file in SAMPLES.iterdir()}
    assert {name: (m.media_type, m.encoding, m.records) for name, m in found.items()} == SAMPLE_RESULTS
    assert {name for name, m in found.items() if m.columns} == {"ragged.csv", "visits.csv"}
    noted = {name: m.note for name, m in found.items() if m.note}
    assert noted.pop("broken_off.json").startswith("line 120: not a JSON document: ")
    assert noted == {"ragged.csv": "2 of 6 records are malformed", "summary_latin1.txt": "line 2 is not UTF-8"}


def test_the_form_has_every_key_also_where_there_is_nothing_to_say(told):
    assert told(b"\x00").as_json() == {
        "name": "file",
        "size": 1,
        "sha256": hashlib.sha256(b"\x00").hexdigest(),
        "media_type": "application/octet-stream",
        "encoding": None,
        "delimiter": None,
        "records": None,
        "malformed": None,
        "columns": None,
        "compression": None,
        "note": None,
    }
