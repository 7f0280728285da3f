"""`headgate run`: the whole journey once, for cron and CI."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.pipelines import known_pipeline, no_name_twice
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.journey import Journey


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
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.once import run_once

    named = [existing_file(file) for file in files or []]
    no_name_twice(named)
    with EmbeddedHost(project) as host:
        known_pipeline(host.project, pipeline)
        keys = [host.put(file, pipeline) for file in named]
        journey = run_once(host, announced=[event for key in keys for event in host.intake.announce(key)])
        if as_json:
            echo_json(as_document(journey, host))
        elif not quiet:
            for line in outcome_lines(journey, host):
                typer.echo(line)
    raise typer.Exit(exit_of(journey, host))


def exit_of(journey: Journey, host: EmbeddedHost) -> int:
    """Prints what failed for good; the exit code that a journey makes."""
    from headgate.faces.cli import FAILED, exit_code

    for event, error in journey.errors:
        if error.code == "bug" and error.__cause__:
            typer.echo(host.secrets.mask(printable_lines(error.__cause__)), err=True)
        typer.echo(host.secrets.mask(error_text(error, event.subject)), err=True)
    failed = [FAILED] if journey.of_type("file.failed") else []
    return max((*failed, *(exit_code(error) for _, error in journey.errors)), default=0)


def printable_lines(error: BaseException) -> str:
    """The traceback of a bug, safe for a terminal."""
    lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
    return "\n".join(printable(line, 500) for line in lines)


def as_document(journey: Journey, host: EmbeddedHost) -> dict[str, Any]:
    """The journey as JSON: what became of each file, and every event."""
    errors = [(event.id, error.code, host.secrets.mask(str(error))) for event, error in journey.errors]
    return {
        "files": [{"outcome": event.type, **event.data} for event in journey.events if event.type in _LINES],
        "events": [event.as_cloudevent() for event in journey.events],
        "errors": [{"event": event, "code": code, "message": message} for event, code, message in errors],
    }


def outcome_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """One line per file, and where to look."""
    lines = [*file_lines(journey), *_dead_lines(host)]
    if not lines and not journey.growing:
        return [f"the inbox is empty: put files into {host.project.settings.zones.inbox}/<pipeline>/"]
    lines += [f"{printable(key, 60)}: still being written; the next run takes it" for key in journey.growing]
    reports = [event.data["report"] for event in journey.of_type("report.sent")]
    if reports:
        lines += ["", *(f"report: {report}" for report in reports)]
    if any(host.project.outbox.glob("*.eml")):
        lines.append(f"mails:  {host.project.settings.mail.outbox}/")
    return lines


def _dead_lines(host: EmbeddedHost) -> list[str]:
    """Files that no run takes before a person has looked after them."""
    letters = {letter.event.data["key"] for letter in host.queue.dead_letters() if letter.stage == "ingest"}
    dead = sorted(letters.intersection(host.intake.waiting()))
    return [f"{printable(key, 60)}: failed before and waits for you: headgate dead list" for key in dead]


def file_lines(journey: Journey) -> list[str]:
    """What became of each file, one line for each."""
    ends = [(_LINES[event.type], dict(event.data)) for event in journey.events if event.type in _LINES]
    return [f"{printable(data['file'], 60)}: {line(data)}" for line, data in ends]


def _processed(data: dict[str, Any]) -> str:
    counts = data["counts"]
    if counts["records"] is None:
        return "described"
    return f"{counts['records']:,} records, {counts['accepted']:,} accepted, {counts['rejected']:,} rejected"


def _unmatched(data: dict[str, Any]) -> str:
    if "fault" not in data:
        return f"belongs to no single pipeline (kept in {printable(data['key'])})"
    return f"can't be taken, {_FAULTS.get(data['fault'], 'it is no file')} (it lies in {printable(data['key'])})"


_FAULTS = {
    "bad_name": "its name can't be kept: rename it",
    "folder": "it is an empty folder",
    "link": "it is a link: put the file itself there",
    "unreadable": "it can't be read: correct its permissions",
}
_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "file.processed": _processed,
    "file.failed": lambda data: f"FAILED, {printable(data['reason']['message'])} (kept in {printable(data['key'])})",
    "file.duplicate": lambda data: f"already processed by run {data['of']}",
    "file.unmatched": _unmatched,
    "file.vanished": lambda data: f"was taken away from {printable(data['key'])} before it was read",
}
