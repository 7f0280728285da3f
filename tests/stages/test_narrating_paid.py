"""What a model was paid for is kept: nothing that fails before, between or afterwards makes anybody pay twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings, SummaryWords
from headgate.core.errors import Outside, Permanent, Transient
from headgate.core.narrative.model import BUILT_IN, Draft
from headgate.core.narrative.request import ANSWERS, Mending
from headgate.stages.analyze import analyze
from tests.projects import GOOD
from tests.stages.stage import NOW
from tests.stages.test_narrating import COST, Told, said


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    return lambda *answers, **given: Told(tmp_path, *answers, **given)


class Failing:
    """Files that can't be written for a while."""

    def __init__(self, stage: Told) -> None:
        self._files, self.fails = stage.files, True

    def write(self, key: str, data: bytes) -> None:
        if self.fails and key.startswith("analysis/"):
            raise Outside("the disk is full")
        self._files.write(key, data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


@pytest.mark.parametrize("answer", [said(), Permanent("no access", code="narrator_no_access")])
def test_when_the_document_cannot_be_stored_the_model_is_not_paid_again(told, answer):
    stage = told(answer, said("Other."))
    event, files = stage.processed(), Failing(stage)
    stage.context = replace(stage.context, files=files)
    for _ in range(2):
        with pytest.raises(Outside):
            analyze(event, stage.context)
    files.fails = False
    document = stage.analyzed(event)
    assert document["narrative"]["by"] == (DOCUMENTED if isinstance(answer, Draft) else BUILT_IN)
    assert stage.asked == len(stage.payments.payments()) == 1


def test_what_was_paid_is_kept_with_its_narrative(told):
    stage = told(said())
    document = stage.analyzed(stage.processed())
    (payment,) = stage.payments.payments()
    assert (payment.narrative, payment.model) == (document["narrative"], document["model"])


def test_who_goes_back_to_an_earlier_prompt_pays_nothing(told):
    stage = told(said(), said("Ann stands out."), said("Other."))
    event = stage.processed()
    first = stage.analyzed(event)
    stage.ask_with(NarratorSettings(model=DOCUMENTED), "Be brief.")
    stage.analyzed(replace(event, id="briefly"))
    stage.ask_with(NarratorSettings(model=DOCUMENTED))
    assert stage.analyzed(replace(event, id="back")) == first
    assert stage.asked == len(stage.payments.payments()) == 2


class Unwritable:
    """Payments of which one call fails, from some time on."""

    def __init__(self, stage: Told, call: str, after: int = 0) -> None:
        self._payments, self._call, self._after = stage.payments, call, after

    def __getattr__(self, name: str) -> Any:
        if name == self._call:
            self._after -= 1
            if self._after < 0:
                return self._fail
        return getattr(self._payments, name)

    def _fail(self, *given: Any) -> Any:
        raise Outside("the disk is full")


@pytest.mark.parametrize("budget", [None, 0.1])
def test_when_no_payment_can_be_noted_nobody_is_asked_and_nothing_stays_set_aside(told, budget):
    stage = told(said(), budget_per_day=budget)
    event = stage.processed()
    kept, stage.context = stage.context, replace(stage.context, payments=Unwritable(stage, "pay"))
    for _ in range(5):
        with pytest.raises(Outside):
            analyze(event, stage.context)
    assert (stage.asked, stage.payments.payments()) == (0, [])
    assert stage.payments.take("people", NOW.date(), Decimal(1), Decimal(1)) is None
    stage.payments.settle("people", NOW.date(), Decimal(1), Decimal(0))
    stage.context = kept
    assert stage.analyzed(event)["narrative"]["by"] == DOCUMENTED


def test_a_question_that_was_never_answered_stays_noted_and_is_asked_again(told):
    stage = told(said(), said())
    event = stage.processed()
    kept, stage.context = stage.context, replace(stage.context, payments=Unwritable(stage, "pay", after=1))
    with pytest.raises(Outside):
        analyze(event, stage.context)
    stage.context = kept
    assert stage.analyzed(event)["narrative"]["by"] == DOCUMENTED
    lost, found = stage.payments.payments()
    assert (lost.is_answered, lost.model["cost_usd"], lost.model["fallback"]["code"]) == (False, None, "narrator_lost")
    assert (found.is_answered, found.model["fallback"]) == (True, None)


@pytest.mark.parametrize(("call", "after"), [("take", 1), ("settle", 0), ("settle", 1)])
def test_an_answer_is_not_lost_when_the_account_fails_afterwards(told, call, after):
    stage = told(said("Ann is 31. Bob is 99."), budget_per_day=100)
    event = stage.processed()
    stage.context = replace(stage.context, payments=Unwritable(stage, call, after))
    narrative = stage.analyzed(event)["narrative"]
    assert (narrative["by"], narrative["summary"]["text"], narrative["dropped"]) == (DOCUMENTED, "Ann is 31.", 1)


# What a model can answer to no use: never in the form, with nothing that the facts support, too little.
OF_NO_USE: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "narrator_answer": ([Mending(sentences=())] * ANSWERS, {}),
    "narrator_unsupported": ([said("Bob is 99."), Mending(sentences=())], {}),
    "narrator_length": ([said(), said()], {"summary_words": SummaryWords(least=50, most=90)}),
}


