"""The whole journey on one page: which event goes to which stages. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from headgate.core.events import Event
from headgate.ports import Context
from headgate.stages.alert import alert
from headgate.stages.analyze import analyze
from headgate.stages.fetch import fetch
from headgate.stages.ingest import ingest
from headgate.stages.load import load
from headgate.stages.notify import notify
from headgate.stages.summarize import summarize
from headgate.stages.watch import watch

Stage = Callable[[Event, Context], list[Event]]

# fmt: off
FLOW: Mapping[str, tuple[Stage, ...]] = {
    "file.arrived": (ingest,),  # → file.processed, file.failed, file.duplicate, file.unmatched, file.vanished, file.grew, limit.exceeded
    "file.processed": (load, analyze),  # → rows.loaded; analysis.completed
    "analysis.completed": (notify,),  #  → report.sent
    "file.failed": (alert,),
    "file.unmatched": (alert,),
    "file.grew": (alert,),
    "file.missing": (alert,),
    "file.found": (alert,),
    "limit.exceeded": (alert,),
    "source.failed": (alert,),
    "event.dead": (alert,),
    "clock.ticked": (watch, alert),  #   → file.missing · file.found; alert.sent
    "source.due": (fetch,),  #           → source.due (the next batch) · source.fetched · source.failed
    "day.ended": (summarize,),  #        → daily.completed
}
"""Event type → the stages that take it, and what each of them gives. A type that isn't here is for outsiders only."""
# fmt: on

STAGES: Mapping[str, Stage] = {stage.__name__: stage for stages in FLOW.values() for stage in stages}
ROUTES: Mapping[str, tuple[str, ...]] = {type_: tuple(one.__name__ for one in stages) for type_, stages in FLOW.items()}
