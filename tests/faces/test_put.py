"""`headgate put`: files into the inbox, whole, and never over another."""

from __future__ import annotations

import pytest

from tests.faces.command import Here, files_in
from tests.projects import GOOD, MIXED, make_project, names


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project, two files beside it."""
    make_project(here.folder)
    (here.folder / "people_1.csv").write_bytes(GOOD)
    (here.folder / "b.csv").write_bytes(MIXED)
    return here


def test_files_wait_in_the_inbox_and_the_next_run_takes_them(shop: Here):
    said = shop("put", "people_1.csv", "b.csv", "-p", "people")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "waits: inbox/people/people_1.csv", "waits: inbox/people/b.csv", "next:  headgate run, unless `headgate up` is running",
    ]  # fmt: skip
    assert names(shop.folder, "inbox") == ["b.csv", "people_1.csv"]
    assert (shop.folder / "b.csv").read_bytes() == MIXED
    ran = shop("run")
    assert "b.csv: 4 records" in ran.out
    assert "people_1.csv: 2 records" in ran.out


def test_without_a_pipeline_they_go_where_the_match_fits(shop: Here):
    assert shop("put", "people_1.csv", "--json").json == [{"file": "people_1.csv", "key": "inbox/people_1.csv"}]
    assert "people_1.csv: 2 records" in shop("run").out
    assert shop("put", "b.csv", "--quiet").out == ""


def test_a_mistake_puts_nothing(shop: Here):
    (shop.folder / "half.part").write_bytes(GOOD)
    (shop.folder / "other").mkdir()
    (shop.folder / "other/b.csv").write_bytes(GOOD)
    before = [name for name in files_in(shop.folder) if not name.startswith(".headgate")]
    for words, expected in {
        ("b.csv", "-p", "peeple"): "did you mean people?",
        ("nosuch.csv", "-p", "people"): "there is no such file",
        ("other", "-p", "people"): "",
        ("half.part", "-p", "people"): "taken for one that is still being written",
        ("b.csv", "other/b.csv", "-p", "people"): "two files are called b.csv",
    }.items():
        said = shop("put", *words)
        assert (said.code, said.out) == (2, "")
        assert expected in said.err
        assert [name for name in files_in(shop.folder) if not name.startswith(".headgate")] == before


def test_a_file_of_that_name_that_waits_is_not_overwritten(shop: Here):
    shop("put", "b.csv", "-p", "people")
    (shop.folder / "b.csv").write_bytes(GOOD)
    said = shop("put", "b.csv", "-p", "people")
    assert said.code == 2
    assert "already waits: inbox/people/b.csv" in said.err
    assert (shop.folder / "inbox/people/b.csv").read_bytes() == MIXED
