"""`headgate run`: the whole journey once, for cron and CI."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.astray import fault_named
from headgate.core.printable import printable
from headgate.faces.cli.lists import counted, iso
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.pipelines import known_pipeline, no_name_twice
from headgate.faces.cli.said import echo_json, error_text, warning_text

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.desk import Desk, Host
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.journey import Journey

_MOST_LINES = 20
_MAILING = ("report.sent", "alert.sent", "daily.completed")


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
    from headgate.hosts.narrators import lacking_models
    from headgate.hosts.once import run_once

    named = [existing_file(file) for file in files or []]
    no_name_twice(named)
    with EmbeddedHost(project) as host:
        known_pipeline(host.project, pipeline)
        if not quiet:
            for lacking in lacking_models(host.voices, host.secrets):
                typer.echo(warning_text(lacking, "the built-in narrator writes"), err=True)
        keys = [host.put(file, pipeline) for file in named]
        journey = run_once(host, announced=[event for key in keys for event in host.intake.announce(key)])
        if as_json:
            echo_json(as_document(journey, host))
        elif not quiet:
            for line in outcome_lines(journey, host):
                typer.echo(line)
        code = max(exit_of(journey, host), _exit_of_letters(host))
    raise typer.Exit(code)


def _exit_of_letters(host: EmbeddedHost) -> int:
    """Says how many dead letters wait for a person, whenever they died: a cron job must not call that a success."""
    from headgate.faces.cli import DONE, OUTSIDE

    dead = host.queue.depth().dead
    if not dead:
        return DONE
    said = "1 dead letter waits" if dead == 1 else f"{dead:,} dead letters wait"
    typer.echo(f"{said} for a person: {next_step('headgate dead list')}", err=True)
    return OUTSIDE


def exit_of(journey: Journey, host: Host) -> int:
    """Prints what failed for good; the exit code that a journey makes."""
    from headgate.faces.cli import FAILED, exit_code

    for event, error in journey.errors:
        if error.code == "bug" and error.__cause__:
            typer.echo(host.masked(printable_lines(error.__cause__)), err=True)
        typer.echo(host.masked(error_text(error, event.subject)), err=True)
    failed = [FAILED] if journey.of_type("file.failed") else []
    return max((*failed, *(exit_code(error) for _, error in journey.errors)), default=0)


def printable_lines(error: BaseException) -> str:
    """The traceback of a bug, safe for a terminal."""
    lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
    return "\n".join(printable(line, 500) for line in lines)


def as_document(journey: Journey, host: EmbeddedHost) -> dict[str, Any]:
    """The journey as JSON: what became of each file, and every event."""
    errors = [(event.id, error.code, host.masked(str(error))) for event, error in journey.errors]
    return {
        "files": [{"outcome": event.type, **event.data} for event in journey.events if event.type in _LINES],
        "worked_off": [{"stage": run.delivery.stage, "event": run.delivery.event.id} for run in journey.waited],
        "untaken": untaken(host),
        "dead_letters": host.queue.depth().dead,
        "left": left(journey),
        "events": [event.as_cloudevent() for event in journey.events],
        "errors": [{"event": event, "code": code, "message": message} for event, code, message in errors],
    }


def outcome_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """One line per file, and where to look."""
    lines = [*file_lines(journey), *_waited_lines(journey), *_astray_lines(journey, host), *_dead_lines(host)]
    lines += _elsewhere_lines(journey, host)
    lines += left_lines(journey)
    if not lines and not journey.growing:
        return [f"the inbox is empty: put files into {host.project.settings.zones.inbox}/<pipeline>/"]
    lines += [f"{printable(key, 60)}: still being written; the next run takes it" for key in journey.growing]
    reports = [event for event in journey.of_type("report.sent") if event.id not in journey.elsewhere]
    if reports:
        without_model = _without_model(journey)
        lines += ["", *(f"report: {event.data['report']}{_report_note(event, without_model)}" for event in reports)]
    return lines + _mail_lines(journey, host)


def _mail_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """Where mails lie, or how many were handed over now."""
    mail = host.project.settings.mail
    if mail.smtp is None:
        return [f"mails:  {mail.outbox}/"] if any(host.project.outbox.glob("*.eml")) else []
    mailed = [event for event in journey.events if event.type in _MAILING and event.data.get("recipients")]
    count = sum(event.id not in journey.elsewhere for event in mailed)
    return [f"mails:  {count:,}, by {printable(mail.smtp.host, 60)}"] if count else []


def _without_model(journey: Journey) -> dict[str, str]:
    """Run → why its configured model did not write its narrative, in a word."""
    told = ((one.data["run"], one.data.get("model") or {}) for one in journey.of_type("analysis.completed"))
    return {run: model["fallback"] for run, model in told if model.get("fallback")}


def _report_note(event: Event, without_model: Mapping[str, str]) -> str:
    why = without_model.get(event.data["run"])
    said = f" (the model did not write it, {printable(why, 40)}; the report says more)" if why else ""
    return template_note(event) + said


def template_note(event: Event) -> str:
    """Behind a report that should have had its pipeline's own form, and has not."""
    return " (the pipeline's own template failed; the report says why)" if "own_template" in event.data else ""


