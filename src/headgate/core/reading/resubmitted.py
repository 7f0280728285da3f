"""Is a file the rejected rows of an earlier run? Told by its first line alone."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.jsonl_records import json_members
from headgate.core.reading.source import CHUNK, Source

_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "bzip2": b"BZh"}
_MARKS = ("_run", "_record")


def is_packed(path: Path, compression: str) -> bool:
    """Whether the first bytes are those of the compression."""
    with path.open("rb") as file:
        return file.read(4).startswith(_MAGIC[compression])


def is_rejected_jsonl(source: Source) -> bool:
    """Whether the first line that is not blank is an object with `_run` and `_record`: a `rejected.jsonl`, in UTF-8."""
    start = b""
    for chunk in _again(source).chunks():
        start = (start + chunk).removeprefix(BOM_UTF8).lstrip(b" \t\r\n")
        is_other = not start.startswith(b"{") or (len(start) >= CHUNK and b'"_run"' not in start)
        if b"\n" in start or (start and is_other) or len(start) > source.limits.record:
            break
    line = start.partition(b"\n")[0]
    if not (line.startswith(b"{") and b'"_run"' in line and b'"_record"' in line):
        return False
    try:
        _, members = json_members(line.decode())
    except (FileFailed, ValueError):
        return False
    return all(mark in members for mark in _MARKS)


def is_rejected_csv(source: Source, layout: Layout) -> bool:
    """Whether the first line names `_run` and `_record` among its columns, in the dialect of a layout."""
    encoding = encoding_named(layout.encoding)
    first = next(_readable(encoding.framed(_again(source).chunks())), b"").removeprefix(encoding.bom)
    framed = first.lstrip(b"\r\n").partition(b"\n")[0]
    if not all(mark.encode() in framed.lower() for mark in _MARKS):
        return False
    names = [name.strip(f"{layout.quote} \r").lower() for name in encoding.text(framed).split(layout.delimiter)]
    return all(mark in names for mark in _MARKS)


def _again(source: Source) -> Source:
    """The file from its start; whoever frames it reads and counts for itself."""
    return Source(source.path, source.compression, source.limits)


def _readable(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What can't be read is no rejected rows; whoever frames the file says what it is."""
    try:
        yield from chunks
    except (FileFailed, ValueError):
        return
