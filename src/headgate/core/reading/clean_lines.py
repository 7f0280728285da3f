"""The fast way for files that need no framer: every line one record that all readers read alike, shown in parallel.

An RE2 automaton in the engine looks at every line, while this process hashes the bytes and counts the line breaks. Only when
every line fits and both counts agree is the file handed to the engine's CSV reader; else the framer reads it record by record.
"""

from __future__ import annotations

import glob
import hashlib
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from headgate.core.contract.model import Layout
from headgate.core.reading.csv_grammar import Grammar
from headgate.core.reading.encoding import encoding_named
from headgate.core.reading.framing import FramedBytes, Framing
from headgate.core.reading.source import CHUNK, Source

# Smaller files are framed faster than a query is planned; wider ones make an automaton that no longer fits its memory.
WORTH_IT = 8 * CHUNK
_MOST_COLUMNS = 100


@dataclass
class _Seen:
    """What the hashing pass saw."""

    sha256: str = ""
    size: int = 0
    breaks: int = 0
    ends_in_break: bool = True


def frame_clean_csv(
    connection: duckdb.DuckDBPyConnection, source: Source, layout: Layout, work: Path
) -> Framing | None:
    """The framing of a CSV file whose every line is one plain record; None for any other file.

    Nothing is concluded from a failure here: the exact framer looks again and says what is wrong.
    """
    header = _plain_header(source, layout)
    if header is None:
        return None
    names, head = header
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(_look, connection.cursor(), source, layout, len(names))
        seen = _hash(source.path)
        found = looking.result()
    lines = seen.breaks + (not seen.ends_in_break)
    if found is None or found != (lines - 1, 0):
        return None
    return _framing(names, head, lines - 1, seen, source, work)


def _plain_header(source: Source, layout: Layout) -> tuple[list[str], bytes] | None:
    """Names and bytes of the header, when the first mebibyte is of the kind that the fast way can show to be clean."""
    eligible = layout.encoding == "utf-8" and source.compression == "none" and layout.escape == layout.quote
    if not eligible or len(layout.delimiter) != 1 or source.path.stat().st_size < WORTH_IT:
        return None
    with source.path.open("rb") as file:
        sample = file.read(CHUNK)
    head, newline, rest = sample.partition(b"\n")
    if not newline or not head or head.startswith(b"\xef\xbb\xbf") or b'"' in head or b"\r" in sample:
        return None
    names = head.decode("utf-8", "replace").split(layout.delimiter)
    if len(names) < 2 or len(names) > _MOST_COLUMNS or layout.quote.encode() in head:
        return None
    safe = Grammar(layout, encoding_named("utf-8")).safe(len(names))
    lines = rest[: rest.rfind(b"\n") + 1].splitlines(keepends=True)
    return (names, head + newline) if all(safe.fullmatch(line) for line in lines) else None


def _hash(path: Path) -> _Seen:
    seen, digest, data = _Seen(), hashlib.sha256(), b"\n"
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            data = chunk
            digest.update(data)
            seen.size += len(data)
            seen.breaks += data.count(b"\n")
    seen.sha256, seen.ends_in_break = digest.hexdigest(), data.endswith(b"\n")
    return seen


def _look(connection: duckdb.DuckDBPyConnection, source: Source, layout: Layout, width: int) -> tuple[int, int] | None:
    """(lines after the header, lines that are no plain record); None when the engine can't even read lines."""
    query = (
        "SELECT count(*), count_if(line IS NULL OR strlen(line) > ? OR contains(line, chr(13)) OR NOT regexp_full_match(line, ?)) "
        "FROM read_csv(?, hive_partitioning=false, auto_detect=false, header=false, "
        "skip=1, delim='\x01', quote='', escape='', new_line='\\n', compression='none', "
        "nullstr='\x02', columns={'line': 'VARCHAR'})"
    )
    try:
        path = glob.escape(str(source.path.resolve()))
        row = connection.execute(query, [source.limits.record, _plain_record(layout, width), path]).fetchone()
    except duckdb.Error:
        return None
    return (int(row[0]), int(row[1] or 0)) if row else None


def _plain_record(layout: Layout, width: int) -> str:
    """RE2: `width` fields, each without a quote or wholly between quotes."""
    delimiter, quote = re.escape(layout.delimiter), re.escape(layout.quote)
    bare = f"[^{delimiter}{quote}]*"
    field = f"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|{bare})" if quote else bare
    return f"{field}(?:{delimiter}{field}){{{width - 1}}}"


def _framing(names: list[str], head: bytes, records: int, seen: _Seen, source: Source, work: Path) -> Framing:
    (work / "malformed.csv").touch()
    nowhere = work / "not-there"
    return Framing(
        header=tuple(names),
        records=records,
        malformed=0,
        malformed_file=work / "malformed.csv",
        engine_file=source.path,
        is_copy=False,
        skip=1,
        placeholder=f"\x02{secrets.token_hex(12)}",
        longest=0,
        lines_file=nowhere,
        lengths_file=nowhere,
        engine_starts_file=nowhere,
        line_per_record=True,
        bytes=FramedBytes(header=len(head), records=seen.size - len(head)),
        sha256=seen.sha256,
        size=seen.size,
        content_size=seen.size,
    )
