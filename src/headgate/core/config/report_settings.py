"""The `report` and `alerts` sections of a pipeline: what people are told, when, and who."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from headgate.core.analysis.header import SEVERITIES
from headgate.core.config.model import Section
from headgate.core.config.values import Addresses, Line


class Report(Section):
    """What is told after each run, and to whom."""

    title: Line | None = Field(None, description="Title of the report and subject of its mail; else the pipeline name.")
    recipients: Addresses | None = Field(
        None, description="E-mail addresses the report goes to, an empty list for nobody; else those of mail.to."
    )
    mail: Literal["always", "info", "warning", "critical", "never"] = Field(
        "always",
        description="When the report is mailed: always; with a finding of this severity or a worse one: info, warning "
        "or critical; or never. It is written all the same.",
    )
    recent_days: Annotated[int, Field(ge=0, le=31, strict=True)] = Field(
        0, description="Of how many days, the run's own and those before, the report sums up files and rows."
    )

    def is_mailed(self, severities: Iterable[str]) -> bool:
        """Whether a report whose findings have these severities is mailed."""
        if self.mail in ("always", "never"):
            return self.mail == "always"
        return any(severity in SEVERITIES[: SEVERITIES.index(self.mail) + 1] for severity in severities)


class PipelineAlerts(Section):
    """Who is told of what went wrong with the pipeline."""

    recipients: Addresses | None = Field(
        None,
        description="E-mail addresses that alerts go to, an empty list for nobody; else those of mail.to, else those of "
        "the report.",
    )
