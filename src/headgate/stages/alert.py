"""Something needs a person: it is kept, and when the clock ticks all of one kind is told in one mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from headgate.core.alerts import AlertText, about, alert_group, alert_text, refused_text, together
from headgate.core.errors import Busy, HeadgateError, Permanent, Transient
from headgate.core.events import Event
from headgate.core.identity import digest, event_id
from headgate.core.mail import plain_mail
from headgate.ports import Context, HeldAlert
from headgate.stages.delivery import deliver

_EVENTS = 20
# A mail that did not get through is tried again after so long at least, and after half of its age, up to an hour.
_AGAIN, _AGAIN_AT_LAST = timedelta(minutes=2), timedelta(hours=1)


def alert(event: Event, context: Context) -> list[Event]:
    """Takes what a person must know of, and keeps it; takes `clock.ticked`, and gives `alert.sent` for each mail.

    Raises:
        Busy: another is telling it at this moment.
        Transient: nothing could be told; it is kept, and a later tick tells it.
    """
    if event.type == "clock.ticked":
        return _tell(event, context)
    said = alert_text(event, context.project.settings.zones.inbox)
    _hold(event.id, alert_group(event), event.data.get("pipeline"), said, event.correlation_id, context)
    return []


def _hold(event: str, group: str, pipeline: str | None, said: AlertText, correlation_id: str, context: Context) -> None:
    context.notices.hold(HeldAlert(event, group, pipeline, said.subject, said.text, context.now, correlation_id))


def _tell(tick: Event, context: Context) -> list[Event]:
    told: list[Event] = []
    errors: list[HeadgateError] = []
    for alerts in _mails(context.notices.held(), tick.data.get("closing", False), context):
        try:
            told += _Mail(alerts, tick, context).send()
        except HeadgateError as error:
            errors.append(error)
    if errors and not told:
        first = errors[0]
        if isinstance(first, Busy):
            raise first
        message = f"people could not be told, and will be later: {first.message}"
        raise Transient(message, where=first.where, who=first.who, next=first.next, code=first.code)
    return told


def _mails(held: Sequence[HeldAlert], closing: bool, context: Context) -> Iterator[list[HeldAlert]]:
    """What is to be told now: mails that did not get through, and what came up since the last mail of its group."""
    for _, group in groupby(
        sorted(held, key=lambda one: (one.group, one.mail or "")), lambda one: (one.group, one.mail)
    ):
        alerts = list(group)
        if closing or _is_due(alerts[0], context):
            yield alerts


def _is_due(alert: HeldAlert, context: Context) -> bool:
    if alert.tried_at:
        again = max(_AGAIN, min((alert.tried_at - alert.at) / 2, _AGAIN_AT_LAST))
        return _is_past(alert.tried_at, again, context.now)
    last, window = context.notices.last_mail(alert.group), context.project.settings.alerts.window
    return last is None or _is_past(last, timedelta(seconds=window), context.now)


def _is_past(last: datetime, wait: timedelta, now: datetime) -> bool:
    """A clock that was put back must not keep an alert for longer than it was put back."""
    return abs(now - last) >= wait


class _Mail:
    """One mail about alerts of one group, the oldest first."""

    def __init__(self, alerts: Sequence[HeldAlert], tick: Event, context: Context) -> None:
        self._alerts, self._tick, self._context = alerts, tick, context
        self._first = alerts[0]
        self._id = self._first.mail or digest("alert", self._first.group, self._first.event)[:32]
        self._people = self._whom()
        self._recipients = [*context.alerted, *self._people]

    def send(self) -> list[Event]:
        """Gathers the alerts first: what comes up while this mail is on its way is told in the next one."""
        if not self._context.notices.gather(self._alerts, self._id, self._context.now):
            return []
        self._deliver()
        self._context.notices.told([one.event for one in self._alerts])
        return [self._sent()]

    def _whom(self) -> Sequence[str]:
        everybody = self._context.project.settings.mail.to
        pipeline = self._context.project.pipelines.get(self._first.pipeline or "")
        if pipeline is None:
            return everybody
        own = pipeline.alerts.recipients
        return everybody or pipeline.report.recipients or () if own is None else own

    def _deliver(self) -> None:
        """Somebody who is refused for good keeps nobody from being told, if only one has the mail."""
        if not self._recipients:
            return
        said = self._said()
        sender = self._context.project.settings.mail.sender
        mail = plain_mail(self._id, sender, self._people, said.subject, said.text, self._context.now)
        try:
            deliver(mail, self._recipients, self._tick, self._context)
        except Permanent as error:
            if not self._having("sent"):
                raise
            self._tell_the_others(error, said.subject)

    def _said(self) -> AlertText:
        texts = [AlertText(one.subject, one.text) for one in self._alerts]
        return together(texts, self._first.group, self._first.at, self._alerts[-1].at)

    def _having(self, state: str) -> list[str]:
        states = self._context.notices.mail(self._id)
        return [recipient for recipient in self._recipients if states.get(recipient) == state]

    def _tell_the_others(self, error: Permanent, subject: str) -> None:
        """Once a day for each address."""
        pipeline = self._first.pipeline
        for address in self._having("refused"):
            id_ = event_id("mail.refused", address, "", f"{self._context.now:%Y-%m-%d}")
            said = refused_text(address, error.message, subject)
            group = f"mail.refused/{pipeline or '-'}/{error.code}"
            _hold(id_, group, pipeline, said, self._first.correlation_id, self._context)

    def _sent(self) -> Event:
        """The same event however often the mail is tried: it is about the first alert, whenever the clock ticks."""
        group = self._first.group
        data: dict[str, Any] = {
            "about": about(group), "pipeline": self._first.pipeline, "count": len(self._alerts),
            "recipients": len(self._having("sent")), "events": [one.event for one in self._alerts[:_EVENTS]],
        }  # fmt: skip
        id_ = event_id("alert.sent", group, self._first.event, "")
        return Event(id_, "alert.sent", self._tick.source, self._tick.time, group, self._first.correlation_id, data)
