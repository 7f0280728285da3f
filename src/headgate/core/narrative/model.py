"""The form of a narrative, the same for the built-in narrator and for language models; sizes are bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from headgate.core.printable import printable

BUILT_IN = "built-in"
"""What `by` says of a narrative that no model wrote."""

Level = Literal["high", "medium", "low"]

LINE, TEXT, SUMMARY = 80, 700, 3000
"""The most characters of a name or a heading, of a few sentences, and of a summary."""

ITEMS, CITED = 12, 12
"""The most parts of one kind, and the most facts that a part cites."""

_ENTITIES = 50


def citable(names: Iterable[str]) -> tuple[str, ...]:
    """Those that can be cited; a name that does not fit is left out, since half of it is the name of nothing."""
    return tuple(name for name in names if len(name) <= LINE)[:CITED]


def _one_line(limit: int) -> Callable[[str], str]:
    return lambda text: printable(" ".join(text.split()), limit)


def _paragraphs(text: str) -> str:
    """Paragraphs are kept, everything else that is no character of a text is not."""
    lines = (_one_line(SUMMARY)(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _level(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Line = Annotated[str, Field(min_length=1, max_length=LINE), AfterValidator(_one_line(LINE))]
Text = Annotated[str, Field(min_length=1, max_length=TEXT), AfterValidator(_one_line(TEXT))]
OptionalText = Annotated[str, Field(max_length=TEXT), AfterValidator(_one_line(TEXT))]
Paragraphs = Annotated[str, Field(max_length=SUMMARY), AfterValidator(_paragraphs)]
AnyCaseLevel = Annotated[Level, BeforeValidator(_level)]
Cited = Annotated[tuple[Line, ...], Field(max_length=CITED)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: Cited = Field(description="Names of the facts it rests on.")


class Summary(_Part):
    """What a busy person reads first."""

    text: Paragraphs = Field(description="The summary; paragraphs are separated by a line break.")


class Insight(_Part):
    """Something the facts show."""

    type: Line = Field(description="What it is about, in a word or two, e.g. `popularity`.")
    description: Text = Field(description="One to three sentences.")
    confidence: AnyCaseLevel = Field(description="How well the facts bear it out: high, medium or low.")


class Anomaly(_Part):
    """Something out of the ordinary."""

    type: Line = Field(description="What it is about, in a word or two, e.g. `price`.")
    description: Text = Field(description="One to three sentences.")
    severity: AnyCaseLevel = Field(description="How much it matters: high, medium or low.")


class Recommendation(_Part):
    """Something to do."""

    category: Line = Field(description="What it is about, in a word or two, e.g. `inventory`.")
    action: Text = Field(description="What to do and why, one to three sentences.")
    priority: AnyCaseLevel = Field(description="How soon: high, medium or low.")


class EntitySection(_Part):
    """What there is to say about one entity, e.g. one stock."""

    entity: Line = Field(description="Its name, as it stands in the facts.")
    summary: Text = Field(description="How it did.")
    opportunities: OptionalText = Field("", description="What speaks for it.")
    risks: OptionalText = Field("", description="What speaks against it.")
    key_anomaly: OptionalText = Field("", description="The one thing about it that is out of the ordinary.")


class Draft(BaseModel):
    """A narrative as a narrator writes it, before it is held against the facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: Summary = Field(description="What a busy person reads first.")
    insights: Annotated[tuple[Insight, ...], Field(max_length=ITEMS)] = Field((), description="What the facts show.")
    anomalies: Annotated[tuple[Anomaly, ...], Field(max_length=ITEMS)] = Field((), description="What is unusual.")
    recommendations: Annotated[tuple[Recommendation, ...], Field(max_length=ITEMS)] = Field(
        (), description="What to do."
    )
    entities: Annotated[tuple[EntitySection, ...], Field(max_length=_ENTITIES)] = Field(
        (), description="One section per entity, where the facts are about several."
    )


class Narrative(Draft):
    """A narrative as it stands in the analysis document.

    Attributes:
        by: `built-in`, or the name of the model that wrote it.
        dropped: sentences that no cited fact supports and that were left out.
        advised_by: `built-in` where its recommendations stand in for a model's, all of which were left out.
    """

    by: Line = Field(description="Who wrote it: `built-in` or the name of a model.")
    dropped: int = Field(0, ge=0, description="Sentences left out because no cited fact supports them.")
    advised_by: Literal["", "built-in"] = Field(
        "", description="Who recommends, where all that the model recommended was left out; else empty."
    )
