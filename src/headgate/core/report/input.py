"""What a report on a run is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headgate.core.errors import HeadgateError
from headgate.core.manifest import Manifest
from headgate.core.report.header import Shown

OWN = "report.html.j2"
"""What a pipeline's own template is called."""


@dataclass(frozen=True)
class Lies:
    """Where something lies: a path, a key or a URL; people can follow one of http or https."""

    what: str
    where: str


@dataclass(frozen=True)
class RecentDay:
    """What came to a pipeline on one of the last days.

    Attributes:
        day: ISO date.
    """

    day: str
    files: int
    accepted: int
    rejected: int
    failed: int = 0


@dataclass(frozen=True)
class RecentFile:
    """A file that came to a pipeline; its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class OwnTemplate:
    """A pipeline's own `report.html.j2`: its text, and its name for error messages."""

    text: str
    file: str


@dataclass(frozen=True)
class ReportInput:
    """What a report on a run is made from.

    Attributes:
        analysis: the analysis document.
        title: what people call the pipeline; it begins the mail's subject.
        description: what the pipeline is for.
        shown: fact or finding → how it is shown.
        lies: where the outputs lie; without any, the keys of the manifest are named.
        page: where the web page lies; None when there is none.
        mend: what to type when the rejected rows are mended; empty when nothing is to be mended.
        recent: the last days, oldest first, for pipelines whose report sums them up.
        recent_files: the last files and this one, which comes last, for pipelines that only describe files.
        template: the pipeline's own.
        fault: why the pipeline's own template could not be used.
        is_deployed: whether it ran on AWS, so that commands have to say so.
    """

    analysis: Mapping[str, Any]
    manifest: Manifest
    title: str
    correlation_id: str
    description: str = ""
    shown: Mapping[str, Shown] = field(default_factory=dict)
    lies: Sequence[Lies] = ()
    page: str | None = None
    mend: str = ""
    recent: Sequence[RecentDay] = ()
    recent_files: Sequence[RecentFile] = ()
    template: OwnTemplate | None = None
    fault: HeadgateError | None = None
    is_deployed: bool = False
