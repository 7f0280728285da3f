"""An analysis is complete: write the report, keep it, mail it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from headgate.core.errors import UserMistake
from headgate.core.events import Event
from headgate.core.mail import html_mail
from headgate.core.manifest import Manifest, resendable
from headgate.core.pipeline import Pipeline
from headgate.core.project import Project
from headgate.core.report.input import OwnTemplate, ReportInput
from headgate.core.report.templates import own_template
from headgate.core.report.written import WrittenReport, written_run
from headgate.ports import Context
from headgate.stages.delivery import deliver
from headgate.stages.kept import kept_document
from headgate.stages.last_days import last_days
from headgate.stages.last_files import last_files
from headgate.stages.made_by import pipeline_of
from headgate.stages.page_library import page_library
from headgate.stages.reported import mail_of


def notify(event: Event, context: Context) -> list[Event]:
    """Takes `analysis.completed`; gives `report.sent`.

    With `"mail"` in the event, true or false says whether to mail, else the pipeline's `report.mail`; with `"mail_id"`,
    it is that mail, which goes to those who don't have it yet. The report is written all the same, and without
    recipients, too; `own_template` is in its event when that failed and gave way to Headgate's.

    Raises:
        Permanent: the pipeline is gone.
    """
    pipeline = pipeline_of(event, context)
    manifest = json.loads(context.files.read(event.data["manifest"]))
    analysis = kept_document(context, event.data["analysis"], event.data["run"], "analyze")
    home = f"{context.project.settings.zones.reports}/{pipeline.name}/{event.data['run']}"
    recipients = _recipients(event, context, pipeline, analysis)
    given = report_input(event, context, manifest, analysis, f"{home}.html")
    lacking = _lacking(event, context, recipients)
    report = written_run(given, mail=bool(lacking), library=partial(page_library, context))
    context.files.write(f"{home}.txt", report.text.encode())
    context.files.write(f"{home}.html", report.page.encode())
    if lacking:
        _mail(event, context, recipients, report)
    data = {"run": event.data["run"], "pipeline": pipeline.name, "report": f"{home}.txt", "page": f"{home}.html"}
    failed = {"own_template": "failed"} if report.fault else {}
    return [event.next("report.sent", event.data["run"], {**data, "recipients": len(recipients), **failed})]


def _recipients(event: Event, context: Context, pipeline: Pipeline, analysis: dict[str, Any]) -> Sequence[str]:
    """Whoever is to have the mail; nobody, when none is to go out."""
    wanted = pipeline.report.is_mailed(finding["severity"] for finding in analysis.get("findings", ()))
    if not event.data.get("mail", wanted):
        return ()
    return addressed(pipeline, context.project)


def addressed(pipeline: Pipeline, project: Project) -> Sequence[str]:
    """Whom the reports of a pipeline go to."""
    own = pipeline.report.recipients
    return project.settings.mail.to if own is None else own


def _lacking(event: Event, context: Context, recipients: Sequence[str]) -> Sequence[str]:
    """Those of whom it is not sure that they have the mail; without any, it need not be made, which takes the longest."""
    states = context.notices.mail(mail_of(event)) if recipients else {}
    return [one for one in recipients if states.get(one) != "sent"]


def report_input(
    event: Event, context: Context, manifest: Manifest, analysis: dict[str, Any], page: str
) -> ReportInput:
    """What the report of an `analysis.completed` is made of.

    Args:
        page: the key that its web page will have.

    Raises:
        Permanent: the pipeline is gone.
    """
    pipeline = pipeline_of(event, context)
    queries = context.queries.get(pipeline.name, ())
    template, fault = _own_template(pipeline)
    claimed = datetime.fromisoformat(manifest["observed"]["claimed_at"]).replace(tzinfo=None)
    return ReportInput(
        analysis=analysis,
        manifest=manifest,
        title=pipeline.report.title or pipeline.name,
        correlation_id=event.correlation_id,
        description=pipeline.description or "",
        shown={query.name: query.shown for query in queries},
        page=page,
        mend=_mend(context, pipeline, manifest),
        recent=last_days(pipeline.name, pipeline.report.recent_days, claimed, context),
        recent_files=last_files(manifest, context),
        template=template,
        fault=fault,
        is_deployed=context.is_deployed,
    )


def _own_template(pipeline: Pipeline) -> tuple[OwnTemplate | None, UserMistake | None]:
    """The template as it is now; it may have been changed since the project was loaded."""
    try:
        return own_template(pipeline.folder), None
    except UserMistake as error:
        return None, error


def _mend(context: Context, pipeline: Pipeline, manifest: Manifest) -> str:
    """What to type when the rejected rows are corrected."""
    rejected = resendable(manifest)
    if rejected and context.is_deployed:
        # The corrected file lies where it was corrected.
        return f"headgate put {rejected.rpartition('/')[2]} -p {pipeline.name} --target aws"
    return f"cp {rejected} {context.project.settings.zones.inbox}/{pipeline.name}/" if rejected else ""


def _mail(event: Event, context: Context, recipients: Sequence[str], report: WrittenReport) -> None:
    sender = context.project.settings.mail.sender
    message = html_mail(
        mail_of(event), sender, recipients, report.subject, report.text, report.html, report.images, context.now
    )
    deliver(message, recipients, event, context)
