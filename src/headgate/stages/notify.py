"""An analysis is complete: write the report, keep it, mail it."""

from __future__ import annotations

import json
from typing import Any

from headgate.core.events import Event
from headgate.core.mail import html_mail
from headgate.core.manifest import Manifest, resendable
from headgate.core.pipeline import Pipeline
from headgate.core.report.input import OwnTemplate, ReportInput
from headgate.core.report.templates import OWN
from headgate.core.report.written import WrittenReport, written_run
from headgate.ports import Context
from headgate.stages.delivery import deliver


def notify(event: Event, context: Context) -> list[Event]:
    """Takes `analysis.completed` (`"mail": false` to mail nobody); gives `report.sent`.

    Without recipients the report is written all the same.
    """
    manifest = json.loads(context.files.read(event.data["manifest"]))
    analysis = json.loads(context.files.read(event.data["analysis"]))
    pipeline = context.project.pipelines[event.data["pipeline"]]
    home = f"{context.project.settings.zones.reports}/{pipeline.name}/{event.data['run']}"
    report = written_run(_input(event, context, pipeline, manifest, analysis, f"{home}.html"))
    context.files.write(f"{home}.txt", report.text.encode())
    context.files.write(f"{home}.html", report.page.encode())
    recipients = _mail(event, context, pipeline, report) if event.data.get("mail", True) else 0
    data = {"run": event.data["run"], "pipeline": pipeline.name, "report": f"{home}.txt", "page": f"{home}.html"}
    return [event.next("report.sent", event.data["run"], {**data, "recipients": recipients})]


def _input(
    event: Event, context: Context, pipeline: Pipeline, manifest: Manifest, analysis: dict[str, Any], page: str
) -> ReportInput:
    queries = context.queries.get(pipeline.name, ())
    return ReportInput(
        analysis=analysis,
        manifest=manifest,
        title=pipeline.report.title or pipeline.name,
        correlation_id=event.correlation_id,
        description=pipeline.description or "",
        shown={query.name: query.shown for query in queries},
        page=page,
        mend=_mend(context, pipeline, manifest),
        template=_own_template(pipeline),
    )


def _mend(context: Context, pipeline: Pipeline, manifest: Manifest) -> str:
    """What to type when the rejected rows are corrected."""
    rejected = resendable(manifest)
    return f"cp {rejected} {context.project.settings.zones.inbox}/{pipeline.name}/" if rejected else ""


def _own_template(pipeline: Pipeline) -> OwnTemplate | None:
    path = pipeline.folder / OWN
    return OwnTemplate(path.read_text(encoding="utf-8"), str(path)) if path.is_file() else None


def _mail(event: Event, context: Context, pipeline: Pipeline, report: WrittenReport) -> int:
    mail = context.project.settings.mail
    recipients = pipeline.report.recipients or mail.to
    if recipients:
        message = html_mail(
            event.id, mail.sender, recipients, report.subject, report.text, report.html, report.images, context.now
        )
        deliver(message, recipients, context)
    return len(recipients)
