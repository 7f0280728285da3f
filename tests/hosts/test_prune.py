"""What has expired is deleted, and nothing else, ever."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headgate.adapters.files import files_at
from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Outside, Place
from headgate.core.project import load_project
from headgate.core.retention import ZONES
from headgate.hosts.prune import Pruned, prune
from tests.projects import make_project

NOW = datetime(2026, 6, 1, 12)
EVERYTHING = f"retention: {{{', '.join(f'{zone}: 1d' for zone in (*ZONES, 'outbox'))}}}\n"


def put(folder: Path, key: str, age: timedelta, data: bytes = b"12345") -> Path:
    """A file in the project that was last written so long ago."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    stamp = (NOW - age).replace(tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def pruned(folder: Path, pipeline: str | None = None, dry_run: bool = False) -> list[Pruned]:
    project = load_project(folder)
    return prune(project, files_at(project.storage), NOW, pipeline, dry_run)


def said(found: list[Pruned]) -> list[tuple[str, str | None, int, int]]:
    return [(one.term.zone, one.term.pipeline, one.files, one.bytes) for one in found]


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


DAY = timedelta(days=1)


def test_only_what_is_older_than_it_is_kept_goes(tmp_path: Path):
    folder = make_project(tmp_path / "p", "retention: {archive: 30d}\n")
    old = put(folder, "archive/people/r1/a.csv", 30 * DAY + timedelta(seconds=1))
    just = put(folder, "archive/people/r2/a.csv", 30 * DAY)
    tomorrow = put(folder, "archive/people/r3/a.csv", -DAY)
    assert said(pruned(folder)) == [("archive", "people", 1, 5)]
    assert (old.exists(), just.exists(), tomorrow.exists()) == (False, True, True)


