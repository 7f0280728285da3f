"""The whole journey on one page: which event goes to which stages. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from headgate.core.events import Event
from headgate.ports import Context
from headgate.stages.alert import alert
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from headgate.stages.notify import notify

Stage = Callable[[Event, Context], list[Event]]

FLOW: Mapping[str, tuple[Stage, ...]] = {
    "file.arrived": (
        ingest,
    ),  #        → file.processed · file.failed · file.duplicate · file.unmatched · limit.exceeded
    "file.processed": (analyze,),  #     → analysis.completed
    "analysis.completed": (notify,),  #  → report.sent
    "file.failed": (alert,),  #          → alert.sent
    "file.unmatched": (alert,),  #       → alert.sent
    "limit.exceeded": (alert,),  #       → alert.sent
}
"""Event type → the stages that take it. A type that isn't here is for outsiders only."""
