"""Terraform before people's eyes: interrupted, it stops by itself, since one that is killed leaves a torn state and its lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Ended:
    """How it ended.

    Attributes:
        code: 0 when all went well.
        errors: what it said on standard error, which was shown, too.
        interrupts: how often it was asked to stop.
    """

    code: int
    errors: str
    interrupts: int


def run_shown(command: Sequence[str], folder: Path, environment: Mapping[str, str], *, asks: bool) -> Ended:
    """Waits until it has ended, however long that takes after an interrupt.

    Args:
        asks: whether somebody at this terminal has to answer it.
    """
    at_terminal = asks and sys.stdin is not None and sys.stdin.isatty()
    with TemporaryFile() as errors, _passed_on(Passing(with_terminal=at_terminal)) as passing:
        # Only the terminal's own group may read from it; but in a group of its own, one Ctrl-C can't come as two.
        with _deaf_to_hangups():
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stderr=errors, process_group=None if at_terminal else 0
            )
        passing.start(process)
        code = process.wait()
        # Not by a pipe: it must be able to write to its end even when this process is killed.
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    # A terminal that was closed shows nothing.
    with suppress(OSError):
        sys.stderr.write(said)
        sys.stderr.flush()
    return Ended(code, said, len(passing.came))


class Started(Protocol):
    """A process that can be sent signals."""

    def send_signal(self, sig: int, /) -> None: ...


class Passing:
    """Takes what this process is sent, and hands it to the one that was started."""

    def __init__(self, *, with_terminal: bool) -> None:
        self.came: list[int] = []
        self._before = count()
        self._with_terminal = with_terminal
        self._process: Started | None = None

    def start(self, process: Started) -> None:
        early, self._process = list(self.came), process
        for number in early:
            self._send(number)

    def __call__(self, number: int, _: Any) -> None:
        # A terminal that is closed says so more than once, within these very lines, too; asked twice, Terraform stops at once.
        if next(self._before) and number == signal.SIGHUP:
            return
        self.came.append(number)
        self._send(number)

    def _send(self, number: int) -> None:
        # The terminal sends its Ctrl-C to the whole group by itself, and a second one ends Terraform at once.
        if self._process and not (self._with_terminal and number == signal.SIGINT):
            # By a hangup Terraform would be killed.
            self._process.send_signal(signal.SIGTERM if number == signal.SIGHUP else number)


@contextmanager
def _passed_on(passing: Passing) -> Iterator[Passing]:
    """Python hears signals in its main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield passing
        return
    # What `nohup` lets this process ignore stays ignored.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, passing) for number in heard}
    try:
        yield passing
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _deaf_to_hangups() -> Iterator[None]:
    """What is started meanwhile ignores them for good: the terminal sends them to its whole group, and they kill."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
