"""Stage runs as a host would report them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headgate.core.errors import HeadgateError
from headgate.core.events import Event
from headgate.hosts.stage_log import StageOutcome, StageRun
from headgate.ports import Delivery

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000)
COUNTS = {"records": 4, "accepted": 3, "rejected": 1, "warned": 0}


def event(type_: str, subject: str = "run-1", id_: str = "", **data: Any) -> Event:
    return Event(id_ or f"id of {type_}", type_, "test", NOW, subject, "correlation-1", data)


ARRIVED = event("file.arrived", "inbox/people/a.csv", key="inbox/people/a.csv")
PROCESSED = event("file.processed", run="run-1", pipeline="people", counts=COUNTS, size=120)
MODEL = {"name": "bedrock:x", "tokens_in": 4000, "tokens_out": 1200, "cost_usd": 0.000528, "fallback": None}
ANALYZED = event("analysis.completed", run="run-1", pipeline="people", model=MODEL)


def stage_run(
    outcome: StageOutcome = "done",
    *given: Event,
    of: Event = ARRIVED,
    stage: str = "ingest",
    error: HeadgateError | None = None,
    **more: Any,
) -> StageRun:
    numbers: Mapping[str, Any] = {"seconds": 0.4217, "peak_memory": 90_000_000, **more}
    return StageRun(Delivery(of, stage, 2, 0), outcome, error=error, events=list(given), **numbers)
