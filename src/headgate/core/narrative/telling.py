"""Telling: the model's narrative as far as the facts support it; else the built-in narrator's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Permanent, Place
from headgate.core.narrative.asking import Asking
from headgate.core.narrative.budget import Purse
from headgate.core.narrative.holding import Held
from headgate.core.narrative.measure import Measure
from headgate.core.narrative.model import BUILT_IN, Draft, Narrative
from headgate.core.narrative.prompt import MOST_OBJECTIONS, Prompt, draft_prompt, mending_prompt
from headgate.core.narrative.request import Check, Matter, Mending, Narrate, Spent, Told
from headgate.core.printable import printable
from headgate.core.report.numbers import counted

_NAME = 79
# Of a cost in dollars: a millionth of a cent.
_DECIMALS = 8


@dataclass(frozen=True)
class ModelUse:
    """What a model had to do with a narrative.

    Attributes:
        name: provider:model.
        at: when it was asked, UTC, naive.
        prompt_characters: size of the largest prompt, the form of the answer included.
        left_out: fact, or `findings` → rows that there was no room for.
        withheld: cells that looked like instructions.
        sent_back: sentences that were objected to and sent back once.
        is_answered: whether the last request was, to any use or to none.
        trouble: why the built-in narrator wrote; None when the model did.
    """

    name: str
    at: datetime
    spent: Spent = field(default_factory=Spent)
    prompt_characters: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    withheld: int = 0
    sent_back: int = 0
    is_answered: bool = False
    trouble: HeadgateError | None = None

    def as_json(self) -> dict[str, Any]:
        """As the analysis document holds it."""
        spent = self.spent
        return {
            "name": self.name,
            "at": self.at.isoformat() + "Z",
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "cost_usd": None if spent.cost_usd is None else round(float(spent.cost_usd), _DECIMALS),
            "attempts": spent.attempts,
            "uncounted": spent.uncounted,
            "prompt_characters": self.prompt_characters,
            "left_out": dict(self.left_out),
            "withheld": self.withheld,
            "sent_back": self.sent_back,
            "fallback": self.trouble and self._fallback(self.trouble),
        }

    def _fallback(self, trouble: HeadgateError) -> dict[str, Any]:
        """An answer of no use is paid for, and nobody pays for it again; what is no answer may be one the next time."""
        said = {"code": trouble.code, "message": trouble.message, "next": trouble.next}
        return {**said, "asks_again": not self.is_answered}


@dataclass(frozen=True)
class Telling:
    """A narrative, and what the model had to do with it.

    Attributes:
        model: None where no model is configured, or there was nothing to tell.
    """

    narrative: Narrative
    model: ModelUse | None = None


def tell(
    matter: Matter,
    narrate: Narrate | None,
    check: Check,
    built_in: Draft,
    settings: NarratorSettings,
    purse: Purse,
    now: datetime,
) -> Telling:
    """A narrative of facts and findings; whatever a model or its provider does, there is one.

    Args:
        narrate: asks the model; None for the built-in narrator alone.
        check: holds a text against the facts it cites.
        built_in: what the built-in narrator says.
        settings: of the pipeline.
        purse: what the pipeline may spend on models today (UTC).
        now: UTC, naive.
    """
    if narrate is None or not settings.is_model or not any(matter.facts.values()):
        return Telling(_by(BUILT_IN, built_in))
    asked = _Asked(matter, narrate, settings, purse, now)
    try:
        written = asked.written(check, Measure.beside(built_in, matter.words), built_in)
    except HeadgateError:
        # A ledger or a disk is at fault, and no model.
        raise
    except Exception as error:
        # Nothing that a model says may fail a run, not even by a bug.
        written = _failed(settings.model, error)
    if isinstance(written, Narrative):
        return Telling(written, asked.use())
    return Telling(_by(BUILT_IN, built_in), asked.use(written))


def unanswered(model: str, now: datetime) -> ModelUse:
    """Of a model that is being asked: what stays of it when no answer is ever noted."""
    trouble = Permanent(
        "Headgate ended, or could not note the answer, after the model was asked; what that cost is not known",
        where=Place(model),
        who="nobody",
        next="nothing: the event is taken up again",
        code="narrator_lost",
    )
    return ModelUse(model, now, Spent(cost_usd=None), trouble=trouble)


def held_again(narrative: Narrative, matter: Matter, check: Check, built_in: Draft) -> Narrative | None:
    """A narrative of an earlier attempt, held against the facts as they are now; None when nothing of it is left.

    Args:
        built_in: what the built-in narrator says of them.
    """
    if narrative.by == BUILT_IN:
        return _by(BUILT_IN, built_in)
    held = Held(_own(narrative), matter, check)
    dropped = narrative.dropped + held.settle()
    if not held.says_something:
        return None
    is_advised = narrative.advised_by == BUILT_IN or held.lost_its_advice
    return _by(narrative.by, held.draft(), dropped, built_in if is_advised else None)


class _Asked:
    """One model, asked for one narrative: once, once more when it says too little, and once about what facts don't support."""

    def __init__(
        self, matter: Matter, narrate: Narrate, settings: NarratorSettings, purse: Purse, now: datetime
    ) -> None:
        self._matter, self._settings = matter, settings
        self._asking = Asking(narrate, settings, purse, now)
        self._sent_back = 0
        self._prompt: Prompt = draft_prompt(matter)

    def written(self, check: Check, measure: Measure, built_in: Draft) -> Narrative | HeadgateError:
        """What the model wrote, without what the facts don't support; or why there is nothing of it."""
        told = self._drafted(measure)
        if not isinstance(told.answer, Draft):
            return told.trouble or _of_another_form(self._settings.model)
        held = Held(told.answer, self._matter, check)
        self._send_back(held)
        dropped = held.settle()
        if fault := _nothing_left(held) or (measure.of_what_is_left() if dropped else measure).fault(held.draft()):
            return _unsupported(self._settings.model, fault, dropped) if dropped else self._of_another_length(fault)
        return _by(self._settings.model, held.draft(), dropped, built_in if held.lost_its_advice else None)

    def use(self, trouble: HeadgateError | None = None) -> ModelUse:
        prompt, asking = self._prompt, self._asking
        return ModelUse(
            self._settings.model, asking.at, asking.spent, asking.largest, prompt.left_out, prompt.withheld,
            self._sent_back, asking.is_answered, trouble,
        )  # fmt: skip

    def _drafted(self, measure: Measure) -> Told:
        """A draft; one that says too little, or too much, goes back once with the reason."""
        told = self._asking.ask(lambda fault: draft_prompt(self._matter, fault).request)
        if not isinstance(told.answer, Draft) or not (before := measure.fault(told.answer)):
            return told
        told = self._asking.ask(lambda fault: draft_prompt(self._matter, fault or before).request)
        if isinstance(told.answer, Draft) and (fault := measure.fault(told.answer)):
            return Told(None, trouble=self._of_another_length(fault))
        return told

    def _send_back(self, held: Held) -> None:
        """Once; whatever comes of it, what can't stay is dropped afterwards."""
        doubts = [*held.doubts(), *held.miscited()][:MOST_OBJECTIONS]
        if not doubts:
            return
        objections, before = [doubt.objection for doubt in doubts], self._asking.spent.attempts
        try:
            told = self._asking.ask(lambda fault: mending_prompt(self._matter, objections, fault))
        except HeadgateError:
            # The draft is paid for, and stands without its doubtful sentences.
            return
        self._sent_back = len(doubts) if self._asking.spent.attempts > before else 0
        if isinstance(told.answer, Mending):
            held.mend(doubts, told.answer.sentences)

    def _of_another_length(self, fault: str) -> Permanent:
        return _of_no_use(
            self._settings.model, f"what the model wrote has not the length asked for: {fault}", "narrator_length"
        )


