"""A project on its way to AWS: what is built, written and run, in which order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.adapters.aws.account import Account, DeployedFunction
from headgate.core.config.deploy_settings import check_environment
from headgate.core.project import load_project
from headgate.hosts.aws.deployment import FILE as TARGET_FILE
from headgate.hosts.deploy.groups import GROUPS
from headgate.hosts.deploy.infra import stack
from headgate.hosts.deploy.naming import prefix
from headgate.hosts.deploy.packages import Package, build
from headgate.hosts.deploy.terraform import Terraform
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE
from headgate.hosts.deploy.tfvars import region, tfvars, write_tfvars

PACKAGES = ".headgate/packages"
"""Where a project's packages are built."""


@dataclass(frozen=True)
class Standing:
    """A stage's function, as it stands and as it would be.

    Attributes:
        name: of the function.
        found: None when it is not there.
        is_current: whether it runs the package that was built last.
    """

    name: str
    found: DeployedFunction | None
    is_current: bool


class Deployer:
    """Deploys one project to one environment.

    Args:
        folder: of the project.
        environment: which deployment; else as `deploy.environment` says.

    Raises:
        UserMistake: the project is wrong, or can't be deployed under its name or to its region.
    """

    def __init__(self, folder: Path, environment: str | None = None) -> None:
        self.project = load_project(folder)
        self.environment = check_environment(environment or self.project.settings.deploy.environment)
        self.prefix, self.region = prefix(self.project, self.environment), region(self.project)

    def terraform(self) -> Terraform:
        """In the project's stack.

        Raises:
            UserMistake: there is no Terraform, or no infrastructure in the project yet.
        """
        return Terraform(stack(self.project.folder), self.environment)

    def prepare(self) -> tuple[Terraform, dict[str, Package]]:
        """Builds, writes the variables, and readies Terraform; cheap mistakes come out first.

        Raises:
            UserMistake: something is missing here: Terraform, uv, credentials, the infrastructure.
            Outside: a dependency, the provider or AWS can't be reached.
        """
        terraform = self.terraform()
        Account(self.region).who()
        packages = self.build()
        write_tfvars(tfvars(self.project, packages, self.environment), terraform.folder)
        terraform.init()
        return terraform, packages

    def build(self) -> dict[str, Package]:
        """Builds all packages into the project's own folder."""
        folder = self.project.folder
        return build(folder, folder / PACKAGES, self.project.settings.deploy.architecture)

    def note_target(self, outputs: Mapping[str, Any]) -> Path:
        """Notes where the project now stands, for commands with `--target aws`."""
        file = self.project.folder / TARGET_FILE
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(outputs["target"], indent=2) + "\n", encoding="utf-8")
        return file

    def forget_target(self) -> None:
        """Takes the note away, if it is of this deployment."""
        file = self.project.folder / TARGET_FILE
        if file.is_file() and json.loads(file.read_text(encoding="utf-8")).get("HEADGATE_PREFIX") == self.prefix:
            file.unlink()

    def functions(self) -> list[Standing]:
        """Every stage's function, as it stands."""
        account, built = Account(self.region), self._built()
        return [
            Standing(name, found := account.function(name), bool(found and found.sha256 == built.get(group)))
            for group, stages in GROUPS.items()
            for name in (f"{self.prefix}-{stage}" for stage in stages)
        ]

    def _built(self) -> dict[str, str]:
        """Group → hash of its package, as the variables were written last."""
        file = stack(self.project.folder) / VARIABLES_FILE
        written = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return {group: one["sha256"] for group, one in written.get("packages", {}).items()}
