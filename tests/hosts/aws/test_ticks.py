"""What a schedule of AWS says makes the same events as the clock of the embedded host."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.aws.messages import Envelope, opened
from headgate.core.errors import Permanent
from headgate.core.project import Project, load_project
from headgate.hosts.aws.ticks import ticked, yesterday
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.schedules import publish_due
from tests.projects import make_project

SOURCE = """\
source:
  kind: twelve_data
  url: https://api.example.com/time_series
  symbols: [AAPL]
  interval: 1day
  key_env: KEY
  schedule: {cron: '30 6 * * *', zone: Europe/Berlin}
"""
NOW = datetime(2026, 1, 9, 12)


def project(folder: Path, daily: str = "daily_report: {zone: Europe/Berlin}\n") -> Project:
    return load_project(make_project(folder / "shop", settings=daily, people=SOURCE))


def message(type_: str, **detail: Any) -> Envelope:
    return opened(json.dumps({"detail-type": type_, "source": "headgate.shop", "detail": detail}))


def embedded(project: Project, before: datetime, at: datetime) -> dict[str, Any]:
    """The events that the embedded host makes when it looks at these two times, by id."""
    now = before
    with EmbeddedHost(project.folder, lambda: now) as host:
        publish_due(host)
        now = at
        return {one.id: one for one in publish_due(host)}


def test_a_tick_is_of_the_time_it_was_scheduled_for(tmp_path: Path):
    (tick,) = ticked(message("clock.ticked", scheduled="2026-01-02T03:05:00Z"), project(tmp_path), NOW)
    assert (tick.type, tick.time, tick.data) == ("clock.ticked", datetime(2026, 1, 2, 3, 5), {"closing": False})


def test_the_same_scheduled_time_makes_the_same_tick(tmp_path: Path):
    shop = project(tmp_path)
    one, same, other = (
        ticked(message("clock.ticked", scheduled=time), shop, NOW)
        for time in ("2026-01-02T03:05:00Z", "2026-01-02T04:05:00+01:00", "2026-01-02T03:10:00Z")
    )
    assert one == same != other


def test_the_end_of_a_day_and_a_source_that_is_due_are_the_events_of_the_embedded_host(tmp_path: Path):
    shop = project(tmp_path)
    (day,) = ticked(message("day.ended", scheduled="2026-01-01T23:00:00Z"), shop, NOW)
    (due,) = ticked(message("source.due", scheduled="2026-01-02T05:30:00Z", pipeline="people"), shop, NOW)
    local = embedded(shop, datetime(2026, 1, 1, 22), datetime(2026, 1, 2, 6))
    assert {day.id, due.id} == set(local)
    for one in (day, due):
        assert (one.type, one.subject, one.data) == (
            local[one.id].type, local[one.id].subject, local[one.id].data,
        )  # fmt: skip


def test_a_weekly_schedule_ends_each_day_of_the_week(tmp_path: Path):
    shop = project(tmp_path, "daily_report: {cron: '0 6 * * MON', zone: UTC}\n")
    found = ticked(message("day.ended", scheduled="2026-01-05T06:00:00Z"), shop, NOW)
    assert [one.data["day"] for one in found] == [
        f"2026-01-0{day}" if day > 0 else f"2025-12-{31 + day}" for day in range(-2, 5)
    ]


def test_a_day_that_is_named_is_that_day(tmp_path: Path):
    (found,) = ticked(message("day.ended", day="2025-07-01"), project(tmp_path), NOW)
    assert found.data == {"day": "2025-07-01", "zone": "Europe/Berlin"}


def test_a_time_that_the_schedule_does_not_have_ends_the_day_before(tmp_path: Path):
    (found,) = ticked(message("day.ended", scheduled="2026-01-07T09:17:00Z"), project(tmp_path), NOW)
    assert found.data["day"] == "2026-01-06"


@pytest.mark.parametrize(("now", "day"), [("2026-01-01T22:59", "2025-12-31"), ("2026-01-01T23:01", "2026-01-01")])
def test_yesterday_is_that_of_the_reports_zone(tmp_path: Path, now: str, day: str):
    assert yesterday(project(tmp_path), datetime.fromisoformat(now)).data["day"] == day


def test_what_no_schedule_says_is_refused(tmp_path: Path):
    shop = project(tmp_path)
    untimed = message("clock.ticked", scheduled="rubbish")
    for wrong in (
        message("Object Deleted"),
        message("source.due"),
        message("source.due", pipeline="anything"),
        untimed,
    ):
        with pytest.raises(Permanent):
            ticked(wrong, shop, NOW)
