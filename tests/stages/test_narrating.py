"""analyze with a model: one payment for one analysis, whatever fails; a model never fails a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.errors import Busy, HeadgateError, Permanent, Transient
from headgate.core.events import Event
from headgate.core.narrative.model import BUILT_IN, Draft, Summary
from headgate.core.narrative.request import Mended, Mending, Spent
from headgate.core.narrative.voice import Voice
from headgate.hosts.contracts import load_queries
from headgate.stages.analyze import analyze
from headgate.stages.ingest import ingest
from tests.projects import GOOD
from tests.stages.stage import NOW, Isolated

SQL = "-- title: Ages\nSELECT name, age FROM accepted WHERE age > 0\n"
COST = Decimal("0.000528")
SPENT = Spent(4000, 1200, 1, COST)


def said(text: str = "Ann is 31.") -> Draft:
    return Draft(summary=Summary(text=text, facts=("ages",)))


class Told(Isolated):
    """A pipeline with a fact, and a model with answers written in advance."""

    def __init__(self, folder: Path, *answers: Draft | HeadgateError, sql: str = SQL, **settings: Any) -> None:
        super().__init__(folder)
        self.narrator = ScriptedNarrator(answers, SPENT)
        home = self.context.project.pipelines["people"].folder / "analysis"
        home.mkdir()
        (home / "ages.sql").write_text(sql)
        self.ask_with(NarratorSettings(model=DOCUMENTED, **settings))

    def ask_with(self, settings: NarratorSettings, wishes: str = "", now: Any = NOW) -> None:
        context = self.context
        self.context = replace(
            context,
            queries=load_queries(context.project, context.contracts),
            voices={"people": Voice(settings, wishes)},
            narrators={"people": self.narrator},
            now=now,
        )

    def processed(self, data: bytes = GOOD) -> Event:
        (done,) = ingest(self.arrival("people/a.csv", data), self.context)
        return done

    def analyzed(self, event: Event) -> Any:
        (done,) = analyze(event, self.context)
        return self.json(done.data["analysis"])

    @property
    def asked(self) -> int:
        return len(self.narrator.asked)


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    return lambda *answers, **given: Told(tmp_path, *answers, **given)


def test_the_document_holds_what_the_model_wrote_what_it_took_and_the_fingerprint(told):
    stage = told(said())
    document = stage.analyzed(stage.processed())
    assert (document["narrative"]["by"], document["narrative"]["summary"]["text"]) == (DOCUMENTED, "Ann is 31.")
    assert (document["model"]["tokens_in"], document["model"]["cost_usd"]) == (4000, float(COST))
    assert len(document["fingerprint"]) == 64


def test_without_a_model_the_built_in_narrator_writes_and_nothing_is_noted(told):
    stage = told(said())
    stage.ask_with(NarratorSettings())
    document = stage.analyzed(stage.processed())
    assert (document["narrative"]["by"], document["model"]) == (BUILT_IN, None)
    assert (stage.asked, stage.payments.payments()) == (0, [])


def test_the_model_is_told_of_facts_findings_title_and_wishes(told):
    stage = told(said())
    stage.ask_with(NarratorSettings(model=DOCUMENTED), "Be brief.")
    stage.analyzed(stage.processed())
    (request,) = stage.narrator.asked
    assert "Be brief." in request.instructions
    assert 'fact ages: Ages (1 row)\n["name","age"]\n["Ann",31]' in request.material


@pytest.mark.parametrize(
    ("wishes", "is_kept"), [("An age counts the seven full years before.", True), ("Be brief.", False)]
)
def test_a_definition_that_the_prompt_gives_may_be_repeated(told, wishes, is_kept):
    text = "Ann is 31, where an age counts the seven full years before."
    stage = told(said(text))
    stage.ask_with(NarratorSettings(model=DOCUMENTED), wishes)
    summary = stage.analyzed(stage.processed())["narrative"]["summary"]["text"]
    assert (summary == text) is is_kept


def test_a_sentence_with_a_word_that_is_never_wanted_goes_back_with_the_reason_and_then_is_left_out(told):
    stage = told(said("Ann is 31. Sell Ann."), Mending(sentences=(Mended(number=1, text="Selling Ann is best."),)))
    stage.ask_with(NarratorSettings(model=DOCUMENTED, never=("sell",)))
    document = stage.analyzed(stage.processed())
    first, again = stage.narrator.asked
    assert "in any form, is left out: sell." in first.instructions
    assert "`narrator.never` rules out `Sell`" in again.material
    assert document["narrative"]["summary"]["text"] == "Ann is 31."
    assert document["narrative"]["dropped"] == 1


def test_a_redelivery_finds_the_analysis_and_pays_nothing_and_gives_the_same_event(told):
    stage = told(said(), said("Other."))
    event = stage.processed()
    first = analyze(event, stage.context)
    text = stage.files.read(first[0].data["analysis"])
    assert analyze(event, stage.context) == first
    assert stage.files.read(first[0].data["analysis"]) == text
    assert stage.asked == len(stage.payments.payments()) == 1


def test_a_replay_of_an_unchanged_analysis_pays_nothing(told):
    stage = told(said(), said("Other."))
    event = stage.processed()
    stage.analyzed(event)
    again = replace(event, id="replayed")
    assert stage.analyzed(again)["narrative"]["summary"]["text"] == "Ann is 31."
    assert stage.asked == 1
    assert "model" not in analyze(again, stage.context)[0].data


def test_while_a_model_tells_of_a_run_nobody_else_asks_it_about_that_run(told):
    stage = told(said(), said("Other."))
    event, answers, others = stage.processed(), stage.narrator.tell, []

    def tell(request):
        with pytest.raises(Busy):
            analyze(replace(event, id="replayed"), stage.context)
        others.append(1)
        return answers(request)

    stage.narrator.tell = tell
    first = stage.analyzed(event)
    assert stage.analyzed(replace(event, id="replayed")) == first
    assert (stage.asked, others) == (1, [1])


CHANGES: dict[str, Callable[[Told], object]] = {
    "wishes": lambda stage: stage.ask_with(NarratorSettings(model=DOCUMENTED), "Be brief."),
    "model": lambda stage: stage.ask_with(NarratorSettings(model="bedrock:amazon.nova-pro-v1:0")),
    "max_tokens": lambda stage: stage.ask_with(NarratorSettings(model=DOCUMENTED, max_tokens=99)),
    "never": lambda stage: stage.ask_with(NarratorSettings(model=DOCUMENTED, never=("sell",))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_analysis_is_another_payment(told, change):
    stage = told(said(), said("Ann stands out."))
    event = stage.processed()
    first = stage.analyzed(event)
    CHANGES[change](stage)
    second = stage.analyzed(replace(event, id="replayed"))
    assert first["fingerprint"] != second["fingerprint"]
    assert second["narrative"]["summary"]["text"] == "Ann stands out."


def test_other_sql_is_another_analysis(told):
    stage = told(said(), said("Ann stands out."))
    event = stage.processed()
    first = stage.analyzed(event)
    (stage.context.project.pipelines["people"].folder / "analysis" / "ages.sql").write_text(SQL + "LIMIT 1\n")
    stage.ask_with(NarratorSettings(model=DOCUMENTED))
    assert stage.analyzed(replace(event, id="replayed"))["fingerprint"] != first["fingerprint"]
    assert stage.asked == 2


@pytest.mark.parametrize("setting", [{"timeout": 5}, {"max_attempts": 1}, {"budget_per_day": 100}])
def test_what_changes_no_answer_makes_no_other_analysis(told, setting):
    stage = told(said(), said("Other."))
    event = stage.processed()
    first = stage.analyzed(event)
    stage.ask_with(NarratorSettings(model=DOCUMENTED, **setting))
    assert stage.analyzed(replace(event, id="replayed")) == first


@pytest.mark.parametrize("trouble", [Transient("down", code="narrator_unavailable"), Permanent("no key")])
def test_a_model_that_fails_fails_no_run_and_is_asked_again_when_somebody_asks_for_it(told, trouble):
    stage = told(trouble, said())
    event = stage.processed()
    document = stage.analyzed(event)
    assert document["narrative"]["by"] == BUILT_IN
    assert document["model"]["fallback"]["message"] == trouble.message
    assert stage.analyzed(event) == document
    assert stage.analyzed(replace(event, id="replayed"))["narrative"]["by"] == DOCUMENTED


def test_a_document_that_was_pruned_is_made_again_of_what_was_paid(told):
    stage = told(said(), said("Ann stands out."))
    event = stage.processed()
    first = stage.analyzed(event)
    stage.files.delete(f"analysis/people/{event.subject}.json")
    assert stage.analyzed(event) == first
    assert stage.asked == 1


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"fingerprint": 1}', b"null"])
def test_a_document_that_is_none_of_headgates_is_made_again(told, text):
    stage = told(said(), said("Ann stands out."))
    event = stage.processed()
    first = stage.analyzed(event)
    stage.files.write(f"analysis/people/{event.subject}.json", text)
    assert stage.analyzed(event) == first


def test_the_event_carries_what_the_model_took(told):
    stage = told(said())
    (done,) = analyze(stage.processed(), stage.context)
    assert done.data["model"] == {
        "name": DOCUMENTED, "tokens_in": 4000, "tokens_out": 1200, "cost_usd": float(COST), "uncounted": 0,
        "fallback": None,
    }  # fmt: skip


def test_the_event_carries_why_the_built_in_narrator_wrote(told):
    stage = told(Permanent("no key", code="narrator_key_missing"))
    (done,) = analyze(stage.processed(), stage.context)
    assert done.data["model"]["fallback"] == "narrator_key_missing"


def test_a_day_without_a_cent_left_asks_nobody_and_the_next_day_asks_again(told):
    stage = told(said(), budget_per_day=0.01)
    stage.payments.settle("people", NOW.date(), Decimal(0), Decimal("0.0099"))
    event = stage.processed()
    assert stage.analyzed(event)["model"]["fallback"]["code"] == "narrator_budget"
    assert stage.asked == 0
    stage.ask_with(NarratorSettings(model=DOCUMENTED, budget_per_day=0.01), now=NOW + timedelta(1))
    assert stage.analyzed(replace(event, id="replayed"))["narrative"]["by"] == DOCUMENTED


def test_what_was_paid_counts_for_the_day_and_what_was_set_aside_does_not_stay(told):
    stage = told(said(), budget_per_day=0.01)
    stage.analyzed(stage.processed())
    assert stage.payments.take("people", NOW.date(), Decimal("0.01"), Decimal("0.01")) == COST
