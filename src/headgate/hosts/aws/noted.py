"""Where a project stands on AWS, as noted in its folder: one note for each environment that was deployed from there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headgate.core.config.deploy_settings import check_environment
from headgate.core.errors import Place, UserMistake
from headgate.hosts.notes import what_is_known

FOLDER = ".headgate/aws"
NOT_DEPLOYED = "headgate deploy status{0} finds one that was deployed elsewhere; headgate deploy apply{0} deploys it"
SINGLE = ".headgate/aws.json"
"""The note of former versions: of the one environment that was applied last."""


def note_of(folder: Path, environment: str) -> Path:
    """The file that holds the note of an environment."""
    return folder / FOLDER / f"{environment}.json"


def note(folder: Path, environment: str, target: Mapping[str, Any]) -> Path:
    """Notes where an environment stands; gives the file."""
    file = note_of(folder, environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(target, indent=2) + "\n", encoding="utf-8")
    if _prefix(folder / SINGLE) == target.get("HEADGATE_PREFIX"):
        (folder / SINGLE).unlink(missing_ok=True)
    return file


def noted(folder: Path, environment: str) -> Path:
    """The note of one environment, that of a former version where it is of the same; it need not be there."""
    file, single = note_of(folder, environment), folder / SINGLE
    is_of_it = not file.is_file() and single.is_file() and _prefix(single, environment).endswith(f"-{environment}")
    return single if is_of_it else file


def standing(folder: Path, usual: str) -> dict[str, Path]:
    """Environment → its note.

    Args:
        usual: the environment that the settings say.
    """
    found = {file.stem: file for file in sorted((folder / FOLDER).glob("*.json"))}
    single = folder / SINGLE
    if not single.is_file():
        return found
    prefix = _prefix(single, usual)
    name = usual if prefix.endswith(f"-{usual}") else prefix.rpartition("-")[2]
    return {name: single, **found}


def meant(folder: Path, environment: str | None, usual: str) -> tuple[str, Path]:
    """An environment, and its note: the one that is named; else the usual one, if it stands; else the only one.

    Raises:
        UserMistake: it can't be one, or was never deployed from here (`not_deployed`); or none is named where several
            stand (`which_environment`).
    """
    if environment is not None:
        return _named(folder, check_environment(environment), usual)
    there = standing(folder, usual)
    name = usual if usual in there or not there else next(iter(there))
    if name != usual and len(there) > 1:
        raise UserMistake(
            f"there are several environments, {', '.join(there)}, and `deploy.environment` is {usual}, which is none of them",
            where=Place(str(folder / FOLDER)), next=f"say which: headgate status --target aws --environment {name}",
            code="which_environment",
        )  # fmt: skip
    return name, there.get(name, note_of(folder, name))


def _named(folder: Path, environment: str, usual: str) -> tuple[str, Path]:
    file = noted(folder, environment)
    if file.is_file():
        return environment, file
    others = ", ".join(standing(folder, usual))
    raise UserMistake(
        f"the environment {environment} was not deployed from here" + (f"; there is {others}" if others else ""),
        where=Place(str(file)), next=NOT_DEPLOYED.format(f" -e {environment}"), code="not_deployed",
    )  # fmt: skip


def _prefix(file: Path, usual: str = "") -> str:
    """How the names of what it tells of begin; one that is damaged counts as the usual environment's, to be said there."""
    prefix = what_is_known(file).get("HEADGATE_PREFIX")
    return prefix if isinstance(prefix, str) and prefix else f"-{usual}"
