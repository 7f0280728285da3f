"""What every ledger promises; each implementation inherits these tests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from headgate.ports import Ledger, Run

AT = datetime(2026, 1, 2, 3, 4, 5, 678901)
LATER = AT + timedelta(hours=1)
COUNTS = {"records": 4, "accepted": 1, "rejected": 3, "warned": 0}


class LedgerSuite:
    @pytest.fixture
    def ledger(self) -> Ledger:
        raise NotImplementedError

    def test_each_arrival_has_a_number_of_its_own_also_under_a_key_seen_before(self, ledger: Ledger):
        numbers = [ledger.arrive(key, AT) for key in ("a.csv", "b.csv", "a.csv")]
        assert len(set(numbers)) == 3
        assert sorted(numbers) == numbers

    def test_the_first_claim_knows_no_state_and_is_attempt_1(self, ledger: Ledger):
        claim = ledger.claim("r1", "orders", "a.csv", AT)
        assert (claim.state, claim.claimed_at, claim.attempt) == (None, AT, 1)

    def test_a_later_claim_is_the_next_attempt_and_keeps_the_time_of_the_first(self, ledger: Ledger):
        ledger.claim("r1", "orders", "a.csv", AT)
        again = ledger.claim("r1", "orders", "b.csv", LATER)
        assert (again.state, again.claimed_at, again.attempt) == ("running", AT, 2)
        ledger.fail("r1", {"code": "empty_file"})
        third = ledger.claim("r1", "orders", "a.csv", LATER)
        assert (third.state, third.claimed_at, third.attempt) == ("failed", AT, 3)

    def test_a_committed_run_is_never_claimed_again(self, ledger: Ledger):
        ledger.claim("r1", "orders", "a.csv", AT)
        ledger.commit("r1", "accepted_with_rejects", COUNTS)
        before = ledger.runs()
        again = ledger.claim("r1", "orders", "b.csv", LATER)
        assert (again.state, again.claimed_at, again.attempt) == ("committed", AT, 1)
        assert ledger.runs() == before

    def test_a_commit_is_for_ever(self, ledger: Ledger):
        ledger.claim("r1", "orders", "a.csv", AT)
        ledger.commit("r1", "accepted_with_rejects", COUNTS)
        before = ledger.runs()
        ledger.fail("r1", {"code": "late"})
        ledger.commit("r1", "accepted", {"records": 0})
        assert ledger.runs() == before

    def test_runs_say_all_that_was_noted(self, ledger: Ledger):
        ledger.claim("r1", "orders", "a.csv", AT)
        assert ledger.runs() == [Run("r1", "orders", "a.csv", "running", None, {}, 1, AT)]
        ledger.fail("r1", {"code": "empty_file"})
        assert ledger.runs() == [Run("r1", "orders", "a.csv", "failed", "failed", {}, 1, AT)]
        ledger.claim("r1", "orders", "a.csv", LATER)
        ledger.commit("r1", "accepted", COUNTS)
        assert ledger.runs() == [Run("r1", "orders", "a.csv", "committed", "accepted", COUNTS, 2, AT)]

    def test_counts_may_be_unknown(self, ledger: Ledger):
        ledger.claim("r1", "anything", "a.png", AT)
        ledger.commit("r1", "accepted", {"records": None, "accepted": None})
        assert ledger.runs()[0].counts == {"records": None, "accepted": None}

    def test_what_the_caller_does_with_its_counts_afterwards_changes_nothing(self, ledger: Ledger):
        counts = {"records": 1}
        ledger.claim("r1", "orders", "a.csv", AT)
        ledger.commit("r1", "accepted", counts)
        counts["records"] = 2
        assert ledger.runs()[0].counts == {"records": 1}

    def test_runs_come_oldest_first_and_do_not_touch_each_other(self, ledger: Ledger):
        ledger.claim("r2", "orders", "a.csv", AT)
        ledger.claim("r1", "stocks", "b.json", LATER)
        ledger.commit("r2", "accepted", COUNTS)
        assert [(run.run, run.state) for run in ledger.runs()] == [("r2", "committed"), ("r1", "running")]

    def test_names_are_only_text(self, ledger: Ledger):
        name = '\'); DROP TABLE runs; -- "ü".csv'
        ledger.arrive(name, AT)
        ledger.claim("r1", "orders", name, AT)
        assert ledger.runs()[0].file == name
