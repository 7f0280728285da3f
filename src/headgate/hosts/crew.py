"""Several workers at once: until there is nothing left to do, or until they are told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from headgate.core.errors import HeadgateError, Outside
from headgate.hosts.failures import as_error
from headgate.hosts.worker import Worker
from headgate.ports import Queue

_LOOK_SECONDS = 0.25
_AGAIN_SECONDS = 1.0
# A thread gives up when so many steps in a row failed: in a `run` whatever the reason, else when no waiting mends it.
_MOST_FAILURES = 10


class Crew:
    """Threads that each take deliveries.

    Args:
        worker: makes a worker; each thread has one of its own.
        count: how many threads.
        is_through: whether nothing is left to wait for, asked when nothing is ready; else nothing may wait at all.
        on_failure: told why no step can be made, once until one can be made again.
    """

    def __init__(
        self,
        queue: Queue,
        worker: Callable[[], Worker],
        count: int,
        clock: Callable[[], datetime],
        on_failure: Callable[[HeadgateError], None] = lambda _: None,
        is_through: Callable[[], bool] | None = None,
    ) -> None:
        self._queue, self._worker, self._count, self._clock = queue, worker, count, clock
        self._on_failure = on_failure
        self._is_through = is_through or self._is_empty
        self._changed = threading.Condition()
        self._busy, self._is_over = 0, False
        # Thread → how many of its steps failed in a row; and what was said of it.
        self._failing: dict[int, int] = {}
        self._said: set[str] = set()
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
            HeadgateError: the queue can't be used, or a bug keeps one from its work, so they gave up.
            BaseException: whatever else broke a thread.
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
            self._give_up(as_error(error) if isinstance(error, Exception) else error)

    def _stepped(self, worker: Worker, until_idle: bool) -> bool:
        try:
            found = worker.step()
        except Exception as raised:
            self._failed(as_error(raised), until_idle)
            return True
        with self._changed:
            self._failing.pop(threading.get_ident(), None)
            if not self._failing:
                self._said.clear()
        return found

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
            elif until_idle and not self._busy and self._is_all_done():
                self._is_over = True
                self._changed.notify_all()
            elif not self._is_over:
                self._changed.wait(_LOOK_SECONDS)
            return not self._is_over

    def _is_all_done(self) -> bool:
        try:
            return self._is_through()
        except HeadgateError:
            return False

    def _is_empty(self) -> bool:
        return self._queue.next_at() is None

    def _failed(self, error: HeadgateError, until_idle: bool) -> None:
        """Says it, and pauses; or gives up: one that can never work must not be missed in silence."""
        me = threading.get_ident()
        with self._changed:
            self._failing[me] = self._failing.get(me, 0) + 1
            is_news = error.message not in self._said
            self._said.add(error.message)
        if is_news:
            self._on_failure(error)
        if self._failing[me] >= _MOST_FAILURES and (until_idle or not isinstance(error, Outside)):
            self._give_up(error)
        with self._changed:
            if not self._is_over:
                self._changed.wait(_AGAIN_SECONDS)

    def _give_up(self, error: BaseException) -> None:
        self._error = self._error or error
        self.stop()
