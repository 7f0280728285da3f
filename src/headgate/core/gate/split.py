"""The split itself: one scan into a scratch file of typed rows and masks, then keys, derived columns, accepted rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from headgate.core.errors import Place, UserMistake
from headgate.core.expression import TABLE
from headgate.core.gate import sql
from headgate.core.gate.derive import Context, outcome
from headgate.core.gate.keys import KeyJudge
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.session import number
from headgate.core.reading.locate import Locator

# Small row groups: threads are handed more even shares, and less is held at once (measured; docs/benchmarks.md).
_SCRATCH = "(FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 40960)"
ACCEPTED_FORMATS = {
    "parquet": "(FORMAT parquet, COMPRESSION zstd)",
    "csv": "(FORMAT csv, HEADER true)",
    "jsonl": "(FORMAT json)",
}


@dataclass
class Split:
    """What became of the rows; the tables `scratch` and `late` stay in the connection.

    Attributes:
        records: rows the engine read, malformed ones included.
        accepted: rows written to the accepted output.
        warned: accepted rows that break a warning rule.
        soft_keys: rule id → accepted or rejected rows that repeat a key which only warns.
    """

    records: int = 0
    accepted: int = 0
    warned: int = 0
    soft_keys: dict[str, int] = field(default_factory=dict)


class Splitter:
    """Runs one plan; call `scan`, `judge_derived`, `judge_keys`, `write_accepted` in this order.

    Keys come after derived columns, so that a row whose derived column fails never stands in the way of a good one.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, plan: Plan, work: Path, derive: Mapping[str, str]
    ) -> None:
        self._connection, self._plan, self._derive = connection, plan, derive
        self._work, self._scratch = work, work / "scratch.parquet"
        self.result = Split()

    def scan(self) -> None:
        """One pass over the file: every row typed, every rule judged."""
        self._connection.execute(f"COPY ({self._plan.query}) TO {sql.text(self._scratch)} {_SCRATCH}")
        self._connection.execute(
            f"CREATE TEMP VIEW scratch AS SELECT file_row_number + 1 AS {self._plan.cells.record}, {self._named()} "
            f"FROM read_parquet({sql.file(self._scratch)}, file_row_number=true, hive_partitioning=false)"
        )
        self._connection.execute("CREATE TEMP TABLE late (rec BIGINT, rule VARCHAR, detail VARCHAR)")
        self._connection.execute("CREATE TEMP TABLE soft (rec BIGINT)")
        self.result.records = number(self._connection, "SELECT count(*) FROM scratch")

    def _named(self) -> str:
        """Everything in the scratch file, the typed columns under the user's names."""
        cells, columns = self._plan.cells, self._plan.contract.columns
        names = [f"{cells.kept(column.name)} AS {cells.typed(column.name)}" for column in columns]
        inner = ", ".join(["file_row_number", *(cells.kept(column.name) for column in columns)])
        return ", ".join([*names, f"* EXCLUDE ({inner})"])

    def judge_keys(self, locator: Locator | None) -> None:
        """Later rows of equal keys go to `late`, or to `soft` where the rule only warns."""
        self.result.soft_keys = KeyJudge(self._connection, self._plan, locator, self._work).judge()

    def judge_derived(self, context: Context, place: Place) -> None:
        """Rows for which a derived column fails go to `late`."""
        for column, expression in self._derive.items():
            is_float = self._is_float(column, expression, context, place)
            failed = f"{outcome(expression, is_float)} IS NULL"
            found = f"SELECT {self._plan.cells.record}, {sql.text('derive.' + column)}, '' FROM ({self._fine(context)})"
            self._connection.execute(f"INSERT INTO late {found} WHERE {failed}")

    def _is_float(self, column: str, expression: str, context: Context, place: Place) -> bool:
        try:
            described = self._connection.execute(
                f"DESCRIBE SELECT ({expression}) AS v FROM ({self._fine(context)})"
            ).fetchall()
        except duckdb.Error as error:
            where = Place(place.file, place.line, place.column, f"derive.{column}")
            raise UserMistake(str(error).splitlines()[0], where=where, next="correct the expression") from error
        return described[0][1] in ("DOUBLE", "FLOAT")

    def _fine(self, context: Context) -> str:
        """Rows that satisfy every rule about one row, in file order, with what derive may use."""
        return f"SELECT *, {context.columns(self._plan.cells.record)} FROM scratch WHERE {self._plan.fine}"

    def _accepted(self, context: Context) -> str:
        """Rows still accepted, in file order, with what derive may use."""
        record = self._plan.cells.record
        is_late = number(self._connection, "SELECT count(*) FROM late")
        kept = f" AND {record} NOT IN (SELECT rec FROM late) ORDER BY {record}" if is_late else ""
        return self._fine(context) + kept

    def write_accepted(self, path: Path, accepted_format: str, context: Context) -> None:
        """The accepted rows, typed, in file order: the contract's columns, the extras, the derived ones.

        They stay as the view that sql checks read.
        """
        cells, table = self._plan.cells, self._plan.table
        picked = [cells.typed(column.name) for column in self._plan.contract.columns]
        picked += [f"{cells.extra(at)} AS {sql.name(name)}" for at, name in enumerate(table.extras)]
        picked += [f"({expression}) AS {sql.name(name)}" for name, expression in self._derive.items()]
        rows = f"SELECT {', '.join(picked)} FROM ({self._accepted(context)})"
        self._connection.execute(f"CREATE TEMP VIEW {TABLE} AS {rows}")
        options = ACCEPTED_FORMATS[accepted_format]
        self.result.accepted = number(self._connection, f"COPY ({rows}) TO {sql.text(path)} {options}")
        warned = self._warning_bits()
        if any(self.result.soft_keys.values()):
            warned.append(f"{cells.record} IN (SELECT rec FROM soft)")
        if warned:
            rows = f"SELECT count(*) FROM ({self._accepted(context)}) WHERE {' OR '.join(warned)}"
            self.result.warned = number(self._connection, rows)

    def _warning_bits(self) -> list[str]:
        """Only the bits of warning rules: what file checks count warns of nothing."""
        count = len(self._plan.warnings)
        masks = [(word, min(BITS, count - BITS * word)) for word in range(-(-count // BITS))]
        return [f"{self._plan.cells.warnings(word)} & {(1 << bits) - 1} <> 0" for word, bits in masks]

    def count_of(self, mask_words: str, position: int) -> int:
        """How many rows have one bit set; `mask_words` is `errors` or `warnings`."""
        word = getattr(self._plan.cells, mask_words)(position // BITS)
        return number(self._connection, f"SELECT count(*) FROM scratch WHERE ({word} >> {position % BITS}) & 1 = 1")
