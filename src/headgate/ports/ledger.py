"""The durable record of arrivals, runs and attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

RunState = Literal["claimed", "running", "committed", "failed", "dead"]
ArrivalOutcome = Literal["processed", "failed", "duplicate", "unmatched", "dead"]
"""`dead`: it died before it came to a run; whoever claims one for it takes it up again."""
AttemptOutcome = Literal["committed", "failed", "raised"]


@dataclass(frozen=True)
class Arrival:
    """One arrival of a file.

    Attributes:
        event: id of its `file.arrived`, which makes it different from every other arrival.
        at: when it came, which may be long before anybody took it, UTC, naive.
        pipeline, run: None when no single pipeline takes the file.
        key: where it arrived.
        file: its name.
        size: bytes; None when it was never read.
        outcome: None as long as it is under way.
    """

    event: str
    at: datetime
    pipeline: str | None
    key: str
    file: str
    size: int | None = None
    run: str | None = None
    outcome: ArrivalOutcome | None = None

    @property
    def is_over(self) -> bool:
        """Whether it came to its end; one whose event died may be taken up once more."""
        return self.outcome not in (None, "dead")


@dataclass(frozen=True)
class Claim:
    """What the ledger says to somebody who wants to process a run.

    Attributes:
        held: somebody else who is alive is at it, or at this very arrival as another run, or the arrival came to its end
            meanwhile; look later. Nothing was taken.
        state: of the run before this claim; None when this is the first.
        claimed_at: the time of the first claim, the same for every later attempt.
        attempt: number of this attempt, from 1: how often the run ended before, plus one.
    """

    held: bool
    state: RunState | None
    claimed_at: datetime
    attempt: int


def held_claim(run: Run | None, now: datetime) -> Claim:
    """What the ledger says of a run that can't be taken now."""
    if run is None:
        return Claim(True, None, now, 1)
    return Claim(True, run.state, run.claimed_at, run.attempts + (run.state != "committed"))


@dataclass(frozen=True)
class Commitment:
    """With what a run is committed.

    Attributes:
        counts: records, accepted, rejected, warned; None where nobody counted.
        parent: the root run whose rejected rows this run's file held.
        replay: 0, or the number of the replay.
        replays: the run that this one processed again.
    """

    verdict: str
    counts: Mapping[str, int | None]
    parent: str | None = None
    replay: int = 0
    replays: str | None = None


@dataclass(frozen=True)
class Run:
    """One run, as the ledger keeps it.

    Attributes:
        attempts: how often it ended: by its commit, as a failed file, or because a stage raised.
        event: id of the arrival that claimed it last.
        settled_at: when it was committed or failed; None while it is under way.
        reason: why it failed or died last: code, message and more.
    """

    run: str
    pipeline: str
    file: str
    state: RunState
    verdict: str | None
    counts: Mapping[str, int | None]
    attempts: int
    claimed_at: datetime
    event: str
    settled_at: datetime | None = None
    reason: Mapping[str, Any] | None = None
    parent: str | None = None
    replay: int = 0
    replays: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One attempt at a run that came to an end.

    Attributes:
        number: from 1.
        event: the arrival it was made for.
    """

    run: str
    pipeline: str
    file: str
    number: int
    event: str
    outcome: AttemptOutcome
    reason: Mapping[str, Any] | None
    at: datetime


class Ledger(Protocol):
    """The durable record of arrivals, runs and attempts. Times are UTC, naive."""

    def note(self, arrivals: Iterable[Arrival]) -> None:
        """Notes that files came, before anybody takes them; nothing happens to those that are known."""
        ...

    def claim(self, arrival: Arrival, at: datetime | None = None) -> Claim:
        """Notes an arrival, once, and takes its run for it, unless the run is committed or held by another.

        Args:
            at: now, when that is later than the file came; the first claim gives a run its time.
        """
        ...

    def commit(self, run: str, event: str, commitment: Commitment, at: datetime) -> None:
        """Closes a run for ever; its manifest is written. A run that is committed stays as it is.

        With every end of an attempt the holds of its event end, too.
        """
        ...

    def fail(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        """Notes that the file can't be processed. The same event twice is one attempt; of a committed run it is none."""
        ...

    def raised(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        """Notes that an attempt was broken off by an error; the run is free again."""
        ...

    def close(self, arrival: Arrival, at: datetime | None = None) -> None:
        """Notes the outcome of an arrival that makes no run: a duplicate, or one that nobody takes.

        Args:
            at: now, when that is later than the file came.
        """
        ...

    def bury(self, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        """The run that this arrival claimed last is dead, unless it is committed.

        An arrival that never came to a run, nor to an outcome, is dead itself.
        """
        ...

    def forget(self, event: str) -> None:
        """An arrival that never came to a run, nor to an outcome but death, is known no more: there was no file."""
        ...

    def hold(self, name: str, event: str) -> bool:
        """Whether `name` is now held for this event alone: of several only one at a time may resubmit to a run."""
        ...

    def let_go(self, name: str, event: str) -> None:
        """Ends a hold; nothing happens when another has it."""
        ...

    def arrival(self, event: str) -> Arrival | None:
        """The arrival that an event announced; None when it was never noted."""
        ...

    def run(self, run: str) -> Run | None:
        """One run."""
        ...

    def runs(self, pipeline: str | None = None, since: datetime | None = None) -> list[Run]:
        """All runs, oldest first; or those of a pipeline; or those claimed at or after a time."""
        ...

    def unended(self, pipeline: str) -> list[Run]:
        """The runs of a pipeline that are neither committed nor failed, the dead among them, oldest first."""
        ...

    def vanished(self) -> list[Run]:
        """The runs whose holder is gone, and that nobody took up since, oldest first.

        Their state stays `running`: whoever claims one next goes on with it.
        """
        ...

    def ordinary(self, pipeline: str, until: datetime, count: int) -> list[Run]:
        """The last committed runs of a pipeline that are neither replays nor resubmissions, oldest first.

        Args:
            until: the latest time at which one was claimed, included.
            count: how many at most.
        """
        ...

    def family(self, run: str) -> list[Run]:
        """The committed runs with rows of one file, oldest first.

        Those are the run itself, what replays it or one of its replays, and what was resubmitted to any of these.
        """
        ...

    def arrivals(self, since: datetime, until: datetime, pipeline: str | None = None) -> list[Arrival]:
        """The arrivals of a span of time, or those of a pipeline in it, `until` not included, oldest first."""
        ...

    def last_replay(self, pipeline: str) -> int:
        """The highest number of a committed replay in a pipeline; 0 when nothing was ever replayed."""
        ...

    def failed_attempt(self, run: str, event: str) -> Attempt | None:
        """The attempt at a run that an arrival failed with, whoever came after it."""
        ...

    def attempts(self, since: datetime, until: datetime) -> list[Attempt]:
        """The attempts that ended in a span of time, `until` not included, oldest first."""
        ...
