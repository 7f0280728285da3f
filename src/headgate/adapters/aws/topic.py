"""What people are mailed, told to an SNS topic as well: to phones, to chats, to whoever listens there."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import getaddresses

from headgate.adapters.aws.services import asking, client
from headgate.core.errors import HeadgateError
from headgate.core.printable import printable
from headgate.ports import Mailer, Refusal

_SUBJECT_LENGTH = 99
# SNS takes 256 KB, subject and all.
_TEXT_BYTES = 250_000
_log = logging.getLogger(__name__)


class AlsoToTopic:
    """`Mailer` that gives each mail to another one, and then its text to a topic.

    The mail comes first, and what becomes of it is all that is told: a topic that fails loses no mail, and has none sent
    again. Only a mail to everybody in `To` is published, not what is tried again for those who were refused before.

    Args:
        topic: its ARN.
    """

    def __init__(self, mailer: Mailer, topic: str, region: str | None = None) -> None:
        self._mailer, self._topic, self._region = mailer, topic, region

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        refusals = self._mailer.send(message, recipients)
        somebody_has_it = len({one.recipient for one in refusals}) < len(set(recipients))
        if somebody_has_it and _addresses([str(message["To"])]) <= _addresses(recipients):
            self._publish(message)
        return refusals

    def _publish(self, message: EmailMessage) -> None:
        try:
            subject, text = topic_subject(str(message["Subject"])), _text(message)
            with asking("SNS", self._topic):
                client("sns", self._region).publish(TopicArn=self._topic, Subject=subject, Message=text or subject)
        except HeadgateError as error:
            _log.warning("a mail went out, but not to the topic %s: %s", self._topic, printable(error.message))
        except Exception:
            # The mail is out. Whatever this is, it must not have it sent again.
            _log.exception("a mail went out, but not to the topic %s", self._topic)


def topic_subject(subject: str) -> str:
    """The subject as SNS takes it: a line of less than 100 characters of ASCII, which begins with a letter, digit or sign."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", subject) if not unicodedata.combining(one))
    ascii_ = "".join(one if " " <= one <= "~" else " " if one.isspace() else "?" for one in plain)
    return " ".join(ascii_.split())[:_SUBJECT_LENGTH].rstrip() or "Headgate"


def _addresses(texts: Sequence[str]) -> set[str]:
    return {address.lower() for _, address in getaddresses(list(texts))}


def _text(message: EmailMessage) -> str:
    """The mail's plain text, as far as a topic takes it."""
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return text.replace("\r\n", "\n").encode(errors="replace")[:_TEXT_BYTES].decode(errors="ignore").strip()
