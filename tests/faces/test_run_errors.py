"""`headgate run`, when something is not as it should be: odd names, a broken project, a machine that refuses, a bug."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from headgate.flow import STAGES
from tests.faces.command import Here, files_in
from tests.projects import GOOD, MIXED, documents, drop, mails, make_project, names


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


NAMES = ["with space.csv", "ünï-日本.csv", "a&b=c.csv", "100%25.csv", "it's \"q\".csv", "semi;colon.csv", "-dash.csv", "=1+1.csv",
         "a[b]{c}*?.csv", "$(echo x).csv", "<b>x<b>.csv", "=?utf-8?q?a=0ABcc=3A_x@y.org?=.csv", "x" * 200 + ".csv"]  # fmt: skip


def test_any_name_goes_the_whole_way_and_keeps_its_spelling(shop: Here):
    for number, name in enumerate(NAMES):
        drop(shop.folder, f"people/{name}", GOOD + b"No %d,,\n" % number)
    said = shop("run", "--json")
    assert said.code == 0
    assert said.json["errors"] == []
    assert sorted(one["file"] for one in said.json["files"]) == sorted(NAMES)
    assert names(shop.folder, "archive") == sorted(NAMES)
    assert sorted(one["file"]["name"] for one in documents(shop.folder, "manifests/*.json")) == sorted(NAMES)
    found = mails(shop.folder)
    assert len(found) == len(NAMES)
    assert all(mail["Bcc"] is None and mail["To"] == "team@example.com" for mail in found.values())


@pytest.mark.parametrize("name", [b"line\nbreak.csv", b"esc\x1b]0;owned\x07.csv", b"bad\xff.csv"])
def test_a_name_the_storage_cannot_keep_is_a_mistake_with_a_next_step(shop: Here, name):
    path = Path(os.fsdecode(os.fsencode(shop.folder) + b"/" + name))
    path.write_bytes(GOOD)
    said = shop("run", path, "-p", "people")
    assert said.code == 2
    assert "  next: rename the file" in said.err
    assert not {"\x1b", "\x07"} & set(said.out + said.err)


@pytest.mark.parametrize("name", [b"line\nbreak.csv", b"esc\x1b]0;owned\x07.csv", b"bad\xff.csv"])
def test_a_file_with_such_a_name_in_the_inbox_is_told_of_and_stops_no_other(shop: Here, name):
    drop(shop.folder, "people/good.csv", MIXED)
    path = Path(os.fsdecode(os.fsencode(shop.folder / "inbox/people") + b"/" + name))
    path.write_bytes(GOOD)
    said = shop("run")
    assert (said.code, said.err) == (0, "")
    assert "good.csv: 4 records" in said.out
    assert (
        ".csv: can't be taken, its name holds control characters, bytes that are no text, or a folder without a "
        "name: rename it (it lies in inbox/people/" in said.out
    )
    assert not {"\x1b", "\x07"} & set(said.out)
    assert path.read_bytes() == GOOD
    assert len(mails(shop.folder)) == 2
    assert "good.csv" not in shop("run").out


def test_a_link_a_pipe_and_a_folder_are_told_of_and_stop_no_other(shop: Here, tmp_path: Path):
    drop(shop.folder, "people/good.csv", MIXED)
    home = shop.folder / "inbox/people"
    (home / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    os.mkfifo(home / "pipe.csv")
    (home / "folder.csv").mkdir()
    said = shop("run", "--json")
    assert (said.code, said.err) == (0, "")
    told = {one["file"]: one.get("fault", one["outcome"]) for one in said.json["files"]}
    assert told == {"link.csv": "link", "pipe.csv": "special", "folder.csv": "folder", "good.csv": "file.processed"}
    for text in (shop("run").out, shop("status").out):
        assert "the inbox is empty" not in text
        assert "inbox/people/link.csv: can't be taken, it is a link" in text or "link.csv: it is a link" in text
        assert "inbox/people/pipe.csv" in text
        assert "inbox/people/folder.csv" in text
    again = shop("run", "--json").json
    assert (again["files"], [one["key"] for one in again["untaken"]]) == (
        [], [f"inbox/people/{name}.csv" for name in ("folder", "link", "pipe")]
    )  # fmt: skip
    assert shop("status", "--json").json["inbox"]["untaken"] == again["untaken"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("headgate.yaml", "mail:", "mial:", "error: headgate.yaml:1:1 (mial): there is no key `mial`"),
        (
            "pipelines/people/pipeline.yaml",
            "intake:",
            "intaek:",
            "error: pipelines/people/pipeline.yaml:2:1 (intaek): ",
        ),
        (
            "pipelines/people/contract.odcs.yaml",
            "minimum",
            "minimun",
            "error: pipelines/people/contract.odcs.yaml:10:64 (",
        ),
        ("pipelines/people/contract.odcs.yaml", "id: people", "id: [", "error: pipelines/people/contract.odcs.yaml:"),
    ],
)
def test_a_broken_configuration_is_named_with_file_and_line_and_nothing_is_touched(
    shop: Here, file, old, new, expected
):
    drop(shop.folder, "people/monday.csv", MIXED)
    path = shop.folder / file
    path.write_text(path.read_text().replace(old, new))
    before = files_in(shop.folder)
    said = shop("run")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(expected)
    assert "\n  next: " in said.err
    assert files_in(shop.folder) == before


def test_a_stage_the_machine_refuses_is_exit_code_3_and_stops_no_other_file(here: Here):
    make_project(here.folder, settings="mail: {to: [team@example.com]}\ngate: {temp_directory: work}\n")
    drop(here.folder, "people/a.csv", GOOD)
    (here.folder / "work").write_text("a file, not a folder")
    said = here("run")
    assert said.code == 3
    assert "no temporary folder can be made" in said.err
    assert names(here.folder, "inbox") == ["a.csv"]
    assert (
        here("run").out == "inbox/people/a.csv: failed before and waits for you: headgate dead list\nmails:  outbox/\n"
    )
    (here.folder / "work").unlink()
    assert here("dead", "redrive", "--all").code == 0
    assert here("run").out.startswith("a.csv: 2 records")
    assert list((here.folder / "work").iterdir()) == []


def test_a_ledger_that_is_none_is_exit_code_3_and_says_where_it_lies(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    (shop.folder / ".headgate").mkdir()
    (shop.folder / ".headgate/ledger.db").write_bytes(b"not a database at all" * 100)
    said = shop("run")
    assert said.code == 3
    assert ".headgate/ledger.db: ledger.db can't be used: file is not a database" in said.err
    assert names(shop.folder, "inbox") == ["a.csv"]


def test_a_bug_is_shown_with_its_traceback_and_stops_no_other_file(shop: Here, monkeypatch: pytest.MonkeyPatch):
    def broken(event, context):
        if event.data["file"] == "a.csv":
            raise ZeroDivisionError("nothing \x1b there")
        return []

    monkeypatch.setitem(STAGES, "load", broken)
    drop(shop.folder, "people/a.csv", GOOD)
    drop(shop.folder, "people/b.csv", MIXED)
    said = shop("run")
    assert said.code == 3
    assert "b.csv: 4 records" in said.out
    assert "Traceback" in said.err
    assert "ZeroDivisionError: nothing \\x1b there" in said.err
    assert "a bug in Headgate" in said.err
    assert "\x1b" not in said.err
