"""notify: the report is kept, and mailed to whoever wants it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from headgate.stages.notify import notify
from tests.projects import MIXED
from tests.stages.stage import NOW, Isolated


def analysed(stage: Isolated, key: str = "people/a.csv"):
    return analyze(ingest(stage.arrival(key, MIXED), stage.context)[0], stage.context)[0]


@pytest.mark.parametrize(
    ("settings", "people", "to"),
    [
        ("mail: {to: [team@example.com]}\n", "", "team@example.com"),
        ("mail: {to: [team@example.com]}\n", "report: {recipients: [a@x.org, b@x.org]}\n", "a@x.org, b@x.org"),
        ("mail: {}\n", "", None),
    ],
)
def test_the_pipelines_recipients_come_before_the_projects_and_without_any_nobody_is_mailed(
    tmp_path: Path, settings, people, to
):
    stage = Isolated(tmp_path, settings=settings, people=people)
    (sent,) = notify(analysed(stage), stage.context)
    assert [mail["To"] for mail in stage.mailer.sent] == ([to] if to else [])
    assert sent.data["recipients"] == (len(to.split(", ")) if to else 0)
    assert stage.held("reports") == [sent.data["page"], sent.data["report"]]


def test_the_mail_is_the_report_and_is_known_by_the_event_that_caused_it(tmp_path: Path):
    stage = Isolated(tmp_path, people="report: {title: Our people}\n")
    event = analysed(stage)
    (sent,) = notify(event, stage.context)
    (mail,) = stage.mailer.sent
    assert (sent.type, sent.subject) == ("report.sent", event.subject)
    assert mail["Subject"] == "Our people: a.csv: 1 accepted, 3 rejected"
    assert mail["Message-ID"] == f"<{event.id}@headgate>"
    assert mail["Date"].datetime.replace(tzinfo=None) == NOW
    text = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n").encode() == stage.files.read(sent.data["report"])
    assert "Our people" in page.get_content()


def test_told_again_it_mails_nobody_twice(tmp_path: Path):
    stage = Isolated(tmp_path)
    event = analysed(stage)
    assert notify(event, stage.context) == notify(event, stage.context)
    assert len(stage.mailer.sent) == 1


def test_asked_to_mail_nobody_it_only_writes_the_report(tmp_path: Path):
    stage = Isolated(tmp_path)
    event = analysed(stage)
    (sent,) = notify(replace(event, data={**event.data, "mail": False}), stage.context)
    assert (stage.mailer.sent, sent.data["recipients"]) == ([], 0)
    assert stage.held("reports") == [sent.data["page"], sent.data["report"]]
