"""The queue on SQS: the bus lays events before the queues of their stages, the journal remembers what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.dead_letters import UNREAD, DeadLetters, Reader, nothing_else, unreadable
from headgate.adapters.aws.inboxes import Inbox
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.messages import UNREADABLE, Envelope, message_of, opened, utc
from headgate.adapters.aws.sqs import LONGEST_DELAY, Received, Sqs
from headgate.core.events import Event
from headgate.ports import DeadLetter, Delivery, Depth, Progress

_LONGEST_BUSY = 60.0


class SqsQueue:
    """`Queue` on EventBridge, SQS and the journal.

    SQS gives messages in its own order and time, at least once: `take` knows neither turns of pipelines nor a clock, and
    an attempt is counted whenever a message is received, also when a process died over it (`interruptions` is always 0).

    Args:
        prefix: how the names of the queues begin: `<prefix>-<stage>`, and `<prefix>-<stage>-dead`.
        inbox: where messages come from; without one nothing can be taken.
        reader: for messages that hold no event of ours.
        elsewhere: the queue that a delivery is sent on to, for others to take; None where it is taken here.
        more: short names of queues beside those of the stages, whose messages count as waiting, too.
        note: told of what stands for a message that holds no event of ours, before anybody takes it, unless it was done with.
    """

    def __init__(
        self,
        prefix: str,
        journal: Journal,
        bus: Bus,
        sqs: Sqs,
        inbox: Inbox | None = None,
        reader: Reader = nothing_else,
        elsewhere: Callable[[str, Event], str | None] = lambda stage, event: None,
        more: Sequence[str] = (),
        note: Callable[[Event], object] = lambda event: None,
    ) -> None:
        self._prefix, self._journal, self._bus, self._sqs, self._inbox = prefix, journal, bus, sqs, inbox
        self._reader, self._elsewhere, self._more, self._note = reader, elsewhere, more, note
        self._letters = DeadLetters(prefix, journal, sqs, bus.source, reader)
        self._taken: dict[tuple[str, str], tuple[Received, Envelope]] = {}

    def publish(self, events: Iterable[Event], at: datetime, only: str | None = None) -> list[Event]:
        """Notes events, then puts them on the bus, also those that are known: killed in between, it is made up for so.

        Raises:
            Permanent: one is larger than the bus takes; none was published.
        """
        every = list({event.id: event for event in events}.values())
        entries = self._bus.entries(every)
        new = self._journal.add(every, at, only)
        if only is None:
            self._bus.put(entries)
            return new
        for event in every:
            self._sqs.send(self._queue(only), message_of(event, self._bus.source))
        return new

    def _queue(self, stage: str) -> str:
        return f"{self._prefix}-{stage}"

    # taking

    def take(self, at: datetime, only: str | None = None) -> Delivery | None:
        """The next message that is for somebody; what was done with before, or must wait, is passed over."""
        while self._inbox and (found := self._inbox.next(only)):
            if delivery := self._delivery(*found, at):
                return delivery
        return None

    def _delivery(self, stage: str, message: Received, at: datetime) -> Delivery | None:
        envelope, event = self._read(stage, message, at)
        if event is None or self._is_passed_on(stage, message, envelope, event, at):
            self._accept(message)
            return None
        self._taken[event.id, stage] = message, envelope
        return Delivery(event, stage, envelope.attempts + message.receives, 0)

    def _read(self, stage: str, message: Received, at: datetime) -> tuple[Envelope, Event | None]:
        """The event of a message; None when there is none, or several, which go over the bus one by one."""
        try:
            envelope = opened(message.body)
            if event := envelope.event:
                return envelope, event
            events = self._reader(stage, envelope, at)
        except UNREAD as error:
            return Envelope(UNREADABLE, {}), unreadable(stage, message, error, at)
        if len(events) == 1:
            self._journal.add(events, at)
            return envelope, events[0]
        self.publish(events, at)
        return envelope, None

    def _is_passed_on(self, stage: str, message: Received, envelope: Envelope, event: Event, at: datetime) -> bool:
        """Whether it was done with before, or is laid somewhere else, or for a later time."""
        known = self._journal.handled(event, stage)
        if known and known.state in ("done", "discarded"):
            return True
        if envelope.event is None:
            # Not before: of what is done with, the note may be gone for good reason.
            self._note(event)
        if queue := self._elsewhere(stage, event):
            self._sqs.send(queue, message_of(event, self._bus.source))
            return True
        if (until := _not_before(event, envelope)) and until > at:
            self._send_anew(message, envelope, event, until, at)
            return True
        return False

    def _send_anew(self, message: Received, envelope: Envelope, event: Event, until: datetime, at: datetime) -> None:
        """With how often it failed: a message that is sent anew is counted from nought."""
        attempts, wait = envelope.attempts + message.receives - 1, (until - at).total_seconds()
        # Clocks differ by a moment: only what SQS can't keep waiting is looked at again.
        wish = until if wait > LONGEST_DELAY else None
        self._sqs.send(
            message.queue, message_of(event, self._bus.source, attempts, envelope.waited, not_before=wish), wait
        )

    # settling

    def done(self, delivery: Delivery, events: Iterable[Event], at: datetime, seconds: float) -> None:
        """First what came of it, then that it is done, then the message: killed in between, it is all told once more."""
        if taken := self._of(delivery):
            self.publish(events, at)
            self._journal.note(delivery.event, _progress(delivery, "done", done_at=at, seconds=seconds))
            self._settled(delivery, taken[0])

    def retry(self, delivery: Delivery, error: Mapping[str, Any], again_at: datetime, at: datetime) -> None:
        if taken := self._of(delivery):
            self._journal.note(delivery.event, _progress(delivery, "ready", error=error, again_at=again_at))
            if self._inbox:
                self._inbox.refuse(taken[0], (again_at - at).total_seconds())
            del self._taken[delivery.event.id, delivery.stage]

    def postpone(self, delivery: Delivery, again_at: datetime, at: datetime) -> None:
        """Sent anew, as the queue counts whatever it gives a second time; ever later, as nobody here remembers the last one."""
        if taken := self._of(delivery):
            message, envelope = taken
            wait = max((again_at - at).total_seconds(), min(2 * envelope.waited, _LONGEST_BUSY), 1.0)
            self._send_anew(message, replace(envelope, waited=wait), delivery.event, at + timedelta(seconds=wait), at)
            self._settled(delivery, message)

    def bury(
        self, delivery: Delivery, error: Mapping[str, Any], telling: Callable[[int], Iterable[Event]], at: datetime
    ) -> None:
        """The letter in the journal, what tells of it, and the message among the dead: each once more after a kill."""
        if taken := self._of(delivery):
            # What can't be told must not leave a letter of which nobody hears.
            number = self._journal.letter_number(delivery.event, delivery.stage)
            told = list(telling(number))
            self._bus.entries(told)
            letter = DeadLetter(number, delivery.event, delivery.stage, dict(error), delivery.attempt, at, "dead")
            self._journal.bury(letter)
            self.publish(told, at)
            self._letters.lay(delivery.stage, delivery.event, number)
            self._settled(delivery, taken[0])

    def _of(self, delivery: Delivery) -> tuple[Received, Envelope] | None:
        return self._taken.get((delivery.event.id, delivery.stage))

    def _settled(self, delivery: Delivery, message: Received) -> None:
        self._accept(message)
        del self._taken[delivery.event.id, delivery.stage]

    def _accept(self, message: Received) -> None:
        if self._inbox:
            self._inbox.accept(message)

    # how it stands

    def recover(self) -> list[Delivery]:
        """Nothing: what a vanished process had taken, SQS gives again by itself."""
        return []

    def next_at(self) -> datetime | None:
        """SQS does not say it.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("SQS does not say when a message may be taken")

    def depth(self) -> Depth:
        """As SQS counts, which is near the truth; it does not say how old the oldest is."""
        counts = [self._sqs.counts(self._queue(name)) for name in (*self._journal.stages, *self._more)]
        waiting, taken = (sum(numbers) for numbers in zip(*counts, strict=True)) if counts else (0, 0)
        return Depth(waiting, taken, len(self.dead_letters()), None)

    def event(self, id_: str) -> Event | None:
        return self._journal.event(id_)

    def events(self, correlation_id: str) -> list[Event]:
        return self._journal.events(correlation_id)

    def progress(self, events: Sequence[str]) -> list[Progress]:
        return self._journal.progress(events)

    def dead_letters(self, all_: bool = False) -> list[DeadLetter]:
        """Those of the journal; and what lies among the dead without a letter, as whoever was at it was killed."""
        return self._letters.every(all_)

    def claim(self, number: int, at: datetime) -> bool:
        """Who vanished over it keeps it for a short while: nobody here knows who lives."""
        return self._letters.claim(number, at)

    def leave(self, number: int) -> None:
        self._letters.leave(number)

    def redrive(self, number: int, at: datetime) -> bool:
        return self._letters.redrive(number, at)

    def give_up(self, number: int, at: datetime) -> bool:
        return self._letters.give_up(number, at)

    def close(self) -> None:
        """What lies among the dead is shown to others again at once."""
        self._letters.close()

    def forget(self, type_: str, before: datetime) -> None:
        """Nothing: ticks are not kept in the first place."""


def _not_before(event: Event, envelope: Envelope) -> datetime | None:
    """When a message is for somebody, as its event says, or whoever sent it anew."""
    said = event.data.get("not_before")
    return max(filter(None, (utc(said) if said else None, envelope.not_before)), default=None)


def _progress(delivery: Delivery, state: Any, **more: Any) -> Progress:
    blank = Progress(delivery.event.id, delivery.stage, state, delivery.attempt, None, None, None, None)
    return replace(blank, **more)
