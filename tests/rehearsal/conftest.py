"""A cloud for the tests of the rehearsal's parts, and one project that is deployed once for all that need the whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

from headgate.core.errors import UserMistake
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.rehearsal.cloud import Cloud, cloud
from headgate.hosts.rehearsal.rehearsal import Rehearsal, rehearsal
from tests.projects import CONTRACT

SETTINGS = """\
project: stage
mail: {to: [team@example.com], from: headgate@example.com}
retry: {attempts: 3, first_delay: 0.2, longest_delay: 1}
"""
PEOPLE = """\
contract: contract.odcs.yaml
intake: {match: 'people*.csv'}
narrator: {model: 'bedrock:amazon.nova-lite-v1:0'}
sinks: {people: {partition_key: name}}
"""
# Short, so that what a killed function held is free again soon; long enough for a machine that does other things, too.
VARIABLES = {"visibility_factor": 1, "lease_seconds": 25, "short_leases": True, "stages": {"ingest": {"timeout": 30}}}


_MISSING = ("no_terraform", "no_uv", "no_python", "no_functions_here")


def skip_or_fail(error: UserMistake) -> NoReturn:
    """Where Terraform, uv or a Python that functions run on is missing; continuous integration has them all."""
    if os.environ.get("CI") == "true" or error.code not in _MISSING:
        raise error
    pytest.skip(str(error))


@pytest.fixture(scope="session")
def empty_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with cloud(tmp_path_factory.mktemp("cloud") / "cloud.log") as running:
        yield running


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The bundled pipelines, and one whose narrator is a model, deployed and running."""
    folder = tmp_path_factory.mktemp("project")
    make_project(folder, list(examples()))
    (folder / "headgate.yaml").write_text(SETTINGS)
    people = folder / "pipelines" / "people"
    people.mkdir()
    (people / "pipeline.yaml").write_text(PEOPLE)
    (people / "contract.odcs.yaml").write_text(CONTRACT)
    (people / "analysis").mkdir()
    # A model is asked where there are facts.
    (people / "analysis" / "ages.sql").write_text("select name, age from accepted order by name\n")
    try:
        with rehearsal(folder, tmp_path_factory.mktemp("stage"), print, lambda _: VARIABLES) as running:
            yield running
    except UserMistake as error:
        skip_or_fail(error)
