"""What a CSV record is, decided exactly; docs/decisions/0002 says why, tests/core/reading hold it against a plain oracle."""

from __future__ import annotations

import re
from dataclasses import dataclass

from headgate.core.contract.model import Layout
from headgate.core.reading.encoding import Encoding
from headgate.core.reading.record_log import without_break

TOO_LARGE = "record_too_large"


@dataclass(frozen=True)
class Record:
    """One record found the slow way: where it ends, its cells, or the code of what is wrong with it."""

    end: int
    cells: tuple[bytes, ...] = ()
    code: str | None = None


class Grammar:
    """The regular expressions of one dialect over framed bytes.

    `safe` matches a record of exactly `width` fields that every RFC 4180 reader reads alike: quotes only around whole
    fields, at least one field or one character, a line break or the end after it.
    """

    def __init__(self, layout: Layout, encoding: Encoding) -> None:
        self.delimiter = encoding.encode(layout.delimiter)
        self.quote = encoding.encode(layout.quote)
        self.escape = encoding.encode(layout.escape) if layout.quote else b""
        self._rfc = self.escape == self.quote
        self._quoted = self._quoted_pattern()
        self.quoted_field = re.compile(self._quoted, re.DOTALL) if self.quote else None
        self.open_field = re.compile(_run_without(self.delimiter, b"\r\n"), re.DOTALL)
        self.line = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r)?")

    def _quoted_pattern(self) -> bytes:
        q, e = re.escape(self.quote), re.escape(self.escape)
        if not self.quote:
            return b"(?!)"
        inside = rb"[^%b]++|%b%b" % (q, q, q) if self._rfc else rb"[^%b%b]++|%b." % (q, e, e)
        return rb"%b(?:%b)*+%b" % (q, inside, q)

    def safe(self, width: int) -> re.Pattern[bytes]:
        bare = _run_without(self.delimiter, self.quote + b"\r\n")
        field = rb"(?:%b|%b)" % (self._quoted, bare) if self._rfc and self.quote else bare
        first = rb"(?![\r\n])" + field if width == 1 else field
        rest = rb"(?:%b%b){%d}" % (re.escape(self.delimiter), field, width - 1) if width > 1 else b""
        return re.compile(first + rest + rb"(?:\r\n|\n|\r)", re.DOTALL)

    def value(self, quoted: bytes) -> bytes:
        """The text inside a quoted field."""
        inside = quoted[len(self.quote) : -len(self.quote)]
        if self._rfc:
            return inside.replace(self.quote * 2, self.quote)
        pair = re.escape(self.escape) + b"([" + re.escape(self.quote) + re.escape(self.escape) + b"])"
        return re.sub(pair, rb"\1", inside)

    def rewrite(self, cells: tuple[bytes, ...]) -> bytes:
        """The same cells as a record that every reader reads alike; with quoting switched off, as they are."""
        if not self.quote:
            return self.delimiter.join(cells) + b"\n"
        quoted = [self.quote + cell.replace(self.quote, self.quote * 2) + self.quote for cell in cells]
        return self.delimiter.join(quoted) + b"\n"


def _run_without(delimiter: bytes, others: bytes) -> bytes:
    if len(delimiter) == 1:
        return rb"[^%b]*+" % re.escape(delimiter + others)
    return rb"(?:(?!%b)[^%b])*+" % (re.escape(delimiter), re.escape(others))


class Reader:
    """Finds one record at a time, the slow and exact way. Pure: the buffer in, a `Record` or None (more bytes needed) out."""

    def __init__(self, grammar: Grammar, width: int | None, limit: int) -> None:
        self._grammar, self._width, self._limit = grammar, width, limit

    def record(self, buffer: bytes, start: int, at_end: bool) -> Record | None:
        """The record that starts at `start`.

        A record whose quoting is broken (text after a closing quote, or a field still open at the end of the file or at
        the record limit) ends at its first line break, so that a stray quote costs its row and no other. What it says
        depends on the file alone, never on how much of it is in the buffer.
        """
        cells: list[bytes] = []
        position = start
        while True:
            cell, position, code = self._field(buffer, position, start, at_end)
            if code == "more":
                return None
            if code:
                return self._broken(buffer, start, code, at_end)
            # What ends the buffer may be the first bytes of a delimiter.
            unsure = len(self._grammar.delimiter) if position == len(buffer) and not at_end else 0
            if position - start > self._limit + unsure:
                return Record(position, code=TOO_LARGE)
            cells.append(cell)
            if not buffer.startswith(self._grammar.delimiter, position):
                break
            position += len(self._grammar.delimiter)
        if position == len(buffer) and not at_end:
            return None
        return self._whole(buffer, position, tuple(cells), at_end)

    def _field(self, buffer: bytes, position: int, start: int, at_end: bool) -> tuple[bytes, int, str | None]:
        grammar = self._grammar
        if not grammar.quote or not buffer.startswith(grammar.quote, position):
            match = grammar.open_field.match(buffer, position)
            assert match
            return match[0], match.end(), None
        assert grammar.quoted_field
        match = grammar.quoted_field.match(buffer, position)
        if match is None or match.end() - start > self._limit:
            waits = match is None and not at_end and len(buffer) - start <= self._limit
            return b"", position, "more" if waits else "open_quote"
        after = buffer[match.end() : match.end() + len(grammar.delimiter)]
        if match.end() == len(buffer) and not at_end:
            return b"", position, "more"
        if after and after[:1] not in (b"\r", b"\n") and after != grammar.delimiter:
            partial = not at_end and len(after) < len(grammar.delimiter)
            return b"", position, "more" if partial else "text_after_quote"
        return grammar.value(match[0]), match.end(), None

    def _broken(self, buffer: bytes, start: int, code: str, at_end: bool) -> Record | None:
        match = self._grammar.line.match(buffer, start)
        assert match
        if len(without_break(match[0])) > self._limit:
            return Record(match.end(), code=TOO_LARGE)
        if match.end() == len(buffer) and not match[0].endswith(b"\n") and not at_end:
            return None
        return Record(match.end(), code=code)

    def _whole(self, buffer: bytes, position: int, cells: tuple[bytes, ...], at_end: bool) -> Record | None:
        if buffer.startswith(b"\r", position) and position + 1 == len(buffer) and not at_end:
            return None
        end = position + (2 if buffer.startswith(b"\r\n", position) else 1 if position < len(buffer) else 0)
        if self._width is None or len(cells) == self._width:
            return Record(end, cells)
        return Record(end, cells, "too_few_fields" if len(cells) < self._width else "too_many_fields")
