"""Facts and findings of health_metrics over a few readings made for them, with the numbers worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.examples.plain_facts import Row, Rows
from tests.examples.sql_facts import asked, sample_findings

USUAL = {"heart_rate": 70, "spo2": 98, "steps": 10, "temp_c": 36.6, "systolic_bp": 120, "diastolic_bp": 80}


def readings(*changes: Row) -> Rows:
    return [
        {"event_time": dt.datetime(2025, 9, 1, 8, at), "user_id": "ann", **USUAL, **change}
        for at, change in enumerate(changes)
    ]


def abnormal(*changes: Row) -> Rows:
    return asked("health_metrics", "abnormal_readings", readings(*changes))


@pytest.mark.parametrize(
    "change",
    [
        {"heart_rate": 60},
        {"heart_rate": 160},
        {"spo2": 92},
        {"temp_c": 38.0},
        {"systolic_bp": 140},
        {"diastolic_bp": 90},
    ],
)
def test_a_limit_itself_is_not_abnormal(change):
    assert abnormal(change) == []


@pytest.mark.parametrize(
    ("change", "reason", "expected", "observed"),
    [
        ({"heart_rate": 59}, "heart rate below 60", "heart rate 60 to 160", "heart rate 59"),
        ({"heart_rate": 161}, "heart rate above 160", "heart rate 60 to 160", "heart rate 161"),
        ({"spo2": 91}, "SpO2 below 92", "SpO2 92 or more", "SpO2 91"),
        ({"temp_c": 38.01}, "temperature above 38.0", "temperature up to 38.0", "temperature 38.01"),
        ({"systolic_bp": 141}, "systolic pressure above 140", "pressure up to 140/90", "pressure 141/80"),
        ({"diastolic_bp": 91}, "diastolic pressure above 90", "pressure up to 140/90", "pressure 120/91"),
    ],
)
def test_past_a_limit_a_reading_is_abnormal(change, reason, expected, observed):
    (row,) = abnormal(change)
    assert (row["severity"], row["reasons"], row["message"]) == ("warning", reason, f"Abnormal reading: {reason}")
    assert (row["expected"], row["observed"]) == (expected, observed)


def test_a_reading_has_all_its_reasons():
    (row,) = abnormal({"heart_rate": 170, "spo2": 90, "temp_c": 39.5, "systolic_bp": 150, "diastolic_bp": 95})
    assert row["reasons"].split("; ") == [
        "heart rate above 160",
        "SpO2 below 92",
        "temperature above 38.0",
        "systolic pressure above 140",
        "diastolic pressure above 90",
    ]
    assert row["observed"] == "heart rate 170; SpO2 90; temperature 39.5; pressure 150/95"


def test_two_measures_off_are_critical_and_come_first_and_two_pressures_are_one_measure():
    found = abnormal({"systolic_bp": 150, "diastolic_bp": 95}, {"spo2": 91, "temp_c": 38.5})
    assert [(row["severity"], row["spo2"]) for row in found] == [("critical", 91), ("warning", 98)]


def test_an_abnormal_reading_counts_once_however_many_reasons_it_has():
    rows = readings({"spo2": 91, "temp_c": 38.5}, {"spo2": 91}, {}, {})
    overall = asked("health_metrics", "overall", rows)[0]
    assert (overall["abnormal"], overall["percent_abnormal"], overall["users_with_abnormal"]) == (2, 50, 1)
    counted = {row["reason"]: row["readings"] for row in asked("health_metrics", "abnormal_by_reason", rows)}
    assert (counted["SpO2 below 92"], counted["temperature above 38.0"], counted["heart rate below 60"]) == (2, 1, 0)


def test_the_sample_says(tmp_path):
    found = sample_findings("health_metrics", "clean", tmp_path)
    assert {row["message"].removeprefix("Abnormal reading: ") for row in found} == {
        "heart rate below 60",
        "SpO2 below 92",
        "temperature above 38.0",
        "systolic pressure above 140; diastolic pressure above 90",
    }
    assert (len(found), len({row["user_id"] for row in found})) == (46, 5)
