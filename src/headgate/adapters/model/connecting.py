"""The connection to a model's provider: where it is asked, with which key, for how long."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from pydantic_ai.models import Model, infer_model
from pydantic_ai.providers import Provider, infer_provider, infer_provider_class
from pydantic_ai.settings import ModelSettings

from headgate.adapters.model.lacking import key_variable, missing_key
from headgate.core.config.narrator_settings import OPENAI, NarratorSettings

_BEDROCK, _NOVA = "bedrock", "amazon.nova"
_CONNECT = 10.0

Secret = Callable[[str], str | None]


def connect(settings: NarratorSettings, secret: Secret) -> Model[Any]:
    """The model, ready to be asked.

    Raises:
        Permanent: the variable of its key is not set.
    """
    provider, _, name = settings.model.partition(":")
    if provider == _BEDROCK:
        return _bedrock(name, settings)
    key = _key(settings, secret)
    if settings.is_own_server:
        return _own_server(name, settings, key)
    return infer_model(settings.model, functools.partial(_provider, key=key, base_url=settings.base_url))


def settings_for(settings: NarratorSettings) -> ModelSettings:
    """What each request says; tried again is here, and not in the provider's own library."""
    provider = settings.model.partition(":")[0]
    wanted: dict[str, Any] = {
        "max_tokens": settings.max_tokens,
        "request_timeout": float(settings.timeout),
    }
    if _NOVA in settings.model:
        # Their guide asks for it where the answer is to have a form; other models refuse it.
        wanted["temperature"] = 0.0
    if provider != _BEDROCK:
        wanted |= {"timeout": float(settings.timeout), "max_retries": 0}
    if provider in OPENAI and not settings.base_url:
        # Else the provider keeps what it was asked for weeks.
        wanted["openai_store"] = False
    return cast(ModelSettings, wanted)


def _bedrock(name: str, settings: NarratorSettings) -> Model[Any]:
    import boto3
    from botocore.config import Config
    from pydantic_ai.models.bedrock import BedrockConverseModel
    from pydantic_ai.providers.bedrock import BedrockProvider

    config = Config(
        read_timeout=settings.timeout,
        connect_timeout=min(_CONNECT, settings.timeout),
        retries={"total_max_attempts": 1},
    )
    client = boto3.Session().client("bedrock-runtime", config=config, endpoint_url=settings.base_url)
    return BedrockConverseModel(name, provider=BedrockProvider(bedrock_client=client))


def _own_server(name: str, settings: NarratorSettings, key: str | None) -> Model[Any]:
    """One with OpenAI's API; it never gets OpenAI's key."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    server = OpenAICompatibleProvider("own-server", base_url=str(settings.base_url), api_key=key)
    return OpenAIChatModel(name, provider=server)


def _provider(name: str, key: str | None, base_url: str | None) -> Provider[Any]:
    given = {"api_key": key, "base_url": base_url}
    said = {argument: value for argument, value in given.items() if value is not None}
    kind = cast(Callable[..., Provider[Any]], infer_provider_class(name))
    return kind(**said) if said else infer_provider(name)


def _key(settings: NarratorSettings, secret: Secret) -> str | None:
    name = key_variable(settings)
    key = secret(name) if name else None
    if name and not key:
        raise missing_key(settings.model, name)
    return key
