"""Who tells the narratives of each pipeline: its voice, and the language model that it names."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from headgate.adapters.model import ModelNarrator, lacking
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Permanent, Place, Transient
from headgate.core.narrative.budget import no_price
from headgate.core.narrative.cost import cost_of
from headgate.core.narrative.prompt import read_wishes
from headgate.core.narrative.request import Request, Told
from headgate.core.narrative.voice import Voice
from headgate.core.project import Project
from headgate.ports import Narrator

if TYPE_CHECKING:
    from headgate.core.narrative.built_in import Templates

FAILURES = 3
REST = 300.0
"""Seconds."""


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
    return {
        name: RestingNarrator(ModelNarrator(voice.settings, secret), voice.settings.model)
        for name, voice in voices.items()
        if voice.settings.is_model
    }


class RestingNarrator:
    """A narrator that is left alone for a while when it failed `FAILURES` times running, by what may pass.

    Without that, each file would wait for all its attempts as long as the provider is down.

    Args:
        elapsed: seconds that only grow.
    """

    def __init__(self, narrator: Narrator, model: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._narrator, self._model, self._elapsed = narrator, model, elapsed
        self._failures, self._rests_until, self._lock = 0, 0.0, threading.Lock()

    def tell(self, request: Request) -> Told:
        with self._lock:
            left = self._rests_until - self._elapsed()
        if left > 0:
            return Told(None, trouble=_resting(self._model, left))
        told = self._narrator.tell(request)
        with self._lock:
            # What is asked again after an answer that came too late fails once, not as often as it was asked.
            self._failures = self._failures + (not request.tried) if isinstance(told.trouble, Transient) else 0
            if self._failures >= FAILURES:
                self._rests_until = self._elapsed() + REST
        return told


def _resting(model: str, seconds: float) -> HeadgateError:
    return Permanent(
        f"the model failed {FAILURES} times running and is not asked for {seconds:.0f} more seconds",
        where=Place(model),
        who="the model's provider",
        next="nothing; if it goes on, look at the reasons of the runs before",
        code="narrator_resting",
    )


def lacking_models(voices: Mapping[str, Voice], secret: Callable[[str], str | None]) -> list[HeadgateError]:
    """What the models of a project plainly lack, each once; the built-in narrator writes as long as they do."""
    found = (_lacking(voice.settings, secret) for voice in voices.values() if voice.settings.is_model)
    return list({str(trouble): trouble for trouble in found if trouble}.values())


def _lacking(settings: NarratorSettings, secret: Callable[[str], str | None]) -> HeadgateError | None:
    if trouble := lacking(settings, secret):
        return trouble
    now = datetime.now(UTC).replace(tzinfo=None)
    has_price = settings.budget_per_day is None or cost_of(settings, 1, 1, now) is not None
    return None if has_price else no_price(settings)
