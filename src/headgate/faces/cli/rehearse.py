"""`headgate rehearse`: the project on AWS's services, on this machine."""

from __future__ import annotations

import importlib.util
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import HeadgateError, Outside, Place, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.lists import counted
from headgate.faces.cli.options import ProjectDir, Quiet
from headgate.faces.cli.pipelines import known_pipeline
from headgate.faces.cli.said import error_text

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.core.project import Project
    from headgate.hosts.rehearsal.rehearsal import Rehearsal

_SAMPLES = "samples"
_OWN = ("moto", "boto3")
# Seconds until processes that were killed are gone for sure.
_DYING = 10.0
# Seconds between two attempts to remove what they wrote.
_AGAIN = 0.1
# Of whoever works with AWS otherwise; a profile is asked for before any key.
_MISLEADING = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def rehearse(
    pipeline: Annotated[
        list[str] | None,
        typer.Option("--pipeline", "-p", metavar="NAME", help="Only the samples of this pipeline; may be repeated."),
    ] = None,
    project: ProjectDir = Path("."),
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where reports, mails and logs are put.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=1, help="How long the samples may take.")
    ] = 300,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything up until Ctrl-C.")] = False,
    quiet: Quiet = False,
) -> None:
    """Deploy the project to AWS's services on this machine, send its samples through, and take everything down."""
    from headgate.core.project import load_project

    _check_extra()
    loaded = load_project(project)
    for name in pipeline or []:
        known_pipeline(loaded, name)
    files = _samples(loaded, pipeline or list(loaded.pipelines))
    say: Callable[[str], None] = (lambda _: None) if quiet else _Said()
    with _ended_by_signals():
        raise typer.Exit(_rehearsed(project, files, _results(out), timeout, keep, say))


def _rehearsed(
    folder: Path, files: list[tuple[str, Path]], out: Path, timeout: float, keep: bool, say: Callable[[str], None]
) -> int:
    from headgate.hosts.rehearsal.rehearsal import rehearsal

    with _room() as work, _logs_kept(work, out), rehearsal(folder, work, say) as here:
        code = _played(here, files, out, timeout, say)
        try:
            if keep:
                # Whoever looks around now finds what was said of them; what comes yet is added at the end.
                _keep_logs(work, out)
                _keep(here)
        finally:
            _keep_calls(here, out)
        return code


@contextmanager
def _logs_kept(work: Path, out: Path) -> Iterator[None]:
    """However it ends; where it failed, they are named."""
    try:
        try:
            yield
        finally:
            _keep_logs(work, out)
    except HeadgateError:
        if (out / "logs").is_dir():
            typer.echo(f"logs are in {out / 'logs'}", err=True)
        raise


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for as long as it takes."""
    work = Path(tempfile.mkdtemp(prefix="headgate-rehearsal-"))
    try:
        yield work
    finally:
        # What Terraform had started is killed with it, and may write for a moment yet.
        until = time.monotonic() + _DYING
        while work.exists() and time.monotonic() < until:
            shutil.rmtree(work, ignore_errors=True)
            if work.exists():
                time.sleep(_AGAIN)
        if work.exists():
            typer.echo(f"{work} can't be removed as a whole; delete what is left of it", err=True)


def _played(
    here: Rehearsal, files: list[tuple[str, Path]], out: Path, timeout: float, say: Callable[[str], None]
) -> int:
    """Sends the samples through; the exit code that they make."""
    from headgate.faces.cli import OUTSIDE

    say(f"{counted(len(here.stack.resources()), 'resource')} stand; the functions run")
    for name, file in files:
        here.drop(file, name)
    seen = _Seen(here, say)
    try:
        here.wait(timeout, seen, here.for_workers)
        _let_time_pass(here)
        here.wait(timeout, seen, here.for_workers)
    except Outside as too_long:
        # What came of it until then, and what is to be kept up, is there all the same.
        _told(here, seen.events, out, say)
        typer.echo(error_text(too_long), err=True)
        return OUTSIDE
    return _told(here, seen.events, out, say)


class _Said:
    """Lines with the seconds that have gone."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        typer.echo(f"{time.monotonic() - self._began:6.1f} s  {printable(text, 400)}")


class _Seen:
    """Tells of each event when it is in the journal, once."""

    def __init__(self, here: Rehearsal, say: Callable[[str], None]) -> None:
        self._here, self._say = here, say
        self._known: set[str] = set()
        self.events: list[Event] = []

    def __call__(self) -> None:
        for event in self._here.events():
            if event.id not in self._known:
                self._known.add(event.id)
                self.events.append(event)
                self._say(f"  {event.type:<19} {event.subject}")


