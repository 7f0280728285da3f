"""What a file is and how the gate reads it: format, packing, framing, columns, table of texts."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from headgate.core.contract.model import Contract, Layout
from headgate.core.errors import FileFailed, Place
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import match_header
from headgate.core.gate.json_tables import JsonReader, json_table
from headgate.core.gate.parquet_tables import blaming_the_file, parquet_columns, parquet_records, parquet_table
from headgate.core.gate.tables import TextTable, csv_table
from headgate.core.identity import file_sha256
from headgate.core.reading.clean_lines import frame_clean_csv
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.framing import Framing
from headgate.core.reading.json_document import frame_document
from headgate.core.reading.jsonl_records import frame_jsonl, frame_resubmitted
from headgate.core.reading.resubmitted import is_packed, is_rejected_csv, is_rejected_jsonl
from headgate.core.reading.source import Limits, Source, compression_of, format_of

_JSON_FRAMERS = {"jsonl": frame_jsonl, "json": frame_document}


@dataclass(frozen=True)
class Opened:
    """One file, framed and ready to be judged.

    Attributes:
        framing: None for Parquet.
        sha256, size: of the bytes as they lie.
        records: data records, malformed ones included, counted by the framer or the Parquet footer.
    """

    path: Path
    framing: Framing | None
    table: TextTable
    cells: Cells
    sha256: str
    size: int
    records: int

    @property
    def content_size(self) -> int:
        """Bytes once decompressed."""
        return self.framing.content_size if self.framing else self.size

    @property
    def longest(self) -> int:
        """An upper bound of the bytes of one record; 0 where nobody knows."""
        return self.framing.longest if self.framing else 0

    def blaming(self) -> Any:
        """A context in which the engine's failures are the file's, where the engine alone reads it."""
        return nullcontext() if self.framing else blaming_the_file(self.path)


class Opener:
    """Opens files for one contract.

    Args:
        derived: names of derived columns, which no extra column may have.
        work: folder for copies and indexes.
        spans: where the rejected records will be copied to.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: Contract,
        limits: Limits,
        derived: Collection[str],
        work: Path,
        spans: Path,
    ) -> None:
        self._connection, self._contract, self._limits = connection, contract, limits
        self._derived, self._work, self._spans = derived, work, spans

    def open(self, path: Path, name: str) -> Opened:
        """Reads the file once, but for Parquet.

        Args:
            name: what the file is called by whoever sent it; its ending speaks where the contract is silent.

        Raises:
            FileFailed: what the framers and `match_header` raise; `resubmission` for a `rejected.csv` of JSON or Parquet.
        """
        layout = self._contract.layout
        file_format = layout.file_format or format_of(name)
        source = Source(path, self._packing(path, name), self._limits)
        if is_rejected_jsonl(source):
            return self._json(frame_resubmitted(source, layout, self._work), resent=True)
        if file_format == "csv":
            return self._csv(self._framed_csv(source), name)
        if is_rejected_csv(source, Layout()):
            raise _not_as_csv(name)
        if file_format == "parquet":
            return self._parquet(path, name)
        return self._json(_JSON_FRAMERS[file_format](source, layout, self._work))

    def _packing(self, path: Path, name: str) -> str:
        """What the contract says; but rejected rows are written unpacked, and come back so."""
        layout, by_name = self._contract.layout, compression_of(name)
        said = layout.compression or by_name
        if said in ("none", by_name) or is_packed(path, said):
            return said
        source = Source(path, "none", self._limits)
        return "none" if is_rejected_jsonl(source) or is_rejected_csv(source, layout) else said

    def _framed_csv(self, source: Source) -> Framing:
        layout = self._contract.layout
        clean = frame_clean_csv(self._connection, source, layout, self._work)
        return clean or frame_csv(source, layout, self._work)

    def _csv(self, framing: Framing, name: str) -> Opened:
        header = match_header(framing.header, self._contract, name, self._limits.columns, self._derived)
        cells = Cells(self._contract, framing.header)
        return _opened(framing, csv_table(framing, self._contract, cells, header, self._spans), cells)

    def _json(self, framing: Framing, resent: bool = False) -> Opened:
        cells = Cells(self._contract, self._derived)
        reader = JsonReader(framing, self._contract, resent)
        table = json_table(self._connection, reader, cells, self._spans, self._limits.columns, self._derived)
        return _opened(framing, table, cells)

    def _parquet(self, path: Path, name: str) -> Opened:
        columns = parquet_columns(self._connection, path)
        names = [column for column, _ in columns]
        header = match_header(names, self._contract, name, self._limits.columns, self._derived, resubmittable=False)
        cells = Cells(self._contract, names)
        table = parquet_table(columns, path, self._contract, cells, header)
        records = parquet_records(self._connection, path)
        return Opened(path, None, table, cells, file_sha256(path), path.stat().st_size, records)


def _opened(framing: Framing, table: TextTable, cells: Cells) -> Opened:
    return Opened(framing.engine_file, framing, table, cells, framing.sha256, framing.size, framing.records)


def _not_as_csv(name: str) -> FileFailed:
    return FileFailed(
        "the file is a rejected.csv, but rejected rows of JSON and Parquet files are sent again as JSON, or they would lose "
        "their types",
        code="resubmission",
        where=Place(name, 1),
        who="the sender",
        next="mend the fields under `_row` in the rejected.jsonl beside it, and send that",
    )
