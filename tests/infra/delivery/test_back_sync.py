"""What comes back from uat to dev, in real git repositories; only GitHub is a stub."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.infra.delivery.conftest import DELIVERY

_SCRIPT = DELIVERY / "github" / "back_sync.sh"
# Notes how it was called, and with which body; answers `pr list` with what $OPEN says.
_GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$CALLS"
while [ $# -gt 0 ]; do
    if [ "$1" = --body-file ]; then cp "$2" "$BODY"; fi
    if [ "$1 ${2:-}" = "pr list" ]; then printf '%s' "${OPEN:-}"; exit 0; fi
    shift
done
"""


class Repository:
    """A remote repository, a clone in which people commit, and one in which the workflow runs."""

    def __init__(self, folder: Path) -> None:
        self.remote, self.work, self.runner = folder / "remote.git", folder / "work", folder / "runner"
        self.calls, self.body = folder / "calls", folder / "body"
        self._git(folder, "init", "-q", "--bare", "-b", "dev", str(self.remote))
        self._git(folder, "clone", "-q", str(self.remote), str(self.work))
        self._git(self.work, "checkout", "-q", "-b", "dev")
        self.commit("dev", "start", "readme", "1")
        self._git(self.work, "branch", "uat")
        self.push("uat")
        programs = folder / "bin"
        programs.mkdir()
        (programs / "gh").write_text(_GH)
        (programs / "gh").chmod(0o755)
        self._path = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def _git(self, folder: Path, *words: str) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        named = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *named, *words], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, branch: str, subject: str, file: str, content: str) -> None:
        if self._git(self.work, "branch", "--list", branch):
            self._git(self.work, "checkout", "-q", branch)
        (self.work / file).write_text(content)
        self._git(self.work, "add", ".")
        self._git(self.work, "commit", "-q", "-m", subject)
        self.push(branch)

    def squash(self, source: str, into: str) -> None:
        self._git(self.work, "checkout", "-q", into)
        self._git(self.work, "merge", "-q", "--squash", source)
        self._git(self.work, "commit", "-q", "-m", "squashed")
        self.push(into)

    def merge(self, source: str, into: str) -> None:
        self._git(self.work, "checkout", "-q", into)
        self._git(self.work, "merge", "-q", "--no-ff", source)
        self.push(into)

    def push(self, branch: str) -> None:
        self._git(self.work, "push", "-q", "origin", branch)

    def back_sync(self, *words: str, open_: str = "") -> subprocess.CompletedProcess[str]:
        """As the workflow does: in a fresh clone."""
        if not self.runner.exists():
            self._git(self.work.parent, "clone", "-q", "-b", "uat", str(self.remote), str(self.runner))
        environment = {
            **os.environ, "PATH": self._path, "CALLS": str(self.calls), "BODY": str(self.body), "OPEN": open_,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        return subprocess.run(
            ["bash", str(_SCRIPT), *words], cwd=self.runner, env=environment, capture_output=True, text=True, timeout=60
        )

    def asked(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_repair_on_uat_becomes_a_pull_request_to_dev(repository: Repository):
    repository.commit("uat", "Repair the total", "total", "2")
    done = repository.back_sync()
    assert done.returncode == 0, done.stderr
    listed, created = repository.asked()
    assert listed.startswith("pr list --state open --head uat --base dev")
    assert created.startswith("pr create --head uat --base dev --title Bring uat back to dev")
    assert "Repair the total" in repository.body.read_text()


def test_where_dev_has_everything_nothing_is_asked_of_github(repository: Repository):
    repository.commit("dev", "New work", "new", "1")
    done = repository.back_sync()
    assert (done.returncode, repository.asked()) == (0, [])
    assert "dev has all that uat has" in done.stdout


def test_a_merged_repair_is_not_brought_again(repository: Repository):
    repository.commit("uat", "Repair", "total", "2")
    repository.merge("uat", "dev")
    repository.commit("dev", "New work", "new", "1")
    assert (repository.back_sync().returncode, repository.asked()) == (0, [])


def test_a_squashed_repair_is_not_brought_again(repository: Repository):
    repository.commit("uat", "Repair", "total", "2")
    repository.squash("uat", "dev")
    assert (repository.back_sync().returncode, repository.asked()) == (0, [])


def test_what_comes_after_a_squash_is_brought(repository: Repository):
    repository.commit("uat", "Repair", "total", "2")
    repository.squash("uat", "dev")
    repository.commit("uat", "Repair more", "more", "3")
    repository.back_sync()
    assert repository.asked()[-1].startswith("pr create")


def test_a_conflict_is_a_pull_request_too(repository: Repository):
    repository.commit("uat", "One way", "readme", "2")
    repository.commit("dev", "The other way", "readme", "3")
    assert repository.back_sync().returncode == 0
    assert repository.asked()[-1].startswith("pr create")


def test_an_open_pull_request_is_not_opened_twice(repository: Repository):
    repository.commit("uat", "Repair", "total", "2")
    done = repository.back_sync(open_="7")
    assert done.returncode == 0
    assert "#7 is open" in done.stdout
    assert len(repository.asked()) == 1


def test_subjects_of_commits_stay_text(repository: Repository, tmp_path: Path):
    nasty = "`$(touch pwned)` @everyone <b>#1</b> ``` ; touch pwned"
    repository.commit("uat", nasty, "total", "2")
    repository.back_sync()
    line = next(line for line in repository.body.read_text().splitlines() if "everyone" in line)
    assert line.startswith("    ")
    assert line.endswith(nasty)
    assert not list(tmp_path.rglob("pwned"))


def test_many_commits_are_told_by_number(repository: Repository):
    for number in range(51):
        repository.commit("uat", f"Repair {number}", "total", str(number))
    repository.back_sync()
    body = repository.body.read_text()
    assert "51 commits" in body
    assert body.splitlines()[-1] == "    … and more"


def test_other_branches_can_be_named(repository: Repository):
    repository.commit("dev", "New work", "new", "1")
    repository.back_sync("dev", "uat")
    assert repository.asked()[-1].startswith("pr create --head dev --base uat")


def test_a_branch_that_is_not_there_is_the_users_mistake(repository: Repository):
    done = repository.back_sync("uat", "develop")
    assert done.returncode == 2
    assert "no branch develop" in done.stderr
    assert repository.asked() == []
