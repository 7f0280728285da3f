"""What lies in a folder and can't be taken as a file is told, leads nowhere, and holds up nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

import headgate.adapters.local.files as module
from headgate.adapters.local.disk import modified_at
from headgate.adapters.local.faults import check_is_file
from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import HeadgateError, Outside, UserMistake
from headgate.ports import Files, Found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with one file in its inbox, and a secret outside of it."""
    (tmp_path / "store" / "inbox" / "orders").mkdir(parents=True)
    (tmp_path / "store" / "inbox" / "orders" / "good.csv").write_bytes(b"good")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_bytes(b"secret")
    return tmp_path / "store"


@pytest.fixture
def files(store: Path) -> FolderFiles:
    return FolderFiles(store)


def faults(files: Files, prefix: str = "inbox") -> dict[str, str]:
    return {one.key: one.fault for one in files.found(prefix)}


def every_use(files: Files, key: str, folder: Path) -> list[Callable[[], object]]:
    (folder / "mine").write_bytes(b"mine")
    return [
        lambda: files.download(key, folder / "copy"),
        lambda: files.read(key),
        lambda: files.write(key, b"x"),
        lambda: files.upload(folder / "mine", key),
        lambda: files.delete(key),
        lambda: files.move(key, "failed/x"),
        lambda: files.move("inbox/orders/good.csv", key),
    ]


# links


def test_a_link_to_a_file_is_told_and_not_followed(files: FolderFiles, store: Path, tmp_path: Path):
    link = store / "inbox" / "link.csv"
    for target in (tmp_path / "outside" / "secret.csv", store / "inbox" / "orders" / "good.csv", tmp_path / "nowhere"):
        link.symlink_to(target)
        assert faults(files) == {"inbox/link.csv": "link", "inbox/orders/good.csv": ""}
        assert list(files.keys("inbox/link.csv")) == []
        for act in (lambda: files.read("inbox/link.csv"), lambda: files.download("inbox/link.csv", tmp_path / "copy")):
            with pytest.raises(UserMistake) as caught:
                act()
            assert caught.value.code == "link"
        assert not (tmp_path / "copy").exists()
        files.delete("inbox/link.csv")
        assert not link.is_symlink()
    assert (tmp_path / "outside" / "secret.csv").read_bytes() == b"secret"


def test_a_link_is_replaced_by_what_is_written_under_its_key(files: FolderFiles, store: Path, tmp_path: Path):
    (store / "inbox" / "link.csv").symlink_to(tmp_path / "outside" / "secret.csv")
    files.write("inbox/link.csv", b"x")
    assert files.read("inbox/link.csv") == b"x"
    assert (tmp_path / "outside" / "secret.csv").read_bytes() == b"secret"


def test_nothing_behind_a_linked_folder_is_listed_read_or_touched(files: FolderFiles, store: Path, tmp_path: Path):
    (store / "inbox" / "linked").symlink_to(tmp_path / "outside")
    assert faults(files) == {"inbox/linked": "link", "inbox/orders/good.csv": ""}
    assert faults(files, "inbox/linked") == {"inbox/linked": "link"}
    for key in ("inbox/linked/secret.csv", "inbox/linked/new/x"):
        for act in every_use(files, key, tmp_path):
            with pytest.raises(UserMistake) as caught:
                act()
            assert caught.value.code == "link"
    assert {path.name: path.read_bytes() for path in (tmp_path / "outside").iterdir()} == {"secret.csv": b"secret"}
    assert not (tmp_path / "copy").exists()


def test_links_that_lead_in_circles_are_links(files: FolderFiles, store: Path):
    (store / "inbox" / "circle").symlink_to(store / "inbox" / "circle")
    (store / "inbox" / "up").symlink_to(store)
    assert faults(files) == {"inbox/circle": "link", "inbox/up": "link", "inbox/orders/good.csv": ""}
    with pytest.raises((UserMistake, FileNotFoundError)):
        files.read("inbox/circle/x")


def test_the_folder_itself_and_its_zones_may_be_links(store: Path, tmp_path: Path):
    (tmp_path / "elsewhere" / "orders").mkdir(parents=True)
    (tmp_path / "elsewhere" / "orders" / "a.csv").write_bytes(b"a")
    shutil.rmtree(store / "inbox")
    (store / "inbox").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "linked").symlink_to(store)
    files = FolderFiles(tmp_path / "linked")
    assert faults(files) == {"inbox/orders/a.csv": ""}
    assert faults(files, "inbox/orders/a.csv") == {"inbox/orders/a.csv": ""}
    source = files.download("inbox/orders/a.csv", tmp_path / "copy").source
    files.write("inbox/b.csv", b"b")
    files.move("inbox/b.csv", "inbox/orders/b.csv")
    files.discard(source)
    assert [path.name for path in (tmp_path / "elsewhere" / "orders").iterdir()] == ["b.csv"]


def test_a_zone_whose_link_leads_nowhere_is_no_empty_zone(files: FolderFiles, store: Path, tmp_path: Path):
    """It is a disk that is not there; what lay on it has not gone."""
    (store / "accepted").symlink_to(tmp_path / "not mounted")
    for act in (lambda: list(files.found("accepted")), lambda: files.write("accepted/x", b"x")):
        with pytest.raises(Outside):
            act()
    assert not (tmp_path / "not mounted").exists()


