"""Where messages come from: the batch that a function is handed, or the queues that a worker polls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from headgate.adapters.aws.sqs import Received, Sqs


class Inbox(Protocol):
    """Messages to be worked on, each with the stage that it is for."""

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        """The next message, or the next one for a stage; None when there is none now."""
        ...

    def accept(self, message: Received) -> None:
        """It is done with."""
        ...

    def refuse(self, message: Received, seconds: float) -> None:
        """It comes again, after so many seconds at the earliest."""
        ...


class Batch:
    """What a function was handed: whatever is not refused by the end is taken as done, by AWS itself.

    Attributes:
        refused: ids of the messages that come again.
    """

    def __init__(self, stage: str, messages: Iterable[Received], sqs: Sqs) -> None:
        self._stage, self._waiting, self._sqs = stage, list(messages), sqs
        self.refused: list[str] = []

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        if not self._waiting or only not in (None, self._stage):
            return None
        return self._stage, self._waiting.pop(0)

    def accept(self, message: Received) -> None:
        """Whatever is not refused is taken as done."""

    def refuse(self, message: Received, seconds: float) -> None:
        # First: without the right to hide it, it comes again when the queue says.
        self.refused.append(message.id)
        self._sqs.hide(message, seconds)


class Polled:
    """Queues that are asked in turn.

    Args:
        queues: (stage, name of its queue).
        wait: seconds to wait for a message, once no queue has one at hand.
    """

    def __init__(self, queues: Sequence[tuple[str, str]], sqs: Sqs, wait: int = 0) -> None:
        self._queues, self._sqs, self._wait = list(queues), sqs, wait

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        queues = [one for one in self._queues if only in (None, one[0])]
        for number, (stage, queue) in enumerate(queues):
            wait = self._wait if len(queues) == 1 else 0
            if found := self._sqs.receive(queue, wait):
                # Who had a message comes last the next time, so that none waits behind a queue that is never empty.
                self._queues.append(self._queues.pop(self._queues.index(queues[number])))
                return stage, found[0]
        return None

    def accept(self, message: Received) -> None:
        self._sqs.delete(message)

    def refuse(self, message: Received, seconds: float) -> None:
        self._sqs.hide(message, seconds)
