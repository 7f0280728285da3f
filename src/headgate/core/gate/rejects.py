"""The rejected rows: raw cells exactly as received, record number, line, every reason; one file for people, one for machines."""

from __future__ import annotations

import codecs
import csv
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from headgate.core.contract.model import Layout
from headgate.core.gate import sql
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.reasons import REASONS_TEXT, Reasons
from headgate.core.gate.session import number
from headgate.core.gate.tables import FRAMED, MALFORMED
from headgate.core.reading.framing import Framing
from headgate.core.reading.locate import Located, locator

SPANS = "rejected.spans"
_BATCH = 50_000
_BATCH_BYTES = 16_000_000
_PARQUET_BATCH = 500_000


def read_malformed(connection: duckdb.DuckDBPyConnection, framing: Framing | None) -> None:
    """Makes the table `malformed` (rec, code, detail, text, base64) of what the framer could not read."""
    kinds = dict.fromkeys(("rec", "code", "detail", "text", "base64"), "VARCHAR") | {"rec": "BIGINT"}
    if framing and framing.malformed:
        source = sql.written_csv(framing.malformed_file, kinds, 8 * framing.longest)
        connection.execute(f"CREATE TEMP TABLE malformed AS FROM {source}")
    else:
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        connection.execute(f"CREATE TEMP TABLE malformed ({columns})")


