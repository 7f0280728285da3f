"""The variables of the infrastructure, as a project's settings have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from headgate.adapters.model.lacking import key_variable
from headgate.core.config.deploy_settings import Deploy
from headgate.core.config.retention_settings import PipelineRetention, Retention, time_kept
from headgate.core.config.sink_settings import Sink
from headgate.core.errors import Place, UserMistake
from headgate.core.pipeline import Pipeline
from headgate.core.project import FILE_NAME, Project
from headgate.hosts.deploy.aws_cron import aws_cron
from headgate.hosts.deploy.groups import bedrock_models
from headgate.hosts.deploy.naming import prefix, project_slug
from headgate.hosts.deploy.packages import Package

FILE = "headgate.auto.tfvars.json"
"""Terraform reads it by itself."""

# An index of DynamoDB has a partition key and a sort key.
_COLUMNS_OF_AN_INDEX = 2


def tfvars(project: Project, packages: Mapping[str, Package], environment: str | None = None) -> dict[str, Any]:
    """Everything that `infra/stack` is told of a project.

    Args:
        project: its settings.
        packages: group → zip, as built.
        environment: which deployment; else as the settings say.

    Raises:
        UserMistake: a region is missing, or something in the settings can't be had on AWS.
    """
    deploy, settings = project.settings.deploy, project.settings
    prefix(project, environment)
    return {
        "region": region(project),
        "project": project_slug(project),
        "environment": environment or deploy.environment,
        "architecture": deploy.architecture,
        "packages": {group: {"path": str(one.path), "sha256": one.sha256} for group, one in packages.items()},
        "inbox_prefix": f"{settings.zones.inbox}/",
        "zones": {zone: folder for zone, folder in settings.zones if zone != "inbox"},
        "bucket_layout": deploy.bucket_layout,
        "table_sinks": _sinks(project),
        "sources": _sources(project),
        "idle_stages": _idle_stages(project),
        "daily_report": _daily_report(project),
        "sender": sender(project),
        "sender_identity": deploy.sender_identity,
        "readers": _readers(project),
        "recipients": list(settings.mail.to if deploy.recipients is None else deploy.recipients),
        "models": bedrock_models(project),
        "secrets": secrets(project, environment),
        "retry_attempts": settings.retry.attempts,
        **_retention(settings.retention),
        "pipeline_retention": {name: _days_by_zone(one.retention) for name, one in project.pipelines.items()},
        **_chosen(deploy),
    }


def write_tfvars(variables: Mapping[str, Any], folder: Path) -> Path:
    """Writes them where Terraform finds them by itself."""
    file = folder / FILE
    file.write_text(json.dumps(variables, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def region(project: Project) -> str:
    """The region to deploy to.

    Raises:
        UserMistake: the settings name none (`no_region`).
    """
    if found := project.settings.deploy.region:
        return found
    raise UserMistake(
        "no region of AWS is named",
        where=Place(str(project.folder / FILE_NAME), key="deploy.region"),
        who="the project's owner",
        next=f"add `deploy: {{region: eu-central-1}}`, or the region you want, to {FILE_NAME}",
        code="no_region",
    )


def sender(project: Project) -> str | None:
    """The address that mails come from; None as long as it is that of this machine, from which nobody can send."""
    address = project.settings.mail.sender
    return None if address.endswith("@localhost") else address


def _readers(project: Project) -> list[str]:
    """Everybody whom a mail may go to, once."""
    parts = [part for pipeline in project.pipelines.values() for part in (pipeline.report, pipeline.alerts)]
    named = [project.settings.mail.to, *(part.recipients or () for part in parts)]
    return list(dict.fromkeys(address for some in named for address in some))


def secrets(project: Project, environment: str | None = None) -> dict[str, str]:
    """Environment variable → parameter of Systems Manager, of every secret that a pipeline or the mail server needs."""
    given = project.settings.deploy.secrets
    home = f"/headgate/{prefix(project, environment)}"
    return {name: given.get(name, f"{home}/{name}") for name in sorted(_variables(project) | set(given))}


def _variables(project: Project) -> set[str]:
    settings, smtp = project.settings, project.settings.mail.smtp
    narrators = [settings.narrator.for_pipeline(pipeline.narrator) for pipeline in project.pipelines.values()]
    found = {key_variable(narrator) for narrator in narrators if narrator.is_model}
    found |= {pipeline.source.key_env for pipeline in project.pipelines.values() if pipeline.source}
    found |= {smtp.user_env, smtp.password_env} if smtp else set()
    return {name for name in found if name}


def _chosen(deploy: Deploy) -> dict[str, Any]:
    return {
        "analysis_days": deploy.analysis_days,
        "notify_trigger": deploy.notify_trigger,
        "large_queue": deploy.large_queue,
        "vpc": {name: list(ids) for name, ids in deploy.vpc} if deploy.vpc else None,
        "stages": {stage: one.model_dump(exclude_none=True) for stage, one in deploy.functions.items()},
    }


def _retention(retention: Retention) -> dict[str, dict[str, int]]:
    """What the settings say; what they don't is kept for a year."""
    days = _days_by_zone(retention)
    return {"retention": days} if days else {}


def _days_by_zone(retention: Retention | PipelineRetention) -> dict[str, int]:
    """Of the zones that are named; the outbox is none on AWS."""
    written = {zone: age for zone, age in retention if zone in retention.model_fields_set and zone != "outbox"}
    return {zone: _days(time_kept(age)) for zone, age in written.items() if age}


def _days(kept: timedelta | None) -> int:
    """Whole days, rounded up; 0 for ever."""
    return -(-kept // timedelta(days=1)) if kept else 0


def _daily_report(project: Project) -> dict[str, str]:
    report = project.settings.daily_report
    place = Place(str(project.folder / FILE_NAME), key="daily_report.cron")
    return {"cron": aws_cron(report.cron, place), "zone": report.zone}


def _sources(project: Project) -> dict[str, dict[str, str]]:
    schedules = {name: one.source.schedule for name, one in project.pipelines.items() if one.source}
    return {
        name: {
            "cron": aws_cron(schedule.cron, project.pipelines[name].place("source", "schedule", "cron", value=True)),
            "zone": schedule.zone,
        }
        for name, schedule in schedules.items()
        if schedule
    }


def _idle_stages(project: Project) -> list[str]:
    """What no pipeline needs would only cost."""
    pipelines = project.pipelines.values()
    needed = {"fetch": any(one.source for one in pipelines), "load": any(one.sinks for one in pipelines)}
    return [stage for stage, is_needed in needed.items() if not is_needed]


def _sinks(project: Project) -> dict[str, dict[str, Any]]:
    return {
        table: _sink(pipeline, table, sink)
        for pipeline in project.pipelines.values()
        for table, sink in pipeline.sinks.items()
    }


def _sink(pipeline: Pipeline, table: str, sink: Sink) -> dict[str, Any]:
    for name, columns in sink.indexes.items():
        if len(columns) > _COLUMNS_OF_AN_INDEX:
            raise UserMistake(
                f"the index `{name}` has {len(columns)} columns, and on AWS it may have two",
                where=pipeline.place("sinks", table, "indexes", name, value=True),
                who="the pipeline's owner",
                next="name one column or two",
                code="index_not_on_aws",
            )
    indexes = {name: list(columns) for name, columns in sink.indexes.items()}
    return {"partition_key": sink.partition_key, "sort_key": sink.sort_key, "indexes": indexes}
