"""The `retention` sections: how long what lies in a zone is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.values import refuse

NEVER = "never"
_AGE = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def _age(value: Any) -> Any:
    if not isinstance(value, str) or not (value == NEVER or _AGE.fullmatch(value)):
        refuse(f"it must be a time in hours, days or weeks, such as 12h, 30d or 8w, or {NEVER}, not {shown(value)}")
    return value


def time_kept(age: str) -> timedelta | None:
    """How long `30d` is; None for `never`."""
    found = _AGE.fullmatch(age)
    return int(found[1]) * _UNITS[found[2]] if found else None


Age = Annotated[
    str,
    BeforeValidator(_age),
    WithJsonSchema({"type": "string", "pattern": rf"^({_AGE.pattern}|{NEVER})$"}),
]
"""`12h`, `30d`, `8w`, or `never`."""


class Retention(Section):
    """After what time `headgate prune` deletes what lies in a zone."""

    accepted: Age = Field(NEVER, description="Accepted rows: 30d, 12h, 8w or never.")
    rejected: Age = Field(NEVER, description="Rejected rows; without them a run's file can't be sent again corrected.")
    archive: Age = Field(NEVER, description="Processed files; without its file a run can't be replayed.")
    failed: Age = Field(NEVER, description="Files that could not be processed, and their errors.")
    unmatched: Age = Field(NEVER, description="Files that no pipeline, or more than one, takes.")
    analysis: Age = Field(NEVER, description="What the analysis of each run found.")
    reports: Age = Field(NEVER, description="Reports of runs and days.")
    outbox: Age = Field(NEVER, description="Mails that were written into the outbox.")


class PipelineRetention(Section):
    """The same for one pipeline; what is not said here is as `headgate.yaml` says."""

    accepted: Age | None = Field(None, description="Accepted rows: 30d, 12h, 8w or never; else as in headgate.yaml.")
    rejected: Age | None = Field(None, description="Rejected rows; else as in headgate.yaml.")
    archive: Age | None = Field(None, description="Processed files; else as in headgate.yaml.")
    failed: Age | None = Field(None, description="Files that could not be processed; else as in headgate.yaml.")
    analysis: Age | None = Field(None, description="What the analysis of each run found; else as in headgate.yaml.")
    reports: Age | None = Field(None, description="Reports of its runs; else as in headgate.yaml.")
