"""Payments that are forgotten when the process ends."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from threading import RLock

from headgate.ports import Payment


class MemoryPayments:
    """`Payments` in memory, for several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._spent: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
        self._payments: list[Payment] = []

    def take(self, pipeline: str, day: date, most: Decimal, limit: Decimal) -> Decimal | None:
        with self._lock:
            spent = self._spent[pipeline, day]
            if spent + most > limit:
                return spent
            self._spent[pipeline, day] = spent + most
            return None

    def settle(self, pipeline: str, day: date, taken: Decimal, paid: Decimal) -> None:
        with self._lock:
            self._spent[pipeline, day] += paid - taken

    def pay(self, payment: Payment) -> None:
        with self._lock:
            if payment.is_answered:
                self._forget_question(payment)
            self._payments.append(payment)

    def last(self, run: str, fingerprint: str) -> Payment | None:
        with self._lock:
            answered = [one for one in self._payments if one.is_answered]
        of_it = [one for one in answered if (one.run, one.fingerprint) == (run, fingerprint)]
        return of_it[-1] if of_it else None

    def payments(self, since: datetime | None = None, pipeline: str | None = None) -> list[Payment]:
        with self._lock:
            found = [one for one in self._payments if pipeline in (None, one.pipeline)]
        return sorted((one for one in found if since is None or one.at >= since), key=lambda one: one.at)

    def _forget_question(self, answer: Payment) -> None:
        asked = [at for at, one in enumerate(self._payments) if not one.is_answered and _key(one) == _key(answer)]
        if asked:
            del self._payments[asked[-1]]


def _key(payment: Payment) -> tuple[str, str, str]:
    return payment.event, payment.run, payment.fingerprint
