"""The split itself: one scan into a scratch file of typed rows and masks, then keys, derived columns, accepted rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from headgate.core.errors import Place, UserMistake
from headgate.core.expression import TABLE
from headgate.core.gate import sql
from headgate.core.gate.accepted_before import AcceptedBefore
from headgate.core.gate.derive import Context, kept, outcome
from headgate.core.gate.keys import KeyJudge
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.session import number
from headgate.core.reading.locate import Locator

# Small row groups: threads are handed more even shares, and less is held at once (measured; docs/benchmarks.md).
_SCRATCH = "(FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 40960)"
# Up to so many bytes of content the rows stay in the engine, which is faster than to write a file and open it again and
# again; and one thread does it all, which is faster than to share so little, and leaves the others to other files.
SMALL = 1 << 20
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
        self._work = work
        self._at = f"{plan.cells.prefix}at"
        self.result = Split()

    def scan(self, content_size: int) -> None:
        """One pass over the file: every row typed, every rule judged.

        Args:
            content_size: bytes of the (decompressed) file.
        """
        rows = self._kept_in_engine() if content_size <= SMALL else self._kept_in_file()
        self._connection.execute(
            f"CREATE TEMP VIEW scratch AS SELECT {self._at} + 1 AS {self._plan.cells.record}, {self._named()} FROM ({rows})"
        )
        self._connection.execute("CREATE TEMP TABLE late (rec BIGINT, rule VARCHAR, detail VARCHAR)")
        self._connection.execute("CREATE TEMP TABLE soft (rec BIGINT)")
        self.result.records = number(self._connection, "SELECT count(*) FROM scratch")

    def _kept_in_engine(self) -> str:
        self._connection.execute("SET threads = 1")
        self._connection.execute(f"CREATE TEMP TABLE scanned AS {self._plan.query}")
        return f"SELECT rowid AS {self._at}, * FROM scanned"

    def _kept_in_file(self) -> str:
        file = self._work / "scratch.parquet"
        self._connection.execute(f"COPY ({self._plan.query}) TO {sql.text(file)} {_SCRATCH}")
        source = f"read_parquet({sql.file(file)}, file_row_number=true, hive_partitioning=false)"
        return f"SELECT file_row_number AS {self._at}, * EXCLUDE (file_row_number) FROM {source}"

    def _named(self) -> str:
        """Everything that was scanned, the typed columns under the user's names."""
        cells, columns = self._plan.cells, self._plan.contract.columns
        names = [f"{cells.kept(column.name)} AS {cells.typed(column.name)}" for column in columns]
        inner = ", ".join([self._at, *(cells.kept(column.name) for column in columns)])
        return ", ".join([*names, f"* EXCLUDE ({inner})"])

    def judge_keys(self, locator: Locator | None, before: AcceptedBefore | None = None) -> None:
        """Later rows of equal keys go to `late`, or to `soft` where the rule only warns; those in `before` come first."""
        self.result.soft_keys = KeyJudge(self._connection, self._plan, locator, self._work, before).judge()

    def judge_derived(self, context: Context, place: Place) -> None:
        """Rows for which a derived column fails go to `late`, once for each such column."""
        if not self._derive:
            return
        kinds = self._types(context, place)
        self._derive = {name: kept(expression, kinds[name]) for name, expression in self._derive.items()}
        failed = {
            # Of a float also infinity is no value.
            name: f"{outcome(expression, kinds[name] in ('DOUBLE', 'FLOAT'))} IS NULL"
            for name, expression in self._derive.items()
        }
        rules = ", ".join(f"CASE WHEN {test} THEN {sql.text('derive.' + name)} END" for name, test in failed.items())
        rows = f"SELECT {self._plan.cells.record} AS rec, unnest([{rules}]) AS rule FROM ({self._fine(context)})"
        self._connection.execute(
            f"INSERT INTO late SELECT rec, rule, '' FROM ({rows} WHERE {' OR '.join(failed.values())}) WHERE rule IS NOT NULL"
        )

    def _types(self, context: Context, place: Place) -> dict[str, str]:
        """What type each derived column has."""
        try:
            return dict(zip(self._derive, self._kinds(self._derive.values(), context), strict=True))
        except duckdb.Error:
            for column, expression in self._derive.items():
                self._describe_alone(column, expression, context, place)
            raise

    def _kinds(self, expressions: Iterable[str], context: Context) -> list[str]:
        picked = ", ".join(f"({expression}) AS v{at}" for at, expression in enumerate(expressions))
        described = self._connection.execute(f"DESCRIBE SELECT {picked} FROM ({self._fine(context)})").fetchall()
        return [row[1] for row in described]

    def _describe_alone(self, column: str, expression: str, context: Context, place: Place) -> None:
        try:
            self._kinds([expression], context)
        except duckdb.Error as error:
            where = Place(place.file, place.line, place.column, f"derive.{column}")
            raise UserMistake(str(error).splitlines()[0], where=where, next="correct the expression") from error

    def _fine(self, context: Context) -> str:
        """Rows that satisfy every rule about one row, in file order, with what derive may use."""
        return f"SELECT *, {context.columns(self._plan.number)} FROM scratch WHERE {self._plan.fine}"

    def accepted_rows(self, context: Context) -> str:
        """Rows still accepted, in file order, with what derive may use."""
        record = self._plan.cells.record
        is_late = number(self._connection, "SELECT count(*) FROM late")
        kept = f" AND {record} NOT IN (SELECT rec FROM late) ORDER BY {record}" if is_late else ""
        return self._fine(context) + kept

    def write_accepted(self, path: Path, accepted_format: str, context: Context) -> None:
        """The accepted rows, typed, in file order: the contract's columns, the extras, the derived ones.

        They stay as the view that sql checks read, if there are any.
        """
        cells, table = self._plan.cells, self._plan.table
        picked = [cells.typed(column.name) for column in self._plan.contract.columns]
        picked += [f"{cells.extra(at)} AS {sql.name(name)}" for at, name in enumerate(table.extras)]
        picked += [f"({expression}) AS {sql.name(name)}" for name, expression in self._derive.items()]
        rows = f"SELECT {', '.join(picked)} FROM ({self.accepted_rows(context)})"
        if any(check.query for check in self._plan.contract.checks):
            self._connection.execute(f"CREATE TEMP VIEW {TABLE} AS {rows}")
        options = ACCEPTED_FORMATS[accepted_format]
        self.result.accepted = number(self._connection, f"COPY ({rows}) TO {sql.text(path)} {options}")
        warned = self._warning_bits()
        if any(self.result.soft_keys.values()):
            warned.append(f"{cells.record} IN (SELECT rec FROM soft)")
        if warned:
            rows = f"SELECT count(*) FROM ({self.accepted_rows(context)}) WHERE {' OR '.join(warned)}"
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
