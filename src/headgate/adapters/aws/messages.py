"""What travels: an event as EventBridge wraps it, and what the queues hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from headgate.core.errors import Permanent
from headgate.core.events import Event

# Beside the envelope's own keys, in messages that we send ourselves.
_OURS = "headgate"

OTHERWISE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading a document raises that says something else than it should, however it was meant."""

UNREADABLE = "message.unreadable"
"""The type of the event that stands for a message without one; no stage takes it."""


@dataclass(frozen=True)
class Envelope:
    """One message, as EventBridge puts it into a queue.

    Attributes:
        type: its `detail-type`.
        detail: what it says: a CloudEvent, or what S3 or a schedule says.
        time: when the bus took it, UTC, naive.
        attempts: how often it failed in messages before this one: what is sent anew is counted from nought by the queue.
        waited: seconds that it was postponed by last.
        letter: number of the dead letter that it was laid aside with; else 0.
        not_before: when it is for somebody, UTC, naive; None: at once. A queue delays no message for as long as some must wait.
    """

    type: str
    detail: Mapping[str, Any]
    source: str = ""
    time: datetime | None = None
    attempts: int = 0
    waited: float = 0.0
    letter: int = 0
    not_before: datetime | None = None

    @property
    def event(self) -> Event | None:
        """The event that it carries; None where somebody else wrote the message."""
        return event_of(self.detail) if self.detail.get("specversion") else None


def detail_of(event: Event) -> str:
    """The event as CloudEvents JSON on one line, ASCII only: there are letters that a queue does not take.

    Raises:
        TypeError, ValueError: its data is no JSON.
    """
    return json.dumps(event.as_cloudevent(), allow_nan=False, separators=(",", ":"))


def event_of(cloudevent: Mapping[str, Any]) -> Event:
    """The event of CloudEvents JSON.

    Raises:
        Permanent: it is none of ours.
    """
    try:
        return Event(
            cloudevent["id"], cloudevent["type"], cloudevent["source"], utc(cloudevent["time"]), cloudevent["subject"],
            cloudevent["correlationid"], dict(cloudevent.get("data") or {}),
        )  # fmt: skip
    except OTHERWISE as error:
        raise Permanent(
            f"a message holds no event of ours: {in_words(error)}", who="whoever sent it",
            next="look at it in the dead-letter queue", code="bad_message",
        ) from error  # fmt: skip


def message_of(
    event: Event,
    source: str,
    attempts: int = 0,
    waited: float = 0.0,
    letter: int = 0,
    not_before: datetime | None = None,
) -> str:
    """The body of a message that we send to a queue ourselves, in the bus's own form."""
    wish = {"not_before": not_before.isoformat()} if not_before else {}
    body: dict[str, Any] = {
        "version": "0", "detail-type": event.type, "source": source, "detail": event.as_cloudevent(),
        _OURS: {"attempts": attempts, "waited": waited, "letter": letter, **wish},
    }  # fmt: skip
    return json.dumps(body, allow_nan=False)


def opened(body: str) -> Envelope:
    """What a message says.

    Raises:
        Permanent: it is not in the bus's form.
    """
    try:
        found = json.loads(body)
    except OTHERWISE as error:
        raise _not_of_the_bus(error) from error
    return envelope_of(found)


def envelope_of(found: Mapping[str, Any]) -> Envelope:
    """The envelope of a document.

    Raises:
        Permanent: it is not in the bus's form.
    """
    try:
        ours = found.get(_OURS) or {}
        time = utc(found["time"]) if found.get("time") else None
        return Envelope(
            str(found["detail-type"]), dict(found["detail"]), str(found.get("source", "")), time,
            int(ours.get("attempts", 0)), float(ours.get("waited", 0)), int(ours.get("letter", 0)),
            utc(ours["not_before"]) if ours.get("not_before") else None,
        )  # fmt: skip
    except OTHERWISE as error:
        raise _not_of_the_bus(error) from error


def _not_of_the_bus(error: Exception) -> Permanent:
    return Permanent(
        f"a message is not in the form of EventBridge: {in_words(error)}", who="whoever sent it",
        next="look at it in the dead-letter queue", code="bad_message",
    )  # fmt: skip


def in_words(error: Exception) -> str:
    """What was wrong with a document, from what reading it raised, for whoever wrote it."""
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON: {error.msg}, at character {error.pos + 1}"
    if isinstance(error, KeyError):
        return f"it lacks `{error.args[0]}`"
    return "something in it is written otherwise: a time, a number, an object, a list or a text"


def utc(text: str) -> datetime:
    """A time as others write it; UTC, naive."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
