"""Putting a file into the inbox, wherever that lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from headgate.core.errors import Place, UserMistake
from headgate.core.project import Project
from headgate.core.unfinished import is_unfinished
from headgate.ports import Files

Uploaded = Callable[[int], None]


@dataclass(frozen=True)
class NoRoom:
    """Why a file is too large for those who take files where it is put, with what becomes of it; and the next step."""

    why: str
    next: str


def put_into_inbox(
    file: Path, pipeline: str | None, project: Project, files: Files, next_: str, progress: Uploaded | None = None
) -> str:
    """Copies a file into the inbox of a pipeline, or into the inbox itself; returns its key.

    Args:
        next_: what to do when a file of that name already waits.
        progress: told how many bytes were handed over since it was told last.

    Raises:
        UserMistake: a file of that name already waits there, or the name is one that the inbox takes for unfinished.
    """
    inbox = project.settings.zones.inbox
    key = f"{inbox}/{pipeline}/{file.name}" if pipeline else f"{inbox}/{file.name}"
    if is_unfinished(file.name):
        raise UserMistake(
            "a file of this name is taken for one that is still being written",
            where=Place(str(file)),
            next="rename the file",
            code="bad_file_name",
        )
    if not files.create(file, key, progress):
        raise UserMistake(
            f"a file of that name already waits: {key}", where=Place(str(file)), next=next_, code="already_waiting"
        )
    return key
