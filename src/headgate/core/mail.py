"""One plain-text mail. The standard library refuses a line break in a header, so that no name can add one."""

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
    message["Subject"] = " ".join(subject.split())[:_SUBJECT_LENGTH]
    message["Date"] = format_datetime(now.replace(tzinfo=UTC))
    message["Message-ID"] = f"<{id_}@headgate>"
    message["X-Headgate-Report-Id"] = id_
    message.set_content(text)
    return message
