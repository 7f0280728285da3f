"""A project on its way to AWS: what is built, written and run, in which order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headgate.adapters.aws.account import Account, DeployedFunction
from headgate.core.config.deploy_settings import check_environment
from headgate.core.errors import Place, UserMistake
from headgate.core.project import load_project
from headgate.hosts.aws.noted import note
from headgate.hosts.deploy.groups import GROUPS
from headgate.hosts.deploy.infra import stack
from headgate.hosts.deploy.moved import check_unmoved
from headgate.hosts.deploy.naming import prefix, project_slug
from headgate.hosts.deploy.packages import Package, build
from headgate.hosts.deploy.terraform import Terraform
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE
from headgate.hosts.deploy.tfvars import region, tfvars, write_tfvars
from headgate.hosts.notes import read_note

PACKAGES = ".headgate/packages"
"""Where a project's packages are built."""

WRITE_ANEW = "headgate deploy plan"
"""Writes the variables of a deployment anew, whatever became of them."""


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

    def ready(self, plan: Path) -> Terraform:
        """Readies Terraform for a plan that was kept.

        Raises:
            UserMistake: as `terraform`; it stands elsewhere (`moved`); or the file is no plan (`no_plan`), or one of
                another deployment (`other_plan`), whose things would then stand in the state of this one.
            Outside: the provider or AWS can't be reached.
        """
        terraform = self._ready(self.terraform())
        planned = terraform.planned(plan)
        if (planned.get("environment"), planned.get("project")) == (self.environment, project_slug(self.project)):
            return terraform
        of = planned.get("environment")
        raise UserMistake(
            f"this is a plan of {planned.get('project')}-{of}, not of {self.prefix}", where=Place(str(plan)),
            next=f"headgate deploy apply --plan {plan} -e {of}", code="other_plan",
        )  # fmt: skip

    def _ready(self, terraform: Terraform) -> Terraform:
        terraform.init()
        check_unmoved(self.project.folder, terraform, self.prefix, self.region)
        return terraform

    def prepare(self) -> tuple[Terraform, dict[str, Package]]:
        """Builds, writes the variables, and readies Terraform; cheap mistakes come out first.

        Raises:
            UserMistake: something is missing here: Terraform, uv, the infrastructure; or it stands elsewhere (`moved`).
            Outside: a dependency, the provider or AWS can't be reached; or there are no credentials.
        """
        terraform = self.terraform()
        Account(self.region).who()
        self._ready(terraform)
        packages = self.build()
        write_tfvars(tfvars(self.project, _seen_from(terraform.folder, packages), self.environment), terraform.folder)
        return terraform, packages

    def build(self) -> dict[str, Package]:
        """Builds all packages into the project's own folder."""
        folder = self.project.folder
        return build(folder, folder / PACKAGES, self.project.settings.deploy.architecture)

    def note_target(self, outputs: Mapping[str, Any]) -> Path:
        """Notes where the project now stands, for commands with `--target aws`."""
        return note(self.project.folder, self.environment, outputs["target"])

    def note_standing(self) -> Path | None:
        """Notes where it stands by Terraform's state, which somebody else may have written; nothing where it does not stand."""
        outputs = self.terraform().outputs()
        return self.note_target(outputs) if "target" in outputs else None

    def resources(self) -> list[str]:
        """Addresses of everything that Terraform's state holds; looking makes no environment.

        Raises:
            UserMistake: there is no Terraform, or no infrastructure in the project yet.
            Outside: AWS or the provider can't be reached, or there are no credentials.
        """
        terraform = self.terraform()
        Account(self.region).who()
        return terraform.resources() if terraform.workspace in terraform.workspaces() else []

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
        written = read_note(file, WRITE_ANEW)
        return {group: one["sha256"] for group, one in written.get("packages", {}).items()}


def _seen_from(folder: Path, packages: Mapping[str, Package]) -> dict[str, Package]:
    """The same on every machine: Terraform uploads a package anew, and changes its functions, when its path changes."""
    here = folder.resolve()
    return {
        group: replace(one, path=Path(os.path.relpath(one.path.resolve(), here))) for group, one in packages.items()
    }
