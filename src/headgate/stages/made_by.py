"""The pipeline and the contract that made a run, as they are now: somebody may have taken them away since."""

from __future__ import annotations

from headgate.core.contract.model import Contract
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.core.manifest import Manifest
from headgate.core.pipeline import Pipeline
from headgate.ports import Context


def pipeline_of(event: Event, context: Context) -> Pipeline:
    """The pipeline that an event is of.

    Raises:
        Permanent: it was renamed or removed while the event waited (`no_pipeline`).
    """
    name = event.data["pipeline"]
    if pipeline := context.project.pipelines.get(name):
        return pipeline
    raise Permanent(
        f"the pipeline {name} is gone from the project",
        who="the owner of the project",
        next=f"put pipelines/{name} back, then headgate dead redrive",
        code="no_pipeline",
    )


def is_described(manifest: Manifest) -> bool:
    """Whether the run only said what its file is, whatever contract its pipeline may have by now."""
    return "metadata" in manifest


def contract_of(pipeline: Pipeline, manifest: Manifest, context: Context) -> Contract | None:
    """The contract of a run's rows; None for a run that has none, since its file was only described.

    Raises:
        Permanent: its rows were held against a contract, and the pipeline names none any more (`no_contract`).
    """
    if is_described(manifest):
        return None
    if contract := context.contracts.get(pipeline.name):
        return contract
    run = manifest["run"]
    raise Permanent(
        f"the rows of run {run} were held against a contract, and its pipeline {pipeline.name} has none any more",
        where=pipeline.place("contract"),
        who="the owner of the pipeline",
        next="name the contract in pipeline.yaml again, then headgate dead redrive",
        code="no_contract",
    )
