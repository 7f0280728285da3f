"""A function that is called by hand, or by somebody who has no queue: it answers what came of it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import Any

from headgate.adapters.aws.messages import message_of
from headgate.core.errors import Busy, HeadgateError, Place, UserMistake
from headgate.core.events import Event
from headgate.core.memory import peak_memory
from headgate.hosts.aws.calls import events_of
from headgate.hosts.aws.host import AwsHost
from headgate.hosts.aws.records import Kind
from headgate.hosts.aws.telling import Telling
from headgate.hosts.failures import as_error, as_json
from headgate.hosts.stage_log import StageRun
from headgate.ports import Delivery, Progress


@dataclass(frozen=True)
class _Outcome:
    """What came of one event."""

    event: Event
    events: list[Event]
    error: HeadgateError | None = None
    is_sent_on: bool = False

    @property
    def status(self) -> str:
        if self.error is None:
            return "waiting" if self.is_sent_on else "done"
        return "busy" if isinstance(self.error, Busy) else "failed"


def invoked(stage: str, host: AwsHost, kind: Kind, given: Any, telling: Telling) -> dict[str, Any]:
    """Runs the stage at once, and publishes what comes of it; what fails is neither tried again nor kept as a dead letter.

    Returns:
        `status` (`done`, `waiting`, `busy`, `failed`, `nothing`), `run`, `events`, `correlation_id`, and `error` where there is one.

    Raises:
        HeadgateError: it failed, and nobody reads the answer: it was S3 or the bus that called.
    """
    try:
        events = events_of(stage, host, kind, given)
    except HeadgateError as error:
        if kind != "call":
            raise
        telling.failed(error)
        return {**_answer([]), "status": "failed", "error": as_json(error, host.secrets.mask)}
    outcomes = [_ran(stage, host, kind, event, telling) for event in events]
    if kind == "call":
        outcomes = [_as_asked(one) for one in outcomes]
    failed = next((one for one in outcomes if one.error), None)
    if failed and failed.error:
        if kind != "call":
            raise failed.error
        return {**_answer(outcomes), "status": failed.status, "error": as_json(failed.error, host.secrets.mask)}
    return _answer(outcomes)


def _as_asked(outcome: _Outcome) -> _Outcome:
    """Whoever names a file wants it processed: that none is there, which may be at any other arrival, is a mistake."""
    if not any(event.type == "file.vanished" for event in outcome.events):
        return outcome
    return replace(
        outcome,
        error=UserMistake(
            "there is no such file", where=Place(str(outcome.event.data["key"])), who="whoever calls the function",
            next="headgate put <file> --target aws, and nothing else: its arrival calls the function", code="no_such_file",
        ),
    )  # fmt: skip


def _answer(outcomes: list[_Outcome]) -> dict[str, Any]:
    events = [event for one in outcomes for event in one.events]
    concerned = [*(one.event for one in outcomes), *events]
    run = next((event.data["run"] for event in concerned if event.data.get("run")), None)
    return {
        "status": next((one.status for one in outcomes if one.status != "done"), "done") if outcomes else "nothing",
        "run": run,
        "events": [event.as_cloudevent() for event in events],
        "correlation_id": outcomes[0].event.correlation_id if outcomes else None,
    }  # fmt: skip


def _ran(stage: str, host: AwsHost, kind: Kind, event: Event, telling: Telling) -> _Outcome:
    started, is_new = time.perf_counter(), False
    queue, delivery = host.queue(), Delivery(event, stage, 1, 0)
    try:
        is_new = bool(host.journal.add([event], host.clock()))
        if large := host.elsewhere(stage, event):
            host.sqs.send(large, message_of(event, host.bus.source))
            return _Outcome(event, [], is_sent_on=True)
        events = [replace(one, time=host.clock()) for one in host.stages[stage](event, host.context())]
        queue.publish(events, host.clock())
        seconds = time.perf_counter() - started
        host.journal.note(event, Progress(event.id, stage, "done", 1, None, None, host.clock(), seconds))
    except Exception as raised:
        error = as_error(raised)
        telling.failed(error, event)
        if kind == "call" and is_new:
            _close(stage, host, event, error)
        return _Outcome(event, [], error)
    telling(StageRun(delivery, "done", seconds, peak_memory(), None, events))
    return _Outcome(event, events)


def _close(stage: str, host: AwsHost, event: Event, error: HeadgateError) -> None:
    """What was begun for this call alone must not look as if somebody were at it: nobody tries it again."""
    said, now = as_json(error, host.secrets.mask), host.clock()
    # The caller is to hear of what failed first.
    with contextlib.suppress(HeadgateError):
        if stage == "ingest":
            host.ledger.bury(event.id, said, now)
        host.journal.note(event, Progress(event.id, stage, "discarded", 1, said, None, now, None))
