"""Events on their way to stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from headgate.core.events import Event

Handling = Literal["ready", "taken", "done", "dead", "discarded"]

ALONE_AFTER = 2
"""After so many interruptions a delivery is taken alone, so that a death tells over which of them the process died."""


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one stage.

    Attributes:
        attempt: number of this attempt, from 1; interruptions don't count.
        interruptions: how often a process died over it.
    """

    event: Event
    stage: str
    attempt: int
    interruptions: int


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that failed its last attempt.

    Attributes:
        number: its name for people.
        error: code, message, where, who, next.
        state: `dead` until somebody redrives or discards it.
    """

    number: int
    event: Event
    stage: str
    error: Mapping[str, Any]
    attempts: int
    died_at: datetime
    state: Literal["dead", "redriven", "discarded"]
    settled_at: datetime | None = None

    @property
    def pipeline(self) -> str | None:
        """The pipeline concerned, as far as the event says."""
        return self.event.data.get("pipeline")


@dataclass(frozen=True)
class Progress:
    """How far a stage is with an event.

    Attributes:
        error: the last one, while it is tried again or dead.
        again_at: not before this time it is tried again.
        done_at: when it was done.
        seconds: how long the last attempt took.
    """

    event: str
    stage: str
    state: Handling
    attempts: int
    error: Mapping[str, Any] | None
    again_at: datetime | None
    done_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Depth:
    """How much lies in the queue.

    Attributes:
        waiting: deliveries that are ready or will be tried again.
        taken: deliveries that somebody is at.
        dead: dead letters that nobody has looked after.
        oldest: when the oldest waiting delivery was published.
    """

    waiting: int
    taken: int
    dead: int
    oldest: datetime | None


class Queue(Protocol):
    """Events on their way to stages: at least once, one at a time, each with its attempts. Times are UTC, naive.

    A delivery that is taken belongs to whoever took it, until it is settled or its owner is gone.
    """

    def publish(self, events: Iterable[Event], at: datetime, only: str | None = None) -> list[Event]:
        """Keeps events and lays them before their stages (or the one named); an event known by its id is left out.

        Returns:
            the events that are new.
        """
        ...

    def take(self, at: datetime, only: str | None = None) -> Delivery | None:
        """The next delivery, or the next one to the stage `only`; None when none is ready.

        Pipelines take turns, and within one the oldest comes first. What was told to wait at a time that is still to
        come waits no longer: the clock was put back since. Beside a delivery with `ALONE_AFTER` interruptions or more no
        other is taken: when its turn comes, it and all others wait until nobody who lives is at anything.
        """
        ...

    def done(self, delivery: Delivery, events: Iterable[Event], at: datetime, seconds: float) -> None:
        """Settles a delivery and publishes what came of it, both or neither."""
        ...

    def retry(self, delivery: Delivery, error: Mapping[str, Any], again_at: datetime, at: datetime) -> None:
        """The attempt failed; the next one not before `again_at`."""
        ...

    def postpone(self, delivery: Delivery, again_at: datetime, at: datetime) -> None:
        """It can't be done now, through no fault of its own: no attempt is counted."""
        ...

    def bury(
        self, delivery: Delivery, error: Mapping[str, Any], telling: Callable[[int], Iterable[Event]], at: datetime
    ) -> None:
        """The last attempt failed: the delivery is a dead letter, and events made from its number tell of it; both or neither."""
        ...

    def recover(self) -> list[Delivery]:
        """Gives back what was taken by processes that are gone, and returns it; their deaths count as interruptions."""
        ...

    def next_at(self) -> datetime | None:
        """When the next waiting delivery may be taken; None when none waits."""
        ...

    def depth(self) -> Depth:
        """How much lies in the queue."""
        ...

    def event(self, id_: str) -> Event | None:
        """One event."""
        ...

    def events(self, correlation_id: str) -> list[Event]:
        """The events of one journey, in the order they were published."""
        ...

    def progress(self, events: Sequence[str]) -> list[Progress]:
        """How far the stages of some events (by id) are."""
        ...

    def dead_letters(self, all_: bool = False) -> list[DeadLetter]:
        """Those that nobody has looked after, oldest first; or all that ever were."""
        ...

    def claim(self, number: int, at: datetime) -> bool:
        """Keeps a dead letter for this owner, who has something to do before it is settled.

        Until it is settled or left, nobody else claims, redrives or gives it up. What an owner who is gone had claimed is
        there for others again, at once or soon.

        Returns:
            whether it is this owner's from now on; not when it is settled, or claimed already.
        """
        ...

    def leave(self, number: int) -> None:
        """A dead letter that this owner claimed is there for others again; nothing when it is settled or not this owner's."""
        ...

    def redrive(self, number: int, at: datetime) -> bool:
        """A dead letter's delivery is tried anew, with all its attempts; if it fails again, that is a fresh dead letter.

        Returns:
            whether it was this call's doing: of several at once it is one's, of a letter that another claimed nobody
            else's, and of one that is settled nobody's.
        """
        ...

    def give_up(self, number: int, at: datetime) -> bool:
        """A dead letter is discarded; a record of it stays. Returns what `redrive` does."""
        ...

    def forget(self, type_: str, before: datetime) -> None:
        """Drops the events of a type that were published before a time and that nobody is at: ticks are of no use later."""
        ...
