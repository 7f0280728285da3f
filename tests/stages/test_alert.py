"""alert: a person learns what happened, where it lies and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.flow import FLOW
from headgate.stages.alert import alert
from headgate.stages.ingest import ingest
from tests.projects import MIXED, UNUSABLE
from tests.stages.stage import Isolated


@pytest.mark.parametrize(
    ("key", "data", "type_"),
    [
        ("people/a.csv", UNUSABLE, "file.failed"),
        ("a.csv", MIXED, "file.unmatched"),
        ("people/a.csv", MIXED, "limit.exceeded"),
    ],
)
def test_every_alert_says_what_where_and_what_next(tmp_path: Path, key, data, type_):
    stage = Isolated(tmp_path, people="warn_rejected: 0\n")
    event = ingest(stage.arrival(key, data), stage.context)[-1]
    assert event.type == type_
    (told,) = alert(event, stage.context)
    assert (told.type, told.data) == ("alert.sent", {"about": type_, "recipients": 1})
    (mail,) = stage.mailer.sent
    assert mail["Subject"].startswith("Headgate: ")
    assert "a.csv" in mail["Subject"]
    text = mail.get_content()
    assert "correlation id: correlation" in text
    assert event.data.get("key", "rejected.csv") in text
    assert mail["Message-ID"] == f"<{event.id}@headgate>"


def test_there_is_a_text_for_every_event_that_goes_to_alert(tmp_path: Path):
    from headgate.core import alerts

    assert set(alerts._ALERTS) == {type_ for type_, stages in FLOW.items() if alert in stages}


@pytest.mark.parametrize(
    ("settings", "people", "to"),
    [
        ("mail: {to: [ops@x.org]}\n", "report: {recipients: [team@x.org]}\n", ["ops@x.org"]),
        ("{}\n", "report: {recipients: [team@x.org]}\n", ["team@x.org"]),
        ("{}\n", "", []),
    ],
)
def test_alerts_go_to_the_project_first_and_else_to_the_readers_of_the_report(tmp_path: Path, settings, people, to):
    stage = Isolated(tmp_path, settings=settings, people=people)
    (event,) = ingest(stage.arrival("people/a.csv", UNUSABLE), stage.context)
    (told,) = alert(event, stage.context)
    assert [mail["To"] for mail in stage.mailer.sent] == to
    assert told.data["recipients"] == len(to)


def test_a_file_name_adds_no_header_and_no_line(tmp_path: Path):
    stage = Isolated(tmp_path)
    event = ingest(stage.arrival("=?utf-8?q?x=0ABcc=3A_evil@x.org?=.csv", MIXED), stage.context)[0]
    alert(event, stage.context)
    (mail,) = stage.mailer.sent
    assert b"\r\nBcc" not in mail.as_bytes()
    assert mail["Bcc"] is None
