"""One plain-text mail; no file name can add a header to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_SUBJECT_LENGTH = 150


def plain_mail(
    id_: str, sender: str, recipients: Sequence[str], subject: str, text: str, now: datetime
) -> EmailMessage:
    """A mail whose Message-ID is made from `id_` (an event's), so that a second copy can be told by its id."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = _unencoded(" ".join(subject.split())[:_SUBJECT_LENGTH])
    message["Date"] = format_datetime(now.replace(tzinfo=UTC))
    message["Message-ID"] = f"<{id_}@headgate>"
    message["X-Headgate-Report-Id"] = id_
    message.set_content(text)
    return message


def _unencoded(text: str) -> str:
    """The library decodes `=?utf-8?q?…?=` in a header's text, and a line break hidden in it would begin a new header."""
    return text.replace("=?", "= ?")
