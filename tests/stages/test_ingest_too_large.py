"""ingest of a file that its host has no room for, or not for its name: it fails, and none of its bytes come here."""

from __future__ import annotations

import gzip
import hashlib
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Outside, Transient, UserMistake
from headgate.stages.ingest import ingest
from headgate.stages.room import is_full
from tests.projects import GOOD, MIXED
from tests.stages.stage import Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def _no_room(stage: Isolated, monkeypatch: pytest.MonkeyPatch, room: int = len(MIXED) - 1) -> None:
    stage.context = replace(stage.context, largest_file=room)
    for name in ("download", "upload"):
        monkeypatch.setattr(stage.files, name, lambda *_: pytest.fail("a file came here"))


def test_the_reason_names_size_limit_and_the_worker_and_the_original_is_kept(
    stage: Isolated, monkeypatch: pytest.MonkeyPatch
):
    big = MIXED * 1000
    _no_room(stage, monkeypatch, 1_024)
    (failed,) = ingest(stage.arrival("people/a.csv", big), stage.context)
    kept = f"failed/people/{failed.subject}/a.csv"
    assert stage.held() == sorted([kept, f"{kept}.error.json", f"failed/people/{failed.subject}.1.json"])
    assert (failed.type, failed.data["key"], stage.files.read(kept)) == ("file.failed", kept, big)
    reason = failed.data["reason"]
    assert reason["code"] == "too_large_for_function"
    assert f"{len(big):,} bytes" in reason["message"]
    assert "1,024 at most" in reason["message"]
    assert "`headgate worker --queue large`" in reason["next"]
    assert "`deploy.large_queue: true` in headgate.yaml" in reason["next"]
    told = stage.json(f"{kept}.error.json")
    assert told == {**reason, "put_back": f"to try again, move {kept} to inbox/people/"}
    manifest = stage.json(failed.data["manifest"])
    assert manifest["file"] == {"name": "a.csv", "size": len(big), "sha256": hashlib.sha256(big).hexdigest()}
    (run,) = stage.ledger.runs()
    assert (run.run, run.state) == (failed.subject, "failed")


def test_a_name_that_no_disk_keeps_ends_at_once_and_the_file_stays_where_it_is(stage: Isolated):
    name = "ä" * 126 + ".csv"
    with pytest.raises(UserMistake, match=r"name has 256 bytes, and 255 at most") as caught:
        ingest(stage.arrival(f"people/{name}", MIXED), stage.context)
    error = caught.value
    assert (error.code, error.who) == ("bad_file_name", "the sender")
    assert str(error).startswith(f"inbox/people/{name}: ")
    assert "shorter name" in str(error.next)
    assert stage.held() == [f"inbox/people/{name}"]
    assert stage.ledger.runs() == []


def test_a_name_that_just_fits_is_taken(stage: Isolated):
    (done,) = ingest(stage.arrival(f"people/{'a' * 251}.csv", MIXED), stage.context)
    assert done.type == "file.processed"


def test_a_file_that_just_fits_is_processed(stage: Isolated):
    stage.context = replace(stage.context, largest_file=len(MIXED))
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    assert done.type == "file.processed"


def test_where_there_is_room_the_same_run_takes_it_up(stage: Isolated, monkeypatch: pytest.MonkeyPatch):
    roomy = stage.context
    with monkeypatch.context() as narrow:
        _no_room(stage, narrow)
        (failed,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), roomy)
    assert (done.type, done.subject) == ("file.processed", failed.subject)
    assert [(run.state, run.attempts) for run in stage.ledger.runs()] == [("committed", 2)]


def test_what_was_processed_elsewhere_is_a_duplicate_and_archived_beside_it(
    stage: Isolated, monkeypatch: pytest.MonkeyPatch
):
    (done,) = ingest(stage.arrival("people/a.csv", MIXED), stage.context)
    _no_room(stage, monkeypatch)
    (again,) = ingest(stage.arrival("people/b.csv", MIXED), stage.context)
    assert (again.type, again.data["of"]) == ("file.duplicate", done.subject)
    assert stage.files.read(f"archive/people/{done.subject}/b.csv") == MIXED
    assert stage.held("inbox") == []


