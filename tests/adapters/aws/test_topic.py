"""A mail is told to a topic as well, and the topic can do no harm to it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import boto3
import pytest

from headgate.adapters.aws.topic import AlsoToTopic, topic_subject
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.core.errors import Transient
from headgate.core.mail import html_mail
from tests.aws_server import REGION
from tests.conformance.mailer_suite import NOW, TO, RefusingMailerSuite, mail


@pytest.fixture
def topic(aws: str, unique: str) -> str:
    return boto3.client("sns").create_topic(Name=unique)["TopicArn"]


@pytest.fixture
def published(topic: str, unique: str) -> Callable[[], list[dict[str, Any]]]:
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
def mailer(inner: MemoryMailer, topic: str) -> AlsoToTopic:
    return AlsoToTopic(inner, topic, REGION)


class TestAlsoToTopic(RefusingMailerSuite):
    @pytest.fixture
    def mailer(self, inner: MemoryMailer, topic: str) -> AlsoToTopic:
        return AlsoToTopic(inner, topic, REGION)

    @pytest.fixture
    def sent(self, inner: MemoryMailer) -> Callable[[], list[EmailMessage]]:
        return lambda: list(inner.sent)

    @pytest.fixture
    def refuse(self, inner: MemoryMailer) -> Callable[[str, str], None]:
        return lambda recipient, answer: inner.refuse(recipient, answer, permanent=answer.startswith("5"))

    @pytest.fixture
    def reached(self, inner: MemoryMailer) -> Callable[[], list[list[str]]]:
        return lambda: [list(recipients) for recipients in inner.recipients]


def test_the_topic_gets_subject_and_text(mailer: AlsoToTopic, published: Callable[[], list[dict[str, Any]]]):
    mailer.send(mail(subject="Orders: Bestellungen für März –\t3\u2028 ✓", text="Größe\nzwei\n"), TO)
    (one,) = published()
    assert (one["Subject"], one["Message"]) == ("Orders: Bestellungen fur Marz ? 3 ?", "Größe\nzwei")


def test_of_a_mail_with_html_the_topic_gets_the_text(
    mailer: AlsoToTopic, published: Callable[[], list[dict[str, Any]]]
):
    mailer.send(html_mail("a1", "headgate@localhost", TO, "s", "the text", "<p>html</p>", {"c": b"png"}, NOW), TO)
    assert published()[0]["Message"] == "the text"


def test_a_long_text_is_cut_to_what_a_topic_takes_and_an_empty_one_is_the_subject(
    mailer: AlsoToTopic, published: Callable[[], list[dict[str, Any]]]
):
    mailer.send(mail(text="ü" * 200_000), TO)
    mailer.send(mail(text="\n"), TO)
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
def test_a_topic_that_fails_loses_no_mail_and_is_logged(
    aws: str, inner: MemoryMailer, caplog: pytest.LogCaptureFixture, broken: str
):
    with caplog.at_level(logging.WARNING):
        assert AlsoToTopic(inner, broken, REGION).send(mail(), TO) == []
    assert len(inner.sent) == 1
    assert broken in caplog.text


def test_a_subject_or_text_that_cannot_be_read_loses_no_mail(mailer: AlsoToTopic, inner: MemoryMailer):
    odd = mail()
    odd.set_param("charset", "no-such-charset")
    assert mailer.send(odd, TO) == []
    assert len(inner.sent) == 1


def test_a_mail_that_did_not_go_out_is_not_published(topic: str, published: Callable[[], list[dict[str, Any]]]):
    class Unreachable:
        def send(self, message: EmailMessage, recipients: object) -> list[Any]:
            raise Transient("no server")

    with pytest.raises(Transient):
        AlsoToTopic(Unreachable(), topic, REGION).send(mail(), TO)
    assert published() == []


def test_what_is_tried_again_for_some_is_published_once(
    mailer: AlsoToTopic, inner: MemoryMailer, published: Callable[[], list[dict[str, Any]]]
):
    inner.refuse(TO[1], permanent=False)
    mailer.send(mail(), TO)
    inner.accept(TO[1])
    mailer.send(mail(), TO[1:])
    assert len(published()) == 1


def test_a_mail_that_all_refuse_is_not_published(
    mailer: AlsoToTopic, inner: MemoryMailer, published: Callable[[], list[dict[str, Any]]]
):
    for one in TO:
        inner.refuse(one)
    mailer.send(mail(), TO)
    assert published() == []
