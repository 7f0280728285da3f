"""JSON Lines: a record is a line that is not blank. Whether it is JSON the engine says, but for what the engine is lax about."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed, Place
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.framing import Framing
from headgate.core.reading.json_text import JsonText
from headgate.core.reading.record_log import RecordLog, without_break
from headgate.core.reading.source import Source

# What the engine's parser lets pass though it is not JSON (NaN, Infinity, a comma before a closing bracket), its column
# separator, and a carriage return inside a line, which breaks its reader. A hit is only a suspicion: json.loads decides.
_SUSPECT = re.compile(rb"[:\[,]\s*-?(?:nan|inf)|,\s*[\]}]|\x01|\r(?!\n|\Z)", re.IGNORECASE)
# Parts run, record and row of a resubmitted line in the engine's file; no JSON text can hold it.
MARKS_END = "\x01"
_BLANK_LINE = re.compile(rb"^[ \t\r]*$", re.MULTILINE)


def frame_resubmitted(source: Source, layout: Layout, work: Path) -> Framing:
    """Frames a `rejected.jsonl`: the engine sees `_run`, `_record` and the text of `_row`; without one, `_raw` as a JSON string.

    Raises:
        FileFailed: as `frame_jsonl`.
    """
    return _framed(source, replace(layout, encoding="utf-8"), work, _ResubmittedFramer)


def frame_jsonl(source: Source, layout: Layout, work: Path) -> Framing:
    """Counts and places every line of a JSON Lines file in one pass.

    Raises:
        FileFailed: `empty_file`, `record_too_large`, or what `Source.chunks` raises.
    """
    return _framed(source, layout, work, _JsonlFramer)


def _framed(source: Source, layout: Layout, work: Path, kind: type[_JsonlFramer]) -> Framing:
    encoding = encoding_named(layout.encoding)
    native = kind is _JsonlFramer and encoding.is_utf8 and source.compression == "none"
    log = RecordLog(source, work, encoding, kind.placeholder_row, copying=not native, breaks=_line_feeds)
    with closing(source.chunks()) as chunks, log:
        framer = kind(source, log)
        for chunk in encoding.framed(chunks):
            framer.feed(chunk)
        framer.end()
        if not log.records:
            message = "the file has nothing but white space" if log.bytes.total else "the file is empty"
            raise FileFailed(message, code="empty_file", where=Place(source.path.name), who="the sender")
        return log.finish()


def _line_feeds(data: bytes) -> int:
    return data.count(b"\n")


class _JsonlFramer:
    @staticmethod
    def placeholder_row(token: str) -> bytes:
        return token.encode() + b"\n"

    def __init__(self, source: Source, log: RecordLog) -> None:
        self._source, self._log, self._encoding, self._limit = source, log, log.encoding, source.limits.record
        self._rest: list[bytes] = []
        self._rest_size, self._first = 0, True

    def feed(self, chunk: bytes) -> None:
        last = chunk.rfind(b"\n") + 1
        if not last:
            self._keep(chunk)
            return
        whole = b"".join([*self._rest, chunk[:last]])
        self._rest, self._rest_size = [], 0
        self._lines(whole)
        self._keep(chunk[last:])

    def end(self) -> None:
        if self._rest_size:
            self._lines(b"".join(self._rest))

    def _keep(self, piece: bytes) -> None:
        self._rest.append(piece)
        self._rest_size += len(piece)
        # One byte more for the \r of a line break, and the byte order mark.
        if self._rest_size > self._limit + 1 + (len(self._encoding.bom) if self._first else 0):
            raise self._too_large(self._log.line)

    def _lines(self, data: bytes) -> None:
        """Whole lines; one by one only where something in them looks odd."""
        data = self._without_bom(data)
        lines = [line + b"\n" for line in data.split(b"\n")]
        lines[-1] = lines[-1][:-1]
        if not lines[-1]:
            lines.pop()
        lengths = list(map(len, lines))
        if len(data) > self._limit and max(lengths) > self._limit:
            self._refuse_too_large(lines)
        if lines and self._harmless(data) and not _BLANK_LINE.search(data.removesuffix(b"\n")):
            self._log.run(data, lengths)
            return
        for line in lines:
            self._line(line)

    def _without_bom(self, data: bytes) -> bytes:
        is_first, self._first = self._first, False
        bom = self._encoding.bom
        if not (is_first and bom and data.startswith(bom)):
            return data
        self._log.blank(bom)
        return data[len(bom) :]

    def _harmless(self, data: bytes) -> bool:
        return not _SUSPECT.search(data) and self._encoding.decodable(data)

    def _line(self, line: bytes) -> None:
        if not line.strip(b" \t\r\n"):
            self._log.blank(line)
        elif self._harmless(line):
            self._log.run(line, [len(line)])
        elif not self._encoding.decodable(line):
            self._log.malformed(line, "undecodable")
        elif _is_json(self._encoding.text(line)):
            # A carriage return in JSON is white space.
            self._log.odd(line, self._encoding.to_utf8(without_break(line)).replace(b"\r", b" ") + b"\n")
        else:
            self._log.malformed(line, "not_json")

    def _refuse_too_large(self, lines: list[bytes]) -> None:
        for at, line in enumerate(lines):
            if len(without_break(line)) > self._limit:
                raise self._too_large(self._log.line + at)

    def _too_large(self, line: int) -> FileFailed:
        return FileFailed(
            f"the record is longer than {self._limit:,} bytes",
            code="record_too_large",
            where=Place(self._source.path.name, line),
            who="the sender, or the project's owner if such records are expected",
            next="raise limits.record in headgate.yaml and put the file back",
        )


class _ResubmittedFramer(_JsonlFramer):
    @staticmethod
    def placeholder_row(token: str) -> bytes:
        return MARKS_END.join(["", "", token]).encode() + b"\n"

    def _harmless(self, data: bytes) -> bool:
        return False

    def _line(self, line: bytes) -> None:
        if not line.strip(b" \t\r\n"):
            self._log.blank(line)
        elif not self._encoding.decodable(line):
            self._log.malformed(line, "undecodable")
        elif (row := _resubmitted(without_break(line).decode())) is None:
            self._log.malformed(line, "not_json")
        else:
            self._log.odd(line, row.encode() + b"\n")


def _resubmitted(line: str) -> str | None:
    """Run, record and row of a line of `rejected.jsonl` as the engine reads them; None where the line is not JSON.

    The row is the text of `_row`, or `_raw` as a JSON string.
    """
    try:
        is_strict, members = json_members(line)
    except FileFailed:
        return None
    row, text = members.get("_row", (None, ""))
    if row is None:
        raw = members.get("_raw", (None, ""))[0]
        text = json.dumps(raw.encode("utf-8", "backslashreplace").decode() if isinstance(raw, str) else "")
    elif not is_strict:
        return None
    marks = (_mark(members.get(name, (None, ""))[0]) for name in ("_run", "_record"))
    return MARKS_END.join([*marks, text.replace("\r", " ")])


def _mark(value: Any) -> str:
    """`_run` or `_record` as a word that can't be taken for anything else; odd ones stay odd."""
    word = value.strip().lower() if isinstance(value, str) else "" if value is None else "?"
    return word if re.fullmatch(r"[0-9a-z.]{0,64}", word) else "?"


def json_members(line: str) -> tuple[bool, dict[str, tuple[Any, str]]]:
    """Whether the values of a JSON object are strict JSON, and its members: value and text.

    Raises:
        FileFailed: the line is no JSON object.
    """
    text = JsonText(iter([line]), len(line), "")
    text.grow(0)
    members: dict[str, tuple[Any, str]] = {}

    def visit(key: str | None, start: int) -> int:
        value, end = text.value(start)
        members[key or ""] = value, text.text[start:end]
        return end

    start = text.space(0)
    if text.at(start) != "{":
        raise text.broken(start, "no object")
    end = text.space(text.each(start, visit))
    if text.at(end):
        raise text.broken(end, "there is text after the object")
    return not text.constants, members


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
