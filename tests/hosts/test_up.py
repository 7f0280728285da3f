"""`headgate up`, a real process: what is dropped is processed by itself, and stopping or killing it loses nothing."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faces.command import headgate
from tests.hosts.bench import Bench
from tests.hosts.running import Running, until, up
from tests.projects import GOOD, MIXED, UNUSABLE, documents, drop, make_project, names, reports

# Long enough to be seen under way.
LARGE = b"name,email,age\n" + b"".join(b"N%d,n%d@example.org,%d\n" % (n, n, n % 90) for n in range(400_000))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def asked(folder: Path, query: str) -> list[Any]:
    ledger = folder / ".headgate/ledger.db"
    if not ledger.exists():
        return []
    with closing(sqlite3.connect(ledger)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


_UNDER_WAY = "SELECT interruptions FROM deliveries WHERE stage = 'ingest' AND state = 'taken'"


def moved(folder: Path, key: str, data: bytes) -> None:
    """A file that is there whole, or not at all."""
    part = drop(folder, f"{key}.part", data)
    part.rename(part.with_suffix(""))


def states(folder: Path) -> list[str]:
    return [state for (state,) in asked(folder, "SELECT state FROM runs")]


def test_what_is_dropped_renamed_or_put_into_the_inbox_is_processed_by_itself(folder: Path, tmp_path: Path):
    waiting = drop(folder, "people/before.csv", GOOD)
    with up(folder) as running:
        running.says("watching")
        until(lambda: len(reports(folder)) == 1, "what lay there before")
        drop(folder, "people/dropped.csv", MIXED)
        drop(folder, "people/renamed.csv.part", b"name,email,age\nZoe,,\n").rename(waiting.with_name("renamed.csv"))
        (tmp_path / "people_put.csv").write_bytes(b"name,email,age\nPut,,\n")
        assert headgate("put", tmp_path / "people_put.csv", "--project", folder, cwd=tmp_path).code == 0
        until(lambda: len(reports(folder)) == 4, running.said)
        assert running.end() == 0
        assert "stopped; what was under way is finished" in running.said
    assert names(folder, "inbox") == []
    assert names(folder, "archive") == ["before.csv", "dropped.csv", "people_put.csv", "renamed.csv"]
    lines = [json.loads(line) for line in running.said.splitlines() if '"stage"' in line]
    assert {"ingest", "load", "analyze", "notify"} <= {line["stage"] for line in lines}


def test_a_sender_that_pauses_for_long_is_waited_for_and_no_row_is_lost(folder: Path):
    with up(folder) as running:
        running.says("watching")
        (folder / "inbox/people").mkdir(parents=True)
        with (folder / "inbox/people/slow.csv").open("wb") as sender:
            sender.write(b"name,email,age\n" + b"Ann,,31\n" * 1000)
            sender.flush()
            drop(folder, "people/whole.csv", MIXED)
            until(lambda: len(reports(folder)) == 1, "what came meanwhile")
            sender.write(b"Bob,,32\n" * 1001)
        until(lambda: len(reports(folder)) == 2, "what was waited for")
        assert running.end() == 0
        assert all(json.loads(line)["level"] == "info" for line in running.said.splitlines())
    counts = {one["file"]["name"]: one["counts"]["records"] for one in documents(folder, "manifests/*.json")}
    assert counts == {"whole.csv": 4, "slow.csv": 2001}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_stopped_it_finishes_what_is_under_way_and_the_rest_waits(folder: Path, number: signal.Signals):
    with up(folder) as running:
        running.says("watching")
        moved(folder, "people/large.csv", LARGE)
        until(lambda: states(folder) == ["running"])
        assert running.end(number) == 0
    assert states(folder) == ["committed"]
    (manifest,) = documents(folder, "manifests/*.json")
    assert manifest["counts"]["accepted"] == 400_000
    assert (names(folder, "inbox"), reports(folder)) == ([], [])
    assert headgate("run", "--project", folder, cwd=folder).code == 0
    assert len(reports(folder)) == 1


def test_killed_under_way_it_takes_up_after_a_restart_and_ends_in_one_run(folder: Path):
    moved(folder, "people/large.csv", LARGE)
    for deaths in (0, 1):
        with up(folder) as running:
            until(lambda: asked(folder, _UNDER_WAY) == [(deaths,)] and states(folder) == ["running"])  # noqa: B023
            running.end(signal.SIGKILL)
    assert documents(folder, "manifests/*.json") == []
    with up(folder) as running:
        until(lambda: len(reports(folder)) == 1, running.said)
        assert running.end() == 0
    assert asked(folder, "SELECT state, attempts FROM runs") == [("committed", 1)]
    assert asked(folder, "SELECT interruptions FROM deliveries WHERE stage = 'ingest'") == [(2,)]
    assert (names(folder, "inbox"), names(folder, "archive")) == ([], ["large.csv"])
    assert len(list(folder.glob("accepted/people/*/accepted.parquet"))) == 1
    assert [path for path in (folder / ".headgate/staging").rglob("*") if path.is_file()] == []


def test_a_second_one_on_the_same_project_is_refused_and_the_first_goes_on(folder: Path):
    with up(folder) as running:
        running.says("watching")
        with up(folder, log="second.log") as second:
            assert second.exit_code() == 2
            assert "another `headgate up` already works on this project" in second.said
            assert "next: headgate status" in second.said
        drop(folder, "people/a.csv", GOOD)
        until(lambda: len(reports(folder)) == 1, running.said)
    with up(folder) as third:
        third.says("watching")
        assert third.end() == 0


def test_metrics_are_answered_while_it_runs(folder: Path):
    with up(folder, "--metrics-port", "0") as running:
        running.says("metrics: ")
        drop(folder, "people/a.csv", MIXED)
        until(lambda: 'headgate_rows_total{outcome="rejected",pipeline="people"} 3.0' in _scraped(running))
        with up(
            make_project(folder.parent / "other"), "--metrics-port", running.metrics_url.split(":")[2][:-8], log="o"
        ) as other:
            assert other.exit_code() == 2
            assert "metrics can't be served on port" in other.said


def _scraped(running: Running) -> str:
    with urllib.request.urlopen(running.metrics_url, timeout=10) as answer:
        return str(answer.read().decode())


def test_an_inbox_that_is_taken_away_and_comes_back_is_watched_again(folder: Path):
    with up(folder) as running:
        running.says("watching")
        drop(folder, "people/a.csv", GOOD)
        until(lambda: len(reports(folder)) == 1, running.said)
        shutil.rmtree(folder / "inbox")
        running.says("the inbox can't be watched")
        drop(folder, "people/b.csv", MIXED)
        until(lambda: len(reports(folder)) == 2, running.said)
        drop(folder, "people/c.csv", b"name,email,age\nZoe,,\n")
        until(lambda: len(reports(folder)) == 3, running.said)
        assert running.end() == 0


def test_a_storage_elsewhere_whose_inbox_is_a_link_is_watched(tmp_path: Path):
    folder = make_project(tmp_path / "project", "storage: ../store\nmail: {to: [a@b.c]}\n")
    (tmp_path / "drop").mkdir()
    (tmp_path / "store").mkdir()
    (tmp_path / "store/inbox").symlink_to(tmp_path / "drop")
    with up(folder) as running:
        running.says("watching")
        drop(tmp_path / "store", "people/a.csv", GOOD)
        until(lambda: len(reports(tmp_path / "store")) == 1, running.said)
        (tmp_path / "drop/people_b.csv").write_bytes(MIXED)
        until(lambda: len(reports(tmp_path / "store")) == 2, running.said)
        assert running.end() == 0
    assert not (folder / "inbox").exists()


def test_settings_that_change_are_said_and_used_after_a_restart(folder: Path):
    with up(folder) as running:
        running.says("watching")
        path = folder / "pipelines/people/pipeline.yaml"
        path.write_text(path.read_text() + "max_rejected: 1\n")
        running.says("settings changed (pipelines/people/pipeline.yaml): restart `headgate up` to use them")
        drop(folder, "people/a.csv", MIXED)
        until(lambda: states(folder) == ["committed"], running.said)
        assert running.end() == 0
        assert running.said.count("settings changed") == 1


def test_a_mistake_in_the_project_is_said_and_is_exit_code_2(folder: Path):
    (folder / "pipelines/people/contract.odcs.yaml").write_text("id: [\n")
    with up(folder) as running:
        assert running.exit_code() == 2
        assert running.said.startswith("error: ")
        assert "Traceback" not in running.said


def test_a_run_beside_it_tells_what_became_of_its_files_whoever_processed_them(folder: Path, tmp_path: Path):
    with up(folder) as running:
        running.says("watching")
        for number, (data, code) in enumerate([(MIXED, 0), (UNUSABLE, 1)]):
            (tmp_path / f"people{number}.csv").write_bytes(data)
            said = headgate("run", f"people{number}.csv", "--json", "--project", folder, cwd=tmp_path)
            assert said.code == code
            assert [one["file"] for one in said.json["files"]] == [f"people{number}.csv"]
        assert running.end() == 0
    assert states(folder) == ["committed", "failed"]


def test_files_of_a_storm_are_each_processed_once(folder: Path):
    with up(folder) as running:
        running.says("watching")
        for number in range(40):
            moved(folder, f"people/{number}.csv", b"name,email,age\nN%d,,\n" % (number % 20))
        until(lambda: len(asked(folder, "SELECT 1 FROM arrivals WHERE outcome IS NOT NULL")) == 40, running.said)
        until(lambda: len(reports(folder)) == 20, running.said)
        assert running.end() == 0
    assert states(folder) == ["committed"] * 20
    counted = asked(folder, "SELECT outcome, count(*) FROM arrivals GROUP BY 1 ORDER BY 1")
    assert counted == [("duplicate", 20), ("processed", 20)]
    assert asked(folder, "SELECT type FROM events WHERE type = 'file.vanished'") == []
    with Bench(folder).host as host:
        assert host.queue.dead_letters() == []
