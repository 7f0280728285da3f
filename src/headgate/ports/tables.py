"""Key-value tables for accepted rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Table:
    """A table that rows are loaded into.

    Attributes:
        partition_key, sort_key: columns that together identify a row; without a sort key the first alone.
        indexes: index name → columns, to look rows up by others.
    """

    name: str
    partition_key: str
    sort_key: str | None
    indexes: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Tables(Protocol):
    """Key-value tables for accepted rows."""

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """Puts rows under their keys, over equal ones; the number of rows that were not there before.

        Values are None, bool, int, float, Decimal, str, date or datetime.
        """
        ...

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """What is in a table, by key; nothing when it doesn't exist yet."""
        ...
