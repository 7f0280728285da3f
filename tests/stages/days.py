"""A day in Berlin and what comes in on it, for tests of its report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest

from headgate.core.errors import Transient
from headgate.core.events import Event
from headgate.ports import Arrival, Context
from headgate.stages.ingest import ingest
from headgate.stages.summarize import summarize
from tests.stages.stage import Isolated, event

START, END = datetime(2026, 11, 19, 23), datetime(2026, 11, 20, 23)
"""The first moment of 20 November, and that of the day after it."""
NOON, AFTER = START + timedelta(hours=12), END + timedelta(seconds=9)
MOMENT = timedelta(microseconds=1)
PICTURE = b"\x89PNG\r\n\x1a\n"


def at(stage: Isolated, now: datetime) -> Context:
    return replace(stage.context, now=now)


def arrives(stage: Isolated, key: str, data: bytes, now: datetime = NOON) -> list[Event]:
    return ingest(stage.arrival(key, data, now), at(stage, now))


def noted(name: str, now: datetime = NOON, run: str = "r1") -> Arrival:
    """An arrival as the ledger notes it."""
    return Arrival(f"event of {name}", now, "people", f"inbox/people/{name}", name, 10, run)


@contextmanager
def full_disk(stage: Isolated) -> Iterator[None]:
    """What is tried meanwhile has to fail for now."""

    def refuse(*_: Any) -> NoReturn:
        raise Transient("the disk is full", code="disk_full")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("upload", "read"):
            patch.setattr(stage.files, name, refuse)
        with pytest.raises(Transient):
            yield


def ended(day: str = "2026-11-20", zone: str = "Europe/Berlin", id_: str = "cause", **more: Any) -> Event:
    return event("day.ended", day, {"day": day, "zone": zone, **more}, id_=id_)


def summarized(stage: Isolated, day: str = "2026-11-20", now: datetime = AFTER) -> dict[str, Any]:
    """The report of a day, made at a certain time."""
    (told,) = summarize(ended(day), at(stage, now))
    document: dict[str, Any] = json.loads(stage.files.read(told.data["report"]))
    return document
