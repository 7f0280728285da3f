"""AWS on this machine: moto's server in a thread of the tests' own process. It stands in for AWS itself, at the protocol."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def aws_server() -> Iterator[str]:
    """Its address, as long as it answers."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        with pytest.MonkeyPatch.context() as patch:
            _one_at_a_time(patch)
            yield f"http://{host}:{port}"
    finally:
        server.stop()


def _one_at_a_time(patch: pytest.MonkeyPatch) -> None:
    """DynamoDB and S3 decide one request after the other, as AWS does for each item and each key.

    A transaction that moto refuses puts back the whole table as it was before, with what others wrote meanwhile; and two of its threads
    may both find that nothing lies under a key.
    """
    lock = threading.RLock()
    for owner, name in ((DynamoHandler, "call_action"), (S3Response, "key_response"), (S3Response, "bucket_response")):
        patch.setattr(owner, name, _locked(getattr(owner, name), lock))


def _locked(answer: Callable[..., Any], lock: threading.RLock) -> Callable[..., Any]:
    def answered(*given: Any, **named: Any) -> Any:
        with lock:
            return answer(*given, **named)

    return answered
