"""Several workers at once: until nothing is left, or until they are told to stop; none breaks in silence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Busy, HeadgateError, Outside, Transient, UserMistake
from headgate.core.events import Event
from headgate.hosts.crew import Crew
from headgate.hosts.worker import Worker
from headgate.ports import Context
from tests.hosts.bench import Bench, silent

SOON = 20.0


class Stubborn:
    """A worker of which the first steps go wrong."""

    def __init__(self, worker: Worker, errors: list[BaseException]) -> None:
        self._worker, self._errors = worker, errors

    def step(self) -> bool:
        if self._errors:
            raise self._errors.pop(0)
        return self._worker.step()


def crew(bench: Bench, count: int = 2, **options: Any) -> Crew:
    return Crew(bench.host.queue, bench.worker, count, bench.host.clock, **options)


def work_off(bench: Bench, count: int = 2) -> None:
    one = crew(bench, count)
    one.start(until_idle=True)
    one.join()


def test_what_comes_of_events_is_worked_off_before_it_ends(tmp_path: Path):
    def load(event: Event, context: Context) -> list[Event]:
        left = event.data["left"]
        return [event.next("file.processed", str(left), {**event.data, "left": left - 1})] if left else []

    bench = Bench(tmp_path, load=load, analyze=silent)
    bench.publish(left=5)
    work_off(bench)
    assert len(bench.runs) == 12
    assert bench.host.queue.next_at() is None


def test_it_waits_until_what_failed_was_tried_again(tmp_path: Path):
    tries: list[datetime] = []

    def load(event: Event, context: Context) -> list[Event]:
        tries.append(context.now)
        if len(tries) < 3:
            raise Transient("x")
        return []

    bench = Bench(tmp_path, "retry: {first_delay: 10}\n", ticks=5, load=load, analyze=silent)
    event = bench.publish()
    work_off(bench)
    assert bench.progress(event)["load"].state == "done"
    assert [later - one >= timedelta(seconds=10) for one, later in pairwise(tries)] == [True, True]


def test_as_many_are_at_work_at_once_as_there_are_workers(tmp_path: Path):
    together = threading.Barrier(3, timeout=SOON)

    def load(event: Event, context: Context) -> list[Event]:
        together.wait()
        return []

    bench = Bench(tmp_path, load=load, analyze=silent)
    events = [bench.publish(number=number) for number in range(3)]
    work_off(bench, count=3)
    assert {bench.progress(event)["load"].state for event in events} == {"done"}


def test_told_to_stop_it_ends_what_it_is_at_and_leaves_the_rest(tmp_path: Path):
    begun, go_on = threading.Event(), threading.Event()

    def load(event: Event, context: Context) -> list[Event]:
        begun.set()
        assert go_on.wait(SOON)
        return []

    bench = Bench(tmp_path, load=load, analyze=silent)
    first, second = bench.publish(number=1), bench.publish(number=2)
    one = crew(bench, count=1)
    one.start()
    assert begun.wait(SOON)
    one.stop()
    go_on.set()
    one.join()
    assert [bench.progress(event)["load"].state for event in (first, second)] == ["done", "ready"]


def test_while_the_ledger_cannot_be_used_it_says_so_once_and_goes_on_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.0)
    bench, said = Bench(tmp_path, load=silent, analyze=silent), list[HeadgateError]()
    event = bench.publish()
    errors: list[BaseException] = [Outside("locked")] * 5
    one = Crew(bench.host.queue, _stubborn(bench, errors), 1, bench.host.clock, said.append)
    one.start(until_idle=True)
    one.join()
    assert [error.message for error in said] == ["locked"]
    assert bench.progress(event)["load"].state == "done"


def _stubborn(bench: Bench, errors: list[BaseException]) -> Callable[[], Any]:
    return lambda: Stubborn(bench.worker(), errors)


def test_a_run_gives_up_when_the_ledger_can_never_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.0)
    bench = Bench(tmp_path)
    one = Crew(bench.host.queue, _stubborn(bench, [Outside("locked")] * 1000), 2, bench.host.clock)
    one.start(until_idle=True)
    with pytest.raises(Outside, match="locked"):
        one.join()


def test_a_bug_costs_no_worker_is_told_once_and_work_goes_on_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.0)
    bench, said = Bench(tmp_path, load=silent, analyze=silent), list[HeadgateError]()
    event = bench.publish()
    errors: list[BaseException] = [*[ZeroDivisionError("x")] * 4, OSError(28, "No space left on device")]
    one = Crew(bench.host.queue, _stubborn(bench, errors), 1, bench.host.clock, said.append)
    one.start(until_idle=True)
    one.join()
    assert [error.message for error in said] == ["a bug in Headgate: ZeroDivisionError: x", "No space left on device"]
    assert bench.progress(event)["load"].state == "done"


def test_a_step_that_failed_is_not_tried_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", SOON)
    bench, failed = Bench(tmp_path), threading.Event()
    errors: list[BaseException] = [ZeroDivisionError("x")] * 5
    one = Crew(bench.host.queue, _stubborn(bench, errors), 1, bench.host.clock, lambda _: failed.set())
    one.start()
    assert failed.wait(SOON)
    one.stop()
    one.join()
    assert len(errors) == 4


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), UserMistake("a newer ledger")], ids=repr)
def test_one_worker_that_can_never_work_ends_the_others_too_however_well_they_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    """Else `up` would go on with fewer and fewer workers, and nobody would know."""
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.0)
    bench, workers = Bench(tmp_path), iter([[error] * 1000, [], []])
    making = threading.Lock()

    def worker() -> Any:
        with making:
            return Stubborn(bench.worker(), [*next(workers)])

    one = Crew(bench.host.queue, worker, 3, bench.host.clock)
    one.start()
    with pytest.raises(HeadgateError) as told:
        one.join()
    assert told.value is error or told.value.__cause__ is error


def test_a_worker_that_cannot_even_be_made_ends_all_with_an_error_of_ours(tmp_path: Path):
    bench = Bench(tmp_path)

    def worker() -> Worker:
        raise ZeroDivisionError("x")

    one = Crew(bench.host.queue, worker, 1, bench.host.clock)
    one.start()
    with pytest.raises(HeadgateError, match="a bug in Headgate"):
        one.join()


@pytest.mark.parametrize("until_idle", [True, False])
def test_a_worker_that_breaks_ends_the_others_and_is_told(tmp_path: Path, until_idle: bool):
    class Panic(BaseException):
        pass

    bench = Bench(tmp_path)
    one = Crew(bench.host.queue, _stubborn(bench, [Panic()]), 3, bench.host.clock)
    one.start(until_idle)
    with pytest.raises(Panic):
        one.join()
    assert not one.is_at_work()


def test_it_is_idle_only_when_what_others_of_its_own_are_at_is_through(tmp_path: Path):
    """One worker is at the last event, the others find nothing: they wait for what may come of it."""
    idle = threading.Event()

    def load(event: Event, context: Context) -> list[Event]:
        if event.data["left"]:
            assert idle.wait(SOON)
            return [event.next("file.processed", str(number), {"left": 0, "pipeline": "people"}) for number in range(4)]
        return []

    bench = Bench(tmp_path, load=load, analyze=silent)
    bench.publish(left=1)
    steps: list[bool] = []

    class Watched:
        def __init__(self, worker: Worker) -> None:
            self._worker = worker

        def step(self) -> bool:
            found = self._worker.step()
            steps.append(found)
            if steps.count(False) >= 2:
                idle.set()
            return found

    one = Crew(bench.host.queue, lambda: Watched(bench.worker()), 3, bench.host.clock)  # type: ignore[arg-type, return-value]
    one.start(until_idle=True)
    one.join()
    assert len([run for run in bench.runs if run.delivery.stage == "load"]) == 5


def test_no_pipeline_starves_another(tmp_path: Path):
    order: list[str] = []

    def load(event: Event, context: Context) -> list[Event]:
        order.append(event.data["pipeline"])
        return []

    bench = Bench(tmp_path, load=load, analyze=silent)
    for number in range(50):
        bench.publish(number=number)
    bench.passes(1)
    bench.publish(pipeline="guests")
    work_off(bench, count=1)
    assert (len(order), order.index("guests") < 3) == (51, True)


def test_a_held_run_is_taken_up_as_soon_as_it_is_free(tmp_path: Path):
    started = datetime.max

    def load(event: Event, context: Context) -> list[Event]:
        nonlocal started
        started = min(started, context.now)
        if context.now - started < timedelta(seconds=5):
            raise Busy("held")
        return []

    bench = Bench(tmp_path, ticks=0.5, load=load, analyze=silent)
    event = bench.publish()
    work_off(bench)
    assert bench.progress(event)["load"].attempts == 1
