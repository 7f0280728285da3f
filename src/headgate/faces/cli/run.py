"""`headgate run`: the whole journey once, for cron and CI."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import UserMistake
from headgate.core.nearest import nearest
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost, Journey


def run(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Files to put into the inbox first.")
    ] = None,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", "-p", help="The pipeline these files belong to.")
    ] = None,
    project: ProjectDir = Path("."),
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Take everything in the inbox through its pipeline, once, and stop."""
    from headgate.faces.api import existing_file
    from headgate.faces.cli import exit_code
    from headgate.hosts.embedded import EmbeddedHost

    host = EmbeddedHost(project)
    named = [existing_file(file) for file in files or []]
    _no_name_twice(named)
    if pipeline and pipeline not in host.project.pipelines:
        meant = nearest(pipeline, host.project.pipelines)
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(host.project.pipelines) or 'none'}"
        raise UserMistake(f"there is no pipeline {pipeline}; {hint}", next="headgate config show")
    for file in named:
        host.put(file, pipeline)
    journey = host.run()
    if as_json:
        echo_json(as_document(journey))
    elif not quiet:
        for line in outcome_lines(journey, host):
            typer.echo(line)
    for event, error in journey.errors:
        if error.code == "bug" and error.__cause__:
            typer.echo(printable_lines(error.__cause__), err=True)
        typer.echo(error_text(error, event.subject), err=True)
    codes = [exit_code(error) for _, error in journey.errors] + [1 for _ in journey.of_type("file.failed")]
    raise typer.Exit(max(codes, default=0))


def printable_lines(error: BaseException) -> str:
    """The traceback of a bug, safe for a terminal."""
    lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
    return "\n".join(printable(line, 500) for line in lines)


def _no_name_twice(files: list[Path]) -> None:
    names = Counter(file.name for file in files)
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice:
        raise UserMistake(
            f"two files are called {twice}, so one would lie over the other in the inbox", next="run them one by one"
        )


def as_document(journey: Journey) -> dict[str, Any]:
    """The journey as JSON: what became of each file, and every event."""
    ends = ("file.processed", "file.failed", "file.duplicate", "file.unmatched")
    return {
        "files": [{"outcome": event.type, **event.data} for event in journey.events if event.type in ends],
        "events": [event.as_cloudevent() for event in journey.events],
        "errors": [{"event": event.id, "code": error.code, "message": str(error)} for event, error in journey.errors],
    }


def outcome_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """One line per file, and where to look."""
    lines = [_line(event.type, dict(event.data)) for event in journey.events if event.type in _LINES]
    if not lines:
        return [f"the inbox is empty: put files into {host.project.settings.zones.inbox}/<pipeline>/"]
    reports = [event.data["report"] for event in journey.of_type("report.sent")]
    if reports:
        lines += ["", *(f"report: {report}" for report in reports)]
    if any(host.project.outbox.glob("*.eml")):
        lines.append(f"mails:  {host.project.settings.mail.outbox}/")
    return lines


def _line(type_: str, data: dict[str, Any]) -> str:
    return f"{printable(data['file'], 60)}: {_LINES[type_](data)}"


def _processed(data: dict[str, Any]) -> str:
    counts = data["counts"]
    if counts["records"] is None:
        return "described"
    return f"{counts['records']:,} records, {counts['accepted']:,} accepted, {counts['rejected']:,} rejected"


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "file.processed": _processed,
    "file.failed": lambda data: f"FAILED, {printable(data['reason']['message'])} (kept in {printable(data['key'])})",
    "file.duplicate": lambda data: f"already processed by run {data['of']}",
    "file.unmatched": lambda data: f"belongs to no single pipeline (kept in {printable(data['key'])})",
}
