"""A project: the folder with `headgate.yaml` and its pipelines."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.config.mistakes import Mistake, bad_config
from headgate.core.config.model import read_section
from headgate.core.config.project_settings import PIPELINES, ProjectSettings
from headgate.core.errors import Place, UserMistake
from headgate.core.pipeline import FILE_NAME as PIPELINE_FILE
from headgate.core.pipeline import Pipeline, load_pipeline
from headgate.core.yaml_document import YamlDocument, load_yaml

FILE_NAME = "headgate.yaml"

# What YAML reads as that very text.
_PLAIN = re.compile(r"(?!(?:true|false|null)$)[a-z][\w-]*(?: [\w-]+)*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Project:
    """A project as its files describe it.

    Attributes:
        folder: where `headgate.yaml` lies.
        settings: what `headgate.yaml` says, with defaults.
        pipelines: name → pipeline, in the order of their folders' names.
    """

    folder: Path
    settings: ProjectSettings
    pipelines: Mapping[str, Pipeline]

    @property
    def name(self) -> str:
        """The project's name."""
        return self.settings.project

    @property
    def storage(self) -> str:
        """Where the zones lie: a URL as written, or an absolute path."""
        written = self.settings.storage
        return written if "://" in written else str((self.folder / written).resolve())

    @property
    def outbox(self) -> Path:
        """The folder mails are written to."""
        return self.folder / self.settings.mail.outbox

    @property
    def temp_directory(self) -> Path | None:
        """Where the engine may put what does not fit into memory; None for the system's folder."""
        written = self.settings.gate.temp_directory
        return None if written is None else self.folder / written


def load_project(folder: Path) -> Project:
    """Read `headgate.yaml` and every `pipelines/*/pipeline.yaml` below it.

    Raises:
        UserMistake: there is no `headgate.yaml`; or a key or a value is wrong, two pipelines have one name, or
            a pipeline's model has a budget and no price (`bad_config`, with file, line, column and key).
        Outside: a file can't be read.
    """
    settings = load_settings(folder)
    pipelines = _load_pipelines(folder / PIPELINES)
    for pipeline in pipelines.values():
        if why := settings.narrator.for_pipeline(pipeline.narrator).unpriced:
            raise bad_config([Mistake(pipeline.place("narrator"), why)])
    return Project(folder, settings, pipelines)


def load_settings(folder: Path) -> ProjectSettings:
    """Read `headgate.yaml` alone, without the pipelines.

    Raises:
        UserMistake: there is none, or a key or a value is wrong.
        Outside: it can't be read.
    """
    if not (folder / FILE_NAME).is_file():
        start = f"headgate init {shlex.quote(str(folder))}"
        raise UserMistake(f"no {FILE_NAME} in {folder}", next=start, code="no_project")
    document = load_yaml(folder / FILE_NAME)
    return read_section(ProjectSettings, document, _with_name(document, folder))


def is_named(folder: Path) -> bool:
    """Whether `headgate.yaml` names the project: else it is called as its folder is, and by another folder otherwise.

    Raises:
        UserMistake: the file is no YAML.
        Outside: it can't be read.
    """
    value = load_yaml(folder / FILE_NAME).value
    return isinstance(value, dict) and value.get("project") is not None


def name_line(name: str) -> str:
    """The line of `headgate.yaml` that gives a project a name, however strange: `project: shop`."""
    shown = "".join(one if one.isprintable() else " " for one in name).strip() or "headgate"
    return f"project: {shown if _PLAIN.fullmatch(shown) else json.dumps(shown, ensure_ascii=False)}"


def _with_name(document: YamlDocument, folder: Path) -> Any:
    value = {} if document.value is None else document.value
    if isinstance(value, dict) and value.get("project") is None:
        value = {**value, "project": folder.resolve().name or "headgate"}
    return value


def _load_pipelines(folder: Path) -> dict[str, Pipeline]:
    found: dict[str, Pipeline] = {}
    _no_other_ending(folder)
    for file in sorted(folder.glob(f"[!.]*/{PIPELINE_FILE}")):
        pipeline = load_pipeline(file.parent)
        if pipeline.name in found:
            raise _same_name(pipeline, found[pipeline.name])
        found[pipeline.name] = pipeline
    return found


def _no_other_ending(folder: Path) -> None:
    """A pipeline that is quietly not there is worse than a mistake."""
    for file in sorted(folder.glob("[!.]*/pipeline.yml")):
        raise bad_config([Mistake(Place(str(file)), f"a pipeline's file must be called {PIPELINE_FILE}")])


def _same_name(pipeline: Pipeline, first: Pipeline) -> UserMistake:
    place = first.place("name", value=True)
    message = f"the name `{pipeline.name}` is taken by another pipeline: {place.file}:{place.line}"
    return bad_config([Mistake(pipeline.place("name", value=True), message)])
