"""Keys of rows that other runs accepted, read back and typed as those at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from headgate.core.contract.model import Column, Contract, Layout
from headgate.core.gate import sql
from headgate.core.gate.json_tables import pointer
from headgate.core.gate.parquet_tables import as_text, parquet_columns
from headgate.core.gate.session import make_room
from headgate.core.gate.tables import SEPARATOR, framed_csv
from headgate.core.gate.typed import typed
from headgate.core.reading.clean_lines import frame_clean_csv
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.framing import Framing
from headgate.core.reading.jsonl_records import frame_jsonl
from headgate.core.reading.source import Limits, Source

# What was accepted once fits; no limit of today may refuse it.
_LIMITS = Limits(record=1 << 31)


@dataclass(frozen=True)
class _Output:
    """One accepted output: the run that wrote it, its table, and SQL for the text of a column; None where it has no such."""

    run: str
    table: str
    text: Callable[[Column], str | None]


class AcceptedBefore:
    """The accepted outputs of other runs.

    Args:
        outputs: run → its `accepted.parquet`, `.csv` or `.jsonl`.
        work: folder for copies and indexes.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, contract: Contract, outputs: Mapping[str, Path], work: Path
    ) -> None:
        self._connection, self._contract, self._work = connection, contract, work
        readers = {".parquet": self._parquet, ".csv": self._csv, ".jsonl": self._jsonl}
        self._widest = self._longest = 0
        self._outputs = [readers[path.suffix](run, path) for run, path in outputs.items() if path.stat().st_size]
        make_room(connection, self._widest, self._longest)

    def keys(self, columns: Sequence[str]) -> str | None:
        """SELECT of `run` and the typed values `k0…` of some columns, where all are there; None when no output has them."""
        parts = [part for output in self._outputs if (part := self._keys(output, columns))]
        return " UNION ALL ".join(parts) or None

    def _keys(self, output: _Output, columns: Sequence[str]) -> str | None:
        known = [self._contract.column(name) for name in columns]
        texts = [output.text(column) for column in known]
        if any(text is None for text in texts):
            return None
        values = [f"{typed(_as_written(column), f't{at}')} AS k{at}" for at, column in enumerate(known)]
        cells = ", ".join(f"nullif({text}, '') AS t{at}" for at, text in enumerate(texts))
        return f"SELECT {sql.text(output.run)} AS run, {', '.join(values)} FROM (SELECT {cells} FROM {output.table})"

    def _parquet(self, run: str, path: Path) -> _Output:
        kinds = dict(parquet_columns(self._connection, path))
        table = f"read_parquet({sql.file(path)}, hive_partitioning=false)"
        return _Output(
            run, table, lambda column: as_text(column.name, kinds[column.name]) if column.name in kinds else None
        )

    def _csv(self, run: str, path: Path) -> _Output:
        source, work, layout = Source(path, limits=_LIMITS), self._folder(run), Layout()
        framing = frame_clean_csv(self._connection, source, layout, work) or frame_csv(source, layout, work)
        self._note(framing)
        places = {name: f"c{at}" for at, name in enumerate(framing.header)}
        table = framed_csv(framing.engine_file, list(places.values()), framing, layout.delimiter, layout.quote)
        return _Output(run, table, lambda column: places.get(column.name))

    def _jsonl(self, run: str, path: Path) -> _Output:
        framing = frame_jsonl(Source(path, limits=_LIMITS), Layout(), self._folder(run))
        self._note(framing)
        return _Output(run, framed_csv(framing.engine_file, ["j"], framing, SEPARATOR, ""), _json_text)

    def _folder(self, run: str) -> Path:
        folder = self._work / f"accepted-{run}"
        folder.mkdir()
        return folder

    def _note(self, framing: Framing) -> None:
        self._widest = max(self._widest, len(framing.header))
        self._longest = max(self._longest, framing.longest)


def _as_written(column: Column) -> Column:
    """The column as accepted rows are written: in ISO forms, whatever form it came in."""
    return replace(column, format=None, true_values=(), false_values=(), integer_form="digits")


def _json_text(column: Column) -> str:
    """A number by its text, as the engine's JSON makes a double of each that has a fraction; no text holds a bare quote."""
    if not column.decimal:
        return f"json_extract_string(j, {sql.text(pointer(column.name))})"
    key = re.escape(json.dumps(column.name, ensure_ascii=False))
    return f"regexp_extract(j, {sql.text(f'[{{,]{key}:(-?[0-9.]+)')}, 1)"
