"""What every ledger promises of claims; `LedgerSuite` inherits these tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from headgate.ports import Arrival, Attempt, Claim, Commitment, Ledger, Run, RunState
from tests.conformance.sharing import Sharing

AT = datetime(2026, 1, 2, 3, 4, 5, 678901)
LATER = AT + timedelta(hours=1)
LATEST = AT + timedelta(hours=2)
COUNTS = {"records": 4, "accepted": 1, "rejected": 3, "warned": 0}
COMMITMENT = Commitment("accepted_with_rejects", COUNTS)
REASON = {"code": "empty_file", "message": "there is nothing in it", "where": {"line": 1}}
RUNNING = Run("r1", "orders", "a.csv", "running", None, {}, 0, AT, "e1")


def arrived(event: str = "e1", run: str | None = "r1", at: datetime = AT, **other: object) -> Arrival:
    return replace(Arrival(event, at, "orders", "inbox/orders/a.csv", "a.csv", 120, run), **other)  # type: ignore[arg-type]


def end_attempt(ledger: Ledger, how: str, event: str = "e1", run: str = "r1", at: datetime = LATER) -> None:
    acts: dict[str, Callable[[], None]] = {
        "raised": lambda: ledger.raised(run, event, REASON, at),
        "failed": lambda: ledger.fail(run, event, REASON, at),
        "committed": lambda: ledger.commit(run, event, COMMITMENT, at),
        "dead": lambda: ledger.bury(event, REASON, at),
    }
    acts[how]()


class LedgerClaims:
    @pytest.fixture
    def sharing(self) -> Sharing[Ledger]:
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, sharing: Sharing[Ledger]) -> Ledger:
        return sharing.join()

    @pytest.fixture
    def other(self, sharing: Sharing[Ledger]) -> Ledger:
        return sharing.join()

    # claim

    def test_the_first_claim_knows_no_state_and_is_attempt_1(self, ledger: Ledger):
        assert ledger.claim(arrived()) == Claim(False, None, AT, 1)
        assert ledger.run("r1") == RUNNING
        assert ledger.arrival("e1") == arrived()

    def test_a_claim_repeated_by_the_same_owner_for_the_same_event_is_the_same_attempt(self, ledger: Ledger):
        ledger.claim(arrived())
        assert ledger.claim(arrived(at=LATER)) == Claim(False, "running", AT, 1)
        assert ledger.run("r1") == RUNNING
        assert ledger.arrival("e1") == arrived()

    def test_a_run_is_held_against_another_arrival_also_of_the_same_process(self, ledger: Ledger):
        ledger.claim(arrived())
        assert ledger.claim(arrived("e2", at=LATER)) == Claim(True, "running", AT, 1)
        assert ledger.run("r1") == RUNNING
        # It is noted all the same: it came.
        assert ledger.arrival("e2") == arrived("e2", at=LATER)

    def test_a_run_is_held_against_another_process_also_for_the_same_event(self, ledger: Ledger, other: Ledger):
        other.claim(arrived())
        assert ledger.claim(arrived()).held
        assert ledger.claim(arrived("e2")).held
        assert not other.claim(arrived()).held

    @pytest.mark.parametrize("event", ["e1", "e2"])
    def test_what_a_process_that_is_gone_held_is_free(self, sharing: Sharing[Ledger], event: str):
        ledger, other = sharing.join(), sharing.join()
        other.claim(arrived())
        sharing.leave(other)
        assert ledger.claim(arrived(event, at=LATER)) == Claim(False, "running", AT, 1)
        assert ledger.claim(arrived("e3")).held

    @pytest.mark.parametrize(
        ("how", "state", "attempt"), [("raised", "claimed", 2), ("failed", "failed", 2), ("dead", "dead", 1)]
    )
    def test_a_run_whose_attempt_ended_is_free_for_the_next_arrival(
        self, ledger: Ledger, other: Ledger, how: str, state: RunState, attempt: int
    ):
        ledger.claim(arrived())
        end_attempt(ledger, how)
        # The time of the first claim is the run's for ever.
        claim = other.claim(arrived("e2", at=LATEST, file="b.csv"))
        assert claim == Claim(False, state, AT, attempt)
        found = other.run("r1")
        assert found
        assert (found.state, found.event, found.file, found.verdict, found.settled_at) == (
            "running", "e2", "b.csv", None, None
        )  # fmt: skip

    def test_a_committed_run_is_never_claimed_again(self, ledger: Ledger, other: Ledger):
        ledger.claim(arrived())
        ledger.commit("r1", "e1", COMMITMENT, LATER)
        before = ledger.runs()
        assert other.claim(arrived("e2", at=LATEST)) == Claim(False, "committed", AT, 1)
        assert ledger.runs() == before

    @pytest.mark.parametrize(("how", "outcome", "attempt"), [("failed", "failed", 2), ("committed", "processed", 1)])
    def test_an_arrival_that_came_to_its_end_takes_nothing_any_more(
        self, ledger: Ledger, other: Ledger, how: str, outcome: str, attempt: int
    ):
        ledger.claim(arrived())
        end_attempt(ledger, how)
        before = ledger.runs()
        for one in (ledger, other):
            assert one.claim(arrived(at=LATEST)) == Claim(True, how, AT, attempt)  # type: ignore[arg-type]
        assert ledger.runs() == before
        assert ledger.arrival("e1") == arrived(outcome=outcome)

    @pytest.mark.parametrize("how", ["failed", "committed"])
    def test_nor_as_another_run_when_the_contract_changed_meanwhile(self, ledger: Ledger, other: Ledger, how: str):
        ledger.claim(arrived())
        end_attempt(ledger, how)
        known = ledger.arrival("e1")
        assert other.claim(arrived(run="r2"), LATEST) == Claim(True, None, LATEST, 1)
        assert (other.run("r2"), other.arrival("e1")) == (None, known)

    def test_an_arrival_that_another_is_at_is_taken_as_no_other_run(self, ledger: Ledger, other: Ledger):
        other.claim(arrived())
        assert ledger.claim(arrived(run="r2"), LATEST).held
        assert (ledger.run("r1"), ledger.run("r2"), ledger.arrival("e1")) == (RUNNING, None, arrived())
        other.commit("r1", "e1", COMMITMENT, LATEST)
        assert ledger.claim(arrived(run="r2"), LATEST).held

    def test_an_arrival_is_known_by_its_event_and_keeps_the_time_of_the_first(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.claim(arrived("e2", "r2", LATER))
        ledger.claim(arrived(at=LATEST))
        assert ledger.arrivals(AT, LATEST) == [arrived(), arrived("e2", "r2", LATER)]
        assert ledger.arrival("e3") is None
        assert ledger.run("r3") is None

    # noted before it is claimed

    @pytest.mark.parametrize("is_taken", [True, False])
    def test_a_file_came_when_it_was_noted_and_its_run_began_when_it_was_claimed(self, ledger: Ledger, is_taken: bool):
        ledger.note([arrived(run=None, size=None), arrived("e2", None)])
        assert ledger.arrivals(AT, LATER) == [arrived(run=None, size=None), arrived("e2", None)]
        if is_taken:
            assert ledger.claim(arrived(at=LATER), LATEST) == Claim(False, None, LATEST, 1)
            assert ledger.arrival("e1") == arrived()
            assert [run.claimed_at for run in ledger.runs()] == [LATEST]
        else:
            ledger.close(arrived(at=LATER, outcome="duplicate"), LATEST)
            assert ledger.arrival("e1") == arrived(outcome="duplicate")

    def test_what_is_known_of_an_arrival_is_not_noted_anew(self, ledger: Ledger, other: Ledger):
        ledger.claim(arrived())
        ledger.commit("r1", "e1", COMMITMENT, LATER)
        other.note([arrived(run=None, at=LATEST, pipeline=None)])
        assert ledger.arrival("e1") == arrived(outcome="processed")

    def test_a_file_that_never_was_is_forgotten(self, ledger: Ledger):
        ledger.note([arrived(run=None), arrived("e2", None)])
        ledger.forget("e1")
        assert ledger.arrivals(AT, LATER) == [arrived("e2", None)]
        ledger.bury("e2", REASON, LATER)
        ledger.forget("e2")
        assert ledger.arrivals(AT, LATER) == []

    def test_a_file_that_nobody_could_take_is_dead_until_somebody_takes_it(self, ledger: Ledger, other: Ledger):
        ledger.note([arrived(run=None)])
        for _ in range(2):
            ledger.bury("e1", REASON, LATER)
            assert ledger.arrivals(AT, LATER) == [arrived(run=None, outcome="dead")]
        assert other.claim(arrived(at=LATER), LATEST) == Claim(False, None, LATEST, 1)
        assert ledger.arrival("e1") == arrived()
        ledger.commit("r1", "e1", COMMITMENT, LATEST)
        assert ledger.arrival("e1") == arrived(outcome="processed")

    @pytest.mark.parametrize("outcome", ["unmatched", "duplicate"])
    def test_but_one_that_came_to_an_outcome_was(self, ledger: Ledger, outcome: str):
        ledger.close(arrived(run=None, outcome=outcome))
        ledger.bury("e1", REASON, LATER)
        ledger.forget("e1")
        assert ledger.arrival("e1") == arrived(run=None, outcome=outcome)

    def test_a_run_that_is_given_up_for_another_contract_ends_now(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.raised("r1", "e1", REASON, AT)
        ledger.claim(arrived(run="r2"), LATEST)
        found = ledger.run("r1")
        assert found
        assert (found.state, found.settled_at) == ("dead", LATEST)

    # the attempt that an arrival failed with

    @pytest.mark.parametrize("how", ["running", "raised", "failed", "committed", "dead"])
    def test_an_arrival_s_failed_attempt_is_known_whoever_was_at_the_run_since(
        self, ledger: Ledger, other: Ledger, how: str
    ):
        ledger.claim(arrived())
        ledger.raised("r1", "e1", {"code": "outside"}, LATEST)
        ledger.claim(arrived())
        assert ledger.failed_attempt("r1", "e1") is None
        # The clock was put back meanwhile.
        ledger.fail("r1", "e1", REASON, AT)
        other.claim(arrived("e2", file="b.csv"))
        if how != "running":
            end_attempt(other, how, "e2")
        assert ledger.failed_attempt("r1", "e1") == Attempt("r1", "orders", "a.csv", 2, "e1", "failed", REASON, AT)
        assert (ledger.failed_attempt("r1", "e2") is not None) == (how == "failed")
        assert ledger.failed_attempt("r2", "e1") is None

    def test_an_arrival_whose_run_another_one_committed_has_not_failed(self, ledger: Ledger, other: Ledger):
        ledger.claim(arrived())
        assert other.claim(arrived("e2")).held
        ledger.commit("r1", "e1", COMMITMENT, LATER)
        other.fail("r1", "e2", REASON, LATER)
        assert (ledger.arrival("e2"), ledger.failed_attempt("r1", "e2")) == (arrived("e2"), None)

    # the contract changed

    def test_a_run_under_an_earlier_contract_is_dead_when_its_event_comes_again(self, sharing: Sharing[Ledger]):
        first = sharing.join()
        first.claim(arrived(run="r1"))
        sharing.leave(first)
        ledger = sharing.join()
        assert ledger.claim(arrived(run="r2", at=LATER)) == Claim(False, None, LATER, 1)
        old = ledger.run("r1")
        assert old
        assert (old.state, old.attempts, old.settled_at) == ("dead", 0, LATER)
        assert (old.reason or {})["code"] == "contract_changed"
        assert ledger.arrival("e1") == arrived(run="r2")
        assert [run.run for run in ledger.runs() if run.state == "running"] == ["r2"]

    def test_also_when_it_is_now_one_that_nobody_takes(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.raised("r1", "e1", REASON, AT)
        ledger.close(arrived(run=None, pipeline=None, outcome="unmatched"))
        found = ledger.run("r1")
        assert found
        assert found.state == "dead"

    @pytest.mark.parametrize("how", ["failed", "committed"])
    def test_but_not_one_that_came_to_its_end(self, ledger: Ledger, how: str):
        ledger.claim(arrived())
        end_attempt(ledger, how)
        before = ledger.run("r1")
        ledger.claim(arrived(run="r2"))
        assert ledger.run("r1") == before

    @pytest.mark.parametrize("took", ["at once", "after it was raised"])
    def test_nor_one_that_another_arrival_is_at(self, ledger: Ledger, other: Ledger, took: str):
        if took == "at once":
            ledger.claim(arrived("e2"))
            assert other.claim(arrived("e1")).held
        else:
            other.claim(arrived("e1"))
            other.raised("r1", "e1", REASON, AT)
            ledger.claim(arrived("e2"))
        other.claim(arrived("e1", "r2"))
        found = ledger.run("r1")
        assert found
        assert (found.state, found.event) == ("running", "e2")
        assert other.claim(arrived("e3")).held

    # at once

    def test_of_many_arrivals_of_the_same_bytes_at_once_one_has_the_run(self, ledger: Ledger, other: Ledger):
        def claim(number: int) -> bool:
            return not (ledger, other)[number % 2].claim(arrived(f"e{number}")).held

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(claim, range(24))) == 1
        assert len(ledger.arrivals(AT, LATER)) == 24

    def test_of_many_that_want_a_hold_at_once_one_has_it(self, ledger: Ledger, other: Ledger):
        with ThreadPoolExecutor(8) as pool:
            held = pool.map(lambda number: (ledger, other)[number % 2].hold("root", f"e{number}"), range(24))
            assert sum(held) == 1

    # vanished

    def test_runs_whose_holder_is_gone_are_told_oldest_first_until_somebody_takes_them_up(
        self, sharing: Sharing[Ledger]
    ):
        ledger, gone = sharing.join(), sharing.join()
        gone.claim(arrived("e2", "r2", LATER))
        gone.claim(arrived("e9", "r9", AT, pipeline="stocks"))
        gone.claim(arrived("e1", "r1", LATER))
        assert ledger.vanished() == gone.vanished() == []
        sharing.leave(gone)
        ledger.claim(arrived("e3", "r3", AT))
        found = ledger.vanished()
        assert [run.run for run in found] == ["r9", "r1", "r2"]
        assert found[0] == ledger.run("r9") == replace(RUNNING, run="r9", pipeline="stocks", event="e9")
        ledger.claim(arrived("e9", "r9", LATEST, pipeline="stocks"))
        assert [run.run for run in ledger.vanished()] == ["r1", "r2"]

    @pytest.mark.parametrize("how", ["raised", "failed", "committed", "dead"])
    def test_a_run_that_came_to_an_end_has_no_holder_who_could_be_gone(self, sharing: Sharing[Ledger], how: str):
        ledger, gone = sharing.join(), sharing.join()
        gone.claim(arrived())
        end_attempt(gone, how)
        sharing.leave(gone)
        assert ledger.vanished() == []
