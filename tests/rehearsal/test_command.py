"""`headgate rehearse`: what it says, what it leaves, and the exit code it makes."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from headgate.core.errors import Outside, UserMistake
from headgate.faces.cli import app
from headgate.faces.cli import rehearse as rehearsing
from headgate.hosts.rehearsal import rehearsal as whole
from headgate.hosts.rehearsal.rehearsal import Rehearsal
from tests.hearing import hears_signals
from tests.projects import GOOD, MIXED, UNUSABLE, make_project
from tests.rehearsal.functions import wait_until
from tests.rehearsal.outcomes import SECONDS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def sample(project: Path, name: str, data: bytes, pipeline: str = "people") -> None:
    folder = project / "pipelines" / pipeline / "samples"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


def rehearse(project: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["rehearse", "--project", str(project), *words])


def test_without_samples_there_is_nothing_to_rehearse(project: Path):
    error = rehearse(project).exception
    assert isinstance(error, UserMistake)
    assert error.code == "no_samples"


def test_an_unknown_pipeline_is_a_mistake(project: Path):
    error = rehearse(project, "-p", "peopel").exception
    assert isinstance(error, UserMistake)
    assert "did you mean people?" in str(error)


def test_a_folder_with_something_in_it_is_not_written_into(project: Path):
    sample(project, "people_1.csv", GOOD)
    error = rehearse(project, "--out", str(project)).exception
    assert isinstance(error, UserMistake)
    assert error.code == "not_empty"


def test_without_its_extra_one_line_says_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    error = rehearse(project).exception
    assert isinstance(error, UserMistake)
    assert error.next == "pip install 'headgate[aws,rehearsal]'"


def processes_with(text: str) -> list[str]:
    """Those that see it in their environment."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if text.encode() in environment.read_bytes():
                found.append(environment.parent.name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("stage")  # Where it can't be deployed at all, there is nothing to interrupt.
def test_a_signal_ends_everything_that_was_started(project: Path, tmp_path: Path, number: signal.Signals):
    sample(project, "people_1.csv", GOOD)
    temp = tmp_path / "temp"
    temp.mkdir()
    command = [sys.executable, "-m", "headgate", "rehearse", "--project", str(project), "--out", str(tmp_path / "out")]
    environment = {**os.environ, "TMPDIR": str(temp), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=hears_signals
    ) as process:
        assert process.stdout
        assert any("applying the infrastructure" in line for line in process.stdout)
        assert len(processes_with(str(temp))) > 1
        process.send_signal(number)
        assert process.wait(timeout=60) == 130
    wait_until(lambda: not processes_with(str(temp)))
    assert list(temp.glob("headgate-rehearsal-*")) == []


@pytest.fixture
def on_stage(stage: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds everything deployed already."""

    @contextmanager
    def rehearsal(folder: Path, work: Path, say: Any) -> Iterator[Rehearsal]:
        (work / "terraform.log").write_text("Apply complete!")
        yield stage

    monkeypatch.setattr(whole, "rehearsal", rehearsal)


@pytest.mark.slow
@pytest.mark.usefixtures("on_stage")
class TestOnStage:
    def test_the_samples_go_through_and_their_reports_are_here(self, project: Path, tmp_path: Path):
        sample(project, "people_command.csv", GOOD)
        done = rehearse(project, "-p", "people", "--out", str(tmp_path / "out"))
        assert done.exit_code == 0, done.output
        reports = [line.partition("report: ")[2] for line in done.stdout.splitlines() if "report: " in line]
        of_file, of_day = reports[-2:]  # The stage may have told of others before.
        assert Path(of_file).read_text(encoding="utf-8")
        assert Path(of_day).parent.name == "daily"
        assert "file.processed" in done.stdout
        assert list((tmp_path / "out" / "mails").iterdir())
        assert (tmp_path / "out" / "logs" / "terraform.log").is_file()

    def test_a_failed_file_makes_exit_code_1(self, project: Path, tmp_path: Path):
        sample(project, "people_unusable.csv", UNUSABLE)
        done = rehearse(project, "-p", "people", "--quiet", "--out", str(tmp_path / "out"))
        assert done.exit_code == 1, done.output
        assert done.stdout == ""

    def test_where_it_takes_too_long_what_came_of_it_is_there_and_kept_up(
        self, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        """Whether time is over is nothing that a test can wait for: the rehearsal says that it is."""
        kept: list[bool] = []

        def too_long(here: Rehearsal, seconds: float, watch: Any, besides: str) -> None:
            watch()
            raise Outside("there is still work", who="you", next="wait", code="rehearsal_too_long")

        monkeypatch.setattr(Rehearsal, "wait", too_long)
        monkeypatch.setattr(rehearsing, "_wait_for_the_end", lambda: kept.append(True))
        sample(project, "people_slow.csv", GOOD)
        done = rehearse(project, "-p", "people", "--keep", "--out", str(tmp_path / "out"))
        assert (done.exit_code, kept) == (3, [True]), done.output
        assert "there is still work" in done.stderr
        assert list((tmp_path / "out" / "reports").rglob("*.txt"))

    def test_what_is_kept_can_be_worked_with_by_the_lines_that_are_printed(
        self, stage: Rehearsal, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        def typed() -> None:
            assert list(tmp_path.glob("out/logs/*.log"))
            raise KeyboardInterrupt

        monkeypatch.setattr(rehearsing, "_wait_for_the_end", typed)
        sample(project, "people_kept.csv", GOOD)
        done = rehearse(project, "-p", "people", "--quiet", "--keep", "--out", str(tmp_path / "out"))
        assert done.exit_code == 130
        assert "everything is taken down" in done.stderr
        *lines, put, until = done.stdout.splitlines()
        assert "until Ctrl-C" in until
        (tmp_path / "people_more.csv").write_bytes(MIXED)
        put = put.replace("FILE", str(tmp_path / "people_more.csv"))
        put = re.sub(r"--pipeline \w+", "--pipeline people", put)
        assert "dead letters" in as_typed(*lines)
        assert "export TF_VAR_saved_queries=false" in lines
        deployed = as_typed(*lines, f"headgate deploy status --project {stage.project.folder}")
        assert int(re.findall(r": (\d+) resources in Terraform.s state", deployed)[0]) > 100
        assert "as built last" in deployed
        assert "people_more.csv" in as_typed(*lines, put)
        stage.wait(SECONDS)
        assert "people_more.csv" in [event.data.get("file") for event in stage.events()]


def as_typed(*lines: str) -> str:
    """What a shell says, in which somebody works with AWS otherwise."""
    there = {**os.environ, "AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "of work"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", "\n".join(lines)], env={**there, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
