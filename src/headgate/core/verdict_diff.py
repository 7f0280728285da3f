"""What changed between two verdicts on the same file: which records changed sides, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb

from headgate.core.gate import sql

Change = Literal["now_accepted", "now_rejected", "other_reasons"]
_SAMPLES = 5
_COLUMNS = "{'_record': 'BIGINT', '_line': 'BIGINT', '_reasons': 'STRUCT(\"column\" VARCHAR, rule VARCHAR, message VARCHAR)[]'}"


@dataclass(frozen=True)
class VerdictDiff:
    """Records whose verdict differs.

    Attributes:
        counts: how many of each change.
        samples: the first few of each change: record, line, and what was (or is) wrong with it.
    """

    counts: dict[Change, int] = field(default_factory=dict)
    samples: dict[Change, list[dict[str, Any]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Both, by change."""
        return {change: {"count": count, "samples": self.samples[change]} for change, count in self.counts.items()}


def verdict_diff(before: Sequence[Path], after: Sequence[Path]) -> VerdictDiff:
    """Compares the rejected rows (`rejected.jsonl`; none where nothing was rejected) of two runs over one file."""
    diff = VerdictDiff()
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": 1}) as connection:
        for name, files in (("before", before), ("after", after)):
            connection.execute(f"CREATE TEMP TABLE {name}_ AS {_rejected(files)}")
        connection.execute(
            "CREATE TEMP TABLE changes AS SELECT coalesce(b.record, a.record) AS record, coalesce(b.line, a.line) AS line, "
            "b.reasons AS before, a.reasons AS after, "
            "CASE WHEN a.record IS NULL THEN 'now_accepted' WHEN b.record IS NULL THEN 'now_rejected' "
            "ELSE 'other_reasons' END AS change "
            "FROM before_ b FULL JOIN after_ a ON a.record = b.record WHERE b.reasons IS DISTINCT FROM a.reasons"
        )
        for change in ("now_accepted", "now_rejected", "other_reasons"):
            _add(diff, connection, change)
    return diff


def _add(diff: VerdictDiff, connection: duckdb.DuckDBPyConnection, change: Change) -> None:
    counted = connection.execute("SELECT count(*) FROM changes WHERE change = ?", [change]).fetchone()
    rows = connection.execute(
        f"SELECT record, line, before, after FROM changes WHERE change = ? ORDER BY record LIMIT {_SAMPLES}", [change]
    ).fetchall()
    diff.counts[change] = counted[0] if counted else 0
    diff.samples[change] = [dict(zip(("record", "line", "was", "is"), row, strict=True)) for row in rows]


def _rejected(files: Sequence[Path]) -> str:
    """Record, line and reasons as texts; values are left out, they are the same bytes."""
    if not files or not files[0].stat().st_size:
        return "SELECT 0::BIGINT AS record, 0::BIGINT AS line, []::VARCHAR[] AS reasons WHERE FALSE"
    reason = (
        "CASE WHEN r.\"column\" = '' THEN r.rule ELSE r.\"column\" || ': ' || r.message || ' [' || r.rule || ']' END"
    )
    return (
        f"SELECT _record AS record, _line AS line, list_sort(list_transform(_reasons, lambda r: {reason})) AS reasons "
        f"FROM read_json({sql.file(files[0])}, format='newline_delimited', columns={_COLUMNS}, maximum_object_size=268435456)"
    )
