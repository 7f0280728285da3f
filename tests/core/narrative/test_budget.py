"""The budget: what might pass it is not asked for, and afterwards only what was paid is spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.core.config.narrator_settings import Price
from headgate.core.errors import Outside, Transient
from headgate.core.narrative.budget import worst_cost
from headgate.core.narrative.model import BUILT_IN, Draft
from headgate.core.narrative.prompt import MOST
from headgate.core.narrative.request import Request, Spent, Told, form_characters
from headgate.core.narrative.telling import tell
from tests.core.narrative.matters import FACTS, MATTER, draft
from tests.core.narrative.number_check import number_check
from tests.core.narrative.purse import Purse
from tests.core.narrative.test_telling import NOW, OWN, SETTINGS, breaking, mending, told


def test_a_request_that_might_pass_the_budget_of_the_day_is_not_made():
    narrator = ScriptedNarrator([draft()])
    telling = told(narrator, budget_per_day=1, spent=Decimal("0.999"))
    assert narrator.asked == []
    assert telling.narrative.by == BUILT_IN
    assert telling.model
    assert telling.model.as_json()["fallback"]["code"] == "narrator_budget"
    assert (telling.model.spent, telling.model.prompt_characters) == (Spent(), 0)


def test_what_the_first_answer_cost_counts_before_the_second_is_asked_for():
    spent = Spent(1000, 200, 1, Decimal("0.9999"))
    narrator = ScriptedNarrator(
        [draft("TSLA closed at 379.30. KO closed at 99."), mending("KO closed at 67.09.")], spent
    )
    telling = told(narrator, budget_per_day=1)
    assert len(narrator.asked) == 1
    assert (telling.narrative.dropped, telling.narrative.by == BUILT_IN) == (1, False)
    assert telling.model
    assert telling.model.sent_back == 0


def test_set_aside_is_what_one_request_can_cost_and_no_more():
    request = Request("i" * 4_000, "m" * (MOST - 4_000 - form_characters(Draft)))
    most = worst_cost(request, SETTINGS, NOW)
    assert request.characters == MOST
    # 6,500 tokens in at 0.06 USD a million, 4,000 out at 0.24.
    assert most == Decimal("0.00135")
    priced = SETTINGS.model_copy(update={"price": Price(input=1, output=2)})
    assert worst_cost(request, priced, NOW) == Decimal("0.0145")


def test_between_two_requests_only_what_the_first_cost_is_spent():
    purse, seen = Purse(), []
    narrator = ScriptedNarrator(
        [draft("KO closed at 99."), mending("KO closed at 67.09.")], Spent(1, 1, 1, Decimal("0.01"))
    )

    def tell_and_look(request: Request) -> Told:
        seen.append(purse.spent)
        return narrator.tell(request)

    settings = SETTINGS.model_copy(update={"budget_per_day": 1})
    tell(MATTER, tell_and_look, number_check(FACTS), OWN, settings, purse, NOW)
    assert Decimal("0.01") < seen[1] < Decimal("0.012")
    assert purse.spent == Decimal("0.02")


def told_at_a_cost(cost: str | None, *answers: Any, **settings: Any) -> Purse:
    purse, spent = Purse(), Spent(1000, 200, 1, None if cost is None else Decimal(cost))
    narrator, chosen = ScriptedNarrator(answers, spent), SETTINGS.model_copy(update=settings)
    tell(MATTER, narrator.tell, number_check(FACTS), OWN, chosen, purse, NOW)
    return purse


@pytest.mark.parametrize("budget", [None, 1])
def test_what_a_request_cost_is_settled_with_or_without_a_budget(budget):
    purse = told_at_a_cost("0.25", draft("KO closed at 99."), mending("KO closed at 67.09."), budget_per_day=budget)
    assert purse.spent == Decimal("0.50")


@pytest.mark.parametrize("budget", [None, 1])
@pytest.mark.parametrize(("unanswered", "without_count"), [(0, 0), (1, 0), (0, 1), (2, 1)])
def test_what_is_told_is_what_is_spent_and_what_nobody_counted_is_in_it_at_its_most(budget, unanswered, without_count):
    known, purse = Decimal("0.0001"), Purse()
    narrator = ScriptedNarrator([draft()], Spent(1000, 200, 4, known, unanswered, without_count))
    settings = SETTINGS.model_copy(update={"budget_per_day": budget})
    model = tell(MATTER, narrator.tell, number_check(FACTS), OWN, settings, purse, NOW).model
    most = worst_cost(narrator.asked[0], SETTINGS, NOW)
    assert model
    assert most
    assert purse.spent == model.spent.cost_usd == known + (unanswered + without_count) * most
    document = model.as_json()
    assert (document["uncounted"], document["cost_usd"]) == (unanswered + without_count, float(purse.spent))


def test_without_a_price_what_nobody_counted_costs_an_unknown_sum_and_is_no_free_answer():
    settings = SETTINGS.model_copy(update={"model": "openai:own", "base_url": "http://127.0.0.1:1/v1"})
    for spent, cost in ((Spent(attempts=1, unanswered=1), None), (Spent(attempts=1), 0)):
        narrator, purse = ScriptedNarrator([draft()], spent), Purse()
        model = tell(MATTER, narrator.tell, number_check(FACTS), OWN, settings, purse, NOW).model
        assert model
        assert model.as_json()["cost_usd"] == cost
        assert purse.spent == 0


def test_tokens_that_a_provider_gave_no_cost_of_are_priced_by_their_number():
    assert told_at_a_cost(None, draft(), budget_per_day=1).spent == Decimal("0.000108")


def test_a_request_that_was_refused_by_the_provider_costs_nothing():
    assert told_at_a_cost("0", Transient("too many", code="narrator_throttled"), budget_per_day=1).spent == 0


def test_a_narrator_that_breaks_fails_nothing_and_what_was_set_aside_stays_so():
    purse, settings = Purse(), SETTINGS.model_copy(update={"budget_per_day": 1})
    telling = tell(MATTER, breaking, number_check(FACTS), OWN, settings, purse, NOW)
    assert telling.narrative.by == BUILT_IN
    assert purse.spent > 0


def test_an_account_that_cannot_be_kept_is_no_fault_of_the_model():
    class Locked(Purse):
        def take(self, most: Decimal, limit: Decimal) -> Decimal | None:
            raise Outside("payments.db can't be used")

    settings = SETTINGS.model_copy(update={"budget_per_day": 1})
    with pytest.raises(Outside):
        tell(MATTER, ScriptedNarrator([draft()]).tell, number_check(FACTS), OWN, settings, Locked(), NOW)
