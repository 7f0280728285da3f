"""A calendar day in a time zone."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from headgate.core.daily_report.day import Day
from headgate.core.errors import UserMistake


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        ("2026-11-20", "UTC", datetime(2026, 11, 20), 24),
        ("2026-11-20", "Europe/Berlin", datetime(2026, 11, 19, 23), 24),
        ("2026-11-20", "Asia/Kolkata", datetime(2026, 11, 19, 18, 30), 24),
        ("2026-03-29", "Europe/Berlin", datetime(2026, 3, 28, 23), 23),
        ("2026-10-25", "Europe/Berlin", datetime(2026, 10, 24, 22), 25),
        ("2026-10-04", "Australia/Lord_Howe", datetime(2026, 10, 3, 13, 30), 23.5),
        # The clock jumps from 0:00 to 1:00, so the day starts at 1:00.
        ("2018-11-04", "America/Sao_Paulo", datetime(2018, 11, 4, 3), 23),
        # The hour after midnight comes twice; the day starts with the first.
        ("2026-11-01", "America/Havana", datetime(2026, 11, 1, 4), 25),
        ("2011-12-30", "Pacific/Apia", datetime(2011, 12, 30, 10), 0),
    ],
)
def test_a_day_is_as_long_as_it_is_lived_where_it_is(day, zone, start, hours):
    found = Day.of(day, zone)
    assert (found.start, found.hours) == (start, hours)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Pacific/Apia", "UTC"])
def test_days_follow_each_other_without_a_gap_and_without_overlap(zone):
    days = [Day.of("2012-03-01", zone).before(number) for number in range(400)]
    assert all(earlier.end == later.start for later, earlier in pairwise(days))


def test_a_day_is_called_by_its_date_and_its_weekday():
    day = Day.of("20261120", "UTC")
    assert (str(day), day.weekday, str(day.before(20))) == ("2026-11-20", "Friday", "2026-10-31")


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "tomorrow", "../2026-11-20", "0001-01-01", "9999-12-31", "2026-11-20\n"]
)
def test_what_is_no_day_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(UserMistake, match="such as 2026-11-20") as caught:
        Day.of(text, "UTC")
    assert caught.value.code == "bad_day"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("zone", ["", "Berlin", "../../etc/passwd", "Europe/Berlin\n"])
def test_what_is_no_time_zone_is_refused(zone):
    with pytest.raises(UserMistake, match="no time zone") as caught:
        Day.of("2026-11-20", zone)
    assert caught.value.code == "bad_zone"
