"""Whether a deployment stands where the settings now say: Terraform looks there only, and forgets what it does not find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headgate.core.errors import Place, UserMistake
from headgate.core.project import FILE_NAME
from headgate.hosts.aws.noted import noted
from headgate.hosts.deploy.naming import named
from headgate.hosts.deploy.terraform import Terraform
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE
from headgate.hosts.notes import what_is_known


def check_unmoved(folder: Path, terraform: Terraform, prefix: str, region: str) -> None:
    """Refuses to work on a deployment under another name, or in another region, than it was applied with.

    Args:
        folder: of the project.
        terraform: of the environment, ready to be asked.
        prefix: as the settings now have it.
        region: as the settings now have it.

    Raises:
        UserMistake: it stands elsewhere (`moved`).
    """
    stands = stands_as(folder, terraform, prefix)
    if stands is None or stands == (prefix, region):
        return
    key, old = ("deploy.region", stands[1]) if stands[0] == prefix else ("deploy.name", _name(stands[0], terraform))
    raise UserMistake(
        f"{stands[0]} stands in {stands[1]}, and the settings now say {prefix} in {region}; what stands would be forgotten",
        where=Place(str(folder / FILE_NAME), key=key),
        who="the project's owner",
        next=f"set {key} back to {old}, headgate deploy destroy -e {terraform.environment}, then change it",
        code="moved",
    )


def stands_as(folder: Path, terraform: Terraform, prefix: str) -> tuple[str, str] | None:
    """Prefix and region by what knows them best: the state, the note of the last apply, the variables of the last plan."""
    if found := _of_target(terraform.outputs().get("target", {})):
        return found
    noted_there = _of_target(what_is_known(noted(folder, terraform.environment)))
    if noted_there and noted_there[0] == prefix:
        return noted_there
    written = what_is_known(folder / "infra/stack" / VARIABLES_FILE)
    if written.get("environment") == terraform.environment and terraform.resources():
        return named(str(written.get("project")), terraform.environment), str(written.get("region"))
    return None


def _of_target(target: Mapping[str, Any]) -> tuple[str, str] | None:
    prefix, region = target.get("HEADGATE_PREFIX"), target.get("HEADGATE_REGION")
    return (prefix, region) if isinstance(prefix, str) and isinstance(region, str) else None


def _name(prefix: str, terraform: Terraform) -> str:
    return prefix.removesuffix(f"-{terraform.environment}")
