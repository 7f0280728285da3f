"""`headgate replay`: runs once more, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.run import exit_of, file_lines
from headgate.faces.cli.runs import run_named
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.core.verdict_diff import VerdictDiff
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.ports import Run

STARTS = ("gate", "load", "analyze", "notify")
_CHANGES = {
    "now_accepted": "accepted now, rejected before",
    "now_rejected": "rejected now, accepted before",
    "other_reasons": "rejected for other reasons",
}


def replay(
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Runs, by id or the beginning of one.")],
    start: Annotated[
        str, typer.Option("--from", metavar="STAGE", help="Where to begin: gate, load, analyze or notify.")
    ] = "gate",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which records would change sides, and why.")
    ] = False,
    project: ProjectDir = Path("."),
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Process runs once more under the contract as it is now, and say which records changed sides."""
    from headgate.hosts.embedded import EmbeddedHost

    if start not in STARTS:
        raise UserMistake(f"--from: it must be {', '.join(STARTS)}, not {start!r}", next="headgate replay --help")
    if dry_run and start != "gate":
        raise UserMistake("--dry-run judges rows anew, which only a replay from the gate does", next="leave --from out")
    with EmbeddedHost(project) as host:
        named = [run_named(host, run) for run in runs]
        told = [_told(host, run, start, dry_run) for run in named]
    if as_json:
        echo_json([one.document for one in told])
    elif not quiet:
        for one in told:
            if one.lines:
                typer.echo("\n".join(one.lines))
    raise typer.Exit(max(one.code for one in told))


@dataclass(frozen=True)
class _Told:
    """What became of one run: as a document, as lines, as an exit code."""

    document: dict[str, Any]
    lines: list[str]
    code: int


def _told(host: EmbeddedHost, run: Run, start: Any, dry_run: bool) -> _Told:
    """A run that can't be replayed keeps none of the others from it."""
    try:
        return _tried(host, run) if dry_run else _replayed(host, run, start)
    except HeadgateError as error:
        from headgate.faces.cli import exit_code

        typer.echo(error_text(error, f"run {run.run}"), err=True)
        said = {"code": error.code, "message": error.message, "next": error.next}
        return _Told({**_document(run, None, None), "error": said}, [], exit_code(error))


def _tried(host: EmbeddedHost, run: Run) -> _Told:
    from headgate.hosts.replay import tried

    diff = tried(host, run)
    head = f"run {run.run} ({printable(run.file, 60)}), only tried:"
    return _Told(_document(run, None, diff), _lines(head, diff), 0)


def _replayed(host: EmbeddedHost, run: Run, start: Any) -> _Told:
    from headgate.hosts.replay import changed, latest, replay

    before = latest(host, run) if start == "gate" and run.state == "committed" else run
    journey = replay(host, run, start)
    code = exit_of(journey, host)
    new = next((event.data["run"] for event in journey.of_type("file.processed")), None)
    after = host.ledger.run(new) if start == "gate" and new else None
    if after is None or before.state != "committed":
        said = ", ".join(dict.fromkeys(event.type for event in journey.events)) or "nothing new"
        lines = [f"run {run.run} from {start}: {said}"]
        if start == "gate":
            lines += [f"  {line}" for line in file_lines(journey)]
        return _Told(_document(run, after, None), lines, code)
    diff = changed(host, before, after)
    head = f"run {run.run} ({printable(run.file, 60)}) is now run {after.run}:"
    return _Told(_document(run, after, diff), _lines(head, diff), code)


def _document(run: Run, after: Run | None, diff: VerdictDiff | None) -> dict[str, Any]:
    new = after.run if after else None
    return {"run": run.run, "pipeline": run.pipeline, "replay": new, "changes": diff.as_json() if diff else None}


def _lines(head: str, diff: VerdictDiff) -> list[str]:
    if not any(diff.counts.values()):
        return [head, "  every record has the verdict it had"]
    lines = [head]
    for change, count in diff.counts.items():
        if count:
            lines.append(f"  {count:,} {_CHANGES[change]}")
            lines += [f"    record {one['record']}, line {one['line']}: {_why(one)}" for one in diff.samples[change]]
    return lines


def _why(sample: dict[str, Any]) -> str:
    was, is_ = (printable("; ".join(sample[side] or []), 200) for side in ("was", "is"))
    if was and is_:
        return f"{is_} (before: {was})"
    return is_ or f"was: {was}"
