"""Tables in memory: for tests, and for trying a stage in isolation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from headgate.ports import Loaded, Table

Key = tuple[int | str, ...]


class MemoryTables:
    """Tables that forget when the process ends."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Key, tuple[str, Mapping[str, Any]]]] = {}

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Loaded:
        held = self._rows.setdefault(table.name, {})
        before, older = len(held), set()
        for row in rows:
            key = table.key_of(row)
            if key in held and held[key][0] > order:
                older.add(key)
            else:
                held[key] = order, dict(row)
        return Loaded(len(held) - before, len(older))

    def put_with(self, table: Table, keys: Iterable[Mapping[str, Any]], order: str) -> Iterator[Mapping[str, Any]]:
        held = self._rows.get(table.name, {})
        found = (held[key] for key in dict.fromkeys(table.key_of(key) for key in keys) if key in held)
        return (row for at, row in found if at == order)

    def count(self, table: Table) -> int:
        return len(self._rows.get(table.name, {}))

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        held = self._rows.get(table.name, {})
        return islice((held[key][1] for key in sorted(held, key=_by_kind)), limit)


def _by_kind(key: Key) -> list[tuple[bool, int | str]]:
    """Numbers before texts, which can't be compared with each other."""
    return [(isinstance(part, str), part) for part in key]
