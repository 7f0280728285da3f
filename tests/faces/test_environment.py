"""Of several deployments of a project, a command with `--target aws` looks at the one that is meant, and says which it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.hosts.aws.noted import note
from tests.adapters.aws.conftest import aws, aws_address, unique
from tests.aws_server import REGION
from tests.faces.command import Here
from tests.hosts.aws.conftest import deployed
from tests.hosts.aws.deployed import Deployed
from tests.projects import GOOD, make_project

__all__ = ["aws", "aws_address", "deployed", "unique"]

TO_NOBODY = "mail: {to: []}\n"
AWS = ("--target", "aws")


def stands(folder: Path, environment: str, made: Deployed) -> None:
    found = made.deployment
    values = {
        "HEADGATE_PREFIX": found.prefix, "HEADGATE_REGION": REGION, "HEADGATE_STORAGE": found.storage,
        "HEADGATE_TABLE": found.table, "HEADGATE_BUS": found.bus,
    }  # fmt: skip
    note(folder, environment, values)


@pytest.fixture
def shop(
    deployed: Callable[..., Deployed], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    """A project that was deployed to dev."""
    made = deployed(TO_NOBODY)
    stands(made.folder, "dev", made)
    (made.folder / "people.csv").write_bytes(GOOD)
    return Here(made.folder, monkeypatch, capsys)


def test_the_environment_that_is_named_is_the_one_that_is_changed_and_said(shop: Here):
    said = shop("put", "people.csv", "-p", "people", "-e", "dev", *AWS)
    assert (said.code, "environment: dev (" in said.err) == (0, True), said.err
    assert "headgate status --environment dev --target aws" in said.out
    assert shop("status", "-e", "dev", *AWS, "--json").json["inbox"]["files"] == 1


def test_an_environment_that_is_not_there_is_a_mistake_and_nothing_goes_up(shop: Here):
    said = shop("put", "people.csv", "-p", "people", "--environment", "prod", *AWS)
    assert (said.code, "prod was not deployed from here; there is dev" in said.err) == (2, True)
    assert shop("status", *AWS, "--json").json["inbox"]["files"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["runs"], ["status"], ["cost"], ["put", "people.csv"], ["query", "SELECT 1"], ["replay", "1"],
        ["report", "1"], ["dead", "list"], ["dead", "show", "1"], ["dead", "redrive", "--all"], ["dead", "discard", "--all"],
    ],
)  # fmt: skip
def test_every_command_with_a_target_takes_it_and_only_for_aws(here: Here, words: list[str]):
    make_project(here.folder)
    (here.folder / "people.csv").write_bytes(GOOD)
    said = here(*words, "-e", "prod")
    assert (said.code, "say --target aws" in said.err) == (2, True)
    said = here(*words, "-e", "prod", *AWS)
    assert (said.code, "prod was not deployed from here" in said.err) == (2, True)


@pytest.mark.parametrize("words", [["dead", "redrive", "--all"], ["dead", "discard", "--all"]])
def test_a_decision_about_dead_letters_says_where_it_was_taken(shop: Here, words: list[str]):
    assert "environment: dev (" in shop(*words, *AWS).err
    assert shop(*words, *AWS, "--quiet").err == ""


def test_a_worker_works_for_the_environment_that_is_named(here: Here):
    make_project(here.folder)
    said = here("worker", "-e", "prod")
    assert (said.code, "prod was not deployed from here" in said.err) == (2, True)
