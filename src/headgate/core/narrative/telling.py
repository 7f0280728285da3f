"""Telling: the model's narrative as far as the facts support it; else the built-in narrator's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Permanent, Place
from headgate.core.narrative.budget import Purse, taken_for
from headgate.core.narrative.holding import Held
from headgate.core.narrative.model import BUILT_IN, Draft, Narrative
from headgate.core.narrative.prompt import MOST_OBJECTIONS, Prompt, draft_prompt, mending_prompt
from headgate.core.narrative.request import Check, Matter, Mending, Narrate, Request, Spent, Told
from headgate.core.printable import printable

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
        trouble: why the built-in narrator wrote; None when the model did.
    """

    name: str
    at: datetime
    spent: Spent = field(default_factory=Spent)
    prompt_characters: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    withheld: int = 0
    sent_back: int = 0
    trouble: HeadgateError | None = None

    def as_json(self) -> dict[str, Any]:
        """As the analysis document holds it."""
        spent, trouble = self.spent, self.trouble
        return {
            "name": self.name,
            "at": self.at.isoformat() + "Z",
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "cost_usd": None if spent.cost_usd is None else round(float(spent.cost_usd), _DECIMALS),
            "attempts": spent.attempts,
            "prompt_characters": self.prompt_characters,
            "left_out": dict(self.left_out),
            "withheld": self.withheld,
            "sent_back": self.sent_back,
            "fallback": trouble and {"code": trouble.code, "message": trouble.message, "next": trouble.next},
        }


@dataclass(frozen=True)
class Telling:
    """A narrative, and what the model had to do with it.

    Attributes:
        model: None where no model is configured, or there was nothing to tell.
    """

    narrative: Narrative
    model: ModelUse | None = None

    @property
    def is_fallback(self) -> bool:
        """Whether a model was to write, and the built-in narrator had to."""
        return self.model is not None and self.model.trouble is not None


def tell(
    matter: Matter,
    narrate: Narrate | None,
    check: Check,
    built_in: Callable[[], Draft],
    settings: NarratorSettings,
    purse: Purse,
    now: datetime,
) -> Telling:
    """A narrative of facts and findings; whatever a model or its provider does, there is one.

    Args:
        narrate: asks the model; None for the built-in narrator alone.
        check: holds a text against the facts it cites.
        built_in: the built-in narrator.
        settings: of the pipeline.
        purse: what the pipeline may spend on models today (UTC).
        now: UTC, naive.
    """
    if narrate is None or not settings.is_model or not any(matter.facts.values()):
        return Telling(_by(BUILT_IN, built_in()))
    asked = _Asked(matter, narrate, settings, purse, now)
    try:
        written = asked.written(check)
    except HeadgateError:
        # A ledger or a disk is at fault, and no model.
        raise
    except Exception as error:
        # Nothing that a model says may fail a run, not even by a bug.
        written = _failed(settings.model, error)
    if isinstance(written, Narrative):
        return Telling(written, asked.use())
    return Telling(_by(BUILT_IN, built_in()), asked.use(written))


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


def held_again(narrative: Narrative, matter: Matter, check: Check) -> Narrative | None:
    """A narrative of an earlier attempt, held against the facts as they are now; None when nothing of it is left."""
    if narrative.by == BUILT_IN:
        return narrative
    held = Held(Draft.model_validate(narrative.model_dump(include=set(Draft.model_fields))), matter, check)
    dropped = held.settle()
    return _by(narrative.by, held.draft(), narrative.dropped + dropped) if held.says_something else None


class _Asked:
    """One model, asked for one narrative: once, and once more about what the facts don't support."""

    def __init__(
        self, matter: Matter, narrate: Narrate, settings: NarratorSettings, purse: Purse, now: datetime
    ) -> None:
        self._matter, self._narrate, self._settings = matter, narrate, settings
        self._purse, self._now = purse, now
        self._spent, self._largest, self._sent_back = Spent(), 0, 0
        self._prompt: Prompt = draft_prompt(matter)

    def written(self, check: Check) -> Narrative | HeadgateError:
        """What the model wrote, without what the facts don't support; or why there is nothing of it."""
        told = self._ask(self._prompt.request)
        if not isinstance(told.answer, Draft):
            return told.trouble or _of_another_form(self._settings.model)
        held = Held(told.answer, self._matter, check)
        self._send_back(held)
        dropped = held.settle()
        if not held.says_something:
            return _unsupported(self._settings.model, dropped)
        return _by(self._settings.model, held.draft(), dropped)

    def use(self, trouble: HeadgateError | None = None) -> ModelUse:
        prompt = self._prompt
        return ModelUse(
            self._settings.model, self._now, self._spent, self._largest, prompt.left_out, prompt.withheld,
            self._sent_back, trouble,
        )  # fmt: skip

    def _send_back(self, held: Held) -> None:
        """Once; whatever comes of it, what can't stay is dropped afterwards."""
        doubts = held.doubts()[:MOST_OBJECTIONS]
        if not doubts:
            return
        try:
            told = self._ask(mending_prompt(self._matter, [doubt.objection for doubt in doubts]))
        except HeadgateError:
            # The draft is paid for, and stands without its doubtful sentences.
            return
        self._sent_back = len(doubts) if told.spent.attempts else 0
        if isinstance(told.answer, Mending):
            held.mend(doubts, told.answer.sentences)

    def _ask(self, request: Request) -> Told:
        taken = taken_for(request, self._settings, self._purse, self._now)
        if isinstance(taken, HeadgateError):
            return Told(None, trouble=taken)
        try:
            told = self._narrate(request)
        except HeadgateError:
            # Nobody was asked.
            self._purse.settle(taken, Decimal(0))
            raise
        with suppress(HeadgateError):
            # An account that can't be written must not cost the answer; what was set aside stays so.
            self._purse.settle(taken, _paid(told, taken))
        self._spent += told.spent
        self._largest = max(self._largest, request.characters)
        return told


def _paid(told: Told, taken: Decimal) -> Decimal:
    """What a request cost; of what nobody knows, as much as was set aside for it."""
    if told.spent.cost_usd is None:
        return taken
    # An answer that came too late may stand on the bill.
    return max(taken, told.spent.cost_usd) if told.spent.unanswered else told.spent.cost_usd


def _by(who: str, draft: Draft, dropped: int = 0) -> Narrative:
    parts = {name: getattr(draft, name) for name in Draft.model_fields}
    return Narrative(by=printable(who, _NAME), dropped=dropped, **parts)


def _unsupported(model: str, dropped: int) -> Permanent:
    return Permanent(
        f"the facts support nothing of the summary that the model wrote; {dropped} sentences were left out",
        where=Place(model),
        who="pipeline owner",
        next="make prompt.md simpler, or name another model",
        code="narrator_unsupported",
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
