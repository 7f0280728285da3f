"""The floor: DuckDB's bare conversion of the file to typed Parquet, nothing validated; bad cells become NULL."""

from __future__ import annotations

import sys

import duckdb

from benchmarks.data import HEADER

_TYPES = {"date": "DATE", "price": "DECIMAL(10,2)", "ram": "BIGINT", "storage": "BIGINT"}


def main(source: str, out: str) -> None:
    """Converts; malformed records are skipped. By `store_rejects`, as `ignore_errors` returns 4,173 of 2,000,000 rows here."""
    names = HEADER.strip().split(",")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    picked = ", ".join(f"TRY_CAST({name} AS {_TYPES[name]}) AS {name}" if name in _TYPES else name for name in names)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "256MB"})
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    reader = f"read_csv('{source}', auto_detect=false, header=true, quote='\"', escape='\"', store_rejects=true, columns={{{columns}}})"
    connection.execute(f"COPY (SELECT {picked} FROM {reader}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
