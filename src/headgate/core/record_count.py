"""How many records a file has and what its columns are called, when no contract says how it is written."""

from __future__ import annotations

import codecs
import glob
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.json_text import JsonText
from headgate.core.reading.jsonl_records import frame_jsonl
from headgate.core.reading.record_log import line_breaks
from headgate.core.reading.source import Source


@dataclass(frozen=True)
class Counted:
    """Records, malformed ones included, and column names where the format has them; of CSV how many are malformed."""

    records: int
    columns: tuple[str, ...] | None = None
    malformed: int | None = None
    note: str | None = None


class TextScan:
    """One pass over a text, as UTF-8: its lines, and whether all of it is what it was taken for.

    Attributes:
        bad_line: the first line with bytes that are not of the encoding.
    """

    def __init__(self) -> None:
        self.has_mark, self.is_ascii = False, True
        self.bad_line: int | None = None
        self._breaks, self._last = 0, b""
        self._started = False
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def read(self, pieces: Iterator[bytes]) -> None:
        """Takes the whole text in."""
        for piece in pieces:
            self._feed(piece if self._started else self._without_mark(piece))
        self._decode(b"", final=True)

    @property
    def lines(self) -> int:
        """Line breaks, and one more when the last line has none."""
        return self._breaks + (self._last not in (b"", b"\n", b"\r"))

    def _without_mark(self, piece: bytes) -> bytes:
        self._started = True
        self.has_mark = piece.startswith(codecs.BOM_UTF8)
        return piece.removeprefix(codecs.BOM_UTF8)

    def _feed(self, piece: bytes) -> None:
        self._decode(piece)
        self.is_ascii = self.is_ascii and piece.isascii()
        self._breaks += self._new_breaks(piece)
        self._last = piece[-1:] or self._last

    def _new_breaks(self, piece: bytes) -> int:
        return line_breaks(self._last + piece) - line_breaks(self._last)

    def _decode(self, piece: bytes, final: bool = False) -> None:
        if self.bad_line is not None:
            return
        try:
            self._decoder.decode(piece, final)
        except UnicodeDecodeError as error:
            self.bad_line = 1 + self._breaks + self._new_breaks(error.object[: error.start])


def count_csv(source: Source, delimiter: str, encoding: str, start: bytes, work: Path) -> Counted:
    """Data records and header of a CSV text.

    Args:
        encoding: `utf-8`, also when not all of it is, or `utf-16`.
        start: the first bytes, as UTF-8: a header that is not UTF-8 is shown with `\\xNN` for its other bytes.

    Raises:
        FileFailed: what `frame_csv` raises.
    """
    foreign = encoding == "utf-8" and not _is_utf8(start.lstrip(b"\r\n").splitlines()[0])
    layout = Layout(delimiter=delimiter, encoding="latin-1" if foreign else encoding)
    framing = frame_csv(source, layout, work)
    columns = tuple(_escaped(name) for name in framing.header) if foreign else framing.header
    are = "is" if framing.malformed == 1 else "are"
    note = f"{framing.malformed:,} of {framing.records:,} records {are} malformed" if framing.malformed else None
    return Counted(framing.records, columns, framing.malformed, note)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _escaped(name: str) -> str:
    return name.encode("latin-1").decode("utf-8", "backslashreplace").removeprefix("\ufeff")


def count_jsonl(source: Source, encoding: str, work: Path) -> Counted:
    """Lines that are not blank, JSON or not.

    Raises:
        FileFailed: what `frame_jsonl` raises.
    """
    return Counted(frame_jsonl(source, Layout(encoding=encoding), work).records)


def count_json(source: Source, encoding: str) -> Counted:
    """Elements of a top-level array; any other document is one record.

    Raises:
        FileFailed: `not_of_its_format` with the line, `record_too_large`, or what `Source.chunks` raises.
    """
    text = JsonText(_decoded(source, encoding), source.limits.record, source.path.name)
    position = text.space(0)
    if text.at(position) == "\ufeff":
        position = text.space(position + 1)
    is_array = text.at(position) == "["
    parts, end = _parts(text, position)
    end = text.space(end)
    if text.at(end):
        raise text.broken(end, "there is text after the document")
    return Counted(parts if is_array else 1)


def _decoded(source: Source, encoding: str) -> Iterator[str]:
    """The text with a replacement for what can't be decoded: it counts the same."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in encoding_named(encoding).framed(source.chunks()):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _parts(text: JsonText, position: int) -> tuple[int, int]:
    """How many values the array or object has, and where it ends."""
    parts = 0

    def visit(_: str | None, start: int) -> int:
        nonlocal parts
        parts += 1
        return text.take(text.value(start)[1])[1]

    if text.at(position) not in ("[", "{"):
        return 1, text.value(position)[1]
    end = text.each(position, visit)
    return parts, end


def count_parquet(path: Path, work: Path) -> Counted:
    """Rows and columns as the file's footer states them.

    Raises:
        FileFailed: `not_of_its_format`.
    """
    import duckdb

    from headgate.core.gate.session import Budget, session

    # The engine takes `*`, `?` and `[` in a path for a pattern, and reads columns out of folders called `day=1`.
    exactly = glob.escape(str(path))
    with session(work, Budget(threads=1)) as engine:
        try:
            rows = engine.execute("SELECT num_rows FROM parquet_file_metadata(?)", [exactly]).fetchall()
            columns = engine.execute("DESCRIBE FROM read_parquet(?, hive_partitioning = false)", [exactly]).fetchall()
        except duckdb.Error as error:
            raise FileFailed("not a whole Parquet file: its footer can't be read", code="not_of_its_format") from error
    return Counted(sum(row[0] for row in rows), tuple(str(column[0]) for column in columns))
