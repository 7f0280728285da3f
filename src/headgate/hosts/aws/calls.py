"""What a function is called with where no queue stands between, as events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headgate.adapters.aws.messages import OTHERWISE, envelope_of, event_of, in_words
from headgate.core.errors import Permanent, Place, UserMistake
from headgate.core.events import Event
from headgate.core.identity import digest, event_id
from headgate.core.project import Project
from headgate.core.unfinished import is_unfinished
from headgate.hosts.aws.arrivals import SOURCE, arrived, of_notification
from headgate.hosts.aws.host import AwsHost
from headgate.hosts.aws.records import Kind
from headgate.hosts.aws.ticks import clock_tick, day_ended, source_due, yesterday

TAKES: Mapping[str, tuple[str, ...]] = {
    "ingest": ("file.arrived",),
    "load": ("file.processed",),
    "analyze": ("file.processed",),
    "notify": ("analysis.completed",),
    "alert": (
        "file.failed", "file.unmatched", "file.grew", "file.missing", "file.found", "limit.exceeded", "source.failed",
        "event.dead", "clock.ticked",
    ),
    "watch": ("clock.ticked",),
    "fetch": ("source.due",),
    "summarize": ("day.ended",),
}  # fmt: skip
"""Stage → the events that it takes: the flow, which no function imports, as it imports every stage."""

_PARTS = ("id", "type", "source", "time", "subject", "correlationid")
_DATA: Mapping[str, tuple[str, ...]] = {
    "file.arrived": ("key",),
    "file.processed": ("run", "pipeline", "manifest"),
    "analysis.completed": ("run", "pipeline", "manifest", "analysis"),
    "source.due": ("pipeline",),
    "day.ended": ("day", "zone"),
}
_SHORTER = {
    "ingest": '{"key": "<a file of the inbox>"}',
    "fetch": '{"pipeline": "<one with a source>"}',
    "summarize": '{} or {"day": "<YYYY-MM-DD>"}',
    "alert": "{}",
    "watch": "{}",
}


def events_of(stage: str, host: AwsHost, kind: Kind, given: Any) -> list[Event]:
    """What a stage is called with, as events.

    Raises:
        UserMistake: the stage does not take it.
    """
    if not isinstance(given, Mapping):
        raise bad_call(stage, f"JSON that is no object: {given!r:.40}")
    try:
        return _read(stage, host, kind, given)
    except OTHERWISE as error:
        raise bad_call(stage, f"what it can't read: {in_words(error)}") from error


def bad_call(stage: str, what: str, where: str | None = None) -> UserMistake:
    """The mistake of whoever calls, and how the stage is called."""
    event = f'{{"event": <a CloudEvent: {" or ".join(TAKES[stage])}>}}'
    return UserMistake(
        f"{stage} can't be called with {what}", where=Place(where) if where else None, who="whoever calls the function",
        next="call it with " + " or ".join(filter(None, (_SHORTER.get(stage), event))), code="bad_call",
    )  # fmt: skip


def _read(stage: str, host: AwsHost, kind: Kind, given: Mapping[str, Any]) -> list[Event]:
    if kind == "s3":
        found = [arrived(put, host.project, host.deployment.storage) for put in of_notification(given["Records"])]
        return [host.noted(event) for event in found if event]
    if kind == "bus":
        envelope = envelope_of(given)
        return [envelope.event] if envelope.event else host.read(stage, envelope)
    return [_handed(stage, host, given["event"])] if "event" in given else _said(stage, host, given)


def _said(stage: str, host: AwsHost, given: Mapping[str, Any]) -> list[Event]:
    """What a person says in short."""
    now, project = host.clock(), host.project
    if stage == "ingest" and given.get("key"):
        return [_arrival(host, str(given["key"]))]
    if stage == "fetch" and given.get("pipeline"):
        _check_pipeline(project, str(given["pipeline"]))
        return source_due(project, now, given)
    if stage == "summarize":
        return _day(host, given)
    if stage in ("watch", "alert"):
        return clock_tick(project, now, given)
    raise bad_call(stage, ", ".join(sorted(given)) or "nothing")


def _check_pipeline(project: Project, name: str) -> None:
    if name not in project.pipelines:
        raise bad_call("fetch", f"{name!r:.60}: there are the pipelines {', '.join(project.pipelines)}")


def _day(host: AwsHost, given: Mapping[str, Any]) -> list[Event]:
    """A day that is over: the report of any other would stand in the place of the one that its end makes."""
    last = yesterday(host.project, host.clock())
    if not given.get("day"):
        return [last]
    try:
        (event,) = day_ended(host.project, host.clock(), given)
    except ValueError:
        raise bad_call("summarize", f"{given['day']!r:.40}, which is no day") from None
    if event.data["day"] > last.data["day"]:
        raise bad_call("summarize", f"a day that is not over: {event.data['day']}")
    return [event]


def _handed(stage: str, host: AwsHost, said: Any) -> Event:
    """An event as such."""
    if not isinstance(said, Mapping):
        raise bad_call(stage, f"an event that is no object: {said!r:.40}")
    _check_whole(stage, "an event", _PARTS, said)
    try:
        event = event_of(said)
    except Permanent as error:
        raise bad_call(stage, f"an event that can't be read: {error.__cause__}") from error
    if event.type not in TAKES[stage]:
        raise bad_call(stage, f"an event of the type {event.type}")
    _check_whole(stage, f"a {event.type} whose data is", _DATA.get(event.type, ()), event.data)
    if event.type == "file.arrived":
        _check_arrival(stage, host, event)
    return event


def _check_arrival(stage: str, host: AwsHost, event: Event) -> None:
    if "replays" not in event.data:
        _check_in_inbox(host, str(event.data["key"]))
        return
    _check_whole(stage, "a replay whose data is", ("replays", "pipeline"), event.data)
    if event.data["pipeline"] not in host.project.pipelines:
        raise bad_call(stage, f"a replay for a pipeline that there is not: {event.data['pipeline']!r:.40}")


def _check_whole(stage: str, what: str, names: Sequence[str], found: Mapping[str, Any]) -> None:
    if missing := [name for name in names if found.get(name) is None]:
        raise bad_call(stage, f"{what} without {', '.join(missing)}")


def _arrival(host: AwsHost, key: str) -> Event:
    """A file that somebody says is there; each time another arrival."""
    _check_in_inbox(host, key)
    now = host.clock()
    id_ = event_id("file.arrived", key, "", f"called {now.isoformat()}")
    return host.noted(Event(id_, "file.arrived", SOURCE, now, key, digest("journey", id_)[:32], {"key": key}))


def _check_in_inbox(host: AwsHost, key: str) -> None:
    inbox = host.project.settings.zones.inbox
    inner = key.removeprefix(f"{inbox}/")
    if inner == key or not inner or inner.endswith("/"):
        raise bad_call("ingest", f"a key that is no file below the inbox, {inbox}/", key)
    if is_unfinished(inner):
        raise bad_call("ingest", "a file whose name says that it is still being written", key)
