"""AWS on this machine, and a uv that installs what a test says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_server import ENVIRONMENT, aws_server


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


class StandIn:
    """A program on PATH that writes down how it was called, and does what it is told.

    Args:
        folder: gets the program.
        name: of it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._file, self._calls = folder / name, folder / f"{name}.calls"
        self.does("")

    def does(self, code: str) -> None:
        """Python that it runs; `words` are the arguments."""
        self._file.write_text(
            f"#!{sys.executable}\nimport json, os, sys\nfrom pathlib import Path\nwords = sys.argv[1:]\n"
            f"with open({str(self._calls)!r}, 'a') as file:\n"
            f"    file.write(json.dumps([words, os.getcwd(), dict(os.environ)]) + chr(10))\n{code}\n"
        )
        self._file.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call."""
        return [words for words, _, _ in self.runs]

    @property
    def runs(self) -> list[tuple[list[str], str, dict[str, str]]]:
        """Arguments, folder and environment of each call."""
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        return [tuple(json.loads(line)) for line in lines]


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
    return StandIn(programs, "terraform")
