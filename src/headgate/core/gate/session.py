"""DuckDB, bounded, offline, and disarmed of what is known to lose rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

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


class Engine:
    """A DuckDB instance, bounded and offline, that serves one file after the other: starting one takes about 10 ms.

    Args:
        folder: where it spills what does not fit into memory.

    Attributes:
        is_broken: after an error of its own it refuses everything.
    """

    def __init__(self, folder: Path, budget: Budget) -> None:
        self._budget, self._in_use, self.is_broken = budget, Lock(), False
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": budget.memory_limit,
            "threads": budget.threads,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self._instance = duckdb.connect(config=settings)

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for one file, whose tables go with it; another file waits until its end.

        type_pushdown and in_clause lose rows or their order (DuckDB 2.0.0; tests/core/reading/test_engine_traps.py). No
        extension is ever loaded or fetched: JSON, Parquet and ICU are inside the wheel.

        Raises:
            Outside: the disk is full, memory_limit is too small, or a file can't be read or written.
        """
        with self._in_use, _explained(self._budget):
            connection = self._instance.cursor()
            try:
                connection.execute(f"SET memory_limit = '{self._budget.memory_limit}'")
                connection.execute(f"SET threads = {self._budget.threads}")
                connection.execute("SET disabled_optimizers = 'type_pushdown,in_clause'")
                connection.execute("SET TimeZone = 'UTC'")
                connection.execute("SET enable_progress_bar = false")
                yield connection
            except (duckdb.FatalException, duckdb.InternalException):
                self.is_broken = True
                raise
            finally:
                connection.close()

    def close(self) -> None:
        """Ends it; its memory is free."""
        self._instance.close()


@contextmanager
def session(work: Path, budget: Budget) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection of an engine that serves one file only, and spills into `work`.

    Raises:
        Outside: as `Engine.session`.
    """
    with closing(Engine(work, budget)) as engine, engine.session() as connection:
        yield connection


@contextmanager
def _explained(budget: Budget) -> Iterator[None]:
    try:
        yield
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
    if columns <= _WIDE and longest <= _LONG:
        return
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