def test_a_file_of_a_metadata_pipeline_fails_alike(stage: Isolated, monkeypatch: pytest.MonkeyPatch):
    _no_room(stage, monkeypatch, 3)
    (failed,) = ingest(stage.arrival("anything/a.png", b"1234"), stage.context)
    assert failed.data["reason"]["code"] == "too_large_for_function"


def test_a_file_that_is_gone_has_vanished(stage: Isolated, monkeypatch: pytest.MonkeyPatch):
    arrived = stage.arrival("people/a.csv", MIXED)
    _no_room(stage, monkeypatch)
    digest = stage.files.digest

    def gone(key: str) -> Any:
        stage.files.delete(key)
        return digest(key)

    monkeypatch.setattr(stage.files, "digest", gone)
    (vanished,) = ingest(arrived, stage.context)
    assert vanished.type == "file.vanished"


def test_other_bytes_that_take_its_place_are_not_kept_as_this_run(stage: Isolated, monkeypatch: pytest.MonkeyPatch):
    arrived = stage.arrival("people/a.csv", MIXED)
    roomy = stage.context
    with monkeypatch.context() as narrow:
        _no_room(stage, narrow)
        digest = stage.files.digest

        def overtaken(key: str) -> Any:
            copy = digest(key)
            stage.files.write(key, GOOD)
            return copy

        narrow.setattr(stage.files, "digest", overtaken)
        with pytest.raises(Transient, match="took its place"):
            ingest(arrived, stage.context)
    (done,) = ingest(arrived, roomy)
    assert (done.type, stage.json(done.data["manifest"])["file"]["size"]) == ("file.processed", len(GOOD))


# what fills the disk only when it is unpacked

ROWS = b"name,email,age\n" + b"".join(b"Ann %d,ann%d@example.org,%d\n" % (n, n * n, n) for n in range(60_000))
"""Two megabytes, and a quarter of that packed."""


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Callable[[int], Isolated]]:
    """A stage whose disk has so many kilobytes; skipped where none may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mounted(kilobytes: int) -> Isolated:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(disk)]
        if platform.system() != "Linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here")
        made = Isolated(tmp_path, settings=f"mail: {{to: []}}\ngate: {{temp_directory: {disk}}}\n")
        made.context = replace(made.context, largest_file=len(ROWS))
        return made

    yield mounted
    subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)


@pytest.mark.parametrize("kilobytes", [100, 1_500, 5_000], ids=["as it comes", "unpacked", "split"])
def test_what_fills_the_disk_of_a_function_is_too_large_for_it(narrow: Callable[[int], Isolated], kilobytes: int):
    stage, packed = narrow(kilobytes), gzip.compress(ROWS)
    (failed,) = ingest(stage.arrival("people/a.csv.gz", packed), stage.context)
    reason = failed.data["reason"]
    assert (failed.type, reason["code"]) == ("file.failed", "too_large_for_function")
    assert "headgate worker" in reason["next"]
    assert stage.files.read(failed.data["key"]) == packed
    assert stage.held("inbox") == stage.held("accepted") == []
    assert [run.state for run in stage.ledger.runs()] == ["failed"]
    # The next file finds the disk as empty as this one did.
    (done,) = ingest(stage.arrival("people/b.csv", MIXED), stage.context)
    assert done.type == "file.processed"


def test_a_disk_that_is_full_elsewhere_is_the_machines_trouble(narrow: Callable[[int], Isolated]):
    stage = narrow(800)
    context = replace(stage.context, largest_file=None)
    with pytest.raises((Outside, OSError)):
        ingest(stage.arrival("people/a.csv.gz", gzip.compress(ROWS)), context)
    assert stage.held("inbox") == ["inbox/people/a.csv.gz"]


def test_a_full_disk_is_known_from_what_lies_behind_an_error():
    told = Outside("the storage refused")
    told.__cause__ = OSError(28, "x")
    assert is_full(told)
    assert is_full(ValueError("Out of Memory Error: limit was set by the 'max_temp_directory_size' setting"))
    assert not is_full(OSError(13, "Permission denied"))
    assert not is_full(None)
