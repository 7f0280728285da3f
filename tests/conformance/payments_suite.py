"""What everything that keeps payments promises; each implementation inherits these tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.narrative.request import Spent
from headgate.core.narrative.telling import tell
from headgate.ports import Payment, Payments
from headgate.ports.payments import ASKED
from tests.core.narrative.matters import FACTS, MATTER, draft
from tests.core.narrative.number_check import number_check

DAY = date(2026, 1, 2)
AT = datetime(2026, 1, 2, 3, 4, 5)
ONE, LIMIT = Decimal("0.1"), Decimal("0.3")
MODEL = {"name": "bedrock:x", "tokens_in": 4000, "tokens_out": 1200, "cost_usd": 0.000528, "fallback": None}


def payment(**changes: Any) -> Payment:
    made = Payment("e1", "r1", "stocks", "f1", AT, MODEL, {"by": "bedrock:x", "summary": {"text": "Größer."}})
    return replace(made, **changes)


def asked(**changes: Any) -> Payment:
    return payment(**{"model": {**MODEL, "state": ASKED}, "narrative": None, **changes})


class _DayPurse:
    """What `stocks` may spend on the day."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    def take(self, most: Decimal, limit: Decimal) -> Decimal | None:
        return self._payments.take("stocks", DAY, most, limit)

    def settle(self, taken: Decimal, paid: Decimal) -> None:
        self._payments.settle("stocks", DAY, taken, paid)


class PaymentsSuite:
    @pytest.fixture
    def payments(self) -> Payments:
        raise NotImplementedError

    def test_dollars_are_set_aside_up_to_the_limit_and_then_what_is_taken_is_told(self, payments: Payments):
        assert [payments.take("stocks", DAY, ONE, LIMIT) for _ in range(4)] == [None, None, None, LIMIT]

    def test_what_was_refused_is_not_set_aside(self, payments: Payments):
        assert payments.take("stocks", DAY, Decimal(1), LIMIT) == 0
        assert payments.take("stocks", DAY, LIMIT, LIMIT) is None

    def test_what_was_not_paid_can_be_taken_again(self, payments: Payments):
        payments.take("stocks", DAY, LIMIT, LIMIT)
        payments.settle("stocks", DAY, LIMIT, Decimal("0.05"))
        assert payments.take("stocks", DAY, LIMIT, LIMIT) == Decimal("0.05")

    def test_what_is_paid_without_a_limit_counts_when_there_is_one(self, payments: Payments):
        payments.settle("stocks", DAY, Decimal(0), ONE)
        assert payments.take("stocks", DAY, LIMIT, LIMIT) == ONE

    def test_each_pipeline_and_each_day_has_its_own(self, payments: Payments):
        for pipeline, day in (("stocks", DAY), ("orders", DAY), ("stocks", DAY + timedelta(1))):
            assert payments.take(pipeline, day, LIMIT, LIMIT) is None

    def test_of_many_who_ask_at_once_none_passes_the_limit(self, payments: Payments):
        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(lambda _: payments.take("stocks", DAY, ONE, LIMIT), range(40)))
        assert taken.count(None) == 3

    def test_cents_are_kept_to_the_last_digit(self, payments: Payments):
        tiny = Decimal("0.000000000001")
        for _ in range(10):
            payments.settle("stocks", DAY, Decimal(0), tiny)
        assert payments.take("stocks", DAY, Decimal(1), Decimal(1)) == 10 * tiny

    def test_the_last_payment_for_an_analysis_is_found_with_its_narrative(self, payments: Payments):
        for one in (payment(), payment(event="e2"), payment(fingerprint="f2"), payment(run="r2")):
            payments.pay(one)
        assert payments.last("r1", "f1") == payment(event="e2")
        assert payments.last("r1", "f3") is payments.last("r3", "f1") is None

    def test_an_answer_of_no_use_is_found_with_why_and_with_the_most_it_can_have_cost(self, payments: Payments):
        fallback = {"code": "narrator_answer", "message": "Größe?", "next": None, "asks_again": False}
        of_no_use = payment(model={**MODEL, "cost_usd": 0.00135, "uncounted": 1, "fallback": fallback})
        payments.pay(asked())
        payments.pay(of_no_use)
        assert payments.last("r1", "f1") == of_no_use
        assert payments.payments() == [of_no_use]

    def test_what_a_day_has_spent_is_what_narratives_cost_together(self, payments: Payments):
        purse = _DayPurse(payments)
        for budget, unanswered, without_count in ((None, 1, 0), (1, 0, 1), (1, 0, 0)):
            narrator = ScriptedNarrator([draft()], Spent(1000, 200, 2, ONE, unanswered, without_count))
            settings = NarratorSettings(model=DOCUMENTED, budget_per_day=budget)
            told = tell(MATTER, narrator.tell, number_check(FACTS), draft(), settings, purse, AT)
            assert told.model
            payments.pay(payment(model=told.model.as_json(), event=f"e{unanswered}{without_count}"))
        together = sum(one.model["cost_usd"] for one in payments.payments())
        assert together > float(3 * ONE)
        assert float(payments.take("stocks", DAY, Decimal(1), Decimal(0)) or 0) == pytest.approx(together, abs=1e-8)

    def test_what_is_asked_gives_way_to_its_answer_and_to_no_other(self, payments: Payments):
        others = [asked(event="e2"), asked(run="r2"), asked(fingerprint="f2")]
        for one in (asked(), *others, payment()):
            payments.pay(one)
        assert payments.payments() == [*others, payment()]

    def test_an_answer_takes_the_place_of_one_question_only(self, payments: Payments):
        for one in (asked(at=AT - timedelta(1)), asked(), payment()):
            payments.pay(one)
        assert payments.payments() == [asked(at=AT - timedelta(1)), payment()]

    def test_an_answer_takes_the_place_of_no_answer(self, payments: Payments):
        payments.pay(payment())
        payments.pay(payment())
        assert payments.payments() == [payment(), payment()]

    def test_what_was_only_asked_is_no_payment_to_find_again(self, payments: Payments):
        payments.pay(payment())
        payments.pay(asked(event="e2"))
        assert payments.last("r1", "f1") == payment()
        assert payments.last("r2", "f1") is None

    def test_payments_are_told_oldest_first_from_a_time_on_and_by_pipeline(self, payments: Payments):
        later, other = payment(run="r2", at=AT + timedelta(microseconds=1)), payment(run="r3", pipeline="orders")
        for one in (later, other, payment()):
            payments.pay(one)
        assert {one.run for one in payments.payments()} == {"r1", "r2", "r3"}
        assert payments.payments(pipeline="stocks") == [payment(), later]
        assert payments.payments(since=later.at) == [later]

    def test_where_nothing_was_paid_nothing_is_told(self, payments: Payments):
        assert payments.payments() == []
        assert payments.last("r1", "f1") is None
