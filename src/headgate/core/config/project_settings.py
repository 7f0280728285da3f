"""The keys of `headgate.yaml`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from headgate.core.config.deploy_settings import Deploy
from headgate.core.config.mail_settings import Alerts, Mail
from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.narrator_settings import NarratorSettings
from headgate.core.config.retention_settings import Retention
from headgate.core.config.times import Cron, Zone
from headgate.core.config.values import WILDCARDS, Bytes, InnerPath, Line, Memory, Seconds, Whole, refuse, size_text
from headgate.core.reading.source import Limits

PIPELINES = "pipelines"

_LIMITS = Limits()


def _storage(text: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:(?!//[^/]|///)", text):
        refuse(f"{shown(text)} is neither a URL such as s3://bucket/prefix nor a path")
    if re.match(r"[^/]+://[^/]*@", text):
        refuse("a user or a key does not belong in the URL; leave them to the environment")
    return text


def _overlap(left: str, right: str) -> bool:
    """Whether one folder is the other or lies in it, also where names differ in case only."""
    one, two = PurePosixPath(left.casefold()), PurePosixPath(right.casefold())
    return one.is_relative_to(two) or two.is_relative_to(one)


Storage = Annotated[Line, AfterValidator(_storage)]


class Zones(Section):
    """Prefixes under the storage URL."""

    inbox: InnerPath = Field("inbox", description="Where files arrive.")
    accepted: InnerPath = Field("accepted", description="Accepted rows, by pipeline.")
    rejected: InnerPath = Field("rejected", description="Rejected rows with their reasons, by pipeline.")
    archive: InnerPath = Field("archive", description="The processed files, untouched.")
    failed: InnerPath = Field("failed", description="Files that could not be processed, each with its error beside it.")
    unmatched: InnerPath = Field("unmatched", description="Files that no pipeline, or more than one, takes.")
    manifests: InnerPath = Field("manifests", description="One manifest for each committed run.")
    analysis: InnerPath = Field("analysis", description="What the analysis of each run found.")
    reports: InnerPath = Field("reports", description="Reports of runs; daily/ is kept free for those of days.")

    @model_validator(mode="after")
    def _lie_apart(self) -> Zones:
        seen: dict[str, str] = {}
        for zone, folder in self:
            if any(character in folder for character in WILDCARDS):
                refuse(
                    f"{shown(folder)} holds a character that stands for others in the rights and rules of a storage",
                    zone,
                )
            for other, taken in seen.items():
                if _overlap(folder, taken):
                    at = zone if zone in self.model_fields_set else other
                    refuse(
                        f"`{zone}` ({shown(folder)}) and `{other}` ({shown(taken)}) overlap; zones must lie apart", at
                    )
            if _overlap(folder, PIPELINES):
                refuse(f"{shown(folder)} overlaps '{PIPELINES}', where the project keeps its pipelines", zone)
            seen[zone] = folder
        return self


class Gate(Section):
    """What the engine may use."""

    memory_limit: Memory = Field("256MB", description="Memory of the engine, such as 256MB or 1GiB; 128MB at least.")
    threads: Whole = Field(2, description="Threads of the engine.")
    temp_directory: Line | None = Field(
        None,
        description="Where the engine puts what does not fit into memory, a path from the project's folder; "
        "else the system's folder for temporary files.",
    )


class FileLimits(Section):
    """What one file may cost; beyond, it is a failed file."""

    record: Bytes = Field(
        _LIMITS.record,
        description="Size of one record or top-level JSON value, such as 64MB.",
        json_schema_extra={"default": size_text(_LIMITS.record)},
    )
    columns: Whole = Field(_LIMITS.columns, description="Columns of one file.")
    decompression_ratio: Whole = Field(
        _LIMITS.decompression_ratio, description="Decompressed bytes for each compressed byte."
    )

    def as_limits(self) -> Limits:
        """The same limits as the readers take them."""
        return Limits(self.record, self.columns, self.decompression_ratio)


class DailyReport(Section):
    """When the report over a day is made."""

    cron: Cron = Field("0 0 * * *", description="Five fields: minute, hour, day of month, month, day of week.")
    zone: Zone = Field("UTC", description="Time zone of the schedule and of the day, such as Europe/Berlin.")


class Retry(Section):
    """What happens when something fails that may pass."""

    attempts: Whole = Field(3, description="How often a stage is tried before its event becomes a dead letter.")
    first_delay: Seconds = Field(
        2,
        description="Seconds before the second attempt; before each further one it is twice as long, give or take chance.",
    )
    longest_delay: Seconds = Field(300, description="Seconds that are waited at most.")


class Watch(Section):
    """How `headgate up` and `headgate run` look at the inbox."""

    settle: Seconds = Field(
        2, description="Seconds that a file's size and time must stay as they are before it counts as whole."
    )
    sweep: Seconds = Field(30, description="Seconds between two looks at the whole inbox, whatever the system tells.")


class ProjectSettings(Section):
    """A project's settings, all pipelines' in common."""

    project: Line = Field(description="Name of the project; else the name of its folder.")
    storage: Storage = Field(
        ".",
        description="URL such as s3://bucket/prefix, or a path from the project's folder, under which the zones lie.",
    )
    zones: Zones = Field(Zones(), description="Prefixes under the storage URL; they must lie apart.")
    gate: Gate = Field(Gate(), description="What the engine may use.")
    limits: FileLimits = Field(FileLimits(), description="What one file may cost; beyond, it is a failed file.")
    mail: Mail = Field(Mail(), description="Mail that goes out.")
    alerts: Alerts = Field(Alerts(), description="When people are told of what went wrong.")
    daily_report: DailyReport = Field(DailyReport(), description="When the report over a day is made.")
    retry: Retry = Field(Retry(), description="What happens when something fails that may pass.")
    workers: Whole = Field(2, description="Files that are processed at once, each within gate.memory_limit.")
    watch: Watch = Field(Watch(), description="How the inbox is looked at.")
    narrator: NarratorSettings = Field(
        NarratorSettings(), description="Who writes the prose of reports, and what it may cost."
    )
    retention: Retention = Field(
        Retention(), description="After what time `headgate prune` deletes what lies in a zone."
    )
    deploy: Deploy = Field(Deploy(), description="How the project stands on AWS.")

    @model_validator(mode="after")
    def _outbox_lies_apart(self) -> ProjectSettings:
        outbox = self.mail.outbox
        for folder in (*dict(self.zones).values(), PIPELINES):
            if _overlap(outbox, folder):
                refuse(
                    f"{shown(outbox)} overlaps the folder {shown(folder)}; the outbox must lie apart", "mail", "outbox"
                )
        return self
