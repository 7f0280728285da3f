"""A host on a bench: a real project, a clock that moves when it is told, and stages that do as they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from headgate.core.events import Event
from headgate.flow import STAGES, Stage
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.journey import Journey
from headgate.hosts.once import run_once
from headgate.hosts.stage_log import StageRun
from headgate.hosts.worker import Worker
from headgate.ports import Context, Progress
from tests.projects import make_project

START = datetime(2026, 1, 2, 3, 4, 5)


class Bench:
    """A host, and what its workers reported.

    Args:
        settings: of `headgate.yaml`.
        ticks: seconds by which the clock moves whenever somebody looks at it.
        stages: those that are replaced, by name.
    """

    def __init__(
        self, folder: Path, settings: str = "mail: {to: [team@example.com]}\n", ticks: float = 0, **stages: Stage
    ) -> None:
        self.folder = folder if (folder / "headgate.yaml").exists() else make_project(folder, settings)
        self.now, self._ticks = START, ticks
        self.host = EmbeddedHost(self.folder, self._time, {**STAGES, **stages})
        self.runs: list[StageRun] = []

    def _time(self) -> datetime:
        self.passes(self._ticks)
        return self.now

    def worker(self, **options: Any) -> Worker:
        """A worker of this host, on whose chance one can rely."""
        host, given = self.host, {"observers": [self.runs.append], "chance": lambda: 1.0, **options}
        return Worker(host.queue, host._stages, host.context, host.clock, host.project.settings.retry, **given)

    def publish(self, type_: str = "file.processed", **data: Any) -> Event:
        """An event on its way to its stages."""
        event = self.host.event(type_, f"subject of {type_}", {"pipeline": "people", **data}, str(data))
        self.host.queue.publish([event], self.now)
        return event

    def progress(self, event: Event) -> dict[str, Progress]:
        """How far each stage is with an event."""
        return {one.stage: one for one in self.host.queue.progress([event.id])}

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def run(self) -> Journey:
        return run_once(self.host, sleep=lambda _: None)


def raising(error: Callable[[], BaseException]) -> Stage:
    """A stage that always fails."""

    def stage(event: Event, context: Context) -> list[Event]:
        raise error()

    return stage


def silent(event: Event, context: Context) -> list[Event]:
    """A stage from which nothing comes."""
    return []
