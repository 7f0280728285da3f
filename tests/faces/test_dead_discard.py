"""`headgate dead discard`: nothing is lost of what is given up, and what takes its place is another file."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from headgate.adapters.local.files import FolderFiles
from headgate.adapters.local.queue import SqliteQueue
from headgate.core.errors import Outside
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.letters import discard, redrive
from headgate.hosts.local_desk import LocalDesk
from tests.faces.command import Here, files_in
from tests.faces.test_dead import ONE_BY_ONE, five, listed
from tests.faces.worked import full, work
from tests.projects import MIXED, documents, drop, make_project, names


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder, ONE_BY_ONE)
    return here


@pytest.fixture
def folder(shop: Here) -> Path:
    return five(shop.folder)


def test_the_file_of_a_discarded_arrival_is_kept_in_failed_with_its_error(shop: Here, folder: Path):
    key = shop("dead", "show", 2, "--json").json["event"]["subject"]
    data = (folder / key).read_bytes()
    (row,) = shop("dead", "discard", 2, "--json").json["discarded"]
    event = shop("dead", "show", 2, "--json").json["event"]["id"]
    assert row["kept"] == f"failed/people/{event[:12]}/{Path(key).name}"
    assert (folder / row["kept"]).read_bytes() == data
    assert not (folder / key).exists()
    error = json.loads((folder / f"{row['kept']}.error.json").read_text())
    assert (error["code"], error["message"]) == ("outside", "the disk is full")
    assert error["put_back"] == f"to try again, move {row['kept']} to inbox/people/"
    assert error["discarded"]["dead_letter"] == 2
    assert listed(shop) == [1, 3, 4, 5]
    assert shop("dead", "show", 2, "--json").json["state"] == "discarded"
    assert work(folder).of_type("file.arrived") == []


def test_put_back_it_is_processed_like_any_other_file(shop: Here, folder: Path):
    (row,) = shop("dead", "discard", 2, "--json").json["discarded"]
    (folder / row["kept"]).rename(folder / "inbox/people/again.csv")
    assert [event.data["file"] for event in work(folder).of_type("file.processed")] == ["again.csv"]


def test_a_file_of_no_pipeline_is_kept_under_unmatched(shop: Here):
    drop(shop.folder, "nobodys.csv")
    work(shop.folder, ingest=full)
    (row,) = shop("dead", "discard", "--all", "--json").json["discarded"]
    assert row["kept"].startswith("failed/unmatched/")
    assert names(shop.folder, "failed") == ["nobodys.csv", "nobodys.csv.error.json"]
    assert "move " in documents(shop.folder, "failed/**/*.json")[0]["put_back"]


def test_discarding_a_later_stage_touches_no_file(shop: Here, folder: Path):
    before = {name for name in files_in(folder) if not name.startswith(".headgate/")}
    (row,) = shop("dead", "discard", 5, "--json").json["discarded"]
    assert (row["kept"], row["note"]) == (None, None)
    assert {name for name in files_in(folder) if not name.startswith(".headgate/")} == before
    assert work(folder).of_type("report.sent") == []
    run = shop("runs", "--json").json[-1]
    assert run["stages"]["analyze"] == "discarded"


def test_killed_after_the_file_was_moved_discarding_once_more_ends_it(shop: Here, folder: Path, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SqliteQueue, "give_up", killed)
        shop("dead", "discard", 1)
    assert listed(shop) == [1, 2, 3, 4, 5]
    kept = names(folder, "failed")
    assert work(folder).of_type("file.arrived") == []
    (row,) = shop("dead", "discard", 1, "--json").json["discarded"]
    assert Path(row["kept"]).name in kept
    assert names(folder, "failed") == kept
    assert listed(shop) == [2, 3, 4, 5]


@pytest.mark.parametrize("action", ["redrive", "discard"])
def test_while_one_discards_a_letter_another_leaves_it_alone(shop: Here, folder: Path, monkeypatch, action: str):
    move, said = FolderFiles.move, list[str]()

    def move_meanwhile(files: FolderFiles, key: str, target: str) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(FolderFiles, "move", move)
            said.append(shop("dead", action, 1).out)
        move(files, key, target)

    monkeypatch.setattr(FolderFiles, "move", move_meanwhile)
    (row,) = shop("dead", "discard", 1, "--json").json["discarded"]
    assert row["already"] is False
    assert [": left alone, as somebody else" in one for one in said] == [True]
    assert names(folder, "failed") == [Path(row["kept"]).name, f"{Path(row['kept']).name}.error.json"]
    assert shop("dead", "show", 1, "--json").json["state"] == "discarded"
    assert work(folder).events == []


@pytest.mark.parametrize("action", ["redrive", "discard"])
def test_what_somebody_else_is_at_keeps_its_file_and_is_there_when_he_is_gone(shop: Here, folder: Path, action: str):
    key = shop("dead", "show", 1, "--json").json["event"]["subject"]
    with LocalDesk(folder) as desk:
        assert desk.queue.claim(1, desk.clock())
        assert ": left alone, as somebody else" in shop("dead", action, 1).out
        assert (folder / key).exists()
        assert listed(shop) == [1, 2, 3, 4, 5]
    # Gone, as if it were killed: nothing was left.
    assert shop("dead", action, 1).code == 0
    assert listed(shop) == [2, 3, 4, 5]


def test_what_could_not_be_moved_is_there_for_others_at_once(shop: Here, folder: Path, monkeypatch):
    def refused(*_: object) -> None:
        raise Outside("the disk is full")

    with LocalDesk(folder) as one, LocalDesk(folder) as other:
        letter = next(letter for letter in one.queue.dead_letters() if letter.number == 1)
        with monkeypatch.context() as patched:
            patched.setattr(FolderFiles, "move", refused)
            with pytest.raises(Outside, match="the disk is full"):
                discard(one, letter)
        assert redrive(other, letter)
    assert len(work(folder).of_type("file.processed")) == 1


@pytest.mark.parametrize("age", [-3600, 3600], ids=["younger", "older"])
def test_another_file_under_the_same_name_is_left_in_the_inbox_and_processed(shop: Here, folder: Path, age: int):
    letter = shop("dead", "show", 1, "--json").json
    key = letter["event"]["subject"]
    (folder / key).write_bytes(MIXED + b"Zoe,,7\n")
    written = datetime.fromisoformat(letter["died_at"]).timestamp() - age
    os.utime(folder / key, (written, written))
    (row,) = shop("dead", "discard", 1, "--json").json["discarded"]
    assert (row["kept"], row["note"]) == (None, f"{key} holds another file by now, which is left alone")
    assert names(folder, "failed") == []
    assert [event.data["file"] for event in work(folder).of_type("file.processed")] == [Path(key).name]


def test_after_it_was_discarded_other_bytes_under_its_name_are_taken(shop: Here, folder: Path):
    (row,) = shop("dead", "discard", 2, "--json").json["discarded"]
    assert work(folder).of_type("file.arrived") == []
    drop(folder, f"people/{Path(row['kept']).name}", MIXED + b"Zoe,,7\n")
    assert [event.data["file"] for event in work(folder).of_type("file.processed")] == [Path(row["kept"]).name]


def test_put_back_at_once_so_that_it_looks_as_before_it_arrives_all_the_same(shop: Here, folder: Path):
    path = folder / shop("dead", "show", 2, "--json").json["event"]["subject"]
    before = path.stat()
    (row,) = shop("dead", "discard", 2, "--json").json["discarded"]
    (folder / row["kept"]).rename(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [event.data["file"] for event in work(folder).of_type("file.processed")] == [path.name]


def test_the_kept_original_of_a_replay_is_never_moved(shop: Here):
    drop(shop.folder, "people/a.csv", MIXED)
    work(shop.folder)
    (archived,) = (path.relative_to(shop.folder).as_posix() for path in shop.folder.glob("archive/**/a.csv"))
    run = shop("runs", "--json").json[0]["run"]
    with EmbeddedHost(shop.folder) as host:
        data = {"key": archived, "file": "a.csv", "pipeline": "people", "replay": 1, "replays": run}
        host.queue.publish([host.event("file.arrived", archived, data, "1")], host.clock())
    work(shop.folder, ingest=full)
    (row,) = shop("dead", "discard", "--all", "--json").json["discarded"]
    assert row["kept"] is None
    assert (shop.folder / archived).read_bytes() == MIXED
