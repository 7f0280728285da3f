"""Takes one event at a time to its stage, and settles what became of it."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from headgate.core.backoff import backoff
from headgate.core.config.project_settings import Retry
from headgate.core.errors import Busy, HeadgateError, Permanent
from headgate.core.events import Event
from headgate.core.memory import peak_memory
from headgate.hosts.failures import as_error, as_json, given_up
from headgate.hosts.stage_log import Observer, StageOutcome, StageRun
from headgate.ports import Context, Delivery, Queue

if TYPE_CHECKING:
    # A function imports its own stage, and not all of them.
    from headgate.flow import Stage

MOST_INTERRUPTIONS = 10
_BUSY_SECONDS = 0.5
_MOST_BUSY_SECONDS = 60.0


class Worker:
    """Runs stages of one project, one at a time; several may work at once, each in its thread.

    Args:
        stages: name → stage.
        context: what a stage is handed, made anew for each call.
        observers: told of every stage run.
        mask: takes secrets out of a text.
        chance: gives numbers from 0 to 1.
    """

    def __init__(
        self,
        queue: Queue,
        stages: Mapping[str, Stage],
        context: Callable[[], Context],
        clock: Callable[[], datetime],
        retry: Retry,
        observers: Sequence[Observer] = (),
        mask: Callable[[str], str] = str,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._queue, self._stages, self._context, self._clock = queue, stages, context, clock
        self._retry, self._observers, self._mask, self._chance = retry, observers, mask, chance
        # Delivery → how long it was postponed last, as far as this worker knows.
        self._postponed: dict[tuple[str, str], float] = {}
        self._unsettled: Callable[[], StageRun] | None = None

    def step(self, only: str | None = None) -> bool:
        """Takes the next delivery, or the next one to the stage named, through its stage; whether there was one.

        Raises:
            Outside: the queue can't be used; what was done is not forgotten, and settled by the next step.
        """
        if self._unsettled is None:
            delivery = self._queue.take(self._clock(), only)
            if delivery is None:
                return False
            self._unsettled = self._handled(delivery)
        run = self._unsettled()
        self._unsettled = None
        if run.outcome != "postponed":
            self._postponed.pop((run.delivery.event.id, run.delivery.stage), None)
        for observe in self._observers:
            # One that fails must not end the work that it watches.
            with contextlib.suppress(Exception):
                observe(run)
        return True

    def _handled(self, delivery: Delivery) -> Callable[[], StageRun]:
        """Runs the stage; what is to be noted of it."""
        if delivery.interruptions >= MOST_INTERRUPTIONS:
            return partial(self._settled, delivery, partial(self._buried, delivery, _killed_the_process(delivery), 0.0))
        started = time.perf_counter()
        try:
            events = list(self._stages[delivery.stage](delivery.event, self._context()))
        except Exception as raised:
            settle = partial(self._failed, delivery, as_error(raised))
        else:
            settle = partial(self._done, delivery, events)
        return partial(self._settled, delivery, partial(settle, time.perf_counter() - started))

    def _settled(self, delivery: Delivery, settle: Callable[[], StageRun]) -> StageRun:
        try:
            return settle()
        except Permanent as raised:
            # What the stage gave can't be published, however often it is tried.
            return self._failed(delivery, raised, 0.0)
        except HeadgateError:
            raise
        except Exception as raised:
            # The stage gave something that is no event, or can't be kept as JSON; or a bug of our own.
            return self._failed(delivery, as_error(raised), 0.0)

    def _done(self, delivery: Delivery, events: Sequence[Event], seconds: float) -> StageRun:
        now = self._clock()
        events = [replace(event, time=now) for event in events]
        self._queue.done(delivery, events, now, seconds)
        return _run(delivery, "done", seconds, None, events)

    def _failed(self, delivery: Delivery, error: HeadgateError, seconds: float) -> StageRun:
        now = self._clock()
        if isinstance(error, Busy):
            self._queue.postpone(delivery, now + self._busy_for(delivery, error, seconds), now)
            return _run(delivery, "postponed", seconds, error)
        if isinstance(error, Permanent) or delivery.attempt >= self._retry.attempts:
            return self._buried(delivery, error, seconds)
        self._queue.retry(delivery, as_json(error, self._mask), now + self._wait(delivery, error), now)
        return _run(delivery, "retry", seconds, error)

    def _busy_for(self, delivery: Delivery, error: Busy, seconds: float) -> timedelta:
        """As long as is asked for; else ever longer, as to find out may cost as much as a copy of a large file."""
        if wish := getattr(error, "retry_after", 0.0):
            return timedelta(seconds=wish)
        name = (delivery.event.id, delivery.stage)
        wait = min(max(_BUSY_SECONDS, seconds, 2 * self._postponed.get(name, 0.0)), _MOST_BUSY_SECONDS)
        self._postponed[name] = wait
        return timedelta(seconds=wait)

    def _wait(self, delivery: Delivery, error: HeadgateError) -> timedelta:
        """As long as the other side asks for, where it does; else longer from attempt to attempt."""
        own = backoff(delivery.attempt, self._retry.first_delay, self._retry.longest_delay, self._chance())
        return timedelta(seconds=max(own, getattr(error, "retry_after", 0)))

    def _buried(self, delivery: Delivery, error: HeadgateError, seconds: float) -> StageRun:
        is_final = delivery.stage != "alert"  # What could not be told is kept, and a later tick tells it.
        said, now = as_json(given_up(error) if is_final else error, self._mask), self._clock()
        told: list[Event] = []
        letters: list[int] = []

        def telling(letter: int) -> list[Event]:
            letters.append(letter)
            told.extend(_dead(delivery, said, letter, now))
            return told

        # First the ledger: killed in between, the run is claimed once more, and nobody sees it as running for ever.
        if delivery.stage == "ingest":
            self._context().ledger.bury(delivery.event.id, said, now)
        self._queue.bury(delivery, said, telling, now)
        final = given_up(error, letters[0]) if is_final and letters else error
        return _run(delivery, "dead", seconds, final, told)


def _dead(delivery: Delivery, error: Mapping[str, str], letter: int, now: datetime) -> list[Event]:
    """`event.dead`; but that nobody could be told is nothing to tell of in the same way."""
    if delivery.stage == "alert":
        return []
    event = delivery.event
    data = {
        "event": event.id, "type": event.type, "stage": delivery.stage, "pipeline": event.data.get("pipeline"),
        "subject": event.subject, "letter": letter, "error": error,
    }  # fmt: skip
    return [replace(event.next("event.dead", event.subject, data, f"{delivery.stage} {letter}"), time=now)]


def _run(
    delivery: Delivery,
    outcome: StageOutcome,
    seconds: float,
    error: HeadgateError | None,
    events: Sequence[Event] = (),
) -> StageRun:
    return StageRun(delivery, outcome, seconds, peak_memory(), error, list(events))


def _killed_the_process(delivery: Delivery) -> HeadgateError:
    return Permanent(
        f"the process died {delivery.interruptions} times over this event",
        who="whoever looks after this machine",
        next="look for what ended it (memory?), then: headgate dead redrive",
        code="killed_the_process",
    )
