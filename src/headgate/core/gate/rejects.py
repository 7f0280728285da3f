"""The rejected rows: raw cells exactly as received, record number, line, every reason; one file for people, one for machines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

from headgate.core.contract.model import Layout
from headgate.core.gate import sql
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.reasons import REASONS_TEXT, Reasons
from headgate.core.gate.tables import MALFORMED
from headgate.core.reading.framing import Framing
from headgate.core.reading.index import Numbers

_BATCH = 10_000


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
        self.spans, self._places = work / "rejected.spans", work / "rejected.places"
        self.bytes = 0
        self.count = 0

    def gather(self) -> None:
        """Makes the table `rejected`: rec, line, the masks, late reasons; and copies the raw spans aside."""
        cells, plan = self._plan.cells, self._plan
        masks = ", ".join(cells.errors(word) for word in range(plan.error_words))
        self._connection.execute(
            f"CREATE TEMP TABLE marked AS SELECT rec, {cells.fault}, {masks} FROM scratch "
            f"WHERE NOT ({plan.fine}) OR rec IN (SELECT rec FROM late)"
        )
        self._copy_spans()
        kinds = "{'rec': 'BIGINT', 'line': 'BIGINT'}"
        self._connection.execute(
            f"CREATE TEMP VIEW places AS SELECT * FROM read_csv({sql.text(self._places)}, auto_detect=false, header=false, "
            f"columns={kinds})"
        )
        self._read_malformed()

    def _copy_spans(self) -> None:
        framing = self._framing
        lines = Numbers(framing.lines_file, "Q") if framing else None
        lengths = Numbers(framing.lengths_file, "I") if framing else None
        with self._places.open("w", newline="") as places, self.spans.open("wb") as spans:
            writer = csv.writer(places)
            for record, span in self._rejected_spans():
                self.count += 1
                self.bytes += lengths[record - 1] if lengths else 0
                writer.writerow((record, lines[record - 1] if lines else ""))
                spans.write(span)

    def _rejected_spans(self) -> Iterator[tuple[int, bytes]]:
        """(record number, its row as the engine can read it again, the number in front)."""
        rows = self._connection.execute("SELECT rec FROM marked ORDER BY rec")
        if self._framing is None:
            yield from ((row[0], b"") for batch in iter(lambda: rows.fetchmany(_BATCH), []) for row in batch)
            return
        starts = Numbers(self._framing.engine_starts_file, "Q")
        separator = b"\x01" if self._plan.table.is_json else self._plan.contract.layout.delimiter.encode()
        with self._framing.engine_file.open("rb") as engine_file:
            for batch in iter(lambda: rows.fetchmany(_BATCH), []):
                for (record,) in batch:
                    engine_file.seek(starts[record - 1])
                    row = engine_file.read(starts[record] - starts[record - 1])
                    yield record, b"%d%b%b%b" % (record, separator, row, b"" if row.endswith(b"\n") else b"\n")

    def _read_malformed(self) -> None:
        kinds = "{'rec': 'BIGINT', 'code': 'VARCHAR', 'detail': 'VARCHAR', 'text': 'VARCHAR', 'base64': 'VARCHAR'}"
        if self._framing is None:
            empty = "NULL::BIGINT AS rec, '' AS code, '' AS detail, '' AS text, '' AS base64"
            self._connection.execute(f"CREATE TEMP VIEW malformed AS SELECT {empty} WHERE FALSE")
            return
        self._connection.execute(
            f"CREATE TEMP VIEW malformed AS SELECT * FROM read_csv({sql.text(self._framing.malformed_file)}, "
            f"auto_detect=false, header=false, delim=',', quote='\"', escape='\"', new_line='\\r\\n', "
            f"max_line_size={max(2_097_152, 8 * self._framing.longest)}, columns={kinds})"
        )

    def counts(self) -> dict[str, int]:
        """Rule id (or code of a malformed record) → rejected rows that have this reason."""
        cells = self._plan.cells
        found: dict[str, int] = {}
        for at, rule in enumerate(self._plan.errors):
            word = cells.errors(at // BITS)
            found[rule.id] = self._number(f"SELECT count(*) FROM marked WHERE ({word} >> {at % BITS}) & 1 = 1")
        late = self._connection.execute("SELECT rule, count(*) FROM late GROUP BY rule ORDER BY rule").fetchall()
        found.update(dict(late))
        for fault, code in enumerate(MALFORMED, 1):
            if fault > 1:
                found[code] = self._number(f"SELECT count(*) FROM marked WHERE {cells.fault} = {fault}")
        framed = self._connection.execute("SELECT code, count(*) FROM malformed GROUP BY code ORDER BY code").fetchall()
        for code, count in framed:
            found[code] = found.get(code, 0) + count
        return {code: count for code, count in found.items() if count}

    def write(self, csv_path: Path, jsonl_path: Path) -> None:
        """Both files, in record order; `rejected.csv` in the dialect and encoding of the input."""
        reasons = Reasons(self._plan)
        view = (
            f"SELECT m.rec, p.line, {reasons.struct_list()} AS reasons, {reasons.raw()} AS raw, "
            f"{reasons.raw_bytes()} AS raw_bytes, {reasons.is_malformed()} AS malformed, t.* EXCLUDE (rec) "
            f"FROM marked m JOIN places p USING (rec) LEFT JOIN malformed f USING (rec) "
            f"LEFT JOIN ({self._plan.table.rejected}) t USING (rec) "
            f"LEFT JOIN (SELECT rec, list({{'rule': rule, 'detail': detail}} ORDER BY rule) AS late FROM late GROUP BY rec) l USING (rec)"
        )
        self._connection.execute(f"CREATE TEMP TABLE rejected AS {view}")
        self._write_csv(csv_path)
        self._write_jsonl(jsonl_path)

    def _write_csv(self, path: Path) -> None:
        layout = self._plan.contract.layout if self._framing and not self._plan.table.is_json else Layout()
        plain = self._clean_text if not layout.quote else lambda expression: expression
        cells = [
            f"CASE WHEN NOT malformed THEN nullif({plain(f'c{at}')}, '') END AS {sql.name(name)}"
            for at, name in enumerate(self._plan.table.names)
        ]
        columns = [
            f"{sql.text(self._run)} AS _run", "rec AS _record", "line AS _line",
            f"{plain(REASONS_TEXT)} AS _reasons", f"{plain('raw')} AS _raw", *cells,
        ]  # fmt: skip
        quote = layout.quote or "\x02"
        options = (
            f"FORMAT csv, HEADER true, DELIMITER {sql.text(layout.delimiter)}, QUOTE {sql.text(quote)}, "
            f"ESCAPE {sql.text(layout.escape if layout.quote else quote)}, NULLSTR ''"
        )
        self._connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM rejected ORDER BY rec) TO {sql.text(path)} ({options})"
        )
        transcode(path, layout.encoding)

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
        options = "FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '\x02', ESCAPE '\x02', NULLSTR ''"
        line = f"'{{' || {members} || '}}'"
        self._connection.execute(f"COPY (SELECT {line} FROM rejected ORDER BY rec) TO {sql.text(path)} ({options})")

    def _row(self) -> str:
        """JSON rows as they were, parent fields put in; others as an object of texts."""
        if not self._plan.table.is_json:
            pairs = ", ".join(f"{sql.text(name)}, c{at}" for at, name in enumerate(self._plan.table.names))
            return f"json_object({pairs})"
        if not self._plan.contract.layout.parent_fields:
            return "j"
        comma = "CASE WHEN json_keys(j) = [] THEN '' ELSE ', ' END"
        return f"left(p, length(p) - 1) || {comma} || ltrim(substr(ltrim(j), 2))"

    def _number(self, query: str) -> int:
        row = self._connection.execute(query).fetchone()
        assert row
        return int(row[0])


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
