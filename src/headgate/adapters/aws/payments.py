"""Payments in the table on DynamoDB, of which many functions take at once."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable, Item
from headgate.adapters.aws.dynamo_large import EXPIRES
from headgate.core.errors import Place, Transient
from headgate.ports import Payment
from headgate.ports.payments import ASKED

_TABLE = "payment"
# One write of those who spend at once always gets through, so that so many losses in a row mean something else.
_TRIES = 200
# Few enough that a write costs no more for them.
_MARKS = 20
_BUDGET_KEPT = timedelta(days=40)


class DynamoPayments:
    """`Payments` in the project's table."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def take(self, pipeline: str, day: date, most: Decimal, limit: Decimal) -> Decimal | None:
        return self._spend(pipeline, day, lambda spent: spent + most if spent + most <= limit else None)

    def settle(self, pipeline: str, day: date, taken: Decimal, paid: Decimal) -> None:
        self._spend(pipeline, day, lambda spent: spent + paid - taken)

    def _spend(self, pipeline: str, day: date, then: Callable[[Decimal], Decimal | None]) -> Decimal | None:
        """Makes of what is spent what comes then; or gives what is spent, when nothing is to come of it.

        What is written holds only for what was read. So of several at once each builds on what the others wrote. A mark of
        its own tells a write whose answer was lost from one of somebody else. The last marks stay: so it is counted twice
        only if more than so many others wrote before it is looked at again.
        """
        pk, mark = f"budget#{pipeline}#{day.isoformat()}", uuid.uuid4().hex
        for _ in range(_TRIES):
            known = self._table.get(pk, "spent") or {}
            marks = known.get("marks", [])
            if mark in marks:
                return None
            spent = Decimal(known.get("usd", 0))
            if (next_ := then(spent)) is None:
                return spent
            item = {"pk": pk, "sk": "spent", "usd": next_, "mark": mark, EXPIRES: _expiry(day)}
            item["marks"] = [mark, *marks][:_MARKS]
            if self._table.put_when(item, {"mark": known.get("mark")}):
                return None
        raise Transient(
            f"what {pipeline} spent on {day} changes faster than it can be noted", where=Place(pipeline),
            next="it is tried again by itself", code="aws_busy",
        )  # fmt: skip

    def pay(self, payment: Payment) -> None:
        question = self._question_of(payment) if payment.is_answered else None
        noted = time.time_ns()
        sk = question["sk"] if question else f"{noted:020d}#{uuid.uuid4().hex[:8]}"
        self._table.put({**_item(payment), "sk": sk, "noted": noted, "gsk": f"{_text(payment.at)}#{noted:020d}"})

    def last(self, run: str, fingerprint: str) -> Payment | None:
        found = [one for one in self._of_run(run) if one["fingerprint"] == fingerprint and not one["is_asked"]]
        return _payment(found[-1]) if found else None

    def payments(self, since: datetime | None = None, pipeline: str | None = None) -> list[Payment]:
        """What was noted within the last second may be missing."""
        found = self._table.by_day(_TABLE, _text(since) if since else None)
        return [_payment(one) for one in found if pipeline in (None, one["pipeline"])]

    def _of_run(self, run: str) -> list[Item]:
        """As they were noted: an answer lies where its question lay, and counts from when it came."""
        return sorted(self._table.query(f"{_TABLE}#{run}"), key=lambda one: int(one["noted"]))

    def _question_of(self, payment: Payment) -> Item | None:
        wanted = (payment.event, payment.fingerprint)
        asked = [one for one in self._of_run(payment.run) if one["is_asked"]]
        found = [one for one in asked if (one["event"], one["fingerprint"]) == wanted]
        return found[-1] if found else None


def _expiry(day: date) -> int:
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) + _BUDGET_KEPT).timestamp())


def _item(payment: Payment) -> dict[str, Any]:
    """Model and narrative as JSON: their floats are floats again."""
    return {
        "pk": f"{_TABLE}#{payment.run}", "gpk": _TABLE, "event": payment.event, "run": payment.run,
        "pipeline": payment.pipeline, "fingerprint": payment.fingerprint, "at": _text(payment.at),
        "is_asked": payment.model.get("state") == ASKED, "model": json.dumps(dict(payment.model)),
        "narrative": None if payment.narrative is None else json.dumps(dict(payment.narrative)),
    }  # fmt: skip


def _payment(item: Item) -> Payment:
    narrative = item.get("narrative")
    return Payment(
        item["event"], item["run"], item["pipeline"], item["fingerprint"], datetime.fromisoformat(item["at"]),
        json.loads(item["model"]), None if narrative is None else json.loads(narrative),
    )  # fmt: skip


def _text(time: datetime) -> str:
    """With all six digits, so that the order of texts is that of times."""
    return time.isoformat(timespec="microseconds")
