"""A `headgate up` in a process of its own, and waiting for what it does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_DEADLINE = 60.0


def until(is_so: Callable[[], object], what: str = "") -> None:
    """Waits for something that another thread or process brings about; the only place where tests wait."""
    end = time.monotonic() + _DEADLINE
    while not is_so():
        assert time.monotonic() < end, what or "it never came to be"
        time.sleep(0.02)


class Running:
    """A process, and what it said."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self._log = process, log

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def says(self, text: str) -> None:
        until(lambda: text in self.said or self._process.poll() is not None, f"it never said {text!r}")
        assert text in self.said, self.said

    @property
    def metrics_url(self) -> str:
        (url,) = re.findall(r"metrics: (http[^\s\"]+)", self.said)
        return url

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal; the exit code."""
        self._process.send_signal(number)
        return self._process.wait(timeout=_DEADLINE)

    def exit_code(self) -> int:
        return self._process.wait(timeout=_DEADLINE)


@contextmanager
def up(folder: Path, *words: str, log: str = "up.log") -> Iterator[Running]:
    """Runs until the test is over."""
    path = folder.parent / log
    command = [sys.executable, "-m", "headgate", "up", "--project", str(folder), *words]
    with path.open("wb") as file:
        process = subprocess.Popen(command, stderr=file, stdout=file, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        yield Running(process, path)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
