"""`headgate demo`: the bundled pipelines and their dirty samples, all the way to a report each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from headgate.core.errors import Place, UserMistake
from headgate.faces.cli.init import PROJECT_FILE, examples, make_project
from headgate.faces.cli.options import Quiet
from headgate.faces.cli.said import error_text

MARK = ".headgate-demo"


def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to put the demo project.")] = Path("demo"),
    quiet: Quiet = False,
) -> None:
    """Run the five bundled pipelines over their sample files and show a report of each."""
    from headgate.faces.cli.run import outcome_lines
    from headgate.hosts.embedded import EmbeddedHost

    _make_room(folder)
    make_project(folder, list(examples()))
    (folder / MARK).touch()
    host = EmbeddedHost(folder)
    for name in host.project.pipelines:
        for sample in sorted((folder / "pipelines" / name / "samples").iterdir()):
            host.put(sample, name)
    journey = host.run()
    if not quiet:
        for line in outcome_lines(journey, host):
            if not line.startswith("report:"):
                typer.echo(line)
        _show_reports(folder, [event.data["report"] for event in journey.of_type("report.sent")])
    for event, error in journey.errors:
        typer.echo(error_text(error, event.subject), err=True)
    raise typer.Exit(1 if journey.errors else 0)


def _make_room(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).exists() or not (folder / PROJECT_FILE).exists():
        raise UserMistake(
            "this folder is not an earlier demo", where=Place(str(folder)), next="headgate demo --dir NEW_FOLDER"
        )
    shutil.rmtree(folder)


def _show_reports(folder: Path, reports: list[str]) -> None:
    """The last report of each pipeline: samples are taken in order of name, the dirty one last."""
    last = {Path(report).parent.name: folder / report for report in reports}
    for path in last.values():
        typer.echo("")
        typer.echo("─" * 78)
        typer.echo(path.read_text(encoding="utf-8").rstrip())
    typer.echo("─" * 78)
    typer.echo(
        f"{len(reports)} reports in {folder}/reports, mails in {folder}/outbox, rows in {folder}/accepted and {folder}/rejected"
    )
