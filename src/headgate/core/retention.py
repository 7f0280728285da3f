"""What may be deleted because it is old. Manifests and the ledger are no part of it: what a run was is never forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headgate.core.config.retention_settings import NEVER, PipelineRetention, Retention, time_kept
from headgate.core.project import Project

ZONES = tuple(name for name in Retention.model_fields if name != "outbox")
"""The zones that retention is for."""

# Which records a corrected file has closed: without it they could be accepted a second time.
_IDENTITY = "/records.csv"


@dataclass(frozen=True)
class Term:
    """How long something is kept.

    Attributes:
        zone: or `outbox`.
        pipeline: whose; None for what belongs to none.
        age: as it is written, `30d`, or `never`.
    """

    zone: str
    pipeline: str | None
    age: str

    def cutoff(self, now: datetime) -> datetime | None:
        """What was last written before this time has expired; None when nothing ever does."""
        kept = time_kept(self.age)
        return None if kept is None else now - kept


def term(project: Project, zone: str, key: str) -> Term:
    """How long the object under a key of a zone is kept: as its pipeline says, else as the project says.

    Args:
        zone: one of `ZONES`.
        key: the whole key; the folder below the zone names the pipeline.
    """
    if zone == "accepted" and key.endswith(_IDENTITY):
        return Term(zone, None, NEVER)
    owner, _, rest = key.removeprefix(f"{dict(project.settings.zones)[zone]}/").partition("/")
    pipeline = project.pipelines.get(owner) if rest and zone in PipelineRetention.model_fields else None
    own = getattr(pipeline.retention, zone) if pipeline else None
    return Term(zone, pipeline.name if pipeline else None, own or getattr(project.settings.retention, zone))


def ever_expires(project: Project, zone: str) -> bool:
    """Whether anything in a zone can expire."""
    own = (getattr(pipeline.retention, zone, None) for pipeline in project.pipelines.values())
    ages = [getattr(project.settings.retention, zone), *(age for age in own if age)]
    return any(time_kept(age) for age in ages)
