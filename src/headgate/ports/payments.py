"""What models were paid for narratives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

ASKED = "asked"
"""`state` in what is noted before a model answers."""


@dataclass(frozen=True)
class Payment:
    """What one narrative took of a model.

    Attributes:
        event: id of the event that the model was asked for.
        fingerprint: of the analysis.
        at: when the model was asked, UTC, naive.
        model: tokens, cost and more, as the analysis document holds it; with a `state` while it was only asked.
        narrative: what was told; None while the model was only asked.
    """

    event: str
    run: str
    pipeline: str
    fingerprint: str
    at: datetime
    model: Mapping[str, Any]
    narrative: Mapping[str, Any] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether what came of it is known: not yet, or never where Headgate was killed before an answer."""
        return self.model.get("state") != ASKED


class Payments(Protocol):
    """What models were paid for narratives, so that none is paid twice, and no pipeline spends more than it may."""

    def take(self, pipeline: str, day: date, most: Decimal, limit: Decimal) -> Decimal | None:
        """Sets aside what a request may cost at most, in US dollars; it counts as spent until it is settled.

        Returns:
            None; or what the pipeline has spent and set aside on that day, when `most` more would pass the limit.
            Then nothing is set aside. Of several who ask at once, none sees less than what the others took.
        """
        ...

    def settle(self, pipeline: str, day: date, taken: Decimal, paid: Decimal) -> None:
        """Says what became of dollars that were set aside; 0 of them where there is no limit."""
        ...

    def pay(self, payment: Payment) -> None:
        """Notes that a model is asked; or a payment, with the narrative that was paid for.

        A payment takes the place of the last question of the same event for the same analysis.
        """
        ...

    def last(self, run: str, fingerprint: str) -> Payment | None:
        """The last payment for an analysis; what was only asked is none."""
        ...

    def payments(self, since: datetime | None = None, pipeline: str | None = None) -> list[Payment]:
        """All payments and unanswered questions, oldest first; or those from a time on, or those of a pipeline."""
        ...