def _samples(project: Project, names: list[str]) -> list[tuple[str, Path]]:
    """Pipeline and file of each sample."""
    found = [
        (name, file)
        for name in names
        for file in sorted((project.pipelines[name].folder / _SAMPLES).glob("[!.]*"))
        if file.is_file()
    ]
    if not found:
        raise UserMistake(
            "there are no samples to rehearse with", where=Place(str(project.folder)), who="the pipeline's owner",
            next=f"put files into pipelines/<name>/{_SAMPLES}/", code="no_samples",
        )  # fmt: skip
    return found


def _let_time_pass(here: Rehearsal) -> None:
    """The clock ticks, so that people are told of what was kept for them, and the day ends."""
    now = datetime.now(UTC).replace(tzinfo=None)
    here.tick("clock", now)
    here.tick("day", datetime.combine(now.date() + timedelta(days=1), datetime.min.time()))


def _told(here: Rehearsal, events: list[Event], out: Path, say: Callable[[str], None]) -> int:
    """Fetches what came of it and says where it lies; the exit code that it makes."""
    from headgate.faces.cli import DONE, FAILED, OUTSIDE

    here.fetch(out, f"{here.project.settings.zones.reports}/")
    mails = here.cloud.mails()
    for number, mail in enumerate(mails, 1):
        path = out / "mails" / f"{number:03}.eml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mail)
    for event in events:
        if event.type in ("report.sent", "daily.completed"):
            say(f"report: {(out / event.data['report']).with_suffix('.txt')}")
    for event in events:
        if event.type == "file.failed":
            say(f"failed: {event.data['file']}: {event.data['reason']['message']}")
    if large := here.cloud.waiting().get(here.for_workers):
        say(
            f"{counted(large, 'file')} too large for a function: headgate worker --queue large, while it is kept (--keep), takes what waits"
        )
    say(f"{counted(len(mails), 'mail')} in {out / 'mails'}, logs of the functions in {out / 'logs'}")
    dead = [event for event in events if event.type == "event.dead"]
    if dead or any(number for name, number in here.cloud.waiting().items() if name.endswith("-dead")):
        typer.echo(f"{counted(len(dead), 'dead letter')}: see the functions' logs", err=True)
        return OUTSIDE
    return FAILED if any(event.type == "file.failed" for event in events) else DONE


def _results(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="headgate-rehearsed-"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserMistake(
            "this is no empty folder",
            where=Place(str(out)),
            next="headgate rehearse --out NEW_FOLDER",
            code="not_empty",
        )
    out.mkdir(parents=True, exist_ok=True)
    return out


def _keep_logs(work: Path, out: Path) -> None:
    for log in (*work.glob("*.log"), *work.glob("logs/*.log")):
        (out / "logs").mkdir(exist_ok=True)
        shutil.copy(log, out / "logs" / log.name)


def _keep_calls(here: Rehearsal, out: Path) -> None:
    """Every call of a function, with seconds and memory, as JSON lines."""
    lines = [json.dumps(asdict(called)) for called in here.runner.functions.called]
    (out / "logs").mkdir(exist_ok=True)
    (out / "logs" / "calls.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _keep(here: Rehearsal) -> None:
    """Everything stays up, for whoever wants to look around or drop more, until Ctrl-C."""
    typer.echo(f"unset {' '.join(_MISLEADING)}")
    for name, value in here.cloud.environment.items():
        typer.echo(f"export {name}={quote(value)}")
    # For whoever deploys there by hand: these services have no saved queries.
    typer.echo("export TF_VAR_saved_queries=false")
    where = f"--target aws --project {quote(str(here.project.folder))}"
    typer.echo(f"headgate status {where}")
    typer.echo(f"headgate put FILE --pipeline {next(iter(here.project.pipelines))} {where}")
    typer.echo("everything stays up until Ctrl-C; until then the lines above work in another terminal")
    _wait_for_the_end()


def _wait_for_the_end() -> None:
    threading.Event().wait()


def _check_extra() -> None:
    if missing := [name for name in _OWN if importlib.util.find_spec(name) is None]:
        raise UserMistake(
            f"a rehearsal needs {' and '.join(missing)}", next="pip install 'headgate[aws,rehearsal]'", code="no_extra"
        )


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: whatever runs is ended, too."""

    def end(number: int, _: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("ended; everything is taken down", err=True)
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, before)
