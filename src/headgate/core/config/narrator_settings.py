"""The `narrator` sections: who writes the prose of a report, and what it may cost."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.source_settings import Variable
from headgate.core.config.values import Line, Names, Seconds, Whole, refuse
from headgate.core.narrative.model import BUILT_IN

DOCUMENTED = "bedrock:amazon.nova-lite-v1:0"
"""The model that the documentation names."""

OPENAI = ("openai", "openai-chat", "openai-responses")
"""OpenAI, by its interfaces; with a `base_url`, any server that has one of them."""

MOST_ATTEMPTS = 5
_MODEL = re.compile(r"[a-z][a-z0-9-]*:[^\s:]\S*")
_MODEL_PATTERN = rf"^({BUILT_IN}|{_MODEL.pattern})$"
_ON_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
# They find their credentials as every AWS tool does.
_OF_AWS = "bedrock:"


def _model(name: str) -> str:
    if name != BUILT_IN and not _MODEL.fullmatch(name):
        refuse(f"it must be {BUILT_IN}, or provider:model such as {DOCUMENTED} or openai:llama3.2, not {shown(name)}")
    return name


def _url(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = None
    if not known or not url.isascii() or any(c.isspace() for c in url):
        # Not shown, as a key may stand in it.
        refuse("it is no URL such as http://127.0.0.1:11434/v1")
    if "@" in parts.netloc or "?" in url or "#" in url:
        refuse("only scheme, host and path belong here: no user, no `?` and no `#`; the key comes from `key_env`")
    return url


def _attempts(count: int) -> int:
    return count if count <= MOST_ATTEMPTS else refuse(f"it must be at most {MOST_ATTEMPTS}, not {shown(count)}")


def _more_than_nothing(seconds: float) -> float:
    return seconds if seconds > 0 else refuse("it must be more than 0")


ModelName = Annotated[Line, AfterValidator(_model), Field(json_schema_extra={"pattern": _MODEL_PATTERN})]
"""`built-in`, or a provider and its name of a model."""

BaseUrl = Annotated[Line, AfterValidator(_url), Field(json_schema_extra={"pattern": "^https?://[^?#@]+$"})]
Attempts = Annotated[Whole, AfterValidator(_attempts), Field(json_schema_extra={"maximum": MOST_ATTEMPTS})]
TimeLimit = Annotated[Seconds, AfterValidator(_more_than_nothing)]
Dollars = Annotated[int | float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
"""US dollars."""


class Price(Section):
    """What a model costs."""

    input: Dollars = Field(description="US dollars for a million tokens that the model reads.")
    output: Dollars = Field(description="US dollars for a million tokens that the model writes.")

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        """US dollars for so many tokens."""
        each = (Decimal(str(self.input)) * tokens_in, Decimal(str(self.output)) * tokens_out)
        return sum(each, Decimal(0)) / 1_000_000


class SummaryWords(Section):
    """How many words a model's summary has."""

    least: Whole = Field(description="Words at least.")
    most: Whole = Field(description="Words at most.")

    @model_validator(mode="after")
    def _in_order(self) -> SummaryWords:
        if self.least > self.most:
            refuse(f"it must be at least `least`, {self.least}, not {self.most}", "most")
        return self


