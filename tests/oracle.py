"""The plain oracle: what a record is, said a second time with the standard library's csv and json, whole file in memory.

Nothing here imports headgate. It is slow, short and meant to be read: where the framer and this file differ, one is wrong.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

csv.field_size_limit(1 << 30)

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
UNDECODABLE = re.compile("[\ud800-\udfff]")
SPACE = re.compile(r"[ \t\r\n]*")
ESCAPED_QUOTE, ESCAPED_ESCAPE, BETWEEN = "\ue000", "\ue001", "\ue002"


class NotAFile(Exception):
    """The file as a whole can't be read; the message is the code."""


@dataclass
class Record:
    """One record: its number, physical line and exact bytes; its cells (or JSON value), or the code of what is wrong."""

    number: int
    line: int
    raw: bytes
    cells: Any = None
    code: str | None = None
    parents: dict[str, Any] = field(default_factory=dict)


@dataclass
class Reading:
    records: list[Record] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    header_bytes: int = 0
    blank_bytes: int = 0


def decoded(data: bytes, encoding: str) -> tuple[str, str, str]:
    """The text with each undecodable unit as a lone surrogate, and the codec and error handler of the way back."""
    if not encoding.startswith("utf-16"):
        return data.decode(encoding, "surrogateescape"), encoding, "surrogateescape"
    order = {"utf-16": "utf-16-be" if data.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"}.get(encoding, encoding)
    whole = len(data) // 2 * 2
    return data[:whole].decode(order, "surrogatepass") + "\udfff" * (len(data) % 2), order, "surrogatepass"


def lines_of(data: bytes, encoding: str, pattern: re.Pattern[str] = LINE) -> list[tuple[str, bytes]]:
    """Each physical line as text without byte order mark, and its exact bytes."""
    text, codec, errors = decoded(data, encoding)
    lines, done = [], 0
    for line in pattern.findall(text):
        size = len(line.encode(codec, errors))
        lines.append((line, data[done : done + size]))
        done += size
    if lines and encoding.startswith("utf-"):
        lines[0] = (lines[0][0].removeprefix("\ufeff"), lines[0][1])
    return lines


def read_csv(
    data: bytes, delimiter: str = ",", quote: str = '"', escape: str = '"', encoding: str = "utf-8"
) -> Reading:
    """The csv module with strict=True; a record whose quoting is broken ends at its first line break."""
    reading, at = Reading(), 0
    lines, raws = zip(*lines_of(data, encoding), strict=True) if data else ((), ())
    while at < len(lines):
        if not lines[at].strip("\r\n"):
            reading.blank_bytes += len(raws[at])
            at += 1
            continue
        cells, count, code = next_record(lines, at, delimiter, quote, escape)
        text, raw = "".join(lines[at : at + count]), b"".join(raws[at : at + count])
        if not code and UNDECODABLE.search(text):
            code = "undecodable"
        if not reading.header_bytes:
            reading.header, reading.header_bytes = cells, len(raw)
            if code or not text.strip(string.whitespace):
                raise NotAFile("bad_header" if code else "empty_file")
        else:
            if not code and len(cells) != len(reading.header):
                code = "too_few_fields" if len(cells) < len(reading.header) else "too_many_fields"
            number = len(reading.records) + 1
            reading.records.append(Record(number, at + 1, raw, None if code else cells, code))
        at += count
    if not reading.header_bytes:
        raise NotAFile("empty_file")
    return reading


def next_record(
    lines: Sequence[str], at: int, delimiter: str, quote: str, escape: str
) -> tuple[list[str], int, str | None]:
    """Cells, number of physical lines and code of the record that starts at `lines[at]`."""
    backslash = escape != quote
    rest = (hidden(lines[n], quote, escape) if backslash else lines[n] for n in range(at, len(lines)))
    reader = csv.reader(rest, delimiter=delimiter, quotechar=quote, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        return [], 1, "open_quote" if "end of data" in str(error) else "text_after_quote"
    if backslash:
        text = "".join(hidden(line, quote, escape) for line in lines[at : at + reader.line_num])
        cells = shown(cells, text, quote, escape)
    return cells, reader.line_num, None


def hidden(line: str, quote: str, escape: str) -> str:
    """Escaped quotes and escapes as one private character each, quotes kept apart.

    The csv module's own escapechar works outside quotes too, and its strict=True needs doublequote=True.
    """
    line = line.replace(escape * 2, ESCAPED_ESCAPE).replace(escape + quote, ESCAPED_QUOTE)
    return re.sub(f"(?<={quote})(?={quote})", BETWEEN, line)


def shown(cells: list[str], text: str, quote: str, escape: str) -> list[str]:
    """The private characters as what they stood for: inside quotes one character, outside what was written."""
    result, at = [], 0
    for cell in cells:
        quoted = text.startswith(quote, at)
        at += len(cell) + (2 if quoted else 0) + 1
        extra = "" if quoted else escape
        cell = cell.replace(ESCAPED_QUOTE, extra + quote).replace(ESCAPED_ESCAPE, extra + escape)
        result.append(cell.replace(BETWEEN, ""))
    return result


def strict_json(text: str) -> Any:
    """One JSON value, numbers as their text.

    Raises:
        ValueError: no JSON, NaN or Infinity, a key twice in the object itself, half of a surrogate pair.
    """
    outermost: list[tuple[str, Any]] = []

    def pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
        outermost[:] = given
        return dict(given)

    value = json.loads(text, parse_constant=refuse, parse_int=str, parse_float=str, object_pairs_hook=pairs)
    if isinstance(value, dict) and len(value) != len(outermost):
        raise ValueError("a key twice")
    json.dumps(value, ensure_ascii=False).encode()
    return value


def refuse(constant: str) -> None:
    raise ValueError(constant)


def read_jsonl(data: bytes, encoding: str = "utf-8") -> Reading:
    """A record is a line (up to a line feed) that is not white space; it must be one JSON object."""
    text, codec, errors = decoded(data, encoding)
    mark = len("\ufeff".encode(codec, errors)) if encoding.startswith("utf-") and text.startswith("\ufeff") else 0
    reading = Reading(blank_bytes=mark)
    for at, (line, raw) in enumerate(lines_of(data, encoding, re.compile(r"[^\n]*\n|[^\n]+"))):
        raw = raw if at else raw[mark:]
        if SPACE.fullmatch(line):
            reading.blank_bytes += len(raw)
            continue
        record = Record(len(reading.records) + 1, at + 1, raw)
        try:
            record.cells = strict_json(line)
        except ValueError:
            record.code = "not_json"
        if record.code is None and not isinstance(record.cells, dict):
            record.code = "not_object"
        record.code = "undecodable" if UNDECODABLE.search(line) else record.code
        reading.records.append(record)
    return reading


def members(text: str, at: int) -> Iterator[tuple[str | None, int, int]]:
    """Key (None in an array), start and end of each member of the object or array that starts at `at`."""
    closing = {"{": "}", "[": "]"}[text[at]]
    at = skip(text, at + 1)
    while text[at] != closing:
        key = None
        if closing == "}":
            key, at = json.JSONDecoder().raw_decode(text, at)
            at = skip(text, skip(text, at) + 1)
        _, end = json.JSONDecoder().raw_decode(text, at)
        yield key, at, end
        at = skip(text, end)
        at = skip(text, at + 1) if text[at] == "," else at


def skip(text: str, at: int) -> int:
    return SPACE.match(text, at).end()  # type: ignore[union-attr]


def below(text: str, at: int, steps: list[str]) -> Iterator[tuple[int, int]]:
    """Start and end of every value that the steps (`.*`, `[*]` or `.name`) lead to."""
    if not steps:
        yield at, json.JSONDecoder().raw_decode(text, at)[1]
    elif text[at] == ("[" if steps[0] == "[*]" else "{"):
        for key, start, _ in members(text, at):
            if steps[0] in ("[*]", ".*", f".{key}"):
                yield from below(text, start, steps[1:])


def read_document(text: str, path: str, parents: dict[str, str] | None = None) -> Reading:
    """Every value at the record path, with fields of its unit carried down.

    The unit is the value under the first wildcard, or the document where there is only one wildcard.
    """
    json.loads(text)
    steps = re.findall(r"\.\*|\[\*\]|\.[^.\[]+", path)
    wildcards = [at for at, step in enumerate(steps) if step in (".*", "[*]")]
    unit_depth = wildcards[0] + 1 if len(wildcards) > 1 else 0
    reading = Reading()
    for start, end in below(text, skip(text, 0), steps[:unit_depth]):
        unit = json.loads(text[start:end], parse_int=str, parse_float=str, parse_constant=str)
        carried = {column: field_at(unit, where) for column, where in (parents or {}).items()}
        for a, b in below(text, start, steps[unit_depth:]):
            line = len(re.findall(r"\r\n|\r|\n", text[:a])) + 1
            record = Record(
                len(reading.records) + 1, line, text[a:b].encode("utf-8", "surrogateescape"), parents=carried
            )
            record.code = row_fault(text[a:b])
            reading.records.append(record)
    return reading


def row_fault(raw: str) -> str | None:
    """What costs a row, in a document that is JSON but for NaN and Infinity."""
    if UNDECODABLE.search(raw):
        return "undecodable"
    try:
        json.loads(raw, parse_constant=refuse)
    except ValueError:
        return "not_json"
    return None


def field_at(unit: Any, path: str) -> Any:
    for name in path.split("."):
        unit = unit.get(name) if isinstance(unit, dict) else None
    return unit
