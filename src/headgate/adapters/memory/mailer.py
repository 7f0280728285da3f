"""A mailer that keeps what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from headgate.ports import Refusal


class MemoryMailer:
    """Keeps mails in `sent` and, in the same order, who has them in `recipients`.

    Attributes:
        refusals: what this mailer is to refuse: recipient → how.
    """

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []
        self.recipients: list[tuple[str, ...]] = []
        self.refusals: dict[str, Refusal] = {}

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        reached = tuple(recipient for recipient in recipients if recipient not in self.refusals)
        if reached:
            self.sent.append(message)
            self.recipients.append(reached)
        return [self.refusals[recipient] for recipient in recipients if recipient in self.refusals]

    def refuse(self, recipient: str, message: str = "550 no such user", *, permanent: bool = True) -> None:
        """From now on this recipient is refused."""
        self.refusals[recipient] = Refusal(recipient, message, permanent)

    def accept(self, recipient: str) -> None:
        """From now on this recipient is refused no longer."""
        self.refusals.pop(recipient, None)