def test_everything_outside_the_zones_stays_however_old_and_whatever_the_settings(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    keep = ["manifests/r.json", "inbox/people/a.csv", "inbox/b.csv", ".headgate/ledger.db", "accepted2/x", "notes.txt",
            "outbox/notes.txt", "outbox/sent/mail.eml", "pipelines/people/samples/a.csv", "accepted.csv"]  # fmt: skip
    for key in keep:
        put(folder, key, 1000 * DAY)
    for zone in ZONES:
        put(folder, f"{zone}/people/r/x", 1000 * DAY)
    put(folder, "outbox/mail.eml", 1000 * DAY)
    before = left(folder)
    assert sum(one.files for one in pruned(folder)) == len(ZONES) + 1
    gone = set(before) - set(left(folder))
    assert gone == {f"{zone}/people/r/x" for zone in ZONES} | {"outbox/mail.eml"}


def test_without_retention_nothing_goes(tmp_path: Path):
    folder = make_project(tmp_path / "p", "")
    for zone in (*ZONES, "outbox"):
        put(folder, f"{zone}/people/r/x.eml", 1000 * DAY)
    before = left(folder)
    assert pruned(folder) == []
    assert left(folder) == before


def test_what_goes_is_said_by_zone_and_pipeline(tmp_path: Path):
    folder = make_project(tmp_path / "p", "retention: {analysis: 30d, unmatched: 1d}\n", "retention: {analysis: 7d}\n")
    for pipeline in ("people", "guests", "removed"):
        put(folder, f"analysis/{pipeline}/new.json", 6 * DAY)
        put(folder, f"analysis/{pipeline}/old.json", 8 * DAY)
        put(folder, f"analysis/{pipeline}/oldest.json", 31 * DAY)
    put(folder, "unmatched/e/a.csv", 2 * DAY)
    assert said(pruned(folder)) == [
        ("analysis", None, 1, 5), ("analysis", "guests", 1, 5), ("analysis", "people", 2, 10), ("unmatched", None, 1, 5),
    ]  # fmt: skip
    assert [one.term.age for one in pruned(folder)] == []


def test_of_one_pipeline_only_what_is_its_own_goes(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    for key in (
        "archive/people/r/a",
        "archive/guests/r/a",
        "unmatched/people/a",
        "reports/daily/d.txt",
        "outbox/m.eml",
    ):
        put(folder, key, 9 * DAY)
    assert said(pruned(folder, "people")) == [("archive", "people", 1, 5)]
    assert said(pruned(folder, "guests")) == [("archive", "guests", 1, 5)]
    assert len(pruned(folder)) == 3


def test_a_dry_run_says_the_same_and_deletes_nothing(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    put(folder, "failed/people/r/a.csv", 2 * DAY)
    put(folder, "outbox/mail.eml", 2 * DAY)
    before = left(folder)
    dry = pruned(folder, dry_run=True)
    assert left(folder) == before
    assert pruned(folder) == dry
    assert len(left(folder)) == len(before) - 2


def test_links_are_neither_followed_nor_deleted(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    outside = put(tmp_path, "outside/precious.csv", 1000 * DAY)
    (folder / "archive" / "people").mkdir(parents=True)
    file, whole = folder / "archive" / "people" / "link.csv", folder / "archive" / "people" / "folder"
    file.symlink_to(outside)
    whole.symlink_to(outside.parent)
    os.utime(file, (0, 0), follow_symlinks=False)
    os.utime(whole, (0, 0), follow_symlinks=False)
    (folder / "outbox").mkdir()
    (folder / "outbox" / "x.eml").symlink_to(outside)
    os.utime(folder / "outbox" / "x.eml", (0, 0), follow_symlinks=False)
    assert pruned(folder) == []
    assert outside.exists()
    assert file.is_symlink()
    assert whole.is_symlink()


def test_a_store_that_is_no_folder_is_pruned_too(tmp_path: Path):
    project = load_project(make_project(tmp_path / "p", EVERYTHING))
    files = files_at("memory://")
    for key in ("archive/people/r/a", "manifests/r.json"):
        files.write(key, b"12345")
    tomorrow = datetime.now(UTC).replace(tzinfo=None) + 2 * DAY
    assert prune(project, files, tomorrow - 2 * DAY) == []
    assert said(prune(project, files, tomorrow)) == [("archive", "people", 1, 5)]
    assert list(files.keys("")) == ["manifests/r.json"]
    assert not project.outbox.exists()


def test_the_folders_it_emptied_go_and_no_others(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING + "zones: {accepted: data/accepted}\n")
    put(folder, "data/accepted/people/r1/a.csv", 2 * DAY)
    put(folder, "archive/people/r1/a.csv", 2 * DAY)
    put(folder, "archive/people/r2/a.csv", DAY / 2)
    put(folder, "reports/daily/d.txt", 2 * DAY)
    put(folder, "outbox/m.eml", 2 * DAY)
    (folder / "archive/guests/r3").mkdir(parents=True)
    pruned(folder, dry_run=True)
    assert (folder / "archive/people/r1").is_dir()
    pruned(folder)
    stay = {"data", "data/accepted", "archive", "archive/people", "archive/people/r2", "archive/guests",
            "archive/guests/r3", "reports", "outbox"}  # fmt: skip
    tops = ("data", "archive", "reports", "outbox")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}
    assert {name for name in found if name.startswith(tops)} == stay


class Rewritten(FolderFiles):
    """A folder in which every file is written anew once all were listed."""

    def delete(self, key: str, as_found: str | None = None) -> None:
        self.write(key, b"new")
        super().delete(key, as_found)


def test_what_was_written_anew_since_it_was_listed_stays(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    path = put(folder, "analysis/people/r.json", 2 * DAY)
    prune(load_project(folder), Rewritten(folder), NOW)
    assert path.read_bytes() == b"new"


class Stubborn(FolderFiles):
    """A folder that gives up every file but one."""

    def delete(self, key: str, as_found: str | None = None) -> None:
        if key.endswith("b.csv"):
            raise Outside("the disk refused", where=Place(key))
        super().delete(key, as_found)


def test_what_cannot_be_deleted_is_said_and_left_to_the_next_time(tmp_path: Path):
    folder = make_project(tmp_path / "p", EVERYTHING)
    for name in "abc":
        put(folder, f"archive/people/r/{name}.csv", 2 * DAY)
    with pytest.raises(Outside, match=r"b\.csv"):
        prune(load_project(folder), Stubborn(folder), NOW)
    assert said(pruned(folder)) == [("archive", "people", 2, 10)]
