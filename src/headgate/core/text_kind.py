"""What kind of text a file is, by its first bytes; its name decides only where they fit two kinds."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path

from headgate.core.contract.model import Layout
from headgate.core.reading.csv_grammar import Grammar, Reader
from headgate.core.reading.encoding import Encoding
from headgate.core.reading.source import COMPRESSION_BY_SUFFIX

CSV, TSV = "text/csv", "text/tab-separated-values"
JSON, JSONL = "application/json", "application/jsonl"
XML, HTML, PLAIN = "application/xml", "text/html", "text/plain"
DELIMITERS = (",", ";", "\t", "|")
SAMPLED = 100
"""Records after the header, or lines, that are looked at to tell CSV and JSON Lines from other text."""

_CSV_NAMES, _TSV_NAMES = {".csv", ".tsv", ".tab", ".psv"}, {".tsv", ".tab"}
_JSONL_NAMES, _PLAIN_NAMES = {".jsonl", ".ndjson"}, {".txt", ".text", ".log", ".md"}

# What text doesn't have: all control characters but bell to carriage return, the DOS end-of-file mark and escape.
_NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f]")
_JSON_START = re.compile(rb'\s*(?:\{\s*["}]|\[\s*(?:["\[{\]]|(?:-?\d[\d.eE+-]*|true|false|null)\s*,))')
_XML_START = re.compile(rb"\s*<\?xml\s")
_HTML_START = re.compile(rb"\s*(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"\s*<[a-z!_]", re.IGNORECASE)


@dataclass(frozen=True)
class TextKind:
    """The media type of a text, and the delimiter when it is CSV."""

    media_type: str
    delimiter: str | None = None


def text_start(head: bytes) -> tuple[str, bytes] | None:
    """The encoding to read a text in (`utf-8` or `utf-16`) and its first bytes as UTF-8 without mark; None: no text.

    UTF-16 is known by its byte order mark only. Everything else without control characters is read as UTF-8, which it
    need not be.
    """
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    start = head.removeprefix(codecs.BOM_UTF8)
    if encoding == "utf-16":
        start = codecs.getincrementaldecoder(encoding)("replace").decode(head).encode()
    return None if _NO_TEXT.search(start) else (encoding, start)


def text_kind(start: bytes, whole: bool, name: str, columns: int) -> TextKind:
    """The kind of a text.

    Args:
        start: its first bytes, as `text_start` gives them.
        whole: whether that is all of it.
        name: of the file; an ending for compression is looked through.
        columns: how many columns a CSV file may have.
    """
    suffix = _suffix(name)
    media_type = _markup(start, suffix) or _json(start, whole, suffix)
    if media_type:
        return TextKind(media_type)
    delimiter = csv_delimiter(start, whole, suffix, columns)
    if delimiter is None:
        return TextKind(PLAIN)
    return TextKind(TSV if delimiter == "\t" else CSV, delimiter)


def _suffix(name: str) -> str:
    path = Path(name.lower())
    return path.with_suffix("").suffix if path.suffix in COMPRESSION_BY_SUFFIX else path.suffix


def _markup(start: bytes, suffix: str) -> str | None:
    if _HTML_START.match(start) or (suffix in (".html", ".htm") and _TAG.match(start)):
        return HTML
    return XML if _XML_START.match(start) or (suffix == ".xml" and _TAG.match(start)) else None


def _json(start: bytes, whole: bool, suffix: str) -> str | None:
    """JSON Lines: most lines are an object or array each, and there are two or the name says it. JSON: it starts so."""
    lines = [line for line in start.split(b"\n")[: None if whole else -1] if line.strip()][:SAMPLED]
    good = sum(line.lstrip().startswith((b"{", b"[")) and _is_json(line) for line in lines)
    if 2 * good > len(lines) and (len(lines) > 1 or suffix in _JSONL_NAMES):
        return JSONL
    if _JSON_START.match(start):
        return JSONL if not lines and suffix in _JSONL_NAMES else JSON
    return JSON if suffix == ".json" and whole and _is_json(start) else None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text.decode("utf-8", "replace"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def csv_delimiter(start: bytes, whole: bool, suffix: str, columns: int) -> str | None:
    """The delimiter of a CSV text; None when it is no CSV.

    A delimiter fits when the header has 2 or more fields under it (`columns` at most) and more than half of the first
    100 records have as many; of several that fit, the one that makes the most fields. The name of the file counts in
    two cases. Called `.csv`, it may be a header alone, or one column. Called `.txt`, `.log` or `.md`, there must be two
    records and all of the 100 must agree, for prose has commas too.
    """
    widths = {delimiter: _widths(start, whole, delimiter) for delimiter in DELIMITERS}
    fitting = [d for d, found in widths.items() if found and 2 <= found[0] <= columns and _steady(found, suffix)]
    if fitting:
        return max(fitting, key=lambda delimiter: widths[delimiter][0])
    if suffix in _CSV_NAMES and all(found[:1] == [1] for found in widths.values()):
        return "\t" if suffix in _TSV_NAMES else ","
    return None


def _steady(widths: list[int], suffix: str) -> bool:
    header, *records = widths
    same = records.count(header)
    if suffix in _PLAIN_NAMES:
        return len(records) >= 2 and same == len(records)
    return 2 * same > len(records) or (not records and suffix in _CSV_NAMES)


def _widths(start: bytes, whole: bool, delimiter: str) -> list[int]:
    """Fields of the header and of the first records; 0 for one with broken quoting."""
    reader = Reader(Grammar(Layout(delimiter=delimiter), Encoding("utf-8")), None, limit=len(start) + 1)
    widths: list[int] = []
    position = 0
    while position < len(start) and len(widths) <= SAMPLED:
        if start[position] in b"\r\n":
            position += 1
            continue
        record = reader.record(start, position, at_end=whole)
        if record is None:
            break
        widths.append(len(record.cells))
        position = record.end
    return widths
