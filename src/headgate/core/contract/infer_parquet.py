"""The columns of a Parquet file, observed by the engine."""

from __future__ import annotations

import glob
import re
from pathlib import Path
from typing import Any

from headgate.core.contract.model import Column
from headgate.core.contract.observe import Observed
from headgate.core.gate.typed import typed, value

_TYPES = {
    "BOOLEAN": "boolean", "DATE": "date", "TIME": "time", "FLOAT": "number", "DOUBLE": "number",
    "TIMESTAMP": "timestamp", "TIMESTAMP_S": "timestamp", "TIMESTAMP_MS": "timestamp", "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
}  # fmt: skip

_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),([0-9]+)\)")


class Stated(Observed):
    """A column whose type the file states."""

    stated: str = "string"
    bounds: tuple[str, str] | None = None
    different: int = 0
    unfit: int = 0

    @property
    def type(self) -> str:
        """The logical type of the stated one; string where the gate, which reads values as text, can't take them all."""
        return "string" if self.unfit else self.stated

    def misfits(self) -> list[str]:
        """Why the column is not of its stated type, for comments."""
        what = "nan or inf" if self.stated == "number" else "a value with no text form that the gate takes for it"
        said = (
            f"{self.unfit:,} rows hold {what}, which a column of type {self.stated} rejects: so it is drafted as string"
        )
        return [said] if self.unfit else []

    @property
    def unique(self) -> bool:
        """True when every row has a value and no two are the same."""
        return self.required and self.count > 1 and self.different == self.count

    @property
    def range(self) -> tuple[str, str] | None:
        """Lowest and highest value, as text."""
        return None if self.unfit else self.bounds

    def facts(self) -> str:
        """Missing and different values, for a comment."""
        return f"{self.count - self.missing:,} of {self.count:,} filled, {self.different:,} different"


def read_parquet(path: Path) -> tuple[list[Observed], dict[str, str], int]:
    """Columns, physicalType by column, and the number of rows.

    Raises:
        ValueError: it is no Parquet file.
    """
    import duckdb

    with duckdb.connect() as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            described = connection.execute(
                "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning=false)", [glob.escape(str(path.resolve()))]
            ).fetchall()
            columns = [_column(connection, path, str(row[0]), str(row[1])) for row in described]
        except duckdb.Error as error:
            raise ValueError(str(error).splitlines()[0]) from None
    physical = {str(row[0]): str(row[1]) for row in described if _DECIMAL.fullmatch(str(row[1]))}
    return list(columns), physical, columns[0].count if columns else 0


def _column(connection: Any, path: Path, name: str, stated: str) -> Stated:
    quoted = '"' + name.replace('"', '""') + '"'
    column = Stated(name)
    column.stated = _logical(stated)
    ranged = column.stated in ("integer", "number", "date", "timestamp", "time")
    bounds = f"min({quoted})::VARCHAR, max({quoted})::VARCHAR" if ranged else "NULL, NULL"
    nested = column.stated in ("object", "array")
    text, read = _as_the_gate(name, stated, column.stated, f"to_json({quoted})" if nested else quoted)
    query = (
        f"SELECT count(*), count({text}), count(*) FILTER (({text}) IS NOT NULL AND ({read}) IS NULL), "
        f"count(DISTINCT {quoted}), {bounds} FROM read_parquet(?, hive_partitioning=false)"
    )
    found = connection.execute(query, [glob.escape(str(path.resolve()))]).fetchone()
    count, filled, column.unfit, column.different, low, high = found
    column.count, column.missing = count, count - filled
    column.bounds = (low, high) if low is not None else None
    return column


def _as_the_gate(name: str, stated: str, logical: str, cell: str) -> tuple[str, str]:
    """SQL for the text of a cell, NULL where the gate finds it missing, and for what the gate reads in that text."""
    decimal = _DECIMAL.fullmatch(stated)
    of = Column(name, name, logical, decimal=(int(decimal[1]), int(decimal[2])) if decimal else None)  # type: ignore[arg-type]
    text = value(of, f"CAST({cell} AS VARCHAR)", trim=False)
    return text, typed(of, f"({text})")


def _logical(stated: str) -> str:
    if _DECIMAL.fullmatch(stated):
        return "number"
    if stated.endswith("]"):
        return "array"
    if stated.startswith(("STRUCT", "MAP")):
        return "object"
    return _TYPES.get(stated, "string")
