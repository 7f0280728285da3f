"""notify: the report is kept, and mailed to whoever wants it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from headgate.core.analysis.queries import read_queries
from headgate.core.events import Event
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from headgate.stages.notify import notify
from tests.projects import MIXED, UNUSABLE
from tests.stages.stage import NOW, Isolated


def analysed(stage: Isolated, key: str = "people/a.csv"):
    return analyze(ingest(stage.arrival(key, MIXED), stage.context)[0], stage.context)[0]


@pytest.mark.parametrize(
    ("settings", "people", "to"),
    [
        ("mail: {to: [team@example.com]}\n", "", "team@example.com"),
        ("mail: {to: [team@example.com]}\n", "report: {recipients: [a@x.org, b@x.org]}\n", "a@x.org, b@x.org"),
        ("mail: {to: [team@example.com]}\n", "report: {recipients: []}\n", None),
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


@pytest.mark.parametrize(
    ("mail", "worst", "mails"),
    [
        ("always", None, 1), ("info", None, 0), ("info", "info", 1), ("warning", "info", 0), ("warning", "warning", 1),
        ("warning", "critical", 1), ("critical", "warning", 0), ("critical", "critical", 1), ("never", "critical", 0),
    ],
)  # fmt: skip
def test_a_pipeline_says_how_bad_a_finding_must_be_for_a_mail_and_the_report_is_written_all_the_same(
    tmp_path: Path, mail, worst, mails
):
    stage = Isolated(tmp_path, people=f"report: {{mail: {mail}}}\n")
    event = analysed(stage)
    with_findings(stage, event, [worst] if worst else [])
    (sent,) = notify(event, stage.context)
    assert (len(stage.mailer.sent), sent.data["recipients"]) == (mails, mails)
    assert stage.held("reports") == [sent.data["page"], sent.data["report"]]


def with_findings(stage: Isolated, event: Event, severities: Sequence[str]) -> None:
    document = stage.json(event.data["analysis"])
    document["findings"] = [
        {
            "finding": "f",
            "severity": severity,
            "message": "m",
            "expected": None,
            "observed": None,
            "count": 1,
            "rows": [],
        }
        for severity in severities
    ]
    stage.files.write(event.data["analysis"], json.dumps(document).encode())


def test_who_asks_for_the_mail_gets_it_whatever_the_pipeline_says(tmp_path: Path):
    stage = Isolated(tmp_path, people="report: {mail: never}\n")
    event = analysed(stage)
    (sent,) = notify(replace(event, data={**event.data, "mail": True}), stage.context)
    assert (len(stage.mailer.sent), sent.data["recipients"]) == (1, 1)


def test_the_report_sums_up_as_many_days_as_the_pipeline_wants(tmp_path: Path):
    stage = Isolated(tmp_path, people="report: {recent_days: 3}\n")
    for days, name in ((4, "long ago"), (2, "before"), (1, "failed"), (0, "now")):
        context = replace(stage.context, now=NOW - timedelta(days=days))
        data = UNUSABLE if name == "failed" else MIXED + f"{name},,\n".encode()
        event = ingest(stage.arrival(f"people/{name}.csv", data), context)[0]
    (sent,) = notify(analyze(event, stage.context)[0], stage.context)
    text = stage.files.read(sent.data["report"]).decode()
    assert "THE LAST 3 DAYS: 3 FILES" in text
    rows = [line.split() for line in text.split("\n") if line.startswith(("  2 Jan", "  1 Jan", "  31 Dec"))]
    assert rows == [
        ["2", "Jan", "1", "2", "3", "60.0%", "0"],
        ["1", "Jan", "1", "0", "0", "–", "1"],
        ["31", "Dec", "1", "2", "3", "60.0%", "0"],
    ]


@pytest.mark.parametrize("is_deployed", [False, True])
def test_the_command_that_shows_masked_names_asks_where_the_run_was(tmp_path: Path, is_deployed: bool):
    stage = Isolated(tmp_path)
    home = stage.context.project.pipelines["people"].folder
    (home / "analysis").mkdir()
    (home / "analysis" / "all.sql").write_text("SELECT email, age FROM accepted ORDER BY age")
    stage.context = replace(stage.context, queries={"people": read_queries(home)}, is_deployed=is_deployed)
    (sent,) = notify(analysed(stage), stage.context)
    said = stage.files.read(sent.data["report"]).decode()
    assert 'headgate query --target aws "WITH' in said if is_deployed else 'headgate query "WITH' in said
    assert "pipelines/people/analysis/all.sql" in said


@pytest.mark.parametrize("is_deployed", [False, True])
def test_what_mends_the_rejected_rows_works_where_the_run_was(tmp_path: Path, is_deployed: bool):
    stage = Isolated(tmp_path)
    stage.context = replace(stage.context, is_deployed=is_deployed)
    (sent,) = notify(analysed(stage), stage.context)
    said = stage.files.read(sent.data["report"]).decode()
    assert ("headgate put rejected.csv -p people --target aws" in said) is is_deployed
    assert ("cp rejected/people/" in said) is not is_deployed


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


@pytest.mark.parametrize("template", ["{{ analysis.facts.totals[0].revenue }}", "{% if %}", "\udcff"])
def test_a_template_that_fails_for_a_report_costs_neither_the_report_nor_its_mail(tmp_path: Path, template):
    stage = Isolated(tmp_path, people="report: {title: Our people}\n")
    event = analysed(stage)
    path = stage.context.project.pipelines["people"].folder / "report.html.j2"
    path.write_bytes(template.encode(errors="surrogateescape"))
    (sent,) = notify(event, stage.context)
    assert sent.data["own_template"] == "failed"
    assert len(stage.mailer.sent) == 1
    for key in (sent.data["report"], sent.data["page"]):
        assert "This report has Headgate" in stage.files.read(key).decode()


def test_a_report_in_its_pipelines_own_form_says_nothing_of_it(tmp_path: Path):
    stage = Isolated(tmp_path)
    event = analysed(stage)
    (stage.context.project.pipelines["people"].folder / "report.html.j2").write_text("<p>{{ report.title }}</p>")
    (sent,) = notify(event, stage.context)
    assert "own_template" not in sent.data
    assert stage.files.read(sent.data["page"]).decode() == "<p>people</p>"


def test_the_mail_of_an_earlier_event_goes_to_those_who_lack_it(tmp_path: Path):
    stage = Isolated(tmp_path, people="report: {recipients: [a@x.org, b@x.org]}\n")
    event = analysed(stage)
    stage.context.notices.mark_mail("the-first", ["a@x.org"], "sent", NOW)
    notify(replace(event, data={**event.data, "mail": True, "mail_id": "the-first"}), stage.context)
    (mail,) = stage.mailer.sent
    assert mail["Message-ID"] == "<the-first@headgate>"
    assert stage.context.notices.mail("the-first") == {"a@x.org": "sent", "b@x.org": "sent"}


def test_a_mail_that_everybody_has_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stage = Isolated(tmp_path, people="report: {recipients: [a@x.org]}\n")
    event = analysed(stage)
    first = notify(event, stage.context)
    before = stage.files.read(first[0].data["page"])
    monkeypatch.setattr("headgate.core.report.written.mail_body", _never)
    assert notify(event, stage.context) == first
    assert (len(stage.mailer.sent), stage.files.read(first[0].data["page"])) == (1, before)


def _never(*_: object, **__: object) -> None:
    raise AssertionError("nobody lacks it")
