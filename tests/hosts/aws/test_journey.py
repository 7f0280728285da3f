"""A file goes all the way through the functions, as it does through the embedded host: events, numbers, report, mail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from headgate.core.events import Event
from headgate.flow import STAGES
from headgate.hosts.aws.function import Function
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from tests.hosts.aws.at_work import work_off
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.projects import MIXED, UNUSABLE, drop, make_project

Deploy = Callable[..., Deployed]
FILES = {"people/people_a.csv": MIXED, "people/people_b.csv": UNUSABLE, "what.bin": b"\x00\x01"}


def told(events: list[Event]) -> list[tuple[str, dict[str, Any]]]:
    """What the events say, but for where and when, and whom each host has to tell."""
    left_out = ("file.arrived", "clock.ticked", "alert.sent")
    return sorted(
        ((one.type, dict(one.data)) for one in events if one.type not in left_out),
        key=lambda one: (one[0], str(one[1])),
    )


def embedded(folder: Path) -> list[Event]:
    with EmbeddedHost(folder) as host:
        return run_once(host, sleep=lambda _: None).events


def test_both_hosts_give_the_same_events_for_the_same_files(deployed: Deploy, tmp_path: Path):
    shop = deployed("mail: {to: []}\n")
    local = make_project(tmp_path / "local", "project: shop\nmail: {to: []}\n")
    for key, data in FILES.items():
        shop.drop(key, data)
        drop(local, key, data)
    work_off(shop)
    here, there = told(embedded(local)), told(shop.all_events())
    assert [type_ for type_, _ in here] == [type_ for type_, _ in there]
    assert {type_ for type_, _ in here} == {
        "file.processed", "analysis.completed", "report.sent", "file.failed", "file.unmatched",
    }  # fmt: skip
    for (_, one), (type_, other) in zip(here, there, strict=True):
        if type_ != "file.unmatched":
            assert one == other
    assert shop.journal.letters() == []
    (report,) = [key for key in shop.keys("reports/people/") if key.endswith(".txt")]
    assert b"people_a.csv" in shop.read(report)


def test_the_clock_tells_alerts_and_the_day_is_summed_up(deployed: Deploy):
    shop = deployed("mail: {to: []}\n")
    shop.drop(data=UNUSABLE)
    work_off(shop)
    assert [one.group.split("/")[0] for one in shop.held_alerts()] == ["file.failed"]
    Function("alert", STAGES["alert"])({}, LambdaContext())
    assert shop.held_alerts() == []
    answer = Function("summarize", STAGES["summarize"])({}, LambdaContext())
    assert (answer["status"], answer["events"][0]["type"]) == ("done", "daily.completed")
