"""Who tells the narratives of each pipeline: its voice, and the language model that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from headgate.adapters.model import ModelNarrator, lacking
from headgate.core.errors import HeadgateError
from headgate.core.narrative.prompt import read_wishes
from headgate.core.narrative.voice import Voice
from headgate.core.project import Project
from headgate.ports import Narrator

if TYPE_CHECKING:
    from headgate.core.narrative.built_in import Templates


def load_voices(project: Project, templates: Mapping[str, Templates]) -> dict[str, Voice]:
    """How each pipeline's narratives are told.

    Raises:
        UserMistake: a `prompt.md` is too long, or no text.
        Outside: it can't be read.
    """
    return {
        name: Voice(
            project.settings.narrator.for_pipeline(pipeline.narrator),
            read_wishes(pipeline.folder),
            templates.get(name),
        )
        for name, pipeline in project.pipelines.items()
    }


def model_narrators(voices: Mapping[str, Voice], secret: Callable[[str], str | None]) -> dict[str, Narrator]:
    """The models, each of a pipeline that names one; none is asked or looked for yet."""
    return {name: ModelNarrator(voice.settings, secret) for name, voice in voices.items() if voice.settings.is_model}


def lacking_models(voices: Mapping[str, Voice], secret: Callable[[str], str | None]) -> list[HeadgateError]:
    """What the models of a project plainly lack, each once; the built-in narrator writes as long as they do."""
    found = (lacking(voice.settings, secret) for voice in voices.values() if voice.settings.is_model)
    return list({str(trouble): trouble for trouble in found if trouble}.values())
