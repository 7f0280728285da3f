"""A worker takes one event to its stage: what failed is tried again or dies, and nothing is done twice or forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Busy, FileFailed, HeadgateError, Outside, Permanent, Transient, UserMistake
from headgate.core.events import Event
from headgate.core.source.failure import SourceBusy
from headgate.ports import Context
from tests.hosts.bench import START, Bench, raising, silent

SLOW = "retry: {attempts: 4, first_delay: 8, longest_delay: 20}\n"


def failing(error: HeadgateError | Exception) -> Callable[[Path], Bench]:
    return lambda folder: Bench(folder, SLOW, load=raising(lambda: error), analyze=silent)


def drained(bench: Bench, **options: Any) -> list[tuple[str, float]]:
    """Works until nothing is left; the outcome of each attempt at `load`, and how long the next one was waited for."""
    worker, seen = bench.worker(**options), []
    while (again_at := bench.host.queue.next_at()) is not None:
        seen.append((again_at - bench.now).total_seconds())
        bench.now = max(bench.now, again_at)
        while worker.step():
            pass
    outcomes = [run.outcome for run in bench.runs if run.delivery.stage == "load"]
    return list(zip(outcomes, [*seen[1:], 0.0], strict=False))


@pytest.mark.parametrize("error", [Transient("x"), Outside("x"), OSError(28, "full"), ZeroDivisionError("x")], ids=repr)
def test_what_may_pass_and_what_nobody_knows_is_tried_again_ever_later_up_to_the_last_attempt(tmp_path: Path, error):
    bench = failing(error)(tmp_path)
    bench.publish()
    assert drained(bench) == [("retry", 8), ("retry", 16), ("retry", 20), ("dead", 0)]
    (letter,) = bench.host.queue.dead_letters()
    assert (letter.stage, letter.attempts, letter.pipeline) == ("load", 4, "people")


@pytest.mark.parametrize("error", [Permanent("x"), UserMistake("x"), FileFailed("x")], ids=repr)
def test_what_cannot_pass_dies_at_once(tmp_path: Path, error):
    bench = failing(error)(tmp_path)
    bench.publish()
    assert drained(bench)[0] == ("dead", 0)
    assert [letter.attempts for letter in bench.host.queue.dead_letters()] == [1]


def test_a_wait_has_chance_in_it_but_never_less_than_half(tmp_path: Path):
    bench = Bench(tmp_path, SLOW, load=raising(lambda: Transient("x")), analyze=silent)
    bench.publish()
    worker = bench.worker(chance=lambda: 0.0)
    while worker.step():
        pass
    assert bench.host.queue.next_at() == START + timedelta(seconds=4)


def test_the_other_sides_wish_to_be_left_alone_is_respected_even_beyond_the_longest_delay(tmp_path: Path):
    bench = failing(SourceBusy("too many requests", 3600))(tmp_path)
    bench.publish()
    assert drained(bench)[:2] == [("retry", 3600), ("retry", 3600)]
    shorter = failing(SourceBusy("too many requests", 1))(tmp_path / "shorter")
    shorter.publish()
    assert drained(shorter)[0] == ("retry", 8)


def test_what_somebody_else_is_at_is_no_attempt_however_often(tmp_path: Path):
    errors: list[Exception] = [Busy("held")] * 20 + [Transient("x")]

    def load(event: Event, context: Context) -> list[Event]:
        if errors:
            raise errors.pop(0)
        return []

    bench = Bench(tmp_path, SLOW, load=load, analyze=silent)
    event = bench.publish()
    waits = drained(bench)
    assert [outcome for outcome, _ in waits] == ["postponed"] * 20 + ["retry", "done"]
    # To find out that it is held may cost a copy of the whole file.
    assert [wait for _, wait in waits[:20]] == [0.5, 1, 2, 4, 8, 16, 32, *[60] * 13]
    assert bench.progress(event)["load"].attempts == 2


def test_what_took_long_to_find_held_is_asked_again_no_sooner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spent = iter([0.0, 7.0])
    bench = failing(Busy("held"))(tmp_path)
    bench.publish()
    monkeypatch.setattr("headgate.hosts.worker.time.perf_counter", lambda: next(spent))
    bench.worker().step("load")
    (found,) = [one for one in bench.host.queue.progress([bench.runs[0].delivery.event.id]) if one.stage == "load"]
    assert found.again_at == bench.now + timedelta(seconds=7)


def test_each_stage_of_an_event_has_its_own_attempts_and_stops_no_other(tmp_path: Path):
    bench = failing(Transient("x"))(tmp_path)
    event = bench.publish()
    drained(bench)
    assert {stage: (one.state, one.attempts) for stage, one in bench.progress(event).items()} == {
        "load": ("dead", 4), "analyze": ("done", 1),
    }  # fmt: skip


def test_a_dead_letter_is_told_with_what_failed_why_and_who_acts(tmp_path: Path):
    bench = failing(Permanent("no such table", who="the owner", next="make it", code="no_table"))(tmp_path)
    event = bench.publish()
    drained(bench)
    (letter,) = bench.host.queue.dead_letters()
    (dead,) = [one for one in bench.host.queue.events(event.correlation_id) if one.type == "event.dead"]
    said = {"code": "no_table", "message": "no such table", "where": None, "who": "the owner", "next": "make it"}
    assert letter.error == dead.data["error"] == said
    assert dead.data == {
        "event": event.id, "type": "file.processed", "stage": "load", "pipeline": "people", "subject": event.subject,
        "letter": letter.number, "error": said,
    }  # fmt: skip
    assert len([alert for alert in bench.host.notices.held() if alert.event == dead.id]) == 1


def test_the_next_step_of_a_dead_letter_is_to_redrive_it_and_not_to_wait(tmp_path: Path):
    full = Outside("full", next="free disk space, then run the same command again")
    bench = Bench(tmp_path / "project", "retry: {attempts: 1}\n", load=raising(lambda: full), analyze=silent)
    event = bench.publish()
    drained(bench)
    (letter,) = bench.host.queue.dead_letters()
    (dead,) = [one for one in bench.host.queue.events(event.correlation_id) if one.type == "event.dead"]
    assert letter.error["next"] == dead.data["error"]["next"] == "free disk space, then redrive it"
    (run,) = [run for run in bench.runs if run.outcome == "dead"]
    assert run.error is not None
    assert run.error.next == "free disk space, then headgate dead redrive 1"


def test_that_nobody_could_be_told_is_a_dead_letter_but_nothing_to_tell_of(tmp_path: Path):
    bench = Bench(tmp_path, alert=raising(lambda: Permanent("x")))
    event = bench.publish("file.unmatched", candidates=[], key="a", file="a")
    drained(bench)
    assert [letter.stage for letter in bench.host.queue.dead_letters()] == ["alert"]
    assert [one.type for one in bench.host.queue.events(event.correlation_id)] == ["file.unmatched"]


def test_what_fails_again_after_a_redrive_is_a_fresh_dead_letter_told_anew(tmp_path: Path):
    bench = failing(Permanent("x"))(tmp_path)
    event = bench.publish()
    drained(bench)
    bench.host.queue.redrive(1, bench.now)
    drained(bench)
    assert [(one.number, one.state) for one in bench.host.queue.dead_letters(all_=True)] == [
        (1, "redriven"),
        (2, "dead"),
    ]
    told = [one.data["letter"] for one in bench.host.queue.events(event.correlation_id) if one.type == "event.dead"]
    assert told == [1, 2]


def test_an_event_over_which_the_process_died_ten_times_is_not_tried_an_eleventh_time(tmp_path: Path):
    calls: list[int] = []

    def load(event: Event, context: Context) -> list[Event]:
        calls.append(1)
        return []

    folder = Bench(tmp_path, load=load, analyze=silent).folder
    bench = Bench(folder, load=load, analyze=silent)
    event = bench.publish()
    for deaths in range(1, 11):
        bench = _dies_over_it(bench, load, deaths)
    while bench.worker().step():
        pass
    (letter,) = bench.host.queue.dead_letters()
    assert (letter.stage, letter.error["code"], calls) == ("load", "killed_the_process", [])
    assert "10 times" in letter.error["message"]
    assert bench.progress(event)["analyze"].state == "done"


def _dies_over_it(bench: Bench, load: Any, deaths: int) -> Bench:
    """The process takes it and ends; the next one finds it."""
    while (taken := bench.host.queue.take(bench.now)) and taken.stage != "load":
        bench.host.queue.done(taken, [], bench.now, 0)
    assert taken
    bench.host.close()
    following = Bench(bench.folder, load=load, analyze=silent)
    (lost,) = following.host.queue.recover()
    assert (lost.stage, lost.interruptions, lost.attempt) == ("load", deaths, 1)
    return following


def test_an_arrival_that_dies_leaves_no_run_under_way(tmp_path: Path):
    def ingest(event: Event, context: Context) -> list[Event]:
        from headgate.ports import Arrival

        context.ledger.claim(Arrival(event.id, context.now, "people", "inbox/a", "a", 1, "run-1"))
        raise Permanent("no way", code="no_way")

    bench = Bench(tmp_path, ingest=ingest)
    bench.publish("file.arrived", key="inbox/a")
    drained(bench)
    run = bench.host.ledger.run("run-1")
    assert run
    assert (run.state, (run.reason or {})["code"]) == ("dead", "no_way")


def test_an_observer_that_fails_ends_no_work_and_keeps_no_other_from_seeing_it(tmp_path: Path):
    def blind(run: Any) -> None:
        raise RuntimeError("blind")

    bench = Bench(tmp_path, load=silent, analyze=silent)
    event = bench.publish()
    drained(bench, observers=[blind, bench.runs.append])
    assert {one.state for one in bench.progress(event).values()} == {"done"}
    assert len(bench.runs) == 2


def test_events_carry_the_time_at_which_they_were_made_and_the_correlation_id_of_their_cause(tmp_path: Path):
    def analyze(event: Event, context: Context) -> list[Event]:
        bench.passes(7)
        return [event.next("rows.loaded", "run", {})]

    bench = Bench(tmp_path, analyze=analyze, load=silent)
    event = bench.publish()
    drained(bench)
    (given,) = [one for one in bench.host.queue.events(event.correlation_id) if one.type == "rows.loaded"]
    assert (given.time, given.correlation_id) == (START + timedelta(seconds=7), event.correlation_id)


@pytest.mark.parametrize("given", [None, [None], ["no event"]], ids=repr)
def test_a_stage_that_gives_no_events_is_a_bug_of_its_own_and_of_no_other(tmp_path: Path, given: Any):
    bench = Bench(tmp_path, load=lambda event, context: given, analyze=silent)
    event = bench.publish()
    drained(bench)
    assert {stage: one.state for stage, one in bench.progress(event).items()} == {"load": "dead", "analyze": "done"}
    assert [letter.error["code"] for letter in bench.host.queue.dead_letters()] == ["bug"]


def test_an_event_that_is_no_json_is_a_bug_and_nothing_of_it_is_kept(tmp_path: Path):
    def load(event: Event, context: Context) -> list[Event]:
        good = event.next("rows.loaded", "run", {})
        return [good, replace(good, id="other", data={"at": START})]

    bench = Bench(tmp_path, load=load, analyze=silent)
    event = bench.publish()
    drained(bench)
    assert bench.progress(event)["load"].state == "dead"
    assert "rows.loaded" not in [one.type for one in bench.host.queue.events(event.correlation_id)]


def test_a_secret_in_an_error_reaches_neither_letter_nor_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("API_KEY", "hidden-value-1")

    def load(event: Event, context: Context) -> list[Event]:
        key = context.secret("API_KEY")
        raise Permanent(f"refused: {key}", who=f"owner of {key}", next=f"try without {key}")

    bench = Bench(tmp_path, load=load, analyze=silent)
    event = bench.publish()
    drained(bench, mask=bench.host.secrets.mask)
    letters, events = bench.host.queue.dead_letters(), bench.host.queue.events(event.correlation_id)
    said = str([letters, events, bench.host.notices.held(), bench.progress(event)])
    assert "hidden-value-1" not in said
    assert "refused: ****" in said
