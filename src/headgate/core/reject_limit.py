"""How many rejected rows a file may have: a count, or a share of its records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_WRITTEN = re.compile(r"\s*([0-9]{1,18}(?:\.[0-9]{1,9})?)\s*(%?)\s*")
_HOW = "write a whole number such as 10, or a share such as 5%"


@dataclass(frozen=True)
class RejectLimit:
    """At most so many rejected rows; exactly one of the two is given.

    Attributes:
        count: rejected rows.
        percent: rejected rows per hundred records, 0 to 100.
    """

    count: int | None = None
    percent: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.count is None) == (self.percent is None):
            raise ValueError("a limit is a count or a percentage")

    @classmethod
    def parse(cls, written: str | int) -> RejectLimit:
        """Read `10`, `10%` or `2.5%`.

        Raises:
            ValueError: it is neither; the message says what to write.
        """
        found = _WRITTEN.fullmatch(str(written))
        if isinstance(written, bool) or not found or (not found[2] and "." in found[1]):
            raise ValueError(_HOW)
        if not found[2]:
            return cls(count=int(found[1]))
        if Decimal(found[1]) > 100:
            raise ValueError("a share is 0% to 100%")
        return cls(percent=Decimal(found[1]))

    def exceeded(self, rejected: int, records: int) -> bool:
        """Whether `rejected` of `records` is more than the limit allows; reaching the limit is not."""
        if self.count is not None:
            return rejected > self.count
        return rejected * 100 > Decimal(self.percent or 0) * records

    def __str__(self) -> str:
        """The one canonical text: `10`, `2.5%`; it parses back to an equal limit."""
        return str(self.count) if self.percent is None else f"{self.percent.normalize():f}%"
