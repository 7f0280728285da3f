"""Frames a CSV file: runs of records that every reader reads alike at once, all others the exact way of `csv_grammar`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise, repeat, takewhile
from operator import sub
from pathlib import Path

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed, Place
from headgate.core.reading.csv_grammar import TOO_LARGE, Grammar, Reader
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.framing import Framing
from headgate.core.reading.record_log import RecordLog, line_breaks, without_break
from headgate.core.reading.source import Source

# Bytes framed at once, so that a large record in the buffer makes no large lists; and bytes from which on splitting lines
# is faster than matching records one by one.
_AT_ONCE = 1 << 22
_WORTH_SPLITTING = 1 << 10


class CsvFramer:
    """Frames one CSV file; use `frame_csv`."""

    def __init__(self, source: Source, chunks: Iterator[bytes], layout: Layout, work: Path) -> None:
        self._source, self._work = source, work
        self._limit = source.limits.record
        self._encoding = encoding_named(layout.encoding)
        self._grammar = Grammar(layout, self._encoding)
        self._chunks = self._encoding.framed(chunks)
        self._buffer, self._at_end = b"", False
        self._marks: dict[bytes, int] = {}

    def frame(self) -> Framing:
        self._read(0)
        start = self._leading()
        head, names = self._header(start)
        self._width, self._safe = len(names), self._grammar.safe(len(names))
        self._reader = Reader(self._grammar, len(names), self._limit)
        plain = start == self._bom and b"\r" not in head and self._safe.fullmatch(without_break(head) + b"\n")
        with self._new_log(len(names), copying=not plain or line_breaks(head) > 1) as self._log:
            if start > self._bom:
                self._log.blank(self._buffer[:start])
                self._log.head(names, head, skip=1)
            else:
                self._log.head(names, self._buffer[:start] + head, skip=1)
            self._frame_from(start + len(head))
            return self._log.finish()

    def _frame_from(self, position: int) -> None:
        while True:
            position = self._frame_buffer(position)
            if self._at_end:
                return
            self._read(position)
            position = 0

    def _new_log(self, width: int, copying: bool) -> RecordLog:
        native = self._encoding.is_utf8 and self._source.compression == "none"
        delimiter = self._encoding.to_utf8(self._grammar.delimiter)

        def placeholder_row(token: str) -> bytes:
            return token.encode() + delimiter * (width - 1) + b"\n"

        return RecordLog(self._source, self._work, self._encoding, placeholder_row, copying or not native)

    def _read(self, position: int) -> None:
        """Drops what is done and reads on; reads twice as much while one record does not fit."""
        rest = self._buffer[position:]
        pieces, wanted = [rest], max(1, len(rest) if position == 0 else 1)
        while wanted > 0 and not self._at_end:
            piece = next(self._chunks, None)
            self._at_end = piece is None
            pieces.append(piece or b"")
            wanted -= len(piece or b"")
        self._buffer = b"".join(pieces)
        self._marks = {}

    def _leading(self) -> int:
        """Bytes of the byte order mark (`_bom`) and of the blank lines before the header."""
        while len(self._buffer) < len(self._encoding.bom) and not self._at_end:
            self._read(0)
        self._bom = position = len(self._encoding.bom) if self._buffer.startswith(self._encoding.bom) else 0
        while True:
            if position == len(self._buffer) and not self._at_end:
                self._read(0)
            if self._buffer[position : position + 1] not in (b"\r", b"\n"):
                return position
            position += 1

    def _header(self, start: int) -> tuple[bytes, list[str]]:
        reader = Reader(self._grammar, None, self._limit)
        while (record := reader.record(self._buffer, start, self._at_end)) is None:
            self._read(0)
        framed, line = self._buffer[start : record.end], line_breaks(self._buffer[:start]) + 1
        if record.code == TOO_LARGE:
            raise self._too_large("the header", line)
        if not framed.strip():
            raise _failed(self._source, "empty_file", "the file is empty: it has no header")
        if record.code or not self._encoding.decodable(framed):
            message = f"the header can't be read ({record.code or 'undecodable'})"
            raise _failed(self._source, "bad_header", message, line)
        return framed, [self._encoding.text(cell) for cell in record.cells]

    def _frame_buffer(self, position: int) -> int:
        """Frames every record that is whole in the buffer; returns where the rest starts."""
        while position < len(self._buffer):
            position = self._safe_run(self._plain_lines(position))
            if position == len(self._buffer):
                break
            end = self._one(position)
            if end is None:
                break
            position = end
        return position

    def _plain_lines(self, position: int) -> int:
        """Frames the lines before the next quote or `\\r`: each is a record, each delimiter in it ends a field."""
        until = min(self._next(mark, position) for mark in (self._grammar.quote, b"\r") if mark)
        stop = self._buffer.rfind(b"\n", position, min(until, position + min(self._limit, _AT_ONCE)))
        if stop - position < _WORTH_SPLITTING:
            return position
        lines = self._buffer[position:stop].split(b"\n")
        delimiters = list(map(bytes.count, lines, repeat(self._grammar.delimiter)))
        if set(delimiters) == {self._width - 1} and b"" not in lines:
            self._run(position, [len(line) + 1 for line in lines])
        else:
            self._mixed_lines(position, lines, delimiters)
        return stop + 1

    def _next(self, mark: bytes, position: int) -> int:
        """Where the mark is found next; the end of the buffer when it isn't."""
        found = self._marks.get(mark, -1)
        if found < position:
            found = self._buffer.find(mark, position)
            self._marks[mark] = found = len(self._buffer) if found < 0 else found
        return found

    def _mixed_lines(self, position: int, lines: list[bytes], delimiters: list[int]) -> None:
        good: list[int] = []
        for line, found in zip(lines, delimiters, strict=True):
            if line and found + 1 == self._width:
                good.append(len(line) + 1)
                continue
            self._run(position, good)
            position += sum(good)
            end = position + len(line) + 1
            self._odd_line(self._buffer[position:end], found + 1)
            position, good = end, []
        self._run(position, good)

    def _odd_line(self, framed: bytes, fields: int) -> None:
        if framed == b"\n":
            self._log.blank(framed)
        else:
            code = "too_few_fields" if fields < self._width else "too_many_fields"
            self._log.malformed(framed, self._code(code, framed) or code)

    def _safe_run(self, position: int) -> int:
        """Frames the records from here that every reader reads alike."""
        cut = min(len(self._buffer), position + _AT_ONCE)
        cut -= self._buffer.startswith(b"\r", cut - 1) and not (self._at_end and cut == len(self._buffer))
        match = self._safe.scanner(self._buffer, position, cut).match  # type: ignore[attr-defined]
        ends = self._within_limit(position, list(map(re.Match.end, iter(match, None))))
        if not ends:
            return position
        self._run(position, list(map(sub, ends, [position, *ends[:-1]])))
        return ends[-1]

    def _within_limit(self, position: int, ends: list[int]) -> list[int]:
        """The records before the first that looks longer than the limit."""
        if not ends or ends[-1] - position <= self._limit:
            return ends
        fits = (end - start <= self._limit for start, end in pairwise([position, *ends]))
        return [end for end, _ in zip(ends, takewhile(bool, fits), strict=False)]

    def _run(self, position: int, lengths: list[int]) -> None:
        """Logs whole records of the right width, but for those that can't be decoded."""
        data = self._buffer[position : position + sum(lengths)]
        if self._encoding.decodable(data):
            if lengths:
                self._log.run(data, lengths)
            return
        start = 0
        for length in lengths:
            record = data[start : start + length]
            if self._encoding.decodable(record):
                self._log.run(record, [length])
            else:
                self._log.malformed(record, "undecodable")
            start += length

    def _one(self, position: int) -> int | None:
        """Frames one record or blank line the slow and exact way; None when it isn't whole in the buffer."""
        if self._buffer[position] in b"\r\n":
            return self._blank_line(position)
        record = self._reader.record(self._buffer, position, self._at_end)
        if record is None:
            return None
        if record.code == TOO_LARGE:
            raise self._too_large("the record", self._log.line)
        framed = self._buffer[position : record.end]
        code = self._code(record.code, framed)
        if code:
            self._log.malformed(framed, code)
        elif self._safe.fullmatch(without_break(framed) + b"\n"):
            self._log.run(framed, [len(framed)])
        else:
            self._log.odd(framed, self._encoding.to_utf8(self._grammar.rewrite(record.cells)))
        return record.end

    def _code(self, code: str | None, framed: bytes) -> str | None:
        """Broken quoting before undecodable bytes before the number of fields."""
        if code in ("open_quote", "text_after_quote") or self._encoding.decodable(framed):
            return code
        return "undecodable"

    def _blank_line(self, position: int) -> int | None:
        if self._buffer.startswith(b"\r\n", position):
            end = position + 2
        elif self._buffer[position] == 13 and position + 1 == len(self._buffer) and not self._at_end:
            return None
        else:
            end = position + 1
        self._log.blank(self._buffer[position:end])
        return end

    def _too_large(self, what: str, line: int) -> FileFailed:
        return FileFailed(
            f"{what} is longer than {self._limit:,} bytes",
            code=TOO_LARGE,
            where=Place(self._source.path.name, line),
            who="the sender, or the project's owner if such records are expected",
            next="raise limits.record in headgate.yaml and put the file back",
        )


def _failed(source: Source, code: str, message: str, line: int | None = None) -> FileFailed:
    place = Place(source.path.name, line)
    return FileFailed(message, code=code, where=place, who="the sender", next="ask for the file again")


def frame_csv(source: Source, layout: Layout, work: Path) -> Framing:
    """Counts, places and checks every record of a CSV file in one pass.

    Raises:
        FileFailed: `empty_file`, `bad_header`, `record_too_large`, or what `Source.chunks` raises.
    """
    with closing(source.chunks()) as chunks:
        return CsvFramer(source, chunks, layout, work).frame()
