"""A project as it was compiled into a package: read, not checked once more, as `headgate deploy build` did that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from headgate.core.contract.load import load_contract
from headgate.core.contract.model import Contract
from headgate.core.project import Project, load_project
from headgate.hosts.aws.deployment import Deployment

if TYPE_CHECKING:
    # Dear to import, and most stages need none.
    from headgate.core.analysis.queries import Queries
    from headgate.core.narrative.voice import Voice


def deployed_project(folder: Path, deployment: Deployment) -> Project:
    """The project, with its zones in the bucket it was deployed to.

    Raises:
        UserMistake: it is no project, or one that is wrong.
    """
    project = load_project(folder)
    gate = project.settings.gate.model_copy(update={"temp_directory": str(deployment.temp)})
    settings = project.settings.model_copy(update={"storage": deployment.storage, "gate": gate})
    return replace(project, settings=settings)


def read_contracts(project: Project) -> dict[str, Contract]:
    """The contract of every pipeline that has one."""
    return {
        name: load_contract(one.contract_path, one.schema_name)
        for name, one in project.pipelines.items()
        if one.contract_path
    }


def all_queries(project: Project) -> dict[str, Queries]:
    """The facts and findings of every pipeline."""
    from headgate.core.analysis.queries import read_queries

    return {name: read_queries(pipeline.folder) for name, pipeline in project.pipelines.items()}


def all_voices(project: Project) -> dict[str, Voice]:
    """How each pipeline's narratives are told."""
    from headgate.core.narrative.built_in import read_templates
    from headgate.hosts.narrators import load_voices

    found = {name: read_templates(pipeline.folder) for name, pipeline in project.pipelines.items()}
    return load_voices(project, {name: templates for name, templates in found.items() if templates})
