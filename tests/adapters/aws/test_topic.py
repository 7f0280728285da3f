"""A topic is a recipient like others: it hears what they are mailed, and none keeps another from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
import pytest

from headgate.adapters.aws.topic import WithTopic, topic_subject
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.core.errors import Permanent, Transient
from headgate.core.mail import html_mail
from headgate.ports import Refusal
from tests.aws_server import REGION
from tests.conformance.mailer_suite import NOW, TO, RefusingMailerSuite, mail
from tests.stages.alerting import hold, tick
from tests.stages.stage import Isolated

Published = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def topic(aws: str, unique: str) -> str:
    return boto3.client("sns").create_topic(Name=unique)["TopicArn"]


@pytest.fixture
def published(topic: str, unique: str) -> Published:
    """What the topic told a queue that listens to it."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return lambda: [
        json.loads(one["Body"]) for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]


@pytest.fixture
def inner() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def mailer(inner: MemoryMailer, topic: str) -> WithTopic:
    return WithTopic(inner, topic, REGION)


class TestWithTopic(RefusingMailerSuite):
    @pytest.fixture
    def mailer(self, inner: MemoryMailer, topic: str) -> WithTopic:
        return WithTopic(inner, topic, REGION)

    @pytest.fixture
    def sent(self, inner: MemoryMailer) -> Callable[[], list[EmailMessage]]:
        return lambda: list(inner.sent)

    @pytest.fixture
    def refuse(self, inner: MemoryMailer) -> Callable[[str, str], None]:
        return lambda recipient, answer: inner.refuse(recipient, answer, permanent=answer.startswith("5"))

    @pytest.fixture
    def reached(self, inner: MemoryMailer) -> Callable[[], list[list[str]]]:
        return lambda: [list(recipients) for recipients in inner.recipients]


def test_the_topic_gets_subject_and_text(mailer: WithTopic, topic: str, published: Published):
    mailer.send(mail(subject="Orders: Bestellungen für März –\t3\u2028 ✓", text="Größe\nzwei\n"), [topic, *TO])
    (one,) = published()
    assert (one["Subject"], one["Message"]) == ("Orders: Bestellungen fur Marz ? 3 ?", "Größe\nzwei")


def test_of_a_mail_with_html_the_topic_gets_the_text(mailer: WithTopic, topic: str, published: Published):
    mailer.send(html_mail("a1", "headgate@localhost", TO, "s", "the text", "<p>html</p>", {"c": b"png"}, NOW), [topic])
    assert published()[0]["Message"] == "the text"


def test_a_long_text_is_cut_to_what_a_topic_takes_and_an_empty_one_is_the_subject(
    mailer: WithTopic, topic: str, published: Published
):
    mailer.send(mail(text="ü" * 200_000), [topic])
    mailer.send(mail(text="\n"), [topic])
    long, empty = sorted((one["Message"] for one in published()), key=len, reverse=True)
    assert long == "ü" * 125_000
    assert empty == "Orders: 3 accepted"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("", "Headgate"),
        ("x" * 400, "x" * 99),
        ("a\x00b\x1b[31m\x7f", "a?b?[31m?"),
        (" \n ", "Headgate"),
        ("日本", "??"),
    ],
)
def test_any_subject_is_one_that_a_topic_takes(subject: str, told: str):
    assert topic_subject(subject) == told


@pytest.mark.parametrize("broken", ["arn:aws:sns:eu-central-1:123456789012:nothing-here", "no arn at all"])
def test_a_topic_that_fails_loses_no_mail_and_is_refused_like_a_recipient(aws: str, inner: MemoryMailer, broken: str):
    (refusal,) = WithTopic(inner, broken, REGION).send(mail(), [broken, *TO])
    assert refusal.recipient == broken
    assert refusal.message
    assert inner.recipients == [tuple(TO)]


def test_a_text_that_cannot_be_read_loses_no_mail(mailer: WithTopic, inner: MemoryMailer, topic: str):
    odd = mail()
    odd.set_param("charset", "no-such-charset")
    (refusal,) = mailer.send(odd, [topic, *TO])
    assert (refusal.recipient, refusal.permanent) == (topic, True)
    assert inner.recipients == [tuple(TO)]


class Unreachable:
    """A mail server that takes nothing."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        raise self._error


@pytest.mark.parametrize(("error", "permanent"), [(Transient("no server"), False), (Permanent("no login"), True)])
def test_the_topic_is_told_though_the_mail_server_takes_nothing(
    topic: str, published: Published, error: Exception, permanent: bool
):
    refusals = WithTopic(Unreachable(error), topic, REGION).send(mail(), [topic, *TO])
    assert refusals == [Refusal(one, str(error), permanent) for one in TO]
    assert len(published()) == 1


def test_where_neither_takes_it_the_mail_server_says_why(aws: str):
    with pytest.raises(Transient, match="no server"):
        WithTopic(Unreachable(Transient("no server")), "no arn at all", REGION).send(mail(), ["no arn at all", *TO])


def test_a_topic_alone_needs_no_mail(mailer: WithTopic, inner: MemoryMailer, topic: str, published: Published):
    assert mailer.send(mail(), [topic]) == []
    assert (len(published()), inner.sent) == (1, [])


def test_a_mail_that_is_not_for_the_topic_is_not_told_to_it(mailer: WithTopic, published: Published):
    assert mailer.send(mail(), TO) == []
    assert published() == []


def test_an_alert_that_is_mailed_to_nobody_reaches_the_topic_once(
    mailer: WithTopic, topic: str, published: Published, tmp_path: Path
):
    stage = Isolated(tmp_path, settings="mail: {to: []}\n")
    hold(stage, "a")
    (told,) = tick(stage, mailer=mailer, alerted=[topic])
    assert told.data["recipients"] == 1
    assert tick(stage, 3600, mailer=mailer, alerted=[topic]) == []
    (one,) = published()
    assert one["Subject"] == "Headgate: people: a.csv failed"


def test_an_alert_whose_mail_waits_is_told_to_the_topic_once(
    mailer: WithTopic, inner: MemoryMailer, topic: str, published: Published, tmp_path: Path
):
    stage = Isolated(tmp_path, settings=f"mail: {{to: [{TO[0]}]}}\n")
    inner.refuse(TO[0], "451 later", permanent=False)
    hold(stage, "a")
    for seconds in (0, 120):
        with pytest.raises(Transient):
            tick(stage, seconds, mailer=mailer, alerted=[topic])
    inner.accept(TO[0])
    (told,) = tick(stage, 3600, mailer=mailer, alerted=[topic])
    assert told.data["recipients"] == 2
    assert len(published()) == 1
    (sent,) = inner.sent
    assert sent["To"] == TO[0]
