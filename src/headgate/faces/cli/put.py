"""`headgate put`: files into the inbox of a pipeline."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headgate.core.printable import first_of, printable
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.pipelines import known_pipeline, no_name_twice
from headgate.faces.cli.said import echo_json, say_place

if TYPE_CHECKING:
    from headgate.hosts.putting import NoRoom

_NAMED = 3


def put(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files to put into the inbox.")],
    pipeline: Annotated[
        str | None,
        typer.Option(
            "--pipeline", "-p", help="The pipeline these files belong to; else the one whose intake.match fits."
        ),
    ] = None,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Put files into the inbox, whole, for a running `up` or the next `run` to take."""
    from headgate.faces.api import existing_file
    from headgate.faces.cli.uploading import uploading
    from headgate.hosts.targets import host_at

    named = [existing_file(file) for file in files]
    no_name_twice(named)
    with host_at(target, project, environment) as host:
        say_place(host, quiet)
        known_pipeline(host.project, pipeline)
        notes = {file: host.no_room(file.stat().st_size) for file in named}
        if not quiet:
            _warn(notes)
        with uploading(named, is_shown=not quiet and sys.stderr.isatty()) as progress:
            keys = {file: host.put(file, pipeline, progress) for file in named}
        for key in keys.values():
            host.announce(key)
        next_command = host.next_command
    if as_json:
        echo_json([_as_json(file, key, notes[file]) for file, key in keys.items()])
    elif not quiet:
        for key in keys.values():
            typer.echo(f"waits: {printable(key)}")
        for line in _next_lines(notes, next_command):
            typer.echo(f"next:  {line}")


def _warn(notes: Mapping[Path, NoRoom | None]) -> None:
    """Before anything goes up: it may take long."""
    for file, note in notes.items():
        if note:
            typer.echo(f"note:  {printable(file.name)}: {note.why}", err=True)


def _next_lines(notes: Mapping[Path, NoRoom | None], usual: str) -> list[str]:
    """Where files go different ways, each line says whose it is."""
    steps: dict[str, list[str]] = {}
    for file, note in notes.items():
        steps.setdefault(note.next if note else usual, []).append(printable(file.name))
    if len(steps) == 1:
        return [next_step(step) for step in steps]
    return [f"{first_of(names, _NAMED)}: {next_step(step)}" for step, names in steps.items()]


def _as_json(file: Path, key: str, note: NoRoom | None) -> dict[str, str]:
    return {"file": file.name, "key": key, **({"note": note.why, "next": next_step(note.next)} if note else {})}
