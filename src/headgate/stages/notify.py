"""An analysis is complete: build the report, keep it, mail it."""

from __future__ import annotations

import json

from headgate.core.events import Event
from headgate.core.mail import plain_mail
from headgate.core.report import plain_report
from headgate.ports import Context
from headgate.stages.delivery import deliver


def notify(event: Event, context: Context) -> list[Event]:
    """Takes `analysis.completed` (`"mail": false` to mail nobody); gives `report.sent`.

    Without recipients the report is written all the same.
    """
    manifest = json.loads(context.files.read(event.data["manifest"]))
    analysis = json.loads(context.files.read(event.data["analysis"]))
    pipeline = context.project.pipelines[event.data["pipeline"]]
    report = plain_report(manifest, analysis, pipeline.report.title or pipeline.name, event.correlation_id)
    key = f"{context.project.settings.zones.reports}/{pipeline.name}/{event.data['run']}.txt"
    context.files.write(key, report.text.encode())
    mail = context.project.settings.mail
    recipients = (pipeline.report.recipients or mail.to) if event.data.get("mail", True) else ()
    if recipients:
        message = plain_mail(event.id, mail.sender, recipients, report.subject, report.text, context.now)
        deliver(message, recipients, context)
    data = {"run": event.data["run"], "pipeline": pipeline.name, "report": key, "recipients": len(recipients)}
    return [event.next("report.sent", event.data["run"], data)]
