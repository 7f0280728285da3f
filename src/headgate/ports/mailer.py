"""What brings mails away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol


@dataclass(frozen=True)
class Refusal:
    """One recipient that a mail server refused.

    Attributes:
        permanent: trying again can't help.
    """

    recipient: str
    message: str
    permanent: bool


class Mailer(Protocol):
    """Takes mails and brings them away."""

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        """Sends one mail to these recipients (all, or some of those in `To`); returns those refused, the others have it.

        Raises:
            Transient: the server can't be reached, or refuses for now; nobody has it.
            Permanent: the server refuses the sender, the message or the login; nobody has it.
        """
        ...
