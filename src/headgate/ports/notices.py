"""What people were told, and what is still to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

MailState = Literal["waiting", "sending", "sending_again", "sent", "refused"]
"""`waiting`: surely not sent. `sending` and `sending_again`: begun once or twice; nobody knows yet whether it went out."""

HAS_MAIL: tuple[MailState, ...] = ("sent", "sending_again")
"""The states of those who get a mail no more: what was begun twice without an end counts as sent."""


@dataclass(frozen=True)
class HeldAlert:
    """An alert that is to be told.

    Attributes:
        event: id of the event it is about; the same event is one alert.
        group: alerts of one group are told in one mail.
        at: when it was raised.
        mail: id of the mail it was gathered into; None until then.
        tried_at: when sending that mail was last begun.
    """

    event: str
    group: str
    pipeline: str | None
    subject: str
    text: str
    at: datetime
    correlation_id: str
    mail: str | None = None
    tried_at: datetime | None = None


@dataclass(frozen=True)
class Missing:
    """A file that did not come in time.

    Attributes:
        period: which one is missing, as text; with the pipeline it is the identity.
        due: when it should have been there, UTC, naive.
    """

    pipeline: str
    period: str
    due: datetime


class Notices(Protocol):
    """What people were told and what is still to be told, so that nobody is told twice. Times are UTC, naive."""

    def mail(self, id_: str) -> Mapping[str, MailState]:
        """Recipient → how far a mail is."""
        ...

    def mark_mail(self, id_: str, recipients: Iterable[str], state: MailState, at: datetime) -> None:
        """Notes how far a mail is for some recipients."""
        ...

    def hold(self, alert: HeldAlert) -> None:
        """Keeps an alert until it is told; the same event twice is one alert, also when it was told in between."""
        ...

    def held(self) -> list[HeldAlert]:
        """Alerts not told yet, oldest first."""
        ...

    def gather(self, alerts: Sequence[HeldAlert], mail: str, at: datetime) -> bool:
        """Puts held alerts into one mail, whose sending begins now; all into the same as before, or all for the first time.

        Returns:
            whether all of them were still as given; if not, nothing is changed: somebody else is at them.
        """
        ...

    def last_mail(self, group: str) -> datetime | None:
        """When alerts of a group were last gathered into a new mail."""
        ...

    def told(self, events: Iterable[str]) -> None:
        """Alerts that were told are held no longer."""
        ...

    def watched_since(self, name: str, at: datetime) -> datetime:
        """Since when something is watched: from `at` on when this is asked for the first time."""
        ...

    def missing(self, event: str = "") -> list[Missing]:
        """Files that are missing at this moment, and those whose coming was noted for this very event; oldest first."""
        ...

    def miss(self, missing: Missing, event: str) -> bool:
        """Notes for an event that a file is missing.

        Returns:
            whether it is news, or was when it was noted for this very event. One that was found is never missing again.
        """
        ...

    def find(self, missing: Missing, event: str) -> bool:
        """Notes for an event that a missing file came.

        Returns:
            whether it is news, or was when it was noted for this very event.
        """
        ...
