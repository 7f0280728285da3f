"""What a command advises to type next works from where the user stands: with the project, place and deployment he named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from headgate.faces.cli.next_step import forget, named, next_step
from tests.faces.command import Here
from tests.faces.worked import full, work
from tests.projects import drop, make_project


def give(value: str, *names: str) -> None:
    """As the command line hands an option to its callback."""
    context = SimpleNamespace(get_parameter_source=lambda _: SimpleNamespace(name="COMMANDLINE"))
    named(context, SimpleNamespace(name="option", opts=names), value)


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    forget()
    yield
    forget()


def test_where_nothing_was_named_a_sentence_stays_as_it_is():
    assert next_step("headgate dead list") == "headgate dead list"


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("headgate run", "headgate run --project shop"),
        ("headgate dead redrive 7", "headgate dead redrive --project shop 7"),
        ("free space, then headgate dead redrive", "free space, then headgate dead redrive --project shop"),
        ("`headgate up` or `headgate run`", "`headgate up --project shop` or `headgate run --project shop`"),
        ("headgate runs --project other", "headgate runs --project other"),
        (
            "headgate runs --project other, then headgate run",
            "headgate runs --project other, then headgate run --project shop",
        ),
        ("headgate deploy plan -e prod\n  headgate run", "headgate deploy plan --project shop -e prod\n  headgate run --project shop"),
        ("headgate demo --dir NEW", "headgate demo --dir NEW"),
        ("pip install 'headgate[aws]'", "pip install 'headgate[aws]'"),
        ("report it to headgate itself", "report it to headgate itself"),
    ],
)  # fmt: skip
def test_every_command_of_a_sentence_has_what_was_named_unless_it_says_otherwise_or_takes_no_such_thing(said, spelled):
    give("shop", "--project")
    assert next_step(said) == spelled
    assert next_step(spelled) == spelled


def test_only_commands_that_know_a_place_get_it():
    give("aws", "--target")
    assert next_step("headgate deploy apply, then headgate dead redrive --all") == (
        "headgate deploy apply, then headgate dead redrive --target aws --all"
    )


def test_a_deployment_may_be_named_in_short():
    give("prod", "--environment", "-e")
    assert next_step("headgate deploy doctor") == "headgate deploy doctor --environment prod"
    assert next_step("headgate deploy apply -e dev") == "headgate deploy apply -e dev"


FOLDER = "my shop's"


@pytest.fixture
def apart(here: Here) -> Here:
    """At home beside a project, with something dead, something failed and something done in it."""
    folder = make_project(here.folder / FOLDER, "workers: 1\n")
    drop(folder, "people/dead.csv")
    work(folder, ingest=full)
    drop(folder, "people/odd.csv", b"colour\nred\n")
    work(folder)
    return here


_TYPED = re.compile(r"headgate [^;:)\n]+")


@pytest.mark.parametrize(
    "words",
    [["runs"], ["runs", "ODD"], ["status"], ["dead", "list"], ["dead", "show", "1"], ["dead", "show", "99"], ["runs", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_whatever_is_advised_with_a_project_named_names_it(apart: Here, words: list[str]):
    run = next(one for one in apart("runs", "--project", FOLDER, "--json").json if one["state"] == "failed")["run"]
    said = apart(*(run if word == "ODD" else word for word in words), "--project", FOLDER)
    advised = _TYPED.findall(said.out + said.err)
    assert advised
    assert all(f"--project {shlex.quote(FOLDER)}" in one for one in advised), advised


def test_what_is_advised_of_a_failed_file_works_from_there(apart: Here):
    run = next(one for one in apart("runs", "--project", FOLDER, "--json").json if one["state"] == "failed")["run"]
    next_ = apart("runs", run, "--project", FOLDER, "--json").json["next"]
    command = shlex.split(next_.partition("; to try it again: ")[2])
    again = apart(*command[1:])
    assert (again.code, "odd.csv: FAILED, required and not in the file" in again.out, again.err) == (1, True, "")


def test_an_error_as_json_names_it_too(apart: Here):
    said = apart("dead", "redrive", 99, "--json", "--project", FOLDER)
    assert said.json["error"]["next"] == f"headgate dead list --project {shlex.quote(FOLDER)}"


def test_the_next_command_line_knows_nothing_of_it(apart: Here, monkeypatch: pytest.MonkeyPatch):
    assert "--project" in apart("runs", "--project", FOLDER).out
    there = Here(apart.folder / FOLDER, monkeypatch, apart._captured)
    assert there("runs").out.endswith("one whole: headgate runs RUN\n")
    assert Path.cwd().name == FOLDER
