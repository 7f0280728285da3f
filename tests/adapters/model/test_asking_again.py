"""Asking again: wrong answers and late ones together stay small, few, and within the budget.

The model is a server on this machine; pydantic-ai and boto3 ask it as ever.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from headgate.adapters.model import ModelNarrator
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.narrative.asking import Asking
from headgate.core.narrative.budget import worst_cost
from headgate.core.narrative.model import BUILT_IN, Draft, Insight, Summary
from headgate.core.narrative.prompt import MOST, read_wishes
from headgate.core.narrative.request import ANSWERS, Matter, Mended, Mending, Objection, Told
from headgate.core.narrative.telling import tell
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import PATIENCE, SLOW, Asked, Bedrock, OpenAi, Play, Reply
from tests.conformance.narrator_suite import DRAFT, REQUEST
from tests.core.narrative.matters import draft
from tests.core.narrative.purse import Purse
from tests.core.narrative.statement_set import PIPELINES, facts_of
from tests.core.narrative.test_telling import NOW
from tests.examples.samples import EXAMPLES

INCOMPLETE: dict[str, Any] = {"insights": [], "recommendations": []}


def asked(narrator: ModelNarrator, purse: Purse | None = None, **settings: Any) -> tuple[Told, Asking]:
    chosen = NarratorSettings(**{"model": DOCUMENTED, **settings})
    asking = Asking(narrator.tell, chosen, purse or Purse(), NOW)
    return asking.ask(lambda fault: replace(REQUEST, material=REQUEST.material + fault)), asking


def test_an_answer_of_another_form_goes_back_with_the_reason_and_without_itself(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.extend([bedrock.gives(INCOMPLETE), bedrock.gives("Sure, here it is: {"), bedrock.gives(DRAFT)])
    told, asking = asked(by_bedrock())
    assert told.answer == DRAFT
    assert (asking.spent.attempts, asking.spent.tokens_in) == (3, 3000)
    assert [one.said for one in bedrock.asked] == ["", "", ""]
    assert bedrock.asked[1].prompt == REQUEST.material + "summary: Field required"
    assert "Invalid JSON" in bedrock.asked[2].prompt
    assert "Field required" not in bedrock.asked[2].prompt


def test_a_model_that_never_finds_the_form_is_given_up_and_what_it_cost_is_told(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.gives(INCOMPLETE))
    told, asking = asked(by_bedrock())
    assert told.trouble
    assert told.trouble.code == "narrator_answer"
    assert len(bedrock.asked) == asking.spent.attempts == ANSWERS
    assert (asking.spent.tokens_in, asking.spent.cost_usd) == (1000 * ANSWERS, ANSWERS * Decimal("0.000108"))


def test_wrong_answers_and_throttling_together_stay_within_the_attempts_allowed(bedrock: Bedrock, by_bedrock: Make):
    wrong, throttled = bedrock.gives(INCOMPLETE), bedrock.refuses(429, "ThrottlingException")
    bedrock.answers.extend([throttled, throttled, wrong, throttled, throttled, throttled, wrong])
    told, asking = asked(by_bedrock())
    assert (told.answer, asking.spent.tokens_in, len(bedrock.asked)) == (None, 1000, 6)


def test_late_answers_count_among_the_answers_allowed(bedrock: Bedrock, by_bedrock: Make):
    wrong = bedrock.gives(INCOMPLETE)
    bedrock.answers.extend([wrong, SLOW, wrong, SLOW, wrong])
    told, asking = asked(by_bedrock(timeout=PATIENCE))
    assert len(bedrock.asked) == ANSWERS
    assert (told.answer, asking.spent.unanswered, asking.spent.tokens_in) == (None, 1, 2000)


def test_a_late_answer_is_followed_by_another_attempt_as_long_as_there_are_some(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.extend([SLOW, bedrock.gives(DRAFT)])
    told, asking = asked(by_bedrock(timeout=PATIENCE))
    assert (told.answer, asking.spent.unanswered, asking.spent.attempts) == (DRAFT, 1, 2)
    bedrock.answers.append(SLOW)
    bedrock.answers.popleft()
    told, asking = asked(by_bedrock(timeout=0.3, max_attempts=1), max_attempts=1)
    assert (told.answer, asking.spent.attempts) == (None, 1)


def test_each_request_sets_aside_what_it_alone_can_cost_and_late_ones_stay_paid(bedrock: Bedrock, by_bedrock: Make):
    purse, settings = Purse(), NarratorSettings(model=DOCUMENTED, budget_per_day=1)
    most = worst_cost(REQUEST, settings, NOW)
    assert most
    bedrock.answers.extend([SLOW, bedrock.gives(DRAFT)])
    asked(by_bedrock(timeout=PATIENCE), purse, budget_per_day=1)
    assert purse.spent == most + Decimal("0.000108")


def test_where_the_budget_has_no_room_for_another_request_there_is_none(bedrock: Bedrock, by_bedrock: Make):
    settings = NarratorSettings(model=DOCUMENTED, budget_per_day=1)
    most = worst_cost(REQUEST, settings, NOW)
    assert most
    purse = Purse(1 - most)
    bedrock.answers.extend([SLOW, bedrock.gives(DRAFT)])
    told, _ = asked(by_bedrock(timeout=PATIENCE), purse, budget_per_day=1)
    assert told.trouble
    assert (told.trouble.code, len(bedrock.asked), purse.spent) == ("narrator_budget", 1, Decimal(1))


# What is worst: as much as the form allows and more, wrong in every way there is.
LONG: dict[str, Any] = {f"</data>{n}" + "k" * 200: "v" * 3000 for n in range(50)}
NEVER = tuple(
    Insight(type="x", description="Zorbo rose by 77,777. " * 30, confidence="low", facts=("no_such_fact",))
    for _ in range(12)
)
WORST = Draft(
    summary=Summary(text="Zorbo sold for 99,999 on 3 May. " * 90, facts=("no_such_fact",) * 12), insights=NEVER
)
INSISTING = Mending(sentences=tuple(Mended(number=n, text="w" * 700, facts=("x" * 80,) * 12) for n in range(1, 51)))


def objecting(text: str, cited: Any, about: str) -> list[Objection]:
    return [Objection(text, "no cited fact holds it, whatever is said of it " * 30)]


@functools.cache
def matter(pipeline: str) -> Matter:
    rows = {name: [some[n % len(some)] for n in range(500)] for name, some in facts_of(pipeline).items() if some}
    finding = {
        "finding": "odd",
        "severity": "warning",
        "count": 1,
        "message": "x" * 200,
        "expected": "y",
        "observed": "z",
    }
    return Matter(pipeline, rows, [finding] * 50, "d" * 500, wishes=read_wishes(EXAMPLES / pipeline))


def sent(request: Asked) -> int:
    """All that a provider is sent: what is said, and the form of the answer."""
    form = request.document.get("tools") or request.document["toolConfig"]["tools"]
    return len(request.system) + len(request.prompt) + len(request.said) + len(json.dumps(form, separators=(",", ":")))


def worst(gives: Callable[..., Play]) -> list[Play]:
    """Wrong twice, too short, wrong again, all of it objected to; then wrong, and insisting."""
    short = draft("Ok.")
    answers = (LONG, "{" * 9_000, short, LONG, WORST, LONG, INSISTING)
    return [gives(answer) for answer in answers]


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("provider", ["bedrock", "openai"])
def test_no_request_has_more_than_12000_characters_whatever_a_model_answers(
    request: pytest.FixtureRequest, provider: str, pipeline: str
):
    server: Bedrock | OpenAi = request.getfixturevalue(provider)
    narrator = request.getfixturevalue(f"by_{provider}")()
    server.answers.extend(worst(server.gives))
    settings = NarratorSettings(model=DOCUMENTED)
    own = draft("A word or two of what stands in these facts. " * 20)
    telling = tell(matter(pipeline), narrator.tell, objecting, own, settings, Purse(), NOW)
    assert [sent(one) for one in server.asked if sent(one) > MOST] == []
    assert len(server.asked) == 7
    assert telling.narrative.by == BUILT_IN
    assert telling.model
    assert telling.model.prompt_characters <= MOST


@pytest.mark.parametrize("provider", ["bedrock", "openai"])
def test_what_is_counted_as_the_form_is_no_less_than_what_is_sent(request: pytest.FixtureRequest, provider: str):
    server: Bedrock | OpenAi = request.getfixturevalue(provider)
    narrator = request.getfixturevalue(f"by_{provider}")()
    mend = replace(REQUEST, form=Mending)
    server.answers.extend([lambda _: Reply(400, {}), lambda _: Reply(400, {})])
    for one in (REQUEST, mend):
        narrator.tell(one)
    assert all(sent(seen) <= one.characters for seen, one in zip(server.asked, (REQUEST, mend), strict=True))
