"""Compressed files: the same records as the plain file, the archive's own hash and size, and a clear end to broken ones."""

from __future__ import annotations

import bz2
import gzip
import random
from collections.abc import Callable

import pytest

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.source import Limits, _zstd, compression_of, format_of
from tests.core.reading.framed import frame

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": lambda data: _zstd().compress(data),
}
PACKED = pytest.mark.parametrize("compression", sorted(PACKERS))
CSV = Layout("csv")
ROWS = b"".join(b'%d,"x\r\ny",%d\n' % (number, random.Random(number).getrandbits(64)) for number in range(3000))
PLAIN = b"a,b,c\n" + ROWS + b'1,"open\n\n2,x\n'


@PACKED
@pytest.mark.parametrize("chunk", [64, 1 << 20])
def test_a_compressed_file_has_the_records_of_the_plain_one(compression, chunk):
    plain, packed = frame(PLAIN, CSV), frame(PACKERS[compression](PLAIN), CSV, chunk, compression=compression)
    assert packed.lines == plain.lines
    assert packed.lengths == plain.lengths
    assert packed.malformed == plain.malformed
    assert packed.framing.bytes == plain.framing.bytes
    assert packed.framing.content_size == len(PLAIN)
    assert packed.cells[:3000] == plain.cells[:3000]


@PACKED
@pytest.mark.parametrize("layout", [Layout("jsonl"), Layout("json")])
def test_json_may_be_compressed_too(compression, layout):
    content = b'[{"a": 1}]' if layout.file_format == "json" else b'{"a": 1}\n'
    assert frame(PACKERS[compression](content), layout, 1, compression=compression).framing.records == 1


@PACKED
@pytest.mark.parametrize("cut", [1, 7, len(ROWS) // 2])
def test_an_archive_may_have_several_parts(compression, cut):
    pack = PACKERS[compression]
    framed = frame(pack(PLAIN[:cut]) + pack(PLAIN[cut:]), CSV, compression=compression)
    assert framed.framing.content_size == len(PLAIN)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_parts_of_an_archive_may_end_inside_a_character(encoding):
    content = "a,b\né,😀\n".encode(encoding)
    parts = b"".join(gzip.compress(content[at : at + 1]) for at in range(len(content)))
    framed = frame(parts, Layout("csv", encoding=encoding), compression="gzip")
    assert framed.cells == [("é", "😀")]


@PACKED
@pytest.mark.parametrize("left", [0.99, 0.5, 0.01])
def test_a_truncated_archive_fails_the_file(compression, left):
    packed = PACKERS[compression](PLAIN)
    refused(packed[: int(len(packed) * left)], compression)


@PACKED
def test_a_file_that_is_no_archive_fails(compression):
    refused(PLAIN, compression)


@PACKED
def test_an_archive_with_a_flipped_byte_fails(compression):
    packed = bytearray(PACKERS[compression](PLAIN))
    packed[len(packed) // 2] ^= 0xFF
    refused(bytes(packed), compression)


def refused(content: bytes, compression: str) -> None:
    for chunk in (64, 1 << 20):
        with pytest.raises(FileFailed) as failed:
            frame(content, CSV, chunk, compression=compression, read=False)
        assert failed.value.code == "not_of_its_format"


@PACKED
def test_a_bomb_fails_the_file_and_names_the_setting(compression):
    packed = PACKERS[compression](b"a\n" + b"x" * 12_000_000)
    with pytest.raises(FileFailed) as failed:
        frame(packed, CSV, compression=compression, read=False)
    assert failed.value.code == "decompression_ratio"
    assert "limits.decompression_ratio" in str(failed.value)


@PACKED
def test_a_ratio_under_the_limit_is_no_bomb(compression):
    content = b"a\n" + b"x\n" * 100
    framed = frame(PACKERS[compression](content), CSV, compression=compression, limits=Limits(decompression_ratio=1))
    assert framed.framing.records == 100


@pytest.mark.parametrize(
    ("name", "compression", "file_format"),
    [("a.csv", "none", "csv"), ("A.CSV.GZ", "gzip", "csv"), ("a.jsonl.zst", "zstd", "jsonl"), ("a.json.bz2", "bzip2", "json"),
     ("a", "none", "csv"), ("a.ndjson", "none", "jsonl"), ("a.b.parquet", "none", "parquet"), ("a.txt.gz", "gzip", "csv")],
)  # fmt: skip
def test_the_ending_of_a_name_tells_compression_and_format(name, compression, file_format):
    assert (compression_of(name), format_of(name)) == (compression, file_format)
