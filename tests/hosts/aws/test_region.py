"""The region that a deployment names is enough: nobody's environment need name one, be it a function's or a person's."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from headgate.adapters.aws import mail, services, tables
from headgate.adapters.aws.services import client
from headgate.flow import STAGES
from headgate.hosts.aws.host import AwsHost
from headgate.hosts.aws.remote import RemoteHost
from headgate.ports import Table
from tests.aws_server import REGION
from tests.conformance.mailer_suite import mail as a_mail
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.projects import GOOD

NOTED = ("PREFIX", "REGION", "STORAGE", "TABLE", "BUS")
CACHES: tuple[Any, ...] = (services._client, tables._client, mail._client)


@pytest.fixture
def nowhere(deployed: Callable[..., Deployed], unique: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """A deployed project with a file in its inbox, seen by who has no region in the environment."""
    topic = boto3.client("sns").create_topic(Name=unique)["TopicArn"]
    client("sesv2", REGION).create_email_identity(EmailIdentity="headgate@localhost")
    client("ssm", REGION).put_parameter(Name=f"/{unique}", Value="hush-hush", Type="SecureString", Overwrite=True)
    shop = deployed(ALERT_TOPIC=topic, SECRETS=json.dumps({"KEY": f"/{unique}"}))
    shop.drop(data=GOOD)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    for cache in CACHES:
        cache.cache_clear()
    yield shop
    for cache in CACHES:
        cache.cache_clear()


def noted(shop: Deployed, environment: Callable[[str], str | None]) -> Path:
    """The project's folder, with the note of where it is deployed."""
    (shop.folder / ".headgate").mkdir()
    note = {f"HEADGATE_{name}": environment(f"HEADGATE_{name}") for name in NOTED}
    (shop.folder / ".headgate" / "aws.json").write_text(json.dumps(note))
    return shop.folder


def test_a_function_reaches_all_that_it_needs(nowhere: Deployed):
    (record,) = nowhere.records("ingest")
    answer = nowhere.function("ingest")({"Records": [record]}, LambdaContext())
    assert answer == {"batchItemFailures": []}
    assert nowhere.keys("inbox/") == []
    assert len(nowhere.lying("load")) == 1


def test_each_part_of_a_host_knows_its_region(nowhere: Deployed):
    host = AwsHost(nowhere.deployment, STAGES)
    context = host.context()
    topic = str(nowhere.deployment.alert_topic)
    assert context.tables.count(Table("people", "name", None)) == 0
    assert context.mailer.send(a_mail("m1"), ["team@example.com", topic]) == []
    assert context.secret("KEY") == "hush-hush"
    assert (context.ledger.runs(), context.notices.held()) == ([], [])
    assert host.queue().depth().dead == 0


def test_a_persons_commands_know_it_from_the_note_of_the_deployment(nowhere: Deployed):
    with RemoteHost(noted(nowhere, os.environ.get)) as desk:
        assert desk.tables.count(Table("people", "name", None)) == 0
        assert [one.key for one in desk.inbox()] == ["inbox/people/people.csv"]
        assert (desk.queue.depth().waiting, desk.ledger.runs()) == (1, [])
