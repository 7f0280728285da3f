"""The inbox of a project, and the clocks by which it is looked at."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from headgate.hosts.intake import Intake, Look
from tests.hosts.bench import START, Bench
from tests.projects import GOOD, drop

SETTLE = "watch: {settle: 2}\n"


class Inbox:
    """The inbox of a project, its clocks, and files whose times are those of that clock."""

    def __init__(self, folder: Path, settings: str = SETTLE) -> None:
        self.bench, self.elapsed = Bench(folder, settings), 100.0
        self.folder = self.bench.folder
        self.restart()

    def restart(self) -> None:
        """Another process looks."""
        host = self.bench.host
        self.intake = Intake(
            host.project, host.files, host.lookout, host.queue, host.ledger, host.clock, lambda: self.elapsed
        )

    def passes(self, seconds: float) -> None:
        self.bench.passes(seconds)
        self.elapsed += seconds

    def drop(self, key: str, data: bytes = GOOD, age: float = 0) -> Path:
        """A file that was last written some seconds ago."""
        return self.aged(drop(self.folder, key, data), age)

    def aged(self, path: Path, age: float = 0) -> Path:
        written = (self.bench.now - timedelta(seconds=age) - START).total_seconds() + 1_767_323_045
        os.utime(path, (written, written), follow_symlinks=False)
        return path

    def look(self) -> list[str]:
        """Keys that are announced now."""
        return [event.data["key"] for event in self.see().arrived]

    def see(self) -> Look:
        return self.intake.look()

    def through(self) -> None:
        """All that was announced is processed."""
        queue = self.bench.host.queue
        while taken := queue.take(self.bench.now):
            queue.done(taken, [], self.bench.now, 0)
