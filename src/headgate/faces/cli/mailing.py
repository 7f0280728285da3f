"""The report of a run, written anew, and mailed to those who don't have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from headgate.core.printable import printable

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.desk import Host
    from headgate.hosts.journey import Journey
    from headgate.ports import Run

NOBODY = "not mailed: no address is named; mail.to in headgate.yaml, or report.recipients in pipeline.yaml, which comes first, names some"
_LISTED = 5


class Mailing:
    """One report, asked for by hand.

    Args:
        again: whether it is mailed to those who have it, too.
        outbox: the folder in which mails only lie; None where they go out.
    """

    def __init__(self, host: Host, run: Run, again: bool, outbox: str | None) -> None:
        from headgate.hosts.replay import pipeline_of
        from headgate.stages.notify import addressed

        self._host, self._run = host, run
        self._done = "mailed to" if outbox is None else f"mail written into {outbox}/ for"
        self._people = list(dict.fromkeys(addressed(pipeline_of(host, run), host.project)))
        self._unfinished = None if again else self._mail_to_go_on_with()
        self._had = self._having(self._unfinished)
        self._mail = self._unfinished or ""

    def journey(self, send: bool) -> Journey:
        """All that comes of it."""
        from headgate.hosts.replay import again

        event = again(self._host, self._run, "notify")
        self._mail = self._unfinished or event.id
        same = {"mail_id": self._unfinished} if self._unfinished else {}
        return self._host.send_through([replace(event, data={**event.data, "mail": send, **same})], only="notify")

    def said(self) -> str:
        """Who has it now."""
        if not self._people:
            return NOBODY
        mailed = [one for one in self._having(self._mail) if one not in self._had]
        had = f"; {_listed(self._had)} had it already, --again mails it to everybody" if self._had else ""
        return (f"{self._done} {_listed(mailed)}" if mailed else "mailed to nobody") + had

    def _mail_to_go_on_with(self) -> str | None:
        """The last mail of this report, unless everybody has it; where none was begun, the one that a redrive would send."""
        from headgate.hosts.replay import causes

        ids = [_mail_of(event) for event in causes(self._host, self._run, "notify")]
        last = next((id_ for id_ in reversed(ids) if self._host.notices.mail(id_)), ids[0] if ids else None)
        return last if last and len(self._having(last)) < len(self._people) else None

    def _having(self, mail: str | None) -> list[str]:
        from headgate.ports import HAS_MAIL

        states = self._host.notices.mail(mail) if mail else {}
        return [one for one in self._people if states.get(one) in HAS_MAIL]


def _mail_of(event: Event) -> str:
    return str(event.data.get("mail_id", event.id))


def _listed(addresses: Sequence[str]) -> str:
    named = ", ".join(printable(one, 80) for one in addresses[:_LISTED])
    return f"{named} and {len(addresses) - _LISTED:,} more" if len(addresses) > _LISTED else named
