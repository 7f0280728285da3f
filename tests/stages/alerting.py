"""Alerts that are held, and a clock that ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from headgate.core.events import Event
from headgate.stages.alert import alert
from tests.stages.stage import NOW, Isolated

TEAM, BOSS = "team@example.com", "boss@example.com"
BOTH = f"mail: {{to: [{TEAM}, {BOSS}]}}\n"


def failed(name: str, pipeline: str = "people", code: str = "empty_file") -> Event:
    reason = {"code": code, "message": "it is empty", "who": "the sender", "next": "send it again"}
    data = {"pipeline": pipeline, "file": f"{name}.csv", "key": f"failed/{name}.csv", "reason": reason}
    return Event(name, "file.failed", "test", NOW, "run", f"journey of {name}", data)


def hold(stage: Isolated, *names: str, after: float = 0, **given: str) -> None:
    context = replace(stage.context, now=NOW + timedelta(seconds=after))
    for name in names:
        assert alert(failed(name, **given), context) == []


def tick(stage: Isolated, after: float = 0, data: Mapping[str, Any] | None = None, **parts: Any) -> list[Event]:
    """The clock ticks some seconds after the beginning."""
    now = NOW + timedelta(seconds=after)
    event = Event(f"tick {after}", "clock.ticked", "test", now, "clock", "of the clock", data or {})
    return alert(event, replace(stage.context, now=now, **parts))


def subjects(stage: Isolated) -> list[str]:
    return [str(mail["Subject"]) for mail in stage.mailer.sent]
