"""An SNS topic among the recipients of a mail: phones, chats, whoever listens there."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from email.message import EmailMessage

from headgate.adapters.aws.services import asking, client
from headgate.core.errors import HeadgateError, Permanent, Transient
from headgate.ports import Mailer, Refusal

_SUBJECT_LENGTH = 99
# SNS takes 256 KB, subject and all.
_TEXT_BYTES = 250_000
_log = logging.getLogger(__name__)


class WithTopic:
    """`Mailer` to whom a topic is a recipient like all others: it is told the mail's text.

    Whoever is refused, the topic or everybody by the mail server, keeps the others from nothing.

    Args:
        mailer: takes the mail to people.
        topic: its ARN, as it stands among the recipients.
    """

    def __init__(self, mailer: Mailer, topic: str, region: str | None = None) -> None:
        self._mailer, self._topic, self._region = mailer, topic, region

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        people = [one for one in recipients if one != self._topic]
        if len(people) == len(recipients):
            return self._mailer.send(message, people)
        refusals = self._published(message)
        try:
            return [*refusals, *(self._mailer.send(message, people) if people else ())]
        except (Transient, Permanent) as error:
            if refusals:
                raise
            # Raised, it would say that nobody has it, and the topic would hear of it again.
            return [Refusal(one, error.message, isinstance(error, Permanent)) for one in people]

    def _published(self, message: EmailMessage) -> list[Refusal]:
        try:
            subject, text = topic_subject(str(message["Subject"])), _text(message)
            with asking("SNS", self._topic):
                client("sns", self._region).publish(TopicArn=self._topic, Subject=subject, Message=text or subject)
        except HeadgateError as error:
            return [Refusal(self._topic, error.message, isinstance(error, Permanent))]
        except Exception as error:
            # Whatever this is, it must keep nobody from the mail.
            _log.exception("a mail can't be told to the topic %s", self._topic)
            return [Refusal(self._topic, f"{type(error).__name__}: {error}", True)]
        return []


def topic_subject(subject: str) -> str:
    """The subject as SNS takes it: a line of less than 100 characters of ASCII, which begins with a letter, digit or sign."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", subject) if not unicodedata.combining(one))
    ascii_ = "".join(one if " " <= one <= "~" else " " if one.isspace() else "?" for one in plain)
    return " ".join(ascii_.split())[:_SUBJECT_LENGTH].rstrip() or "Headgate"


def _text(message: EmailMessage) -> str:
    """The mail's plain text, as far as a topic takes it."""
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return text.replace("\r\n", "\n").encode(errors="replace")[:_TEXT_BYTES].decode(errors="ignore").strip()
