"""Asking a service of AWS: one client for each, and what it refuses as one of our errors."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from headgate.core.backoff import backoff
from headgate.core.errors import HeadgateError, Outside, Place, Transient

_PASSES = {
    "InternalError", "InternalException", "InternalFailure", "InternalServerError", "KmsThrottled", "OverLimit",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestTimeout",
    "ServiceUnavailable", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
    "TooManyRequestsException",
}  # fmt: skip

_NOT_THERE = (404, 405, 501)


def client(service: str, region: str | None = None) -> Any:
    """The client of a service, for all threads of this process; endpoint and credentials are boto3's own business."""
    return _client(service, region, os.environ.get("AWS_ENDPOINT_URL"))


@cache
def _client(service: str, region: str | None, endpoint: str | None) -> Any:
    """One for each endpoint, which boto3 reads from the environment only once."""
    import boto3
    from botocore.config import Config

    # boto3's default session must not be used from several threads at once; a session of one's own may.
    return boto3.session.Session().client(
        service, region_name=region, config=Config(retries={"mode": "standard", "max_attempts": 4})
    )


def tries(most: int, first: float, longest: float, sleep: Callable[[float], object] | None = None) -> Iterator[int]:
    """So many tries, from 0, until whoever asks breaks off; those who were refused together don't come back together.

    Args:
        first: seconds to wait after the first try.
        longest: seconds to wait at most.
        sleep: waits so many seconds; `time.sleep` by default.
    """
    for number in range(most):
        if number:
            (sleep or time.sleep)(backoff(number, first, longest, random.random()))
        yield number


@contextmanager
def asking(service: str, what: str) -> Iterator[None]:
    """Turns what a service refuses into an error that names it.

    Args:
        service: for people, such as `SQS`.
        what: is asked of it: a queue, a bus.

    Raises:
        Transient: it is busy, or can't be reached.
        Outside: it refuses: no such thing, or no right to it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refused(service, what, error) from error
    except BotoCoreError as error:
        raise Transient(
            f"{service} can't be reached: {error}", where=Place(what), who="whoever looks after the AWS account",
            next="look at the network and the credentials, then run the same command again", code="aws_unreachable",
        ) from error  # fmt: skip


def _refused(service: str, what: str, error: Any) -> HeadgateError:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status in _NOT_THERE and _is_page(said.get("Message")) and (endpoint := os.environ.get("AWS_ENDPOINT_URL")):
        return _not_at(endpoint, service, what)
    if said.get("Code") in _PASSES or status >= 500:
        return Transient(
            f"{service} is busy: {_plain(said.get('Message')) or said.get('Code')}", where=Place(what),
            next="it is tried again by itself", code="aws_busy",
        )  # fmt: skip
    return Outside(
        f"{service} refused: {said.get('Code')}: {_plain(said.get('Message'))}", where=Place(what),
        who="whoever looks after the AWS account",
        next="headgate deploy doctor",
        code="aws_refused",
    )  # fmt: skip


def _not_at(endpoint: str, service: str, what: str) -> Outside:
    """Services in AWS's place, such as a rehearsal's, show a page of their own for what they don't have."""
    return Outside(
        f"{service} knows nothing of what it is asked here: AWS_ENDPOINT_URL leads to {urlsplit(endpoint).hostname}, not to AWS",
        where=Place(what), who="whoever set AWS_ENDPOINT_URL",
        next="nothing, where that is a rehearsal; else unset AWS_ENDPOINT_URL", code="not_at_endpoint",
    )  # fmt: skip


def _is_page(message: object) -> bool:
    return bool(re.match(r"\s*<(!doctype|html)", str(message or ""), re.IGNORECASE))


def _plain(message: object) -> str:
    """What it says on one line; something between here and AWS may answer with a web page, which tells nobody anything."""
    text = " ".join(str(message or "").split())
    return "a web page came in the place of an answer" if _is_page(text) else text
