"""`headgate prune`: delete what is older than `retention` keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import UserMistake
from headgate.core.nearest import nearest
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.said import echo_json

if TYPE_CHECKING:
    from headgate.core.project import Project
    from headgate.hosts.prune import Pruned


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")] = False,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", "-p", metavar="NAME", help="Only what is of this pipeline.")
    ] = None,
    project: ProjectDir = Path("."),
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is older than `retention` keeps it; never manifests, never what is known of runs."""
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.prune import prune as prune_now

    with EmbeddedHost(project) as host:
        _known(pipeline, host.project)
        pruned = prune_now(host.project, host.files, host.clock(), pipeline, dry_run)
    if as_json:
        echo_json(as_document(pruned, dry_run))
    elif not quiet:
        for line in lines(pruned, dry_run):
            typer.echo(line)


def _known(pipeline: str | None, project: Project) -> None:
    if pipeline and pipeline not in project.pipelines:
        meant = nearest(pipeline, project.pipelines)
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(project.pipelines) or 'none'}"
        raise UserMistake(f"there is no pipeline {pipeline}; {hint}", next="headgate config show")


def as_document(pruned: list[Pruned], dry_run: bool) -> dict[str, Any]:
    """What was deleted, by zone and pipeline."""
    return {
        "dry_run": dry_run,
        "files": sum(one.files for one in pruned),
        "bytes": sum(one.bytes for one in pruned),
        "zones": [
            {
                "zone": one.term.zone,
                "pipeline": one.term.pipeline,
                "older_than": one.term.age,
                "files": one.files,
                "bytes": one.bytes,
            }
            for one in pruned
        ],
    }


def lines(pruned: list[Pruned], dry_run: bool) -> list[str]:
    """One line for each zone and pipeline, and what it comes to."""
    said = [
        f"{printable(_place(one)):<40} {_files(one.files):>15} {one.bytes:>15,} bytes  older than {one.term.age}"
        for one in pruned
    ]
    total = f"{_files(sum(one.files for one in pruned))}, {sum(one.bytes for one in pruned):,} bytes"
    if not pruned:
        return ["nothing has expired; how long what is kept: `retention` in headgate.yaml and pipeline.yaml"]
    return [*said, f"would delete {total}" if dry_run else f"deleted {total}"]


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"


def _place(one: Pruned) -> str:
    return f"{one.term.zone} of {one.term.pipeline}" if one.term.pipeline else one.term.zone
