"""What an object store says when it refuses: people read it, so nothing of the form of its answer is left in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import obstore
import pytest
from obstore.store import S3Store

from headgate.adapters.object_faults import naming, reason
from headgate.core.errors import Outside
from headgate.hosts.failures import as_error
from tests.aws_server import REGION, aws_server

ERROR = "Error performing PUT http://s3/a in 3ms - Server returned non-2xx status code: 503 Service Unavailable: "


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "AccessDenied: Access Denied"),
        (
            "<Error><Code>SlowDown</Code><RequestId>A</RequestId><Message>Reduce it</Message></Error>",
            "SlowDown: Reduce it",
        ),
        ("<Error><Message>a &lt;b&gt;</Message><Code>X</Code></Error>", "X: a <b>"),
        ('<?xml version="1.0"?>\n<Error><RequestId>A</RequestId><Code>SlowDown</Code></Error>', "SlowDown"),
        ("<?xml version='1.0'?><Error><RequestId>A</RequestId></Error>", ERROR.rstrip(": ")),
        ("<!DOCTYPE html><html>a proxy</html>", ERROR.rstrip(": ")),
        ("a<b>.csv", ERROR + "a<b>.csv"),
    ],
)
def test_what_a_store_says_is_said_without_the_form_of_its_answer(answer: str, said: str):
    assert reason(Exception(ERROR + answer + "\n\nDebug source:\nX {\n}")) == said


def s3(address: str, **more: Any) -> S3Store:
    given: dict[str, Any] = {"region": REGION, "endpoint": address, "access_key_id": "a", "secret_access_key": "b"}
    return S3Store("nothing-is-here", client_options={"allow_http": True}, **given, **more)


def test_where_no_answer_comes_the_network_is_to_be_looked_at():
    nowhere = s3("http://127.0.0.1:9", retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=1)})
    with pytest.raises(Outside) as caught, naming("inbox/people/a.csv"):
        obstore.put(nowhere, "inbox/people/a.csv", b"x")
    assert (caught.value.code, caught.value.who) == ("storage_unreachable", "whoever looks after the network")
    assert "the storage can't be reached" in caught.value.message


@pytest.fixture(scope="module")
def store() -> Iterator[S3Store]:
    with aws_server() as address:
        made = s3(address)
        bucket = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
        _client(address).create_bucket(Bucket="nothing-is-here", **bucket)
        yield made


def _client(address: str) -> Any:
    return boto3.session.Session().client(
        "s3", region_name=REGION, endpoint_url=address, aws_access_key_id="a", aws_secret_access_key="b"
    )


def test_a_letter_about_an_object_that_is_gone_names_it_in_a_few_words(store: S3Store):
    with pytest.raises(FileNotFoundError) as caught, naming("accepted/a.csv"):
        obstore.get(store, "accepted/a.csv")
    told = as_error(caught.value)
    assert isinstance(told, Outside)
    assert (told.message, str(told.where)) == ("nothing lies there", "accepted/a.csv")
