"""What lies in dead-letter queues, taken once for as many decisions as a person makes, and then shown to others again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import HeadgateError

# For so long what is looked at is hidden from others who look; what was taken longer ago is taken anew, before others have it.
_HIDDEN_SECONDS, _MINE_SECONDS = 60, 45.0
_AT_ONCE = 8


class Lying:
    """The messages of some queues, each with a receipt that still holds.

    Args:
        elapsed: seconds that only grow.
    """

    def __init__(self, sqs: Sqs, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._sqs, self._elapsed = sqs, elapsed
        self._taken: dict[str, tuple[float, list[Received]]] = {}

    def of(self, queue: str) -> list[Received]:
        """What lies in a queue."""
        taken = self._taken.get(queue)
        if taken is None or self._elapsed() > taken[0] + _MINE_SECONDS:
            # What is left of it is hidden from us, too.
            self._show_all(taken[1] if taken else [])
            taken = self._taken[queue] = self._elapsed(), list(self._sqs.everything(queue, _HIDDEN_SECONDS))
        return list(taken[1])

    def of_each(self, queues: list[str]) -> list[list[Received]]:
        """What lies in some queues, for who only looks: one that SQS counts as empty is not waited for."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda queue: self.of(queue) if self._sqs.counts(queue)[0] else [], queues))

    def delete(self, message: Received) -> None:
        """Takes one of them away for good."""
        self._sqs.delete(message)
        self._taken[message.queue][1].remove(message)

    def show(self) -> None:
        """Others see all that is left, at once."""
        left = [message for _, messages in self._taken.values() for message in messages]
        self._taken.clear()
        self._show_all(left)

    def _show_all(self, messages: list[Received]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._show, messages))

    def _show(self, message: Received) -> None:
        # Its time may be over, and then they see it anyway.
        with contextlib.suppress(HeadgateError):
            self._sqs.hide(message, 0)
