"""`headgate demo`: the bundled pipelines and their dirty samples, all the way to a report each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headgate.core.errors import Place, UserMistake
from headgate.faces.cli.init import PROJECT_FILE, examples, make_project
from headgate.faces.cli.options import Quiet

if TYPE_CHECKING:
    from headgate.hosts.journey import Journey

MARK = ".headgate-demo"


def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to put the demo project.")] = Path("demo"),
    quiet: Quiet = False,
) -> None:
    """Run the five bundled pipelines over their sample files and show a report of each."""
    from headgate.faces.cli.run import exit_of, outcome_lines
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.once import run_once

    _make_room(folder)
    make_project(folder, list(examples()))
    (folder / MARK).touch()
    with EmbeddedHost(folder) as host:
        keys = [host.put(sample, name) for name in host.project.pipelines for sample in _samples(folder, name)]
        journey = run_once(host, announced=[event for key in keys for event in host.intake.announce(key)])
        if not quiet:
            for line in outcome_lines(journey, host):
                if not line.startswith("report:"):
                    typer.echo(line)
            _show_reports(folder, _reports(journey))
    raise typer.Exit(exit_of(journey, host))


def _samples(folder: Path, pipeline: str) -> list[Path]:
    return sorted((folder / "pipelines" / pipeline / "samples").iterdir())


def _make_room(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).exists() or not (folder / PROJECT_FILE).exists():
        raise UserMistake(
            "this folder is not an earlier demo", where=Place(str(folder)), next="headgate demo --dir NEW_FOLDER"
        )
    shutil.rmtree(folder)


def _reports(journey: Journey) -> list[str]:
    """Keys of the reports, by the names of the files they are about."""
    files = {event.data["run"]: event.data["file"] for event in journey.of_type("file.processed")}
    sent = sorted(journey.of_type("report.sent"), key=lambda event: files[event.data["run"]])
    return [event.data["report"] for event in sent]


def _show_reports(folder: Path, reports: list[str]) -> None:
    """One report of each pipeline: that of its dirty sample, whose name comes last."""
    last = {Path(report).parent.name: folder / report for report in reports}
    for path in last.values():
        typer.echo("")
        typer.echo("─" * 78)
        typer.echo(path.read_text(encoding="utf-8").rstrip())
    typer.echo("─" * 78)
    typer.echo(
        f"{len(reports)} reports in {folder}/reports, mails in {folder}/outbox, rows in {folder}/accepted and {folder}/rejected"
    )
