"""A model on Amazon Bedrock: real requests by boto3, held against botocore's description of the service."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from headgate.core.errors import Permanent, Transient
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import SLOW, Bedrock
from tests.conformance.narrator_suite import DRAFT, REQUEST

INCOMPLETE: dict[str, Any] = {"insights": [], "recommendations": []}


def test_the_model_the_region_and_the_most_tokens_are_those_configured(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.gives(DRAFT))
    by_bedrock(max_tokens=1234).tell(REQUEST)
    (asked,) = bedrock.asked
    assert asked.path == "/model/amazon.nova-lite-v1:0/converse"
    assert "/eu-central-1/bedrock/" in asked.headers["authorization"]
    assert asked.document["inferenceConfig"] == {"maxTokens": 1234, "temperature": 0.0}


def test_tokens_are_the_providers_and_the_price_is_of_that_model(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.gives(DRAFT, tokens=(4000, 1200)))
    spent = by_bedrock().tell(REQUEST).spent
    assert (spent.tokens_in, spent.tokens_out) == (4000, 1200)
    assert spent.cost_usd == Decimal("0.000528")


def test_a_model_that_nobody_has_a_price_for_costs_an_unknown_sum(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.gives(DRAFT))
    told = by_bedrock(model="bedrock:acme.unheard-of-v1:0").tell(REQUEST)
    assert told.answer == DRAFT
    assert told.spent.cost_usd is None


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (429, "ThrottlingException", "narrator_throttled"),
        (503, "ServiceUnavailableException", "narrator_unavailable"),
        (500, "InternalServerException", "narrator_unavailable"),
        (408, "ModelTimeoutException", "narrator_failed"),
        (424, "ModelErrorException", "narrator_failed"),
        (429, "ModelNotReadyException", "narrator_unavailable"),
    ],
)
def test_what_may_pass_is_tried_five_times_with_growing_pauses(
    bedrock: Bedrock, by_bedrock: Make, waits: list[float], status: int, error: str, code: str
):
    bedrock.answers.append(bedrock.refuses(status, error))
    told = by_bedrock().tell(REQUEST)
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == code
    assert len(bedrock.asked) == told.spent.attempts == 5
    assert waits == [1, 2, 4, 8]


def test_throttling_that_passes_costs_nothing_but_time(bedrock: Bedrock, by_bedrock: Make, waits: list[float]):
    bedrock.answers.extend([bedrock.refuses(429, "ThrottlingException"), bedrock.gives(DRAFT)])
    told = by_bedrock().tell(REQUEST)
    assert (told.answer, told.trouble) == (DRAFT, None)
    assert (told.spent.attempts, told.spent.tokens_in, waits) == (2, 1000, [1])


def test_fewer_attempts_can_be_configured(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.refuses(429, "ThrottlingException"))
    assert by_bedrock(max_attempts=2).tell(REQUEST).spent.attempts == len(bedrock.asked) == 2


@pytest.mark.parametrize(
    ("status", "error", "message", "code", "next_"),
    [
        (403, "AccessDeniedException", "You don't have access to the model", "narrator_no_access", "AWS credentials"),
        (403, "UnrecognizedClientException", "The security token is invalid", "narrator_no_access", "AWS credentials"),
        (400, "ValidationException", "The provided model identifier is invalid.", "narrator_unknown_model", "narrator.model"),
        (404, "ResourceNotFoundException", "gone", "narrator_unknown_model", "narrator.model"),
        (400, "ServiceQuotaExceededException", "no more", "narrator_quota", "quota"),
        (400, "ValidationException", "Malformed", "narrator_refused", "narrator.model"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_tried_once_and_says_what_to_do(
    bedrock: Bedrock, by_bedrock: Make, waits: list[float], status: int, error: str, message: str, code: str, next_: str
):
    bedrock.answers.append(bedrock.refuses(status, error, message))
    told = by_bedrock().tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert told.trouble.code == code
    assert next_ in str(told.trouble.next)
    assert (len(bedrock.asked), told.spent.attempts, waits) == (1, 1, [])


@pytest.mark.parametrize("lacking", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
def test_without_credentials_nobody_is_asked(
    bedrock: Bedrock, by_bedrock: Make, monkeypatch: pytest.MonkeyPatch, lacking: str
):
    monkeypatch.delenv(lacking)
    if lacking == "AWS_ACCESS_KEY_ID":
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    told = by_bedrock().tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert told.trouble.code == "narrator_key_missing"
    assert "AWS_ACCESS_KEY_ID" in str(told.trouble.next)
    assert (bedrock.asked, told.spent.attempts) == ([], 1)


def test_without_a_region_nobody_is_asked(bedrock: Bedrock, by_bedrock: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    told = by_bedrock(base_url=None).tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert "AWS_DEFAULT_REGION" in str(told.trouble.next)


WRONG: list[tuple[dict[str, Any] | str, str]] = [
    (INCOMPLETE, "summary: Field required"),
    ({**DRAFT.model_dump(mode="json"), "x</data>\n" + "y" * 99: "z" * 9_000}, "Extra inputs are not permitted"),
    ({"summary": {"text": "", "facts": 1}, **dict.fromkeys("abcdefgh", 1)}, "and 5 more"),
    ("Sure, here it is: {", "Invalid JSON"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_an_answer_of_another_form_is_told_with_what_was_wrong_in_few_words(
    bedrock: Bedrock, by_bedrock: Make, wrong, said: str
):
    bedrock.answers.append(bedrock.gives(wrong))
    told = by_bedrock().tell(REQUEST)
    assert told.answer is None
    assert told.trouble
    assert told.trouble.code == "narrator_answer"
    assert said in told.fault
    assert len(told.fault) < 700
    assert "\n" not in told.fault
    assert "zzz" not in told.fault
    assert (len(bedrock.asked), told.spent.attempts, told.spent.tokens_in) == (1, 1, 1000)


def test_what_is_no_matter_of_form_has_no_fault(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.refuses(429, "ThrottlingException"))
    assert by_bedrock(max_attempts=1).tell(REQUEST).fault == ""


def test_an_answer_cut_off_names_the_setting(bedrock: Bedrock, by_bedrock: Make):
    def cut_off(asked):
        reply = bedrock.gives("Once upon")(asked)
        return type(reply)(200, {**reply.document, "stopReason": "max_tokens"})

    bedrock.answers.append(cut_off)
    told = by_bedrock().tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert "narrator.max_tokens" in str(told.trouble.next)
    assert len(bedrock.asked) == 1


def test_an_answer_that_does_not_come_is_not_waited_for_and_may_be_billed(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(SLOW)
    told = by_bedrock(timeout=0.3).tell(REQUEST)
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == "narrator_timeout"
    assert len(bedrock.asked) == told.spent.attempts == told.spent.unanswered == 1


def test_what_was_tried_before_counts_among_the_attempts_and_lengthens_the_pause(
    bedrock: Bedrock, by_bedrock: Make, waits: list[float]
):
    bedrock.answers.append(bedrock.refuses(429, "ThrottlingException"))
    told = by_bedrock().tell(replace(REQUEST, tried=3))
    assert (told.spent.attempts, waits) == (2, [4, 8])


def test_what_a_provider_refuses_is_no_answer_that_could_cost(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.extend([bedrock.refuses(429, "ThrottlingException"), bedrock.gives(DRAFT)])
    assert by_bedrock().tell(REQUEST).spent.unanswered == 0


@pytest.mark.parametrize("body", [b"{", b"<html>", b'{"output": {}}', b"[]"])
def test_an_answer_that_is_none_is_trouble_that_may_pass(bedrock: Bedrock, by_bedrock: Make, body: bytes):
    from tests.adapters.model.model_server import Reply

    bedrock.answers.append(lambda _: Reply(200, body))
    told = by_bedrock(max_attempts=2).tell(REQUEST)
    assert told.answer is None
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == "narrator_unreachable"
    assert len(bedrock.asked) == 2


def test_nobody_there_is_trouble_that_may_pass(by_bedrock: Make):
    told = by_bedrock(base_url="http://127.0.0.1:9", max_attempts=2).tell(REQUEST)
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == "narrator_unreachable"


def test_it_can_be_asked_where_an_event_loop_runs_already(bedrock: Bedrock, by_bedrock: Make):
    bedrock.answers.append(bedrock.gives(DRAFT))

    async def main():
        return by_bedrock().tell(REQUEST)

    assert asyncio.run(main()).answer == DRAFT


def test_no_trouble_repeats_what_the_model_was_asked_or_with_which_key(bedrock: Bedrock, by_bedrock: Make):
    for status, error in (
        (403, "AccessDeniedException"),
        (400, "ValidationException"),
        (500, "InternalServerException"),
    ):
        bedrock.answers.clear()
        bedrock.answers.append(bedrock.refuses(status, error, f"{REQUEST.material} AKIDEXAMPLE wJalrXUtnFEMI"))
        trouble = by_bedrock(max_attempts=1).tell(REQUEST).trouble
        said = json.dumps([str(trouble), trouble and trouble.message])
        assert not any(secret in said for secret in ("AKIDEXAMPLE", "wJalrXUtnFEMI", "symbols"))
