"""What an alert says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from headgate.core.alerts import AlertText, about, alert_group, alert_text, refused_text, together
from headgate.core.events import Event
from headgate.flow import FLOW
from headgate.stages.alert import alert

AT = datetime(2026, 1, 2, 3, 4, 5)
EVIL = "a\x1b]0;x\x07\nBcc: me"
REASON = {"code": "empty_file", "message": "the file is empty", "who": "the sender", "next": "ask for it again"}
COUNTS = {"records": 10_000, "rejected": 4_000}
DUE = "2026-01-02T09:00:00Z"
DATA: dict[str, dict[str, object]] = {
    "file.failed": {"file": "a.csv", "key": "failed/orders/r1/a.csv", "reason": REASON},
    "file.unmatched": {"pipeline": None, "file": "a.csv", "key": "unmatched/1/a.csv", "candidates": ["one", "two"]},
    "file.grew": {"file": "a.csv", "key": "in/orders/a.csv", "run": "r1", "size": 1_000},
    "file.missing": {"period": "p", "due": DUE, "expected": "a file every day by 09:00 UTC"},
    "file.found": {
        "period": "p",
        "due": DUE,
        "expected": "a file every day",
        "file": "a.csv",
        "came": "2026-01-02T09:30:00Z",
    },
    "limit.exceeded": {"file": "a.csv", "run": "r1", "counts": COUNTS, "limit": "warn_rejected: 20%"},
    "source.failed": {"reason": REASON},
    "event.dead": {
        "event": "e0",
        "type": "file.arrived",
        "stage": "ingest",
        "subject": "inbox/a.csv",
        "letter": 7,
        "error": REASON,
    },
}
SAID = {
    "file.failed": [
        "orders: a.csv failed", "the file is empty [empty_file]", "who acts:       the sender", "failed/orders/r1/a.csv",
        "next:           ask for it again", "then put it back into in/orders/",
    ],
    "file.unmatched": ["a.csv belongs to no single pipeline", "intake.match fits: one, two", "unmatched/1/a.csv", "in/<pipeline>/"],
    "file.grew": [
        "orders: a.csv grew after it was taken", "run r1 holds its first 1,000 bytes only", "in/orders/a.csv", "who acts:       the sender",
        "ends in .part",
    ],
    "file.missing": [
        f"orders: no file has come that was due {DUE}", "a file every day by 09:00 UTC", "who acts:       the sender",
        "headgate runs --pipeline orders --limit 5",
    ],
    "file.found": ["orders: the missing file has come", "2026-01-02T09:30:00Z: a.csv", "headgate runs --pipeline orders"],
    "limit.exceeded": [
        "orders: many rows of a.csv were rejected", "4,000 of 10,000 records were rejected; the limit is warn_rejected: 20%",
        "headgate runs r1",
    ],
    "source.failed": ["orders: the source gave nothing", "the file is empty [empty_file]", "headgate fetch orders"],
    "event.dead": [
        "orders: dead letter 7, ingest failed", "ingest gave up on file.arrived inbox/a.csv", "the file is empty [empty_file]",
        "headgate dead show 7", "headgate dead redrive 7",
    ],
}  # fmt: skip


def event(type_: str, **data: object) -> Event:
    return Event("e1", type_, "here", AT, "s", "c1", {"pipeline": "orders", **DATA[type_], **data})


def test_a_dead_letter_says_where_the_mistake_is():
    wrong = {
        "code": "bad_sql",
        "message": "no such column",
        "where": "analysis/regions.sql:3",
        "who": None,
        "next": None,
    }
    assert "analysis/regions.sql:3" in alert_text(event("event.dead", error=wrong), "in").text
    assert "where:" not in alert_text(event("event.dead"), "in").text


def test_there_is_a_text_for_every_event_that_goes_to_alert():
    assert set(DATA) == {type_ for type_, stages in FLOW.items() if alert in stages} - {"clock.ticked"}


@pytest.mark.parametrize("type_", DATA)
def test_an_alert_says_what_where_who_acts_and_what_to_do_next(type_: str):
    said = alert_text(event(type_), "in")
    assert said.subject == f"Headgate: {SAID[type_][0]}"
    for part in [*SAID[type_], "who acts:", "next:", "correlation id: c1"]:
        assert part in said.text


FAULTS = {
    "link": ("it is a link", "put the file itself there"),
    "folder": ("it is an empty folder", "remove it"),
    "bad_name": ("its name holds control characters", "rename it"),
    "unreadable": ("it can't be read", "correct its permissions"),
    "special": ("it is no file", "remove it"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_not_be_taken_is_told_with_its_true_reason_and_what_to_do(fault: str):
    unmatched = event("file.unmatched", pipeline=None, candidates=[], key="in/a.csv", fault=fault)
    said = alert_text(unmatched, "in")
    assert said.subject == "Headgate: a.csv can't be taken"
    for part in FAULTS[fault]:
        assert part in said.text
    assert "pipeline" not in said.text
    assert alert_group(unmatched) == f"file.unmatched/-/{fault}"


def test_a_failed_file_is_to_be_put_back_once():
    reason = {**REASON, "next": "correct the file, or change the contract, and put the file back"}
    said = alert_text(event("file.failed", reason=reason), "in").text
    assert "correct the file, or change the contract, and put it back into in/orders/" in said
    assert said.count("back") == 1


def test_a_file_that_grew_long_after_it_was_taken_is_told_of_without_its_run():
    event_ = Event("e1", "file.grew", "here", AT, "s", "c1", {"file": "a.csv", "key": "in/a.csv"})
    assert "its run has a part of it" in alert_text(event_, "in").text


def test_a_reason_without_who_or_next_still_names_somebody_and_something():
    said = alert_text(event("file.failed", reason={"code": "max_rejected", "message": "m"}), "in").text
    assert "the owner of the pipeline" in said
    assert "correct the file" in said
    said = alert_text(event("event.dead", error={"code": "bug", "message": "m", "who": None, "next": None}), "in").text
    assert "the project's owner" in said


def test_nothing_that_came_from_outside_can_break_a_line_of_an_alert():
    reason = {"code": "bad", "message": EVIL, "who": EVIL, "next": EVIL}
    evil = {"file": EVIL, "key": EVIL, "reason": reason, "error": reason, "subject": EVIL, "expected": EVIL}
    texts = [alert_text(event(type_, **evil), "in") for type_ in DATA]
    for said in [*texts, refused_text(EVIL, EVIL, EVIL)]:
        assert said.subject.isprintable()
        assert all(line.isprintable() for line in said.text.split("\n"))
        assert "\nBcc" not in said.text


def test_alerts_of_one_type_pipeline_and_reason_are_one_group():
    assert alert_group(event("file.failed")) == "file.failed/orders/empty_file"
    assert alert_group(event("event.dead", pipeline=None)) == "event.dead/-/empty_file"
    assert alert_group(event("file.missing")) == "file.missing/orders/-"
    groups = {alert_group(event(type_, pipeline=pipeline)) for type_ in DATA for pipeline in ("orders", "guests")}
    assert len(groups) == 2 * len(DATA)
    assert {about(group) for group in groups} == set(DATA)


def many(count: int, group: str = "file.failed/orders/empty_file") -> AlertText:
    alerts = [AlertText(f"Headgate: orders: {number}.csv failed", f"text of {number}\n") for number in range(count)]
    return together(alerts, group, AT, AT + timedelta(minutes=9))


def test_one_alert_alone_is_an_ordinary_mail():
    assert many(1) == AlertText("Headgate: orders: 0.csv failed", "text of 0\n")


def test_few_alerts_together_are_all_there():
    said = many(2)
    assert said.subject == "Headgate: orders: 0.csv failed, and 1 more"
    assert said.text == (
        "This happened 2 times from 2026-01-02 03:04 UTC to 2026-01-02 03:13 UTC.\n\n\n"
        "1 of 2\n\ntext of 0\n\n\n2 of 2\n\ntext of 1\n"
    )


@pytest.mark.parametrize(
    ("group", "next_"),
    [
        ("file.failed/orders/empty_file", "headgate runs --pipeline orders --since 2026-01-02"),
        ("file.unmatched/-/-", "headgate status"),
        ("event.dead/orders/bug", "headgate dead list"),
    ],
)
def test_of_many_alerts_the_first_are_there_with_their_number_and_how_to_see_the_others(group: str, next_: str):
    said = many(1200, group)
    assert said.subject == "Headgate: orders: 0.csv failed, and 1,199 more"
    assert "This happened 1,200 times" in said.text
    assert next_ in said.text
    assert "5 of 1,200\n\ntext of 4\n" in said.text
    assert "text of 5" not in said.text
