"""`headgate put`: files into the inbox of a pipeline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet, Target
from headgate.faces.cli.pipelines import known_pipeline, no_name_twice
from headgate.faces.cli.said import echo_json


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
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Put files into the inbox, whole, for a running `up` or the next `run` to take."""
    from headgate.faces.api import existing_file
    from headgate.faces.cli.uploading import uploading
    from headgate.hosts.targets import host_at

    named = [existing_file(file) for file in files]
    no_name_twice(named)
    with host_at(target, project) as host:
        known_pipeline(host.project, pipeline)
        with uploading(named, is_shown=not quiet and sys.stderr.isatty()) as progress:
            keys = [host.put(file, pipeline, progress) for file in named]
        for key in keys:
            host.announce(key)
        next_command = host.next_command
    if as_json:
        echo_json([{"file": file.name, "key": key} for file, key in zip(named, keys, strict=True)])
    elif not quiet:
        for key in keys:
            typer.echo(f"waits: {printable(key)}")
        typer.echo(f"next:  {next_command}")
