"""What one pipeline may spend, in tests."""

from __future__ import annotations

from decimal import Decimal


class Purse:
    """What one pipeline may spend."""

    def __init__(self, spent: Decimal = Decimal(0)) -> None:
        self.spent = spent

    def take(self, most: Decimal, limit: Decimal) -> Decimal | None:
        if self.spent + most > limit:
            return self.spent
        self.spent += most
        return None

    def settle(self, taken: Decimal, paid: Decimal) -> None:
        self.spent += paid - taken
