"""DynamoDB keeps payments as every other place does."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.payments import DynamoPayments
from headgate.core.errors import Outside
from tests.conformance.payments_suite import DAY, LIMIT, ONE, PaymentsSuite, asked, payment


@pytest.fixture
def table(aws: str, unique: str) -> DynamoTable:
    table = DynamoTable(unique)
    table.create()
    return table


class _AnswersAreLost(DynamoTable):
    """A write takes effect, and is asked once more because its answer was lost."""

    def put_when(self, item: Mapping[str, Any], when: Mapping[str, Any]) -> bool:
        super().put_when(item, when)
        return super().put_when(item, when)


class TestDynamoPayments(PaymentsSuite):
    @pytest.fixture
    def payments(self, table: DynamoTable) -> DynamoPayments:
        return DynamoPayments(table)

    def test_functions_that_spend_and_settle_at_once_lose_no_cent(self, payments: DynamoPayments, unique: str):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: payments.settle("stocks", DAY, Decimal(0), ONE), range(40)))
        assert DynamoPayments(DynamoTable(unique)).take("stocks", DAY, ONE, ONE) == 40 * ONE

    def test_a_write_whose_answer_was_lost_is_counted_once(self, payments: DynamoPayments, unique: str):
        lossy = DynamoPayments(_AnswersAreLost(unique))
        assert lossy.take("stocks", DAY, ONE, LIMIT) is None
        lossy.settle("stocks", DAY, ONE, Decimal("0.05"))
        assert payments.take("stocks", DAY, LIMIT, LIMIT) == Decimal("0.05")

    def test_a_write_whose_answer_was_lost_is_counted_once_although_others_wrote_since(
        self, payments: DynamoPayments, unique: str
    ):
        class Overtaken(DynamoTable):
            def put_when(self, item: Mapping[str, Any], when: Mapping[str, Any]) -> bool:
                super().put_when(item, when)
                for _ in range(3):
                    payments.settle("stocks", DAY, Decimal(0), ONE)
                return super().put_when(item, when)

        assert DynamoPayments(Overtaken(unique)).take("stocks", DAY, ONE, LIMIT) is None
        assert payments.take("stocks", DAY, LIMIT, LIMIT) == 4 * ONE

    def test_what_was_set_aside_vanishes_long_after_its_day_and_payments_stay(
        self, payments: DynamoPayments, unique: str
    ):
        payments.take("stocks", DAY, ONE, LIMIT)
        payments.pay(payment())
        items = boto3.client("dynamodb").scan(TableName=unique)["Items"]
        expiry = {one["pk"]["S"]: int(one["expires_at"]["N"]) for one in items if "expires_at" in one}
        (days,) = [at / 86_400 for key, at in expiry.items() if key == "budget#stocks#2026-01-02"]
        assert len(expiry) == 1
        assert DAY + timedelta(30) < DAY.fromtimestamp(days * 86_400)

    def test_an_answer_that_comes_late_is_the_last_payment(self, payments: DynamoPayments):
        payments.pay(asked())
        payments.pay(payment(event="e2"))
        payments.pay(payment())
        assert payments.last("r1", "f1") == payment()

    def test_another_function_finds_what_was_paid(self, payments: DynamoPayments, unique: str):
        payments.pay(payment())
        assert DynamoPayments(DynamoTable(unique)).last("r1", "f1") == payment()

    def test_a_table_that_is_not_there_is_an_error_from_outside(self, aws: str, unique: str):
        with pytest.raises(Outside):
            DynamoPayments(DynamoTable(f"no-{unique}")).take("stocks", DAY, ONE, LIMIT)
