"""One mail, plain or with HTML beside the text; no file name can add a header to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import cast

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


def html_mail(
    id_: str,
    sender: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    html: str,
    images: Mapping[str, bytes],
    now: datetime,
) -> EmailMessage:
    """The same with HTML that says what the text says, and its pictures.

    Args:
        images: content id, as the HTML names it behind `cid:` → PNG. They are shown in their places, not attached.
    """
    message = plain_mail(id_, sender, recipients, subject, text, now)
    message.add_alternative(html, subtype="html")
    page = cast(EmailMessage, message.get_body(("html",)))
    for number, (cid, image) in enumerate(images.items(), 1):
        page.add_related(image, "image", "png", cid=f"<{cid}>", disposition="inline", filename=f"chart-{number}.png")
    _mark_ends(message, sha256("\0".join([id_, text, html]).encode(errors="replace")).hexdigest())
    return message


def _mark_ends(message: EmailMessage, digest: str) -> None:
    """Boundaries that are the same for the same mail; made from all of it, so that nothing in it can hold them."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"headgate-{number}-{digest[:32]}")


def _unencoded(text: str) -> str:
    """The library decodes `=?utf-8?q?…?=` in a header's text, and a line break hidden in it would begin a new header."""
    return text.replace("=?", "= ?")
