"""A contract's slaProperties, read as the standard means them."""

from __future__ import annotations

from datetime import UTC, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from headgate.core.expected import Deadlines, Expected, Interval
from headgate.core.sla import expected_arrivals, unclear_entries

BERLIN, PACIFIC = ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-8))
DAILY = {"property": "frequency", "value": 1, "unit": "d"}
NONE, HOUR, DAY = timedelta(), timedelta(hours=1), timedelta(days=1)


def at(value: str, **given: Any) -> dict[str, Any]:
    return {"property": "timeOfAvailability", "value": value, **given}


def every(value: Any, unit: str | None, **given: Any) -> dict[str, Any]:
    return {"property": "frequency", "value": value, **({"unit": unit} if unit else {}), **given}


def within(value: Any, unit: str) -> dict[str, Any]:
    return {"property": "latency", "value": value, "unit": unit}


def read(*entries: dict[str, Any]) -> Expected | None:
    return expected_arrivals(entries, "orders")


def interval(length: timedelta, words: str, *, months: int = 0, by: time | None = None, zone: tzinfo = UTC) -> Interval:
    return Interval(months, length, by, zone, NONE, words)


@pytest.mark.parametrize(
    ("written", "zone", "words"),
    [
        ("09:00", UTC, "09:00 UTC"), ("09:00Z", UTC, "09:00 UTC"), ("09:00+00:00", UTC, "09:00 UTC"),
        ("09:00-08:00", PACIFIC, "09:00 UTC-08:00"), ("09:00:00 -0800", PACIFIC, "09:00 UTC-08:00"),
        ("9:00 Europe/Berlin", BERLIN, "09:00 Europe/Berlin"),
    ],
)  # fmt: skip
def test_a_time_of_availability_is_a_deadline_every_day_in_its_zone(written: str, zone: tzinfo, words: str):
    expected = Deadlines("0 9 * * *", zone, NONE, f"a file every day by {words}")
    assert read(at(written)) == read(DAILY, at(written)) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1, "d", interval(DAY, "a file every day")), ("2", "days", interval(2 * DAY, "a file every 2 days")),
        (15, "min", interval(HOUR / 4, "a file every 15 minutes")), (1, "Hours", interval(HOUR, "a file every hour")),
        (0.5, "d", interval(DAY / 2, "a file every 0.5 days")), (1, "wk", interval(7 * DAY, "a file every week")),
        (30, "s", interval(timedelta(seconds=30), "a file every 30 seconds")),
        (3, "months", interval(NONE, "a file every 3 months", months=3)),
        (2, "yr", interval(NONE, "a file every 2 years", months=24)),
        (9999, "y", interval(NONE, "a file every 9999 years", months=1200)),
    ],
)  # fmt: skip
def test_a_frequency_alone_counts_from_the_last_file(value: Any, unit: str, expected: Interval):
    assert read(every(value, unit)) == expected


def test_a_longer_frequency_with_a_time_ends_at_that_time():
    words = "a file every 2 weeks by 09:00 Europe/Berlin"
    assert read(every(2, "w"), at("09:00 Europe/Berlin")) == interval(14 * DAY, words, by=time(9), zone=BERLIN)


def test_a_frequency_below_a_day_knows_no_time_of_day():
    assert read(every(2, "h"), at("09:00 Europe/Berlin")) == interval(2 * HOUR, "a file every 2 hours")


@pytest.mark.parametrize(
    ("latency", "grace"), [(within(4, "d"), 4 * DAY), (within(90, "min"), 1.5 * HOUR), (within(1, "mo"), 31 * DAY)]
)
def test_latency_is_grace(latency: dict[str, Any], grace: timedelta):
    daily, rolling = read(DAILY, at("09:00:30"), latency), read(DAILY, latency)
    assert daily
    assert rolling
    assert (daily.grace, rolling.grace) == (grace + timedelta(seconds=30), grace)


@pytest.mark.parametrize(
    ("schedule", "zone"), [("30 22 * * 1-5", UTC), ("CRON_TZ=Europe/Berlin 30 22 * * 1-5", BERLIN)]
)
def test_a_schedule_of_the_frequency_is_when_it_is_judged(schedule: str, zone: tzinfo):
    expected = Deadlines("30 22 * * 1-5", zone, HOUR, f"a file by each time of the schedule 30 22 * * 1-5 {zone}")
    assert read(every(1, "d", scheduler="cron", schedule=schedule), within(1, "h"), at("09:00")) == expected


def test_a_schedule_for_another_scheduler_is_not_ours():
    assert read(every(1, "d", scheduler="airflow", schedule="@daily")) == interval(DAY, "a file every day")


def test_what_arrivals_say_nothing_about_is_not_judged():
    assert read() is None
    assert read(within(4, "d"), {"property": "retention", "value": 3, "unit": "y"}) is None


def test_names_count_in_any_case_and_short_too():
    assert read({**DAILY, "property": "FY"}, {**at("09:00"), "property": "TimeOfAvailability"}) == read(
        DAILY, at("09:00")
    )


