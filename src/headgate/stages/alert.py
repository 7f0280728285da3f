"""Something needs a person: say what, where, and what to type next."""

from __future__ import annotations

from headgate.core.alerts import alert_text
from headgate.core.events import Event
from headgate.core.mail import plain_mail
from headgate.ports import Context


def alert(event: Event, context: Context) -> list[Event]:
    """Takes anything a person must know of; gives `alert.sent`."""
    subject, text = alert_text(event, context.project.settings.zones.inbox)
    mail = context.project.settings.mail
    pipeline = context.project.pipelines.get(event.data.get("pipeline", ""))
    recipients = mail.to or (pipeline.report.recipients if pipeline else ())
    if recipients:
        context.mailer.send(plain_mail(event.id, mail.sender, recipients, subject, text, context.now))
    return [event.next("alert.sent", event.subject, {"about": event.type, "recipients": len(recipients)})]
