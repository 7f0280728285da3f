"""One pipeline as `pipeline.yaml` describes it: what it takes in, what it does to rows, whom it tells."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from headgate.core.config.mistakes import Mistake, bad_config, shown, unknown_name
from headgate.core.config.model import Section, read_section
from headgate.core.config.narrator_settings import PipelineNarrator
from headgate.core.config.report_settings import PipelineAlerts, Report
from headgate.core.config.retention_settings import PipelineRetention
from headgate.core.config.sink_settings import Sinks
from headgate.core.config.source_settings import Source
from headgate.core.config.values import Globs, InnerPath, Limit, Line, Names, Sql, refuse
from headgate.core.contract.properties import RESERVED_NAMES
from headgate.core.errors import Place
from headgate.core.yaml_document import KeyPath, YamlDocument, dotted, load_yaml

FILE_NAME = "pipeline.yaml"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAME_RULE = "a pipeline's name is lower-case letters, digits and _, and starts with a letter"
# reports/daily/ holds the daily reports.
_TAKEN = ("daily",)
_OF_A_CONTRACT = ("schema_name", "accepted", "max_rejected", "warn_rejected", "derive", "trim", "sinks")


def _pipeline_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        refuse(f"{_NAME_RULE}, unlike {shown(name)}")
    if name in _TAKEN:
        refuse(f"'{name}' is taken: reports/{name}/ holds the daily reports")
    return name


def _column_name(name: str) -> str:
    if name.casefold() in RESERVED_NAMES:
        refuse(f"'{name}' is a name Headgate keeps for itself; call the column something else")
    return name


def _differ_not_only_in_case(columns: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name in columns:
        if name.casefold() in seen:
            refuse(f"the column '{name}' differs from '{seen[name.casefold()]}' in case only", name, "[key]")
        seen[name.casefold()] = name
    return columns


PipelineName = Annotated[str, AfterValidator(_pipeline_name), Field(json_schema_extra={"pattern": "^[a-z][a-z0-9_]*$"})]
ColumnName = Annotated[Line, AfterValidator(_column_name)]
Derived = Annotated[dict[ColumnName, Sql], AfterValidator(_differ_not_only_in_case)]


class Intake(Section):
    """Which files come to the pipeline."""

    match: Globs = Field(
        (),
        description="A glob, or a list of globs, on the name of a file dropped directly into the inbox. "
        "Files under inbox/<pipeline>/ come in whatever their name.",
    )
    duplicates: Literal["by-content", "by-content-and-name"] = Field(
        "by-content",
        description="What makes a file one that was processed before: the same bytes, or the same bytes and name.",
    )


class Pipeline(Section):
    """A pipeline's settings.

    Attributes:
        folder: where its `pipeline.yaml` lies, and its contract with it.
    """

    name: PipelineName = Field(
        description="Name of the pipeline, its folders and its view; else the name of its folder. "
        "Lower-case letters, digits and _."
    )
    description: str | None = Field(None, description="What it is for, in a sentence.")
    contract: InnerPath | None = Field(
        None,
        description="The ODCS data contract, a path in the pipeline's folder. "
        "Without one, files are described (metadata.json) and nothing is rejected.",
    )
    schema_name: Line | None = Field(
        None, alias="schema", description="Which schema object of the contract holds; needed when it has several."
    )
    intake: Intake = Field(Intake(), description="Which files come to the pipeline.")
    source: Source | None = Field(None, description="An API that is asked for the pipeline's files.")
    accepted: Literal["parquet", "csv", "jsonl"] = Field("parquet", description="Format of the accepted rows.")
    max_rejected: Limit | None = Field(
        None,
        description="More rejected rows than this, a count or a share of the records such as 10%, and the file "
        "fails: nothing of it is published as accepted.",
    )
    warn_rejected: Limit | None = Field(
        None,
        description="More rejected rows than this, a count or a share such as 10%, and somebody is told; "
        "the run goes on.",
    )
    derive: Derived = Field(
        {},
        description="New columns, each with one scalar SQL expression over the typed columns "
        "and _run, _file, _record, _claimed_at.",
    )
    trim: Names = Field((), description="Columns whose white space at both ends is taken off.")
    sinks: Sinks = Field({}, description="Tables that accepted rows are loaded into, by name.")
    report: Report = Field(Report(), description="What is told after each run, and to whom.")
    alerts: PipelineAlerts = Field(
        PipelineAlerts(), description="Who is told of what went wrong: failed and missing files, broken limits."
    )
    narrator: PipelineNarrator = Field(
        PipelineNarrator(), description="Who writes the prose of the report, and what it may cost."
    )
    retention: PipelineRetention = Field(
        PipelineRetention(), description="After what time `headgate prune` deletes what the pipeline left."
    )

    _document: YamlDocument | None = PrivateAttr(default=None)
    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _contract_keys_have_a_contract(self) -> Pipeline:
        idle = [name for name in _OF_A_CONTRACT if name in self.model_fields_set]
        if idle and self.contract is None:
            key = "schema" if idle[0] == "schema_name" else idle[0]
            refuse(f"`{key}` does nothing without a contract; name one with `contract`", key)
        return self

    @property
    def folder(self) -> Path:
        """The pipeline's folder, as it was given to `load_pipeline`."""
        return self._folder

    @property
    def contract_path(self) -> Path | None:
        """The contract's file; None for a metadata pipeline."""
        return self._folder / self.contract if self.contract else None

    def place(self, *path: str | int, value: bool = False) -> Place:
        """Where a key (or, with `value`, what stands behind it) is written, for error messages."""
        if self._document is None:
            return Place(FILE_NAME, key=dotted(path) or None)
        return self._document.place(path, value=value)


