"""The ledger on DynamoDB behaves as the others do; AWS is moto, at its protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from headgate.adapters.aws.dynamo import DynamoTable, Item
from headgate.adapters.aws.ledger import DynamoLedger
from headgate.adapters.local.files import FolderFiles
from headgate.ports import Claim, Commitment, Ledger
from tests.conformance.ledger_claims_suite import AT, COMMITMENT, COUNTS, LATER, LATEST, REASON, arrived
from tests.conformance.ledger_suite import LedgerSuite
from tests.conformance.sharing import Sharing

LEASE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


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


@pytest.fixture
def join(table: DynamoTable, clock: Clock) -> Callable[[], DynamoLedger]:
    """A further owner's ledger."""
    numbers = count()
    return lambda: DynamoLedger(table, f"owner {next(numbers)}", LEASE, clock)


class TestDynamoLedger(LedgerSuite):
    @pytest.fixture
    def sharing(self, join: Callable[[], DynamoLedger], clock: Clock) -> Sharing[Ledger]:
        """Who is gone is known by its lease alone: it ends when the time of the lease is over."""

        def leave(_: Ledger) -> None:
            clock.now += LEASE + SECOND

        return Sharing(join, leave)


# leases


def test_who_renews_keeps_what_it_holds(join: Callable[[], DynamoLedger], clock: Clock):
    one, other = join(), join()
    one.claim(arrived())
    assert one.hold("root", "e1")
    clock.now += LEASE - SECOND
    one.renew()
    clock.now += LEASE - SECOND
    assert other.claim(arrived("e2")).held
    assert not other.hold("root", "e2")
    clock.now += 2 * SECOND
    assert not other.claim(arrived("e2")).held
    assert other.hold("root", "e2")
    one.renew()
    clock.now += LEASE - SECOND
    assert one.claim(arrived("e3")).held, "what another took over is not renewed for him"
    assert not one.hold("root", "e3")
    clock.now += 2 * SECOND
    assert not one.claim(arrived("e3")).held


def test_what_came_to_its_end_is_not_renewed(join: Callable[[], DynamoLedger]):
    one, other = join(), join()
    one.claim(arrived())
    one.hold("root", "e1")
    one.raised("r1", "e1", REASON, AT)
    one.renew()
    assert not other.claim(arrived("e2")).held
    assert other.hold("root", "e2")


def test_whoever_s_time_is_over_frees_nothing_that_another_took_for_the_same_event(
    join: Callable[[], DynamoLedger], clock: Clock
):
    late, other = join(), join()
    late.claim(arrived())
    late.hold("root", "e1")
    clock.now += LEASE + SECOND
    assert other.claim(arrived()) == Claim(False, "running", AT, 1)
    assert other.hold("root", "e1")
    late.let_go("root", "e1")
    assert not join().hold("root", "e2")
    late.raised("r1", "e1", REASON, AT)
    assert join().claim(arrived("e2")).held


def test_runs_whose_holder_vanished_are_told(join: Callable[[], DynamoLedger], clock: Clock):
    one = join()
    for name in ("running", "raised", "failed", "committed", "dead"):
        one.claim(arrived(f"e-{name}", name))
    one.raised("raised", "e-raised", REASON, AT)
    one.fail("failed", "e-failed", REASON, AT)
    one.commit("committed", "e-committed", COMMITMENT, AT)
    one.bury("e-dead", REASON, AT)
    assert one.vanished() == []
    clock.now += LEASE
    assert [run.run for run in join().vanished()] == ["running"]
    join().claim(arrived("e-running", "running"))
    assert one.vanished() == []


