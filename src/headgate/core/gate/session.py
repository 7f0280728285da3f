"""A DuckDB connection that is bounded, offline, and disarmed of what is known to lose rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from headgate.core.errors import HeadgateError, Outside

_WIDE = 250
_PER_COLUMN = 500_000
_LONG = 4_000_000
_PER_RECORD_BYTE = 16


@dataclass(frozen=True)
class Budget:
    """What the engine may use.

    Attributes:
        memory_limit: DuckDB size text; the process takes about 100 MB more.
        threads: also decides the bytes of Parquet output, which differ between 1 and 2 or more.
    """

    memory_limit: str = "256MB"
    threads: int = 2


@contextmanager
def session(work: Path, budget: Budget) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that spills into `work`.

    type_pushdown and in_clause lose rows or their order (DuckDB 2.0.0; tests/core/reading/test_engine_traps.py). No extension is
    ever loaded or fetched: JSON, Parquet and ICU are inside the wheel.

    Raises:
        Outside: the disk is full, memory_limit is too small, or a file can't be read or written.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": budget.memory_limit,
        "threads": budget.threads,
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("SET disabled_optimizers = 'type_pushdown,in_clause'")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    except HeadgateError:
        raise
    except duckdb.OutOfMemoryException as error:
        raise Outside(
            f"the memory limit of {budget.memory_limit} is too small for this file: {_first_line(error)}",
            who="the project's owner",
            next="raise gate.memory_limit in headgate.yaml (for check: --memory-limit), or use fewer threads",
        ) from error
    except duckdb.IOException as error:
        raise Outside(
            f"reading or writing failed: {_first_line(error)}",
            who="whoever looks after this machine",
            next="free disk space or correct the permissions, then run the same command again",
        ) from error
    finally:
        connection.close()


def number(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """The one number a query gives, or the rows a COPY or INSERT wrote."""
    row = connection.execute(statement).fetchone()
    assert row
    return int(row[0])


def make_room(connection: duckdb.DuckDBPyConnection, columns: int, longest: int) -> None:
    """Lets the engine reserve more for a very wide file, on one thread, and for very long records.

    It reserves some 400 KB per column before the first row (measured at 2,000 columns: 800 MB reserved, 250 MB used),
    so that a limit meant for rows would refuse any file of more than a few hundred columns. A record is held whole in
    several places at once: what it may cost is bounded by limits.record, and comes on top of the memory limit.
    """
    given = needed = _reserved(connection)
    if columns > _WIDE:
        connection.execute("SET threads = 1")
        needed = max(needed, columns * _PER_COLUMN)
    if longest > _LONG:
        needed += longest * _PER_RECORD_BYTE
    if needed > given:
        connection.execute(f"SET memory_limit = '{int(needed)}B'")


def _reserved(connection: duckdb.DuckDBPyConnection) -> float:
    """The memory limit in force, in bytes; the engine says it in binary units, such as `244.1 MiB`."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    number, unit = str(row[0]).split() if row else ("0", "MiB")
    return float(number) * 1024.0 ** ["bytes", "KiB", "MiB", "GiB", "TiB"].index(unit)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]