class RejectWriter:
    """Gathers the rejected rows of one file in the table `rejected` and writes both files.

    Args:
        connection: holds `scratch`, `late` and `malformed`; and `origins` when the plan is joined.
        plan: of the file.
        framing: None for Parquet.
        work: folder for the spans of rejected records.
        run: what `_run` says: this run, or the root of rows that are sent again.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, plan: Plan, framing: Framing | None, work: Path, run: str
    ) -> None:
        self._connection, self._plan, self._framing, self._run = connection, plan, framing, run
        self.spans, self._places = work / SPANS, work / "rejected.places"
        self.bytes = 0
        self.count = 0
        self.written_csv = self.written_jsonl = 0

    def gather(self) -> None:
        """Makes the table `marked`: rec, fault and masks of every rejected row."""
        cells, plan = self._plan.cells, self._plan
        masks = ", ".join(cells.errors(word) for word in range(plan.error_words))
        self.count = number(
            self._connection,
            f"CREATE TEMP TABLE marked AS SELECT {cells.record} AS rec, {cells.fault}, {masks} FROM scratch "
            f"WHERE NOT ({plan.fine}) OR {cells.record} IN (SELECT rec FROM late)",
        )

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
        if not self.count:
            return
        last = 0
        query = f"SELECT rec FROM marked WHERE rec > ? ORDER BY rec LIMIT {_BATCH}"
        while batch := self._connection.execute(query, [last]).fetchall():
            last = batch[-1][0]
            yield from (record for (record,) in batch)

    def counts(self) -> dict[str, int]:
        """Rule id (or code of a malformed record) → rejected rows that have this reason."""
        if not self.count:
            return {}
        found = self._counts_of_rules()
        kinds = ("rule FROM late", f"{self._fault_code()} FROM marked", "code FROM malformed")
        codes = " UNION ALL ".join(f"SELECT {kind}" for kind in kinds)
        counted = f"SELECT code, count(*) FROM ({codes}) codes(code) GROUP BY code ORDER BY code"
        for code, count in self._connection.execute(counted).fetchall():
            found[code] = found.get(code, 0) + (count if code else 0)
        return {code: count for code, count in found.items() if count}

    def _counts_of_rules(self) -> dict[str, int]:
        """One pass for each word of the masks."""
        found: dict[str, int] = {}
        for word in range(self._plan.error_words):
            rules, mask = self._plan.errors[word * BITS : (word + 1) * BITS], self._plan.cells.errors(word)
            bits = ", ".join(f"count_if(({mask} >> {at}) & 1 = 1)" for at in range(len(rules)))
            counts = self._connection.execute(f"SELECT {bits} FROM marked").fetchone() if rules else ()
            found.update(zip((rule.id for rule in rules), counts or (), strict=True))
        return found

    def _fault_code(self) -> str:
        """SQL: the code of what the engine found malformed; those that the framer found are counted by theirs."""
        codes = " ".join(f"WHEN {fault} THEN '{code}'" for fault, code in enumerate(MALFORMED, 1) if fault > FRAMED)
        return f"CASE {self._plan.cells.fault} {codes} ELSE '' END"

    def write(self, csv_path: Path, jsonl_path: Path) -> None:
        """Both files, in record order; `rejected.csv` in the dialect and encoding of the input."""
        part = csv_path.with_suffix(".part")
        with csv_path.open("wb") as people, jsonl_path.open("wb") as machines:
            self._write_header(part)
            _append(part, people)
            for first, last in self._batches():
                self._join(first, last)
                self._write_csv(part)
                _append(part, people)
                self._write_jsonl(part)
                _append(part, machines)
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
        record, line = ("o.record", "o.line") if self._plan.is_joined else ("m.rec", "p.line")
        origins = f"LEFT JOIN (FROM origins {some}) o USING (rec) " if self._plan.is_joined else ""
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE rejected AS SELECT m.rec, {record} AS record, {line} AS line, "
            f"{reasons.struct_list()} AS reasons, "
            f"{reasons.raw()} AS raw, {reasons.raw_bytes()} AS raw_bytes, {reasons.is_malformed()} AS malformed, "
            f"t.* EXCLUDE (rec) FROM (FROM marked {some}) m JOIN {places} p USING (rec) {origins}"
            f"LEFT JOIN (FROM malformed {some}) f USING (rec) "
            f"LEFT JOIN (FROM ({self._plan.table.rejected}) {some}) t USING (rec) LEFT JOIN ({late}) l USING (rec)"
        )

    @property
    def _layout(self) -> Layout:
        """The dialect of the input, or what the contract says of every input."""
        layout = self._plan.contract.layout
        is_csv = self._framing and (not self._plan.table.is_json or layout.file_format == "csv")
        return layout if is_csv else Layout()

    def _write_header(self, path: Path) -> None:
        names = ("_run", "_record", "_line", "_reasons", "_raw", *self._plan.table.names)
        nothing = ", ".join(f"NULL AS {sql.name(name)}" for name in names)
        self._connection.execute(
            f"COPY (SELECT {nothing} WHERE FALSE) TO {sql.text(path)} {self._dialect(header=True)}"
        )

    def _write_csv(self, path: Path) -> None:
        plain = self._clean_text if not self._layout.quote else lambda expression: expression
        cells = [
            f"CASE WHEN NOT malformed THEN nullif({plain(f'c{at}')}, '') END"
            for at in range(len(self._plan.table.names))
        ]
        columns = [sql.text(self._run), "record", "line", plain(REASONS_TEXT), plain("raw"), *cells]
        rows = f"SELECT {', '.join(columns)} FROM rejected ORDER BY rec"
        self.written_csv += number(self._connection, f"COPY ({rows}) TO {sql.text(path)} {self._dialect(header=False)}")

    def _dialect(self, header: bool) -> str:
        layout = self._layout
        return (
            f"(FORMAT csv, HEADER {header}, DELIMITER {sql.text(layout.delimiter)}, QUOTE {sql.text(layout.quote)}, "
            f"ESCAPE {sql.text(layout.escape)}, NULLSTR '')"
        )

    def _clean_text(self, expression: str) -> str:
        """Without quoting, nothing in a cell may look like structure."""
        delimiter = sql.text(self._plan.contract.layout.delimiter)
        return f"translate(replace({expression}, {delimiter}, ' '), chr(10) || chr(13), '  ')"

    def _write_jsonl(self, path: Path) -> None:
        parts = [
            ("_run", f"to_json({sql.text(self._run)})"),
            ("_record", "to_json(record)"),
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
