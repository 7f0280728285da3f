"""What came to a pipeline on the last days, from the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from headgate.core.daily_report.day import Day
from headgate.core.report.input import RecentDay
from headgate.ports import Context, Run


def last_days(pipeline: str, count: int, until: datetime, context: Context) -> list[RecentDay]:
    """The days up to that of `until`, oldest first, in the zone of the daily report; also those on which nothing came.

    A file belongs to the day on which it was first taken up. Replays are no files that came.

    Args:
        until: what was taken up later is left out: a report that is written again says what it said before.
    """
    zone = context.project.settings.daily_report.zone
    last = Day(_date(until, zone), zone)
    days = [last.before(back) for back in reversed(range(count))]
    by_day: defaultdict[date, list[Run]] = defaultdict(list)
    for run in context.ledger.runs(pipeline, days[0].start) if days else ():
        if not run.replay and run.claimed_at <= until:
            by_day[_date(run.claimed_at, zone)].append(run)
    return [_summed(day, by_day[day.date]) for day in days]


def _date(at: datetime, zone: str) -> date:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def _summed(day: Day, runs: Sequence[Run]) -> RecentDay:
    committed = [run for run in runs if run.state == "committed"]
    accepted, rejected = (sum(run.counts.get(name) or 0 for run in committed) for name in ("accepted", "rejected"))
    failed = sum(run.state in ("failed", "dead") for run in runs)
    return RecentDay(str(day), len(runs), accepted, rejected, failed)
