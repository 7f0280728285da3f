"""The form of a narrative.yaml: templates of sentences, in the shape of the narrative that is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema

from headgate.core.config.model import Section
from headgate.core.config.values import Line
from headgate.core.errors import Place
from headgate.core.yaml_document import KeyPath, YamlDocument

LEVELS = ("high", "medium", "low")


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Sentences = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_more),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""Templates of one sentence each, or of a few that stand and fall together."""

Level = Annotated[str, Field(min_length=1)]
_LEVEL = "high, medium or low, or a template that gives one of them"
_EACH = "A fact or a finding: one item is made for each of its rows, which the sentences call `row`."
_MOST = "How many items are made at most."


class _Template(Section):
    each: Line | None = Field(None, description=_EACH)
    most: Annotated[int, Field(strict=True, ge=1, le=12)] = Field(12, description=_MOST)


class InsightTemplate(_Template):
    """Something the facts show."""

    type: Annotated[Line, Field(max_length=80)] = Field(description="What it is about, in a word or two.")
    description: Sentences = Field(description="Sentences; an insight of which none is left is left out.")
    confidence: Level = Field(description=f"How well the facts bear it out: {_LEVEL}.")


class AnomalyTemplate(_Template):
    """Something out of the ordinary."""

    type: Annotated[Line, Field(max_length=80)] = Field(description="What it is about, in a word or two.")
    description: Sentences = Field(description="Sentences; an anomaly of which none is left is left out.")
    severity: Level = Field(description=f"How much it matters: {_LEVEL}.")


class RecommendationTemplate(_Template):
    """Something to do."""

    category: Annotated[Line, Field(max_length=80)] = Field(description="What it is about, in a word or two.")
    action: Sentences = Field(description="Sentences; a recommendation of which none is left is left out.")
    priority: Level = Field(description=f"How soon: {_LEVEL}.")


class EntityTemplate(Section):
    """What there is to say about one entity, such as one stock."""

    each: Line = Field(description="A fact: one section is made for each of its rows, which the sentences call `row`.")
    most: Annotated[int, Field(strict=True, ge=1, le=50)] = Field(50, description="How many sections are made at most.")
    entity: Line = Field(description="The column with its name.")
    summary: Sentences = Field(description="How it did; a section without a summary is left out.")
    opportunities: Sentences = Field((), description="What speaks for it.")
    risks: Sentences = Field((), description="What speaks against it.")
    key_anomaly: Sentences = Field((), description="The one thing about it that is out of the ordinary.")


class Templates(Section):
    """A pipeline's narrative.yaml."""

    summary: tuple[Sentences, ...] = Field((), description="Paragraphs, each a list of sentences.")
    further: Sentences = Field(
        (), description="Sentences that follow the summary, as many as narrator.summary_words asks for, in this order."
    )
    insights: tuple[InsightTemplate, ...] = Field((), description="What the facts show.")
    anomalies: tuple[AnomalyTemplate, ...] = Field(
        (), description="What is unusual. A finding that none of them names is added in general words."
    )
    recommendations: tuple[RecommendationTemplate, ...] = Field((), description="What to do.")
    entities: EntityTemplate | None = Field(None, description="One section per entity.")

    _document: YamlDocument | None = PrivateAttr(default=None)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the templates say."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def at(self, document: YamlDocument) -> Templates:
        """The same, and where they stand."""
        self._document = document
        return self

    def place(self, path: KeyPath) -> Place:
        """Where a template stands, for error messages."""
        return self._document.place(path, value=True) if self._document else Place("narrative.yaml")


def sentences_of(section: Section) -> Iterator[tuple[str, int, str]]:
    """(key, number, template) of every sentence of an item."""
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, tuple):
            yield from ((key, number, text) for number, text in enumerate(value))