def left(journey: Journey) -> dict[str, Any]:
    """How much was not waited for, and until when it waits."""
    return {"events": journey.left, "until": iso(journey.left_until) if journey.left else None}


def left_lines(journey: Journey) -> list[str]:
    """The same for people."""
    if not journey.left:
        return []
    said = "1 event waits" if journey.left == 1 else f"{journey.left:,} events wait"
    until = iso(journey.left_until.replace(microsecond=0))
    return [next_step(f"{said} until {until}: for `headgate up`, or a `headgate run` after that")]


def _waited_lines(journey: Journey) -> list[str]:
    """What was done that had waited from before; where files came to their end by it, their own lines tell."""
    lines = []
    for run in journey.waited:
        if not any(event.type in _LINES for event in run.events):
            about = str(run.delivery.event.data.get("file") or run.delivery.event.subject)
            lines.append(f"{printable(about, 60)}: {run.delivery.stage} done, which had waited")
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"and {more:,} more that had waited"]


def untaken(desk: Desk) -> list[dict[str, str]]:
    """What lies in the inbox and can't be taken as a file: why not, and what to do."""
    found = [(one.key, fault_named(one.fault)) for one in desk.inbox() if one.fault]
    return [{"key": key, "why": fault.why, "next": fault.next} for key, fault in found]


def _astray_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """What lies there as before; what came now has its own line."""
    told = {event.data["key"] for event in journey.of_type("file.unmatched")}
    return [
        f"{printable(one['key'], 60)}: can't be taken, {one['why']}: {one['next']}"
        for one in untaken(host)
        if one["key"] not in told
    ]


def _dead_lines(host: EmbeddedHost) -> list[str]:
    """Files that no run takes before a person has looked after them."""
    next_ = next_step("headgate dead list")
    return [f"{printable(key, 60)}: failed before and waits for you: {next_}" for key in _dead(host)]


def _dead(host: EmbeddedHost) -> list[str]:
    letters = {letter.event.data["key"] for letter in host.queue.dead_letters() if letter.stage == "ingest"}
    return sorted(letters.intersection(host.intake.waiting()))


def _elsewhere_lines(journey: Journey, host: EmbeddedHost) -> list[str]:
    """How many files are another process's to tell of: those it took over, and those it is still at."""
    done = sum(event.type in _LINES and not _is_told(event, journey) for event in journey.events)
    held = {*host.intake.waiting()}.difference(journey.growing, _dead(host)) if host.queue.depth().taken else ()
    where = next_step("headgate runs")
    lines = [f"taken over by another `headgate run` or `up`: {_files(done)} ({where})"] if done else []
    return [*lines, f"another `headgate run` or `up` is still at {_files(len(held))}"] if held else lines


def _files(count: int) -> str:
    return counted(count, "file")


def _is_told(event: Event, journey: Journey) -> bool:
    """A failed file makes the exit code of every process that waited for it, so each says why."""
    return event.id not in journey.elsewhere or event.type == "file.failed"


def file_lines(journey: Journey) -> list[str]:
    """What became of each file, one line for each; not of those of which another process tells."""
    told = [event for event in journey.events if event.type in _LINES and _is_told(event, journey)]
    ends = [(_LINES[event.type], dict(event.data)) for event in told]
    return [f"{printable(data['file'], 60)}: {line(data)}" for line, data in ends]


def _processed(data: dict[str, Any]) -> str:
    counts = data["counts"]
    if counts["records"] is None:
        return "described"
    return f"{counted(counts['records'], 'record')}, {counts['accepted']:,} accepted, {counts['rejected']:,} rejected"


def _unmatched(data: dict[str, Any]) -> str:
    if "fault" not in data:
        return f"belongs to no single pipeline (kept in {printable(data['key'])})"
    fault = fault_named(data["fault"])
    return f"can't be taken, {fault.why}: {fault.next} (it lies in {printable(data['key'])})"


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "file.processed": _processed,
    "file.failed": lambda data: f"FAILED, {printable(data['reason']['message'])} (kept in {printable(data['key'])})",
    "file.duplicate": lambda data: f"already processed by run {data['of']}",
    "file.unmatched": _unmatched,
    "file.vanished": lambda data: f"was taken away from {printable(data['key'])} before it was read",
}
