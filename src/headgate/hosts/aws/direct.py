"""A function that is called by hand, or by somebody who has no queue: it answers what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from headgate.adapters.aws.messages import envelope_of, event_of
from headgate.core.errors import Busy, HeadgateError, UserMistake
from headgate.core.events import Event
from headgate.core.identity import digest, event_id
from headgate.core.memory import peak_memory
from headgate.hosts.aws.arrivals import SOURCE, arrived, of_notification
from headgate.hosts.aws.host import AwsHost
from headgate.hosts.aws.records import Kind
from headgate.hosts.aws.telling import Telling
from headgate.hosts.aws.ticks import clock_tick, day_ended, source_due, yesterday
from headgate.hosts.failures import as_error, as_json
from headgate.hosts.stage_log import StageRun
from headgate.ports import Delivery, Progress


@dataclass(frozen=True)
class _Outcome:
    """What came of one event."""

    event: Event
    events: list[Event]
    error: HeadgateError | None = None

    @property
    def status(self) -> str:
        if self.error is None:
            return "done"
        return "busy" if isinstance(self.error, Busy) else "failed"


def invoked(stage: str, host: AwsHost, kind: Kind, given: Any, telling: Telling) -> dict[str, Any]:
    """Runs the stage at once, and publishes what comes of it; what fails is neither tried again nor kept as a dead letter.

    Returns:
        `status` (`done`, `busy`, `failed`, `nothing`), `run`, `events`, `correlation_id`, and `error` where there is one.

    Raises:
        HeadgateError: it failed, and nobody reads the answer: it was S3 or the bus that called.
    """
    try:
        events = _events(stage, host, kind, given)
    except HeadgateError as error:
        if kind != "call":
            raise
        telling.failed(error)
        return {**_answer([]), "status": "failed", "error": as_json(error, host.secrets.mask)}
    outcomes = [_ran(stage, host, event, telling) for event in events]
    failed = next((one for one in outcomes if one.error), None)
    if failed and failed.error:
        if kind != "call":
            raise failed.error
        return {**_answer(outcomes), "status": failed.status, "error": as_json(failed.error, host.secrets.mask)}
    return _answer(outcomes)


def _answer(outcomes: list[_Outcome]) -> dict[str, Any]:
    events = [event for one in outcomes for event in one.events]
    concerned = [*(one.event for one in outcomes), *events]
    run = next((event.data["run"] for event in concerned if event.data.get("run")), None)
    return {
        "status": "done" if outcomes else "nothing", "run": run,
        "events": [event.as_cloudevent() for event in events],
        "correlation_id": outcomes[0].event.correlation_id if outcomes else None,
    }  # fmt: skip


def _ran(stage: str, host: AwsHost, event: Event, telling: Telling) -> _Outcome:
    started = time.perf_counter()
    queue, delivery = host.queue(), Delivery(event, stage, 1, 0)
    try:
        host.journal.add([event], host.clock())
        events = [replace(one, time=host.clock()) for one in host.stages[stage](event, host.context())]
        queue.publish(events, host.clock())
        seconds = time.perf_counter() - started
        host.journal.note(event, Progress(event.id, stage, "done", 1, None, None, host.clock(), seconds))
    except Exception as raised:
        error = as_error(raised)
        telling.failed(error, event)
        return _Outcome(event, [], error)
    telling(StageRun(delivery, "done", seconds, peak_memory(), None, events))
    return _Outcome(event, events)


def _events(stage: str, host: AwsHost, kind: Kind, given: Any) -> list[Event]:
    """What it is called with, as events.

    Raises:
        UserMistake: the stage does not take it.
    """
    if not isinstance(given, Mapping):
        raise _bad_call(stage, f"JSON that is no object: {given!r:.40}")
    try:
        return _read(stage, host, kind, given)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _bad_call(stage, f"what it can't read: {type(error).__name__}: {error}") from error


def _read(stage: str, host: AwsHost, kind: Kind, given: Mapping[str, Any]) -> list[Event]:
    now, project = host.clock(), host.project
    if kind == "s3":
        found = [arrived(put, project, host.deployment.storage) for put in of_notification(given["Records"])]
        return [host.arrival(event) for event in found if event]
    if kind == "bus":
        envelope = envelope_of(given)
        return [envelope.event] if envelope.event else host.read(stage, envelope, now)
    if isinstance(given.get("event"), Mapping):
        return [event_of(given["event"])]
    if stage == "ingest" and given.get("key"):
        return [_arrival(host, str(given["key"]))]
    if stage == "fetch" and given.get("pipeline"):
        return source_due(project, now, given)
    if stage == "summarize":
        return day_ended(project, now, given) if given.get("day") else [yesterday(project, now)]
    if stage in ("watch", "alert"):
        return clock_tick(project, now, given)
    raise _bad_call(stage, ", ".join(sorted(given)) or "nothing")


def _bad_call(stage: str, what: str) -> UserMistake:
    return UserMistake(
        f"{stage} can't be called with {what}", who="whoever calls the function",
        next='call it with {"event": <a CloudEvent that it takes>}', code="bad_call",
    )  # fmt: skip


def _arrival(host: AwsHost, key: str) -> Event:
    """A file that somebody says is there; each time another arrival."""
    now = host.clock()
    id_ = event_id("file.arrived", key, "", f"called {now.isoformat()}")
    return host.arrival(Event(id_, "file.arrived", SOURCE, now, key, digest("journey", id_)[:32], {"key": key}))
