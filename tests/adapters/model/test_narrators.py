"""All narrators behave alike: the one that is scripted, a model on Bedrock, and one behind OpenAI's API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.adapters.memory.narrator import ScriptedNarrator
from headgate.adapters.model import ModelNarrator
from headgate.core.errors import HeadgateError, Transient
from tests.adapters.model.conftest import Make
from tests.adapters.model.model_server import Bedrock, OpenAi
from tests.conformance.narrator_suite import NarratorSuite


class TestScriptedNarrator(NarratorSuite):
    @pytest.fixture
    def narrator(self) -> ScriptedNarrator:
        return ScriptedNarrator()

    @pytest.fixture
    def serve(self, narrator: ScriptedNarrator) -> Callable[..., None]:
        return lambda *answers: narrator.answers.extend(answers)

    @pytest.fixture
    def seen(self, narrator: ScriptedNarrator) -> Callable[[], list[str]]:
        return lambda: [request.instructions + request.material for request in narrator.asked]


class TestBedrock(NarratorSuite):
    @pytest.fixture
    def narrator(self, by_bedrock: Make) -> ModelNarrator:
        return by_bedrock()

    @pytest.fixture
    def serve(self, bedrock: Bedrock) -> Callable[..., None]:
        errors = {True: (429, "ThrottlingException"), False: (403, "AccessDeniedException")}

        def play(answer):
            if isinstance(answer, HeadgateError):
                return bedrock.refuses(*errors[isinstance(answer, Transient)])
            return bedrock.gives(answer)

        return lambda *answers: bedrock.answers.extend(map(play, answers))

    @pytest.fixture
    def seen(self, bedrock: Bedrock) -> Callable[[], list[str]]:
        return lambda: [asked.system + asked.prompt for asked in bedrock.asked]


class TestOwnServer(NarratorSuite):
    @pytest.fixture
    def narrator(self, by_openai: Make) -> ModelNarrator:
        return by_openai()

    @pytest.fixture
    def serve(self, openai: OpenAi) -> Callable[..., None]:
        errors = {True: (503, "overloaded"), False: (404, "model_not_found")}

        def play(answer):
            if isinstance(answer, HeadgateError):
                return openai.refuses(*errors[isinstance(answer, Transient)])
            return openai.gives(answer)

        return lambda *answers: openai.answers.extend(map(play, answers))

    @pytest.fixture
    def seen(self, openai: OpenAi) -> Callable[[], list[str]]:
        return lambda: [asked.system + asked.prompt for asked in openai.asked]
