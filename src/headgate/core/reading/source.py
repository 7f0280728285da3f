"""The bytes of a file: hashed as they lie, decompressed, and bounded by a decompression ratio."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from headgate.core.errors import FileFailed, Place

CHUNK = 1 << 20
_RATIO_IS_JUDGED_FROM = 10 * CHUNK

COMPRESSION_BY_SUFFIX = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2"}


@dataclass(frozen=True)
class Limits:
    """What a file may cost.

    Attributes:
        record: bytes of one record, or of one top-level JSON value.
        columns: columns of one file.
        decompression_ratio: decompressed bytes per compressed byte.
    """

    record: int = 64_000_000
    columns: int = 4096
    decompression_ratio: int = 200


class HashingReader(io.RawIOBase):
    """A readable binary file that hashes and counts every byte that passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._saw(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._saw(data)
        return data

    def _saw(self, data: bytes) -> None:
        self._hash.update(data)
        self.size += len(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Source:
    """One file to read once, chunk by chunk.

    Attributes:
        sha256: of the bytes as they lie (compressed when the file is); known once `chunks` is exhausted.
        size: of the bytes as they lie; known once `chunks` is exhausted.
        content_size: of the decompressed bytes; known once `chunks` is exhausted.
    """

    def __init__(self, path: Path, compression: str = "none", limits: Limits | None = None) -> None:
        self.path = path
        self.compression = compression
        self.limits = limits or Limits()
        self.sha256 = ""
        self.size = 0
        self.content_size = 0

    def chunks(self) -> Generator[bytes, None, None]:
        """Decompressed bytes, about 1 MiB at a time; who may stop before the end closes it, and with it the file.

        Raises:
            FileFailed: `not_of_its_format` for a broken or truncated archive, `decompression_ratio` for a bomb.
        """
        with self.path.open("rb") as file:
            raw = HashingReader(file)
            stream = _decompressed(raw, self.compression)
            broken = _errors(self.compression)
            try:
                yield from self._bounded(stream, raw)
            except broken as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                raise self._broken(error) from error
            while raw.read(CHUNK):
                pass
            self.sha256, self.size = raw.hexdigest(), raw.size

    def _bounded(self, stream: BinaryIO, raw: HashingReader) -> Iterator[bytes]:
        while chunk := stream.read(CHUNK):
            self.content_size += len(chunk)
            allowed = max(raw.size * self.limits.decompression_ratio, _RATIO_IS_JUDGED_FROM)
            if self.compression != "none" and self.content_size > allowed:
                raise FileFailed(
                    f"the file grows to more than {self.limits.decompression_ratio} times its size when decompressed",
                    code="decompression_ratio",
                    where=Place(self.path.name),
                    who="the sender, or the project's owner if such files are expected",
                    next="raise limits.decompression_ratio in headgate.yaml and put the file back",
                )
            yield chunk

    def _broken(self, error: BaseException) -> FileFailed:
        return FileFailed(
            f"the file is not a whole {self.compression} file: {error}",
            code="not_of_its_format",
            where=Place(self.path.name),
            who="the sender",
            next="ask for the file again",
        )


def _decompressed(raw: HashingReader, compression: str) -> BinaryIO:
    if compression == "none":
        return raw  # type: ignore[return-value]
    buffered = io.BufferedReader(raw, CHUNK)
    if compression == "gzip":
        return gzip.GzipFile(fileobj=buffered)  # type: ignore[return-value]
    if compression == "bzip2":
        return bz2.BZ2File(buffered)  # type: ignore[return-value]
    return _zstd().ZstdFile(buffered)  # type: ignore[no-any-return]


def _zstd() -> Any:
    """The standard library's module from Python 3.14 on, its backport before."""
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def _errors(compression: str) -> tuple[type[BaseException], ...]:
    """What reading a broken archive raises."""
    return (EOFError, OSError, zlib.error, *((_zstd().ZstdError,) if compression == "zstd" else ()))


def compression_of(name: str) -> str:
    """`none`, `gzip`, `zstd` or `bzip2`, by the ending of a file name."""
    return COMPRESSION_BY_SUFFIX.get(Path(name).suffix.lower(), "none")


def format_of(name: str) -> str:
    """`csv`, `json`, `jsonl` or `parquet`, by the ending of a file name without its compression; csv when it says nothing."""
    path = Path(name)
    if path.suffix.lower() in COMPRESSION_BY_SUFFIX:
        path = path.with_suffix("")
    known = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"}
    return known.get(path.suffix.lower(), "csv")
