"""Where messages come from: the batch that a function is handed, or the queues that a worker polls."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import HeadgateError


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
    """A queue that is asked for one message at a time, which stays hidden from others for as long as it is worked on.

    Args:
        wait: seconds to wait for a message.
        hidden: seconds for which others don't get it when this process vanishes.
        beat: called from time to time while it is worked on.
    """

    def __init__(
        self,
        stage: str,
        queue: str,
        sqs: Sqs,
        wait: int = 0,
        hidden: float = 120,
        beat: Callable[[], object] = lambda: None,
    ) -> None:
        self._stage, self._queue, self._sqs, self._wait, self._hidden = stage, queue, sqs, wait, hidden
        self._beat = beat
        self._over: threading.Event | None = None

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        if only not in (None, self._stage):
            return None
        self._end()
        found = self._sqs.receive(self._queue, self._wait, hidden=math.ceil(self._hidden))
        if not found:
            return None
        self._over = threading.Event()
        threading.Thread(target=self._keep, args=(found[0], self._over), daemon=True).start()
        return self._stage, found[0]

    def _keep(self, message: Received, over: threading.Event) -> None:
        while not over.wait(self._hidden / 3):
            # A moment without AWS is no harm: there are two more tries before others get it. What one of both refuses must not
            # keep the other from being asked.
            for keep in (self._beat, partial(self._sqs.hide, message, self._hidden)):
                with contextlib.suppress(HeadgateError):
                    keep()

    def _end(self) -> None:
        if self._over:
            self._over.set()

    def accept(self, message: Received) -> None:
        self._sqs.delete(message)
        self._end()

    def refuse(self, message: Received, seconds: float) -> None:
        # First: else it could be hidden for longer than is wanted.
        self._end()
        self._sqs.hide(message, seconds)
