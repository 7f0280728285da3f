"""The rejected rows: raw cells exactly as received, record number, line, every reason; one file for people, one for machines."""

from __future__ import annotations

import codecs
import csv
import shutil
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from headgate.core.contract.model import Layout
from headgate.core.gate import sql
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.reasons import REASONS_TEXT, Reasons
from headgate.core.gate.session import number
from headgate.core.gate.tables import MALFORMED
from headgate.core.reading.framing import Framing
from headgate.core.reading.locate import Located, locator

SPANS = "rejected.spans"
_BATCH = 50_000
_BATCH_BYTES = 16_000_000
_PARQUET_BATCH = 500_000


class RejectWriter:
    """Gathers the rejected rows of one file in the table `rejected` and writes both files.

    Args:
        connection: holds `scratch` and `late`.
        plan: of the file.
        framing: None for Parquet.
        work: folder for the spans of rejected records.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, plan: Plan, framing: Framing | None, work: Path, run: str
    ) -> None:
        self._connection, self._plan, self._framing, self._run = connection, plan, framing, run
        self.spans, self._places = work / SPANS, work / "rejected.places"
        self.bytes = 0
        self.count = 0
        self.written_csv = self.written_jsonl = 0
        self._header = True

    def gather(self) -> None:
        """Makes the tables `marked` (rec, fault and masks of every rejected row) and `malformed`."""
        cells, plan = self._plan.cells, self._plan
        masks = ", ".join(cells.errors(word) for word in range(plan.error_words))
        self._connection.execute(
            f"CREATE TEMP TABLE marked AS SELECT {cells.record} AS rec, {cells.fault}, {masks} FROM scratch "
            f"WHERE NOT ({plan.fine}) OR {cells.record} IN (SELECT rec FROM late)"
        )
        self._read_malformed()

    def _batches(self) -> Iterator[tuple[int, int]]:
        """Copies the spans of some rejected rows aside, and gives the first and last of their numbers; and so on.

        Batches bound what the engine holds, however many rows are rejected and however long they are.
        """
        if self._framing is None:
            yield from self._batches_without_spans()
            return
        found = locator(self._framing).locate(self._marked())
        while batch := list(_at_most(found, _BATCH, _BATCH_BYTES)):
            self._copy_spans(batch)
            yield batch[0].record, batch[-1].record

    def _batches_without_spans(self) -> Iterator[tuple[int, int]]:
        """Parquet: the engine finds the rows again by their numbers."""
        numbers = self._marked()
        while batch := list(islice(numbers, _PARQUET_BATCH)):
            with self._places.open("w", newline="") as places:
                csv.writer(places).writerows((record, "") for record in batch)
            yield batch[0], batch[-1]

    def _copy_spans(self, batch: list[Located]) -> None:
        """Writes the place of every row, and the row itself behind its number, for the engine to read again."""
        separator = b"\x01" if self._plan.table.is_json else self._plan.contract.layout.delimiter.encode()
        with self._places.open("w", newline="") as places, self.spans.open("wb") as spans:
            csv.writer(places).writerows((found.record, found.line) for found in batch)
            for found in batch:
                self.bytes += found.length
                end = b"" if found.row.endswith(b"\n") else b"\n"
                spans.write(b"%d%b%b%b" % (found.record, separator, found.row, end))

    def _marked(self) -> Iterator[int]:
        """Numbers of the rejected rows, ascending; no result stays open while others are asked for."""
        last = 0
        query = f"SELECT rec FROM marked WHERE rec > ? ORDER BY rec LIMIT {_BATCH}"
        while batch := self._connection.execute(query, [last]).fetchall():
            self.count += len(batch)
            last = batch[-1][0]
            yield from (record for (record,) in batch)

    def _read_malformed(self) -> None:
        if self._framing is None:
            empty = "NULL::BIGINT AS rec, '' AS code, '' AS detail, '' AS text, '' AS base64"
            self._connection.execute(f"CREATE TEMP VIEW malformed AS SELECT {empty} WHERE FALSE")
            return
        kinds = {"rec": "BIGINT", "code": "VARCHAR", "detail": "VARCHAR", "text": "VARCHAR", "base64": "VARCHAR"}
        source = sql.written_csv(self._framing.malformed_file, kinds, 8 * self._framing.longest)
        self._connection.execute(f"CREATE TEMP TABLE malformed AS SELECT * FROM {source}")

    def counts(self) -> dict[str, int]:
        """Rule id (or code of a malformed record) → rejected rows that have this reason."""
        cells = self._plan.cells
        found: dict[str, int] = {}
        for at, rule in enumerate(self._plan.errors):
            word = cells.errors(at // BITS)
            found[rule.id] = number(
                self._connection, f"SELECT count(*) FROM marked WHERE ({word} >> {at % BITS}) & 1 = 1"
            )
        late = self._connection.execute("SELECT rule, count(*) FROM late GROUP BY rule ORDER BY rule").fetchall()
        found.update(dict(late))
        for fault, code in enumerate(MALFORMED, 1):
            if fault > 1:
                found[code] = number(self._connection, f"SELECT count(*) FROM marked WHERE {cells.fault} = {fault}")
        framed = self._connection.execute("SELECT code, count(*) FROM malformed GROUP BY code ORDER BY code").fetchall()
        for code, count in framed:
            found[code] = found.get(code, 0) + count
        return {code: count for code, count in found.items() if count}

    def write(self, csv_path: Path, jsonl_path: Path) -> None:
        """Both files, in record order; `rejected.csv` in the dialect and encoding of the input."""
        part = csv_path.with_suffix(".part")
        with csv_path.open("wb") as people, jsonl_path.open("wb") as machines:
            for first, last in chain(self._batches(), [(0, -1)]):
                self._join(first, last)
                self._write_csv(part)
                _append(part, people)
                self._write_jsonl(part)
                _append(part, machines)
                self._header = False
        transcode(csv_path, self._layout.encoding)

    def _join(self, first: int, last: int) -> None:
        """Makes the table `rejected` of one batch: number, line, reasons and raw cells."""
        reasons, some = Reasons(self._plan), f"WHERE rec BETWEEN {first} AND {last}"
        places = sql.written_csv(self._places, {"rec": "BIGINT", "line": "BIGINT"})
        late = (
            f"SELECT rec, list({{'rule': rule, 'detail': detail}} ORDER BY rule) AS late FROM late {some} GROUP BY rec"
        )
        self._places.touch()
        self.spans.touch()
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE rejected AS SELECT m.rec, p.line, {reasons.struct_list()} AS reasons, "
            f"{reasons.raw()} AS raw, {reasons.raw_bytes()} AS raw_bytes, {reasons.is_malformed()} AS malformed, "
            f"t.* EXCLUDE (rec) FROM (FROM marked {some}) m JOIN {places} p USING (rec) "
            f"LEFT JOIN (FROM malformed {some}) f USING (rec) "
            f"LEFT JOIN (FROM ({self._plan.table.rejected}) {some}) t USING (rec) LEFT JOIN ({late}) l USING (rec)"
        )

    @property
    def _layout(self) -> Layout:
        """The input's own dialect, where it has one."""
        return self._plan.contract.layout if self._framing and not self._plan.table.is_json else Layout()

    def _write_csv(self, path: Path) -> None:
        layout = self._layout
        plain = self._clean_text if not layout.quote else lambda expression: expression
        cells = [
            f"CASE WHEN NOT malformed THEN nullif({plain(f'c{at}')}, '') END AS {sql.name(name)}"
            for at, name in enumerate(self._plan.table.names)
        ]
        columns = [
            f"{sql.text(self._run)} AS _run", "rec AS _record", "line AS _line",
            f"{plain(REASONS_TEXT)} AS _reasons", f"{plain('raw')} AS _raw", *cells,
        ]  # fmt: skip
        options = (
            f"FORMAT csv, HEADER {self._header}, DELIMITER {sql.text(layout.delimiter)}, QUOTE {sql.text(layout.quote)}, "
            f"ESCAPE {sql.text(layout.escape)}, NULLSTR ''"
        )
        copy = f"COPY (SELECT {', '.join(columns)} FROM rejected ORDER BY rec) TO {sql.text(path)} ({options})"
        self.written_csv += number(self._connection, copy)

    def _clean_text(self, expression: str) -> str:
        """Without quoting, nothing in a cell may look like structure."""
        delimiter = sql.text(self._plan.contract.layout.delimiter)
        return f"translate(replace({expression}, {delimiter}, ' '), chr(10) || chr(13), '  ')"

    def _write_jsonl(self, path: Path) -> None:
        parts = [
            ("_run", f"to_json({sql.text(self._run)})"),
            ("_record", "to_json(rec)"),
            ("_line", "to_json(line)"),
            ("_reasons", "to_json(reasons)"),
            ("_raw", "to_json(raw)"),
            ("_raw_bytes", "to_json(raw_bytes)"),
            ("_row", f"CASE WHEN NOT malformed THEN {self._row()} END"),
        ]
        members = " || ',' || ".join(f"'\"{key}\":' || coalesce({value}::VARCHAR, 'null')" for key, value in parts)
        options = "FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '', NULLSTR ''"
        line = f"'{{' || {members} || '}}'"
        copy = f"COPY (SELECT {line} FROM rejected ORDER BY rec) TO {sql.text(path)} ({options})"
        self.written_jsonl += number(self._connection, copy)

    def _row(self) -> str:
        """JSON rows as they were, parent fields put in; others as an object of texts."""
        if not self._plan.table.is_json:
            pairs = ", ".join(f"{sql.text(name)}, c{at}" for at, name in enumerate(self._plan.table.names))
            return f"json_object({pairs})"
        comma = "CASE WHEN json_keys(j) = [] THEN '' ELSE ', ' END"
        return f"CASE WHEN p IS NULL THEN j ELSE left(p, length(p) - 1) || {comma} || ltrim(substr(ltrim(j), 2)) END"


def _at_most(found: Iterator[Located], count: int, size: int) -> Iterator[Located]:
    """The next records: no more than `count`, and none after `size` bytes are reached."""
    for one in islice(found, count):
        yield one
        size -= len(one.row)
        if size <= 0:
            return


def _append(part: Path, file: BinaryIO) -> None:
    """Moves what was written to `part` to the end of a file."""
    with part.open("rb") as written:
        shutil.copyfileobj(written, file, 1 << 20)
    part.unlink()


def transcode(path: Path, encoding: str) -> None:
    """Rewrites a UTF-8 file in another encoding; a character it lacks becomes `\\uXXXX`."""
    if codecs.lookup(encoding).name == "utf-8":
        return
    copy = path.with_suffix(".transcoded")
    with (
        path.open(encoding="utf-8", newline="") as source,
        copy.open("w", encoding=encoding, newline="", errors="backslashreplace") as target,
    ):
        while piece := source.read(1 << 20):
            target.write(piece)
    copy.replace(path)
