"""A model behind OpenAI's API, such as a local one."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from headgate.adapters.model import ModelNarrator
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import Permanent, Transient
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import SLOW, OpenAi, Reply
from tests.conformance.narrator_suite import DRAFT, REQUEST

KEY = "sk-0123456789abcdef"


def test_the_name_of_the_model_may_hold_a_colon(openai: OpenAi, by_openai: Make):
    openai.answers.append(openai.gives(DRAFT))
    by_openai().tell(REQUEST)
    assert openai.asked[0].document["model"] == "llama3.2:3b"


def test_the_key_is_that_of_the_variable_named(openai: OpenAi, by_openai: Make):
    openai.answers.append(openai.gives(DRAFT))
    by_openai({"MY_KEY": KEY}, key_env="MY_KEY").tell(REQUEST)
    assert openai.asked[0].headers["authorization"] == f"Bearer {KEY}"


def test_openais_own_key_goes_to_no_other_server(openai: OpenAi, by_openai: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    openai.answers.append(openai.gives(DRAFT))
    by_openai({"OPENAI_API_KEY": KEY}).tell(REQUEST)
    assert KEY not in str(openai.asked[0].headers)


def test_its_cost_is_not_known(openai: OpenAi, by_openai: Make):
    openai.answers.append(openai.gives(DRAFT))
    spent = by_openai(model="openai:gpt-5-mini").tell(REQUEST).spent
    assert (spent.tokens_in, spent.tokens_out, spent.cost_usd) == (1000, 200, None)


def test_its_cost_is_that_of_the_price_in_the_settings(openai: OpenAi, by_openai: Make):
    openai.answers.append(openai.gives(DRAFT))
    spent = by_openai(price={"input": 0.5, "output": 2}).tell(REQUEST).spent
    assert spent.cost_usd == Decimal("0.0009")


@pytest.mark.parametrize(
    ("model", "base_url", "key_env", "lacking"),
    [
        ("openai:gpt-5-mini", None, None, "OPENAI_API_KEY"),
        ("anthropic:claude-haiku-4-5", None, None, "ANTHROPIC_API_KEY"),
        ("anthropic:claude-haiku-4-5", None, "MY_KEY", "MY_KEY"),
        ("openai:own", "https://llm.example.com/v1", "MY_KEY", "MY_KEY"),
    ],
)
def test_a_key_that_is_not_set_is_named_and_nobody_is_asked(model, base_url, key_env, lacking):
    settings = NarratorSettings(model=model, base_url=base_url, key_env=key_env)
    told = ModelNarrator(settings, lambda _: None).tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert told.trouble.code == "narrator_key_missing"
    assert lacking in told.trouble.message
    assert told.spent.attempts == 1


@pytest.mark.parametrize("model", ["nobody:model", "groq:model"])
def test_a_provider_that_is_not_known_or_not_installed_says_so(model: str):
    told = ModelNarrator(NarratorSettings(model=model), lambda _: None).tell(REQUEST)
    assert isinstance(told.trouble, Permanent)
    assert told.trouble.code == "narrator_settings"


def test_a_page_instead_of_an_answer_may_pass(openai: OpenAi, by_openai: Make):
    openai.answers.append(lambda _: Reply(200, b"<html>Please log in</html>"))
    told = by_openai(max_attempts=2).tell(REQUEST)
    assert isinstance(told.trouble, Transient)
    assert told.trouble.code == "narrator_unreachable"


@pytest.mark.parametrize(
    ("status", "error", "code", "passes"),
    [
        (401, "invalid_api_key", "narrator_no_access", False),
        (404, "model_not_found", "narrator_unknown_model", False),
        (429, "insufficient_quota", "narrator_quota", False),
        (429, "rate_limit_exceeded", "narrator_throttled", True),
        (502, "bad_gateway", "narrator_unavailable", True),
        (408, "timeout", "narrator_failed", True),
    ],
)
def test_each_error_of_the_server_is_tried_again_only_when_that_may_help(
    openai: OpenAi, by_openai: Make, status: int, error: str, code: str, passes: bool
):
    openai.answers.append(openai.refuses(status, error, f"Incorrect API key provided: {KEY}"))
    told = by_openai({"MY_KEY": KEY}, key_env="MY_KEY").tell(REQUEST)
    assert told.trouble
    assert (told.trouble.code, isinstance(told.trouble, Transient)) == (code, passes)
    assert len(openai.asked) == (5 if passes else 1)
    assert KEY not in f"{told.trouble} {told.trouble.message}"


def test_how_long_the_server_asks_to_wait_is_waited_within_reason(openai: OpenAi, by_openai: Make, waits: list[float]):
    for seconds in ("7", "86400"):
        reply = openai.refuses(429, "rate_limit_exceeded")
        openai.answers.append(lambda asked, s=seconds, r=reply: type(r(asked))(429, b"{}", (("Retry-After", s),)))
    openai.answers.append(openai.gives(DRAFT))
    assert by_openai().tell(REQUEST).answer == DRAFT
    assert waits == [7, 60]


def test_invalid_json_is_told(openai: OpenAi, by_openai: Make):
    openai.answers.append(openai.gives('{"summary": {"text": "TSLA'))
    told = by_openai().tell(REQUEST)
    assert (told.answer, "Invalid JSON" in told.fault) == (None, True)


def test_an_answer_that_does_not_come_is_not_waited_for(openai: OpenAi, by_openai: Make):
    openai.answers.append(SLOW)
    told = by_openai(timeout=0.3).tell(REQUEST)
    assert told.trouble
    assert (told.trouble.code, told.spent.unanswered, len(openai.asked)) == ("narrator_timeout", 1, 1)


def test_nothing_of_it_is_imported_before_a_model_is_asked():
    code = """
import sys
from headgate.adapters.model import ModelNarrator
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.narrative import telling, cost, budget
import headgate.faces.cli
ModelNarrator(NarratorSettings(model="openai:x", base_url="http://127.0.0.1:1/v1"), lambda _: None)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"pydantic_ai", "boto3", "botocore", "genai_prices", "openai"}))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "headgate.adapters.model.asking", None)
    told = ModelNarrator(NarratorSettings(model="openai:x"), lambda _: None).tell(REQUEST)
    assert told.trouble
    assert told.trouble.next == "pip install 'headgate[model]'"
    assert told.spent.attempts == 0