class Swapping(FolderFiles):
    """Somebody swaps something at the worst moment: after it was looked at, before it is opened."""

    swap: Callable[[], None] = staticmethod(lambda: None)

    def _path(self, key: str) -> Path:
        path = super()._path(key)
        self.swap()
        return path


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_becomes_a_link_between_two_looks_leads_nowhere(store: Path, tmp_path: Path, what: str):
    files = Swapping(store)
    victim = store / "inbox" / "orders"
    shutil.copy(victim / "good.csv", victim / "secret.csv")
    (found, *_) = files.found("inbox/orders/secret.csv")

    def swap() -> None:
        if what == "file":
            (victim / "secret.csv").unlink()
            (victim / "secret.csv").symlink_to(tmp_path / "outside" / "secret.csv")
        else:
            victim.rename(store / "away")
            victim.symlink_to(tmp_path / "outside")

    files.swap = swap
    with pytest.raises((HeadgateError, FileNotFoundError)):
        files.download(found.key, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


# special files


def fifo(path: Path) -> Iterator[None]:
    os.mkfifo(path)
    yield


def listening(path: Path) -> Iterator[None]:
    # The name of a socket may be no longer than about 100 bytes.
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)
        try:
            server.bind(path.name)
        finally:
            os.chdir(before)
        yield


@pytest.mark.parametrize("make", [fifo, listening])
def test_what_is_no_file_is_told_and_never_waited_for(
    files: FolderFiles, store: Path, tmp_path: Path, make: Callable[[Path], Iterator[None]]
):
    for _ in make(store / "inbox" / "odd.csv"):
        assert faults(files) == {"inbox/odd.csv": "special", "inbox/orders/good.csv": ""}
        for act in (lambda: files.download("inbox/odd.csv", tmp_path / "copy"), lambda: files.read("inbox/odd.csv")):
            with pytest.raises(UserMistake) as caught:
                act()
            assert caught.value.code == "not_a_file"
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("swapped", ["for a pipe", "for a link"])
def test_a_file_that_is_swapped_after_it_was_looked_at_is_neither_followed_nor_waited_for(
    files: FolderFiles, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
):
    real, path = check_is_file, store / "inbox" / "orders" / "good.csv"

    def then_swap(status: os.stat_result, key: str) -> None:
        real(status, key)
        path.unlink()
        if swapped == "for a pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(tmp_path / "outside" / "secret.csv")

    monkeypatch.setattr(module, "check_is_file", then_swap)
    with pytest.raises(HeadgateError):
        files.download("inbox/orders/good.csv", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


# folders


def test_a_folder_named_like_a_file_is_told_when_it_is_empty_and_else_looked_into(files: FolderFiles, store: Path):
    (store / "inbox" / "x.csv").mkdir()
    (store / "inbox" / "y.csv" / "deep").mkdir(parents=True)
    (store / "inbox" / "y.csv" / "deep" / "z.csv").touch()
    assert faults(files) == {
        "inbox/orders/good.csv": "",
        "inbox/x.csv": "folder",
        "inbox/y.csv/deep/z.csv": "",
    }
    with pytest.raises(UserMistake):
        files.read("inbox/x.csv")


def test_folders_below_each_other_without_end_hold_up_nothing(files: FolderFiles, store: Path):
    deep = Path("inbox", *["d"] * 1200)
    for part in reversed([store / deep, *(store / deep).parents]):
        part.mkdir(exist_ok=True)
    (store / deep / "a.csv").write_bytes(b"x")
    beyond = _beyond_any_path(store / "inbox")
    try:
        found = faults(files)
        assert found.pop("inbox/orders/good.csv") == ""
        assert found.pop(f"{deep}/a.csv") == ""
        ((key, fault),) = found.items()
        assert (key.startswith(f"inbox/{beyond}"), fault) == (True, "unreadable")
    finally:
        subprocess.run(["rm", "-rf", str(store)], check=True)


def _beyond_any_path(folder: Path) -> str:
    """Folders in folders, down to where their path is too long for any call."""
    name, at = "b" * 200, os.open(folder, os.O_RDONLY)
    for _ in range(30):
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    return name


def test_what_goes_away_while_it_is_listed_is_not_listed(store: Path):
    class Vanishing(FolderFiles):
        def _look(self, path: str) -> Iterator[Found]:
            shutil.rmtree(store / "inbox" / "gone", ignore_errors=True)
            return super()._look(path)

    (store / "inbox" / "gone" / "a").mkdir(parents=True)
    (store / "inbox" / "gone" / "a" / "x.csv").touch()
    (store / "inbox" / "first.csv").touch()
    found = faults(Vanishing(store))
    assert found.pop("inbox/gone/a", "folder") == "folder"
    assert found == {"inbox/first.csv": "", "inbox/orders/good.csv": ""}


def test_a_time_that_no_calendar_knows_is_later_than_all(store: Path):
    status = os.stat_result((0o100644, 1, 1, 1, 0, 0, 0, 0, 10**15, 0))
    assert modified_at(status) == datetime.max
