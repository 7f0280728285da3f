"""Arrivals that end in every way there is, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from headgate.core.events import Event
from headgate.ports import Run
from headgate.stages.ingest import ingest
from tests.projects import GOOD, MIXED, UNUSABLE
from tests.stages.stage import Isolated, event

Way = Callable[[Isolated], Event]


def people_in(stage: Isolated) -> Event:
    return stage.arrival("people/a.csv", MIXED)


def a_duplicate_in(stage: Isolated) -> Event:
    ingest(stage.arrival("people/first.csv", MIXED), stage.context)
    return stage.arrival("people/a.csv", MIXED)


def an_unusable_one_in(stage: Isolated) -> Event:
    return stage.arrival("people/a.csv", UNUSABLE)


def too_large_a_one_in(stage: Isolated) -> Event:
    stage.context = replace(stage.context, largest_file=len(MIXED) - 1)
    return stage.arrival("people/a.csv", MIXED)


def nobodys_in(stage: Isolated) -> Event:
    return stage.arrival("nobody.txt", GOOD)


def corrected_rows_in(stage: Isolated) -> Event:
    (first,) = ingest(stage.arrival("people/first.csv", MIXED), stage.context)
    rejected = stage.files.read(f"rejected/people/{first.subject}/rejected.csv")
    return stage.arrival("people/a.csv", rejected.replace(b"-1", b"1").replace(b"secret", b"secret.org"))


WAYS: list[Way] = [
    people_in, a_duplicate_in, an_unusable_one_in, too_large_a_one_in, nobodys_in, corrected_rows_in
]  # fmt: skip


def replay_of(run: str, key: str, number: int = 1, id_: str = "replay") -> Event:
    """The arrival of a run's kept original."""
    data = {"key": key, "file": "a.csv", "pipeline": "people", "replay": number, "replays": run}
    return event("file.arrived", key, data, id_=id_)


def left(stage: Isolated) -> dict[str, Any]:
    """What lies in the store, without what differs from attempt to attempt, and what the ledger knows."""
    held = {key: stage.files.read(key) for key in stage.held() if not key.startswith(("manifests/", "failed/"))}
    others = [key for key in stage.held() if key not in held]
    return {"held": held, "others": others, "runs": [_known(run) for run in stage.ledger.runs()]}


def _known(run: Run) -> tuple[Any, ...]:
    return run.run, run.state, run.verdict, dict(run.counts), run.attempts, run.parent, run.claimed_at
