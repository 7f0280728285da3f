"""The templates of a pipeline: its narrative.yaml."""

from __future__ import annotations

from pathlib import Path

from headgate.core.config.mistakes import Mistake, bad_config
from headgate.core.config.model import read_section
from headgate.core.errors import Place
from headgate.core.narrative.built_in.form import Templates
from headgate.core.yaml_document import YamlDocument, load_yaml, parse_yaml

FILE_NAME = "narrative.yaml"


def read_templates(folder: Path) -> Templates | None:
    """The `narrative.yaml` of a pipeline's folder; None when it has none.

    Raises:
        UserMistake: it is not of its form (with file, line and key), or has another ending.
        Outside: it can't be read.
    """
    path = folder / FILE_NAME
    other = path.with_suffix(".yml")
    if other.is_file():
        # A narrative that is quietly not told is worse than a mistake.
        raise bad_config([Mistake(Place(str(other)), f"the file must be called {FILE_NAME}")])
    return _templates(load_yaml(path)) if path.is_file() else None


def parse_templates(text: str, file: str = FILE_NAME) -> Templates:
    """Templates held in memory; raises like `read_templates`."""
    return _templates(parse_yaml(text, file=file))


def _templates(document: YamlDocument) -> Templates:
    value = {} if document.value is None else document.value
    return read_section(Templates, document, value).at(document)
