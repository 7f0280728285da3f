"""When files must come: deadlines in any zone, intervals after the last file."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.core.expected import Deadlines, Interval, Overdue

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY, NONE = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta()
LONG_AGO = datetime(2020, 1, 1)


def daily(zone: tzinfo = UTC, grace: timedelta = NONE, cron: str = "0 9 * * *") -> Deadlines:
    return Deadlines(cron, zone, grace, "")


def on(day: int, hour: float, month: int = 1) -> datetime:
    return datetime(2026, month, day) + hour * HOUR


def judged(
    expected: Deadlines | Interval, now: datetime, *arrivals: datetime, since: datetime = LONG_AGO
) -> Overdue | None:
    """As the watch does it: with the arrivals from the lookback on."""
    known = [at for at in arrivals if at >= expected.lookback(now)]
    return expected.overdue(known, since, now)


def test_a_file_is_overdue_from_its_deadline_on():
    assert judged(daily(), on(6, 8.99), on(4, 8), on(5, 8)) is None
    assert judged(daily(), on(6, 9), on(4, 8), on(5, 8)) == Overdue("2026-01-06T09:00+00:00", on(6, 9))
    assert judged(daily(), on(6, 20), on(5, 8)) == judged(daily(), on(6, 9), on(5, 8))


@pytest.mark.parametrize("hour", [-14.9, -3, 0, 8, 9])
def test_a_file_that_comes_between_two_deadlines_is_in_time_also_the_evening_before(hour: float):
    assert judged(daily(), on(6, 10), on(5, 8), on(6, hour)) is None


def test_a_file_that_came_late_is_here_all_the_same():
    assert judged(daily(), on(6, 10), on(5, 8), on(6, 9.5)) is None


def test_a_late_file_is_not_taken_for_the_next_one():
    assert judged(daily(), on(6, 9), on(4, 8), on(5, 9.5)) == Overdue("2026-01-06T09:00+00:00", on(6, 9))
    assert judged(daily(), on(6, 9), on(4, 8), on(5, 14.9))
    assert judged(daily(), on(6, 9), on(4, 8), on(5, 9.5), on(6, 8)) is None


def test_a_file_that_comes_long_after_a_missed_deadline_is_the_next_one():
    assert judged(daily(), on(6, 9), on(4, 8), on(5, 15.1)) is None
    assert judged(daily(), on(6, 9), on(4, 8), on(6, 8)) is None


def test_files_that_always_come_right_after_the_deadline_are_told_of_no_more_than_once_after_a_missing_one():
    nights = [on(day, 2) for day in (1, 2, 3, 4, 6, 7, 8, 9)]
    late = daily(cron="59 23 * * *")
    told = [day for day in range(3, 10) if judged(late, on(day, 23.99), *(at for at in nights if at < on(day, 23.99)))]
    assert told == [5, 6]


def test_nothing_is_overdue_that_was_due_before_anybody_watched():
    assert judged(daily(), on(6, 12), since=on(6, 9)) is None
    assert judged(daily(), on(6, 12), since=on(6, 8.9))
    assert judged(daily(), on(6, 9), on(5, 9.5), since=on(5, 9)) is None


def test_grace_moves_the_deadline_and_not_the_period():
    assert judged(daily(grace=HOUR), on(6, 9.9), on(5, 8)) is None
    assert judged(daily(grace=HOUR), on(6, 10), on(5, 8)) == Overdue("2026-01-06T09:00+00:00", on(6, 10))


def test_with_a_grace_of_days_a_file_that_comes_at_once_counts_for_its_own_day():
    lenient, files = daily(grace=4 * DAY), [on(1, 8), on(2, 8)]
    assert judged(lenient, on(7, 8.9), *files) is None
    assert judged(lenient, on(7, 9), *files) == Overdue("2026-01-03T09:00+00:00", on(7, 9))


def test_a_schedule_of_weekdays_expects_nothing_at_the_weekend():
    weekdays = daily(cron="30 22 * * 1-5")
    friday, monday = on(9, 22), on(12, 22.5)
    assert all(judged(weekdays, on(day, 23), friday) is None for day in (9, 10, 11))
    assert judged(weekdays, monday, friday) == Overdue("2026-01-12T22:30+00:00", monday)


@pytest.mark.parametrize(
    ("zone", "day", "month", "due"),
    [
        (BERLIN, 28, 3, on(28, 8, 3)), (BERLIN, 29, 3, on(29, 7, 3)), (BERLIN, 24, 10, on(24, 7, 10)),
        (BERLIN, 25, 10, on(25, 8, 10)), (timezone(-8 * HOUR), 6, 1, on(6, 17)), (ZoneInfo("Pacific/Kiritimati"), 6, 1, on(5, 19)),
    ],
)  # fmt: skip
def test_a_deadline_is_a_time_on_the_wall_where_it_is_meant(zone: tzinfo, day: int, month: int, due: datetime):
    """Berlin's clocks are put forward on 29 March 2026 and back on 25 October."""
    assert judged(daily(zone), due - timedelta(seconds=1), due - DAY) is None
    assert judged(daily(zone), due, due - DAY - 2 * HOUR) == Overdue(
        f"2026-{month:02}-{day:02}T09:00{due.replace(tzinfo=UTC).astimezone(zone).isoformat()[-6:]}", due
    )


def test_a_time_that_the_clock_skips_is_due_when_it_goes_on_and_one_that_it_shows_twice_the_first_time():
    half_past_two = daily(BERLIN, cron="30 2 * * *")
    spring, autumn = on(29, 1, 3), on(25, 0.5, 10)
    assert judged(half_past_two, spring, spring - 2 * DAY) == Overdue("2026-03-29T03:00+02:00", spring)
    for hours in (0.0, 0.3, 1, 1.2, 3):
        found = judged(half_past_two, autumn + hours * HOUR, autumn - 2 * DAY)
        assert found == Overdue("2026-10-25T02:30+02:00", autumn)


