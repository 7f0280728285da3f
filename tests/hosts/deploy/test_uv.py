"""uv is found where it runs, and asked for exactly what was locked."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path

import pytest

from headgate.core.errors import Outside, UserMistake
from headgate.hosts.deploy.uv import find_uv, install
from tests.stand_in import StandIn

NO_MODULE = pytest.mark.skipif(importlib.util.find_spec("uv") is not None, reason="uv is installed as a module here")


def test_one_that_does_not_run_is_passed_over(programs: Path, uv: StandIn):
    uv.does("sys.exit(1)")
    home = programs / ".local" / "bin"
    home.mkdir(parents=True)
    StandIn(home, "uv")
    assert find_uv() == [str(home / "uv")]


@NO_MODULE
def test_without_any_it_is_said_what_to_type(programs: Path):
    with pytest.raises(UserMistake) as caught:
        find_uv()
    assert (caught.value.code, caught.value.next) == ("no_uv", "pip install uv")


@pytest.mark.parametrize(("architecture", "platform"), [("arm64", "aarch64"), ("x86_64", "x86_64")])
def test_only_locked_wheels_for_the_functions_are_asked_for(
    uv: StandIn, tmp_path: Path, architecture: str, platform: str
):
    install(tmp_path / "gate.lock", architecture, tmp_path / "out")
    words = uv.calls[-1]
    assert words[:2] == ["pip", "install"]
    assert {"--require-hashes", "--no-deps"} <= set(words)
    options = dict(itertools.pairwise(words))
    assert options["--only-binary"] == ":all:"
    assert options["--python-version"] == "3.13"
    assert options["--python-platform"] == f"{platform}-manylinux_2_28"
    assert options["--target"] == str(tmp_path / "out")
    assert options["--requirement"] == str(tmp_path / "gate.lock")
    assert options["--python"] == sys.executable


def test_no_settings_of_a_project_around_have_a_say_and_no_python_is_downloaded(uv: StandIn, tmp_path: Path):
    install(tmp_path / "gate.lock", "arm64", tmp_path / "out")
    _, folder, environment = uv.runs[-1]
    assert not Path(folder).is_relative_to(Path.cwd())
    assert environment["UV_PYTHON_DOWNLOADS"] == "never"


def test_what_it_fails_for_is_said_on_one_line(uv: StandIn, tmp_path: Path):
    uv.does(
        "if words[0] == 'pip': print('warning: w\\n  × No solution found\\n  ╰─▶ hash differs', file=sys.stderr); sys.exit(1)"
    )
    with pytest.raises(Outside) as caught:
        install(tmp_path / "gate.lock", "arm64", tmp_path / "out")
    assert caught.value.message == "the packages of gate.lock could not be installed: No solution found; hash differs"
    assert caught.value.code == "packages_unavailable"
