"""The inbox holds what is no file, or has a name that no file should have: it is told of once, and nothing is lost."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from headgate.core.unfinished import is_unfinished
from headgate.hosts.intake import Look
from tests.hosts.inbox import Inbox
from tests.projects import GOOD, MIXED


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "project")


def test_a_link_is_told_of_once_and_never_followed(inbox: Inbox, tmp_path: Path):
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/b.csv").write_bytes(GOOD)
    (inbox.folder / "inbox/people").mkdir(parents=True)
    for name, target in {"people/a.csv": "secret.csv", "people/more": "secrets", "people/gone.csv": "nowhere"}.items():
        (inbox.folder / "inbox" / name).symlink_to(tmp_path / target)
        inbox.aged(inbox.folder / "inbox" / name, 5)
    found = inbox.see().arrived
    assert [(event.type, event.data["key"], event.data["fault"]) for event in found] == [
        ("file.unmatched", f"inbox/people/{name}", "link") for name in ("a.csv", "gone.csv", "more")
    ]
    assert inbox.look() == []


def test_what_is_no_file_is_told_of_once(inbox: Inbox):
    home = inbox.folder / "inbox/people"
    home.mkdir(parents=True)
    os.mkfifo(home / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(home / "sock"))
    for name in ("pipe.csv", "sock"):
        inbox.aged(home / name, 5)
    assert [(event.data["file"], event.data["fault"]) for event in inbox.see().arrived] == [
        ("pipe.csv", "special"), ("sock", "special"),
    ]  # fmt: skip
    assert inbox.look() == []


@pytest.mark.parametrize("key", ["x.csv", "people/x.csv", "people/2026/x.csv"])
def test_an_empty_folder_with_a_files_name_is_told_of_once(inbox: Inbox, key: str):
    folder = inbox.folder / "inbox" / key
    folder.mkdir(parents=True)
    inbox.aged(folder, 5)
    (told,) = inbox.see().arrived
    assert (told.type, told.data["file"], told.data["fault"]) == ("file.unmatched", "x.csv", "folder")
    assert inbox.look() == []


@pytest.mark.parametrize("key", ["people", "guests", "people/2026", "people/2026.01", "later"])
def test_an_empty_folder_that_keeps_order_is_nobodys_business(inbox: Inbox, key: str):
    folder = inbox.folder / "inbox" / key
    folder.mkdir(parents=True)
    inbox.aged(folder, 5)
    assert inbox.see() == Look([], [])


def test_a_folder_that_is_just_being_filled_is_no_fault(inbox: Inbox):
    folder = inbox.folder / "inbox/people/x.csv"
    folder.mkdir(parents=True)
    inbox.aged(folder)
    assert inbox.look() == []
    inbox.drop("people/x.csv/1.csv", age=5)
    assert inbox.look() == ["inbox/people/x.csv/1.csv"]


def test_an_empty_file_is_a_file(inbox: Inbox):
    inbox.drop("people/a.csv", b"", age=5)
    assert inbox.look() == ["inbox/people/a.csv"]


@pytest.mark.parametrize("name", [b"line\nbreak.csv", b"esc\x1b]0;x\x07.csv", b"bad\xff.csv"])
def test_a_name_that_cannot_be_kept_is_told_of_once_and_the_file_stays(inbox: Inbox, name: bytes):
    home = inbox.folder / "inbox/people"
    home.mkdir(parents=True)
    path = home / os.fsdecode(name)
    path.write_bytes(GOOD)
    inbox.aged(path, 5)
    inbox.drop("people/other.csv", age=5)
    told, other = sorted(inbox.see().arrived, key=lambda event: event.type, reverse=True)
    assert (told.type, told.data["fault"], other.type) == ("file.unmatched", "bad_name", "file.arrived")
    assert path.read_bytes() == GOOD
    assert inbox.look() == []


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "...csv",
        "..csv",
        "~root.csv",
        "C:\\x.csv",
        "%2e%2e%2fx.csv",
        "ｅtc.csv",
        "ﬁle.csv",
        "é.csv",
        "up\u202edown.csv",
    ],
)
def test_no_name_leads_out_of_the_inbox(inbox: Inbox, name: str):
    if name.startswith(".."):
        assert is_unfinished(name)
        return
    inbox.drop(f"people/{name}", age=5)
    assert inbox.look() == [f"inbox/people/{name}"]


@pytest.mark.skipif(
    not Path("/dev/shm").is_dir() or os.stat("/dev/shm").st_dev == os.stat("/tmp").st_dev, reason="no other disk"
)
def test_an_inbox_on_another_disk_is_an_inbox(tmp_path: Path):
    elsewhere = Path("/dev/shm") / f"headgate-test-{os.getpid()}"
    elsewhere.mkdir()
    try:
        inbox = Inbox(tmp_path)
        (inbox.folder / "inbox").symlink_to(elsewhere)
        inbox.drop("people/a.csv", MIXED, age=5)
        inbox.drop("nobody.txt", b"?", age=5)
        inbox.drop("people/b.csv.part", b"", age=5)
        journey = inbox.bench.run()
        assert {event.type for event in journey.events} >= {"file.processed", "file.unmatched", "report.sent"}
        assert [path.name for path in elsewhere.rglob("*") if path.is_file()] == ["b.csv.part"]
        (kept,) = inbox.folder.glob("unmatched/*/nobody.txt")
        assert kept.read_bytes() == b"?"
    finally:
        for path in sorted(elsewhere.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        elsewhere.rmdir()
