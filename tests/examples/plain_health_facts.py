"""The facts and findings of health_metrics, reckoned in plain Python."""

from __future__ import annotations

from collections.abc import Callable

from tests.examples.plain_facts import Fact, Row, Rows, column, different, groups, least, mean, most, ordered, percent

# A reason, and the measure that is off by it: the two pressures are one measure.
REASONS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "heart rate below 60": ("heart", lambda row: row["heart_rate"] < 60),
    "heart rate above 160": ("heart", lambda row: row["heart_rate"] > 160),
    "SpO2 below 92": ("oxygen", lambda row: row["spo2"] < 92),
    "temperature above 38.0": ("fever", lambda row: row["temp_c"] > 38.0),
    "systolic pressure above 140": ("pressure", lambda row: row["systolic_bp"] > 140),
    "diastolic pressure above 90": ("pressure", lambda row: row["diastolic_bp"] > 90),
}


def reasons(row: Row) -> list[str]:
    return [reason for reason, (_, holds) in REASONS.items() if holds(row)]


def abnormal(rows: Rows) -> Rows:
    return [row for row in rows if reasons(row)]


def measures(row: Row) -> int:
    return len({REASONS[reason][0] for reason in reasons(row)})


def several(rows: Rows) -> Rows:
    return [row for row in rows if measures(row) > 1]


def statistics(rows: Rows) -> Row:
    return {
        "readings": len(rows),
        "abnormal": len(abnormal(rows)),
        "mean_heart_rate": mean(column(rows, "heart_rate")),
        "min_heart_rate": least(column(rows, "heart_rate")),
        "max_heart_rate": most(column(rows, "heart_rate")),
        "mean_spo2": mean(column(rows, "spo2")),
        "min_spo2": least(column(rows, "spo2")),
        "mean_steps": mean(column(rows, "steps")),
        "mean_temp_c": mean(column(rows, "temp_c")),
        "max_temp_c": most(column(rows, "temp_c")),
        "mean_systolic_bp": mean(column(rows, "systolic_bp")),
        "mean_diastolic_bp": mean(column(rows, "diastolic_bp")),
    }


def overall(rows: Rows) -> Rows:
    return [
        {
            **statistics(rows),
            "users": different(rows, "user_id"),
            "first_reading": least(column(rows, "event_time")),
            "last_reading": most(column(rows, "event_time")),
            "percent_abnormal": percent(len(abnormal(rows)), len(rows)),
            "users_with_abnormal": different(abnormal(rows), "user_id"),
        }
    ]


def users(rows: Rows) -> Rows:
    found = [
        {
            "user_id": user,
            **statistics(own),
            "several_at_once": len(several(own)),
            "first_abnormal": least(column(abnormal(own), "event_time")),
            "first_several": least(column(several(own), "event_time")),
        }
        for (user,), own in groups(rows, "user_id").items()
    ]
    return ordered(found, "-abnormal", "-readings", "user_id")[:50]


def abnormal_by_reason(rows: Rows) -> Rows:
    found = []
    for reason, (_, holds) in REASONS.items():
        flagged = [row for row in rows if holds(row)]
        share = percent(len(flagged), len(rows))
        users = different(flagged, "user_id")
        found.append({"reason": reason, "readings": len(flagged), "percent_of_readings": share, "users": users})
    return found if rows else []


def heart_rates(rows: Rows) -> Rows:
    found = []
    starts = [row["heart_rate"] // 10 * 10 for row in rows]
    for start in range(min(starts), max(starts) + 1, 10) if starts else ():
        share = percent(starts.count(start), len(rows))
        found.append({"from_rate": start, "readings": starts.count(start), "percent_of_readings": share})
    return found


def abnormal_readings(rows: Rows) -> Rows:
    found = []
    for row in abnormal(rows):
        severity = "critical" if measures(row) > 1 else "warning"
        kept = {name: value for name, value in row.items() if name != "steps"}
        found.append({"severity": severity, **kept, "reasons": "; ".join(reasons(row)), "measures": measures(row)})
    placed = ordered(found, "-measures", "event_time", "user_id")
    return [{name: row[name] for name in row if name != "measures"} for row in placed]


FACTS: dict[str, Fact] = {one.__name__: one for one in (overall, users, abnormal_by_reason, heart_rates)}
FINDINGS: dict[str, Fact] = {"abnormal_readings": abnormal_readings}