class PipelineNarrator(Section):
    """Who writes for one pipeline; what is not said here is as `headgate.yaml` says."""

    model: ModelName | None = Field(
        None,
        description="built-in, or the model that writes, as provider:model; else as in headgate.yaml. "
        "With a model named here, base_url, key_env and price of headgate.yaml don't hold.",
    )
    base_url: BaseUrl | None = Field(None, description="Where the model is asked, when not at its provider's.")
    key_env: Variable | None = Field(None, description="Name of the environment variable that holds the key.")
    timeout: TimeLimit | None = Field(None, description="Seconds that one answer may take.")
    max_attempts: Attempts | None = Field(None, description="How often the model is asked before it is done without.")
    max_tokens: Whole | None = Field(None, description="Tokens of one answer at most.")
    budget_per_day: Dollars | None = Field(None, description="US dollars that this pipeline may spend on a day (UTC).")
    price: Price | None = Field(None, description="What the model costs, where nobody else knows it.")
    summary_words: SummaryWords | None = Field(
        None, description="How many words a model's summary has; with another number the built-in narrator writes."
    )
    never: Names | None = Field(
        None,
        description="Words, such as [buy, sell], with which no sentence of a model stays in this pipeline's reports.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> PipelineNarrator:
        _check_key(self.model, self.base_url, self.key_env, self.price)
        return self


class NarratorSettings(Section):
    """Who writes the prose of reports."""

    model: ModelName = Field(
        BUILT_IN,
        description=f"built-in, which needs nothing, or the model that writes, as provider:model: {DOCUMENTED}, or "
        "with `base_url` openai:NAME for a server with OpenAI's API.",
    )
    base_url: BaseUrl | None = Field(
        None,
        description="Where the model is asked, when not at its provider's: such as http://127.0.0.1:11434/v1 for a "
        "local server; https when a key is sent, but on this machine.",
    )
    key_env: Variable | None = Field(
        None,
        description="Name of the environment variable that holds the key, never the key itself; else the provider's "
        "own, such as ANTHROPIC_API_KEY. Bedrock takes AWS credentials and needs none.",
    )
    timeout: TimeLimit = Field(60, description="Seconds that one answer may take.")
    max_attempts: Attempts = Field(
        MOST_ATTEMPTS,
        description="How often the model is asked, with growing pauses, before the built-in narrator writes; "
        f"{MOST_ATTEMPTS} at most.",
    )
    max_tokens: Whole = Field(4000, description="Tokens of one answer at most.")
    budget_per_day: Dollars | None = Field(
        None, description="US dollars that each pipeline may spend on a day (UTC); else there is no limit."
    )
    price: Price | None = Field(
        None,
        description="What the model costs; else by the package genai-prices, which knows no model on a server of your own.",
    )
    summary_words: SummaryWords | None = Field(
        None, description="How many words a model's summary has; with another number the built-in narrator writes."
    )
    never: Names = Field(
        (),
        description="Words, such as [buy, sell], and their regular forms, with which no sentence of a model stays in a report.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> NarratorSettings:
        _check_key(self.model, self.base_url, self.key_env, self.price)
        if self.unpriced:
            refuse(self.unpriced, "budget_per_day")
        return self

    @property
    def is_model(self) -> bool:
        """Whether a language model writes."""
        return self.model != BUILT_IN

    def for_pipeline(self, own: PipelineNarrator) -> NarratorSettings:
        """What holds for a pipeline: its own settings over these."""
        said = {name: getattr(own, name) for name in own.model_fields_set if getattr(own, name) is not None}
        if "model" in said:
            said = {"base_url": None, "key_env": None, "price": None} | said
        return self.model_copy(update=said)

    @property
    def is_own_server(self) -> bool:
        """Whether the model stands on somebody's own server, with OpenAI's API."""
        return self.base_url is not None and self.model.partition(":")[0] in OPENAI

    @property
    def unpriced(self) -> str:
        """Why a budget can't be kept, as far as the settings alone show it; empty when it can."""
        if self.budget_per_day is None or self.price or not self.is_own_server:
            return ""
        return (
            "what a model on a server of your own costs is not known, so it would never be asked with a `budget_per_day`; "
            "say `price: {input: …, output: …}` in US dollars for a million tokens (0 when it costs nothing), or take "
            "`budget_per_day` out"
        )


def _check_key(model: str | None, base_url: str | None, key_env: str | None, price: Price | None) -> None:
    of_a_model = next((key for key, it in (("base_url", base_url), ("key_env", key_env), ("price", price)) if it), None)
    if model in (None, BUILT_IN) and of_a_model:
        refuse("it goes with a model; name that with `model` beside it", of_a_model)
    if key_env and model and model.startswith(_OF_AWS):
        refuse("Bedrock takes AWS credentials (environment, profile or role), no key; take `key_env` out", "key_env")
    parts = urlsplit(base_url or "")
    if key_env and parts.scheme == "http" and parts.hostname not in _ON_THIS_MACHINE:
        refuse("it must start with https://, or the key could be read on its way", "base_url")