def test_times_that_fall_on_one_moment_since_the_clock_skips_them_are_one_deadline():
    thrice = daily(BERLIN, cron="0,20,40 2 * * *")
    assert judged(thrice, on(29, 2, 3), on(28, 1.5, 3), on(28, 2, 3)) is None
    assert judged(thrice, on(29, 2, 3), on(28, 1.5, 3)) == Overdue("2026-03-29T03:00+02:00", on(29, 1, 3))
    assert thrice.lookback(on(29, 2, 3)) == on(28, 1, 3) + 20 * MINUTE


@settings(max_examples=50)
@given(
    minutes=st.integers(0, 3 * 365 * 24 * 60),
    cron=st.sampled_from(["0 9 * * *", "30 2 * * *", "*/20 * * * *", "15 */6 * * *", "0 3 * * 0", "59 23 * * 1-5"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_after_the_latest_deadline_no_clock_on_the_wall_showed_another(minutes: int, cron: str, zone: str):
    """Read minute by minute; what a clock that was put back shows a second time does not count."""
    expected, now = daily(ZoneInfo(zone), cron=cron), datetime(2024, 6, 1) + timedelta(minutes=minutes)
    overdue = expected.overdue([], LONG_AGO, now)
    assert overdue
    assert overdue.due <= now
    since = [overdue.due + timedelta(minutes=passed) for passed in range(1, (now - overdue.due) // MINUTE + 1)]
    shown = {_wall(moment, expected.zone) for moment in since}
    before = {_wall(overdue.due - passed * MINUTE, expected.zone) for passed in range(181)}
    assert not any(_matches(cron, wall) for wall in shown - before)


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _matches(cron: str, wall: datetime) -> bool:
    minute, hour, day, _, weekday = cron.split()
    return (
        _fits(minute, wall.minute) and _fits(hour, wall.hour) and _fits(day, wall.day)
        and _fits(weekday.replace("0", "7"), wall.isoweekday())
    )  # fmt: skip


def _fits(field: str, number: int) -> bool:
    if field.startswith("*"):
        return number % int(field[2:] or 1) == 0
    first, _, last = field.partition("-")
    return int(first) <= number <= int(last or first)


def interval(
    length: timedelta, *, months: int = 0, by: time | None = None, zone: tzinfo = UTC, grace: timedelta = NONE
) -> Interval:
    return Interval(months, length, by, zone, grace, "")


def test_after_each_file_the_next_one_must_come_within_the_interval():
    assert judged(interval(DAY), on(6, 7.9), on(4, 8), on(5, 8)) is None
    assert judged(interval(DAY), on(6, 8), on(4, 8), on(5, 8)) == Overdue("2026-01-06T08:00:00Z", on(6, 8))
    assert judged(interval(DAY, grace=HOUR), on(6, 8.9), on(5, 8)) is None
    assert judged(interval(DAY, grace=HOUR), on(6, 9), on(5, 8)) == Overdue("2026-01-06T09:00:00Z", on(6, 9))


def test_before_the_first_file_the_interval_counts_from_when_somebody_began_to_watch():
    assert judged(interval(DAY), on(6, 7.9), since=on(5, 8)) is None
    assert judged(interval(DAY), on(6, 8), since=on(5, 8))
    assert judged(interval(DAY), on(6, 8), on(1, 1), since=on(5, 9)) is None


@pytest.mark.parametrize(
    ("months", "last", "due"),
    [
        (1, datetime(2026, 1, 31, 5), datetime(2026, 2, 28, 5)), (1, datetime(2024, 1, 31, 5), datetime(2024, 2, 29, 5)),
        (12, datetime(2024, 2, 29), datetime(2025, 2, 28)), (2, datetime(2026, 11, 15), datetime(2027, 1, 15)),
    ],
)  # fmt: skip
def test_months_are_months_of_the_calendar(months: int, last: datetime, due: datetime):
    monthly = interval(NONE, months=months)
    assert judged(monthly, due - timedelta(seconds=1), last) is None
    found = judged(monthly, due, last)
    assert found
    assert found.due == due


def test_an_interval_with_a_time_ends_when_it_is_that_time_next():
    weekly = interval(7 * DAY, by=time(9), zone=BERLIN)
    for last in (on(5, 7), on(4, 22)):
        found = judged(weekly, on(12, 8), last)
        assert found
        assert found.due == on(12, 8)
    late = judged(weekly, on(13, 8), on(5, 9))
    assert late
    assert late.due == on(13, 8)


def test_days_are_days_on_the_wall_and_hours_are_hours():
    """Berlin's clocks are put forward on 29 March 2026."""
    found = judged(interval(2 * DAY, by=time(9), zone=BERLIN), on(30, 7, 3), on(28, 7, 3))
    assert found
    assert found.due == on(30, 7, 3)
    assert judged(interval(24 * HOUR), on(29, 7, 3), on(28, 7, 3))


@given(
    passed=st.timedeltas(NONE, timedelta(days=400)),
    months=st.integers(0, 12),
    length=st.timedeltas(timedelta(seconds=1), 40 * DAY),
    by=st.none() | st.just(time(9)),
    grace=st.timedeltas(NONE, 5 * DAY),
)
def test_a_file_within_the_lookback_decides_and_none_there_means_overdue(passed, months, length, by, grace):
    expected, last = interval(length, months=months, by=by, zone=BERLIN, grace=grace), datetime(2026, 1, 2, 3, 4, 5)
    now = last + passed
    if last < expected.lookback(now):
        assert expected.overdue([last], LONG_AGO, now)
