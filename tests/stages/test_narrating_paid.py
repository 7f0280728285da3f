"""What a model was paid for is kept: nothing that fails before, between or afterwards makes anybody pay twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.errors import Outside, Permanent
from headgate.core.narrative.model import BUILT_IN, Draft
from headgate.stages.analyze import analyze
from tests.stages.stage import NOW
from tests.stages.test_narrating import Told, said


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
