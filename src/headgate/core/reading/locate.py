"""Where a record stands: its line, its length in the file, its row as the engine reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from headgate.core.reading.framing import Framing
from headgate.core.reading.index import Numbers


@dataclass(frozen=True)
class Located:
    """One record.

    Attributes:
        record: its number, from 1.
        line: the physical line where it starts.
        length: its bytes in the (decompressed) file.
        row: its row in the file the engine reads.
    """

    record: int
    line: int
    length: int
    row: bytes


class Locator(Protocol):
    """Finds records of one framed file by number."""

    def line(self, record: int) -> int:
        """The physical line where a record starts."""
        ...

    def locate(self, records: Iterable[int]) -> Iterator[Located]:
        """Records by ascending number."""
        ...


def locator(framing: Framing) -> Locator:
    """The way to find the records of a framing."""
    return LinePerRecord(framing.engine_file, framing.skip) if framing.line_per_record else Indexed(framing)


class Indexed:
    """By the numbers the framer wrote down."""

    def __init__(self, framing: Framing) -> None:
        self._lines, self._lengths = Numbers(framing.lines_file, "Q"), Numbers(framing.lengths_file, "I")
        self._starts = Numbers(framing.engine_starts_file, "Q")
        self._engine_file = framing.engine_file

    def line(self, record: int) -> int:
        return self._lines[record - 1]

    def locate(self, records: Iterable[int]) -> Iterator[Located]:
        with self._engine_file.open("rb") as file:
            for record in records:
                start, end = self._starts[record - 1], self._starts[record]
                file.seek(start)
                yield Located(record, self._lines[record - 1], self._lengths[record - 1], file.read(end - start))


class LinePerRecord:
    """By counting lines: record n is line n + skip. Reads the file once, as far as the last record asked for."""

    _CHUNK = 1 << 20

    def __init__(self, path: Path, skip: int) -> None:
        self._path, self._skip = path, skip

    def line(self, record: int) -> int:
        return record + self._skip

    def locate(self, records: Iterable[int]) -> Iterator[Located]:
        lines = self._chunks()
        first, chunk = 1, next(lines, [])
        for record in records:
            at = record + self._skip
            while at >= first + len(chunk):
                first += len(chunk)
                chunk = next(lines)
            row = chunk[at - first]
            yield Located(record, at, len(row), row)

    def _chunks(self) -> Iterator[list[bytes]]:
        rest = b""
        with self._path.open("rb") as file:
            while data := file.read(self._CHUNK):
                whole, newline, end = data.rpartition(b"\n")
                if not newline:
                    rest += data
                    continue
                yield [line + b"\n" for line in (rest + whole).split(b"\n")]
                rest = end
        if rest:
            yield [rest]
