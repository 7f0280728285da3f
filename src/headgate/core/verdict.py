"""A verdict on one file: counts, reasons, and both halves as tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headgate.core.errors import UserMistake
from headgate.core.gate import sql
from headgate.core.manifest import Manifest

if TYPE_CHECKING:
    import duckdb

_READERS = {".parquet": "read_parquet", ".csv": "read_csv", ".jsonl": "read_json"}


@dataclass(frozen=True)
class Rows:
    """Rows in a file, read when asked for: `relation()`, `arrow()`, `polars()`, `pandas()`.

    Parquet gives the types of the contract; CSV and JSON Lines keep no types, and the engine guesses them anew.
    """

    path: Path

    def relation(self) -> duckdb.DuckDBPyRelation:
        """A DuckDB relation over the file, on a connection of its own."""
        import duckdb

        options = ", auto_detect=true" if self.path.suffix == ".csv" else ""
        connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        return connection.sql(f"FROM {_READERS[self.path.suffix]}({sql.file(self.path)}{options})")

    def arrow(self) -> Any:
        """A pyarrow Table; needs pyarrow."""
        return _converted(lambda: self.relation().to_arrow_table(), "pyarrow")

    def polars(self) -> Any:
        """A polars DataFrame; needs polars and pyarrow."""
        return _converted(lambda: self.relation().pl(), "polars")

    def pandas(self) -> Any:
        """A pandas DataFrame; needs pandas."""
        return _converted(lambda: self.relation().df(), "pandas")


def _converted(make: Any, package: str) -> Any:
    try:
        return make()
    except ImportError as error:
        message = f"{package} is not installed ({error})"
        raise UserMistake(message, next=f"pip install {package}", code="missing_package") from error


@dataclass(frozen=True)
class Verdict:
    """What `headgate.check` answers.

    Attributes:
        manifest: the whole manifest, as in `manifest.json`.
        folder: where the outputs are; None when the file could not be read as a whole.
        accepted: the accepted rows, typed; None when the file failed.
        rejected: the rejected rows with `_run, _record, _line, _reasons, _raw, _raw_bytes, _row`; None when unreadable.
    """

    manifest: Manifest
    folder: Path | None
    accepted: Rows | None
    rejected: Rows | None

    @property
    def failed(self) -> bool:
        """Whether the file as a whole failed; rejected rows alone are no failure."""
        return bool(self.manifest["verdict"] == "failed")

    @property
    def counts(self) -> dict[str, int]:
        """records, accepted, rejected, warned."""
        return dict(self.manifest["counts"])
