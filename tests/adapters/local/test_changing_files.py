"""Senders write when they like: what is taken is whole, and what is not taken yet is never thrown away."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import headgate.adapters.local.files as module
from headgate.adapters.local.files import FolderFiles
from headgate.adapters.local.taken import TAKEN, put_beside
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
    # Another file is for another arrival; that the same one changed is to be told.
    assert files.discard(source) is (change in (replace, replace_as_of_old))
    assert files.read(KEY) == changed


class Late(FolderFiles):
    """A sender who puts another file there between the look before a file is discarded and the discarding."""

    def _take_away(self, path: Path, etag: str) -> bool:
        replace(path)
        return super()._take_away(path, etag)


def downloaded(files: FolderFiles, folder: Path) -> Provenance:
    return files.download(KEY, folder / "copy").source


def test_a_file_that_is_replaced_at_the_moment_it_is_discarded_stays(store: Path, tmp_path: Path):
    files = Late(store)
    files.discard(downloaded(files, tmp_path))
    assert files.read(KEY) == b"new"
    assert list(files.keys("inbox")) == [KEY]


def test_a_file_that_is_replaced_at_the_moment_it_is_deleted_as_it_was_found_stays(store: Path):
    files = Late(store)
    files.delete(KEY, next(files.found(KEY)).signature)
    assert files.read(KEY) == b"new"


def test_also_when_yet_another_came_meanwhile(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real, files = put_beside, Late(store)

    def put_after(aside: Path, path: Path) -> Path:
        path.write_bytes(b"third")
        return real(aside, path)

    monkeypatch.setattr(module, "put_beside", put_after)
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


# senders that pause


def test_a_file_that_somebody_has_open_to_write_to_is_told_from_one_that_is_only_read(store: Path):
    files = FolderFiles(store)
    with (store / KEY).open("rb"):
        assert not files.is_written_to(KEY)
    with (store / KEY).open("ab"):
        assert files.is_written_to(KEY)
    assert not files.is_written_to(KEY)
    assert not files.is_written_to("inbox/gone.csv")


def test_a_file_that_its_sender_has_still_open_is_not_discarded_and_what_comes_later_is_in_it(
    store: Path, tmp_path: Path
):
    files = FolderFiles(store)
    with (store / KEY).open("ab") as sender:
        assert files.discard(downloaded(files, tmp_path)) is False
        sender.write(b"more")
    assert files.read(KEY) == LARGE + b"more"


def test_also_when_it_is_opened_at_the_moment_it_is_discarded(store: Path, tmp_path: Path):
    senders = []

    class Opening(FolderFiles):
        def _take_away(self, path: Path, etag: str) -> bool:
            senders.append(path.open("ab"))
            return super()._take_away(path, etag)

    files = Opening(store)
    assert files.discard(downloaded(files, tmp_path)) is False
    with senders.pop() as sender:
        sender.write(b"more")
    assert files.read(KEY) == LARGE + b"more"


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that does not tell who writes, as of files of another user."""
    monkeypatch.setattr(module, "has_writer_at", lambda _: None)


@pytest.mark.usefixtures("untold")
def test_where_nobody_tells_who_writes_a_file_that_grows_after_it_was_discarded_is_put_back(
    store: Path, tmp_path: Path
):
    files = FolderFiles(store)
    with (store / KEY).open("ab") as sender:
        assert files.discard(downloaded(files, tmp_path)) is True
        assert list(files.keys("inbox")) == files.put_back() == []
        sender.write(b"more")
    assert files.put_back() == [KEY]
    assert files.read(KEY) == LARGE + b"more"
    assert files.put_back() == []


@pytest.mark.usefixtures("untold")
def test_it_is_put_beside_a_file_that_came_under_its_name_meanwhile(store: Path, tmp_path: Path):
    files = FolderFiles(store)
    with (store / KEY).open("ab") as sender:
        files.discard(downloaded(files, tmp_path))
        files.write(KEY, b"next")
        sender.write(b"more")
    (beside,) = files.put_back()
    assert files.read(KEY) == b"next"
    assert files.read(beside) == LARGE + b"more"


@pytest.mark.usefixtures("untold")
def test_what_nobody_writes_to_for_long_after_it_was_discarded_is_gone_for_good(store: Path, tmp_path: Path):
    files = FolderFiles(store)
    files.discard(downloaded(files, tmp_path))
    (kept,) = (store / TAKEN).iterdir()
    assert files.put_back() == []
    assert kept.exists()
    os.utime(kept, (1, 1))
    assert files.put_back() == []
    assert not kept.exists()


def test_where_it_is_told_that_nobody_writes_nothing_is_kept(store: Path, tmp_path: Path):
    files = FolderFiles(store)
    assert files.discard(downloaded(files, tmp_path)) is True
    assert not (store / TAKEN).exists()


@pytest.mark.usefixtures("untold")
def test_a_folder_that_became_a_link_meanwhile_is_not_followed_when_a_file_is_put_back(store: Path, tmp_path: Path):
    files = FolderFiles(store)
    files.write("inbox/orders/a.csv", b"old")
    source = files.download("inbox/orders/a.csv", tmp_path / "copy").source
    with (store / "inbox/orders/a.csv").open("ab") as sender:
        files.discard(source)
        sender.write(b"more")
    (tmp_path / "outside").mkdir()
    (store / "inbox/orders").rmdir()
    (store / "inbox/orders").symlink_to(tmp_path / "outside")
    assert files.put_back() == []
    assert list((tmp_path / "outside").iterdir()) == []
    (store / "inbox/orders").unlink()
    assert files.put_back() == ["inbox/orders/a.csv"]
