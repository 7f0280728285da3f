"""The whole journey once: what waits, what is due, and all that comes of it; then it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from headgate.core.errors import Transient
from headgate.core.events import Event
from headgate.hosts.crew import Crew
from headgate.hosts.journey import Journey
from headgate.hosts.schedules import publish_due, tick
from headgate.hosts.stage_log import Observer
from headgate.hosts.worker import Worker
from headgate.ports import Progress

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost

# So often it is waited for files that are still being written; the next run takes those that still are.
_LOOKS = 5
_ELSEWHERE_SECONDS = 0.1
# At least so long it is waited for what is to be taken later: the batches of a source are a minute apart.
_PATIENCE_SECONDS = 120.0


def run_once(
    host: EmbeddedHost,
    on_event: Callable[[Event], None] = lambda _: None,
    observers: Sequence[Observer] = (),
    announced: Sequence[Event] = (),
    sleep: Callable[[float], object] = time.sleep,
) -> Journey:
    """Takes everything in the inbox through the whole journey, and waits out what is tried again soon.

    Args:
        announced: events that are published already, and belong to it.

    Raises:
        Outside: the ledger can't be used.
    """
    journey = Journey(on_event)
    work = _Work(host, journey, observers, sleep, announced)
    host.queue.recover()
    journey.add([*announced, *publish_due(host)])
    _look(host, journey, sleep)
    work.off()
    journey.add(
        event for landed in journey.of_type("source.fetched") for event in host.intake.announce(landed.data["key"])
    )
    work.off()
    for closing in (False, True):
        tick(host, closing)
        work.off()
    work.leave()
    return journey


def send_through(
    host: EmbeddedHost,
    events: Sequence[Event],
    *,
    only: str | None = None,
    announced: Sequence[Event] = (),
    observers: Sequence[Observer] = (),
    sleep: Callable[[float], object] = time.sleep,
) -> Journey:
    """Publishes events and waits until all that comes of them is done; what is ready besides is worked off, too.

    Args:
        only: the one stage that takes them.
        announced: events that are published already.
    """
    sent = [*announced, *host.queue.publish(events, host.clock(), only)]
    journey = Journey(only={event.correlation_id for event in sent})
    journey.add(sent)
    work = _Work(host, journey, observers, sleep, sent, own=True)
    work.off()
    tick(host, closing=True)
    work.off()
    work.leave()
    return journey


class _Work:
    """Works until nothing waits, here or to be tried again soon, or elsewhere on behalf of a journey.

    Args:
        asked_for: events that this journey is to tell of, whoever does the work.
        own: only what belongs to the journey is waited for.
    """

    def __init__(
        self,
        host: EmbeddedHost,
        journey: Journey,
        observers: Sequence[Observer],
        sleep: Callable[[float], object],
        asked_for: Sequence[Event],
        own: bool = False,
    ) -> None:
        self._host, self._journey, self._observers, self._sleep = host, journey, observers, sleep
        self._asked_for = {event.correlation_id for event in asked_for}
        self._own = own
        self._patience = timedelta(seconds=max(host.project.settings.retry.longest_delay, _PATIENCE_SECONDS))

    def off(self) -> None:
        self._drain()
        while elsewhere := self._elsewhere():
            if any(one.state in ("ready", "taken") for one in elsewhere):
                self._sleep(_ELSEWHERE_SECONDS)
                self._host.queue.recover()
                self._drain()
            else:
                self._adopt(elsewhere)

    def _drain(self) -> None:
        workers = self._host.project.settings.workers
        crew = Crew(self._host.queue, self._worker, workers, self._host.clock, is_through=self._is_through)
        crew.start(until_idle=True)
        try:
            crew.join()
        except BaseException:
            crew.stop()
            crew.join()
            raise

    def _is_through(self) -> bool:
        return not any(self._is_soon(at) for at in self._waiting())

    def leave(self) -> None:
        """Notes what is left to whoever works next."""
        later = [at for at in self._waiting() if at and not self._is_soon(at)]
        if later:
            self._journey.left = len(later) if self._own else self._host.queue.depth().waiting
            self._journey.left_until = min(later)

    def _waiting(self) -> list[datetime | None]:
        """When what waits may be taken: of the journey, or the first of all; None is at once."""
        if self._own:
            return [one.again_at for one in self._unsettled() if one.state == "ready"]
        first = self._host.queue.next_at()
        return [first] if first else []

    def _is_soon(self, at: datetime | None) -> bool:
        return at is None or at <= self._host.clock() + self._patience

    def _worker(self) -> Worker:
        return self._host.worker([self._journey, *self._observers])

    def _elsewhere(self) -> list[Progress]:
        """What another process, such as a running `up`, took over of this journey."""
        return [one for one in self._unsettled() if one.state != "ready" or self._is_soon(one.again_at)]

    def _unsettled(self) -> list[Progress]:
        found = self._host.queue.progress([event.id for event in self._journey.events])
        return [one for one in found if (one.event, one.stage) not in self._journey.settled]

    def _adopt(self, done: Sequence[Progress]) -> None:
        """What came of it there is part of this journey."""
        events = {event.id: event for event in self._journey.events}
        for one in done:
            event = events[one.event]
            self._journey.settled.add((one.event, one.stage))
            came = _later(event, self._host.queue.events(event.correlation_id))
            self._journey.add(came, elsewhere=event.correlation_id not in self._asked_for)
            if one.state == "dead" and one.error:
                said = one.error
                error = Transient(said["message"], who=said["who"], next=said["next"], code=said["code"])
                self._journey.fail(event, error)


def _later(event: Event, events: Sequence[Event]) -> list[Event]:
    ids = [one.id for one in events]
    return list(events[ids.index(event.id) + 1 :])


def _look(host: EmbeddedHost, journey: Journey, sleep: Callable[[float], object]) -> None:
    for _ in range(_LOOKS):
        look = host.intake.look()
        journey.add(look.arrived)
        journey.growing = look.growing
        if not look.growing:
            return
        sleep(float(host.project.settings.watch.settle))
