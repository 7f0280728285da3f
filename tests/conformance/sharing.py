"""Several owners of one ledger or queue, each as if it were a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Part = TypeVar("Part")


@dataclass
class Sharing(Generic[Part]):
    """How a suite gets its owners.

    Attributes:
        join: gives a further owner's ledger or queue.
        leave: that owner's process ends.
    """

    join: Callable[[], Part]
    leave: Callable[[Part], None]
