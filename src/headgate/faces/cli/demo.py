"""`headgate demo`: the bundled pipelines and their dirty samples, all the way to a report each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import Place, UserMistake
from headgate.faces.cli.init import examples, make_project
from headgate.faces.cli.options import Quiet

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.journey import Journey

MARK = ".headgate-demo"


def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to put the demo project.")] = Path("demo"),
    full: Annotated[bool, typer.Option("--full", help="Show the reports whole.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run the five bundled pipelines over their sample files and show the essential of a report of each."""
    from headgate.faces.cli.run import exit_of, file_lines
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.once import run_once

    _make_room(folder)
    make_project(folder, list(examples()))
    (folder / MARK).touch()
    with EmbeddedHost(folder) as host:
        keys = [host.put(sample, name) for name in host.project.pipelines for sample in _samples(folder, name)]
        journey = run_once(host, announced=[event for key in keys for event in host.intake.announce(key)])
        if not quiet:
            for line in file_lines(journey):
                typer.echo(line)
            _show_reports(folder, journey, host, full)
    raise typer.Exit(exit_of(journey, host))


def _samples(folder: Path, pipeline: str) -> list[Path]:
    return sorted((folder / "pipelines" / pipeline / "samples").iterdir())


def _make_room(folder: Path) -> None:
    from headgate.core.project import FILE_NAME

    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).exists() or not (folder / FILE_NAME).exists():
        raise UserMistake(
            "this folder is not an earlier demo", where=Place(str(folder)), next="headgate demo --dir NEW_FOLDER"
        )
    shutil.rmtree(folder)


def _reports(journey: Journey) -> list[Event]:
    """The reports, by the names of the files they are about."""
    files = {event.data["run"]: event.data["file"] for event in journey.of_type("file.processed")}
    return sorted(journey.of_type("report.sent"), key=lambda event: files[event.data["run"]])


def _show_reports(folder: Path, journey: Journey, host: EmbeddedHost, full: bool) -> None:
    """One report of each pipeline: that of the sample with most to tell, which is its dirty one."""
    from headgate.faces.cli.brief import ruled

    reports = _reports(journey)
    analysed = {event.data["run"]: event for event in journey.of_type("analysis.completed")}
    told = sorted(reports, key=lambda sent: _tells(_read(host, analysed[sent.data["run"]], "manifest")))
    for _, sent in sorted({sent.data["pipeline"]: sent for sent in told}.items()):
        text = [ruled(), _whole(host, sent)] if full else _brief(folder, analysed[sent.data["run"]], host, sent)
        typer.echo("\n".join(["", *text]))
    typer.echo(ruled())
    typer.echo(
        f"{len(reports)} reports in {folder}/reports, mails in {folder}/outbox, rows in {folder}/accepted and {folder}/rejected"
    )
    if not full:
        typer.echo("headgate demo --full prints five of them whole")


def _read(host: EmbeddedHost, event: Event, document: str) -> Any:
    return json.loads(host.files.read(event.data[document]))


def _tells(manifest: Mapping[str, Any]) -> tuple[int, int]:
    """How much there is to mend, and how much is known of a file that is only described."""
    described = [name for name, value in (manifest.get("metadata") or {}).items() if value is not None]
    return manifest["counts"]["rejected"] + ("note" in described), len(described)


def _whole(host: EmbeddedHost, sent: Event) -> str:
    return host.files.read(sent.data["report"]).decode().rstrip()


def _brief(folder: Path, analysed: Event, host: EmbeddedHost, sent: Event) -> list[str]:
    from headgate.core.report.run_report import run_report
    from headgate.faces.cli.brief import brief
    from headgate.stages.notify import report_input

    manifest, analysis = (_read(host, analysed, name) for name in ("manifest", "analysis"))
    page = sent.data["page"]
    return brief(run_report(report_input(analysed, host.context(), manifest, analysis, page)), f"{folder}/{page}")
