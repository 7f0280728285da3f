"""`headgate report`: the report of a run or of a day, written anew, and mailed when that is wanted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from headgate.core.errors import Permanent, UserMistake
from headgate.faces.cli.lists import day_named
from headgate.flow import STAGES
from headgate.hosts.embedded import EmbeddedHost
from tests.faces.command import Here
from tests.hosts.bench import raising
from tests.projects import MIXED, UNUSABLE, drop, mails, make_project


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


def processed(shop: Here) -> str:
    drop(shop.folder, "people/a.csv", MIXED)
    return str(shop("run", "--json").json["files"][0]["run"])


def emptied(folder: Path) -> None:
    for path in list(folder.glob("outbox/*")):
        path.unlink()


def test_the_report_of_a_run_is_written_anew_and_mailed_only_when_that_is_wanted(shop: Here):
    run = processed(shop)
    path = shop.folder / f"reports/people/{run}.txt"
    before = path.read_text()
    path.unlink()
    emptied(shop.folder)
    said = shop("report", run[:6])
    assert (said.code, said.err, said.out) == (0, "", f"{path}\n{path.with_suffix('.html')}\n")
    assert path.read_text() == before
    assert mails(shop.folder) == {}
    (told,) = shop("report", run, "--send", "--again", "--json").json
    assert (told["run"], told["report"], told["recipients"]) == (run, f"reports/people/{run}.txt", 1)
    assert len(mails(shop.folder)) == 1
    assert shop("report", run, "--quiet").out == ""


def test_a_report_can_be_mailed_again_and_again(shop: Here):
    run = processed(shop)
    emptied(shop.folder)
    for _ in range(3):
        said = shop("report", run, "--send", "--again")
        assert (said.code, said.err) == (0, "mail written into outbox/ for team@example.com\n")
    assert len(list(shop.folder.glob("outbox/*.eml"))) == 3


def test_the_report_of_a_day_says_what_came_in_on_it(shop: Here):
    processed(shop)
    drop(shop.folder, "people/odd.csv", UNUSABLE)
    shop("run")
    emptied(shop.folder)
    (told,) = shop("report", "--day", "today", "--json").json
    assert (told["counts"]["files"], told["counts"]["failed"], told["recipients"]) == (2, 1, 0)
    assert (shop.folder / told["report"]).is_file()
    assert "odd.csv" in (shop.folder / told["text"]).read_text()
    assert mails(shop.folder) == {}


def test_a_day_that_is_over_is_mailed_once_and_whoever_asks_is_told_how_many_have_the_mail(shop: Here):
    said = shop("report", "--day", "yesterday", "--send")
    text, page = map(Path, said.out.split())
    assert text.read_text().startswith("Daily report of")
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert said.err == "1 recipient has the mail\n"
    said = shop("report", "--day", "yesterday", "--send")
    assert (said.code, said.err) == (0, "1 recipient has the mail\n")
    assert len(mails(shop.folder)) == 1


def test_a_report_that_nobody_is_named_for_says_where_to_name_somebody(here: Here):
    make_project(here.folder, settings="mail: {to: []}\n")
    run = processed(here)
    for words in ((run,), ("--day", "yesterday")):
        said = here("report", *words, "--send")
        assert said.code == 0
        assert said.err.startswith("not mailed: no address is named; mail.to in headgate.yaml, or report.recipients")


@pytest.mark.parametrize(
    ("written", "zone", "now", "day"),
    [
        ("2026-11-20", "UTC", "2026-11-25T12:00", "2026-11-20"),
        ("today", "UTC", "2026-11-25T23:30", "2026-11-25"),
        ("today", "Europe/Berlin", "2026-11-25T23:30", "2026-11-26"),
        ("yesterday", "America/New_York", "2026-11-25T03:00", "2026-11-23"),
        ("yesterday", "UTC", "2026-03-01T00:00", "2026-02-28"),
    ],
)
def test_a_day_is_one_of_the_zone_of_the_daily_report(written: str, zone: str, now: str, day: str):
    assert day_named(written, datetime.fromisoformat(now), zone, "x") == date.fromisoformat(day)


@pytest.mark.parametrize("written", ["", "tomorrow", "20.11.2026", "2026-02-30", "../../etc", "2026-W01\x1b[31m"])
def test_what_is_no_day_is_a_mistake(shop: Here, written: str):
    with pytest.raises(UserMistake, match="it must be a date such as 2026-11-20"):
        day_named(written, datetime(2026, 1, 1), "UTC", "x")
    said = shop("report", "--day", written)
    assert (said.code, said.out) == (2, "")
    assert "--day: it must be a date" in said.err
    assert "\x1b" not in said.err


def test_neither_a_run_nor_a_day_and_both_are_mistakes(shop: Here):
    run = processed(shop)
    for words in ((), (run, "--day", "today")):
        said = shop("report", *words)
        assert (said.code, said.out) == (2, "")
        assert "name a run, or a day with --day" in said.err
    assert "there is no run nosuch" in shop("report", "nosuch").err


def test_a_report_that_cannot_be_made_is_told_with_its_reason(shop: Here, monkeypatch: pytest.MonkeyPatch):
    run = processed(shop)
    monkeypatch.setitem(STAGES, "notify", raising(lambda: Permanent("no paper", next="buy some")))
    said = shop("report", run)
    assert (said.code, said.out) == (3, "")
    assert "no paper\n  next: buy some" in said.err


def test_without_its_analysis_a_report_says_how_to_get_one(shop: Here):
    run = processed(shop)
    (shop.folder / f"analysis/people/{run}.json").unlink()
    said = shop("report", run)
    assert said.code == 2
    assert f"next: headgate replay {run} --from analyze" in said.err
    assert shop("replay", run, "--from", "analyze").code == 0
    assert shop("report", run).code == 0


def test_a_day_that_is_still_to_come_is_a_mistake_and_the_one_under_way_is_not(shop: Here):
    tomorrow = datetime.now(ZoneInfo("UTC")).date() + timedelta(days=1)
    said = shop("report", "--day", tomorrow.isoformat())
    assert (said.code, said.out) == (2, "")
    assert f"--day: {tomorrow} is still to come" in said.err
    with pytest.raises(UserMistake, match="in America/New_York it is 2026-11-24"):
        day_named("2026-11-25", datetime(2026, 11, 25, 3), "America/New_York", "x")
    (told,) = shop("report", "--day", "today", "--json").json
    assert told["counts"]["files"] == 0
    with EmbeddedHost(shop.folder) as host:
        assert host.queue.dead_letters() == []
