"""Each pipeline is told by whom its settings name, and what a model plainly lacks is said before it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from headgate.core.errors import HeadgateError, Permanent, Transient, UserMistake
from headgate.core.narrative.model import BUILT_IN
from headgate.core.narrative.request import Request, Told
from headgate.core.narrative.voice import Voice
from headgate.core.project import load_project
from headgate.hosts.narrators import FAILURES, REST, RestingNarrator, lacking_models, load_voices, model_narrators
from tests.conformance.narrator_suite import REQUEST
from tests.projects import make_project

OPENAI = "narrator: {model: openai:gpt-5-mini}\n"
Voices = Callable[..., dict[str, Voice]]


@pytest.fixture
def voices(tmp_path: Path) -> Voices:
    return lambda **written: load_voices(load_project(make_project(tmp_path, **written)), {})


def test_without_settings_the_built_in_narrator_tells_and_no_model_is_there(voices: Voices):
    found = voices()
    assert {voice.settings.model for voice in found.values()} == {BUILT_IN}
    assert model_narrators(found, lambda _: None) == {}


def test_a_pipeline_may_name_another_than_the_project(voices: Voices):
    found = voices(settings=OPENAI, people="narrator: {model: built-in}\n")
    assert found["people"].settings.model == BUILT_IN
    assert model_narrators(found, lambda _: None).keys() == {"guests", "anything"}


def test_the_wishes_are_the_text_of_prompt_md(voices: Voices, tmp_path: Path):
    voices()
    (tmp_path / "pipelines" / "people" / "prompt.md").write_text("\ufeffBe brief.\n")
    assert load_voices(load_project(tmp_path), {})["people"].wishes == "Be brief."


def test_a_prompt_that_leaves_no_room_for_facts_is_a_mistake(voices: Voices, tmp_path: Path):
    voices()
    (tmp_path / "pipelines" / "people" / "prompt.md").write_text("x" * 3001)
    with pytest.raises(UserMistake, match="3,001 characters") as error:
        load_voices(load_project(tmp_path), {})
    assert error.value.where
    assert error.value.where.file.endswith("people/prompt.md")


def test_a_missing_key_is_said_once_for_all_pipelines(voices: Voices):
    found = voices(settings=OPENAI, people="narrator: {model: built-in}\n")
    (lacking,) = lacking_models(found, lambda _: None)
    assert (lacking.code, "OPENAI_API_KEY" in lacking.message) == ("narrator_key_missing", True)
    assert lacking_models(found, {"OPENAI_API_KEY": "sk-1234"}.get) == []


@pytest.mark.parametrize(
    "narrator",
    [
        "{model: 'bedrock:amazon.nova-lite-v1:0'}",
        "{model: openai:llama3.2, base_url: 'http://127.0.0.1:11434/v1'}",
        "{model: built-in}",
    ],
)
def test_who_needs_no_key_lacks_none(voices: Voices, narrator: str):
    assert lacking_models(voices(settings=f"narrator: {narrator}\n"), lambda _: None) == []


def test_a_budget_for_a_model_without_a_known_price_is_said_before_anything_is_asked(voices: Voices):
    model = "model: 'bedrock:acme.unheard-of-v1:0', budget_per_day: 1"
    (lacking,) = lacking_models(voices(settings=f"narrator: {{{model}}}\n"), lambda _: None)
    assert (lacking.code, "narrator.price" in str(lacking.next)) == ("narrator_no_price", True)


@pytest.mark.parametrize("more", ["", ", budget_per_day: 1, price: {input: 1, output: 2}"])
def test_without_a_budget_or_with_a_price_none_is_lacking(voices: Voices, more: str):
    settings = f"narrator: {{model: 'bedrock:acme.unheard-of-v1:0'{more}}}\n"
    assert lacking_models(voices(settings=settings), lambda _: None) == []


def test_the_key_that_the_settings_name_is_the_one_that_is_looked_for(voices: Voices):
    found = voices(settings="narrator: {model: 'anthropic:claude-haiku-4-5', key_env: MY_KEY}\n")
    (lacking,) = lacking_models(found, {"ANTHROPIC_API_KEY": "x"}.get)
    assert "MY_KEY" in lacking.message


def test_without_the_packages_it_says_how_to_install_them(voices: Voices, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (lacking,) = lacking_models(voices(settings=OPENAI), {"OPENAI_API_KEY": "sk-1234"}.get)
    assert (lacking.code, lacking.next) == ("narrator_not_installed", "pip install 'headgate[model]'")


class Failing:
    """A model that gives the same trouble each time, and counts how often it was asked."""

    def __init__(self, trouble: HeadgateError | None) -> None:
        self.trouble, self.asked = trouble, 0

    def tell(self, request: Request) -> Told:
        self.asked += 1
        return Told(None, trouble=self.trouble)


def test_a_model_that_keeps_failing_is_left_alone_for_a_while_and_then_asked_again():
    now, model = [0.0], Failing(Transient("down"))
    narrator = RestingNarrator(model, "openai:x", lambda: now[0])
    for _ in range(FAILURES + 5):
        told = narrator.tell(REQUEST)
    assert model.asked == FAILURES
    assert told.trouble
    assert told.trouble.code == "narrator_resting"
    now[0] += REST + 1
    narrator.tell(REQUEST)
    assert model.asked == FAILURES + 1
    again = narrator.tell(REQUEST).trouble
    assert again
    assert again.code == "narrator_resting", "one more failure sends it to rest again"


def test_what_is_asked_again_after_a_late_answer_fails_once():
    model = Failing(Transient("slow"))
    narrator = RestingNarrator(model, "openai:x")
    for number in range(3 * (FAILURES - 1)):
        narrator.tell(replace(REQUEST, tried=number % 3))
    assert model.asked == 3 * (FAILURES - 1)
    narrator.tell(REQUEST)
    narrator.tell(REQUEST)
    assert model.asked == 3 * (FAILURES - 1) + 1


def test_what_does_not_pass_or_an_answer_in_between_sends_nobody_to_rest():
    lasting = Failing(Permanent("no key"))
    narrator = RestingNarrator(lasting, "openai:x")
    for _ in range(FAILURES + 5):
        narrator.tell(REQUEST)
    assert lasting.asked == FAILURES + 5
    model = Failing(Transient("down"))
    narrator = RestingNarrator(model, "openai:x")
    for number in range(3 * FAILURES):
        model.trouble = None if number % FAILURES == 0 else Transient("down")
        narrator.tell(REQUEST)
    assert model.asked == 3 * FAILURES
