"""summarize: the report of a day from the ledger and the manifests, kept and mailed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.ports import Arrival, Commitment
from headgate.stages.ingest import ingest
from headgate.stages.summarize import summarize
from tests.projects import GOOD, MIXED, UNUSABLE
from tests.stages.days import AFTER, END, MOMENT, NOON, PICTURE, START, arrives, at, ended, full_disk, noted, summarized
from tests.stages.stage import Isolated, event


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_a_day_is_told_as_document_text_and_web_page_and_the_event_says_where(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    (told,) = summarize(ended(), at(stage, AFTER))
    key = "reports/daily/2026-11-20"
    assert stage.held("reports") == [f"{key}.html", f"{key}.json", f"{key}.txt"]
    assert (told.type, told.subject, told.correlation_id) == ("daily.completed", "2026-11-20", "correlation")
    counts = told.data["counts"]
    assert told.data == {
        "day": "2026-11-20", "zone": "Europe/Berlin", "report": f"{key}.json", "text": f"{key}.txt",
        "page": f"{key}.html", "counts": counts, "recipients": 1,
    }  # fmt: skip
    assert counts == stage.json(f"{key}.json")["totals"]
    assert (counts["files"], counts["records"], counts["accepted"], counts["rejected"]) == (1, 4, 1, 3)
    assert stage.files.read(f"{key}.txt").decode().startswith("Daily report of project: Friday, 2026-11-20\n")
    assert "<h1>1 file came in</h1>" in stage.files.read(f"{key}.html").decode()


def test_the_zone_of_the_reports_can_be_another(tmp_path: Path):
    stage = Isolated(tmp_path, settings="zones: {reports: told}\n")
    summarize(ended(), at(stage, AFTER))
    assert stage.held("told") == [f"told/daily/2026-11-20.{ending}" for ending in ("html", "json", "txt")]


def test_everything_that_came_is_told_under_what_became_of_it(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    arrives(stage, "people/b.csv", UNUSABLE)
    arrives(stage, "people/again.csv", MIXED)
    arrives(stage, "what.xyz", b"?")
    arrives(stage, "anything/named.csv", PICTURE)
    arrives(stage, "anything/renamed.csv", PICTURE)
    report = summarized(stage)
    totals = report["totals"]
    names = ("files", "processed", "failed", "duplicates", "unmatched", "under_way", "dead")
    assert [totals[name] for name in names] == [6, 2, 1, 2, 1, 0, 0]
    assert totals["bytes"] == len(MIXED) * 2 + len(UNUSABLE) + len(PICTURE) * 2 + len(b"?")
    (failure,) = report["failures"]
    assert (failure["code"], failure["files"][0]["file"], failure["files"][0]["pipeline"]) == (
        "missing_column",
        "b.csv",
        "people",
    )
    duplicates = {one["file"]: (one["names"], one["count"]) for one in report["duplicates"]}
    assert duplicates == {"a.csv": (["again.csv"], 1), "named.csv": (["renamed.csv"], 1)}
    (unmatched,) = report["unmatched"]
    assert unmatched["message"] == f"it lies at {stage.held('unmatched')[0]}"
    assert {one["type"]: one["files"] for one in report["by_type"]} == {"text/csv": 3, ".xyz": 1, "image/png": 2}
    assert {one["reason"]: one["rows"] for one in report["reject_reasons"]} == {
        "age.type": 1, "age.minimum": 1, "email.format": 1, "name.required": 1,
    }  # fmt: skip
    assert [one["file"] for one in report["slowest"]] == ["a.csv"]
    assert report["missing_manifests"] == []
    assert [one["pipeline"] for one in report["by_pipeline"]] == ["anything", "guests", "people", None]


def test_a_file_belongs_to_the_day_on_which_it_came_by_the_clock_of_the_zone(stage: Isolated):
    times = {"before": START - MOMENT, "first": START, "last": END - MOMENT, "after": END}
    for name, now in times.items():
        arrives(stage, f"people/{name}.csv", GOOD + name.encode() + b",,\n", now)
    later = END + timedelta(days=2)
    days = {day: summarized(stage, day, later) for day in ("2026-11-19", "2026-11-20", "2026-11-21")}
    found = {day: sorted(one["file"] for one in report["largest"]) for day, report in days.items()}
    assert found == {
        "2026-11-19": ["before.csv"],
        "2026-11-20": ["first.csv", "last.csv"],
        "2026-11-21": ["after.csv"],
    }


def test_a_day_with_25_hours_has_the_files_of_all_of_them(stage: Isolated):
    start = datetime(2026, 10, 24, 22)
    for hour in range(26):
        arrives(stage, f"anything/{hour}", b"%d" % hour, start + timedelta(hours=hour))
    report = summarized(stage, "2026-10-25", start + timedelta(hours=27))
    assert (report["hours"], report["totals"]["files"]) == (25.0, 25)


def test_a_run_that_ends_after_midnight_counts_for_the_day_its_file_came(stage: Isolated):
    file = stage.arrival("people/a.csv", GOOD, END - MOMENT)
    with full_disk(stage):
        ingest(file, at(stage, END - MOMENT))
    report = summarized(stage)
    assert (report["totals"]["under_way"], report["totals"]["records"], report["broken_off"]) == (1, 0, 1)
    assert [one["file"] for one in report["under_way"]] == ["a.csv"]
    ingest(file, at(stage, AFTER))
    report = summarized(stage, now=AFTER + timedelta(hours=1))
    assert (report["totals"]["processed"], report["totals"]["under_way"], report["totals"]["records"]) == (1, 0, 2)
    assert summarized(stage, "2026-11-21", AFTER + timedelta(days=1))["totals"]["files"] == 0


def test_a_dead_file_is_told_with_its_error_until_its_content_comes_again(stage: Isolated):
    file = stage.arrival("people/a.csv", GOOD, NOON)
    with full_disk(stage):
        ingest(file, at(stage, NOON))
    stage.ledger.bury(file.id, {"code": "disk_full", "message": "the disk is full"}, NOON)
    report = summarized(stage)
    assert report["totals"]["dead"] == 1
    assert [(one["code"], one["files"][0]["message"]) for one in report["dead"]] == [("disk_full", "the disk is full")]
    arrives(stage, "people/again.csv", GOOD, NOON)
    totals = summarized(stage)["totals"]
    assert (totals["dead"], totals["under_way"], totals["processed"], totals["duplicates"]) == (0, 0, 1, 1)


def test_a_file_that_died_before_it_was_read_is_counted(stage: Isolated):
    file = stage.arrival("people/a.csv", GOOD, NOON)
    stage.ledger.note([Arrival(file.id, NOON, "people", file.data["key"], "a.csv")])
    stage.ledger.bury(file.id, {"code": "outside"}, NOON)
    report = summarized(stage)
    assert (report["totals"]["files"], report["totals"]["dead"], report["totals"]["under_way"]) == (1, 1, 0)
    assert [(one["code"], one["files"][0]["file"]) for one in report["dead"]] == [("never_begun", "a.csv")]
    ingest(file, at(stage, AFTER))
    totals = summarized(stage, now=AFTER)["totals"]
    assert (totals["files"], totals["dead"], totals["processed"]) == (1, 0, 1)


def test_a_file_whose_run_ends_while_it_is_counted_is_what_its_run_is(stage: Isolated, monkeypatch: pytest.MonkeyPatch):
    arrives(stage, "people/a.csv", GOOD, NOON)
    arrives(stage, "people/b.csv", b"nothing,of,this\n1,2,3\n", NOON)
    arrivals = stage.ledger.arrivals
    monkeypatch.setattr(stage.ledger, "arrivals", lambda *span: [replace(one, outcome=None) for one in arrivals(*span)])
    totals = summarized(stage)["totals"]
    assert (totals["processed"], totals["failed"], totals["duplicates"], totals["records"]) == (1, 1, 0, 2)


def test_each_failed_arrival_keeps_its_own_reason(stage: Isolated):
    for name, reason in (("a.csv", {"code": "first"}), ("b.csv", {"code": "second"})):
        arrival = noted(name)
        stage.ledger.claim(arrival)
        stage.ledger.fail("r1", arrival.event, reason, NOON)
    assert {one["code"]: one["files"][0]["file"] for one in summarized(stage)["failures"]} == {
        "first": "a.csv",
        "second": "b.csv",
    }


def test_a_failure_long_after_midnight_is_told_with_the_last_reason_of_its_run(stage: Isolated):
    arrival = noted("a.csv")
    stage.ledger.claim(arrival)
    stage.ledger.fail("r1", arrival.event, {"code": "late"}, NOON + timedelta(days=9))
    assert [one["code"] for one in summarized(stage, now=AFTER + timedelta(days=9))["failures"]] == ["late"]


def test_a_replay_is_no_file_that_came(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    key = next(key for key in stage.held("archive") if key.endswith("a.csv"))
    (run,) = stage.ledger.runs()
    data = {"key": key, "pipeline": "people", "file": "a.csv", "replay": 1, "replays": run.run}
    (replayed,) = ingest(event("file.arrived", key, data, id_="replay", at=NOON), at(stage, NOON))
    assert replayed.type == "file.processed"
    report = summarized(stage)
    assert (report["replays"], report["totals"]["files"], report["totals"]["rejected"]) == (1, 1, 3)


@pytest.mark.parametrize("data", [None, b"", b"{not json", b'{"manifest": 1}'])
def test_a_manifest_that_is_gone_or_unreadable_is_told_and_costs_only_what_it_says(stage: Isolated, data):
    arrives(stage, "people/a.csv", MIXED)
    arrives(stage, "people/again.csv", MIXED)
    (key,) = stage.held("manifests")
    stage.files.delete(key) if data is None else stage.files.write(key, data)
    report = summarized(stage)
    assert report["missing_manifests"] == [Path(key).stem]
    assert (report["totals"]["records"], report["totals"]["rejected"], report["totals"]["duplicates"]) == (4, 3, 1)
    assert (report["reject_reasons"], report["slowest"]) == ([], [])


def test_a_store_that_fails_for_now_fails_the_attempt_and_not_the_report(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    with full_disk(stage):
        summarize(ended(), at(stage, AFTER))
    assert stage.held("reports") == []
    assert stage.mailer.sent == []


def said(mail: EmailMessage) -> str:
    """The text of a mail, with the line ends that it has in the store."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_mail_has_charts_of_what_came_to_several_pipelines(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    arrives(stage, "guests/a.csv", GOOD)
    summarize(ended(), at(stage, AFTER))
    (mail,) = stage.mailer.sent
    html = mail.get_body(("html",))
    assert html is not None
    pictures = [part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 2
    assert all(f"cid:{picture}" in html.get_content() for picture in pictures)
    assert "people: 1 accepted, 3 rejected; guests: 2 accepted, 0 rejected" in html.get_content()


def test_the_days_before_are_counted_from_the_ledger(stage: Isolated):
    for days, names in {0: "a", 1: "bc", 3: "defg", 8: "hijkl"}.items():
        for name in names:
            arrives(stage, f"people/{name}.csv", MIXED + name.encode() + b",,\n", NOON - timedelta(days=days))
    for key in stage.held("manifests"):
        stage.files.delete(key)
    compared = summarized(stage)["compared"]
    before, mean = compared["day_before"], compared["mean"]
    assert (before["files"], before["records"], before["rejected"]) == (2, 10, 6)
    assert (mean["days"], mean["days_with_files"], mean["files"], mean["records"]) == (7, 2, 3.0, 15.0)


def test_a_day_without_files_is_told_and_mailed_too(stage: Isolated):
    report = summarized(stage)
    assert report["totals"]["files"] == 0
    (mail,) = stage.mailer.sent
    assert mail["Subject"] == "Daily report of project: Friday, 2026-11-20: 0 files"
    assert "No file came in on this day." in said(mail)


def test_the_mail_is_the_text_and_goes_once_however_often_the_day_is_told(tmp_path: Path):
    stage = Isolated(tmp_path, settings="mail: {to: [a@example.org, b@example.org]}\n")
    arrives(stage, "people/a.csv", MIXED)
    recipients = [summarize(ended(id_=id_), at(stage, AFTER))[0].data["recipients"] for id_ in ("one", "one", "two")]
    assert recipients == [2, 2, 2]
    (mail,) = stage.mailer.sent
    assert mail["To"] == "a@example.org, b@example.org"
    assert said(mail).encode() == stage.files.read("reports/daily/2026-11-20.txt")


def test_the_mails_of_two_projects_for_one_mailbox_are_two(tmp_path: Path):
    ids = set()
    for name in ("north", "south"):
        stage = Isolated(tmp_path / name)
        summarize(ended(), at(stage, AFTER))
        ids |= {mail["Message-ID"] for mail in stage.mailer.sent}
    assert len(ids) == 2


def test_another_day_is_another_mail(stage: Isolated):
    for day in ("2026-11-20", "2026-11-21"):
        summarize(ended(day), at(stage, AFTER + timedelta(days=1)))
    assert len({mail["Message-ID"] for mail in stage.mailer.sent}) == 2


def test_what_was_mailed_during_the_day_does_not_keep_back_the_report_of_the_whole_day(stage: Isolated):
    for id_, now in (("noon", NOON), ("noon", NOON), ("evening", END - MOMENT), ("midnight", AFTER)):
        summarize(ended(id_=id_), at(stage, now))
    assert len(stage.mailer.sent) == 3
    assert ["not over" in said(mail) for mail in stage.mailer.sent] == [True, True, False]


def test_nobody_is_mailed_who_does_not_want_to_be(tmp_path: Path):
    stage = Isolated(tmp_path)
    (told,) = summarize(ended(mail=False), at(stage, AFTER))
    other = Isolated(tmp_path / "other", settings="mail: {to: []}\n")
    (told_other,) = summarize(ended(), at(other, AFTER))
    assert (told.data["recipients"], told_other.data["recipients"]) == (0, 0)
    assert (stage.mailer.sent, other.mailer.sent) == ([], [])
    assert len(stage.held("reports")) == len(other.held("reports")) == 3


def test_telling_a_day_again_at_the_same_moment_gives_the_same_bytes(stage: Isolated):
    arrives(stage, "people/a.csv", MIXED)
    arrives(stage, "people/b.csv", UNUSABLE)
    first, second = (
        [summarize(ended(), at(stage, AFTER)), *map(stage.files.read, stage.held("reports"))][1:] for _ in range(2)
    )
    assert first == second


def test_a_name_made_to_deceive_breaks_neither_the_report_nor_its_mail(stage: Isolated):
    name = "x\x1b]0;y\nBcc: me@evil.example\u202e.csv"
    arrival = noted(name)
    stage.ledger.claim(arrival)
    stage.ledger.fail("r1", arrival.event, {"code": "a\nb", "message": "c\x1b[2J\nSubject: d"}, NOON)
    summarize(ended(), at(stage, AFTER))
    for key in stage.held("reports"):
        assert all(line.isprintable() for line in stage.files.read(key).decode().split("\n"))
    (mail,) = stage.mailer.sent
    assert mail["Bcc"] is None
    assert mail.get_all("Subject") == ["Daily report of project: Friday, 2026-11-20: 1 file, 1 failed"]
    assert not any(line.startswith(("Bcc", "Subject")) for line in said(mail).split("\n"))


@pytest.mark.parametrize(("day", "zone"), [("../../inbox/x", "UTC"), ("2026-11-20", "../../etc/localtime")])
def test_what_is_no_day_or_zone_is_refused_before_anything_is_written(stage: Isolated, day, zone):
    with pytest.raises(UserMistake):
        summarize(ended(day, zone), at(stage, AFTER))
    assert stage.held("reports") == []


def test_thousands_of_files_a_day_are_told_from_one_reading_of_each(stage: Isolated, monkeypatch):
    manifest = json.dumps({"observed": {"seconds": 0.1}, "rules": [], "malformed": {"too_few_fields": 1}}).encode()
    commitment = Commitment("accepted", {"records": 10, "accepted": 9, "rejected": 1, "warned": 0})
    for number in range(3000):
        arrival = noted(f"{number}.csv", NOON + timedelta(seconds=number), f"r{number}")
        stage.ledger.claim(arrival)
        stage.files.write(f"manifests/r{number}.json", manifest)
        stage.ledger.commit(arrival.run or "", arrival.event, commitment, NOON)
        stage.ledger.close(replace(noted(f"again {number}", run="r7"), outcome="duplicate"))
    read: Counter[str] = Counter()
    reads = stage.files.read

    def counted(key: str) -> bytes:
        read[key] += 1
        return reads(key)

    monkeypatch.setattr(stage.files, "read", counted)
    (told,) = summarize(ended(), at(stage, AFTER))
    assert read.most_common(1)[0][1] == 1
    assert (told.data["counts"]["files"], told.data["counts"]["rejected"]) == (6000, 3000)
    assert len(reads("reports/daily/2026-11-20.json")) < 60_000
