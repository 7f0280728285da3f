"""`headgate up`: watches the inbox, works, keeps the schedules, until it is told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch

from headgate.core.errors import HeadgateError, Place, UserMistake
from headgate.hosts.crew import Crew
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.local_desk import HOME
from headgate.hosts.schedules import publish_due, tick
from headgate.hosts.settings_watch import SettingsWatch
from headgate.hosts.stage_log import Observer
from headgate.hosts.worker import Worker

_TICK_SECONDS = 60.0
# For a fresh alert the clock ticks at the second of these looks; the pause lets a storm gather into one mail.
_ALERT_SECONDS = 2.0
_BEAT_SECONDS = 0.25
_SETTINGS_SECONDS = 2.0


class Up:
    """One process that keeps a project going.

    Args:
        say: told what a person at the machine should know.
        stop: ends it; what is under way is finished first.
    """

    def __init__(
        self, host: EmbeddedHost, observers: Sequence[Observer], say: Callable[[str], None], stop: threading.Event
    ) -> None:
        self._host, self._observers, self._tell, self._stop = host, observers, say, stop
        settings = host.project.settings
        self._crew = Crew(
            host.queue, lambda: host.worker(observers), settings.workers, host.clock,
            lambda error: self._say(str(error)),
        )  # fmt: skip
        self._settle, self._sweep = float(settings.watch.settle), float(settings.watch.sweep)
        self._inbox = Path(host.project.storage) / settings.zones.inbox
        self._changed = threading.Event()
        self._settings = SettingsWatch(host.project)
        # Held alert → whether the clock ticked since it was seen.
        self._seen: dict[str, bool] = {}

    def run(self) -> None:
        """Works until it is stopped.

        Raises:
            UserMistake: another `headgate up` works on this project.
        """
        lock = _alone(self._host.project.folder)
        self._make_inbox()
        watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        try:
            self._crew.start()
            watcher.start()
            self._keep_going()
        finally:
            self._stop.set()
            self._crew.stop()
            watcher.join(timeout=5)
            try:
                self._crew.join()
                self._tell_at_last()
            finally:
                os.close(lock)

    def _make_inbox(self) -> None:
        """So that people see where files go; one that is taken away later is for them to put back."""
        if "://" not in self._host.project.storage:
            with contextlib.suppress(OSError):
                self._inbox.mkdir(parents=True, exist_ok=True)

    def _keep_going(self) -> None:
        """Each task gives the seconds until it is due again."""
        due = dict.fromkeys((self._look, self._tick, self._tell_soon, self._read_settings), 0.0)
        while not self._stop.is_set() and self._crew.is_at_work():
            if self._changed.is_set():
                due[self._look] = 0.0
            for task, at in due.items():
                if time.monotonic() >= at:
                    due[task] = time.monotonic() + self._tried(task)
            self._changed.wait(_BEAT_SECONDS)

    def _tried(self, task: Callable[[], float]) -> float:
        try:
            return task()
        except (HeadgateError, OSError) as error:
            self._say(f"{error}\n  it is tried again in {self._sweep:g} s")
            return self._sweep

    def _look(self) -> float:
        self._changed.clear()
        self._host.queue.recover()
        look = self._host.intake.look()
        if look.arrived:
            self._crew.wake()
        return min(self._settle, self._sweep) if look.growing else self._sweep

    def _tick(self) -> float:
        publish_due(self._host)
        tick(self._host)
        self._crew.wake()
        return _TICK_SECONDS

    def _tell_soon(self) -> float:
        """People need not wait for the next minute: an alert that was there at the last look is told now."""
        held = {one.event for one in self._host.notices.held()}
        if any(not told for event, told in self._seen.items() if event in held):
            tick(self._host, only="alert")
            self._crew.wake()
        self._seen = {event: event in self._seen for event in held}
        return _ALERT_SECONDS

    def _tell_at_last(self) -> None:
        """What is due is told before the process ends: nobody knows when the next one starts."""
        worker = self._host.worker(self._observers)
        try:
            _work_off(worker, "alert")
            if self._host.notices.held():
                tick(self._host, only="alert")
                _work_off(worker, "alert")
        except HeadgateError as error:
            self._say(str(error))

    def _read_settings(self) -> float:
        self._settings.check(self._say)
        return _SETTINGS_SECONDS

    def _say(self, text: str) -> None:
        self._tell(self._host.secrets.mask(text))

    def _watch(self) -> None:
        """What the system tells of the inbox; the sweep finds what it does not tell."""
        if "://" in self._host.project.storage:
            return
        said = ""
        while not self._stop.is_set():
            try:
                self._watch_folder()
            # The library's own error, such as for too many watches, is a RuntimeError.
            except (OSError, RuntimeError) as error:
                if str(error) != said:
                    said = str(error)
                    self._say(f"the inbox can't be watched ({said}); it is looked at every {self._sweep:g} s")
                self._await_inbox()

    def _watch_folder(self) -> None:
        """Watches until the inbox is another folder than before: what lies in that one is not told."""
        before = _identity(self._inbox)
        told = watch(
            self._inbox, watch_filter=None, stop_event=self._stop, debounce=50, step=20, rust_timeout=1000,
            yield_on_timeout=True,
        )  # fmt: skip
        for number, changes in enumerate(told):
            is_another = _identity(self._inbox) != before
            # What came before the watch began is not told either.
            if changes or is_another or not number:
                self._changed.set()
            if is_another:
                return

    def _await_inbox(self) -> None:
        """Until it is worth another try; whoever took the inbox away puts it back."""
        if _identity(self._inbox):
            self._stop.wait(self._sweep)
        while not _identity(self._inbox) and not self._stop.wait(_BEAT_SECONDS):
            pass


def _work_off(worker: Worker, stage: str) -> None:
    while worker.step(stage):
        pass


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _alone(folder: Path) -> int:
    """The lock that one `up` of a project has; the system gives it back when the process ends.

    Raises:
        UserMistake: another has it.
    """
    path = folder / HOME / "up.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    if not _locked(lock):
        os.close(lock)
        raise UserMistake(
            "another `headgate up` already works on this project",
            where=Place(str(folder)),
            next="headgate status; `headgate run` may be used beside it",
            code="already_up",
        )
    return lock


def _locked(lock: int) -> bool:
    """Tries for a moment: somebody who only asks whether one is up has it for an instant, too."""
    for _ in range(10):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False
