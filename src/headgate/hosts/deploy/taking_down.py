"""A deployment on its way down: by the variables that it was made of, so that a project that no longer loads can go, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.adapters.aws.account import Account
from headgate.core.config.deploy_settings import check_environment
from headgate.core.errors import Outside, UserMistake
from headgate.core.printable import first_of
from headgate.core.project import load_settings
from headgate.hosts.aws.noted import noted
from headgate.hosts.deploy.advice import FORCE
from headgate.hosts.deploy.deployer import Deployer
from headgate.hosts.deploy.groups import GROUPS
from headgate.hosts.deploy.infra import stack
from headgate.hosts.deploy.moved import check_unmoved, stands_as
from headgate.hosts.deploy.naming import named
from headgate.hosts.deploy.terraform import Interrupted, Terraform
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE
from headgate.hosts.notes import read_note, what_is_known

# What AWS itself keeps, unless `force_destroy` was applied.
_PROTECTED = (".aws_s3_bucket.", ".aws_dynamodb_table.")
_NAMED = 12


@dataclass(frozen=True)
class TakingDown:
    """What is to go.

    Attributes:
        folder: of the project.
        prefix: its names on AWS begin with it.
        terraform: ready to destroy it.
    """

    folder: Path
    prefix: str
    region: str
    terraform: Terraform

    def destroy(self, *, ask: bool = True) -> str:
        """Takes everything down, and says what came of it.

        Raises:
            Outside: something of it still stands.
        """
        before = self.terraform.resources()
        if not before:
            check_nothing_stands(self.prefix, self.region)
            self.forget_target()
            return (
                f"nothing of {self.prefix} was in Terraform's state, and none of its functions stands in {self.region}"
            )
        try:
            self.terraform.destroy(ask=ask)
        except Outside as error:
            self._tell_what_is_left(before, error)
            raise
        self.forget_target()
        return f"{self.prefix} no longer stands in {self.region}"

    def forget_target(self) -> None:
        """Takes the note of where the project stands away, if it is of this deployment."""
        file = noted(self.folder, self.terraform.environment)
        if read_note(file, f"delete {file}").get("HEADGATE_PREFIX") == self.prefix:
            file.unlink()

    def _tell_what_is_left(self, before: Sequence[str], error: Outside) -> None:
        left = self.terraform.resources()
        if len(left) < len(before):
            self.forget_target()
        kept = [one for one in left if any(kind in f".{one}" for kind in _PROTECTED)]
        force = FORCE.format(environment=self.terraform.environment)
        if isinstance(error, Interrupted) or not kept or error.next != force:
            return
        raise Outside(
            f"{len(left)} of {len(before)} resources of {self.prefix} still stand, kept by AWS as they may hold data: "
            f"{first_of(kept, _NAMED)}",
            who="whoever deploys", next=force, code="still_stands",
        ) from error  # fmt: skip


def taking_down(folder: Path, environment: str | None = None) -> TakingDown:
    """By the variables that are there, if they are of what stands; else they are made, as for an apply.

    Raises:
        UserMistake: there is no such environment; something is missing here; or the variables must be made, and the
            project is wrong.
        Outside: a dependency, the provider or AWS can't be reached; there are no credentials; or functions stand, and
            no state knows of them.
    """
    wanted = check_environment(environment or load_settings(folder).deploy.environment)
    terraform, written = Terraform(stack(folder), wanted), _written(folder)
    if written.get("environment") != wanted:
        return _by_settings(Deployer(folder, wanted), terraform)
    prefix, region = named(written["project"], wanted), written["region"]
    _ready(terraform, prefix, region)
    if stands_as(folder, terraform, prefix) not in (None, (prefix, region)):
        return _by_settings(Deployer(folder, wanted), terraform)
    return TakingDown(folder, prefix, region, terraform)


def _by_settings(deployer: Deployer, terraform: Terraform) -> TakingDown:
    """Variables are made only if there is something to take down by them."""
    folder, prefix, region = deployer.project.folder, deployer.prefix, deployer.region
    _ready(terraform, prefix, region)
    if terraform.resources():
        # It refuses, too, what stands elsewhere.
        deployer.prepare()
    else:
        check_unmoved(folder, terraform, prefix, region)
    return TakingDown(folder, prefix, region, terraform)


def _ready(terraform: Terraform, prefix: str, region: str) -> None:
    """That its workspace is there, is asked of an initialized Terraform."""
    Account(region).who()
    _check_there(terraform, prefix, region)


def check_nothing_stands(prefix: str, region: str) -> None:
    """Asks the account itself, for where no state says anything.

    Raises:
        Outside: functions stand (`lost_state`).
    """
    account = Account(region)
    names = [f"{prefix}-{stage}" for stages in GROUPS.values() for stage in stages]
    if standing := [name for name in names if account.function(name)]:
        raise Outside(
            f"nothing of {prefix} is in Terraform's state, and yet there stand in {region}: {first_of(standing, _NAMED)}",
            who="whoever deploys",
            next="put the state back (docs/troubleshooting.md, a lost state), then headgate deploy destroy",
            code="lost_state",
        )


def _check_there(terraform: Terraform, prefix: str, region: str) -> None:
    there = terraform.workspaces()
    if terraform.workspace in there:
        return
    check_nothing_stands(prefix, region)
    others = [name for name in there if name != "default"]
    raise UserMistake(
        f"there is no environment {terraform.environment}; there is {first_of(others, _NAMED) or 'none yet'}",
        who="whoever deploys",
        next="say which with -e, one of those" if others else "headgate deploy status",
        code="no_environment",
    )


def _written(folder: Path) -> dict[str, Any]:
    """What the last plan was made of; nothing where its file is of no use."""
    written = what_is_known(folder / "infra/stack" / VARIABLES_FILE)
    return written if all(isinstance(written.get(key), str) for key in ("project", "region", "environment")) else {}
