"""Frames bytes, with chunks of any size, and reads the result back the way the gate does."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from base64 import b64decode
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from headgate.core.contract.model import Layout
from headgate.core.reading import source as source_module
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.framing import Framing
from headgate.core.reading.index import Numbers
from headgate.core.reading.json_document import frame_document
from headgate.core.reading.jsonl_records import frame_jsonl
from headgate.core.reading.source import Limits, Source

FRAMERS = {"csv": frame_csv, "jsonl": frame_jsonl, "json": frame_document}
ENGINE = duckdb.connect(config={"threads": 1})


@dataclass(frozen=True)
class Framed:
    """A framing with everything it left on disk read into memory."""

    framing: Framing
    lines: list[int]
    lengths: list[int]
    malformed: list[tuple[int, str, str, bytes]]
    engine_rows: list[bytes]
    cells: list[tuple[Any, ...]]

    @property
    def codes(self) -> dict[int, str]:
        return {number: code for number, code, _, _ in self.malformed}


def frame(
    data: bytes,
    layout: Layout,
    chunk: int = 1 << 20,
    name: str = "file",
    compression: str = "none",
    limits: Limits | None = None,
    read: bool = True,
) -> Framed:
    """The framing of `data`; `read` also hands the engine file to the engine."""
    with tempfile.TemporaryDirectory() as folder, patch.object(source_module, "CHUNK", chunk):
        path = Path(folder, name)
        path.write_bytes(data)
        work = Path(folder, "work")
        work.mkdir()
        framing = FRAMERS[layout.file_format or "csv"](Source(path, compression, limits), layout, work)
        assert (framing.size, framing.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert framing.bytes.total == framing.content_size
        return _read_back(framing, layout, read)


def _read_back(framing: Framing, layout: Layout, read: bool) -> Framed:
    lines, lengths = numbers(framing.lines_file, "Q"), numbers(framing.lengths_file, "I")
    starts = numbers(framing.engine_starts_file, "Q")
    engine = framing.engine_file.read_bytes()
    rows = [engine[a:b] for a, b in pairwise(starts)]
    assert len(lines) == len(lengths) == len(rows) == framing.records
    assert starts[-1] == len(engine)
    with framing.malformed_file.open(encoding="utf-8", newline="") as file:
        malformed = [(int(number), code, text, b64decode(raw)) for number, code, _, text, raw in csv.reader(file)]
    assert len(malformed) == framing.malformed
    assert max(map(len, rows), default=0) <= framing.longest
    cells = engine_cells(framing, layout) if read else []
    return Framed(framing, lines, lengths, malformed, rows, cells)


def numbers(path: Path, kind: Any) -> list[int]:
    column = Numbers(path, kind)
    values = [column[at] for at in range(len(column))]
    column.close()
    return values


def engine_cells(
    framing: Framing, layout: Layout, connection: duckdb.DuckDBPyConnection = ENGINE
) -> list[tuple[Any, ...]]:
    """Every row of the engine file as the engine reads it: cells of a CSV file, lines of a JSON file."""
    dialect = {"delim": layout.delimiter, "quote": layout.quote, "escape": layout.quote, "skip": framing.skip}
    names = [f"c{at}" for at in range(len(framing.header))]
    if layout.file_format in ("jsonl", "json"):
        dialect = {"delim": "\x01", "quote": "", "escape": "", "skip": 0}
        names = ["parents", "row"] if layout.parent_fields else ["line"]
    options = dialect | {
        "auto_detect": False,
        "header": False,
        "new_line": "\\n",
        "compression": "none",
        "nullstr": framing.placeholder + "null",
        "allow_quoted_nulls": False,
        "strict_mode": True,
        "null_padding": False,
        "max_line_size": max(2_097_152, framing.longest),
        "columns": dict.fromkeys(names, "VARCHAR"),
    }
    query = ", ".join(f"{option} = ${option}" for option in options)
    return connection.execute(f"FROM read_csv($path, {query})", options | {"path": str(framing.engine_file)}).fetchall()
