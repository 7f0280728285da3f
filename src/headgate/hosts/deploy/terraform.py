"""Terraform, run in a project's `infra/stack`; each environment has a workspace, so that none can take another's place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside, Place, UserMistake
from headgate.hosts.deploy.advice import advice
from headgate.hosts.deploy.running import Ended, run_shown

PLUGIN_FOLDER = "TF_PLUGIN_DIR"
"""Environment variable: a folder with the provider, for machines that can't download it."""

WORKSPACE = "HEADGATE_TERRAFORM_WORKSPACE"
"""Environment variable: works there instead, for whoever names the environment in the state's key (infra/delivery)."""

LEAST_VERSION = (1, 10)
"""What `versions.tf` of each root asks for."""

# Addresses of data sources, once the keys of `for_each` are taken out.
_LOOKED_UP, _KEY = re.compile(r"(^|\.)data\."), re.compile(r"\[[^]]*\]")
_WORKSPACE = re.compile(r"^[* ] ([\w-]+)[ \t]*$", re.MULTILINE)
# There is always one of this name.
_FIRST = "default"
_SETTINGS = {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
_INSTALL = (
    f"install Terraform {'.'.join(map(str, LEAST_VERSION))} or newer "
    "(https://developer.hashicorp.com/terraform/install), then run the same command again"
)


class Interrupted(Outside):
    """Somebody stopped Terraform; exit code 130."""

    code = "interrupted"


def made_of(addresses: Iterable[str]) -> list[str]:
    """Of the addresses in a state those of what was made; what was only looked up does not count."""
    return [one for one in addresses if one and not _LOOKED_UP.search(_KEY.sub("", one))]


class Terraform:
    """One workspace of one root module.

    Args:
        folder: of the module.
        workspace: its name, unless `HEADGATE_TERRAFORM_WORKSPACE` says another; made when it isn't there.

    Raises:
        UserMistake: there is no Terraform (`no_terraform`).
    """

    def __init__(self, folder: Path, workspace: str = "default") -> None:
        self.folder, self._command = folder, find_terraform()
        self.environment, self.workspace = workspace, os.environ.get(WORKSPACE) or workspace

    def init(self) -> None:
        """Gets the provider, from `TF_PLUGIN_DIR` where that is set; works before there is the workspace."""
        offline = os.environ.get(PLUGIN_FOLDER)
        self._asked("init", "-input=false", *([f"-plugin-dir={offline}"] if offline else []))

    def workspaces(self) -> list[str]:
        """Names of all that there are; gets the provider, and makes none."""
        self.init()
        # It may warn of its own settings there, too.
        return sorted(_WORKSPACE.findall(self._asked("workspace", "list")))

    def plan(self, out: Path | None = None) -> None:
        """Prints what would change; keeps the plan in a file, to be applied as it is."""
        self._shown("plan", "-input=false", *self._variables(), *([f"-out={out.absolute()}"] if out else []))

    def apply(self, plan: Path | None = None, *, ask: bool = True) -> None:
        """Makes it so: as a plan says, or as it is found now; asks before, unless told not to, or there is a plan."""
        if plan:
            self._shown("apply", "-input=false", str(plan.absolute()))
        else:
            self._shown("apply", *_asking(ask), *self._variables(), asks=ask)

    def planned(self, plan: Path) -> dict[str, Any]:
        """The variables that a plan was made with.

        Raises:
            UserMistake: the file is no plan (`no_plan`).
        """
        if not zipfile.is_zipfile(plan):
            raise _no_plan(plan)
        done = self._run("show", "-json", str(plan.absolute()))
        if done.returncode:
            raise _no_plan(plan, _error_in(done.stderr))
        return {name: one.get("value") for name, one in json.loads(done.stdout).get("variables", {}).items()}

    def destroy(self, *, ask: bool = True) -> None:
        """Takes everything down; asks before, unless told not to."""
        self._shown("destroy", *_asking(ask), *self._variables(), asks=ask)

    def outputs(self) -> dict[str, Any]:
        """Name → value of every output; none before the first apply."""
        return {name: one["value"] for name, one in json.loads(self._asked("output", "-json")).items()}

    def resources(self) -> list[str]:
        """Addresses of everything that stands, by its state; what was only looked up there does not count."""
        done = self._run("state", "list")
        # Unlike `output`, it fails as long as there is no state.
        if done.returncode and "No state file" not in done.stderr:
            raise self._failed("state list", _error_in(done.stderr), done.stderr)
        lines = [] if done.returncode else done.stdout.splitlines()
        return made_of(lines)

    def _variables(self) -> list[str]:
        """What the owner wants of this environment alone; it has the last word."""
        names = (f"{self.environment}.tfvars", f"{self.environment}.tfvars.json")
        return [f"-var-file={name}" for name in names if (self.folder / name).is_file()]

    def _shown(self, *words: str, asks: bool = False) -> None:
        """Everything it says goes to the terminal, and questions can be answered there."""
        plain = [] if sys.stdout.isatty() else ["-no-color"]
        command = [self._command, words[0], *plain, *words[1:]]
        sys.stdout.flush()
        ended = run_shown(command, self.folder, self._environment(words[0]), asks=asks)
        if ended.code and ended.interrupts:
            raise _interrupted(words[0], self.environment, ended)
        if ended.code:
            raise self._failed(words[0], "what it said stands above", ended.errors)

    def _asked(self, *words: str) -> str:
        """What it answers; what it says meanwhile matters when it fails."""
        done = self._run(*words)
        if done.returncode:
            raise self._failed(words[0], _error_in(done.stderr), done.stderr)
        return done.stdout

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._command, words[0], *(["-no-color"] if words[0] == "init" else []), *words[1:]], cwd=self.folder,
            env=self._environment(words[0]), capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    def _environment(self, verb: str) -> dict[str, str]:
        """Its workspace is made by what first writes a state: `init` refuses to be in one that isn't there."""
        workspace = _FIRST if verb in ("init", "workspace") else self.workspace
        return _SETTINGS | dict(os.environ) | {"TF_WORKSPACE": workspace}

    def _failed(self, verb: str, reason: str, said: str) -> Outside:
        return _failed(verb, reason, advice(said, self.environment, self.workspace))


