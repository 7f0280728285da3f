"""alert: a person learns what happened, once, and a storm is one mail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from headgate.stages.alert import alert
from headgate.stages.ingest import ingest
from tests.projects import MIXED, UNUSABLE
from tests.stages.alerting import TEAM, hold, subjects, tick
from tests.stages.stage import NOW, Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_an_alert_is_kept_and_told_when_the_clock_ticks(stage: Isolated):
    hold(stage, "a")
    assert stage.mailer.sent == []
    (told,) = tick(stage)
    (mail,) = stage.mailer.sent
    assert mail["Subject"] == "Headgate: people: a.csv failed"
    assert "journey of a" in mail.get_content()
    assert (told.type, told.subject, told.correlation_id) == (
        "alert.sent",
        "file.failed/people/empty_file",
        "journey of a",
    )
    assert told.data == {"about": "file.failed", "pipeline": "people", "count": 1, "recipients": 1, "events": ["a"]}


def test_what_was_told_is_not_told_again(stage: Isolated):
    hold(stage, "a")
    tick(stage)
    hold(stage, "a")
    assert tick(stage, 3600) == []
    assert len(stage.mailer.sent) == 1


def test_a_clock_that_ticks_without_need_tells_nobody(stage: Isolated):
    assert tick(stage) == []
    assert stage.mailer.sent == []


def test_a_storm_is_one_mail_with_a_count_and_the_first_few(stage: Isolated):
    hold(stage, *[f"f{number:03}" for number in range(150)])
    (told,) = tick(stage)
    assert subjects(stage) == ["Headgate: people: f000.csv failed, and 149 more"]
    assert "150 times" in stage.mailer.sent[0].get_content()
    assert told.data["count"] == 150
    assert told.data["events"] == [f"f{number:03}" for number in range(20)]


def test_a_pipeline_a_type_or_a_reason_of_its_own_is_a_mail_of_its_own(stage: Isolated):
    hold(stage, "a", "b")
    hold(stage, "c", pipeline="guests")
    hold(stage, "d", code="bad_header")
    told = tick(stage)
    assert sorted(event.data["count"] for event in told) == [1, 1, 2]
    assert len(stage.mailer.sent) == 3


def test_after_a_mail_further_alerts_of_its_kind_wait_until_the_window_has_passed(stage: Isolated):
    hold(stage, "a")
    tick(stage)
    hold(stage, "b", "c", after=5)
    hold(stage, "other", after=5, code="bad_header")
    assert [event.data["about"] for event in tick(stage, 10)] == ["file.failed"]
    assert subjects(stage)[1:] == ["Headgate: people: other.csv failed"]
    assert tick(stage, 599) == []
    (told,) = tick(stage, 600)
    assert told.data["events"] == ["b", "c"]
    hold(stage, "d", after=601)
    assert tick(stage, 1199) == []


def test_the_window_is_a_setting(tmp_path: Path):
    stage = Isolated(tmp_path, settings=f"mail: {{to: [{TEAM}]}}\nalerts: {{window: 0}}\n")
    hold(stage, "a")
    tick(stage)
    hold(stage, "b", after=1)
    assert len(tick(stage, 1)) == 1


def test_when_the_process_ends_everything_is_told_whatever_the_window(stage: Isolated):
    hold(stage, "a")
    tick(stage)
    hold(stage, "b", after=5)
    assert tick(stage, 6, {"closing": False}) == []
    (told,) = tick(stage, 7, {"closing": True})
    assert told.data["events"] == ["b"]


@pytest.mark.parametrize("back", [timedelta(days=400), timedelta(hours=1)])
def test_a_clock_that_jumps_back_holds_nothing_back(stage: Isolated, back: timedelta):
    hold(stage, "a")
    tick(stage)
    hold(stage, "b", after=5)
    (told,) = tick(stage, -back.total_seconds())
    assert told.data["events"] == ["b"]


@pytest.mark.parametrize(
    ("settings", "people", "to"),
    [
        ("mail: {to: [ops@x.org]}\n", "alerts: {recipients: [duty@x.org]}\n", [("duty@x.org",)]),
        ("mail: {to: [ops@x.org]}\n", "report: {recipients: [team@x.org]}\n", [("ops@x.org",)]),
        ("mail: {}\n", "report: {recipients: [team@x.org]}\n", [("team@x.org",)]),
        ("mail: {to: [ops@x.org]}\n", "alerts: {recipients: []}\n", []),
        ("mail: {to: [ops@x.org]}\n", "report: {recipients: []}\n", [("ops@x.org",)]),
        ("mail: {}\n", "report: {recipients: []}\n", []),
        ("mail: {}\n", "", []),
    ],
)
def test_alerts_go_to_whom_the_pipeline_names_for_them_else_to_the_project_else_to_the_readers_of_the_report(
    tmp_path: Path, settings, people, to
):
    stage = Isolated(tmp_path, settings=settings, people=people)
    hold(stage, "a")
    (told,) = tick(stage)
    assert stage.mailer.recipients == to
    assert told.data["recipients"] == len(to)


def test_without_anybody_to_tell_an_alert_is_settled_all_the_same(tmp_path: Path):
    stage = Isolated(tmp_path, settings="mail: {}\n")
    hold(stage, "a")
    (told,) = tick(stage)
    assert (told.data["recipients"], told.data["events"]) == (0, ["a"])
    assert stage.notices.held() == []


def test_the_mail_is_known_by_its_group_and_its_first_alert(tmp_path: Path):
    ids = set()
    for names in (["a"], ["a", "b"], ["b"]):
        stage = Isolated(tmp_path / "-".join(names))
        hold(stage, *names)
        tick(stage)
        ids.add(stage.mailer.sent[0]["Message-ID"])
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("key", "data", "type_"),
    [
        ("people/a.csv", UNUSABLE, "file.failed"),
        ("a.csv", MIXED, "file.unmatched"),
        ("people/a.csv", MIXED, "limit.exceeded"),
    ],
)
def test_what_ingest_says_can_be_told(tmp_path: Path, key, data, type_):
    stage = Isolated(tmp_path, people="warn_rejected: 0\n")
    event = ingest(stage.arrival(key, data), stage.context)[-1]
    assert event.type == type_
    assert alert(event, stage.context) == []
    (told,) = tick(stage)
    assert (told.data["about"], told.data["events"]) == (type_, [event.id])
    (mail,) = stage.mailer.sent
    assert "a.csv" in mail["Subject"]
    assert event.data.get("key", event.data.get("run")) in mail.get_content()


def test_a_file_name_adds_no_header_and_no_line(stage: Isolated):
    event = ingest(stage.arrival("=?utf-8?q?x=0ABcc=3A_evil@x.org?=.csv", MIXED), stage.context)[0]
    alert(event, stage.context)
    tick(stage)
    (mail,) = stage.mailer.sent
    assert b"\r\nBcc" not in mail.as_bytes()
    assert mail["Bcc"] is None


def test_the_time_of_a_mail_is_the_time_it_is_sent(stage: Isolated):
    hold(stage, "a")
    tick(stage, 5)
    assert stage.mailer.sent[0]["Date"].datetime.replace(tzinfo=None) == NOW + timedelta(seconds=5)
