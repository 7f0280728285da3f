"""The framer's notebook: numbers and places every record, keeps the clean copy for the engine, counts bytes by class."""

from __future__ import annotations

import csv
import secrets
from base64 import b64encode
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from itertools import accumulate, pairwise, repeat
from pathlib import Path
from typing import BinaryIO, Literal, Self

from headgate.core.reading.encoding import Encoding, Utf16
from headgate.core.reading.framing import FramedBytes, Framing
from headgate.core.reading.index import Column
from headgate.core.reading.source import CHUNK, Source


def line_breaks(data: bytes) -> int:
    """Physical line breaks in data: `\\n`, `\\r\\n` and a bare `\\r` count as one each."""
    returns = data.count(b"\r")
    return data.count(b"\n") + (returns - data.count(b"\r\n") if returns else 0)


def without_break(record: bytes) -> bytes:
    """A record without the one line break that ends it."""
    if record.endswith(b"\r\n"):
        return record[:-2]
    return record[:-1] if record.endswith((b"\n", b"\r")) else record


def _each(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    return (data[a:b] for a, b in pairwise(accumulate(lengths, initial=0)))


class RecordLog:
    """Collects what a framer finds, in file order.

    A context: an exception that somebody keeps would keep the open files too, and with them their room on the disk.

    Args:
        source: the file being framed.
        work: folder for the index and the copy.
        encoding: of the file.
        placeholder_row: makes the engine's row for a malformed record from the placeholder text.
        copying: False when the original may be read by the engine as long as nothing odd turns up.
        breaks: how many physical lines end in some bytes.
    """

    def __init__(
        self,
        source: Source,
        work: Path,
        encoding: Encoding,
        placeholder_row: Callable[[str], bytes],
        copying: bool,
        breaks: Callable[[bytes], int] = line_breaks,
    ) -> None:
        self._source, self._work, self.encoding, self._line_breaks = source, work, encoding, breaks
        self.placeholder = f"\x02{secrets.token_hex(12)}"
        self._placeholder_row = placeholder_row(self.placeholder)
        self.bytes = FramedBytes()
        self.line, self.records, self.malformed_count = 1, 0, 0
        self.header: tuple[str, ...] = ()
        self.longest = 0
        self._skip = 0
        self._open = ExitStack()
        self._lines, self._lengths = self._column("lines", "Q"), self._column("lengths", "I")
        self._engine_starts = self._column("engine_starts", "Q")
        self._copy: BinaryIO | None = None
        self._engine_offset = 0
        malformed = (work / "malformed.csv").open("w", encoding="utf-8", newline="")
        self._malformed = csv.writer(self._open.enter_context(malformed))
        if copying:
            self._start_copy()

    def _column(self, name: str, kind: Literal["Q", "I"]) -> Column:
        return self._open.enter_context(closing(Column(self._work / name, kind)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # What is not finished is not used: that the disk was too full for it has been said already.
        with suppress(OSError):
            self._open.close()

    def head(self, names: Sequence[str], framed: bytes, skip: int) -> None:
        """The header, byte order mark included; `skip` is how many lines it takes in the original."""
        self.header, self._skip = tuple(names), skip
        self.bytes.header += len(self.encoding.original(framed))
        self.line += self._line_breaks(framed)
        if self._copy is None:
            self._engine_offset = len(framed)

    def blank(self, framed: bytes) -> None:
        """Bytes that belong to no record."""
        self._need_copy()
        self.bytes.blank += len(self.encoding.original(framed))
        self.line += self._line_breaks(framed)

    def structure(self, framed: bytes) -> None:
        """JSON structure around the records."""
        self.bytes.structure += len(self.encoding.original(framed))
        self.line += self._line_breaks(framed)

    def malformed(self, framed: bytes, code: str, detail: str = "") -> None:
        """A record that can't be read; the engine sees a placeholder row in its place."""
        self._need_copy()
        original = self.encoding.original(framed)
        text = self.encoding.text(without_break(framed))
        self.malformed_count += 1
        self._malformed.writerow((self.records + 1, code, detail, text, b64encode(original).decode()))
        self._one(framed, self._placeholder_row)

    def odd(self, framed: bytes, rewritten: bytes) -> None:
        """A well-formed record that the engine would misread as it stands: the engine sees `rewritten`."""
        self._need_copy()
        self._one(framed, rewritten)

    def run(self, data: bytes, lengths: list[int]) -> None:
        """Well-formed records one after the other: their bytes, and how many of them each record has."""
        if b"\r" in data:
            self._need_copy()
        self._lines.extend(self._line_numbers(data, lengths))
        originals = self._original_lengths(data, lengths)
        self._lengths.extend(originals)
        self.bytes.records += sum(originals)
        self.records += len(lengths)
        if len(data) > self.longest:
            self.longest = max(self.longest, max(lengths))
        if self._copy:
            self._copy_run(data, lengths)
        else:
            self._placed(lengths)

    def _line_numbers(self, data: bytes, lengths: list[int]) -> Sequence[int]:
        first, breaks = self.line, self._line_breaks(data)
        self.line += breaks
        if breaks == len(lengths) - (not data.endswith((b"\n", b"\r"))):
            return range(first, first + len(lengths))
        return list(accumulate(self._breaks_in_each(data, lengths), initial=first))[:-1]

    def _breaks_in_each(self, data: bytes, lengths: list[int]) -> Iterator[int]:
        if b"\r" in data:
            return map(self._line_breaks, _each(data, lengths))
        bounds = list(accumulate(lengths, initial=0))
        return map(bytes.count, repeat(data), repeat(b"\n"), bounds, bounds[1:])

    def _original_lengths(self, data: bytes, lengths: list[int]) -> list[int]:
        if not isinstance(self.encoding, Utf16):
            return lengths
        return [len(self.encoding.original(record)) for record in _each(data, lengths)]

    def _copy_run(self, data: bytes, lengths: list[int]) -> None:
        if data.endswith(b"\n") and b"\r" not in data and self.encoding.to_utf8(data) is data:
            self._write(data, lengths)
            return
        rows = [self.encoding.to_utf8(without_break(record)) + b"\n" for record in _each(data, lengths)]
        self._write(b"".join(rows), list(map(len, rows)))
        self.longest = max(self.longest, *map(len, rows))

    def _one(self, framed: bytes, engine_row: bytes) -> None:
        length = len(self.encoding.original(framed))
        self.records += 1
        self._lines.append(self.line)
        self._lengths.append(length)
        self.bytes.records += length
        self.line += self._line_breaks(framed)
        self.longest = max(self.longest, len(framed), len(engine_row))
        self._write(engine_row, [len(engine_row)])

    def _write(self, data: bytes, lengths: list[int]) -> None:
        assert self._copy is not None
        self._copy.write(data)
        self._placed(lengths)

    def _placed(self, lengths: list[int]) -> None:
        starts = accumulate(lengths, initial=self._engine_offset)
        *before, self._engine_offset = starts
        self._engine_starts.extend(before)

    def _need_copy(self) -> None:
        if self._copy is None:
            self._copy_so_far(self._start_copy())

    def _start_copy(self) -> BinaryIO:
        """The engine takes a byte order mark off; one of our own keeps it from taking one off the first cell."""
        self._copy = self._open.enter_context((self._work / "clean").open("wb"))
        self._copy.write(BOM_UTF8)
        self._engine_offset += len(BOM_UTF8)
        return self._copy

    def _copy_so_far(self, copy: BinaryIO) -> None:
        """Everything up to here was safe as it stands: copy it as it stands."""
        first = self.bytes.header
        self._engine_starts.shift(len(BOM_UTF8) - first)
        self._engine_offset -= first
        with self._source.path.open("rb") as original:
            original.seek(first)
            while left := self._engine_offset - copy.tell():
                copy.write(original.read(min(CHUNK, left)))

    def finish(self) -> Framing:
        """Closes everything; the caller has exhausted the source."""
        self._engine_starts.append(self._engine_offset)
        self._open.close()
        return Framing(
            header=self.header,
            records=self.records,
            malformed=self.malformed_count,
            malformed_file=self._work / "malformed.csv",
            engine_file=self._work / "clean" if self._copy else self._source.path,
            is_copy=self._copy is not None,
            skip=0 if self._copy else self._skip,
            placeholder=self.placeholder,
            longest=self.longest,
            lines_file=self._lines.path,
            lengths_file=self._lengths.path,
            engine_starts_file=self._engine_starts.path,
            bytes=self.bytes,
            sha256=self._source.sha256,
            size=self._source.size,
            content_size=self._source.content_size,
        )
