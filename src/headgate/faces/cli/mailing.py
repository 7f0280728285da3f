"""The report of a run, made anew, and who of those it goes to has its mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headgate.core.printable import first_of, printable

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.desk import Host
    from headgate.hosts.journey import Journey
    from headgate.ports import Run

NOBODY = "not mailed: no address is named; mail.to in headgate.yaml, or report.recipients in pipeline.yaml, which comes first, names some"
_LISTED = 5


class Mailing:
    """One report, asked for by hand; made before that is done, it knows who had the mail."""

    def __init__(self, host: Host, run: Run, target: str) -> None:
        from headgate.hosts.replay import causes, pipeline_of
        from headgate.stages.notify import addressed
        from headgate.stages.reported import last_mail

        self._host, self._run = host, run
        self._done = _done(host, target)
        self._people = list(dict.fromkeys(addressed(pipeline_of(host, run), host.project)))
        self._last = last_mail(causes(host, run, "notify"))
        self._had_last = self._having(self._last)
        self._mail = self._last

    def journey(self, send: bool, again: bool) -> Journey:
        """All that comes of writing the report anew.

        Args:
            send: whether it is mailed.
            again: whether to those who have it, too.
        """
        from headgate.hosts.replay import again as caused_again

        event = caused_again(self._host, self._run, "notify")
        same = {} if again or self._last is None else {"mail_id": self._last}
        return self.seen(self._host.send_through([_asking(event, {"mail": send, **same})], only="notify"))

    def seen(self, journey: Journey) -> Journey:
        """Takes note of which mail the report went out with; gives the journey."""
        from headgate.stages.reported import mail_of

        for event in journey.of_type("analysis.completed"):
            self._mail = mail_of(event)
        return journey

    def said(self, again: str = "--again") -> str:
        """Who has it now.

        Args:
            again: what to type to mail it to everybody.
        """
        if not self._people:
            return NOBODY
        mailed = self._mailed()
        had = f"; {_listed(self._had())} had it already, {again} mails it to everybody" if self._had() else ""
        return (f"{self._done} {_listed(mailed)}" if mailed else "mailed to nobody") + had

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"mailed": self._mailed(), "had_it": self._had()}

    def _mailed(self) -> list[str]:
        return [one for one in self._having(self._mail) if one not in self._had()]

    def _had(self) -> list[str]:
        """Who had this very mail before."""
        return self._had_last if self._mail == self._last else []

    def _having(self, mail: str | None) -> list[str]:
        from headgate.ports import HAS_MAIL

        states = self._host.notices.mail(mail) if mail else {}
        return [one for one in self._people if states.get(one) in HAS_MAIL]


def _done(host: Host, target: str) -> str:
    mail = host.project.settings.mail
    goes_out = target != "local" or mail.smtp is not None
    return "mailed to" if goes_out else f"mail written into {mail.outbox}/ for"


def _asking(event: Event, more: dict[str, Any]) -> Event:
    return replace(event, data={**event.data, **more})


def _listed(addresses: Sequence[str]) -> str:
    return first_of([printable(one, 80) for one in addresses], _LISTED)
