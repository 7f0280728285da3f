"""Which pipeline a file in the inbox belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from headgate.core.pipeline import Pipeline


def candidates(key: str, inbox: str, pipelines: Iterable[Pipeline]) -> list[Pipeline]:
    """The pipelines that a file could be meant for: one is right, none or several are for a person to solve.

    Args:
        key: below the inbox; `inbox/<pipeline>/…` names its pipeline, `inbox/<name>` is matched by `intake.match`.
    """
    path = PurePosixPath(key).relative_to(inbox)
    if len(path.parts) > 1:
        return [pipeline for pipeline in pipelines if pipeline.name == path.parts[0]]
    return [pipeline for pipeline in pipelines if any(fnmatchcase(path.name, glob) for glob in pipeline.intake.match)]
