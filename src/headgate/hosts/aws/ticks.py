"""What EventBridge Scheduler says, as the events that the clock makes; the same time makes the same events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from headgate.adapters.aws.messages import Envelope, utc
from headgate.core.config.project_settings import DailyReport
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.core.identity import digest, event_id
from headgate.core.project import Project
from headgate.hosts.aws.arrivals import SOURCE
from headgate.hosts.schedule import Schedule, days_ended

_A_MOMENT = timedelta(seconds=1)


def ticked(envelope: Envelope, project: Project, now: datetime) -> list[Event]:
    """The events of one message of a schedule; a schedule that comes once a week ends seven days.

    Raises:
        Permanent: it is no such message.
    """
    make = _TICKS.get(envelope.type)
    if make is None:
        raise Permanent(
            f"a message of the type {envelope.type} holds no event", who="whoever sent it",
            next="look at it in the dead-letter queue", code="bad_message",
        )  # fmt: skip
    said = envelope.detail.get("scheduled")
    return make(project, _time(said) if said else envelope.time or now, envelope.detail)


def _time(said: object) -> datetime:
    try:
        return utc(str(said))
    except ValueError:
        raise Permanent(
            f"a schedule says a time that is none: {said!r:.40}", who="whoever sent it",
            next="look at it in the dead-letter queue", code="bad_message",
        ) from None  # fmt: skip


def yesterday(project: Project, now: datetime) -> Event:
    """The end of the day before this one, in the zone of the daily report."""
    report = project.settings.daily_report
    today = now.replace(tzinfo=UTC).astimezone(ZoneInfo(report.zone)).date()
    return _day((today - timedelta(days=1)).isoformat(), report, now)


def clock_tick(project: Project, at: datetime, detail: Mapping[str, object]) -> list[Event]:
    """A tick of the clock."""
    return [_event("clock.ticked", at.isoformat(), {"closing": False}, "schedule", at)]


def source_due(project: Project, at: datetime, detail: Mapping[str, object]) -> list[Event]:
    """A source is to be asked now."""
    pipeline = project.pipelines.get(str(detail.get("pipeline")))
    if pipeline is None or pipeline.source is None:
        raise Permanent(
            f"there is no pipeline {detail.get('pipeline')} with a source", who="whoever deploys",
            next="headgate deploy apply", code="no_source",
        )  # fmt: skip
    zone = ZoneInfo(pipeline.source.schedule.zone if pipeline.source.schedule else "UTC")
    local = at.replace(tzinfo=UTC).astimezone(zone)
    subject = f"{pipeline.name} {local.isoformat()}"
    return [_event("source.due", subject, {"pipeline": pipeline.name}, "schedule", at)]


def day_ended(project: Project, at: datetime, detail: Mapping[str, object]) -> list[Event]:
    """The days that ended since the schedule came before."""
    report = project.settings.daily_report
    if detail.get("day"):
        return [_day(date.fromisoformat(str(detail["day"])).isoformat(), report, at)]
    days = days_ended(Schedule("daily_report", report.cron, report.zone), at - _A_MOMENT, at)
    return [_day(day.isoformat(), report, at) for day in days] or [yesterday(project, at)]


def _day(day: str, report: DailyReport, at: datetime) -> Event:
    return _event("day.ended", day, {"day": day, "zone": report.zone}, report.zone, at)


def _event(type_: str, subject: str, data: Mapping[str, object], discriminator: str, at: datetime) -> Event:
    id_ = event_id(type_, subject, "", discriminator)
    return Event(id_, type_, SOURCE, at, subject, digest("journey", id_)[:32], data)


_TICKS: dict[str, Callable[[Project, datetime, Mapping[str, object]], list[Event]]] = {
    "clock.ticked": clock_tick,
    "source.due": source_due,
    "day.ended": day_ended,
}
