"""`headgate report`: the report of a run, or of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from headgate.core.errors import UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet, Target
from headgate.faces.cli.run import exit_of
from headgate.faces.cli.runs import run_named
from headgate.faces.cli.said import echo_json

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
    send: Annotated[bool, typer.Option("--send", help="Mail it too.")] = False,
    project: ProjectDir = Path("."),
    target: Target = "local",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of a run or of a day as text and as web page, and print their paths."""
    from headgate.hosts.targets import host_at

    if (run is None) == (day is None):
        raise UserMistake("name a run, or a day with --day", next="headgate report --day yesterday")
    with host_at(target, project) as host:
        journey = _of_run(host, run or "", send) if day is None else _of_day(host, day, send)
        code = exit_of(journey, host)
        told = [*journey.of_type("daily.completed"), *journey.of_type("report.sent")]
        if as_json:
            echo_json([dict(event.data) for event in told])
        elif not quiet:
            for event in told:
                _show(host, event, send)
    raise typer.Exit(code)


def _of_day(host: Host, day: str, send: bool) -> Journey:
    zone = host.project.settings.daily_report.zone
    found = _day(day, host.clock(), zone)
    asked = host.clock().isoformat()
    event = host.event("day.ended", found.isoformat(), {"day": found.isoformat(), "zone": zone, "mail": send}, asked)
    return host.send_through([event], only="summarize")


def _day(written: str, now: datetime, zone: str) -> date:
    today = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = named.get(written) or date.fromisoformat(written)
    except ValueError:
        raise UserMistake(
            f"--day: it must be a date such as 2026-11-20, today or yesterday, not {printable(written, 60)}",
            next="headgate report --day yesterday",
        ) from None
    if day > today:
        raise UserMistake(
            f"--day: {day} is still to come, in {zone} it is {today}",
            next="headgate report --day today",
            code="future_day",
        )
    return day


def _of_run(host: Host, run: str, send: bool) -> Journey:
    from headgate.hosts.replay import again

    event = again(host, run_named(host, run), "notify")
    return host.send_through([replace(event, data={**event.data, "mail": send})], only="notify")


def _show(host: Host, event: Event, send: bool) -> None:
    # That of a day is kept for machines, too.
    for key in (event.data.get("text") or event.data["report"], event.data["page"]):
        typer.echo(printable(key if "://" in host.project.storage else f"{host.project.storage}/{key}", 1000))
    if send:
        typer.echo(_mailed(event), err=True)


def _mailed(event: Event) -> str:
    """To how many it went; of a day that is over, how many have the mail, which each address gets once."""
    from headgate.core.report.numbers import counted

    count = event.data["recipients"]
    if count and event.type == "daily.completed":
        return f"{counted(count, 'recipient')} {'has' if count == 1 else 'have'} the mail"
    if count:
        return f"mailed to {counted(count, 'recipient')}"
    return "not mailed: no address is named, neither mail.to in headgate.yaml nor report.recipients in pipeline.yaml"
