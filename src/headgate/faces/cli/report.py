"""`headgate report`: the report of a run, or of a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headgate.core.errors import UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.lists import day_named
from headgate.faces.cli.mailing import NOBODY, Mailing
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.run import exit_of, template_note
from headgate.faces.cli.runs import run_named
from headgate.faces.cli.said import echo_json, say_place

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.desk import Host
    from headgate.hosts.journey import Journey


def report(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run, by id or the beginning of one.")] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="D", help="A day such as 2026-11-20, today or yesterday, in the zone of daily_report."
        ),
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Mail it too, to those who don't have its mail yet.")] = False,
    again: Annotated[bool, typer.Option("--again", help="With --send: to those who have it, too.")] = False,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of a run or of a day as text and as web page, and print their paths."""
    from headgate.hosts.targets import host_at

    if (run is None) == (day is None):
        raise UserMistake("name a run, or a day with --day", next="headgate report --day yesterday")
    if again and (day is not None or not send):
        raise UserMistake(
            "--again goes with --send, for the report of a run", next="headgate report RUN --send --again"
        )
    with host_at(target, project, environment) as host:
        say_place(host, quiet)
        mailing = Mailing(host, run_named(host, run), target) if run is not None else None
        journey = mailing.journey(send, again) if mailing else _of_day(host, day or "", send)
        code = exit_of(journey, host)
        told = [*journey.of_type("daily.completed"), *journey.of_type("report.sent")]
        if as_json:
            echo_json([{**event.data, **(mailing.document() if mailing and send else {})} for event in told])
        elif not quiet:
            for event in told:
                _show(host, event, send)
            if mailing and send:
                typer.echo(mailing.said(), err=True)
    raise typer.Exit(code)


def _of_day(host: Host, day: str, send: bool) -> Journey:
    zone = host.project.settings.daily_report.zone
    found = day_named(day, host.clock(), zone, "headgate report --day yesterday")
    asked = host.clock().isoformat()
    event = host.event("day.ended", found.isoformat(), {"day": found.isoformat(), "zone": zone, "mail": send}, asked)
    return host.send_through([event], only="summarize")


def _show(host: Host, event: Event, send: bool) -> None:
    # That of a day is kept for machines, too.
    for key in (event.data.get("text") or event.data["report"], event.data["page"]):
        typer.echo(printable(key if "://" in host.project.storage else f"{host.project.storage}/{key}", 1000))
    if note := template_note(event):
        typer.echo(note.strip(" ()"), err=True)
    if send and event.type == "daily.completed":
        typer.echo(_having(event.data["recipients"]), err=True)


def _having(count: int) -> str:
    """How many have the mail of a day that is over, which each address gets once."""
    from headgate.core.report.numbers import counted

    if not count:
        return NOBODY
    return f"{counted(count, 'recipient')} {'has' if count == 1 else 'have'} the mail"
