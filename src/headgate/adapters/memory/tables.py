"""Tables in memory: for tests, and for trying a stage in isolation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from headgate.core.sink import key_value
from headgate.ports import Table

Key = tuple[int | str, ...]


class MemoryTables:
    """Tables that forget when the process ends."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Key, Mapping[str, Any]]] = {}

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        held = self._rows.setdefault(table.name, {})
        before = len(held)
        columns = [column for column in (table.partition_key, table.sort_key) if column]
        for row in rows:
            held[tuple(key_value(row.get(column), table.name, column) for column in columns)] = dict(row)
        return len(held) - before

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        held = self._rows.get(table.name, {})
        return islice((held[key] for key in sorted(held, key=_by_kind)), limit)


def _by_kind(key: Key) -> list[tuple[bool, int | str]]:
    """Numbers before texts, which can't be compared with each other."""
    return [(isinstance(part, str), part) for part in key]
