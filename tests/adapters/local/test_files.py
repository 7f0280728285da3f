"""Files in a folder last, appear whole or not at all, and what a dead process left half-made is swept."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from headgate.adapters.local.files import FolderFiles
from headgate.adapters.local.staging import PART, STAGING
from headgate.core.errors import Outside, UserMistake
from tests.conformance.files_suite import ODD

DIE_HALFWAY = """
import os, shutil, signal, sys
from pathlib import Path
from headgate.adapters.local.files import FolderFiles

def die(source, target):
    Path(target).write_bytes(b"ha")
    os.kill(os.getpid(), signal.SIGKILL)

def across(*_):
    raise OSError(18, "Invalid cross-device link")

if sys.argv[2] == "across":
    real, os.replace = shutil.copyfile, across
    shutil.copyfile = lambda source, target: (die if ".headgate-part" in str(target) else real)(source, target)
else:
    shutil.copyfile = die
FolderFiles(Path(sys.argv[1])).upload(Path(sys.argv[1]) / "whole", "accepted/run/accepted.csv")
"""
# As somebody whom permissions bind; root it is not.
AS_NOBODY = """
import json, os, sys
from pathlib import Path
from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Outside
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
files, said = FolderFiles(Path(sys.argv[1])), {}
said["found"] = {one.key: one.fault for one in files.found("inbox")}
acts = {
    "download": lambda: files.download("inbox/closed.csv", Path(sys.argv[1]) / "copy"),
    "list": lambda: list(files.found("shut")),
    "write": lambda: files.write("kept/x", b"new"),
    "delete": lambda: files.delete("kept/x"),
    "move": lambda: files.move("kept/x", "inbox/x"),
}
for name, act in acts.items():
    try:
        act()
    except Outside as error:
        said[name] = [str(error.where), error.message, bool(error.who and error.next)]
print(json.dumps(said))
"""


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


def staged(folder: Path) -> list[Path]:
    """Half-made files that lie about."""
    return [path for path in (*(folder / STAGING).rglob("*"), *folder.rglob(f"{PART}*")) if path.is_file()]


def test_an_object_is_on_the_disk_before_it_is_seen_and_its_name_before_the_call_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """In the order of the calls that the system gets: what a power cut leaves can't be tried here."""
    files, done = FolderFiles(tmp_path), []
    fsync, replace = os.fsync, os.replace

    def flushed(file: int) -> None:
        done.append(("flushed", os.fstat(file).st_ino))
        fsync(file)

    def replaced(source: Path, target: Path) -> None:
        done.append(("replaced", os.stat(source).st_ino))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", replaced)
    (tmp_path / "source").write_bytes(b"x")
    for act in (lambda: files.upload(tmp_path / "source", "a/b/c"), lambda: files.write("a/b/c", b"y")):
        done.clear()
        act()
        file, names = (tmp_path / "a/b/c").stat().st_ino, (tmp_path / "a/b").stat().st_ino
        assert done[-3:] == [("flushed", file), ("replaced", file), ("flushed", names)]
    monkeypatch.undo()
    assert files.read("a/b/c") == b"y"


def test_new_folders_last_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    files, flushed, fsync = FolderFiles(tmp_path), [], os.fsync

    def flush(file: int) -> None:
        flushed.append(os.fstat(file).st_ino)
        fsync(file)

    monkeypatch.setattr(os, "fsync", flush)
    files.write("a/b/c", b"x")
    assert {folder.stat().st_ino for folder in (tmp_path, tmp_path / "a", tmp_path / "a/b")} <= set(flushed)


def test_what_the_disk_refuses_is_an_error_from_outside_that_names_the_key(files: FolderFiles, tmp_path: Path):
    files.write("file", b"x")
    (tmp_path / "folder" / "x").mkdir(parents=True)
    acts = [
        lambda: files.write("file/below", b"y"),
        lambda: files.move("file", "file/below"),
        lambda: files.write("folder/x", b"y"),
        lambda: files.delete("folder/x"),
    ]
    for act in acts:
        with pytest.raises(Outside) as caught:
            act()
        assert str(caught.value.where) in ("file", "file/below", "folder/x")
        assert caught.value.who
        assert caught.value.next
    assert files.read("file") == b"x"
    assert staged(tmp_path) == []


def test_a_store_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Outside):
        FolderFiles(tmp_path / "file")


# names


@pytest.mark.parametrize("name", ODD, ids=lambda name: name[:12])
def test_a_key_is_the_path_in_the_folder(files: FolderFiles, tmp_path: Path, name: str):
    files.write(f"zone/{name}", b"x")
    assert [path.name for path in (tmp_path / "zone").iterdir()] == [name]


