"""Providers of models on this machine, and narrators that ask them without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from headgate.adapters.model import ModelNarrator
from headgate.core.config.narrator_settings import DOCUMENTED, NarratorSettings
from tests.adapters.model.model_server import Bedrock, OpenAi

Make = Callable[..., ModelNarrator]


@pytest.fixture(autouse=True)
def nobody_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """No credentials and no settings of whoever runs the tests, and nobody to ask for some."""
    for name in ("AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_REGION", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def bedrock() -> Iterator[Bedrock]:
    with Bedrock() as running:
        yield running
    assert not running.faults


@pytest.fixture
def openai() -> Iterator[OpenAi]:
    with OpenAi() as running:
        yield running
    assert not running.faults


@pytest.fixture
def waits() -> list[float]:
    """Seconds that a narrator would have waited, in order."""
    return []


@pytest.fixture
def by_bedrock(bedrock: Bedrock, waits: list[float]) -> Make:
    return lambda **more: ModelNarrator(
        NarratorSettings(**{"model": DOCUMENTED, "base_url": bedrock.url, "timeout": 20, **more}),
        lambda _: None,
        waits.append,
        lambda: 1.0,
    )


@pytest.fixture
def by_openai(openai: OpenAi, waits: list[float]) -> Make:
    def make(secrets: dict[str, str] | None = None, **more) -> ModelNarrator:
        settings = {"model": "openai:llama3.2:3b", "base_url": f"{openai.url}/v1", "timeout": 20, **more}
        return ModelNarrator(NarratorSettings(**settings), (secrets or {}).get, waits.append, lambda: 1.0)

    return make
