"""What an alert says."""

from __future__ import annotations

from headgate.core.events import Event
from headgate.core.printable import printable


def alert_text(event: Event, inbox: str) -> tuple[str, str]:
    """(subject, text) for an event that needs a person."""
    title, lines = _ALERTS[event.type](event, inbox)
    text = "\n".join([title, "", *lines, "", f"correlation id: {event.correlation_id}", ""])
    return f"Headgate: {title}", text


def _failed(event: Event, inbox: str) -> tuple[str, list[str]]:
    reason = event.data["reason"]
    lines = [
        f"why:      {printable(reason['message'])} [{reason['code']}]",
        f"who acts: {reason.get('who') or 'the owner of the pipeline'}",
        f"it lies:  {printable(event.data['key'])} (the reason beside it, in .error.json)",
        f"next:     {printable(reason.get('next') or 'correct the file')}",
        f"          then put it back into {inbox}/{event.data['pipeline']}/",
    ]
    return f"{event.data['pipeline']}: {printable(event.data['file'])} failed", lines


def _unmatched(event: Event, inbox: str) -> tuple[str, list[str]]:
    named = ", ".join(event.data["candidates"]) or "none"
    lines = [
        f"pipelines whose intake.match fits: {named}",
        f"it lies: {printable(event.data['key'])}",
        f"next:    put it into {inbox}/<pipeline>/, or correct intake.match in pipeline.yaml",
    ]
    return f"{printable(event.data['file'])} belongs to no single pipeline", lines


def _limit(event: Event, inbox: str) -> tuple[str, list[str]]:
    counts = event.data["counts"]
    lines = [
        f"{counts['rejected']} of {counts['records']} records were rejected; the limit is {event.data['limit']}",
        f"the accepted rows were published; look at rejected.csv of run {event.data['run']}",
    ]
    return f"{event.data['pipeline']}: many rows of {printable(event.data['file'])} were rejected", lines


_ALERTS = {"file.failed": _failed, "file.unmatched": _unmatched, "limit.exceeded": _limit}