@pytest.mark.parametrize(
    "name", ["line\nbreak.csv", "esc\x1b[2J.csv", "bad\udcff.csv", "next\x85line.csv", "para\u2029.csv"]
)
def test_a_name_that_cannot_be_kept_is_told_also_of_a_folder(files: FolderFiles, tmp_path: Path, name: str):
    (tmp_path / "inbox" / "orders").mkdir(parents=True)
    (tmp_path / "inbox" / "orders" / "good.csv").touch()
    (tmp_path / "inbox" / name).touch()
    (tmp_path / "inbox" / "orders" / name).mkdir()
    (tmp_path / "inbox" / "orders" / name / "a.csv").touch()
    assert {one.key: one.fault for one in files.found("inbox")} == {
        f"inbox/{name}": "bad_name",
        f"inbox/orders/{name}": "bad_name",
        "inbox/orders/good.csv": "",
    }
    assert list(files.keys("inbox")) == ["inbox/orders/good.csv"]


def test_a_name_longer_than_the_disk_keeps_is_refused_with_a_next_step(files: FolderFiles):
    with pytest.raises(UserMistake, match="long") as caught:
        files.write(f"inbox/{'x' * 256}", b"x")
    assert (caught.value.code, bool(caught.value.next)) == ("bad_file_name", True)


# processes that die


@pytest.mark.parametrize("how", ["beside the ledger", "across"])
def test_what_a_process_was_at_when_it_was_killed_is_seen_nowhere_and_swept_by_the_next(tmp_path: Path, how: str):
    (tmp_path / "whole").write_bytes(b"whole")
    child = subprocess.run([sys.executable, "-c", DIE_HALFWAY, str(tmp_path), how], check=False)
    assert child.returncode == -signal.SIGKILL
    assert len(staged(tmp_path)) == (2 if how == "across" else 1)
    files = FolderFiles(tmp_path)
    assert list(files.keys("accepted")) == []
    files.upload(tmp_path / "whole", "accepted/run/accepted.csv")
    assert list(files.keys("accepted")) == ["accepted/run/accepted.csv"]
    assert files.read("accepted/run/accepted.csv") == b"whole"
    assert staged(tmp_path) == []


def test_what_a_living_process_is_at_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "source").write_bytes(b"x")
    real = shutil.copyfile

    def meanwhile(source: Path, target: Path) -> None:
        real(source, target)
        other = FolderFiles(tmp_path)
        other.write("zone/other", b"y")
        assert target.exists()

    monkeypatch.setattr(shutil, "copyfile", meanwhile)
    files = FolderFiles(tmp_path)
    files.upload(tmp_path / "source", "zone/mine")
    assert list(files.keys("zone")) == ["zone/mine", "zone/other"]


# a disk that refuses


def test_a_full_disk_is_an_error_from_outside_that_leaves_nothing_half_made(files: FolderFiles, tmp_path: Path):
    files.write("zone/x", b"before")
    (tmp_path / "large").write_bytes(b"x" * 200_000)
    files.upload(tmp_path / "large", "inbox/large")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    acts = [
        lambda: files.upload(tmp_path / "large", "zone/x"),
        lambda: files.write("zone/x", b"x" * 200_000),
        lambda: files.download("inbox/large", tmp_path / "copy"),
    ]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        for act in acts:
            with pytest.raises(Outside) as caught:
                act()
            assert "free disk space" in (caught.value.next or "")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert files.read("zone/x") == b"before"
    assert not (tmp_path / "copy").exists()
    assert staged(tmp_path) == []


def test_what_may_not_be_read_or_written_is_told_and_holds_up_nothing_else(tmp_path: Path):
    # Of pytest's own folders others may see nothing.
    with tempfile.TemporaryDirectory() as name:
        store = Path(name)
        for folder in ("inbox/locked", "inbox/orders", "shut", "kept", ".headgate"):
            (store / folder).mkdir(parents=True)
        for file in ("inbox/closed.csv", "inbox/orders/a.csv", "inbox/locked/b.csv", "kept/x"):
            (store / file).write_bytes(b"old")
        for path in (store, store / ".headgate", store / "inbox"):
            path.chmod(0o777)
        for key, mode in {"inbox/closed.csv": 0, "inbox/locked": 0, "shut": 0, "kept": 0o555}.items():
            (store / key).chmod(mode)
        child = subprocess.run([sys.executable, "-c", AS_NOBODY, name], stdout=subprocess.PIPE, check=True)
        kept = (store / "kept" / "x").read_bytes()
        for key in ("inbox/locked", "shut", "kept"):
            (store / key).chmod(0o777)
    said = json.loads(child.stdout)
    assert said.pop("found") == {"inbox/closed.csv": "", "inbox/locked": "unreadable", "inbox/orders/a.csv": ""}
    assert said == {
        act: [key, "the disk refused: Permission denied", True]
        for act, key in {
            "download": "inbox/closed.csv", "list": "shut", "write": "kept/x", "delete": "kept/x", "move": "kept/x",
        }.items()
    }  # fmt: skip
    assert kept == b"old"