def load_pipeline(folder: Path) -> Pipeline:
    """Read the `pipeline.yaml` of a folder.

    Raises:
        UserMistake: there is no such file; or a key or a value is wrong (`bad_config`, with file, line, column, key).
        Outside: the file can't be read.
    """
    document = load_yaml(folder / FILE_NAME)
    pipeline = read_section(Pipeline, document, _with_defaults(document, folder))
    pipeline._document, pipeline._folder = document, folder
    _contract_is_there(pipeline)
    return pipeline


def _with_defaults(document: YamlDocument, folder: Path) -> Any:
    if not isinstance(document.value, dict | None):
        return document.value
    value = dict(document.value or {})
    if value.get("name") is None:
        value["name"] = _folder_name(folder, document)
    if isinstance(value.get("derive"), dict):
        value["derive"] = {column: _as_written(document, ("derive", column)) for column in value["derive"]}
    return value


def _folder_name(folder: Path, document: YamlDocument) -> str:
    # Its own name, also where it is a link to a folder elsewhere.
    name = Path(os.path.abspath(folder)).name
    if not _NAME.fullmatch(name) or name in _TAKEN:
        message = f"the folder's name can't be the pipeline's: {_NAME_RULE}, and '{name}' does not do"
        raise bad_config([Mistake(document.place(), f"{message}; rename the folder or add `name`")])
    return name


def _as_written(document: YamlDocument, path: KeyPath) -> Any:
    """SQL such as `1.10` or `true` as it stands in the file, not as YAML reads it."""
    value = document.value[path[0]][path[1]]
    return document.text(path) if isinstance(value, bool | int | float) else value


def _contract_is_there(pipeline: Pipeline) -> None:
    path = pipeline.contract_path
    if path is None or os.path.isfile(path):
        return
    hint = _contracts_hint(path, pipeline.folder)
    message = f"there is no file {shown(pipeline.contract)} in {pipeline.folder}{hint}"
    raise bad_config([Mistake(pipeline.place("contract", value=True), message)])


def _contracts_hint(path: Path, folder: Path) -> str:
    found: Iterable[str] = sorted(one.name for one in folder.glob("*.odcs.*"))
    return f"; {unknown_name(path.name[:60], found)}" if found else ""
