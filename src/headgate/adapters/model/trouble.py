"""What went wrong with a model, in Headgate's words: whether it may pass, who must act, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError
from pydantic_ai import exceptions as ai

from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.errors import HeadgateError, Permanent, Place, Transient
from headgate.core.printable import printable

_OWNER, _STARTER, _PROVIDER = "pipeline owner", "whoever starts Headgate", "the model's provider"
# A model that is not ready, took too long, or failed on the way: Bedrock's own, next to what the library sorts.
_PASSING = (408, 409, 424, 425)


@dataclass(frozen=True)
class _Kind:
    """One kind of trouble; the first that fits counts."""

    errors: tuple[type[Exception], ...]
    passes: bool
    code: str
    said: str
    who: str
    next: str


WRONG_FORM = "narrator_answer"

_KINDS: Sequence[_Kind] = (
    _Kind((ai.ModelQuotaExceededError,), False, "narrator_quota",
          "the account's quota or credit for the model is used up", _OWNER,
          "raise the quota or pay the bill at the provider, or set narrator.model to built-in"),
    _Kind((ai.ModelRateLimitError,), True, "narrator_throttled",
          "the provider throttles: too many requests", _PROVIDER, "nothing; if it goes on, ask for a higher rate"),
    _Kind((ai.ModelTimeoutError, ai.ModelRequestTimeout, aws.ReadTimeoutError, aws.ConnectTimeoutError), True,
          "narrator_timeout", "the model did not answer in time", _PROVIDER, "nothing; if it goes on, raise narrator.timeout"),
    _Kind((ai.ModelUnavailableError, ai.ModelServerError), True, "narrator_unavailable",
          "the provider can't serve the model now", _PROVIDER, "nothing"),
    _Kind((ai.ModelConnectionError, aws.HTTPClientError, aws.ConnectionError), True, "narrator_unreachable",
          "the model can't be reached", "whoever looks after the network", "check narrator.base_url and the network"),
    _Kind((ai.ModelNotFoundError,), False, "narrator_unknown_model",
          "the provider knows no such model", _OWNER, "correct narrator.model or narrator.base_url"),
    _Kind((ai.ModelAuthenticationError, aws.ClientError), False, "narrator_no_access",
          "the provider does not let these credentials use the model", _OWNER,
          "correct the key or the AWS credentials, and ask for access to the model at the provider"),
    _Kind((aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError, aws.TokenRetrievalError,
           aws.ProfileNotFound), False, "narrator_key_missing", "there are no AWS credentials", _STARTER,
          "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role"),
    _Kind((aws.NoRegionError,), False, "narrator_settings",
          "no AWS region is set", _STARTER, "set AWS_DEFAULT_REGION to a region that has the model"),
    _Kind((ai.OutputTokenLimitExceeded,), False, "narrator_too_long",
          "the answer was cut off at the most tokens allowed", _OWNER, "raise narrator.max_tokens, or ask for less in prompt.md"),
    _Kind((ai.ContentFilterError,), False, "narrator_filtered",
          "the provider's content filter stopped the answer", _OWNER, "look at the facts and at prompt.md"),
    _Kind((ai.UnexpectedModelBehavior,), False, WRONG_FORM,
          "the model gave no answer of the form that was asked for", _OWNER, "name another model with narrator.model"),
    _Kind((ai.ModelRequestRejectedError,), False, "narrator_refused",
          "the provider refuses the request", _OWNER, "name another model with narrator.model"),
    _Kind((ai.UserError, ImportError, TypeError, ValueError), False, "narrator_settings",
          "the model can't be set up like this", _OWNER, "correct the section narrator"),
)  # fmt: skip
_OTHER = _Kind((Exception,), False, "narrator_failed", "the model failed in a way that is not known here", _OWNER,
               "set narrator.model to built-in, and report it")  # fmt: skip
_NO_MODEL = _Kind((), True, "narrator_unreachable", "what answered is no model, as when a proxy or a login page stands in between",
                  "whoever looks after the network", "check narrator.base_url and the network")  # fmt: skip
# Where a request failed before it was sent.
_UNSENT = ("pool", "connect")
# What a provider says about a key may hold a part of it.
_SILENT = ("narrator_no_access",)


def trouble_of(error: Exception, settings: NarratorSettings, answered: bool = True) -> HeadgateError:
    """What an error of the library, of a provider or of ours means.

    Args:
        answered: whether anything came that a model says.
    """
    if isinstance(error, HeadgateError):
        return error
    kind = next((one for one in _KINDS if isinstance(error, one.errors)), _OTHER)
    if not answered and _is_unreadable(error):
        kind = _NO_MODEL
    passes = kind.passes or (isinstance(error, ai.ModelHTTPError) and error.status_code in _PASSING)
    return (Transient if passes else Permanent)(
        kind.said + ("" if kind.code in _SILENT else _details(error)),
        where=Place(settings.model),
        who=kind.who,
        next=kind.next,
        code=kind.code,
    )


def _is_unreadable(error: Exception) -> bool:
    """The libraries have no error of their own for an answer that is none, not even JSON for one."""
    return type(error) in (ai.UnexpectedModelBehavior, ai.ModelAPIError, ResponseParserError, AttributeError)


def may_be_billed(error: Exception) -> bool:
    """Whether the model may have answered, and the answer never came: too late, or the connection broke off."""
    if isinstance(error, ai.ModelConnectionError):
        # botocore's own kind has no phase where TLS or a proxy lets nothing through.
        return error.phase not in _UNSENT and not isinstance(error.__cause__, aws.ConnectionError)
    return isinstance(error, ai.ModelRequestTimeout | aws.ReadTimeoutError)


def retry_after_of(error: Exception) -> float:
    """Seconds that the provider asks to wait; 0 when it doesn't."""
    return (error.retry_after or 0.0) if isinstance(error, ai.ModelAPIError) else 0.0


def _details(error: Exception) -> str:
    """The status, or what the library says; never a whole answer, which may hold what it was asked."""
    if isinstance(error, ai.ModelHTTPError):
        meant = f"; did you mean {printable(error.suggested_model_id, 80)}?" if error.suggested_model_id else ""
        return f" (status {error.status_code}{_code(error)}){meant}"
    if isinstance(error, ai.ModelAPIError | ai.UnexpectedModelBehavior):
        return f" ({type(error).__name__})"
    return f" ({type(error).__name__}: {printable(error, 120)})"


def _code(error: ai.ModelHTTPError) -> str:
    return f", {printable(error.provider_error_code, 60)}" if error.provider_error_code else ""
