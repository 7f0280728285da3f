"""DynamoDB keeps notices as every other place does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.notices import DynamoNotices
from headgate.core.errors import Outside
from headgate.ports import HeldAlert
from tests.conformance.notices_suite import AT, LATER, MONDAY, NoticesSuite, alert


@pytest.fixture
def table(aws: str, unique: str) -> DynamoTable:
    table = DynamoTable(unique)
    table.create()
    return table


def many(count: int) -> list[HeldAlert]:
    return [alert(f"e{number:03}", at=AT + timedelta(seconds=number)) for number in range(count)]


class TestDynamoNotices(NoticesSuite):
    @pytest.fixture
    def notices(self, table: DynamoTable) -> DynamoNotices:
        return DynamoNotices(table)

    def test_more_alerts_than_a_transaction_takes_are_gathered(self, notices: DynamoNotices):
        for one in many(205):
            notices.hold(one)
        assert notices.gather(many(205), "m1", LATER)
        assert {(one.mail, one.tried_at) for one in notices.held()} == {("m1", LATER)}
        assert notices.last_mail(alert().group) == LATER

    def test_of_many_alerts_none_is_gathered_when_somebody_is_at_the_last(self, notices: DynamoNotices):
        for one in many(150):
            notices.hold(one)
        assert notices.gather(many(150)[-1:], "m1", AT)
        before = notices.held()
        assert not notices.gather(many(150), "m2", LATER)
        assert notices.held() == before
        assert notices.last_mail(alert().group) == AT

    def test_a_mail_to_more_than_a_transaction_takes_is_noted_for_all(self, notices: DynamoNotices):
        everybody = [f"a{number}@x.org" for number in range(120)]
        notices.mark_mail("m1", [*everybody, everybody[0]], "sending", AT)
        assert notices.mail("m1") == dict.fromkeys(everybody, "sending")

    def test_how_far_a_mail_is_is_noted_for_all_its_recipients_or_for_none(self, notices: DynamoNotices):
        notices.mark_mail("m1", ["a@x.org", "b@x.org"], "sending", AT)
        with pytest.raises(Outside):
            notices.mark_mail("m1", ["a@x.org", "b@x.org", "x" * 2000], "sent", LATER)
        assert notices.mail("m1") == {"a@x.org": "sending", "b@x.org": "sending"}

    def test_what_was_said_in_an_alert_is_not_kept_once_it_is_told(self, notices: DynamoNotices, unique: str):
        notices.hold(alert(text="a secret"))
        notices.told(["e1"])
        assert "a secret" not in str(boto3.client("dynamodb").scan(TableName=unique)["Items"])

    def test_many_functions_hold_the_same_and_others_at_once_and_nothing_is_lost_or_doubled(
        self, notices: DynamoNotices
    ):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: notices.hold(alert(f"e{number % 20}")), range(60)))
        assert len(notices.held()) == 20

    def test_another_function_sees_what_was_noted(self, notices: DynamoNotices, unique: str):
        notices.mark_mail("m1", ["a@x.org"], "sending", AT)
        notices.miss(MONDAY, "tick")
        again = DynamoNotices(DynamoTable(unique))
        assert again.mail("m1") == {"a@x.org": "sending"}
        assert again.missing() == [MONDAY]

    def test_a_table_that_is_not_there_is_an_error_from_outside(self, aws: str, unique: str):
        with pytest.raises(Outside):
            DynamoNotices(DynamoTable(f"no-{unique}")).hold(alert())
