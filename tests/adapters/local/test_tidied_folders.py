"""Folders that hold nothing go, and no other; who puts a file into one at that moment finds it there again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.adapters.local.files import FolderFiles


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


def folders(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir())
    return sorted(name for name in found if not name.startswith(".headgate"))


def test_the_folders_above_a_file_go_as_far_as_they_are_empty_and_the_zone_stays(files: FolderFiles, tmp_path: Path):
    for key in ("deep/zone/people/r1/a", "deep/zone/people/r2/a", "deep/zone/guests/r3/x/a"):
        files.write(key, b"x")
    for key in ("deep/zone/people/r1/a", "deep/zone/guests/r3/x/a"):
        files.delete(key)
        files.tidy(key, "deep/zone")
    assert folders(tmp_path) == ["deep", "deep/zone", "deep/zone/people", "deep/zone/people/r2"]
    files.delete("deep/zone/people/r2/a")
    files.tidy("deep/zone/people/r2/a", "deep/zone")
    assert folders(tmp_path) == ["deep", "deep/zone"]


def test_a_zone_that_is_a_link_stays(files: FolderFiles, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "zone").symlink_to(tmp_path / "elsewhere")
    files.write("zone/people/a", b"x")
    files.delete("zone/people/a")
    files.tidy("zone/people/a", "zone")
    assert folders(tmp_path) == ["elsewhere", "zone"]
    assert (tmp_path / "zone").is_symlink()


def test_a_key_beside_the_zone_takes_nothing_away(files: FolderFiles, tmp_path: Path):
    (tmp_path / "zone" / "people").mkdir(parents=True)
    files.tidy("zone/people/a", "zone2")
    files.tidy("zone/a", "zone")
    assert folders(tmp_path) == ["zone", "zone/people"]


@pytest.mark.parametrize(
    "put",
    [
        lambda files: files.write("zone/people/run/a", b"x"),
        lambda files: files.upload(Path(__file__), "zone/people/run/a"),
        lambda files: files.move("inbox/a", "zone/people/run/a"),
    ],
    ids=["write", "upload", "move"],
)
def test_a_folder_that_is_tidied_away_before_a_file_is_in_it_is_made_again(
    files: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[FolderFiles], None]
):
    files.write("inbox/a", b"x")
    real, times = os.replace, iter((1, 2))

    def late(source: Path, target: Path) -> None:
        if next(times, None):
            files.tidy("zone/people/run/a", "zone")
        real(source, target)

    monkeypatch.setattr(os, "replace", late)
    put(files)
    assert list(files.keys("zone")) == ["zone/people/run/a"]
