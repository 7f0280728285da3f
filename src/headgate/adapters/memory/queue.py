"""A queue that forgets when the process ends."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from headgate.core.events import Event
from headgate.ports import DeadLetter, Delivery, Depth, Handling, Progress
from headgate.ports.queue import ALONE_AFTER


@dataclass
class _Lying:
    """One delivery and how far it is."""

    event: Event
    stage: str
    lane: str
    published_at: datetime
    again_at: datetime | None
    told_at: datetime
    state: Handling = "ready"
    holder: str | None = None
    attempts: int = 0
    interruptions: int = 0
    error: Mapping[str, Any] | None = None
    done_at: datetime | None = None
    seconds: float | None = None

    def is_ready(self, at: datetime) -> bool:
        is_due = self.again_at is None or self.again_at <= at or self.told_at > at
        return self.state == "ready" and is_due

    def delivery(self) -> Delivery:
        return Delivery(self.event, self.stage, self.attempts + 1, self.interruptions)

    def progress(self) -> Progress:
        again_at = self.again_at if self.state == "ready" else None
        return Progress(
            self.event.id, self.stage, self.state, self.attempts, self.error, again_at, self.done_at, self.seconds
        )


@dataclass
class QueuePages:
    """What several `MemoryQueue`s of one queue share, each for an owner of its own; `gone` owners hold nothing."""

    events: dict[str, Event] = field(default_factory=dict)
    lying: dict[tuple[str, str], _Lying] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)


class MemoryQueue:
    """`Queue` in memory.

    Args:
        routes: event type → names of the stages that take it.
        lane: whose turn an event uses up.
        pages: shared with the queues of other owners.
    """

    def __init__(
        self,
        routes: Mapping[str, Sequence[str]],
        lane: Callable[[Event], str],
        pages: QueuePages | None = None,
        owner: str = "this",
    ) -> None:
        self._routes, self._lane, self._pages, self._owner = routes, lane, pages or QueuePages(), owner

    def publish(self, events: Iterable[Event], at: datetime, only: str | None = None) -> list[Event]:
        with self._pages.lock:
            new: dict[str, Event] = {}
            laid: list[_Lying] = []
            for event in events:
                if event.id not in self._pages.events and event.id not in new:
                    new[event.id] = event
                    laid += self._laid(event, at, only)
            # Only now, when nothing can go wrong any more: all of it or nothing.
            self._pages.events |= {id_: _kept(event) for id_, event in new.items()}
            for one in laid:
                self._pages.lying[one.event.id, one.stage] = one
                self._pages.turns.setdefault(one.lane, 0)
            return list(new.values())

    def _laid(self, event: Event, at: datetime, only: str | None) -> list[_Lying]:
        stages = [only] if only else self._routes.get(event.type, ())
        return [_Lying(_kept(event), stage, self._lane(event), at, _not_before(event), at) for stage in stages]

    def take(self, at: datetime, only: str | None = None) -> Delivery | None:
        with self._pages.lock:
            lying, turns = self._pages.lying.values(), self._pages.turns
            busy = Counter(one.lane for one in lying if one.state == "taken")
            ready = [one for one in lying if one.is_ready(at) and only in (None, one.stage)]
            if not ready:
                return None
            first = min(ready, key=lambda one: (busy[one.lane], turns[one.lane]))
            if not self._may_begin(first):
                return None
            first.state, first.holder = "taken", self._owner
            turns[first.lane] = max(turns.values()) + 1
            return first.delivery()

    def _may_begin(self, first: _Lying) -> bool:
        taken = [
            one for one in self._pages.lying.values() if one.state == "taken" and one.holder not in self._pages.gone
        ]
        return not any(max(one.interruptions, first.interruptions) >= ALONE_AFTER for one in taken)

    def done(self, delivery: Delivery, events: Iterable[Event], at: datetime, seconds: float) -> None:
        with self._pages.lock:
            if one := self._mine(delivery):
                self.publish(events, at)
                one.state, one.done_at, one.seconds, one.error = "done", at, seconds, None
                one.attempts += 1

    def retry(self, delivery: Delivery, error: Mapping[str, Any], again_at: datetime, at: datetime) -> None:
        with self._pages.lock:
            if one := self._mine(delivery):
                one.state, one.again_at, one.told_at, one.error = "ready", again_at, at, dict(error)
                one.attempts += 1

    def postpone(self, delivery: Delivery, again_at: datetime, at: datetime) -> None:
        with self._pages.lock:
            if one := self._mine(delivery):
                one.state, one.again_at, one.told_at = "ready", again_at, at

    def bury(
        self, delivery: Delivery, error: Mapping[str, Any], telling: Callable[[int], Iterable[Event]], at: datetime
    ) -> None:
        with self._pages.lock:
            if one := self._mine(delivery):
                number = len(self._pages.letters) + 1
                self.publish(telling(number), at)
                letter = DeadLetter(number, one.event, one.stage, dict(error), delivery.attempt, at, "dead")
                self._pages.letters.append(letter)
                one.state, one.error, one.holder = "dead", dict(error), None
                one.attempts += 1

    def _mine(self, delivery: Delivery) -> _Lying | None:
        """Only what this owner has taken; what was given back meanwhile belongs to somebody else."""
        found = self._pages.lying.get((delivery.event.id, delivery.stage))
        return found if found and found.state == "taken" and found.holder == self._owner else None

    def recover(self) -> list[Delivery]:
        with self._pages.lock:
            taken = [one for one in self._pages.lying.values() if one.state == "taken"]
            lost = [one for one in taken if one.holder in self._pages.gone]
            for one in lost:
                one.state, one.again_at = "ready", None
                one.interruptions += 1
            return [one.delivery() for one in lost]

    def next_at(self) -> datetime | None:
        return min((one.again_at or one.published_at for one in self._waiting()), default=None)

    def depth(self) -> Depth:
        with self._pages.lock:
            waiting = self._waiting()
            taken = sum(one.state == "taken" for one in self._pages.lying.values())
            oldest = min((one.published_at for one in waiting), default=None)
            return Depth(len(waiting), taken, len(self.dead_letters()), oldest)

    def _waiting(self) -> list[_Lying]:
        with self._pages.lock:
            return [one for one in self._pages.lying.values() if one.state == "ready"]

    def event(self, id_: str) -> Event | None:
        return self._pages.events.get(id_)

    def events(self, correlation_id: str) -> list[Event]:
        with self._pages.lock:
            return [event for event in self._pages.events.values() if event.correlation_id == correlation_id]

    def progress(self, events: Sequence[str]) -> list[Progress]:
        with self._pages.lock:
            return [one.progress() for one in self._pages.lying.values() if one.event.id in events]

    def dead_letters(self, all_: bool = False) -> list[DeadLetter]:
        with self._pages.lock:
            return [letter for letter in self._pages.letters if all_ or letter.state == "dead"]

    def claim(self, number: int, at: datetime) -> bool:
        with self._pages.lock:
            found = self._dead(number)
            is_free = found is not None and (found.holder is None or found.holder in self._pages.gone)
            if found and is_free:
                found.holder = self._owner
            return is_free

    def leave(self, number: int) -> None:
        with self._pages.lock:
            found = self._dead(number)
            if found and found.holder == self._owner:
                found.holder = None

    def redrive(self, number: int, at: datetime) -> bool:
        with self._pages.lock:
            if one := self._look_after(number, "redriven", at):
                one.state, one.attempts, one.interruptions, one.error, one.again_at = "ready", 0, 0, None, None
            return one is not None

    def give_up(self, number: int, at: datetime) -> bool:
        with self._pages.lock:
            if one := self._look_after(number, "discarded", at):
                one.state, one.done_at = "discarded", at
            return one is not None

    def forget(self, type_: str, before: datetime) -> None:
        with self._pages.lock:
            for event in [event for event in self._pages.events.values() if event.type == type_]:
                lying = {key: one for key, one in self._pages.lying.items() if key[0] == event.id}
                if all(one.state == "done" and one.published_at < before for one in lying.values()):
                    for key in lying:
                        del self._pages.lying[key]
                    del self._pages.events[event.id]

    def _look_after(self, number: int, state: Any, at: datetime) -> _Lying | None:
        found = self._dead(number)
        if found is None or not (found.holder in (None, self._owner) or found.holder in self._pages.gone):
            return None
        found.holder = None
        letters = self._pages.letters
        letters[:] = [replace(one, state=state, settled_at=at) if one.number == number else one for one in letters]
        return found

    def _dead(self, number: int) -> _Lying | None:
        """What a letter that nobody has looked after is of; its holder is who claimed it."""
        letters = (one for one in self._pages.letters if one.number == number and one.state == "dead")
        return next((self._pages.lying[one.event.id, one.stage] for one in letters), None)


def _kept(event: Event) -> Event:
    """As any durable queue gives it back: what the caller does with its data afterwards changes nothing."""
    return replace(event, data=json.loads(json.dumps(dict(event.data))))


def _not_before(event: Event) -> datetime | None:
    text = event.data.get("not_before")
    at = datetime.fromisoformat(text) if text else None
    return at.astimezone(UTC).replace(tzinfo=None) if at and at.tzinfo else at
