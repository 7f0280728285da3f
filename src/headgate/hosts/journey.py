"""What one command did: every event in order, and what failed for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from headgate.core.errors import HeadgateError
from headgate.core.events import Event
from headgate.hosts.stage_log import StageRun


class Journey:
    """Collects what happens, from several threads; an `Observer`.

    Args:
        on_event: told of each event.
        only: correlation ids; what happens beside them, while the queue is worked off, is not this command's.

    Attributes:
        events: in the order they became known.
        errors: events that became dead letters, each with its last error.
        left: how many deliveries wait for longer than this command does.
        left_until: when the first of them may be taken.
        growing: keys of files that were not taken, since they are still being written.
        waited: stage runs that were done with events that were there before, such as one that was redriven.
        settled: (event, stage) of which the outcome is known here.
        elsewhere: ids of events that are another process's to tell of: it gave them, and nobody asked for them here.
    """

    def __init__(self, on_event: Callable[[Event], None] = lambda _: None, only: Collection[str] | None = None) -> None:
        self.events: list[Event] = []
        self.errors: list[tuple[Event, HeadgateError]] = []
        self.growing: list[str] = []
        self.left, self.left_until = 0, datetime.max
        self.waited: list[StageRun] = []
        self.settled: set[tuple[str, str]] = set()
        self.elsewhere: set[str] = set()
        self._known: set[str] = set()
        self._on_event, self._only, self._lock = on_event, only, threading.Lock()

    def __call__(self, run: StageRun) -> None:
        event = run.delivery.event
        if run.outcome in ("done", "dead"):
            self.settled.add((event.id, run.delivery.stage))
        if run.outcome == "done" and event.id not in self._known and event.type != "clock.ticked":
            self.waited.append(run)
        self.add(run.events)
        if run.outcome == "dead" and run.error:
            self.fail(event, run.error)

    def add(self, events: Iterable[Event], elsewhere: bool = False) -> None:
        """Adds what is not known yet."""
        with self._lock:
            for event in events:
                if event.id not in self._known and self._is_ours(event):
                    self._known.add(event.id)
                    self.events.append(event)
                    self.elsewhere.update([event.id] if elsewhere else [])
                    self._on_event(event)

    def fail(self, event: Event, error: HeadgateError) -> None:
        if self._is_ours(event):
            self.errors.append((event, error))

    def _is_ours(self, event: Event) -> bool:
        return self._only is None or event.correlation_id in self._only

    def of_type(self, type_: str) -> list[Event]:
        return [event for event in self.events if event.type == type_]
