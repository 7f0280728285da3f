"""Guesses about a CSV file's encoding and dialect: for drafts only, and always shown."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headgate.core.reading.source import Source

SAMPLE = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MAX_RECORDS = 1_000


@dataclass(frozen=True)
class Dialect:
    """How a CSV file seems to be written.

    Attributes:
        steady: the share of the sampled records with as many fields as the header.
        by: who proposed it: `duckdb`, or `trial` when its proposal did not hold.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    steady: float = 1.0
    by: str = "trial"


class ChunkReader(io.RawIOBase):
    """The decompressed bytes of a file as a readable stream."""

    def __init__(self, path: Path, compression: str) -> None:
        self._chunks: Iterator[bytes] = Source(path, compression).chunks()
        self._rest = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def open_text(path: Path, compression: str, encoding: str) -> io.TextIOWrapper:
    """The decoded text of a file, line breaks as they are, a byte order mark taken off."""
    stream = io.BufferedReader(ChunkReader(path, compression))
    return io.TextIOWrapper(stream, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def guess_encoding(path: Path, compression: str) -> str:
    """utf-8 when all bytes are valid in it, utf-16 by its mark, else cp1252 or latin-1."""
    reader = io.BufferedReader(ChunkReader(path, compression))
    start = reader.peek(3)[:3]
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    possible = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
    while chunk := reader.read(1 << 20):
        for name in list(possible):
            if not _decodes(possible[name], chunk):
                del possible[name]
    possible = {name: decoder for name, decoder in possible.items() if _decodes(decoder, b"", final=True)}
    return next(iter(possible), "latin-1")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def guess_dialect(path: Path, compression: str, encoding: str) -> Dialect:
    """The dialect under which the start of a file reads as a table.

    The engine's sniffer proposes; it may give a dialect that drops records, so the csv module reads the sample under
    that dialect and the usual ones, and the steadiest wins.
    """
    with open_text(path, compression, encoding) as text:
        sample = text.read(SAMPLE)
    cut = sample.rfind("\n") + 1 if len(sample) == SAMPLE else 0
    sample = sample[:cut] if cut else sample
    proposed = _proposed(sample)
    others = [Dialect(delimiter=delimiter) for delimiter in _DELIMITERS]
    tried = [_measured(sample, dialect) for dialect in ([proposed] if proposed else []) + others]
    return max(tried, key=lambda found: found[:2])[2]


def _proposed(sample: str) -> Dialect | None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder, "sample.csv")
        file.write_text(sample, encoding="utf-8", newline="")
        try:
            row = connection.execute("SELECT delimiter, quote, escape FROM sniff_csv(?)", [str(file)]).fetchone()
        except duckdb.Error:
            return None
    delimiter, quote, escape = ("" if part in (None, "(empty)") else str(part) for part in row or ("", "", ""))
    if len(delimiter) != 1:
        return None
    return Dialect(delimiter, quote or '"', escape or quote or '"', by="duckdb")


def _measured(sample: str, dialect: Dialect) -> tuple[float, int, Dialect]:
    """How steady the records are, how many fields they have, and the dialect with its figure."""
    records = read_records(io.StringIO(sample, newline=""), dialect)
    try:
        widths = [len(record) for record in itertools.islice(records, _MAX_RECORDS) if record]
    except csv.Error:
        widths = []
    if not widths:
        return 0.0, 0, dialect
    steady = sum(width == widths[0] for width in widths) / len(widths)
    found = Dialect(dialect.delimiter, dialect.quote, dialect.escape, steady, dialect.by)
    return (steady if widths[0] > 1 else steady / 100), widths[0], found


def read_records(text: io.TextIOBase, dialect: Dialect) -> Iterator[list[str]]:
    """The records of a text under a dialect, as the csv module reads them."""
    doubled = dialect.escape == dialect.quote
    return csv.reader(
        text,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        doublequote=doubled,
        escapechar=None if doubled else dialect.escape,
    )
