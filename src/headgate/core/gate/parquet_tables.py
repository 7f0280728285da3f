"""A Parquet file as a table of texts, so that the same forms are accepted as anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from headgate.core.contract.model import Contract
from headgate.core.errors import FileFailed, Place
from headgate.core.gate import sql
from headgate.core.gate.cells import Cells
from headgate.core.gate.header import Header
from headgate.core.gate.session import number
from headgate.core.gate.tables import TextTable


def parquet_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """(name, type) of each column.

    Raises:
        FileFailed: `not_of_its_format`.
    """
    with blaming_the_file(path):
        described = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({sql.file(path)}, hive_partitioning=false)"
        ).fetchall()
    return [(row[0], row[1]) for row in described]


def parquet_records(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many rows the footer says there are."""
    return number(connection, f"SELECT num_rows FROM parquet_file_metadata({sql.file(path)})")


@contextmanager
def blaming_the_file(path: Path) -> Iterator[None]:
    """What the engine can't read of a Parquet file is the file's fault, unless memory or disk gave out.

    Raises:
        FileFailed: `not_of_its_format`.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(str(path.resolve()), path.name)
        raise FileFailed(
            f"not a whole Parquet file: {reason}", code="not_of_its_format", where=Place(path.name), who="the sender",
            next="ask for the file again",
        ) from error  # fmt: skip


def parquet_table(
    columns: Sequence[tuple[str, str]], path: Path, contract: Contract, cells: Cells, header: Header
) -> TextTable:
    """The table of a Parquet file: every value as text, so that the same forms are accepted as anywhere."""
    values = [as_text(name, kind) for name, kind in columns]
    picked = [
        f"{'NULL::VARCHAR' if at is None else values[at]} AS {cells.raw(name)}" for name, at in header.positions.items()
    ]
    picked += [f"{values[at]} AS {cells.extra(place)}" for place, at in enumerate(header.extras)]
    listed = ", ".join(f"{value} AS c{at}" for at, value in enumerate(values))
    has_its_name = any(name.lower() == "file_row_number" for name, _ in columns)
    row_number = "row_number() OVER ()" if has_its_name else "file_row_number + 1"
    option = "" if has_its_name else "file_row_number=true, "
    source = f"read_parquet({sql.file(path)}, {option}hive_partitioning=false)"
    return TextTable(
        query=f"SELECT {', '.join(picked)}, 0::TINYINT AS {cells.fault} FROM read_parquet({sql.file(path)}, hive_partitioning=false)",
        extras=tuple(header.names[at] for at in header.extras),
        names=header.names,
        is_json=False,
        rejected=f"SELECT {row_number} AS rec, NULL::VARCHAR AS j, {listed} FROM {source}",
    )


def as_text(name: str, kind: str) -> str:
    """SQL: a column of Parquet as a text; what is nested as JSON."""
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"to_json({sql.name(name)})::VARCHAR" if nested else f"CAST({sql.name(name)} AS VARCHAR)"
