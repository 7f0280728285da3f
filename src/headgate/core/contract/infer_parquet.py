"""The columns of a Parquet file, observed by the engine."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

from headgate.core.contract.observe import Observed

_TYPES = {
    "BOOLEAN": "boolean", "DATE": "date", "TIME": "time", "FLOAT": "number", "DOUBLE": "number",
    "TIMESTAMP": "timestamp", "TIMESTAMP_S": "timestamp", "TIMESTAMP_MS": "timestamp", "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
}  # fmt: skip


class Stated(Observed):
    """A column whose type the file states."""

    stated: str = "string"
    bounds: tuple[str, str] | None = None
    different: int = 0

    @property
    def type(self) -> str:
        """The logical type of the stated one."""
        return self.stated

    @property
    def unique(self) -> bool:
        """True when every row has a value and no two are the same."""
        return self.required and self.count > 1 and self.different == self.count

    @property
    def range(self) -> tuple[str, str] | None:
        """Lowest and highest value, as text."""
        return self.bounds

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
            described = connection.execute(
                "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning=false)", [glob.escape(str(path.resolve()))]
            ).fetchall()
            columns = [_column(connection, path, str(row[0]), str(row[1])) for row in described]
        except duckdb.Error as error:
            raise ValueError(str(error).splitlines()[0]) from None
    physical = {str(row[0]): str(row[1]) for row in described if str(row[1]).startswith("DECIMAL")}
    return list(columns), physical, columns[0].count if columns else 0


def _column(connection: Any, path: Path, name: str, stated: str) -> Stated:
    quoted = '"' + name.replace('"', '""') + '"'
    column = Stated(name)
    column.stated = _logical(stated)
    ranged = column.stated in ("integer", "number", "date", "timestamp", "time")
    bounds = f"min({quoted})::VARCHAR, max({quoted})::VARCHAR" if ranged else "NULL, NULL"
    query = f"SELECT count(*), count({quoted}), count(DISTINCT {quoted}), {bounds} FROM read_parquet(?, hive_partitioning=false)"
    count, filled, different, low, high = connection.execute(query, [glob.escape(str(path.resolve()))]).fetchone()
    column.count, column.missing, column.different = count, count - filled, different
    column.bounds = (low, high) if low is not None else None
    return column


def _logical(stated: str) -> str:
    if stated.startswith("DECIMAL"):
        return "number"
    if stated.endswith("]"):
        return "array"
    if stated.startswith(("STRUCT", "MAP")):
        return "object"
    return _TYPES.get(stated, "string")
