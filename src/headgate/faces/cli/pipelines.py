"""What people name on the command line: pipelines and files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from headgate.core.errors import UserMistake
from headgate.core.nearest import nearest

if TYPE_CHECKING:
    from headgate.core.project import Project


def known_pipeline(project: Project, name: str | None) -> None:
    """Raises UserMistake when there is no such pipeline."""
    if name and name not in project.pipelines:
        meant = nearest(name, project.pipelines)
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(project.pipelines) or 'none'}"
        raise UserMistake(f"there is no pipeline {name}; {hint}", next="headgate config show", code="no_pipeline")


def no_name_twice(files: list[Path]) -> None:
    """Raises UserMistake when two files would lie over each other in the inbox."""
    names = Counter(file.name for file in files)
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice:
        raise UserMistake(
            f"two files are called {twice}, so one would lie over the other in the inbox",
            next="put them there one by one",
            code="same_name",
        )
