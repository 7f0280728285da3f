"""The contracts of a project, each held against what its pipeline wants of it."""

from __future__ import annotations

from headgate.core.contract.load import load_contract
from headgate.core.contract.model import Contract
from headgate.core.gate.derive import check_derive, check_trim
from headgate.core.pipeline import Pipeline
from headgate.core.project import Project
from headgate.core.sink import check_sinks


def load_contracts(project: Project) -> dict[str, Contract]:
    """The contract of every pipeline that has one.

    Raises:
        UserMistake: a contract, or a setting that depends on it, is wrong.
    """
    every = {name: _contract(pipeline) for name, pipeline in project.pipelines.items()}
    contracts = {name: contract for name, contract in every.items() if contract}
    check_sinks(project.pipelines, contracts)
    return contracts


def _contract(pipeline: Pipeline) -> Contract | None:
    if not pipeline.contract_path:
        return None
    contract = load_contract(pipeline.contract_path, pipeline.schema_name)
    check_trim(pipeline.trim, contract, pipeline.place("trim"))
    if pipeline.derive:
        check_derive(pipeline.derive, contract, pipeline.place("derive"))
    return contract
