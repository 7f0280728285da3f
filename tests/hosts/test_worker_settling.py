"""What a worker has done is not lost when it can't be noted at once, and a bug in noting it keeps no worker busy for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Busy, Outside, Permanent, Transient
from headgate.core.events import Event
from headgate.ports import Context
from tests.hosts.bench import Bench, raising, silent
from tests.hosts.test_worker import SLOW


class Locked:
    """A queue whose settling fails so often, as on a full disk or a locked ledger; or by a bug."""

    def __init__(self, queue: Any, times: int, error: Exception | None = None) -> None:
        self._queue, self._times = queue, times
        self._error = error or Outside("database is locked", code="ledger_unusable")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name) if name not in ("done", "retry", "postpone", "bury") else self._failing(name)

    def _failing(self, name: str) -> Any:
        def settle(*given: Any) -> Any:
            if self._times:
                self._times -= 1
                raise self._error
            return getattr(self._queue, name)(*given)

        return settle


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "done"), (Transient("x"), "retry"), (Busy("x"), "postponed"), (Permanent("x"), "dead")],
)
def test_what_was_done_but_could_not_be_noted_is_noted_later_and_not_done_again_meanwhile(
    tmp_path: Path, error: Exception | None, outcome: str
):
    calls: list[int] = []

    def load(event: Event, context: Context) -> list[Event]:
        calls.append(1)
        if error:
            raise error
        return [event.next("rows.loaded", "run", {"tables": []})]

    bench = Bench(tmp_path, SLOW, load=load, analyze=silent)
    event = bench.publish()
    bench.host.queue = Locked(bench.host.queue, times=3)  # type: ignore[assignment]
    worker = bench.worker()
    for _ in range(3):
        with pytest.raises(Outside, match="locked"):
            worker.step()
        assert (len(calls), bench.progress(event)["load"].state, bench.runs) == (1, "taken", [])
    assert worker.step()
    assert (len(calls), [run.outcome for run in bench.runs]) == (1, [outcome])
    assert bench.progress(event)["load"].state == {"done": "done", "dead": "dead"}.get(outcome, "ready")


@pytest.mark.parametrize("error", [None, Transient("x"), Busy("x"), Permanent("x")], ids=repr)
def test_an_outcome_that_a_bug_keeps_from_being_noted_is_a_failed_attempt_by_that_bug(
    tmp_path: Path, error: Exception | None
):
    bench = Bench(tmp_path, SLOW, load=raising(lambda: error) if error else silent, analyze=silent)
    event = bench.publish()
    bench.host.queue = Locked(bench.host.queue, 1, ZeroDivisionError("x"))  # type: ignore[assignment]
    assert bench.worker().step()
    assert [(run.outcome, run.error and run.error.code) for run in bench.runs] == [("retry", "bug")]
    assert bench.progress(event)["load"].state == "ready"


def test_while_a_bug_keeps_every_outcome_from_being_noted_the_delivery_is_kept_and_not_done_again(tmp_path: Path):
    calls: list[int] = []

    def load(event: Event, context: Context) -> list[Event]:
        calls.append(1)
        return []

    bench = Bench(tmp_path, SLOW, load=load, analyze=silent)
    event = bench.publish()
    bench.host.queue = Locked(bench.host.queue, 4, ZeroDivisionError("x"))  # type: ignore[assignment]
    worker = bench.worker()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            worker.step()
    assert worker.step()
    assert (len(calls), bench.progress(event)["load"].state) == (1, "done")


def test_what_can_never_be_published_dies_instead_of_being_settled_for_ever(tmp_path: Path):
    bench = Bench(tmp_path, SLOW, load=lambda event, context: [event.next("rows.loaded", "run", {})], analyze=silent)
    event = bench.publish()
    bench.host.queue = Locked(bench.host.queue, 1, Permanent("too large", code="event_too_big"))  # type: ignore[assignment]
    assert bench.worker().step("load")
    assert bench.progress(event)["load"].state == "dead"
    assert [letter.error["code"] for letter in bench.host.queue.dead_letters()] == ["event_too_big"]
