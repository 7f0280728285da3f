"""What the clock makes: ticks, ended days, sources that are due."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from headgate.core.events import Event
from headgate.hosts.schedule import Schedule, days_ended, due, to_remember

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost

_DAILY = "daily_report"
_TICKS_KEPT = timedelta(hours=1)


def publish_due(host: EmbeddedHost) -> list[Event]:
    """Publishes the events of all schedules that became due since they were looked at last, by whatever process."""
    now = host.clock()
    published = []
    for name, events in [(_DAILY, _days(host)), *_sources(host)]:
        published += host.queue.publish(list(events), now)
        host.lookout.remember(name, to_remember(host.lookout.remembered(name), now))
    return published


def tick(host: EmbeddedHost, closing: bool = False, only: str | None = None) -> list[Event]:
    """Publishes a `clock.ticked`, for all stages or the one named; a `closing` one tells what else would wait."""
    now = host.clock()
    host.queue.forget("clock.ticked", now - _TICKS_KEPT)
    event = host.event("clock.ticked", now.isoformat(), {"closing": closing}, uuid.uuid4().hex)
    return host.queue.publish([event], now, only)


def _days(host: EmbeddedHost) -> Iterator[Event]:
    report = host.project.settings.daily_report
    schedule = Schedule(_DAILY, report.cron, report.zone)
    for day in days_ended(schedule, host.lookout.remembered(_DAILY), host.clock()):
        yield host.event("day.ended", day.isoformat(), {"day": day.isoformat(), "zone": report.zone}, report.zone)


def _sources(host: EmbeddedHost) -> Iterator[tuple[str, Iterator[Event]]]:
    for pipeline in host.project.pipelines.values():
        if pipeline.source and pipeline.source.schedule:
            name = f"source {pipeline.name}"
            schedule = Schedule(name, pipeline.source.schedule.cron, pipeline.source.schedule.zone)
            yield name, _source(host, pipeline.name, schedule)


def _source(host: EmbeddedHost, pipeline: str, schedule: Schedule) -> Iterator[Event]:
    for time in due(schedule, host.lookout.remembered(schedule.name), host.clock()):
        yield host.event("source.due", f"{pipeline} {time.isoformat()}", {"pipeline": pipeline}, "schedule")
