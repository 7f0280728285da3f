"""Key-value tables for accepted rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from headgate.core.table_key import key_value


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

    @property
    def key_columns(self) -> list[str]:
        """The columns that identify a row, in their order."""
        return [column for column in (self.partition_key, self.sort_key) if column]

    def key_of(self, row: Mapping[str, Any]) -> tuple[str | int, ...]:
        """What identifies a row, a value for each of `key_columns`.

        Raises:
            UserMistake: as `key_value`.
        """
        return tuple(key_value(row.get(column), self.name, column) for column in self.key_columns)


@dataclass(frozen=True)
class Loaded:
    """What became of rows that were put.

    Attributes:
        new: how many were not there before.
        older: how many stayed out, since a later file's row stands under their key.
    """

    new: int
    older: int


class Tables(Protocol):
    """Key-value tables for accepted rows."""

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Loaded:
        """Puts rows under their keys, over those of the same or an earlier order, never over those of a later one.

        Args:
            rows: values are None, bool, int, float, Decimal, str, date or datetime.
            order: a text, compared letter by letter, that says which of two files came later.
        """
        ...

    def put_with(self, table: Table, keys: Iterable[Mapping[str, Any]], order: str) -> Iterator[Mapping[str, Any]]:
        """The rows under some keys that were put with an order, and that no others took the place of since.

        Each comes once, in no order.

        Args:
            keys: of each row the columns that are keys, and perhaps others.
        """
        ...

    def count(self, table: Table) -> int:
        """How many rows are in a table; 0 when it doesn't exist yet."""
        ...

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """What is in a table, by key; nothing when it doesn't exist yet."""
        ...
