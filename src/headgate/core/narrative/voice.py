"""How a pipeline's narratives are told: by whom, with which wishes and templates; part of what makes an analysis another."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.identity import digest
from headgate.core.narrative.prompt import VERSION as PROMPT_VERSION
from headgate.core.version import VERSION

if TYPE_CHECKING:
    # Dear to import, and commands that only look need none.
    from headgate.core.analysis.queries import Queries
    from headgate.core.narrative.built_in import Templates
    from headgate.core.pipeline import Pipeline


@dataclass(frozen=True)
class Voice:
    """How a pipeline's narratives are told.

    Attributes:
        wishes: the text of its `prompt.md`; empty without one.
        templates: what its `narrative.yaml` says; None without one.
    """

    settings: NarratorSettings = field(default_factory=NarratorSettings)
    wishes: str = ""
    templates: Templates | None = None


def analysis_fingerprint(
    pipeline: Pipeline, queries: Queries, voice: Voice, sensitive: Collection[str] = (), looked_back: Sequence[str] = ()
) -> str:
    """SHA-256 over all that decides what is found in given rows, and how it is told; in hex.

    What a model is asked with, but not what it says, is part of it: keys, time limits and budgets are not.

    Args:
        sensitive: columns of which no value is told.
        looked_back: the earlier runs that queries look at.
    """
    sql = [[query.kind, query.name, query.sql] for query in queries]
    told = [voice.settings.model, voice.settings.base_url, voice.settings.max_tokens, voice.wishes]
    told += [words.least, words.most] if (words := voice.settings.summary_words) else []
    told += ["never", *voice.settings.never] if voice.settings.never else []
    said = [pipeline.report.title, pipeline.description, voice.templates.fingerprint if voice.templates else None]
    seen = [list(pipeline.derive.items()), sorted(sensitive), list(looked_back)]
    return digest("analysis", VERSION, str(PROMPT_VERSION), *map(json.dumps, (sql, told, said, seen)))
