"""What a file is by its first bytes; of a zip archive, by the names inside it."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from pathlib import Path

OCTETS = "application/octet-stream"
ZIP = "application/zip"
PARQUET = "application/vnd.apache.parquet"
COMPRESSIONS = {"application/gzip": "gzip", "application/x-bzip2": "bzip2", "application/zstd": "zstd"}
LONGEST_LIST = 1 << 20
"""Bytes of a zip archive's list of contents that are looked at."""

_CONTROL = rb"[\x00-\x08\x0e-\x1f]"
_SIGNATURES = [
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in [
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"(?:II\*\x00|MM\x00\*)", "image/tiff"),
        (rb"%PDF-", "application/pdf"),
        (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", ZIP),
        (rb"\x1f\x8b", "application/gzip"),
        (rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", "application/x-bzip2"),
        (rb"\x28\xb5\x2f\xfd", "application/zstd"),
        (rb"\xfd7zXZ\x00", "application/x-xz"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        # Four letters alone could start a text, so a byte that no text has must follow.
        (rb"PAR1" + _CONTROL, PARQUET),
        (rb"ARROW1\x00\x00", "application/vnd.apache.arrow.file"),
        (rb"FEA1" + _CONTROL, "application/x-feather"),
        (rb"Obj\x01", "application/vnd.apache.avro"),
        (rb"SQLite format 3\x00", "application/vnd.sqlite3"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (rb"ID3[\x02-\x04]", "audio/mpeg"),
        (rb"\xff[\xf2\xf3\xfa\xfb][\x10-\xeb]", "audio/mpeg"),
        (rb"fLaC\x00", "audio/flac"),
        (rb"OggS\x00", "application/ogg"),
        (rb"\x00\x00..ftypM4A ", "audio/mp4"),
        (rb"\x00\x00..ftypqt  ", "video/quicktime"),
        (rb"\x00\x00..ftyp", "video/mp4"),
        (rb".{257}ustar[\x00 ]", "application/x-tar"),
    ]
]

_OFFICE = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_DECLARED = {
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
    "application/epub+zip",
}
_BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError,
)  # fmt: skip


def binary_type(head: bytes) -> str | None:
    """The media type that a file's first bytes are the sign of; None when they are the sign of nothing."""
    return next((media_type for pattern, media_type in _SIGNATURES if pattern.match(head)), None)


class _ListTooLong(Exception):
    """The archive's list of contents would take too much memory."""


class _BoundedFile(io.FileIO):
    """A file that refuses to be read in one large piece, as zipfile reads a list of contents."""

    def read(self, size: int | None = -1) -> bytes:
        left = os.fstat(self.fileno()).st_size - self.tell()
        if min(left, left if size is None or size < 0 else size) > LONGEST_LIST:
            raise _ListTooLong
        return super().read(-1 if size is None else size) or b""


def zip_type(path: Path) -> tuple[str, str | None]:
    """The media type of a zip archive, and a note when its list of contents can't be used.

    Office documents are known by the names inside, OpenDocument and EPUB by their `mimetype` entry. Nothing is unpacked
    but the first 100 bytes of that entry, so a zip bomb costs nothing.
    """
    try:
        with _BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
            return _inside(archive), None
    except _ListTooLong:
        return ZIP, f"the archive's list of contents is longer than {LONGEST_LIST:,} bytes and was not looked at"
    except _BROKEN_ZIP:
        return ZIP, "the archive is broken: its contents can't be listed"


def _inside(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as entry:
            declared = entry.read(100).decode("ascii", "replace").strip()
        if declared in _DECLARED:
            return declared
    return next((media_type for name, media_type in _OFFICE.items() if name in names), ZIP)
