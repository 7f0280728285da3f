"""A zone may lie on another file system, and its objects still appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from headgate.adapters.local.disk import copied
from headgate.adapters.local.files import FolderFiles
from headgate.adapters.local.staging import PART, STAGING
from headgate.core.errors import Outside, Transient


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


def staged(folder: Path) -> list[Path]:
    """Half-made files that lie about."""
    return [path for path in (*(folder / STAGING).rglob("*"), *folder.rglob(f"{PART}*")) if path.is_file()]


@pytest.fixture
def across(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system, to which two zones lead."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev or not os.access(shared, os.W_OK):
        pytest.skip("needs a second file system")
    with tempfile.TemporaryDirectory(dir=shared) as name:
        for zone in ("inbox", "archive"):
            (Path(name) / zone).mkdir()
            (tmp_path / zone).symlink_to(Path(name) / zone)
        yield Path(name)


def test_objects_are_made_moved_and_discarded_across_file_systems(files: FolderFiles, tmp_path: Path, across: Path):
    (tmp_path / "source").write_bytes(b"x" * 100_000)
    files.upload(tmp_path / "source", "inbox/orders/a.csv")
    files.upload(tmp_path / "source", "inbox/orders/a.csv")
    files.write("inbox/b.csv", b"b")
    assert (across / "inbox" / "b.csv").read_bytes() == b"b"
    source = files.download("inbox/orders/a.csv", tmp_path / "copy").source
    files.discard(source)
    assert list(files.keys("inbox")) == ["inbox/b.csv"]
    files.move("inbox/b.csv", "unmatched/b.csv")
    files.move("inbox/b.csv", "unmatched/b.csv")
    assert (list(files.keys("inbox")), files.read("unmatched/b.csv")) == ([], b"b")
    files.move("unmatched/b.csv", "archive/run/b.csv")
    assert (list(files.keys("unmatched")), files.read("archive/run/b.csv")) == ([], b"b")
    assert staged(tmp_path) == staged(across) == []


def test_across_file_systems_too_nothing_is_created_or_moved_over_a_file(
    files: FolderFiles, tmp_path: Path, across: Path
):
    (tmp_path / "source").write_bytes(b"new")
    files.write("inbox/a.csv", b"before")
    files.write("failed/a.csv", b"back")
    assert not files.create(tmp_path / "source", "inbox/a.csv")
    assert not files.move_to_free("failed/a.csv", "inbox/a.csv")
    assert (files.read("inbox/a.csv"), files.read("failed/a.csv")) == (b"before", b"back")
    assert files.create(tmp_path / "source", "inbox/b.csv")
    assert files.move_to_free("failed/a.csv", "inbox/people/a.csv")
    assert (files.read("inbox/b.csv"), files.read("inbox/people/a.csv")) == (b"new", b"back")
    assert list(files.keys("failed")) == []
    assert staged(tmp_path) == staged(across) == []


def test_where_files_can_have_one_name_only_nothing_is_put_over_one_that_is_there(
    files: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    (tmp_path / "source").write_bytes(b"new")
    files.write("inbox/a.csv", b"before")
    monkeypatch.setattr(os, "link", refused)
    assert not files.create(tmp_path / "source", "inbox/a.csv")
    assert files.create(tmp_path / "source", "inbox/b.csv")
    assert (files.read("inbox/a.csv"), files.read("inbox/b.csv")) == (b"before", b"new")


def test_a_move_that_was_killed_between_two_names_is_ended_by_the_next(files: FolderFiles, tmp_path: Path):
    files.write("failed/a.csv", b"back")
    (tmp_path / "inbox").mkdir()
    os.link(tmp_path / "failed/a.csv", tmp_path / "inbox/a.csv")
    assert files.move_to_free("failed/a.csv", "inbox/a.csv")
    assert (list(files.keys("failed")), files.read("inbox/a.csv")) == ([], b"back")


def test_an_object_is_on_the_other_disk_too_before_it_is_seen(
    files: FolderFiles, across: Path, monkeypatch: pytest.MonkeyPatch
):
    flushed, fsync = set(), os.fsync

    def flush(file: int) -> None:
        flushed.add(os.fstat(file).st_ino)
        fsync(file)

    monkeypatch.setattr(os, "fsync", flush)
    files.write("inbox/a.csv", b"x")
    assert {path.stat().st_ino for path in (across / "inbox", across / "inbox" / "a.csv")} <= flushed


def test_of_an_object_that_the_other_disk_refuses_nothing_stays_there(
    files: FolderFiles, tmp_path: Path, across: Path, monkeypatch: pytest.MonkeyPatch
):
    files.write("inbox/a.csv", b"before")

    def full(_: Path, target: Path) -> None:
        target.write_bytes(b"ha")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(Outside, match="No space"):
        files.write("inbox/a.csv", b"after")
    assert files.read("inbox/a.csv") == b"before"
    assert staged(tmp_path) == staged(across) == []


def test_a_file_that_grows_while_it_is_moved_to_another_file_system_stays_where_it_is(
    files: FolderFiles, tmp_path: Path, across: Path, monkeypatch: pytest.MonkeyPatch
):
    files.write("inbox/a.csv", b"x")
    os.utime(across / "inbox" / "a.csv", (1, 1))

    def growing(source: int, target: Path) -> tuple[int, str]:
        found = copied(source, target)
        (across / "inbox" / "a.csv").write_bytes(b"xy")
        return found

    monkeypatch.setattr("headgate.adapters.local.files.copied", growing)
    with pytest.raises(Transient):
        files.move("inbox/a.csv", "unmatched/a.csv")
    assert (files.read("inbox/a.csv"), list(files.keys("unmatched"))) == (b"xy", [])
    assert staged(tmp_path) == []


def test_what_was_left_half_made_on_another_file_system_is_swept_when_it_is_listed(files: FolderFiles, across: Path):
    files.write("inbox/a.csv", b"x")
    (across / "inbox" / f"{PART}999-dead~1").write_bytes(b"ha")
    assert list(files.keys("inbox")) == ["inbox/a.csv"]
    assert staged(across) == []