def find_terraform() -> str:
    """The command.

    Raises:
        UserMistake: there is none (`no_terraform`).
    """
    if found := shutil.which("terraform"):
        return found
    raise UserMistake(
        "there is no terraform on this machine",
        next=_INSTALL,
        code="no_terraform",
    )


def check_terraform() -> str:
    """Its version.

    Raises:
        UserMistake: there is none (`no_terraform`), or one that is too old (`old_terraform`).
        Outside: it does not say its version (`terraform_failed`).
    """
    said = subprocess.run(
        [find_terraform(), "version", "-json"],
        env=_SETTINGS | dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    version = _version_in(said.stdout)
    if version is None:
        raise _failed("version", _error_in(said.stderr))
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST_VERSION:
        raise UserMistake(
            f"terraform is {version}, and {'.'.join(map(str, LEAST_VERSION))} is the first that will do", next=_INSTALL,
            code="old_terraform",
        )  # fmt: skip
    return version


def _version_in(said: str) -> str | None:
    try:
        found = re.match(r"\d+\.\d+[\w.+-]*", json.loads(said)["terraform_version"])
    except (ValueError, KeyError, TypeError):
        return None
    return found[0] if found else None


def _no_plan(file: Path, why: str = "") -> UserMistake:
    what = "this is no plan of Terraform's" if file.exists() else "there is no such file"
    return UserMistake(
        f"{what}: {why}" if why else what, where=Place(str(file)),
        next="headgate deploy plan --out FILE, then headgate deploy apply --plan FILE", code="no_plan",
    )  # fmt: skip


def _asking(ask: bool) -> list[str]:
    return [] if ask else ["-auto-approve", "-input=false"]


def _failed(verb: str, reason: str, step: str = "headgate deploy doctor") -> Outside:
    return Outside(f"terraform {verb} failed: {reason}", who="whoever deploys", next=step, code="terraform_failed")


def _interrupted(verb: str, environment: str, ended: Ended) -> Interrupted:
    """Asked once it stops when it can; asked again, or killed, at once."""
    again = f"headgate deploy {verb} -e {environment}"
    if verb == "plan":
        message = "terraform plan was interrupted; nothing was changed"
    elif ended.interrupts > 1 or ended.code < 0:
        message = f"terraform {verb} was stopped at once: what was just being made may be missing in its state"
    else:
        message, again = f"terraform {verb} was interrupted; what stands is in its state", f"{again} goes on from there"
    return Interrupted(message, who="whoever deploys", next=again)


def _error_in(said: str) -> str:
    """Its first error, without the frame around it, on one line."""
    lines = [line.strip(" │╷╵") for line in said.splitlines()]
    start = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    return " ".join(line for line in lines[start:] if line).removeprefix("Error: ")[:600] or "it did not say why"
