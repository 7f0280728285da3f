"""Asking a model until an answer has its form: each request is small, and paid for out of what the budget leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Transient
from headgate.core.narrative.budget import Purse, counted_cost, taken_for
from headgate.core.narrative.request import ANSWERS, Narrate, Request, Spent, Told


class Asking:
    """What one narrative asks of a model.

    Args:
        at: now, UTC, naive.

    Attributes:
        spent: by all requests so far.
        largest: characters of the largest of them.
        is_answered: whether the last one was, to any use or to none.
    """

    def __init__(self, narrate: Narrate, settings: NarratorSettings, purse: Purse, at: datetime) -> None:
        self._narrate, self._settings, self._purse, self.at = narrate, settings, purse, at
        self.spent, self.largest, self.is_answered = Spent(), 0, False

    def ask(self, make: Callable[[str], Request]) -> Told:
        """Asks, and again after an answer of another form, or one that never came whole; `ANSWERS` times at most.

        Args:
            make: gives the request, of what was wrong with the answer before (empty at first). Each is a new one, without
                that answer, so that none is larger than the first.

        Raises:
            HeadgateError: what is paid can't be kept, so nobody was asked.
        """
        fault, tried = "", 0
        for _ in range(ANSWERS):
            told = self._once(replace(make(fault), tried=tried))
            fault, tried = told.fault or fault, tried + told.spent.attempts - bool(told.fault)
            if not told.fault and not (_never_came(told) and tried < self._settings.max_attempts):
                break
        return told

    def _once(self, request: Request) -> Told:
        self.is_answered = False
        taken = taken_for(request, self._settings, self._purse, self.at)
        if isinstance(taken, HeadgateError):
            return Told(None, trouble=taken)
        try:
            told = self._narrate(request)
        except HeadgateError:
            # Nobody was asked.
            self._purse.settle(taken, Decimal(0))
            raise
        spent = counted_cost(told.spent, request, self._settings, self.at)
        with suppress(HeadgateError):
            # An account that can't be written must not cost the answer; what was set aside stays so.
            self._purse.settle(taken, taken if spent.cost_usd is None else spent.cost_usd)
        self.spent += spent
        self.is_answered = told.is_answered
        self.largest = max(self.largest, request.characters)
        return told


def _never_came(told: Told) -> bool:
    return isinstance(told.trouble, Transient) and bool(told.spent.unanswered)
