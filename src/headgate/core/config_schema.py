"""The configuration files' JSON Schemas, for editors that complete and check as one types."""

from __future__ import annotations

import json
from typing import Any, Literal

from headgate.core.config.model import Section
from headgate.core.config.project_settings import ProjectSettings
from headgate.core.narrative.built_in.form import Templates
from headgate.core.pipeline import Pipeline

Which = Literal["pipeline", "project"]
Told = Literal["narrative"]

SCHEMAS: tuple[Which | Told, ...] = ("pipeline", "project", "narrative")

_MODELS: dict[Which | Told, type[Section]] = {"pipeline": Pipeline, "project": ProjectSettings, "narrative": Templates}
_TITLES = {
    "pipeline": "Headgate pipeline.yaml",
    "project": "Headgate headgate.yaml",
    "narrative": "Headgate narrative.yaml",
}


def config_schema(which: Which | Told) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `pipeline.yaml`, `headgate.yaml` or `narrative.yaml`, every key described."""
    schema = _MODELS[which].model_json_schema(by_alias=True)
    # A name is needed, but where the file gives none, that of the folder is taken.
    schema.pop("required", None)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": _TITLES[which]}
    return head | {key: _untitled(entry) for key, entry in schema.items() if key not in ("title", "description")}


def schema_text(which: Which | Told) -> str:
    """The schema as it is written to a file."""
    return json.dumps(config_schema(which), indent=2, ensure_ascii=False) + "\n"


def _untitled(entry: Any) -> Any:
    """Without the titles made up from keys: editors would show them instead of the description."""
    if isinstance(entry, list):
        return [_untitled(one) for one in entry]
    if not isinstance(entry, dict):
        return entry
    return {key: _untitled(one) for key, one in entry.items() if not (key == "title" and isinstance(one, str))}
