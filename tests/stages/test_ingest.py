"""ingest: one arrival in; rows, rejects, manifest and archive out, or a reason why not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Outside
from headgate.core.identity import event_id
from headgate.core.pipeline import Intake, Pipeline
from headgate.stages.ingest import ingest
from tests.projects import GOOD, MIXED, UNUSABLE
from tests.stages.stage import NOW, Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_a_processed_file_is_one_event_with_keys_and_counts(stage: Isolated):
    arrived = stage.arrival("people/a.csv", MIXED)
    (done,) = ingest(arrived, stage.context)
    run = done.subject
    assert (done.type, done.correlation_id, done.time) == ("file.processed", "correlation", NOW)
    assert done.id == event_id("file.processed", run, arrived.id, "")
    assert done.data == {
        "run": run, "pipeline": "people", "file": "a.csv", "manifest": f"manifests/{run}.json",
        "verdict": "accepted_with_rejects", "counts": {"records": 4, "accepted": 1, "rejected": 3, "warned": 0},
        "size": len(MIXED),
    }  # fmt: skip
    (noted,) = stage.ledger.runs()
    assert (noted.run, noted.state, noted.verdict, noted.counts) == (
        run,
        "committed",
        done.data["verdict"],
        done.data["counts"],
    )


def test_the_manifest_is_written_after_all_outputs_and_before_the_original_leaves(stage: Isolated):
    arrived = stage.arrival("people/a.csv", MIXED)
    order: list[str] = []
    for name in ("upload", "write", "discard"):
        _note(stage, name, order)
    (done,) = ingest(arrived, stage.context)
    home = f"people/{done.subject}"
    outputs = {f"rejected/{home}/rejected.csv", f"rejected/{home}/rejected.jsonl", f"accepted/{home}/accepted.parquet"}
    assert {line.removeprefix("upload ") for line in order[:3]} == outputs
    assert order[3:] == [
        f"upload archive/{home}/a.csv",
        f"write manifests/{done.subject}.json",
        "discard inbox/people/a.csv",
    ]


def _note(stage: Isolated, name: str, order: list[str]) -> None:
    plain = getattr(stage.files, name)
    key_of: Any = {
        "upload": lambda _, key, *about: key,
        "write": lambda key, _: key,
        "discard": lambda found: found.key,
    }[name]

    def noted(*given: Any) -> Any:
        order.append(f"{name} {key_of(*given)}")
        return plain(*given)

    setattr(stage.files, name, noted)


def test_bytes_that_take_the_place_of_a_file_being_processed_are_another_arrival(stage: Isolated):
    arrived = stage.arrival("people/a.csv", MIXED)
    write = stage.files.write

    def write_and_replace(key: str, data: bytes) -> None:
        write(key, data)
        if key.startswith("manifests/"):
            write("inbox/people/a.csv", GOOD)

    stage.files.write = write_and_replace  # type: ignore[method-assign]
    (done,) = ingest(arrived, stage.context)
    assert stage.held("inbox") == ["inbox/people/a.csv"]
    assert stage.files.read("inbox/people/a.csv") == GOOD
    assert stage.files.read(f"archive/people/{done.subject}/a.csv") == MIXED


def test_a_file_that_was_written_to_while_it_was_processed_is_told_of_and_stays(
    stage: Isolated, monkeypatch: pytest.MonkeyPatch
):
    """Only a folder can tell; tests/adapters/local/test_changing_files.py has the real thing."""
    event = stage.arrival("people/a.csv", MIXED)
    monkeypatch.setattr(stage.files, "discard", lambda _: False)
    processed, grew = ingest(event, stage.context)
    assert (processed.type, grew.type, grew.subject) == ("file.processed", "file.grew", processed.subject)
    assert grew.data == {
        "key": "inbox/people/a.csv", "file": "a.csv", "pipeline": "people", "run": processed.subject, "size": len(MIXED),
    }  # fmt: skip


def test_the_same_file_again_gives_the_same_outputs_byte_for_byte(stage: Isolated, tmp_path: Path):
    other = Isolated(tmp_path / "other")
    for one in (stage, other):
        ingest(one.arrival("people/a.csv", MIXED), one.context)
    assert stage.held() == other.held()
    for key in stage.held():
        if not key.startswith("manifests/"):
            assert stage.files.read(key) == other.files.read(key), key
    (key,) = stage.held("manifests")
    assert {**stage.json(key), "observed": 0} == {**other.json(key), "observed": 0}


def test_a_duplicate_changes_nothing_but_is_archived_beside_the_first(stage: Isolated):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    before = {key: stage.files.read(key) for key in stage.held()}
    (again,) = ingest(stage.arrival("people/b.csv", MIXED), stage.context)
    assert (again.type, again.data["of"], again.subject) == ("file.duplicate", first.subject, first.subject)
    after = {key: stage.files.read(key) for key in stage.held()}
    assert after == {**before, f"archive/people/{first.subject}/b.csv": MIXED}
    assert stage.ledger.runs()[0].attempts == 1


def test_the_same_bytes_in_another_pipeline_or_under_another_contract_are_another_run(stage: Isolated, tmp_path: Path):
    changed = Isolated(tmp_path / "changed", people="trim: [name]\n")
    arrivals = [(stage, "people/a.csv"), (stage, "guests/a.csv"), (stage, "anything/a.csv"), (changed, "people/a.csv")]
    runs = {ingest(where.arrival(key, GOOD), where.context)[0].subject for where, key in arrivals}
    assert len(runs) == 4


def test_a_failed_file_is_kept_with_its_reason_and_the_manifest_of_the_attempt(stage: Isolated):
    (failed,) = ingest(stage.arrival("people/a.csv", UNUSABLE), stage.context)
    run = failed.subject
    kept = f"failed/people/{run}/a.csv"
    assert stage.held() == sorted([kept, f"{kept}.error.json", f"failed/people/{run}.1.json"])
    assert (failed.type, failed.data["key"], failed.data["manifest"]) == (
        "file.failed",
        kept,
        f"failed/people/{run}.1.json",
    )
    assert stage.files.read(kept) == UNUSABLE
    manifest = stage.json(failed.data["manifest"])
    assert (manifest["run"], manifest["verdict"], manifest["reason"]) == (run, "failed", failed.data["reason"])
    assert stage.ledger.runs()[0].state == "failed"


def test_a_later_attempt_keeps_the_time_of_the_first_claim(stage: Isolated):
    (failed,) = ingest(stage.arrival("people/a.csv", UNUSABLE), stage.context)
    (again,) = ingest(stage.arrival("people/a.csv", UNUSABLE), stage.context)
    assert again.subject == failed.subject
    assert again.id != failed.id
    assert stage.json(again.data["manifest"])["observed"]["claimed_at"] == NOW.isoformat() + "Z"
    assert again.data["manifest"].endswith(".2.json")


def test_an_attempt_that_was_broken_off_leaves_the_file_and_the_next_one_completes_it(stage: Isolated):
    arrived = stage.arrival("people/a.csv", MIXED)
    plain = stage.files.write

    def refuse(key: str, data: bytes) -> None:
        raise Outside("the disk is full")

    stage.files.write = refuse  # type: ignore[method-assign]
    with pytest.raises(Outside):
        ingest(arrived, stage.context)
    assert stage.held("inbox") == ["inbox/people/a.csv"]
    assert stage.held("manifests") == []
    stage.files.write = plain  # type: ignore[method-assign]
    (done,) = ingest(arrived, stage.context)
    assert done.type == "file.processed"
    assert (stage.ledger.runs()[0].attempts, stage.ledger.runs()[0].state) == (2, "committed")
    assert len(stage.held("accepted")) == 1


def test_limits_are_exceeded_only_beyond_them(tmp_path: Path):
    at, beyond = (
        Isolated(tmp_path / "at", people="warn_rejected: 3\n"),
        Isolated(tmp_path / "beyond", people="warn_rejected: 2\n"),
    )
    assert [one.type for one in ingest(at.arrival("people/a.csv", MIXED), at.context)] == ["file.processed"]
    done, told = ingest(beyond.arrival("people/a.csv", MIXED), beyond.context)
    assert (told.type, told.data["limit"], told.data["counts"]) == (
        "limit.exceeded",
        "warn_rejected: 2",
        done.data["counts"],
    )


def test_a_metadata_pipeline_describes_and_commits(stage: Isolated):
    (done,) = ingest(stage.arrival("anything/a.png", b"\x89PNG\r\n\x1a\n"), stage.context)
    metadata = stage.json(f"accepted/anything/{done.subject}/metadata.json")
    assert (metadata["media_type"], metadata["size"]) == ("image/png", 8)
    assert stage.json(done.data["manifest"])["metadata"] == metadata
    assert stage.held("rejected") == []


def test_derived_columns_know_run_file_record_and_claim(tmp_path: Path):
    derive = "accepted: jsonl\nderive: {run_id: _run, source: _file, number: _record, processed: _claimed_at, next_year: age + 1}\n"
    stage = Isolated(tmp_path, people=derive)
    (done,) = ingest(stage.arrival("people/it's.csv", MIXED), stage.context)
    row = json.loads(stage.files.read(f"accepted/people/{done.subject}/accepted.jsonl"))
    assert (row["run_id"], row["source"], row["number"], row["next_year"]) == (done.subject, "it's.csv", 1, 32)
    assert row["processed"].startswith("2026-01-02 03:04:05")


def test_other_zones_are_used_when_the_project_says_so(tmp_path: Path):
    settings = "zones: {inbox: in, accepted: ok, rejected: no, archive: old, manifests: books}\n"
    stage = Isolated(tmp_path, settings=settings)
    arrived = stage.arrival("x", GOOD)
    stage.files.move("inbox/x", "in/people/a.csv")
    ingest(arrived.next("file.arrived", "in/people/a.csv", {"key": "in/people/a.csv"}), stage.context)
    assert {key.partition("/")[0] for key in stage.held()} == {"ok", "no", "old", "books"}


def test_no_row_ever_stands_in_an_event(stage: Isolated):
    for key in ("people/a.csv", "people/b.csv", "nowhere/a.csv"):
        for told in ingest(stage.arrival(key, MIXED), stage.context):
            text = json.dumps(told.as_cloudevent())
            assert not any(cell in text for cell in ("Ann", "example.org", "secret", "Dan"))


@pytest.mark.parametrize(
    ("duplicates", "second"), [("by-content", "file.duplicate"), ("by-content-and-name", "file.processed")]
)
def test_the_same_bytes_under_another_name_are_a_duplicate_unless_the_name_counts(
    duplicates: str, second: str, tmp_path: Path
):
    stage = Isolated(tmp_path)
    pipeline = stage.context.project.pipelines["people"]
    intake = pipeline.intake.model_copy(update={"duplicates": duplicates})
    pipelines = {**stage.context.project.pipelines, "people": _with_intake(pipeline, intake)}
    context = replace(stage.context, project=replace(stage.context.project, pipelines=pipelines))
    (first,) = ingest(stage.arrival("people/a.csv", GOOD), context)
    (again,) = ingest(stage.arrival("people/b.csv", GOOD), context)
    assert (first.type, again.type) == ("file.processed", second)


def _with_intake(pipeline: Pipeline, intake: Intake) -> Pipeline:
    return pipeline.model_copy(update={"intake": intake})


def test_a_rejected_file_sent_again_is_joined_to_its_run(stage: Isolated):
    (first,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    again = stage.files.read(f"rejected/people/{first.subject}/rejected.csv").replace(b"secret", b"secret.org")
    (done,) = ingest(stage.arrival("people/b.csv", again.replace(b"-1", b"1")), stage.context)
    assert done.type == "file.processed"
    assert done.data["counts"] == {"records": 3, "accepted": 1, "rejected": 2, "warned": 0}
    kept = stage.ledger.run(done.subject)
    assert kept
    assert kept.parent == first.subject
    records = stage.json(done.data["manifest"])["outputs"]["records"]["path"]
    assert stage.files.read(records).splitlines()[1:]


@pytest.mark.parametrize("settings", ["", "max_rejected: 1\n"], ids=["committed", "failed"])
def test_the_outputs_say_whose_they_are_and_of_what_file(settings: str, tmp_path: Path):
    stage = Isolated(tmp_path, people=settings)
    said: dict[str, Any] = {}
    upload = stage.files.upload

    def noted(path: Path, key: str, about: Any = None) -> None:
        said[key] = about
        upload(path, key, about)

    stage.files.upload = noted  # type: ignore[assignment, method-assign]
    arrived = stage.arrival("people/a.csv", MIXED)
    etag = stage.files.digest("inbox/people/a.csv").source.etag
    (done,) = ingest(arrived, stage.context)
    outputs = {output["path"] for output in stage.json(done.data["manifest"])["outputs"].values()}
    assert {key for key, about in said.items() if about} == outputs
    for key in outputs:
        assert said[key] == {
            "run": done.subject, "pipeline": "people", "correlationid": "correlation", "sourceetag": etag,
            "sourcesha256": hashlib.sha256(MIXED).hexdigest(), "records": "4", "accepted": "0" if settings else "1", "rejected": "3",
            "warned": "0",
        }  # fmt: skip


def test_the_manifest_says_where_the_file_came_from(stage: Isolated):
    (done,) = ingest(stage.arrival("people/a.csv", GOOD), stage.context)
    arrival = stage.json(f"manifests/{done.subject}.json")["observed"]["arrival"]
    assert {key: arrival[key] for key in ("storage", "key")} == {"storage": "memory://", "key": "inbox/people/a.csv"}
    assert set(arrival) == {"storage", "key", "version", "etag"}