@pytest.mark.parametrize("code", OF_NO_USE)
@pytest.mark.parametrize("pruned", [False, True])
def test_an_answer_of_no_use_is_paid_once_however_often_the_analysis_is_replayed(told, code, pruned):
    answers, settings = OF_NO_USE[code]
    stage = told(*answers, said(), said(), **settings)
    event = stage.processed()
    first = stage.analyzed(event)
    assert (first["narrative"]["by"], first["model"]["fallback"]["code"]) == (BUILT_IN, code)
    for replay in range(2):
        if pruned:
            stage.files.delete(f"analysis/people/{event.subject}.json")
        assert stage.analyzed(replace(event, id=f"replay {replay}")) == first
    assert stage.asked == len(answers)
    assert len(stage.payments.payments()) == 1


def test_a_replay_of_an_answer_of_no_use_counts_it_in_no_metric_again(told):
    answers, _ = OF_NO_USE["narrator_answer"]
    stage = told(*answers)
    event = stage.processed()
    assert "model" in analyze(event, stage.context)[0].data
    assert "model" not in analyze(replace(event, id="replayed"), stage.context)[0].data


@pytest.mark.parametrize(
    "change", [{"model": "bedrock:amazon.nova-pro-v1:0"}, {"max_tokens": 99}, {"wishes": "Be brief."}]
)
def test_after_an_answer_of_no_use_another_model_or_prompt_is_asked_and_the_first_one_is_not(told, change):
    answers, _ = OF_NO_USE["narrator_answer"]
    stage = told(*answers, said(), said())
    event = stage.processed()
    first = stage.analyzed(event)
    settings = {"model": DOCUMENTED, **change}
    wishes = settings.pop("wishes", "")
    stage.ask_with(NarratorSettings(**settings), wishes)
    assert stage.analyzed(replace(event, id="changed"))["narrative"]["by"] == settings["model"]
    stage.ask_with(NarratorSettings(model=DOCUMENTED))
    assert stage.analyzed(replace(event, id="back")) == first
    assert stage.asked == len(answers) + 1


@pytest.mark.parametrize(
    "trouble",
    [
        Transient("too many", code="narrator_throttled"),
        Transient("late", code="narrator_timeout"),
        Transient("down", code="narrator_unavailable"),
        Permanent("no key", code="narrator_key_missing"),
    ],
)
@pytest.mark.parametrize("before", [[], [Mending(sentences=())], [said("Bob is 99.")]])
def test_a_trouble_of_the_moment_is_asked_again_by_a_replay_whatever_was_answered_before(told, trouble, before):
    stage = told(*before, *[trouble] * ANSWERS)
    event = stage.processed()
    first = stage.analyzed(event)
    assert first["narrative"]["by"] == BUILT_IN
    stage.narrator.answers.clear()
    stage.narrator.answers.append(said())
    asked = stage.asked
    assert stage.analyzed(event) == first
    assert stage.asked == asked
    assert stage.analyzed(replace(event, id="replayed"))["narrative"]["by"] == DOCUMENTED


def test_an_analysis_noted_before_it_was_said_whether_it_is_asked_again_is_asked_again(told):
    stage = told(Permanent("no key", code="narrator_key_missing"), said())
    event = stage.processed()
    first = stage.analyzed(event)
    del first["model"]["fallback"]["asks_again"]
    stage.files.write(f"analysis/people/{event.subject}.json", json.dumps(first).encode())
    assert stage.analyzed(replace(event, id="replayed"))["narrative"]["by"] == DOCUMENTED


@pytest.mark.parametrize("budget", [None, 1])
def test_document_payment_and_budget_tell_one_sum_of_requests_that_nobody_answered(told, budget):
    late = Transient("late", code="narrator_timeout")
    stage = told(late, said(), late, late, late, budget_per_day=budget)
    first, second = (stage.analyzed(stage.processed(GOOD + row)) for row in (b"", b"Cy,40\n"))
    assert [one["model"]["uncounted"] for one in (first, second)] == [1, 3]
    assert first["model"]["cost_usd"] > float(COST)
    assert second["model"]["cost_usd"] > 2 * first["model"]["cost_usd"]
    together = sum(one["model"]["cost_usd"] for one in (first, second))
    assert [one.model for one in stage.payments.payments()] == [first["model"], second["model"]]
    assert float(stage.payments.take("people", NOW.date(), Decimal(1), Decimal(0))) == pytest.approx(together)