@pytest.mark.parametrize(
    ("element", "counts"),
    [("orders.id", True), ("ORDERS.id", True), ("guests.id, orders.id", True), ("id", True), ("guests.id", False)],
)
def test_an_entry_about_another_schema_object_does_not_count(element: str, counts: bool):
    assert (read({**DAILY, "element": element}) is not None) == counts


def test_of_several_entries_the_first_that_concerns_the_schema_object_counts():
    regulatory, analytics, other = at("09:00"), at("08:00"), at("07:00", element="guests.id")
    assert read(other, regulatory, analytics) == read(regulatory)


def test_the_standard_s_own_example_can_be_judged():
    expected = read(
        {"property": "latency", "value": 4, "unit": "d", "element": "orders.txn_ref_dt", "scheduler": "cron",
         "schedule": "0 30 * * *"},
        {"property": "generalAvailability", "value": "2022-05-12T09:30:10-08:00"},
        {"property": "retention", "value": 3, "unit": "y", "element": "orders.txn_ref_dt"},
        {"property": "frequency", "value": 1, "valueExt": 1, "unit": "d", "element": "orders.txn_ref_dt"},
        {"property": "timeOfAvailability", "value": "09:00-08:00", "element": "orders.txn_ref_dt", "driver": "regulatory"},
        {"property": "timeOfAvailability", "value": "08:00-08:00", "element": "orders.txn_ref_dt", "driver": "analytics"},
    )  # fmt: skip
    assert expected == Deadlines("0 9 * * *", PACIFIC, 4 * DAY, "a file every day by 09:00 UTC-08:00")


@pytest.mark.parametrize(
    ("entry", "key", "said"),
    [
        (every(1, "fortnight"), "unit", "the unit `fortnight` is unknown; there are `s`, `min`, `h`, `d`"),
        (every(1, "m"), "unit", "`m` could be minutes or months: write `min` or `mo`"),
        (every(1, None), "value", "`unit` is missing"),
        (every("daily", "d"), "value", "`daily` must be a number above 0"),
        (every(0, "d"), "value", "above 0"), (every(-1, "d"), "value", "above 0"), (every(True, "d"), "value", "above 0"),
        (every("nan", "d"), "value", "above 0"), (every("1e99", "d"), "value", "above 0"), (every(1.5, "mo"), "value", "whole"),
        (at("nine"), "value", "`nine` is no time of day such as 09:00"), (at("25:00"), "value", "no time of day"),
        (at("09:00+99:00"), "value", "no time of day"), (at("09:00 Europe/Berlim"), "value", "no time zone `Europe/Berlim`"),
        (at("09:00 AM"), "value", "no time zone `AM`"), (at("09:00 ../etc/passwd"), "value", "no time of day"),
        (every(1, "d", schedule="0 30 * * *"), "schedule", "no schedule of five fields"),
        (every(1, "d", schedule="@daily"), "schedule", "no schedule of five fields"),
        (every(1, "d", schedule="CRON_TZ=Nowhere 0 9 * * *"), "schedule", "no time zone `Nowhere`"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_told_with_its_place_and_nothing_is_watched(
    entry: dict[str, Any], key: str, said: str
):
    entries = [{"property": "retention", "value": 1, "unit": "y"}, entry]
    assert expected_arrivals(entries, "orders") is None
    (unclear,) = unclear_entries(entries, ["orders"])
    assert (unclear.entry, unclear.key, unclear.serious) == (1, key, True)
    assert said in unclear.message


def test_a_latency_that_is_not_understood_switches_the_watch_off_and_says_so():
    assert read(DAILY, within(1, "parsec")) is None
    assert [one.entry for one in unclear_entries([DAILY, within(1, "parsec")], ["orders"])] == [1]


@pytest.mark.parametrize(
    ("entries", "key", "said"),
    [
        ([DAILY, at("09:00"), at("08:00")], "property", "another `timeOfAvailability` stands above"),
        ([{**DAILY, "element": "order.id"}], "element", "`order.id` names no schema object"),
        ([{**DAILY, "property": "frequncy"}], "property", "did you mean `frequency`?"),
        ([every(1, "d", schedule="0 9 * * *"), at("09:00")], "value", "by the `schedule` of the frequency"),
    ],
)
def test_what_is_left_aside_is_told_without_alarm(entries: list[dict[str, Any]], key: str, said: str):
    (unclear,) = unclear_entries(entries, ["orders", "guests"])
    assert (unclear.entry, unclear.key, unclear.serious) == (len(entries) - 1, key, False)
    assert said in unclear.message


def test_there_is_nothing_to_say_about_what_is_clear_or_not_ours():
    ours = [DAILY, at("09:00", element="orders.id"), within(1, "h"), at("07:00", element="guests.id")]
    names = ("retention", "errorRate", "AVAILABILITY", "timeToRepair", "price")
    assert unclear_entries([*ours, *({"property": name, "value": 1} for name in names)], ["orders", "guests"]) == []
