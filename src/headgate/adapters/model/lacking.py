"""What a model plainly lacks, seen without asking it: the packages, or its key."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from headgate.core.config.narrator_settings import OPENAI, NarratorSettings
from headgate.core.errors import HeadgateError, Permanent, Place

# Where a provider's key is looked for unless the settings say otherwise; of further providers, they know themselves.
_KEYS = {**dict.fromkeys(OPENAI, "OPENAI_API_KEY"), "anthropic": "ANTHROPIC_API_KEY"}


def lacking(settings: NarratorSettings, secret: Callable[[str], str | None]) -> HeadgateError | None:
    """Why the model can't be asked; None when nothing is seen to be lacking."""
    if not importlib.util.find_spec("pydantic_ai"):
        return not_installed(settings.model)
    name = key_variable(settings)
    return missing_key(settings.model, name) if name and not secret(name) else None


def key_variable(settings: NarratorSettings) -> str | None:
    """The environment variable that must hold the model's key; None where it needs none, or its provider knows."""
    provider = settings.model.partition(":")[0]
    if settings.key_env or (settings.base_url and provider in OPENAI):
        return settings.key_env
    return _KEYS.get(provider)


def not_installed(model: str) -> Permanent:
    return Permanent(
        "what a language model needs is not installed",
        where=Place(model),
        who="whoever installs Headgate",
        next="pip install 'headgate[model]'",
        code="narrator_not_installed",
    )


def missing_key(model: str, name: str) -> Permanent:
    return Permanent(
        f"the environment variable {name} is not set; the model's key is taken from it",
        where=Place(model),
        who="whoever starts Headgate",
        next=f"export {name}=…, then start Headgate again",
        code="narrator_key_missing",
    )
