"""What a narrator is asked for, and what it gives: the words that pass between Headgate and a model."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from headgate.core.errors import HeadgateError
from headgate.core.narrative.model import Cited, Draft, OptionalText

if TYPE_CHECKING:
    from headgate.core.config.narrator_settings import SummaryWords

    # Dear to import, and commands that only look need none.
    from headgate.core.report.header import Shown

ANSWERS = 3
"""A model may answer so often until an answer has the form that was asked for, answers that came too late included."""

# Name and kind of what a model answers with, as providers have them.
_AROUND_FORM = 60

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Matter:
    """What a narrative is about.

    Attributes:
        title, description: of the pipeline, as its owner wrote them.
        facts: name → rows, as the analysis document holds them.
        findings: as the analysis document holds them, the worst first.
        shown: fact or finding → title and units.
        wishes: the text of the pipeline's `prompt.md`; empty without one.
        words: how many words the summary has; None when nobody says.
        never: words that no sentence may contain.
    """

    title: str
    facts: Mapping[str, Rows]
    findings: Rows = ()
    description: str = ""
    shown: Mapping[str, Shown] = field(default_factory=dict)
    wishes: str = ""
    words: SummaryWords | None = None
    never: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What can be cited."""
        return frozenset(self.facts) | {str(one["finding"]) for one in self.findings}


@dataclass(frozen=True)
class Objection:
    """A sentence that can't stay.

    Attributes:
        sentence: as it stands in the text, to the letter.
        reason: why, for the model to mend it.
    """

    sentence: str
    reason: str


Check = Callable[[str, Sequence[str], str], Sequence[Objection]]
"""(text, names of the facts it cites, entity it is about or "") → the sentences that those facts don't support."""


class Mended(BaseModel):
    """Another wording of a sentence that was objected to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(description="The sentence's number.")
    text: OptionalText = Field(description="The sentence as the facts support it; empty when it is better left out.")
    facts: Cited = Field((), description="Names of the facts it rests on.")


class Mending(BaseModel):
    """Other wordings of sentences that were objected to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: Annotated[tuple[Mended, ...], Field(max_length=50)] = Field(description="One entry per sentence.")


Form = type[Draft] | type[Mending]


@dataclass(frozen=True)
class Request:
    """What a narrator is asked for.

    Attributes:
        instructions: what to do, by Headgate and by the owner of the pipeline.
        material: what it is about; data, never instructions.
        form: what the answer must be.
        tried: attempts that were made for it before, in vain.
    """

    instructions: str
    material: str
    form: Form = Draft
    tried: int = 0

    @property
    def characters(self) -> int:
        """The size of the prompt: all that is sent, with the form of the answer."""
        return len(self.instructions) + len(self.material) + form_characters(self.form)


@functools.cache
def form_characters(form: Form) -> int:
    """The most that is sent to tell a model what its answer must be: the JSON Schema, and what stands around it."""
    schema = form.model_json_schema(schema_generator=_Untitled)
    return _AROUND_FORM + len(json.dumps(schema, separators=(",", ":")))


class _Untitled(GenerateJsonSchema):
    """As models get it: without the titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@dataclass(frozen=True)
class Spent:
    """What a narrator took.

    Attributes:
        tokens_in, tokens_out: by the provider's own count.
        attempts: how often the model was asked.
        cost_usd: None when no price is known.
        unanswered: of the attempts, those whose answer came too late, or broke off: they may stand on the bill.
        without_count: of the answers, those that came without a count of tokens.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    attempts: int = 0
    cost_usd: Decimal | None = Decimal(0)
    unanswered: int = 0
    without_count: int = 0

    @property
    def uncounted(self) -> int:
        """Attempts of which nobody says what they took."""
        return self.unanswered + self.without_count

    def __add__(self, other: Spent) -> Spent:
        is_known = self.cost_usd is not None and other.cost_usd is not None
        return Spent(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.attempts + other.attempts,
            (self.cost_usd or 0) + (other.cost_usd or Decimal(0)) if is_known else None,
            self.unanswered + other.unanswered,
            self.without_count + other.without_count,
        )


@dataclass(frozen=True)
class Told:
    """What a narrator gave: an answer in the form that was asked for, or why there is none.

    Attributes:
        trouble: what happened and what to do about it; None when there is an answer.
        fault: what was wrong with the form of the answer; empty when that was not the trouble.
        unusable: whether the trouble is with what the model answered: it is paid for, and would be no other the next time.
    """

    answer: Draft | Mending | None
    spent: Spent = Spent()
    trouble: HeadgateError | None = None
    fault: str = ""
    unusable: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether the model answered, to any use or to none."""
        return self.answer is not None or self.unusable


Narrate = Callable[[Request], Told]
"""Asks a narrator; never raises for what a model or its provider does."""
