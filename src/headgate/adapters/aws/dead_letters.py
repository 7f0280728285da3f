"""Dead letters: those of the journal, and the messages that SQS moved aside by itself, as whoever was at them was killed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.lying import Lying
from headgate.adapters.aws.messages import OTHERWISE, UNREADABLE, Envelope, in_words, message_of, opened
from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import HeadgateError, Permanent
from headgate.core.events import Event
from headgate.ports import DeadLetter, Progress

_KILLED = {
    "code": "killed_the_process",
    "message": "whoever worked on it vanished each time (out of memory, out of time, stopped), or could not even begin",
    "where": None,
    "who": "whoever looks after the AWS account",
    "next": "look at the function's log for what went wrong, then: headgate dead redrive",
}

Reader = Callable[[str, Envelope, datetime], list[Event]]
"""Makes events of a message for a stage that holds none of ours: what S3, or a schedule, says."""


def nothing_else(stage: str, envelope: Envelope, at: datetime) -> list[Event]:
    """A `Reader` for those who take nothing but our own events."""
    raise Permanent(
        f"a message of the type {envelope.type} holds no event",
        who="whoever sent it",
        next="look at what it says; when it is of no use: headgate dead discard",
        code="bad_message",
    )


class DeadLetters:
    """What lies in the dead-letter queues of the stages, and the letters of it.

    A letter that is settled leaves no message behind: first the message goes, then the letter is settled. Of several letters each
    queue is gone through once: the others' messages are hidden until `close`.

    Args:
        source: who sends, in the bus's own form.
        reader: for messages that hold no event of ours.
    """

    def __init__(self, prefix: str, journal: Journal, sqs: Sqs, source: str, reader: Reader) -> None:
        self._prefix, self._journal, self._sqs, self._source, self._reader = prefix, journal, sqs, source, reader
        self._messages = Lying(sqs)
        self._death = cache(self._death_of)
        self._claimed: dict[int, datetime] = {}

    def lay(self, stage: str, event: Event, letter: int) -> None:
        """Puts an event among the dead, where alarms see it."""
        self._sqs.send(self._queue(stage), message_of(event, self._source, letter=letter))

    def every(self, all_: bool) -> list[DeadLetter]:
        """Oldest first; what was moved aside without a letter gets one now."""
        try:
            self._look()
        finally:
            self.close()
        return [one for one in self._journal.letters() if all_ or one.state == "dead"]

    def _look(self) -> None:
        stages = self._journal.stages
        self.close()
        lying = self._messages.of_each([self._queue(stage) for stage in stages])
        # Only then: a message that tells of a letter is laid there after it.
        have = {(one.event.id, one.stage) for one in self._journal.letters() if one.state == "dead"}
        for stage, messages in zip(stages, lying, strict=True):
            for message in messages:
                self._look_at(stage, message, have)

    def close(self) -> None:
        """Others see at once what lies there."""
        self._messages.show()

    def _look_at(self, stage: str, message: Received, have: set[tuple[str, str]]) -> None:
        event, letter = self._event(stage, message)
        if (event.id, stage) not in have:
            if letter or self._is_over(event, stage):
                # Of a letter that is settled, or done with since: it was hidden when that was done.
                self._messages.delete(message)
                return
            self._adopt(stage, event, message)
            have.add((event.id, stage))

    def _is_over(self, event: Event, stage: str) -> bool:
        known = self._journal.handled(event, stage)
        return known is not None and known.state in ("done", "discarded")

    def _adopt(self, stage: str, event: Event, message: Received) -> None:
        died_at = datetime.now(UTC).replace(tzinfo=None)
        self._journal.add([event], died_at)
        number = self._journal.letter_number(event, stage)
        self._journal.bury(DeadLetter(number, event, stage, _KILLED, message.receives, died_at, "dead"))

    def claim(self, number: int, at: datetime) -> bool:
        """Nobody else is at it from now on, until it is settled, left, or time has gone by."""
        if self._journal.begin(number, at) is None:
            return False
        self._claimed[number] = at
        return True

    def leave(self, number: int) -> None:
        """There for others at once, if it was claimed here."""
        if since := self._claimed.pop(number, None):
            self._journal.leave(number, since)

    def redrive(self, number: int, at: datetime) -> bool:
        """Sent first, and only at last noted: killed in between, it is dead as before, and can soon be redriven again."""
        return self._settled(number, "redriven", at, self._send_again)

    def _send_again(self, letter: DeadLetter) -> None:
        blank = Progress(letter.event.id, letter.stage, "ready", 0, None, None, None, None)
        self._journal.note(letter.event, blank)
        self._sqs.send(f"{self._prefix}-{letter.stage}", self._body(letter.event))
        self._take_away(letter)

    def _body(self, event: Event) -> str:
        """What nobody understood goes as it came: by now somebody may."""
        return str(event.data["body"]) if event.type == UNREADABLE else message_of(event, self._source)

    def give_up(self, number: int, at: datetime) -> bool:
        """A record of it stays."""

        def end(letter: DeadLetter) -> None:
            self._take_away(letter)
            gone = Progress(letter.event.id, letter.stage, "discarded", letter.attempts, letter.error, None, at, None)
            self._journal.note(letter.event, gone)

        return self._settled(number, "discarded", at, end)

    def _settled(self, number: int, state: str, at: datetime, act: Callable[[DeadLetter], None]) -> bool:
        """Whether this is who settles a letter: nobody else is at it meanwhile, else it would be sent twice."""
        letter = self._journal.begin(number, at, self._claimed.pop(number, None))
        if letter is None:
            return False
        try:
            act(letter)
        except BaseException:
            with contextlib.suppress(HeadgateError):
                self._journal.leave(number, at)
            raise
        return self._journal.settle(number, state, at)

    def _take_away(self, letter: DeadLetter) -> None:
        """What an earlier death left goes, too; what a later one left stays: redriven, it may have died again by now."""
        for message in self._messages.of(self._queue(letter.stage)):
            event, number = self._death(letter.stage, message)
            if event == letter.event.id and number <= letter.number:
                self._messages.delete(message)

    def _queue(self, stage: str) -> str:
        return f"{self._prefix}-{stage}-dead"

    def _death_of(self, stage: str, message: Received) -> tuple[str, int]:
        event, letter = self._event(stage, message)
        return event.id, letter

    def _event(self, stage: str, message: Received) -> tuple[Event, int]:
        """Its event, and the number of the letter that laid it there; 0 where SQS did."""
        at = datetime.now(UTC).replace(tzinfo=None)
        try:
            envelope = opened(message.body)
            events = [envelope.event] if envelope.event else self._reader(stage, envelope, at)
        except UNREAD as error:
            return unreadable(stage, message, error, at), 0
        if len(events) != 1:
            why = Permanent(f"the message stands for {len(events)} events")
            return unreadable(stage, message, why, at), 0
        return events[0], envelope.letter


UNREAD = (Permanent, *OTHERWISE)
"""What reading a message raises that says something else than it should: no such message may stop who looks at all of them."""


def unreadable(stage: str, message: Received, error: Exception, at: datetime) -> Event:
    """What stands for a message that nobody understands, so that it dies as any event does, with a letter."""
    why = error.message if isinstance(error, Permanent) else in_words(error)
    data = {"message": message.id, "body": message.body, "why": why}
    return Event(message.id, UNREADABLE, f"queue/{stage}", at, message.id, message.id, data)
