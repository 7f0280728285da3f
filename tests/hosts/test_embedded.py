"""The embedded host: it empties the inbox, carries events from stage to stage, and stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import headgate.hosts.embedded as embedded
from headgate.core.errors import Outside, UserMistake
from headgate.core.events import Event
from headgate.flow import FLOW
from headgate.hosts.embedded import EmbeddedHost
from headgate.ports import Context
from tests.projects import GOOD, MIXED, UNUSABLE, documents, drop, make_project, names

START = datetime(2026, 1, 2, 3, 4, 5)


def ticking() -> Any:
    times: Iterator[datetime] = (START + timedelta(seconds=number) for number in range(10_000))
    return lambda: next(times)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def test_a_run_takes_every_file_through_the_whole_journey_in_order_of_its_key(folder: Path):
    drop(folder, "people/b.csv", GOOD)
    drop(folder, "people/a.csv", UNUSABLE)
    seen: list[str] = []
    journey = EmbeddedHost(folder, ticking()).run(lambda event: seen.append(event.type))
    assert seen == [event.type for event in journey.events] == [
        "file.arrived", "file.failed", "alert.sent", "file.arrived", "file.processed", "analysis.completed", "report.sent",
    ]  # fmt: skip
    assert journey.errors == []
    assert EmbeddedHost(folder, ticking()).run().events == []


def test_one_correlation_id_goes_from_the_arrival_to_the_report_and_each_arrival_has_its_own(folder: Path):
    drop(folder, "people/a.csv", GOOD)
    drop(folder, "people/b.csv", MIXED)
    journey = EmbeddedHost(folder).run()
    by_file = [
        {event.correlation_id for event in journey.events[:4]},
        {event.correlation_id for event in journey.events[4:]},
    ]
    assert [len(ids) for ids in by_file] == [1, 1]
    assert by_file[0] != by_file[1]
    (report,) = [path.read_text() for path in folder.glob("reports/people/*") if "a.csv" in path.read_text()]
    assert f"correlation id {by_file[0].pop()}" in report


def test_ids_of_events_are_the_same_for_the_same_causes_and_differ_for_a_later_arrival(tmp_path: Path):
    ids: list[list[str]] = []
    for name in ("one", "two"):
        folder = make_project(tmp_path / name)
        drop(folder, "people/a.csv", MIXED)
        ids.append([event.id for event in EmbeddedHost(folder).run().events])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])
    drop(folder, "people/a.csv", MIXED)
    later = [event.id for event in EmbeddedHost(folder).run().events]
    assert not set(later) & set(ids[0])


def test_events_are_cloudevents_that_carry_no_rows(folder: Path):
    drop(folder, "people/a.csv", MIXED)
    for event in EmbeddedHost(folder, ticking()).run().events:
        said = event.as_cloudevent()
        assert said.keys() == {
            "specversion", "id", "type", "source", "time", "subject", "correlationid", "datacontenttype", "data",
        }  # fmt: skip
        assert (said["specversion"], said["source"], said["datacontenttype"]) == (
            "1.0",
            "headgate/embedded",
            "application/json",
        )
        assert datetime.fromisoformat(said["time"]).tzinfo is not None
        assert "Ann" not in str(said)
        assert "secret" not in str(said)


def test_an_error_in_a_stage_stops_neither_the_other_stages_nor_the_other_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(event: Event, context: Context) -> list[Event]:
        raise Outside("the disk is full") if event.data["file"] == "a.csv" else OSError(28, "No space left on device")

    monkeypatch.setattr(embedded, "FLOW", {**FLOW, "file.processed": (full, *FLOW["file.processed"])})
    drop(folder, "people/a.csv", GOOD)
    drop(folder, "people/b.csv", MIXED)
    journey = EmbeddedHost(folder).run()
    assert [(event.type, error.message) for event, error in journey.errors] == [
        ("file.processed", "the disk is full"), ("file.processed", "No space left on device"),
    ]  # fmt: skip
    assert all(isinstance(error, Outside) for _, error in journey.errors)
    assert len(journey.of_type("report.sent")) == 2


def test_a_stage_that_fails_before_the_commit_leaves_the_file_for_the_next_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(event: Event, context: Context) -> list[Event]:
        raise Outside("the disk is full")

    drop(folder, "people/a.csv", GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(embedded, "FLOW", {"file.arrived": (full,)})
        assert len(EmbeddedHost(folder).run().errors) == 1
    assert names(folder, "inbox") == ["a.csv"]
    assert len(EmbeddedHost(folder).run().of_type("report.sent")) == 1
    assert len(documents(folder, "manifests/*.json")) == 1


def test_a_bug_in_a_stage_is_shown_and_stops_no_other_file(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(event: Event, context: Context) -> list[Event]:
        if event.data["file"] == "a.csv":
            raise ZeroDivisionError("nothing there")
        return []

    monkeypatch.setattr(embedded, "FLOW", {**FLOW, "file.processed": (broken, *FLOW["file.processed"])})
    drop(folder, "people/a.csv", GOOD)
    drop(folder, "people/b.csv", MIXED)
    journey = EmbeddedHost(folder).run()
    ((event, error),) = journey.errors
    assert (event.data["file"], error.code) == ("a.csv", "bug")
    assert "ZeroDivisionError: nothing there" in error.message
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert len(journey.of_type("report.sent")) == 2


def test_the_clock_gives_every_time_that_is_written(folder: Path):
    drop(folder, "people/a.csv", MIXED)
    EmbeddedHost(folder, ticking()).run()
    (manifest,) = documents(folder, "manifests/*.json")
    assert manifest["observed"]["claimed_at"] == "2026-01-02T03:04:06Z"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("headgate.yaml", "mail", "mial"),
        ("pipelines/people/pipeline.yaml", "intake", "intaek"),
        ("pipelines/people/pipeline.yaml", "contract: ", "derive: {x: now()}\ncontract: "),
        ("pipelines/people/pipeline.yaml", "contract: ", "derive: {x: nosuch + 1}\ncontract: "),
        ("pipelines/people/contract.odcs.yaml", "minimum", "minimun"),
    ],
)
def test_a_mistake_in_the_project_is_found_before_anything_is_made(folder: Path, file, old, new):
    path = folder / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UserMistake) as caught:
        EmbeddedHost(folder)
    assert caught.value.where
    assert caught.value.where.file == str(path)
    assert caught.value.where.line
    assert not (folder / ".headgate").exists()


def test_put_copies_a_file_into_the_inbox_whole_and_never_over_another(folder: Path, tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(GOOD)
    host = EmbeddedHost(folder)
    assert host.put(tmp_path / "a.csv", "people") == "inbox/people/a.csv"
    assert host.put(tmp_path / "a.csv") == "inbox/a.csv"
    assert sorted(host.waiting()) == ["inbox/a.csv", "inbox/people/a.csv"]
    (tmp_path / "a.csv").write_bytes(MIXED)
    with pytest.raises(UserMistake, match="already waits"):
        host.put(tmp_path / "a.csv", "people")
    assert (folder / "inbox/people/a.csv").read_bytes() == GOOD


def test_a_storage_elsewhere_holds_the_zones_and_the_project_keeps_ledger_and_mail(tmp_path: Path):
    folder = make_project(tmp_path / "project", settings="storage: ../store\nmail: {to: [a@b.c], outbox: sent}\n")
    drop(tmp_path / "store", "people/a.csv", GOOD)
    EmbeddedHost(folder).run()
    assert names(tmp_path / "store", "archive") == ["a.csv"]
    assert {path.name for path in folder.iterdir()} == {"headgate.yaml", "pipelines", ".headgate", "sent"}
