"""What every ledger promises; each implementation inherits these tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from headgate.ports import Arrival, Attempt, Claim, Commitment, Ledger, Run
from tests.conformance.ledger_claims_suite import (
    AT,
    COMMITMENT,
    COUNTS,
    LATER,
    LATEST,
    REASON,
    RUNNING,
    LedgerClaims,
    arrived,
    end_attempt,
)
from tests.conformance.sharing import Sharing


class LedgerSuite(LedgerClaims):
    # commit, fail, raised, bury

    def test_a_commit_says_all_that_it_was_given(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.commit("r1", "e1", Commitment("accepted", COUNTS, "root", 2, "r0"), LATER)
        assert ledger.run("r1") == Run(
            "r1", "orders", "a.csv", "committed", "accepted", COUNTS, 1, AT, "e1", LATER, None, "root", 2, "r0"
        )
        assert ledger.arrival("e1") == arrived(outcome="processed")

    def test_a_commit_is_for_ever(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.commit("r1", "e1", COMMITMENT, LATER)
        before = ledger.runs(), ledger.attempts(AT, LATEST)
        ledger.commit("r1", "e1", Commitment("accepted", {"records": 0}), LATEST)
        ledger.fail("r1", "e2", REASON, LATEST)
        ledger.raised("r1", "e1", REASON, LATEST)
        ledger.bury("e1", REASON, LATEST)
        assert (ledger.runs(), ledger.attempts(AT, LATEST)) == before

    def test_a_failure_says_why_and_a_later_commit_says_so_no_more(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.fail("r1", "e1", REASON, LATER)
        failed = replace(RUNNING, state="failed", verdict="failed", attempts=1, settled_at=LATER, reason=REASON)
        assert ledger.run("r1") == failed
        assert ledger.arrival("e1") == arrived(outcome="failed")
        ledger.claim(arrived("e2"))
        ledger.commit("r1", "e2", COMMITMENT, LATEST)
        found = ledger.run("r1")
        assert found
        assert (found.state, found.reason, found.attempts) == ("committed", None, 2)

    @pytest.mark.parametrize("how", ["raised", "failed", "committed", "dead"])
    def test_an_ending_noted_twice_is_noted_once(self, ledger: Ledger, how: str):
        ledger.claim(arrived())
        end_attempt(ledger, how, at=LATER)
        before = ledger.run("r1"), ledger.arrival("e1"), ledger.attempts(AT, LATEST)
        end_attempt(ledger, how, at=LATER)
        assert (ledger.run("r1"), ledger.arrival("e1"), ledger.attempts(AT, LATEST)) == before

    def test_what_is_raised_after_the_end_of_an_attempt_ends_no_second_one(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.fail("r1", "e1", REASON, LATER)
        before = ledger.run("r1")
        ledger.raised("r1", "e1", {"code": "late"}, LATER)
        assert ledger.run("r1") == before

    def test_what_one_arrival_raises_does_not_free_what_another_is_at(self, ledger: Ledger, other: Ledger):
        ledger.claim(arrived("e1"))
        other.claim(arrived("e2"))
        other.raised("r1", "e2", REASON, LATER)
        other.bury("e2", REASON, LATER)
        assert ledger.run("r1") == RUNNING
        assert other.claim(arrived("e2")).held

    def test_each_end_of_an_attempt_is_kept_with_its_number(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.raised("r1", "e1", {"code": "outside"}, AT)
        assert ledger.claim(arrived()).attempt == 2
        ledger.fail("r1", "e1", REASON, LATER)
        assert ledger.claim(arrived("e2", file="b.csv")).attempt == 3
        ledger.commit("r1", "e2", COMMITMENT, LATEST)
        assert ledger.attempts(AT, LATEST + timedelta(1)) == [
            Attempt("r1", "orders", "a.csv", 1, "e1", "raised", {"code": "outside"}, AT),
            Attempt("r1", "orders", "a.csv", 2, "e1", "failed", REASON, LATER),
            Attempt("r1", "orders", "b.csv", 3, "e2", "committed", None, LATEST),
        ]

    def test_a_killed_process_ends_no_attempt(self, sharing: Sharing[Ledger]):
        for _ in range(3):
            ledger = sharing.join()
            assert ledger.claim(arrived()).attempt == 1
            sharing.leave(ledger)
        assert sharing.join().attempts(AT, LATEST) == []

    def test_a_buried_run_is_dead_with_its_reason_and_can_be_claimed_again(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.raised("r1", "e1", REASON, AT)
        ledger.bury("e1", {"code": "dead"}, LATER)
        dead = replace(RUNNING, state="dead", attempts=1, settled_at=LATER, reason={"code": "dead"})
        assert ledger.run("r1") == dead
        assert ledger.claim(arrived(at=LATEST)) == Claim(False, "dead", AT, 2)
        ledger.commit("r1", "e1", COMMITMENT, LATEST)
        found = ledger.run("r1")
        assert found
        assert (found.state, found.attempts) == ("committed", 2)

    def test_to_bury_an_event_that_claimed_nothing_is_nothing(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.bury("e2", REASON, LATER)
        assert ledger.runs() == [RUNNING]

    def test_an_event_that_dies_after_its_file_failed_leaves_the_failure(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.fail("r1", "e1", REASON, AT)
        before = ledger.run("r1")
        ledger.bury("e1", {"code": "dead"}, LATER)
        assert ledger.run("r1") == before

    def test_a_run_that_was_never_claimed_has_no_end(self, ledger: Ledger):
        for how in ("raised", "failed", "committed", "dead"):
            end_attempt(ledger, how)
        assert (ledger.runs(), ledger.attempts(AT, LATEST), ledger.arrivals(AT, LATEST)) == ([], [], [])

    # close

    @pytest.mark.parametrize(
        "closed",
        [
            arrived(outcome="duplicate"),
            Arrival("e1", AT, None, "inbox/x.csv", "x.csv", outcome="unmatched"),
        ],
        ids=["duplicate", "unmatched"],
    )
    def test_an_arrival_without_a_run_of_its_own_is_closed_once(self, ledger: Ledger, closed: Arrival):
        ledger.close(closed)
        ledger.close(replace(closed, at=LATER))
        assert ledger.arrivals(AT, LATEST) == [closed]
        assert ledger.runs() == []

    def test_what_was_read_of_an_arrival_is_not_forgotten(self, ledger: Ledger):
        ledger.claim(arrived(size=120))
        ledger.close(arrived(size=None, outcome="duplicate"))
        assert ledger.arrival("e1") == arrived(size=120, outcome="duplicate")

    # hold

    def test_of_several_only_one_at_a_time_has_a_hold(self, ledger: Ledger, other: Ledger):
        assert ledger.hold("root", "e1")
        assert ledger.hold("root", "e1")
        assert not ledger.hold("root", "e2")
        assert not other.hold("root", "e1")
        assert not other.hold("root", "e3")
        assert other.hold("another", "e3")

    def test_a_hold_ends_when_it_is_let_go_by_whom_it_is_for(self, ledger: Ledger, other: Ledger):
        ledger.hold("root", "e1")
        other.let_go("root", "e2")
        assert not other.hold("root", "e2")
        ledger.let_go("root", "e1")
        ledger.let_go("root", "e1")
        assert other.hold("root", "e2")
        ledger.let_go("nothing", "e1")

    @pytest.mark.parametrize("event", ["e1", "e2"])
    def test_a_hold_ends_with_its_process(self, sharing: Sharing[Ledger], event: str):
        ledger, other = sharing.join(), sharing.join()
        other.hold("root", "e1")
        sharing.leave(other)
        assert ledger.hold("root", event)
        assert not ledger.hold("root", "e3")

    @pytest.mark.parametrize("how", ["raised", "failed", "committed", "dead"])
    def test_a_hold_ends_with_the_attempt_it_was_for_and_no_other_one(self, ledger: Ledger, other: Ledger, how: str):
        ledger.claim(arrived())
        assert ledger.hold("root", "e1")
        assert ledger.hold("another", "e3")
        end_attempt(ledger, how)
        assert other.hold("root", "e2")
        assert not other.hold("another", "e2")

    # lists

    def test_runs_are_listed_oldest_first_by_pipeline_and_since_a_time(self, ledger: Ledger):
        ledger.claim(arrived("e1", "r9", AT))
        ledger.claim(arrived("e2", "r2", LATER, pipeline="stocks"))
        ledger.claim(arrived("e3", "r1", LATER))
        assert [run.run for run in ledger.runs()] == ["r9", "r1", "r2"]
        assert [run.run for run in ledger.runs("orders")] == ["r9", "r1"]
        assert [run.run for run in ledger.runs(since=LATER)] == ["r1", "r2"]
        assert [run.run for run in ledger.runs("stocks", LATER)] == ["r2"]
        assert ledger.runs("nobody") == ledger.runs(since=LATEST) == []

    def test_runs_that_came_to_no_end_are_those_neither_committed_nor_failed_oldest_first(self, ledger: Ledger):
        for number, how in enumerate(("", "dead", "raised", "failed", "committed"), 1):
            ledger.claim(arrived(f"e{number}", f"r{number}", LATER))
            if how:
                end_attempt(ledger, how, f"e{number}", f"r{number}")
        ledger.claim(arrived("e9", "r9", AT))
        ledger.claim(arrived("e8", "r8", AT, pipeline="stocks"))
        assert [run.run for run in ledger.unended("orders")] == ["r9", "r1", "r2", "r3"]
        ledger.claim(arrived("e10", "r4", LATEST))
        found = {run.run: run for run in ledger.unended("orders")}
        assert found["r4"] == ledger.run("r4")

    @pytest.mark.parametrize("edge", [datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2, 3, 4, 5, 100000)])
    def test_a_span_of_time_begins_at_its_first_moment_and_ends_before_its_last(self, ledger: Ledger, edge: datetime):
        moment = timedelta(microseconds=1)
        for number, at in enumerate([edge - moment, edge, edge + moment]):
            ledger.claim(arrived(f"e{number}", f"r{number}", at))
            ledger.raised(f"r{number}", f"e{number}", REASON, at)

        def told(since: datetime, until: datetime) -> tuple[list[str], list[str]]:
            attempts = ledger.attempts(since, until)
            return [one.event for one in ledger.arrivals(since, until)], [one.event for one in attempts]

        assert told(edge, edge + moment) == (["e1"], ["e1"])
        assert told(edge - moment, edge) == (["e0"], ["e0"])
        assert told(edge, edge) == ([], [])
        assert told(edge - moment, edge + 2 * moment) == (["e0", "e1", "e2"], ["e0", "e1", "e2"])
        assert [run.run for run in ledger.runs(since=edge)] == ["r1", "r2"]

    def test_arrivals_can_be_asked_for_by_pipeline_and_span(self, ledger: Ledger):
        ledger.claim(arrived("e1", "r1", AT))
        ledger.claim(arrived("e2", "r2", LATER, pipeline="stocks"))
        ledger.claim(arrived("e3", "r3", LATER))
        ledger.close(arrived("e4", None, LATER, pipeline=None, outcome="unmatched"))

        def events(since: datetime, pipeline: str | None) -> list[str]:
            return [one.event for one in ledger.arrivals(since, LATEST, pipeline)]

        assert (events(AT, "orders"), events(LATER, "orders"), events(AT, "stocks")) == (["e1", "e3"], ["e3"], ["e2"])
        assert (events(AT, None), events(AT, "nobody")) == (["e1", "e2", "e3", "e4"], [])

    def test_counts_may_be_unknown(self, ledger: Ledger):
        ledger.claim(arrived())
        ledger.commit("r1", "e1", Commitment("accepted", {"records": None}), LATER)
        assert ledger.runs()[0].counts == {"records": None}

    def test_what_the_caller_does_with_its_data_afterwards_changes_nothing(self, ledger: Ledger):
        counts, reason = dict(COUNTS), {"code": "x"}
        ledger.claim(arrived())
        ledger.raised("r1", "e1", reason, AT)
        reason["code"] = "y"
        assert (ledger.attempts(AT, LATER)[0].reason, ledger.runs()[0].reason) == ({"code": "x"}, {"code": "x"})
        ledger.claim(arrived())
        ledger.commit("r1", "e1", Commitment("accepted", counts), AT)
        counts["records"] = 0
        assert ledger.runs()[0].counts == COUNTS

    def test_names_are_only_text(self, ledger: Ledger):
        name = "'); DROP TABLE runs; -- \"ü\n%s?"
        ledger.claim(arrived(name, name, file=name, key=name, pipeline=name))
        ledger.raised(name, name, {name: name}, AT)
        assert ledger.hold(name, name)
        (run,) = ledger.runs(name)
        assert (run.run, run.file, run.reason) == (name, name, {name: name})
        assert ledger.arrival(name) == arrived(name, name, file=name, key=name, pipeline=name)

    def test_the_last_replay_of_a_pipeline_is_the_highest_number_that_was_committed(self, ledger: Ledger):
        assert ledger.last_replay("orders") == 0
        for number, pipeline in ((0, "orders"), (2, "orders"), (1, "orders"), (3, "stocks")):
            ledger.claim(arrived(f"e{number}", f"r{number}", pipeline=pipeline))
            ledger.commit(f"r{number}", f"e{number}", Commitment("accepted", COUNTS, None, number), LATER)
        assert [ledger.last_replay(pipeline) for pipeline in ("orders", "stocks", "nobody")] == [2, 3, 0]

    # the runs before a run

    def commit(self, ledger: Ledger, run: str, at: datetime, **given: Any) -> None:
        pipeline = given.pop("pipeline", "orders")
        ledger.claim(arrived(f"e-{run}", run, at, pipeline=pipeline))
        ledger.commit(run, f"e-{run}", Commitment("accepted", COUNTS, **given), LATEST)

    def test_the_last_ordinary_runs_until_a_time_are_the_newest_oldest_first(self, ledger: Ledger):
        for name, at in (("r3", LATER), ("r1", AT), ("r2", LATER), ("late", LATEST)):
            self.commit(ledger, name, at)
        assert [run.run for run in ledger.ordinary("orders", LATER, 9)] == ["r1", "r2", "r3"]
        assert [run.run for run in ledger.ordinary("orders", LATER, 2)] == ["r2", "r3"]
        assert [run.run for run in ledger.ordinary("orders", AT, 2)] == ["r1"]
        assert ledger.ordinary("orders", AT, 1) == [ledger.run("r1")]
        assert ledger.ordinary("orders", LATEST, 0) == ledger.ordinary("orders", AT - timedelta(seconds=1), 9) == []

    def test_failed_runs_replays_and_resubmissions_and_those_of_others_are_not_ordinary(self, ledger: Ledger):
        self.commit(ledger, "root", AT)
        self.commit(ledger, "replay", AT, replay=1, replays="root")
        self.commit(ledger, "child", AT, parent="root")
        self.commit(ledger, "stock", AT, pipeline="stocks")
        ledger.claim(arrived("e-failed", "failed"))
        ledger.fail("failed", "e-failed", REASON, AT)
        ledger.claim(arrived("e-running", "running"))
        assert [run.run for run in ledger.ordinary("orders", LATEST, 9)] == ["root"]

    def test_a_family_is_a_run_its_replays_and_what_was_resubmitted_to_any_of_them(self, ledger: Ledger):
        self.commit(ledger, "root", AT)
        self.commit(ledger, "stranger", AT)
        self.commit(ledger, "child", LATER, parent="root")
        self.commit(ledger, "again", LATER, replay=1, replays="root")
        self.commit(ledger, "and again", LATEST, replay=2, replays="again")
        self.commit(ledger, "late child", LATEST + timedelta(seconds=1), parent="and again")
        ledger.claim(arrived("e-dead", "dead", LATEST))
        family = ["root", "again", "child", "and again", "late child"]
        assert [run.run for run in ledger.family("root")] == family
        assert [run.run for run in ledger.family("stranger")] == ["stranger"]
        assert ledger.family("dead") == ledger.family("nobody") == []
