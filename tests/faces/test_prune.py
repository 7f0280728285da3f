"""`headgate prune` says what it deletes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faces.command import Here, files_in
from tests.projects import make_project


@pytest.fixture
def shop(here: Here) -> Path:
    """A project with two old files that have expired, and one that has not."""
    folder = make_project(here.folder / "shop", "retention: {archive: 30d}\n", "retention: {analysis: 7d}\n")
    for key in (
        "archive/people/r/a.csv",
        "archive/guests/r/b.csv",
        "analysis/people/r.json",
        "rejected/people/r/x.csv",
    ):
        path = folder / key
        path.parent.mkdir(parents=True)
        path.write_bytes(b"12345")
        os.utime(path, (1_000_000, 1_000_000))
    return folder


def test_it_says_what_went_and_how_much_that_was(here: Here, shop: Path):
    said = here("prune", "--project", shop)
    assert said.code == 0
    assert [" ".join(line.split()) for line in said.out.splitlines()] == [
        "analysis of people 1 file 5 bytes older than 7d",
        "archive of guests 1 file 5 bytes older than 30d",
        "archive of people 1 file 5 bytes older than 30d",
        "deleted 3 files, 15 bytes",
    ]
    kept = [key for key in files_in(shop) if not key.startswith((".headgate", "pipelines", "headgate.yaml"))]
    assert kept == ["rejected/people/r/x.csv"]
    assert here("prune", "--project", shop).out.startswith("nothing has expired")


def test_a_dry_run_deletes_nothing_and_says_so(here: Here, shop: Path):
    before = files_in(shop / "archive")
    said = here("prune", "--project", shop, "--dry-run")
    assert said.out.splitlines()[-1] == "would delete 3 files, 15 bytes"
    assert files_in(shop / "archive") == before


def test_as_json_it_is_one_document(here: Here, shop: Path):
    said = here("prune", "--project", shop, "--json", "--dry-run", "-p", "guests")
    assert said.json == {
        "dry_run": True,
        "files": 1,
        "bytes": 5,
        "zones": [{"zone": "archive", "pipeline": "guests", "older_than": "30d", "files": 1, "bytes": 5}],
    }


def test_quietly_it_deletes_without_a_word(here: Here, shop: Path):
    said = here("prune", "--project", shop, "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert files_in(shop / "archive") == []


def test_a_pipeline_that_is_not_there_is_the_users_mistake_and_nothing_goes(here: Here, shop: Path):
    said = here("prune", "--project", shop, "--pipeline", "poeple")
    assert said.code == 2
    assert "did you mean people?" in said.err
    assert len(files_in(shop / "archive")) == 2
