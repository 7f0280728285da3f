"""The newcomer's path of README.md, typed as it is written: init, up, a file, its rejects corrected and dropped back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shell import Shell

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
_PATIENCE_SECONDS = 60


def lines() -> list[str]:
    """The commands of the chapter, one by one."""
    chapter = README.partition("## A pipeline that runs by itself")[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", chapter, re.S)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def wait_for(is_so: Callable[[], bool]) -> None:
    """Looks again and again, as a person would."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it does not come"
        time.sleep(0.2)


def committed(shell: Shell, count: int) -> Callable[[], bool]:
    return lambda: [run["state"] for run in shell.runs()] == ["committed"] * count


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_the_newcomers_path_ends_in_corrected_rows(shell: Shell):
    init, up, drop, runs, correct, drop_again, runs_again, query = lines()
    shell.type(init)
    with shell.in_background(up):
        shell.type(drop)
        wait_for(committed(shell, 1))
        assert "249" in shell.type(runs)
        shell.type(correct)
        shell.type(drop_again)
        wait_for(committed(shell, 2))
        assert "corrects" in shell.type(runs_again)
        root, again = shell.runs()
        assert again["parent"] == root["run"]
        assert (again["counts"]["accepted"], again["counts"]["rejected"]) == (2, 50)
        assert "251" in shell.type(query)
