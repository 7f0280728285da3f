"""Senders write when they like: what is taken is whole, and what is not taken yet is never thrown away."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import headgate.adapters.local.files as module
from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Transient
from headgate.ports import Provenance

KEY = "inbox/a.csv"
# Larger than what is read at once.
LARGE = b"old," * 2_000_000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with a file that was written long ago."""
    (tmp_path / "store" / "inbox").mkdir(parents=True)
    (tmp_path / "store" / KEY).write_bytes(LARGE)
    os.utime(tmp_path / "store" / KEY, (1, 1))
    return tmp_path / "store"


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Does something once, after the first piece of a file was read."""

    def once(act: Callable[[], None]) -> None:
        real, acts = os.read, [act]

        def read(file: int, size: int) -> bytes:
            piece = real(file, size)
            if acts:
                acts.pop()()
            return piece

        monkeypatch.setattr(os, "read", read)

    return once


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def cut(path: Path) -> None:
    os.truncate(path, 10)


def write_over(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"new,")


def replace(path: Path) -> None:
    path.with_suffix(".part").write_bytes(b"new")
    path.with_suffix(".part").rename(path)


@pytest.mark.parametrize("change", [append, cut, write_over])
def test_a_file_that_is_written_to_while_it_is_read_is_tried_again_later(
    store: Path, tmp_path: Path, under_way: Callable[[Callable[[], None]], None], change: Callable[[Path], None]
):
    files = FolderFiles(store)
    under_way(lambda: change(store / KEY))
    with pytest.raises(Transient) as caught:
        files.download(KEY, tmp_path / "copy")
    assert caught.value.code == "changed_while_read"
    assert ".part" in (caught.value.next or "")
    assert not (tmp_path / "copy").exists()
    assert files.download(KEY, tmp_path / "copy").size == (store / KEY).stat().st_size


def test_a_file_that_is_replaced_while_it_is_read_is_read_as_it_was_and_the_new_one_stays(
    store: Path, tmp_path: Path, under_way: Callable[[Callable[[], None]], None]
):
    files = FolderFiles(store)
    under_way(lambda: replace(store / KEY))
    copy = files.download(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == LARGE
    files.discard(copy.source)
    assert files.read(KEY) == b"new"
    assert copy.source.etag != next(files.found(KEY)).signature


def test_a_file_that_is_taken_away_while_it_is_read_is_read_as_it_was(
    store: Path, tmp_path: Path, under_way: Callable[[Callable[[], None]], None]
):
    under_way(lambda: (store / KEY).unlink())
    assert FolderFiles(store).download(KEY, tmp_path / "copy").size == len(LARGE)


def append_as_of_old(path: Path) -> None:
    append(path)
    os.utime(path, (1, 1))


def replace_as_of_old(path: Path) -> None:
    path.with_suffix(".part").write_bytes(LARGE.upper())
    os.utime(path.with_suffix(".part"), (1, 1))
    path.with_suffix(".part").rename(path)


@pytest.mark.parametrize("change", [append, cut, write_over, replace, append_as_of_old, replace_as_of_old])
def test_a_file_that_changed_after_it_was_read_is_not_discarded(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
):
    files = FolderFiles(store)
    source = files.download(KEY, tmp_path / "copy").source
    change(store / KEY)
    changed = (store / KEY).read_bytes()
    # Nor is it gone for a moment, in which it might be missed.
    monkeypatch.delattr(os, "rename")
    files.discard(source)
    assert files.read(KEY) == changed


class Late(FolderFiles):
    """A sender who puts another file there between the look before a file is discarded and the discarding."""

    def _take_away(self, path: Path, etag: str) -> None:
        replace(path)
        super()._take_away(path, etag)


def downloaded(files: FolderFiles, folder: Path) -> Provenance:
    return files.download(KEY, folder / "copy").source


def test_a_file_that_is_replaced_at_the_moment_it_is_discarded_stays(store: Path, tmp_path: Path):
    files = Late(store)
    files.discard(downloaded(files, tmp_path))
    assert files.read(KEY) == b"new"
    assert list(files.keys("inbox")) == [KEY]


def test_also_when_yet_another_came_meanwhile(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real, files = module._put_back, Late(store)

    def put_back(aside: Path, path: Path) -> None:
        path.write_bytes(b"third")
        real(aside, path)

    monkeypatch.setattr(module, "_put_back", put_back)
    files.discard(downloaded(files, tmp_path))
    assert files.read(KEY) == b"third"
    (other,) = set(files.keys("inbox")) - {KEY}
    assert files.read(other) == b"new"
    assert other.endswith(".csv")


def test_a_file_that_goes_at_the_moment_it_is_moved_was_moved_by_another(store: Path, monkeypatch: pytest.MonkeyPatch):
    files, real = FolderFiles(store), os.replace

    def late(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "replace", real)
        real(source, target)
        real(source, target)

    monkeypatch.setattr(os, "replace", late)
    files.move(KEY, "unmatched/a.csv")
    assert files.read("unmatched/a.csv") == LARGE


def test_what_was_moved_is_as_old_as_its_move_however_old_it_was_for_its_sender(store: Path):
    files = FolderFiles(store)
    files.write("unmatched/now.csv", b"x")
    files.move(KEY, "unmatched/a.csv")
    moved, now = files.found("unmatched")
    assert (now.modified - moved.modified).total_seconds() < 60
