"""The ledger on DynamoDB behaves as the others do; AWS is moto, at its protocol."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.ledger import DynamoLedger
from headgate.ports import Ledger
from tests.conformance.ledger_claims_suite import arrived
from tests.conformance.ledger_suite import LedgerSuite
from tests.conformance.sharing import Sharing

LEASE = timedelta(minutes=5)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(aws: str, unique: str) -> DynamoTable:
    made = DynamoTable(unique)
    made.create()
    return made


class TestDynamoLedger(LedgerSuite):
    @pytest.fixture
    def sharing(self, table: DynamoTable, clock: Clock) -> Sharing[Ledger]:
        """Who is gone is known by its lease alone: it ends when the time of the lease is over."""
        numbers = count()

        def leave(_: Ledger) -> None:
            clock.now += LEASE + timedelta(seconds=1)

        return Sharing(lambda: DynamoLedger(table, f"owner {next(numbers)}", LEASE, clock), leave)


def test_who_renews_keeps_what_it_holds(table: DynamoTable, clock: Clock):
    one, other = (DynamoLedger(table, name, LEASE, clock) for name in ("one", "other"))
    one.claim(arrived())
    clock.now += LEASE - timedelta(seconds=1)
    one.renew()
    clock.now += LEASE - timedelta(seconds=1)
    assert other.claim(arrived("e2")).held
    clock.now += timedelta(seconds=2)
    assert not other.claim(arrived("e2")).held
    one.renew()
    clock.now += LEASE - timedelta(seconds=1)
    assert one.claim(arrived("e3")).held, "what another took over is not renewed for him"
