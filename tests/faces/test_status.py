"""`headgate status` says on one page how a project is doing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from headgate.faces.cli.status import status_document
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.local_desk import LocalDesk
from headgate.hosts.up import _alone
from headgate.ports import HeldAlert, Missing
from tests.faces.command import Here, headgate
from tests.faces.worked import full, noted, work
from tests.projects import GOOD, MIXED, UNUSABLE, drop, make_project

AT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


def lines(text: str) -> dict[str, str]:
    """Title → what is said of it."""
    return {line[:14].strip(): line[14:] for line in text.partition("\n\n")[0].splitlines()}


def test_of_a_project_on_which_nothing_happened_yet_it_says_how_to_begin(shop: Here):
    said = shop("status")
    assert (said.code, said.err) == (0, "")
    assert {name: lines(said.out)[name] for name in ("inbox", "queue", "dead letters", "missing", "daily report")} == {
        "inbox": "empty",
        "queue": "empty",
        "dead letters": "none",
        "missing": "no file",
        "daily report": "none yet",
    }
    assert said.out.endswith("\n\nno runs yet: put a file into the inbox, then `headgate run` or `headgate up`\n")


def test_runs_are_counted_by_pipeline_and_state_and_recent_ones_apart(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    drop(shop.folder, "people/b.csv", MIXED)
    drop(shop.folder, "guests/odd.csv", UNUSABLE)
    work(shop.folder)
    now = datetime.fromisoformat(shop("status", "--json").json["at"]).replace(tzinfo=None)
    with LocalDesk(shop.folder) as desk:
        noted(desk, "yesterday", now - timedelta(hours=23, minutes=59))
        noted(desk, "before", now - timedelta(hours=24, minutes=1))
        runs, page = shop("status", "--json").json["runs"], shop("status").out
    none = {"committed": 0, "failed": 0, "dead": 0, "claimed": 0, "running": 0, "stuck": 0, "vanished": 0}
    assert runs["all"] == {"guests": {**none, "failed": 1}, "people": {**none, "committed": 2, "running": 2}}
    assert runs["last_24_hours"]["people"] == {**none, "committed": 2, "running": 1}
    table = page.partition("\n\n")[2].splitlines()
    assert " ".join(table[0].split()) == "runs committed failed running last 24 h of which failed, dead or killed"
    assert [line.split() for line in table[1:]] == [["guests", "1", "1", "1"], ["people", "2", "2", "3"]]


def test_files_in_the_inbox_are_counted_those_still_growing_and_those_of_dead_letters_apart(here: Here):
    make_project(here.folder, settings="watch: {settle: 60}\n")
    for name in ("a.csv", "b.csv"):
        os.utime(drop(here.folder, f"people/{name}"), (1, 1))
    work(here.folder, ingest=full)
    drop(here.folder, "people/c.csv")
    drop(here.folder, "people/.hidden")
    drop(here.folder, "people/d.csv.part")
    assert here("status", "--json").json["inbox"] == {"files": 3, "growing": 1, "dead": 2, "untaken": []}
    said = lines(here("status").out)
    assert said["inbox"] == "3 files (1 may still be growing, 2 of a dead letter)"
    assert said["dead letters"] == "2: headgate dead list"


def test_looking_announces_and_takes_nothing(shop: Here):
    drop(shop.folder, "people/a.csv")
    assert shop("status", "--json").json["inbox"]["files"] == 1
    with EmbeddedHost(shop.folder) as host:
        assert host.queue.depth().waiting == 0
    assert [event.type for event in work(shop.folder).events][:2] == ["file.arrived", "file.processed"]


def test_what_waits_in_the_queue_is_said_with_its_age(shop: Here):
    drop(shop.folder, "people/a.csv")
    with EmbeddedHost(shop.folder) as host:
        (arrived,) = host.intake.look().arrived
    with LocalDesk(shop.folder) as desk:
        queue = status_document(desk, arrived.time + timedelta(minutes=3))["queue"]
    assert (queue["waiting"], queue["taken"], queue["oldest_seconds"]) == (1, 0, 180)
    assert lines(shop("status").out)["queue"].startswith("1 waiting, the oldest since ")


def test_whether_up_is_running_is_known_by_its_lock_and_looking_does_not_take_it(shop: Here):
    assert shop("status", "--json").json["up"] is False
    lock = _alone(shop.folder)
    assert shop("status", "--json").json["up"] is True
    assert lines(shop("status").out)["at work"] == "`headgate up` is running"
    os.close(lock)
    assert shop("status", "--json").json["up"] is False
    os.close(_alone(shop.folder))


def test_missing_files_and_alerts_that_are_held_are_named(shop: Here):
    with EmbeddedHost(shop.folder) as host:
        host.notices.miss(Missing("people", "2026-01-02", AT), "tick")
        host.notices.hold(HeldAlert("e", "g", "people", "s", "t", AT, "c"))
    document = shop("status", "--json").json
    assert document["missing"] == [{"pipeline": "people", "period": "2026-01-02", "due": "2026-01-02T03:04:05Z"}]
    assert document["alerts"] == {"held": 1, "oldest": "2026-01-02T03:04:05Z"}
    said = lines(shop("status").out)
    assert said["missing"] == "people 2026-01-02, due 2026-01-02 03:04:05Z"
    assert said["alerts"] == "1 to be told"


def test_the_last_daily_report_is_named(shop: Here):
    for name in ("2026-01-02.json", "2026-01-03.json", "2026-01-03.txt"):
        path = shop.folder / "reports" / "daily" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    assert shop("status", "--json").json["daily_report"] == {
        "day": "2026-01-03",
        "report": "reports/daily/2026-01-03.json",
    }
    assert lines(shop("status").out)["daily report"] == "reports/daily/2026-01-03.json"


def test_what_comes_by_itself_is_told_the_next_first_in_utc(here: Here):
    source = (
        "source: {kind: twelve_data, symbols: [AAPL], interval: 1day, key_env: KEY, schedule: {cron: '30 2 * * *'}}\n"
    )
    make_project(here.folder, settings="daily_report: {cron: '0 0 * * *', zone: Europe/Berlin}\n", people=source)
    with LocalDesk(here.folder) as desk:
        found = status_document(desk, datetime(2026, 1, 1, 23, 30))["schedules"]
    assert [(one["name"], one["next"]) for one in found] == [
        ("fetch people", "2026-01-02T02:30:00Z"),
        ("daily report", "2026-01-02T23:00:00Z"),
    ]
    assert lines(here("status").out)["next"].count("Z") == 2


def test_in_the_hour_that_comes_twice_no_time_of_the_past_is_announced(here: Here):
    make_project(here.folder, settings="daily_report: {cron: '30 2 * * *', zone: Europe/Berlin}\n")
    with LocalDesk(here.folder) as desk:
        for now in (datetime(2026, 10, 25, 0, 45), datetime(2026, 10, 25, 1, 15)):
            (daily,) = status_document(desk, now)["schedules"]
            assert daily["next"] > now.isoformat()


def test_a_contract_that_is_wrong_hides_nothing(shop: Here):
    drop(shop.folder, "people/a.csv")
    work(shop.folder, ingest=full)
    (shop.folder / "pipelines/people/contract.odcs.yaml").write_text("nonsense: [")
    assert lines(shop("status").out)["dead letters"] == "1: headgate dead list"
    assert [shop(*words).code for words in (["runs"], ["dead", "list"], ["dead", "redrive", "1"])] == [0, 0, 0]


def test_without_a_project_it_is_the_users_mistake(here: Here):
    said = here("status", "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "no_project")


def test_quietly_it_only_looks(shop: Here):
    assert shop("status", "-q").out == ""


def test_it_does_not_wait_for_the_engine_to_load(shop: Here, tmp_path: Path):
    program = tmp_path / "program.py"
    program.write_text(
        "import json, sys\nfrom headgate.faces.cli import main\n"
        "try:\n    main()\nfinally:\n    print(json.dumps([name for name in ('duckdb', 'typer') if name in sys.modules]))\n"
    )
    command = [sys.executable, str(program), "status", "--quiet"]
    ran = subprocess.run(command, cwd=shop.folder, capture_output=True, timeout=60, check=True)
    assert json.loads(ran.stdout.decode()) == ["typer"]


def test_as_a_process_of_its_own_it_says_the_same(shop: Here):
    drop(shop.folder, "people/a.csv")
    said = headgate("status", "--project", shop.folder, "--json", cwd=shop.folder.parent)
    assert (said.code, said.json["inbox"]["files"], said.json["project"]) == (0, 1, shop.folder.name)


def test_who_only_looks_needs_no_place_for_a_lock(shop: Here):
    assert shop("status").code == 0
    owners = shop.folder / ".headgate" / "owners"
    shutil.rmtree(owners)
    owners.write_text("no folder can be made here, as on a full disk")
    for words in (("status",), ("runs",), ("dead", "list"), ("cost",)):
        assert shop(*words).code == 0
    said = shop("run")
    assert (said.code, "no lock can be kept" in said.err) == (3, True)
