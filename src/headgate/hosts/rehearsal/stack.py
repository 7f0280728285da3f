"""The real infrastructure, applied by the real Terraform; its state lies in the rehearsal's own folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside
from headgate.hosts.deploy.terraform import PLUGIN_FOLDER, find_terraform, made_of

# What is the provider's waiting for AWS it does for all things of a kind at once.
_AT_ONCE = 60
# Where the services here refuse something, the provider asks again for many minutes.
_SECONDS = 900.0
_CHANGES = 2


class Stack:
    """One copy of `infra/stack`, with its variables in it.

    Args:
        folder: the copy.
        workspace: in which its state is kept, where `headgate deploy` looks for it, too.
        environment: what leads Terraform to the rehearsal's cloud.
        log: gets all that Terraform says.

    Raises:
        UserMistake: there is no Terraform.
    """

    def __init__(self, folder: Path, workspace: str, environment: Mapping[str, str], log: Path) -> None:
        self._command, self._folder, self._log = find_terraform(), folder, log
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        given = {"TF_WORKSPACE": workspace, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        self._environment = {**own, **environment, **given}

    def init(self) -> None:
        """Gets the provider. Wherever else its state would be kept: a rehearsal's is kept here."""
        local: dict[str, Any] = {"terraform": {"backend": {"local": {}}}}
        self._folder.joinpath("rehearsal_override.tf.json").write_text(json.dumps(local), encoding="utf-8")
        offline = os.environ.get(PLUGIN_FOLDER)
        self._run("init", *([f"-plugin-dir={offline}"] if offline else []))

    def apply(self) -> None:
        """Makes all of it."""
        self._run("apply", "-auto-approve", f"-parallelism={_AT_ONCE}")

    def differs(self) -> bool:
        """Whether a plan would change anything."""
        return self._run("plan", "-detailed-exitcode", f"-parallelism={_AT_ONCE}", fine=(0, _CHANGES)) == _CHANGES

    def destroy(self) -> None:
        """Takes all of it down."""
        self._run("destroy", "-auto-approve", f"-parallelism={_AT_ONCE}")

    def outputs(self) -> dict[str, Any]:
        """Name → value of every output."""
        done = subprocess.run(
            [self._command, "output", "-json"], cwd=self._folder, env=self._environment, capture_output=True, check=True
        )
        return {name: one["value"] for name, one in json.loads(done.stdout).items()}

    def resources(self) -> list[str]:
        """Addresses of everything that was made and stands."""
        done = subprocess.run(
            [self._command, "state", "list"], cwd=self._folder, env=self._environment, capture_output=True, check=True
        )
        return made_of(done.stdout.decode().splitlines())

    def _run(self, verb: str, *words: str, fine: tuple[int, ...] = (0,)) -> int:
        start = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            # A session of its own: on Ctrl-C we end it, and take down what it made by taking down its cloud.
            process = subprocess.Popen(
                [self._command, verb, "-input=false", "-no-color", *words], cwd=self._folder, env=self._environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                code = process.wait(_SECONDS)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
        if code not in fine:
            raise Outside(
                f"terraform {verb} failed: {self._error(start)}", who="whoever deploys", next=f"look into {self._log.name}, with the logs",
                code="terraform_failed",
            )  # fmt: skip
        return code

    def _error(self, start: int) -> str:
        """The first of its errors, on one line."""
        said = self._log.read_bytes()[start:].decode("utf-8", "replace")
        lines = [line.strip(" │╷╵") for line in said.partition("Error: ")[2].splitlines()]
        return " ".join(line for line in lines if line)[:600] or "it did not say why"
