"""The groups of functions that share a zip: which stages are in each, and what they import."""

from __future__ import annotations

from collections.abc import Mapping

from headgate.core.narrative.model import BUILT_IN
from headgate.core.project import Project

GROUPS: Mapping[str, tuple[str, ...]] = {
    "gate": ("ingest", "load", "watch", "fetch"),
    "insight": ("analyze",),
    "mail": ("notify", "alert", "summarize"),
}
"""Group → its stages."""

_BEDROCK = "bedrock:"


def models(project: Project) -> list[str]:
    """The language models that write for the project's pipelines, as `provider:model`, each once."""
    narrator = project.settings.narrator
    named = (narrator.for_pipeline(pipeline.narrator).model for pipeline in project.pipelines.values())
    return sorted({model for model in named if model != BUILT_IN})


def bedrock_models(project: Project) -> list[str]:
    """Of these, the ones of Amazon Bedrock, by Bedrock's own names."""
    return [model.removeprefix(_BEDROCK) for model in models(project) if model.startswith(_BEDROCK)]


def lock_name(group: str, project: Project) -> str:
    """The lock file of a group; that of `insight` goes by who writes."""
    providers = {model.partition(":")[0] for model in models(project)}
    if group != "insight" or not providers:
        return group
    return "insight-bedrock" if providers == {"bedrock"} else "insight-models"
