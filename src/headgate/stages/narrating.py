"""The narrative of an analysis: a model is paid for it once, whatever fails afterwards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from headgate.core.analysis.queries import Queries
from headgate.core.errors import Busy
from headgate.core.events import Event
from headgate.core.narrative.built_in import built_in_draft
from headgate.core.narrative.grounding import grounding_check
from headgate.core.narrative.model import Draft, Narrative
from headgate.core.narrative.request import Check, Matter, Narrate, Request, Told
from headgate.core.narrative.telling import held_again, tell, unanswered
from headgate.core.narrative.voice import Voice, analysis_fingerprint
from headgate.core.pipeline import Pipeline
from headgate.ports import Context, Payment
from headgate.ports.payments import ASKED

# Of what a model took, what an event carries.
_CARRIED = ("name", "tokens_in", "tokens_out", "cost_usd", "uncounted")

Document = dict[str, Any]


class Narration:
    """The narrative of one run, as an event asks for it."""

    def __init__(
        self, event: Event, context: Context, sensitive: Collection[str] = (), looked_back: Sequence[str] = ()
    ) -> None:
        self._event, self._context = event, context
        self._run: str = event.data["run"]
        self._pipeline = context.project.pipelines[event.data["pipeline"]]
        self._queries = context.queries.get(self._pipeline.name, Queries())
        self._voice = context.voices.get(self._pipeline.name, Voice())
        self.fingerprint = analysis_fingerprint(self._pipeline, self._queries, self._voice, sensitive, looked_back)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else tells of this run meanwhile, such as a replay of it: both would pay the model.

        Raises:
            Busy: somebody else does.
        """
        if not self._voice.settings.is_model:
            yield
            return
        ledger, name = self._context.ledger, f"narrative of {self._run}"
        if not ledger.hold(name, self._event.id):
            raise Busy(f"somebody else is telling of run {self._run}")
        try:
            yield
        finally:
            ledger.let_go(name, self._event.id)

    def stands_in(self, key: str) -> bool:
        """Whether the document under a key holds this very analysis, and a model was asked for it."""
        if not self._voice.settings.is_model:
            return False
        try:
            document = json.loads(self._context.files.read(key))
            return bool(document["fingerprint"] == self.fingerprint) and self._holds(document["model"])
        except (FileNotFoundError, ValueError, LookupError, TypeError):
            # There is none, or none that Headgate wrote.
            return False

    def add_to(self, document: Document) -> Document:
        """The document with its narrative, and with what a model had to do with it."""
        narrative, model = self._kept(document) or self._told(document)
        return {**document, "narrative": narrative, "model": model, "fingerprint": self.fingerprint}

    def carried(self) -> dict[str, Any]:
        """What the model took for this very event, as `analysis.completed` carries it."""
        payment = self._last()
        if payment is None or payment.event != self._event.id:
            return {}
        fallback = payment.model["fallback"]
        return {
            "model": {**{name: payment.model.get(name) for name in _CARRIED}, "fallback": fallback and fallback["code"]}
        }

    def _last(self) -> Payment | None:
        return self._context.payments.last(self._run, self.fingerprint) if self._voice.settings.is_model else None

    def _holds(self, model: Mapping[str, Any] | None) -> bool:
        """What a model answered holds for every event, of use or not; that it did not, for the event that asked it."""
        payment = self._last()
        return model is not None and (
            model["fallback"] is None
            or not model["fallback"].get("asks_again", True)
            or (payment is not None and payment.event == self._event.id)
        )

    def _kept(self, document: Document) -> tuple[Document, Mapping[str, Any]] | None:
        """What was told of this very analysis before, where its document is none that stands."""
        payment = self._last()
        if payment is None or payment.narrative is None or not self._holds(payment.model):
            return None
        matter, told = self._matter(document), Narrative.model_validate(payment.narrative)
        narrative = held_again(told, matter, _check(matter), self._built_in(document, matter))
        return (narrative.model_dump(mode="json"), payment.model) if narrative else None

    def _told(self, document: Document) -> tuple[Document, Mapping[str, Any] | None]:
        matter = self._matter(document)
        telling = tell(
            matter,
            self._narrate(),
            _check(matter),
            self._built_in(document, matter),
            self._voice.settings,
            _Purse(self._context, self._pipeline.name),
            self._context.now,
        )
        narrative = telling.narrative.model_dump(mode="json")
        if telling.model is None:
            return narrative, None
        model = telling.model.as_json()
        self._context.payments.pay(self._payment(model, narrative))
        return narrative, model

    def _narrate(self) -> Narrate | None:
        """Asks the model; that it is asked is noted first, so that nobody is paid for what can't be kept."""
        narrator = self._context.narrators.get(self._pipeline.name)
        if narrator is None:
            return None
        name, now, noted = self._voice.settings.model, self._context.now, False

        def narrate(request: Request) -> Told:
            nonlocal noted
            if not noted:
                self._context.payments.pay(self._payment({**unanswered(name, now).as_json(), "state": ASKED}))
                noted = True
            return narrator.tell(request)

        return narrate

    def _payment(self, model: Mapping[str, Any], narrative: Document | None = None) -> Payment:
        name, now = self._pipeline.name, self._context.now
        return Payment(self._event.id, self._run, name, self.fingerprint, now, model, narrative)

    def _built_in(self, document: Document, matter: Matter) -> Draft:
        return built_in_draft(matter, self._voice.templates, document["counts"], document["profile"])

    def _matter(self, document: Document) -> Matter:
        return matter_of(document, self._pipeline, self._queries, self._voice)


def matter_of(document: Document, pipeline: Pipeline, queries: Queries, voice: Voice) -> Matter:
    """What an analysis document gives to tell of."""
    return Matter(
        pipeline.report.title or pipeline.name,
        document["facts"],
        document["findings"],
        pipeline.description or "",
        {query.name: query.shown for query in queries},
        voice.wishes,
        voice.settings.summary_words,
        voice.settings.never,
    )


def _check(matter: Matter) -> Check:
    return grounding_check(matter.facts, matter.findings, matter.wishes, matter.shown)


class _Purse:
    """What a pipeline may spend on the day of this call."""

    def __init__(self, context: Context, pipeline: str) -> None:
        self._payments, self._pipeline, self._day = context.payments, pipeline, context.now.date()

    def take(self, most: Decimal, limit: Decimal) -> Decimal | None:
        return self._payments.take(self._pipeline, self._day, most, limit)

    def settle(self, taken: Decimal, paid: Decimal) -> None:
        if taken or paid:
            self._payments.settle(self._pipeline, self._day, taken, paid)
