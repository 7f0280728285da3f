"""Keys of rows that other runs accepted, read back and typed as those at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from headgate.core.accepted_rows import PATH, Group, accepted_groups, contract_types
from headgate.core.contract.model import Column, Contract
from headgate.core.gate import sql
from headgate.core.gate.parquet_tables import as_text
from headgate.core.gate.typed import typed


class AcceptedBefore:
    """The accepted outputs of other runs.

    Args:
        outputs: run → its `accepted.parquet`, `.csv` or `.jsonl`.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, contract: Contract, outputs: Mapping[str, Path]) -> None:
        self._contract = contract
        self._runs = ", ".join(f"({sql.text(path.resolve())}, {sql.text(run)})" for run, path in outputs.items())
        self._groups = accepted_groups(connection, list(outputs.values()), contract_types(contract))

    def keys(self, columns: Sequence[str]) -> str | None:
        """SELECT of `run` and the typed values `k0…` of some columns, where all are there; None when no output has them."""
        known = [self._contract.column(name) for name in columns]
        parts = [self._keys(group, known) for group in self._groups if set(columns) <= set(group.columns)]
        return " UNION ALL ".join(parts) or None

    def _keys(self, group: Group, columns: Sequence[Column]) -> str:
        texts = [as_text(column.name, group.columns[column.name]) for column in columns]
        cells = ", ".join(f"nullif({text}, '') AS t{at}" for at, text in enumerate(texts))
        values = ", ".join(f"{typed(_as_written(column), f't{at}')} AS k{at}" for at, column in enumerate(columns))
        runs = f"(VALUES {self._runs}) runs(file, run)"
        return (
            f"SELECT run, {values} FROM (SELECT {PATH} AS file, {cells} FROM ({group.select})) JOIN {runs} USING (file)"
        )


def _as_written(column: Column) -> Column:
    """The column as accepted rows are written: in ISO forms, whatever form it came in."""
    return replace(column, format=None, true_values=(), false_values=(), integer_form="digits")
