"""ingest, once more: asked again for an arrival, it tells the same, and does nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Busy, Outside, Transient, UserMistake
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.projects import GOOD, MIXED
from tests.stages.arriving import WAYS, Way, a_duplicate_in, an_unusable_one_in, left, people_in
from tests.stages.stage import NOW, Isolated, event


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def later(context: Context, days: float = 1) -> Context:
    """The next attempt, by another process, at another time."""
    return replace(context, now=NOW + timedelta(days=days))


@pytest.mark.parametrize("days", [1, -1], ids=["later", "the clock was put back"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_arrival_that_came_to_its_end_is_told_again_the_same_whatever_the_clock_says(
    way: Way, days: int, stage: Isolated
):
    arrived = way(stage)
    told = ingest(arrived, stage.context)
    before = left(stage)
    again = ingest(arrived, later(stage.context, days))
    assert [one.as_cloudevent() for one in again] == [one.as_cloudevent() for one in told]
    assert left(stage) == before


@pytest.mark.parametrize("way", [people_in, a_duplicate_in, an_unusable_one_in], ids=lambda way: way.__name__)
def test_killed_before_it_left_the_inbox_the_file_leaves_with_the_next_attempt(way: Way, stage: Isolated):
    arrived = way(stage)
    data = stage.files.read(arrived.data["key"])
    told = ingest(arrived, stage.context)
    stage.files.write(arrived.data["key"], data)
    assert ingest(arrived, later(stage.context)) == told
    assert stage.held("inbox") == []


@pytest.mark.parametrize("way", [people_in, a_duplicate_in, an_unusable_one_in], ids=lambda way: way.__name__)
def test_other_bytes_that_took_the_place_of_a_settled_file_are_left_to_their_own_arrival(way: Way, stage: Isolated):
    arrived = way(stage)
    told = ingest(arrived, stage.context)
    other = stage.arrival("people/a.csv", GOOD)
    assert ingest(arrived, later(stage.context)) == told
    assert stage.files.read("inbox/people/a.csv") == GOOD
    (done,) = ingest(other, later(stage.context))
    assert (done.type, done.data["counts"]["records"]) == ("file.processed", 2)


def test_a_contract_that_changes_before_the_end_is_told_is_no_reason_to_process_a_file_again(
    stage: Isolated, tmp_path: Path
):
    arrived = stage.arrival("people/a.csv", MIXED)
    told = ingest(arrived, stage.context)
    stage.files.write("inbox/people/a.csv", MIXED)
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n").context.project
    assert ingest(arrived, replace(stage.context, project=changed)) == told
    assert [run.state for run in stage.ledger.runs()] == ["committed"]
    assert len(stage.held("manifests")) == 1


def test_a_manifest_that_is_written_commits_its_run_even_if_the_contract_changed_since(stage: Isolated, tmp_path: Path):
    arrived = stage.arrival("people/a.csv", MIXED)
    commit = stage.ledger.commit
    stage.ledger.commit = _refusing("the ledger is locked")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.ledger.commit = commit  # type: ignore[method-assign]
    (manifest,) = stage.held("manifests")
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n").context.project
    (done,) = ingest(arrived, replace(later(stage.context), project=changed))
    assert (done.type, done.data["manifest"]) == ("file.processed", manifest)
    assert [(run.run, run.state) for run in stage.ledger.runs()] == [(done.subject, "committed")]
    assert stage.held("manifests") == [manifest]
    assert stage.held("inbox") == []


def _refusing(message: str) -> Any:
    def refuse(*_: Any) -> None:
        raise Outside(message)

    return refuse


def test_a_contract_that_changes_between_attempts_gives_one_committed_run_and_ends_the_one_begun(
    stage: Isolated, tmp_path: Path
):
    arrived = stage.arrival("people/a.csv", MIXED)
    upload = stage.files.upload
    stage.files.upload = _refusing("the disk is full")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.files.upload = upload  # type: ignore[method-assign]
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n").context.project
    (done,) = ingest(arrived, replace(stage.context, project=changed))
    assert sorted(run.state for run in stage.ledger.runs()) == ["committed", "dead"]
    assert [run.run for run in stage.ledger.runs() if run.state == "committed"] == [done.subject]
    assert len(stage.held("manifests")) == 1


def test_a_file_that_is_replaced_between_attempts_is_processed_as_it_is_now(stage: Isolated):
    arrived = stage.arrival("people/a.csv", MIXED)
    upload = stage.files.upload
    stage.files.upload = _refusing("the disk is full")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.files.upload = upload  # type: ignore[method-assign]
    stage.files.write("inbox/people/a.csv", GOOD)
    (done,) = ingest(arrived, stage.context)
    assert done.data["counts"]["records"] == 2
    assert sorted(run.state for run in stage.ledger.runs()) == ["committed", "dead"]


def test_a_file_that_is_held_by_another_is_busy_and_later_its_duplicate(stage: Isolated):
    first, second = stage.arrival("people/a.csv", MIXED), stage.arrival("people/b.csv", MIXED)
    upload = stage.files.upload

    def meanwhile(path: Path, key: str, *about: Any) -> None:
        with pytest.raises(Busy):
            ingest(second, stage.context)
        upload(path, key, *about)

    stage.files.upload = meanwhile  # type: ignore[assignment, method-assign]
    (done,) = ingest(first, stage.context)
    stage.files.upload = upload  # type: ignore[method-assign]
    (duplicate,) = ingest(second, stage.context)
    assert (duplicate.type, duplicate.data["of"]) == ("file.duplicate", done.subject)
    assert stage.held("inbox") == []
    assert stage.ledger.runs()[0].attempts == 1


def test_the_same_bytes_announced_twice_under_one_key_are_one_run_and_its_duplicate(stage: Isolated):
    first = stage.arrival("people/a.csv", MIXED)
    second = event("file.arrived", first.subject, first.data, id_="seen-again")
    upload = stage.files.upload

    def meanwhile(path: Path, key: str, *about: Any) -> None:
        with pytest.raises(Busy):
            ingest(second, stage.context)
        upload(path, key, *about)

    stage.files.upload = meanwhile  # type: ignore[assignment, method-assign]
    (done,) = ingest(first, stage.context)
    (told,) = ingest(second, stage.context)
    assert (told.type, told.data["of"]) == ("file.duplicate", done.subject)
    known = stage.ledger.arrival("seen-again")
    assert known
    assert known.outcome == "duplicate"


def test_a_file_that_was_taken_away_before_it_was_read_is_told_and_leaves_nothing(stage: Isolated):
    for key, data in {"people/a.csv": GOOD, "nobody.txt": b"?"}.items():
        arrived = stage.arrival(key, data)
        stage.files.delete(f"inbox/{key}")
        (told,) = ingest(arrived, stage.context)
        assert (told.type, told.data["key"]) == ("file.vanished", f"inbox/{key}")
    assert (stage.held(), stage.ledger.runs()) == ([], [])


def test_a_file_that_was_taken_away_between_attempts_leaves_no_run_under_way(stage: Isolated):
    arrived = stage.arrival("people/a.csv", GOOD)
    upload = stage.files.upload
    stage.files.upload = _refusing("the disk is full")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.files.upload = upload  # type: ignore[method-assign]
    stage.files.delete("inbox/people/a.csv")
    (told,) = ingest(arrived, stage.context)
    assert told.type == "file.vanished"
    (run,) = stage.ledger.runs()
    assert (run.state, (run.reason or {})["code"]) == ("dead", "file_vanished")
    (done,) = ingest(stage.arrival("people/a.csv", GOOD), stage.context)
    assert (done.type, done.subject) == ("file.processed", run.run)


def test_a_file_that_changes_while_it_is_read_claims_nothing(stage: Isolated):
    def changing(key: str, path: Path) -> None:
        raise Transient("the file changed while it was read", code="changed_while_read")

    stage.files.download = changing  # type: ignore[assignment, method-assign]
    with pytest.raises(Transient, match="changed"):
        ingest(stage.arrival("people/a.csv", GOOD), stage.context)
    assert (stage.ledger.runs(), stage.ledger.arrivals(datetime.min, datetime.max)) == ([], [])


def test_a_run_that_cannot_be_noted_as_broken_off_is_taken_again_by_its_own_arrival(stage: Isolated):
    arrived = stage.arrival("people/a.csv", GOOD)
    upload, raised = stage.files.upload, stage.ledger.raised
    stage.files.upload = _refusing("the disk is full")  # type: ignore[method-assign]
    stage.ledger.raised = _refusing("the disk is full")  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    stage.files.upload, stage.ledger.raised = upload, raised  # type: ignore[method-assign]
    (done,) = ingest(arrived, stage.context)
    assert (done.type, stage.ledger.runs()[0].attempts) == ("file.processed", 1)


@pytest.mark.parametrize(
    "error", [UserMistake("a link"), Transient("it changed"), Outside("it can't be read")], ids=str
)
@pytest.mark.parametrize("way", [people_in, a_duplicate_in, an_unusable_one_in], ids=lambda way: way.__name__)
def test_whatever_lies_under_its_old_key_the_end_of_an_arrival_is_told(
    way: Way, error: Exception, stage: Isolated, monkeypatch: pytest.MonkeyPatch
):
    arrived = way(stage)
    told = ingest(arrived, stage.context)

    def refuse(key: str) -> None:
        raise error

    monkeypatch.setattr(stage.files, "digest", refuse)
    assert ingest(arrived, later(stage.context)) == told