# at once


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What came of it, when so many did it at the same moment."""
    barrier = Barrier(number)

    def begin(mine: int) -> Any:
        barrier.wait(30)
        return act(mine)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


@pytest.mark.parametrize("event", ["e{}", "e"])
def test_of_several_who_take_over_what_is_free_at_once_one_has_it(
    join: Callable[[], DynamoLedger], clock: Clock, event: str
):
    join().claim(arrived("e0"))
    join().hold("root", "e0")
    clock.now += LEASE + SECOND
    owners = [join() for _ in range(6)]

    def take(mine: int) -> tuple[bool, bool]:
        name = event.format(mine)
        return not owners[mine].claim(arrived(name)).held, owners[mine].hold("root", name)

    claimed, held = zip(*at_once(6, take), strict=True)
    assert (sum(claimed), sum(held)) == (1, 1)


def test_of_several_who_commit_at_once_one_ends_an_attempt(join: Callable[[], DynamoLedger]):
    owners = [join() for _ in range(4)]
    owners[0].claim(arrived())
    at_once(4, lambda mine: owners[mine].commit("r1", "e1", Commitment("accepted", COUNTS), LATER))
    assert [attempt.number for attempt in owners[0].attempts(AT, LATEST)] == [1]
    assert [run.attempts for run in owners[0].runs()] == [1]


# killed


class Killed(BaseException):
    """The process is gone."""


class DyingTable(DynamoTable):
    """The table of a process that is killed before it asks for the n-th time."""

    def __init__(self, name: str, asks: int) -> None:
        super().__init__(name)
        self._left = asks

    def _ask(self, call: str, table: bool = True, **said: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            raise Killed
        return super()._ask(call, table, **said)


def resubmit(ledger: Ledger) -> None:
    """All that a run can have: a hold, an attempt that was broken off, a parent, something that it replays."""
    ledger.claim(arrived())
    ledger.hold("root", "e1")
    ledger.commit("r1", "e1", Commitment("accepted", COUNTS, "root", 2, "r0"), LATER)


def fail(ledger: Ledger) -> None:
    if (known := ledger.arrival("e1")) and known.outcome:
        # As ingest does: what came to its end is only told again.
        return
    ledger.claim(arrived())
    ledger.hold("root", "e1")
    ledger.fail("r1", "e1", REASON, LATER)


def free(ledger: Ledger) -> None:
    ledger.raised("r1", "e1", REASON, AT)


def come_under_another_contract(ledger: Ledger) -> None:
    ledger.claim(arrived(run="r2"), LATER)
    ledger.commit("r2", "e1", COMMITMENT, LATER)


def be_buried(ledger: Ledger) -> None:
    ledger.bury("e1", REASON, LATER)


def take_up_what_failed(ledger: Ledger) -> None:
    ledger.claim(arrived("e2"))
    ledger.let_go("root", "e2")
    ledger.commit("r1", "e2", COMMITMENT, LATER)


def everything(table: DynamoTable) -> list[Item]:
    """Without how often it was written, and without holds: their time is over."""
    keys = (
        "run#r1", "run#r2", "arrival#e1", "arrival#e2", "kin#root", "kin#r0", "pipeline#orders", "pipelines"
    )  # fmt: skip
    items = [item for key in keys for item in table.query(key) if not item["sk"].startswith("hold#")]
    return [{name: value for name, value in item.items() if name != "version"} for item in items]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "act"),
    [
        ((), resubmit),
        ((), fail),
        ((lambda ledger: ledger.claim(arrived()), free), come_under_another_contract),
        ((lambda ledger: ledger.claim(arrived()), lambda ledger: ledger.hold("root", "e1")), be_buried),
        ((fail,), take_up_what_failed),
    ],
)
def test_what_a_kill_broke_off_is_as_if_nobody_had_been_killed_when_it_was_done_again(
    aws: str, unique: str, clock: Clock, before: Any, act: Callable[[Ledger], None]
):
    def begun(name: str) -> DynamoTable:
        table = DynamoTable(name)
        table.create()
        for one in before:
            one(DynamoLedger(table, "first", LEASE, Clock()))
        return table

    whole = begun(f"{unique}-whole")
    act(DynamoLedger(whole, "again", LEASE, clock))
    clock.now += LEASE + SECOND
    for asks in count(1):
        table = begun(f"{unique}-{asks}")
        dying = DynamoLedger(DyingTable(f"{unique}-{asks}", asks), "killed", LEASE, Clock())
        try:
            act(dying)
        except Killed:
            act(DynamoLedger(table, "again", LEASE, clock))
            assert everything(table) == everything(whole), asks
            assert DynamoLedger(table, "other", LEASE, clock).hold("root", "e9"), asks
        else:
            break
    assert asks > 4


# the index lags behind


class Lagging(DynamoTable):
    """A table whose index has heard of nothing yet."""

    def by_day(self, *_: Any, **__: Any) -> Iterator[Item]:
        return iter(())


def test_what_exactly_once_rests_on_does_not_wait_for_the_index(aws: str, unique: str, clock: Clock):
    table = Lagging(unique)
    table.create()
    ledger = DynamoLedger(table, "one", LEASE, clock)
    for name, commitment in (
        ("root", Commitment("accepted", COUNTS)),
        ("child", Commitment("accepted", COUNTS, "root")),
        ("replay", Commitment("accepted", COUNTS, None, 1, "root")),
    ):
        ledger.claim(arrived(f"e-{name}", name))
        ledger.commit(name, f"e-{name}", commitment, LATER)
    ledger.claim(arrived("e-failed", "failed"))
    ledger.fail("failed", "e-failed", REASON, LATER)
    for name in ("running", "raised", "dead"):
        ledger.claim(arrived(f"e-{name}", name))
    ledger.raised("raised", "e-raised", REASON, LATER)
    ledger.bury("e-dead", REASON, LATER)
    assert [run.run for run in ledger.family("root")] == ["child", "replay", "root"]
    assert [run.run for run in ledger.ordinary("orders", LATEST, 5)] == ["root"]
    assert ledger.last_replay("orders") == 1
    assert ledger.failed_attempt("failed", "e-failed")
    assert [(run.run, run.state) for run in ledger.runs("orders")] == [
        ("dead", "dead"), ("raised", "claimed"), ("running", "running")
    ]  # fmt: skip
    assert ledger.runs("stocks") == ledger.runs("orders", LATER) == []


def test_what_the_index_says_of_a_run_under_way_is_asked_for_again(aws: str, unique: str, clock: Clock):
    class Stale(DynamoTable):
        """Its index is as it once was."""

        then: list[Item] | None = None

        def by_day(self, *given: Any, **more: Any) -> Iterator[Item]:
            return super().by_day(*given, **more) if self.then is None else iter(self.then)

    table = Stale(unique)
    table.create()
    ledger = DynamoLedger(table, "one", LEASE, clock)
    ledger.claim(arrived())
    table.then = list(table.by_day("run#orders"))
    ledger.commit("r1", "e1", COMMITMENT, LATER)
    assert [run.state for run in ledger.runs("orders")] == ["committed"]


# sizes


def test_a_reason_that_no_item_holds_is_kept_all_the_same(
    aws: str, unique: str, clock: Clock, table: DynamoTable, tmp_path: Path
):
    files = FolderFiles(tmp_path)
    ledger = DynamoLedger(DynamoTable(unique, files), "one", LEASE, clock)
    reason = {"code": "x", "message": "ü" * 250_000}
    ledger.claim(arrived())
    ledger.fail("r1", "e1", reason, LATER)
    found = ledger.run("r1")
    assert found
    assert found.reason == reason
    assert (
        [run.reason for run in ledger.runs()] == [attempt.reason for attempt in ledger.attempts(AT, LATEST)] == [reason]
    )
    assert len(list(files.keys("ledger"))) == 2
