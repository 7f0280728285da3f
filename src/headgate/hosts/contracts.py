"""The contracts of a project, each held against what its pipeline wants of it; the queries over their rows, and narratives."""

from __future__ import annotations

from collections.abc import Mapping

from headgate.core.analysis.check import check_analysis
from headgate.core.analysis.queries import Queries
from headgate.core.contract.load import load_contract
from headgate.core.contract.model import Contract
from headgate.core.gate.derive import check_derive, check_trim
from headgate.core.narrative.built_in import Templates, check_templates, read_templates
from headgate.core.narrative.file_fact import FILE_FACT
from headgate.core.pipeline import Pipeline
from headgate.core.project import Project
from headgate.core.report.templates import check_template, own_template
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


def load_queries(project: Project, contracts: Mapping[str, Contract]) -> dict[str, Queries]:
    """The facts and findings of every pipeline, each asked once of no rows.

    Raises:
        UserMistake: one can't be answered (with file and line).
    """
    return {
        name: check_analysis(
            pipeline.folder, contracts.get(name), pipeline.derive, pipeline.place("derive"), project.temp_directory
        )
        for name, pipeline in project.pipelines.items()
    }


def load_narratives(project: Project, queries: Mapping[str, Queries]) -> dict[str, Templates]:
    """The templates of every pipeline that has a `narrative.yaml`, held against its facts and findings.

    Args:
        queries: of `load_queries`.

    Raises:
        UserMistake: one can't be read, or names what is not there (with file and line).
    """
    found = {name: read_templates(pipeline.folder) for name, pipeline in project.pipelines.items()}
    narratives = {name: templates for name, templates in found.items() if templates}
    for name, templates in narratives.items():
        _check_narrative(templates, queries.get(name, Queries()), project.pipelines[name])
    return narratives


def _check_narrative(templates: Templates, queries: Queries, pipeline: Pipeline) -> None:
    facts = {query.name: queries.columns[query.name] for query in queries.facts}
    own = {} if pipeline.contract else FILE_FACT
    check_templates(
        templates, {**own, **facts}, {query.name: queries.columns[query.name] for query in queries.findings}
    )


def check_report_templates(project: Project) -> None:
    """Whether the report templates of the pipelines can be read; most have none.

    Raises:
        UserMistake: one can't, or uses a name that is not there (with file and line).
    """
    for own in filter(None, (own_template(pipeline.folder) for pipeline in project.pipelines.values())):
        check_template(own)
