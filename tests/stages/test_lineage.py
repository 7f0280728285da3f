"""Of the runs of one file, which stand for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from headgate.adapters.memory.ledger import MemoryLedger
from headgate.ports import Arrival, Commitment, Run, RunState
from headgate.stages.lineage import back_to_first, standing

AT = datetime(2026, 1, 2)


def run(id_: str, state: RunState = "committed", replays: str | None = None, replay: int = 0) -> Run:
    at = AT + timedelta(minutes=replay)
    return Run(id_, "people", "a.csv", state, None, {}, 1, at, "event", replay=replay, replays=replays)


def ids(*runs: Run) -> list[str]:
    return [one.run for one in standing(runs)]


def test_only_committed_runs_count():
    assert ids(run("a"), run("b", "running"), run("c", "failed"), run("d", "dead"), run("e", "claimed")) == ["a"]


def test_of_a_chain_of_replays_only_the_last_one_counts():
    assert ids(run("a"), run("b", replays="a", replay=1), run("c", replays="b", replay=2), run("x")) == ["c", "x"]


def test_of_two_replays_of_one_run_only_the_last_one_counts():
    assert ids(run("a"), run("c", replays="a", replay=2), run("b", replays="a", replay=1)) == ["c"]
    assert ids(run("z"), run("y", replays="z", replay=1), run("x", replays="y", replay=2)) == ["x"]


def test_a_replay_that_is_not_committed_replaces_nothing():
    assert ids(run("a"), run("b", "failed", replays="a", replay=1)) == ["a"]
    assert ids(run("a"), run("b", "failed", replays="a", replay=1), run("c", replays="b", replay=2)) == ["c"]


def test_runs_that_name_each_other_end_nobodys_patience():
    assert len(ids(run("a", replays="b"), run("b", replays="a"))) <= 2


def test_the_way_back_leads_over_every_replay_to_the_first_run():
    ledger, before = MemoryLedger(), None
    for number, id_ in enumerate("abc"):
        ledger.claim(Arrival(f"event {id_}", AT, "people", "k", "a.csv", 1, id_))
        ledger.commit(id_, f"event {id_}", Commitment("accepted", {}, replay=number, replays=before), AT)
        before = id_
    last = ledger.run("c")
    assert last
    assert [one.run for one in back_to_first(last, ledger)] == ["c", "b", "a"]
