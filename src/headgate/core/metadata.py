"""What a file is, for a pipeline without a contract: any file is described, none is rejected."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from headgate.core.errors import FileFailed
from headgate.core.media_type import COMPRESSIONS, OCTETS, PARQUET, ZIP, binary_type, zip_type
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.source import CHUNK, Limits, Source
from headgate.core.record_count import Counted, TextScan, count_csv, count_json, count_jsonl, count_parquet
from headgate.core.text_kind import JSON, JSONL, PLAIN, TextKind, text_kind, text_start

EMPTY = "application/x-empty"
HEAD = CHUNK
"""Bytes at the start of a file by which its kind is told."""


@dataclass(frozen=True)
class Compression:
    """What is inside a compressed file.

    Attributes:
        method: `gzip`, `bzip2` or `zstd`.
        media_type: of the content; None when not even its start can be read.
        size: bytes of the content; None when not all of it can be, or may be, decompressed.
    """

    method: str
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Metadata:
    """A file described: `metadata.json`.

    Name, size, sha256 and media_type are of the file as it lies. Encoding, delimiter, records and columns are of its
    text or rows, which for a compressed file are those inside.

    Attributes:
        media_type: by content. The name decides only between kinds of text that the content fits both of.
        encoding: `ascii`, `utf-8`, `utf-8-sig` (utf-8 with a byte order mark) or `utf-16`; None for what is no text, and
            for text that is not all of one of these. What other encoding it may be is not guessed: the note names the
            first line that is not UTF-8.
        delimiter: of CSV, as `text_kind.csv_delimiter` found it.
        records: CSV: data records, malformed ones included; JSON: elements of a top-level array, else 1; JSON Lines:
            lines that are not blank; Parquet: rows; plain text: lines; an empty file: 0; None for everything else and
            for what can't be counted, which the note explains.
        malformed: how many of the records of CSV are, else None.
        columns: header of CSV, columns of Parquet, else None.
        note: what is odd about the file.
    """

    name: str
    size: int
    sha256: str
    media_type: str
    encoding: str | None = None
    delimiter: str | None = None
    records: int | None = None
    malformed: int | None = None
    columns: tuple[str, ...] | None = None
    compression: Compression | None = None
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Every key, also where the value is None."""
        return asdict(self) | {"columns": list(self.columns) if self.columns is not None else None}


@dataclass(frozen=True)
class _Content:
    """The bytes of a file, or those inside a compressed one, described."""

    media_type: str | None
    encoding: str | None = None
    delimiter: str | None = None
    records: int | None = None
    malformed: int | None = None
    columns: tuple[str, ...] | None = None
    size: int | None = None
    notes: tuple[str, ...] = ()

    def noted(self, *notes: str | None) -> _Content:
        return replace(self, notes=self.notes + tuple(note for note in notes if note))


@dataclass(frozen=True)
class _Reading:
    """A file to be read several times over, each time from its start."""

    path: Path
    name: str
    limits: Limits
    work: Path
    compression: str = "none"

    def source(self) -> Source:
        return Source(self.path, self.compression, self.limits)

    def head(self) -> tuple[bytes, bool]:
        """The first bytes, and whether they are all."""
        head = b""
        with closing(self.source().chunks()) as chunks:
            for chunk in chunks:
                head += chunk
                if len(head) > HEAD:
                    return head[:HEAD], False
        return head, True


def describe(path: Path, name: str, limits: Limits, work: Path) -> Metadata:
    """Describes any file. Memory is bounded by the limits, not by the size of the file.

    Args:
        path: where the bytes are.
        name: what the sender called the file.
        limits: what can't be counted within them has no count, but a note.
        work: an existing folder for temporary files; nothing stays in it.

    Raises:
        OSError: the file can't be read, or there is no room in `work`. Odd content raises nothing.
    """
    with path.open("rb") as file:
        sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    with tempfile.TemporaryDirectory(dir=work) as folder:
        reading = _Reading(path, name, limits, Path(folder))
        content = _described(reading)
        media_type, compression = content.media_type or OCTETS, None
        if method := COMPRESSIONS.get(media_type):
            content = _described(replace(reading, compression=method))
            compression = Compression(method, content.media_type, content.size)
    note = "; ".join(content.notes) or None
    return Metadata(
        name, size, sha256, media_type, content.encoding, content.delimiter, content.records,
        content.malformed, content.columns, compression, note,
    )  # fmt: skip


def _described(reading: _Reading) -> _Content:
    try:
        head, whole = reading.head()
    except FileFailed as error:
        return _Content(None).noted(_sentence(error))
    if not head:
        return _Content(EMPTY, records=0, size=0)
    text = None if (binary := binary_type(head)) else text_start(head)
    if text is None:
        return _binary(reading, binary or OCTETS)
    encoding, start = text
    return _text(reading, encoding, start, text_kind(start, whole, reading.name, reading.limits.columns))


def _sentence(error: FileFailed) -> str:
    line = error.where.line if error.where else None
    return f"line {line}: {error.message}" if line and f"line {line}" not in error.message else error.message


def _binary(reading: _Reading, media_type: str) -> _Content:
    content = _Content(media_type)
    if reading.compression != "none":
        return _inside_compressed(reading, content)
    if media_type == ZIP:
        media_type, note = zip_type(reading.path)
        return _Content(media_type).noted(note)
    if media_type == PARQUET:
        return _counted(content, lambda: count_parquet(reading.path, reading.work))
    return content


def _inside_compressed(reading: _Reading, content: _Content) -> _Content:
    """Reads to the end all the same, to know the size and that the archive is whole and no bomb."""
    source = reading.source()
    try:
        for _ in source.chunks():
            pass
    except FileFailed as error:
        return content.noted(_sentence(error))
    note = "the rows of a Parquet file that is compressed as a whole are not counted"
    return replace(content, size=source.content_size).noted(note if content.media_type == PARQUET else None)


def _text(reading: _Reading, encoding: str, start: bytes, kind: TextKind) -> _Content:
    content, source, scan = _Content(kind.media_type, delimiter=kind.delimiter), reading.source(), TextScan()
    try:
        scan.read(encoding_named(encoding).framed(source.chunks()))
    except FileFailed as error:
        return content.noted(_sentence(error))
    content = replace(content, encoding=_encoding(encoding, scan), size=source.content_size)
    if scan.bad_line is not None:
        content = content.noted(f"line {scan.bad_line} is not {encoding.upper()}")
    return _counted(content, lambda: _count(reading, encoding, start, kind, scan))


def _encoding(read_as: str, scan: TextScan) -> str | None:
    if scan.bad_line is not None:
        return None
    if read_as == "utf-16":
        return read_as
    return "utf-8-sig" if scan.has_mark else "ascii" if scan.is_ascii else "utf-8"


def _count(reading: _Reading, encoding: str, start: bytes, kind: TextKind, scan: TextScan) -> Counted | None:
    if kind.delimiter:
        return count_csv(reading.source(), kind.delimiter, encoding, start, reading.work)
    if kind.media_type == JSONL:
        return count_jsonl(reading.source(), encoding, reading.work)
    if kind.media_type == JSON:
        return count_json(reading.source(), encoding)
    return Counted(scan.lines) if kind.media_type == PLAIN else None


def _counted(content: _Content, count: Callable[[], Counted | None]) -> _Content:
    try:
        counted = count()
    except FileFailed as error:
        return content.noted(_sentence(error))
    if counted is None:
        return content
    known = replace(content, records=counted.records, malformed=counted.malformed, columns=counted.columns)
    return known.noted(counted.note)
