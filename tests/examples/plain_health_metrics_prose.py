"""What the report on a file of vital signs must say in its sentences, reckoned in plain Python.

Users' names are masked: `***1` is the user with the most abnormal readings, `***2` the next, as `users` ranks them.
"""

from __future__ import annotations

import re

from tests.examples.plain_facts import Rows
from tests.examples.plain_health_facts import (
    REASONS,
    abnormal_by_reason,
    abnormal_readings,
    heart_rates,
    overall,
    users,
)
from tests.examples.plain_prose import ONCE, Prose, alone, masked

# What marks of a reason are called.
NAMES = {reason: re.sub(r"\W", "_", reason) for reason in REASONS}


def prose(rows: Rows) -> Prose:
    return {
        "IN SHORT": in_short(rows),
        "WHAT TO DO": what_to_do(rows),
        "INSIGHTS": insights(rows),
        "ANOMALIES": anomalies(rows),
    }


def in_short(rows: Rows) -> dict[str, Rows]:
    every = overall(rows)
    return {
        "#readings readings of #users users were taken between @first_reading and @last_reading UTC.": every,
        "#abnormal abnormal readings (#percent_abnormal% of all) of #users_with_abnormal users "
        "lie outside the usual limits.": every,
        "The most frequent reason is $reason, with #readings readings of #users users.": alone(
            abnormal_by_reason(rows), "readings"
        ),
        "On average the heart rate is #mean_heart_rate (from #min_heart_rate to #max_heart_rate), "
        "SpO2 #mean_spo2% (lowest #min_spo2%), the temperature #mean_temp_c °C (highest #max_temp_c °C) "
        "and the blood pressure #mean_systolic_bp/#mean_diastolic_bp mmHg.": every,
        "A reading counts #mean_steps steps on average.": every,
        "What lies outside the limits is for somebody with medical training to judge: "
        "a sensor that sits loose gives such readings, too.": ONCE,
    }


def insights(rows: Rows) -> dict[str, Rows]:
    held = [row for row in abnormal_by_reason(rows) if row["readings"]]
    by_reason = {f"{NAMES[row['reason']]}_{key}": value for row in held for key, value in row.items()}
    left_out = {f"{name}_{key}": None for name in NAMES.values() for key in ("readings", "percent_of_readings")}
    listed = "".join(
        f"[{reason} in #{name}_readings reading<s|> (#{name}_percent_of_readings%)<, |>]"
        for reason, name in NAMES.items()
    )
    return {
        "The bracket of heart rates from #from_rate on holds most readings, #percent_of_readings% of them.": alone(
            heart_rates(rows), "readings"
        ),
        f"Outside the limits are: {listed}.": [left_out | by_reason],
        "A reading may count for several of them.": ONCE,
        "Of #users users, #users_with_abnormal have at least one abnormal reading.": overall(rows),
    }


def at_once(rows: Rows) -> Rows:
    names = {one["user_id"]: other["user_id"] for one, other in zip(users(rows), known(rows), strict=True)}
    critical = [row for row in abnormal_readings(rows) if row["severity"] == "critical"]
    return [row | {"user_id": names[row["user_id"]]} for row in critical]


def anomalies(rows: Rows) -> dict[str, Rows]:
    critical = at_once(rows)[:4]
    return {
        "$user_id on @event_time UTC: heart rate #heart_rate, SpO2 #spo2, temperature #temp_c, "
        "blood pressure #systolic_bp/#diastolic_bp.": critical,
        "More than one measure lies outside the limits.": ONCE * len(critical),
        "#abnormal abnormal readings of #users_with_abnormal users lie outside the usual limits "
        "in one measure or more.": overall(rows),
    }


def known(rows: Rows) -> Rows:
    return masked(users(rows), "user_id")


def what_to_do(rows: Rows) -> dict[str, Rows]:
    always = [row for row in known(rows) if row["abnormal"] == row["readings"] > 2]
    others = [row for row in known(rows) if row["abnormal"] and row not in always]
    several = [row for row in others if row["several_at_once"]]
    often = [row for row in others if row not in several and row["abnormal"] > 2]
    seldom = [row for row in others if row not in several and row not in often]
    return {
        "Have somebody with medical training look at $user_id: all #readings readings lie outside the limits "
        "(mean heart rate #mean_heart_rate, lowest SpO2 #min_spo2%, highest temperature #max_temp_c °C, "
        "mean pressure #mean_systolic_bp/#mean_diastolic_bp), the earliest on @first_abnormal UTC.": always[:3],
        "Have somebody with medical training look at $user_id: the reading of @first_several UTC lies outside the limits "
        "in more than one measure at once (in all readings: heart rate from #min_heart_rate to #max_heart_rate, "
        "lowest SpO2 #min_spo2%, highest temperature #max_temp_c °C).": several[:3],
        "Have somebody look at $user_id, too: #abnormal of #readings readings lie outside the limits, "
        "the earliest on @first_abnormal UTC.": often[:2],
        "Check whether the device of $user_id fits well: #abnormal of #readings readings lies outside the limits, "
        "the one on @first_abnormal UTC.": seldom[:2],
    }
