"""Projects on which something happened, for the commands that look at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside
from headgate.core.events import Event
from headgate.flow import STAGES, Stage
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.journey import Journey
from headgate.hosts.local_desk import LocalDesk
from headgate.hosts.once import run_once
from headgate.ports import Arrival, Commitment, Context

COUNTS = {"records": 4, "accepted": 1, "rejected": 3, "warned": 0}


def full(event: Event, context: Context) -> list[Event]:
    """A stage that always fails."""
    raise Outside("the disk is full", who="whoever looks after this machine", next="free disk space")


def buggy(event: Event, context: Context) -> list[Event]:
    """A stage with a bug."""
    raise ZeroDivisionError("[bold]nothing\x1b[31m there")


def work(folder: Path, **stages: Stage) -> Journey:
    """Takes everything in the inbox through the journey; the stages named are replaced."""
    with EmbeddedHost(folder, stages={**STAGES, **stages}) as host:
        return run_once(host)


def noted(desk: LocalDesk, run: str, at: datetime, pipeline: str = "people", file: str = "a.csv") -> None:
    """A run that was claimed, with nothing behind it."""
    desk.ledger.claim(Arrival(f"arrival of {run}", at, pipeline, f"inbox/{pipeline}/{file}", file, 10, run))


def committed(desk: LocalDesk, run: str, at: datetime, counts: Mapping[str, int] = COUNTS, **more: Any) -> None:
    """A run that was claimed and committed."""
    noted(desk, run, at)
    desk.ledger.commit(run, f"arrival of {run}", Commitment("accepted_with_rejects", counts, **more), at)