def _by(who: str, draft: Draft, dropped: int = 0, adviser: Draft | None = None) -> Narrative:
    """A draft as it is told.

    Args:
        adviser: the built-in narrator's, whose advice is given where nothing of a model's stayed: a report must still
            say what to do.
    """
    parts = {name: getattr(draft, name) for name in Draft.model_fields}
    advice = adviser.recommendations if adviser else ()
    advised = {"recommendations": advice, "advised_by": BUILT_IN} if advice else {}
    return Narrative(by=printable(who, _NAME), dropped=dropped, **{**parts, **advised})


def _own(narrative: Narrative) -> Draft:
    """What its author wrote of a narrative."""
    draft = Draft.model_validate(narrative.model_dump(include=set(Draft.model_fields)))
    return draft.model_copy(update={"recommendations": ()}) if narrative.advised_by else draft


def _nothing_left(held: Held) -> str:
    return "" if held.says_something else "nothing of its summary is left"


def _unsupported(model: str, fault: str, dropped: int) -> Permanent:
    said = f"the facts don't support {counted(dropped, 'sentence')} that the model wrote, and of the rest {fault}"
    return _of_no_use(model, said, "narrator_unsupported")


def _of_no_use(model: str, said: str, code: str) -> Permanent:
    return Permanent(
        said,
        where=Place(model),
        who="pipeline owner",
        next="make prompt.md simpler, or name another model",
        code=code,
    )


def _failed(model: str, error: Exception) -> Permanent:
    return Permanent(
        f"what the model wrote could not be used ({type(error).__name__}); that is a bug",
        where=Place(model),
        who="pipeline owner",
        next="report it; until it is mended, set narrator.model to built-in",
        code="narrator_failed",
    )


def _of_another_form(model: str) -> Permanent:
    return Permanent(
        "the model's answer has not the form that was asked for",
        where=Place(model),
        who="pipeline owner",
        next="name another model",
        code="narrator_answer",
    )
