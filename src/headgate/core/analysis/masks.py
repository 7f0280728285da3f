"""Sensitive values in results: each is replaced by the mask and a number, so that rows of one person stay together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from headgate.core.gate.reasons import MASK

_MOST = 10_000


class Masks:
    """Masks the values of columns that are called like a sensitive column of the contract.

    The number of a value is the order in which it was first seen: the same for all facts and findings of one analysis,
    and without a meaning outside of it.
    """

    def __init__(self, sensitive: Collection[str]) -> None:
        self._sensitive = {name.casefold() for name in sensitive}
        self._seen: dict[tuple[str, Any], str] = {}

    def covers(self, column: str) -> bool:
        """Whether the column's values are masked."""
        return column.casefold() in self._sensitive

    def masked(self, column: str, value: Any) -> str | None:
        """What stands for a value."""
        if value is None:
            return None
        key = (column.casefold(), value)
        if key not in self._seen and len(self._seen) < _MOST:
            self._seen[key] = f"{MASK}{len(self._seen) + 1}"
        return self._seen.get(key, MASK)
