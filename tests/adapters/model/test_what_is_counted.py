"""Which requests may stand on a bill, and which answers are of no use, with both kinds of provider."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from headgate.core.errors import Transient
from headgate.core.narrative.asking import Asking
from headgate.core.narrative.budget import worst_cost
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import BROKEN, CLOSED, PATIENCE, SLOW, Bedrock, OpenAi, Play, Reply
from tests.conformance.narrator_suite import DRAFT, REQUEST
from tests.core.narrative.purse import Purse
from tests.core.narrative.test_telling import NOW

PRICE = {"input": 0.06, "output": 0.24}
INCOMPLETE: dict[str, Any] = {"insights": []}


@dataclass(frozen=True)
class Provider:
    server: Bedrock | OpenAi
    make: Make


@pytest.fixture(params=["bedrock", "openai"])
def provider(request: pytest.FixtureRequest) -> Provider:
    return Provider(request.getfixturevalue(request.param), request.getfixturevalue(f"by_{request.param}"))


def may_be_billed(provider: Provider, how: object) -> None:
    provider.server.answers.append(how)
    told = provider.make().tell(REQUEST)
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == "narrator_unreachable"
    assert (told.spent.unanswered, told.spent.attempts, len(provider.server.asked)) == (1, 1, 1)
    assert not told.is_answered


def test_an_answer_instead_of_which_the_connection_was_closed_may_be_billed(provider: Provider):
    may_be_billed(provider, CLOSED)


def test_an_answer_that_broke_off_may_be_billed(openai: OpenAi, by_openai: Make):
    # boto3 says of one that it is none, as of a page of a proxy.
    may_be_billed(Provider(openai, by_openai), BROKEN)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_that_was_never_sent_is_on_no_bill(provider: Provider, scheme: str):
    # Nobody listens at port 9, and what listens for the others speaks no TLS.
    server = "http://127.0.0.1:9" if scheme == "http" else provider.server.url.replace("http:", "https:")
    told = provider.make(base_url=f"{server}/v1", max_attempts=2).tell(REQUEST)
    assert told.trouble
    assert told.trouble.code == "narrator_unreachable"
    assert (told.spent.unanswered, told.spent.attempts) == (0, 2)


def asked(provider: Provider, *answers: Play | object, **settings: Any) -> tuple[Asking, Purse]:
    provider.server.answers.extend(answers)
    chosen, purse = NarratorSettings(model=DOCUMENTED, price=PRICE, **settings), Purse()
    asking = Asking(provider.make(timeout=PATIENCE, price=PRICE).tell, chosen, purse, NOW)
    asking.ask(lambda fault: REQUEST)
    return asking, purse


@pytest.mark.parametrize("budget", [None, 1])
@pytest.mark.parametrize("how", [SLOW, CLOSED])
def test_what_never_came_whole_counts_at_its_most_in_the_sum_and_in_the_budget(provider: Provider, how, budget):
    asking, purse = asked(provider, how, how, provider.server.gives(DRAFT), budget_per_day=budget)
    most = worst_cost(REQUEST, NarratorSettings(model=DOCUMENTED, price=PRICE), NOW)
    assert most
    assert asking.spent.uncounted == 2
    assert asking.spent.cost_usd == purse.spent == 2 * most + Decimal("0.000108")


@pytest.mark.parametrize("budget", [None, 1])
def test_an_answer_without_a_count_of_tokens_counts_at_its_most(provider: Provider, budget):
    asking, purse = asked(provider, provider.server.gives(DRAFT, (0, 0)), budget_per_day=budget)
    most = worst_cost(REQUEST, NarratorSettings(model=DOCUMENTED, price=PRICE), NOW)
    assert (asking.spent.tokens_in, asking.spent.uncounted, asking.is_answered) == (0, 1, True)
    assert asking.spent.cost_usd == purse.spent == most


def test_an_answer_of_another_form_is_one_of_no_use_and_paid_for(provider: Provider):
    provider.server.answers.append(provider.server.gives(INCOMPLETE))
    told = provider.make().tell(REQUEST)
    assert (told.answer, told.is_answered, told.spent.tokens_in) == (None, True, 1000)


@pytest.mark.parametrize(
    ("reason", "content", "code"),
    [
        ("max_tokens", [{"text": "Once upon"}], "narrator_too_long"),
        ("content_filtered", [], "narrator_filtered"),
    ],
)
def test_an_answer_that_was_cut_off_or_filtered_is_one_of_no_use_and_paid_for(
    bedrock: Bedrock, by_bedrock: Make, reason: str, content: list[Any], code: str
):
    def cut_off(asked):
        reply = bedrock.gives("Once upon")(asked)
        message = {"role": "assistant", "content": content}
        return Reply(200, {**reply.document, "output": {"message": message}, "stopReason": reason})

    bedrock.answers.append(cut_off)
    told = by_bedrock().tell(REQUEST)
    assert told.trouble
    assert (told.trouble.code, told.is_answered, told.spent.tokens_in) == (code, True, 1000)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_a_provider_refuses_is_no_answer(provider: Provider, status: int):
    provider.server.answers.append(provider.server.refuses(status, "ThrottlingException"))
    told = provider.make(max_attempts=1).tell(REQUEST)
    assert (told.is_answered, told.spent.uncounted) == (False, 0)
