"""A deployment on its way down: by the variables that it was made of, so that a project that no longer loads can go, too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.adapters.aws.account import Account
from headgate.core.config.deploy_settings import check_environment
from headgate.core.errors import UserMistake
from headgate.core.project import load_settings
from headgate.hosts.aws.deployment import FILE as TARGET_FILE
from headgate.hosts.deploy.deployer import WRITE_ANEW, Deployer
from headgate.hosts.deploy.infra import stack
from headgate.hosts.deploy.notes import read_note
from headgate.hosts.deploy.terraform import Terraform
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE


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

    def forget_target(self) -> None:
        """Takes the note of where the project stands away, if it is of this deployment."""
        file = self.folder / TARGET_FILE
        if read_note(file, f"delete {file}").get("HEADGATE_PREFIX") == self.prefix:
            file.unlink()


def taking_down(folder: Path, environment: str | None = None) -> TakingDown:
    """By the variables that are there, if they are of this environment; else they are made, as for an apply.

    Raises:
        UserMistake: something is missing here; or the variables must be made, and the project is wrong.
        Outside: a dependency, the provider or AWS can't be reached.
    """
    wanted = check_environment(environment or load_settings(folder).deploy.environment)
    written = _written(folder)
    if written.get("environment") != wanted:
        deployer = Deployer(folder, wanted)
        terraform, _ = deployer.prepare()
        return TakingDown(folder, deployer.prefix, deployer.region, terraform)
    terraform = Terraform(stack(folder), wanted)
    Account(written["region"]).who()
    terraform.init()
    return TakingDown(folder, f"{written['project']}-{wanted}", written["region"], terraform)


def _written(folder: Path) -> dict[str, Any]:
    """What the last plan was made of; nothing where its file is of no use."""
    try:
        written = read_note(folder / "infra/stack" / VARIABLES_FILE, WRITE_ANEW)
    except UserMistake:
        return {}
    return written if all(isinstance(written.get(key), str) for key in ("project", "region", "environment")) else {}
