"""AWS on this machine, and a uv that installs what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_server import ENVIRONMENT, aws_server
from tests.stand_in import StandIn


@pytest.fixture(scope="session")
def aws_address() -> Iterator[str]:
    with aws_server() as address:
        yield address


@pytest.fixture
def aws(aws_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its address; the environment leads boto3 there, and nowhere else."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": aws_address}.items():
        monkeypatch.setenv(name, value)
    return aws_address


@pytest.fixture
def programs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs that are found."""
    folder = tmp_path_factory.mktemp("programs")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    # No uv of this clone, and none installed as a module.
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def uv(programs: Path) -> StandIn:
    return StandIn(programs, "uv")


@pytest.fixture
def terraform(programs: Path) -> StandIn:
    program = StandIn(programs, "terraform")
    program.does("if words[0] == 'version': print('{\"terraform_version\": \"1.11.4\"}')")
    return program
