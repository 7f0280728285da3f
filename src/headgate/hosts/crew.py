"""Several workers at once: until there is nothing left to do, or until they are told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from headgate.core.errors import HeadgateError
from headgate.hosts.worker import Worker
from headgate.ports import Queue

_LOOK_SECONDS = 0.25
_AGAIN_SECONDS = 1.0
# A `run` gives up when the ledger could not be used so often in a row.
_MOST_FAILURES = 10


class Crew:
    """Threads that each take deliveries.

    Args:
        worker: makes a worker; each thread has one of its own.
        count: how many threads.
        on_failure: told when the queue can't be used, once until it can be used again.
    """

    def __init__(
        self,
        queue: Queue,
        worker: Callable[[], Worker],
        count: int,
        clock: Callable[[], datetime],
        on_failure: Callable[[HeadgateError], None] = lambda _: None,
    ) -> None:
        self._queue, self._worker, self._count, self._clock = queue, worker, count, clock
        self._on_failure = on_failure
        self._changed = threading.Condition()
        self._busy, self._is_over, self._failures = 0, False, 0
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def start(self, until_idle: bool = False) -> None:
        """Starts the threads."""
        for number in range(self._count):
            thread = threading.Thread(target=self._work, args=(until_idle,), name=f"worker-{number + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Lets each thread end what it is at, and take nothing more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Says that there may be something to do."""
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Waits until all threads have ended.

        Raises:
            HeadgateError: the queue can't be used, so they gave up.
            BaseException: whatever broke a thread.
        """
        for thread in self._threads:
            while thread.is_alive():
                # With a time, so that a signal is seen.
                thread.join(0.2)
        if self._error:
            raise self._error

    def is_at_work(self) -> bool:
        """Whether the threads go on; not when they were stopped, are through, or broke."""
        return not self._is_over

    def _work(self, until_idle: bool) -> None:
        try:
            worker = self._worker()
            while self._begin():
                if not self._end(self._stepped(worker, until_idle), until_idle):
                    return
        except BaseException as error:
            # One thread that breaks in silence would leave the others waiting for ever.
            self._give_up(error)

    def _stepped(self, worker: Worker, until_idle: bool) -> bool:
        try:
            found = worker.step()
            self._failures = 0
            return found
        except HeadgateError as error:
            return self._failed(error, until_idle)

    def _begin(self) -> bool:
        with self._changed:
            self._busy += not self._is_over
            return not self._is_over

    def _end(self, found: bool, until_idle: bool) -> bool:
        """After a step: whether to go on, and not before there may be something to do."""
        with self._changed:
            self._busy -= 1
            if found:
                self._changed.notify()
            elif until_idle and not self._busy and self._is_empty():
                self._is_over = True
                self._changed.notify_all()
            elif not self._is_over:
                self._changed.wait(_LOOK_SECONDS)
            return not self._is_over

    def _is_empty(self) -> bool:
        try:
            return self._queue.next_at() is None
        except HeadgateError:
            return False

    def _failed(self, error: HeadgateError, until_idle: bool) -> bool:
        if not self._failures:
            self._on_failure(error)
        self._failures += 1
        if until_idle and self._failures >= _MOST_FAILURES:
            self._give_up(error)
        with self._changed:
            if not self._is_over:
                self._changed.wait(_AGAIN_SECONDS)
        return True

    def _give_up(self, error: BaseException) -> None:
        self._error = self._error or error
        self.stop()
