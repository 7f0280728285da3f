"""Schedules fire once at the right wall clock, whatever zones, summer time and a wrong clock do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.hosts.schedule import MISSED_DAYS, Schedule, days_ended, due, to_remember

BERLIN, NIGHTLY = "Europe/Berlin", "30 2 * * *"
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fired(cron: str, zone: str, last: str, now: str, at_most: int = 100) -> list[str]:
    """UTC times, as text."""
    times = due(Schedule("s", cron, zone), at(last), at(now), at_most)
    assert all(str(one.tzinfo) == zone for one in times)
    return [one.astimezone(UTC).strftime("%m-%d %H:%M") for one in times]


def test_a_time_is_due_when_it_is_reached_and_not_a_second_time():
    assert fired(NIGHTLY, BERLIN, "2026-01-10T01:29:59", "2026-01-10T01:29:59") == []
    assert fired(NIGHTLY, BERLIN, "2026-01-10T01:29", "2026-01-10T01:30") == ["01-10 01:30"]
    assert fired(NIGHTLY, BERLIN, "2026-01-10T01:30", "2026-01-10T01:31") == []
    assert fired(NIGHTLY, BERLIN, "2026-01-10T01:29:59.999999", "2026-01-10T01:30:00.000001") == ["01-10 01:30"]


def test_a_time_that_summer_time_skips_is_due_when_the_clock_goes_on():
    assert fired(NIGHTLY, BERLIN, "2026-03-28T12:00", "2026-03-29T12:00") == ["03-29 01:00"]
    assert fired("0 2,3 * * *", BERLIN, "2026-03-28T12:00", "2026-03-29T12:00") == ["03-29 01:00"]
    assert fired("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00", "2026-04-24T12:00") == ["04-23 22:00"]


def test_a_time_that_exists_twice_is_due_once_also_when_looked_for_every_minute():
    assert fired(NIGHTLY, BERLIN, "2026-10-24T12:00", "2026-10-25T12:00") == ["10-25 00:30"]
    looked = [at("2026-10-25T00:00") + number * MINUTE for number in range(180)]
    schedule = Schedule("s", NIGHTLY, BERLIN)
    assert [one for last in looked for one in due(schedule, last, last + MINUTE)] == [
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo(BERLIN))
    ]


@pytest.mark.parametrize("minute", [20, 40])
def test_a_host_that_was_down_while_the_time_came_finds_it_within_the_repeated_hour(minute):
    assert fired(NIGHTLY, BERLIN, "2026-10-24T12:00", f"2026-10-25T01:{minute}") == ["10-25 00:30"]


def test_what_runs_every_so_often_goes_on_through_both_changes_of_the_clock():
    spring = fired("*/30 * * * *", BERLIN, "2026-03-29T00:00", "2026-03-29T02:00")
    autumn = fired("0 * * * *", BERLIN, "2026-10-24T23:30", "2026-10-25T03:30")
    assert spring == ["03-29 00:30", "03-29 01:00", "03-29 01:30", "03-29 02:00"]
    assert autumn == ["10-25 00:00", "10-25 01:00", "10-25 02:00", "10-25 03:00"]


def test_of_several_missed_times_only_the_latest_are_due():
    assert fired("0 6 * * *", "UTC", "2026-01-01T00:00", "2026-01-09T05:00", at_most=1) == ["01-08 06:00"]
    assert fired("0 6 * * *", "UTC", "2026-01-01T00:00", "2026-01-09T05:00", at_most=2) == [
        "01-07 06:00",
        "01-08 06:00",
    ]
    assert fired("0 0 29 2 *", "UTC", "2020-03-01T00:00", "2026-01-09T05:00", at_most=1) == ["02-29 00:00"]


def test_what_was_never_looked_at_has_no_past():
    assert due(Schedule("s", NIGHTLY, BERLIN), None, at("2026-01-10T12:00")) == []
    assert days_ended(Schedule("s", NIGHTLY, BERLIN), None, at("2026-01-10T12:00")) == []


def ended(cron: str, last: str, now: str, zone: str = BERLIN) -> list[str]:
    return [day.isoformat() for day in days_ended(Schedule("s", cron, zone), at(last), at(now))]


def test_at_local_midnight_the_day_before_has_ended():
    assert ended("0 0 * * *", "2026-07-01T21:59", "2026-07-01T22:00") == ["2026-07-01"]
    assert ended("0 0 * * *", "2026-07-01T22:00", "2026-07-02T21:59") == []
    assert ended("30 23 * * *", "2026-07-01T20:00", "2026-07-01T22:00") == ["2026-06-30"]


def test_every_missed_day_is_due_but_no_more_than_a_week():
    assert ended("0 0 * * *", "2026-07-01T12:00", "2026-07-04T12:00") == ["2026-07-01", "2026-07-02", "2026-07-03"]
    missed = ended("0 0 * * *", "2026-01-01T12:00", "2026-07-04T12:00")
    assert (len(missed), missed[-1]) == (MISSED_DAYS, "2026-07-03")


def test_days_between_the_times_of_a_schedule_are_reported_with_the_next():
    assert ended("0 6 * * MON-FRI", "2026-01-02T12:00", "2026-01-05T12:00") == [
        "2026-01-02",
        "2026-01-03",
        "2026-01-04",
    ]
    assert ended("0 6 * * MON-FRI", "2026-01-05T12:00", "2026-01-06T12:00") == ["2026-01-05"]


def test_a_schedule_of_every_hour_ends_a_day_once():
    assert ended("0 * * * *", "2026-07-01T12:00", "2026-07-02T12:00") == ["2026-07-01"]
    assert ended("0 * * * *", "2026-07-02T12:00", "2026-07-02T18:00") == []


def test_a_clock_that_goes_back_fires_nothing_twice():
    schedule, last = Schedule("s", "*/5 * * * *", "UTC"), at("2026-01-10T12:00")
    for now in (at("2026-01-10T11:00"), at("2026-01-10T11:59"), at("2026-01-10T12:00")):
        assert due(schedule, last, now) == []
        last = to_remember(last, now)
    assert len(due(schedule, last, at("2026-01-10T12:05"), 10)) == 1


def test_a_clock_that_was_years_ahead_does_not_stop_schedules_for_years():
    now = at("2026-01-10T12:00")
    last = to_remember(at("2031-01-01T00:00"), now)
    assert len(due(Schedule("s", "0 * * * *", "UTC"), last, now + timedelta(hours=1))) == 1


def plain(minutes: set[int], hours: set[int], zone: str, last: datetime, now: datetime) -> list[datetime]:
    """The same by walking over every minute: a wall clock is reached when it is passed for the first time."""
    moment = last.replace(second=0) - timedelta(days=1)
    reached = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = []
    while moment < now:
        moment += MINUTE
        wall = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        passed = [reached + number * MINUTE for number in range(1, int((wall - reached) / MINUTE) + 1)]
        if any(one.minute in minutes and one.hour in hours for one in passed) and last < moment <= now:
            found.append(moment)
        reached = max(reached, wall)
    return found


CHANGES = [("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("America/St_Johns", "2026-11-01"),
           ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"), ("Asia/Kolkata", "2026-05-05"),
           ("Africa/Cairo", "2026-04-24"), ("Africa/Cairo", "2026-10-30"), ("America/Santiago", "2026-09-06")]  # fmt: skip


@given(
    change=st.sampled_from(CHANGES),
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.sets(st.integers(0, 23) | st.integers(0, 3), min_size=1, max_size=4),
    start=st.integers(-1440, 1440),
    length=st.integers(1, 2000),
)
def test_times_are_those_of_a_walk_over_every_minute(change, minutes, hours, start, length):
    zone, day = change
    last = at(day) + start * MINUTE
    now = last + length * MINUTE
    cron = f"{','.join(map(str, sorted(minutes)))} {','.join(map(str, sorted(hours)))} * * *"
    times = due(Schedule("s", cron, zone), last, now, 10_000)
    assert [one.astimezone(UTC).replace(tzinfo=None) for one in times] == plain(minutes, hours, zone, last, now)


@given(start=st.datetimes(at("2026-01-01"), at("2026-12-01")), steps=st.lists(st.integers(1, 5000), min_size=1))
def test_however_often_one_looks_every_day_is_reported_exactly_once(start, steps):
    schedule, found, last = Schedule("s", "15 0 * * *", BERLIN), [], start
    for step in steps:
        now = last + step * MINUTE
        found += days_ended(schedule, last, now)
        last = now
    assert found == days_ended(schedule, start, last, at_most=10_000)
    assert all(other - one == timedelta(days=1) for one, other in pairwise(found))
    assert all(isinstance(day, date) for day in found)
