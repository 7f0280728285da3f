"""What an alert says."""

from __future__ import annotations

from datetime import datetime

from headgate.core.alerts import alert_text
from headgate.core.events import Event

EVIL = "a\x1b]0;x\x07\nBcc: me"


def event(type_: str, **data: object) -> Event:
    return Event("e1", type_, "here", datetime(2026, 1, 2), "s", "c1", {"pipeline": "orders", "file": "a.csv", **data})


def test_a_failed_file_says_why_who_acts_where_it_lies_and_how_to_put_it_back():
    reason = {"code": "empty_file", "message": "the file is empty", "who": "the sender", "next": "ask for it again"}
    subject, text = alert_text(event("file.failed", key="failed/orders/r1/a.csv", reason=reason), "in")
    assert subject == "Headgate: orders: a.csv failed"
    for part in ("the file is empty [empty_file]", "who acts: the sender", "failed/orders/r1/a.csv", "ask for it again", "in/orders/",
                 "correlation id: c1"):  # fmt: skip
        assert part in text


def test_a_reason_without_who_or_next_still_names_somebody_and_something():
    _, text = alert_text(event("file.failed", key="k", reason={"code": "max_rejected", "message": "m"}), "in")
    assert "who acts: the owner of the pipeline" in text
    assert "next:     correct the file" in text


def test_an_unmatched_file_names_the_candidates():
    for candidates, said in ((["a", "b"], "a, b"), ([], "none")):
        _, text = alert_text(event("file.unmatched", key="unmatched/1/a.csv", candidates=candidates), "in")
        assert f"intake.match fits: {said}\n" in text
        assert "in/<pipeline>/" in text


def test_an_exceeded_limit_says_both_numbers_and_the_limit():
    counts = {"records": 10, "rejected": 4}
    subject, text = alert_text(event("limit.exceeded", run="r1", counts=counts, limit="warn_rejected: 20%"), "in")
    assert subject == "Headgate: orders: many rows of a.csv were rejected"
    assert "4 of 10 records were rejected; the limit is warn_rejected: 20%" in text
    assert "run r1" in text


def test_nothing_from_a_file_can_break_a_line_of_an_alert():
    reason = {"code": "bad", "message": EVIL, "who": "x", "next": EVIL}
    for given in (
        event("file.failed", file=EVIL, key=EVIL, reason=reason),
        event("file.unmatched", file=EVIL, key=EVIL, candidates=[]),
        event("limit.exceeded", file=EVIL, run="r", counts={"records": 1, "rejected": 1}, limit="1"),
    ):
        subject, text = alert_text(given, "in")
        assert subject.isprintable()
        assert all(line.isprintable() for line in text.split("\n"))
        assert "\nBcc" not in text
