"""`headgate replay`: runs once more, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.mailing import Mailing
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.run import exit_of, file_lines
from headgate.faces.cli.runs import run_named
from headgate.faces.cli.said import echo_json, error_text, say_place

if TYPE_CHECKING:
    from headgate.hosts.desk import Host
    from headgate.hosts.journey import Journey
    from headgate.hosts.replay_changes import Changes
    from headgate.ports import Run

_AGAIN = "headgate report {} --send --again"
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
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Process runs once more under the contract as it is now, and say which records changed sides."""
    from headgate.hosts.targets import host_at

    if start not in STARTS:
        raise UserMistake(f"--from: it must be {', '.join(STARTS)}, not {start!r}", next="headgate replay --help")
    if dry_run and start != "gate":
        raise UserMistake("--dry-run judges rows anew, which only a replay from the gate does", next="leave --from out")
    with host_at(target, project, environment) as host:
        say_place(host, quiet)
        named = [run_named(host, run) for run in runs]
        told = [_told(host, run, start, dry_run, target) for run in named]
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


def _told(host: Host, run: Run, start: Any, dry_run: bool, target: str) -> _Told:
    """A run that can't be replayed keeps none of the others from it."""
    try:
        if dry_run:
            return _tried(host, run)
        return _replayed(host, run) if start == "gate" else _done_again(host, run, start, target)
    except HeadgateError as error:
        from headgate.faces.cli import exit_code

        typer.echo(error_text(error, f"run {run.run}"), err=True)
        return _Told({**_document(run, None, None), "error": _error(error)}, [], exit_code(error))


def _tried(host: Host, run: Run) -> _Told:
    from headgate.hosts.replay_changes import tried, versions_held

    changes = tried(host, run)
    if changes.failure:
        return _failed(run, changes)
    held = versions_held(host, run.pipeline)
    versions = [_Versions(table, count, count + changes.accepted) for table, count in held.items()]
    head = f"run {run.run} ({printable(run.file, 60)}), only tried:"
    lines = [head, *_lines(changes), *(one.line("would hold") for one in versions)]
    return _Told(_document(run, None, changes, versions), lines, 0)


def _failed(run: Run, changes: Changes) -> _Told:
    """The file fails as a whole under the contract as it is now; which records make it so is what one must know."""
    from headgate.faces.cli import exit_code

    assert changes.failure
    typer.echo(error_text(changes.failure, f"run {run.run}"), err=True)
    lines = _lines(changes)
    of_it = "of its records:" if lines else f"none of its {run.counts.get('records') or 0:,} records is judged"
    head = f"run {run.run} ({printable(run.file, 60)}) stays as it is; {of_it}"
    return _Told(_document(run, None, changes), [head, *lines], exit_code(changes.failure))


def _done_again(host: Host, run: Run, start: Any, target: str) -> _Told:
    """From a later stage: who has the mail of the report is said, too."""
    from headgate.hosts.replay import replay

    mailing = Mailing(host, run, target)
    journey = mailing.seen(replay(host, run, start))
    mailed = any(event.data["recipients"] for event in journey.of_type("report.sent"))
    lines = [f"  {mailing.said(next_step(_AGAIN.format(run.run)))}"] if mailed else []
    return _Told(_document(run, None, None), [_came(run, start, journey), *lines], exit_of(journey, host))


def _replayed(host: Host, run: Run) -> _Told:
    from headgate.hosts.replay import latest, replay
    from headgate.hosts.replay_changes import not_changed, versions_held

    before = latest(host, run) if run.state == "committed" else run
    held = versions_held(host, run.pipeline)
    journey = replay(host, run, "gate")
    code = exit_of(journey, host)
    new = next((event.data["run"] for event in journey.of_type("file.processed")), None)
    after = host.ledger.run(new) if new else None
    if after and before.state == "committed":
        return _done(host, run, before, after, held, code)
    failed = journey.of_type("file.failed")
    if failed and before.state == "committed":
        return _failed(run, not_changed(host, before, failed[0]))
    if not journey.events and (again := _failed_again(host, run)):
        return again
    files = [f"  {line}" for line in file_lines(journey)]
    return _Told(_document(run, after, None), [_came(run, "gate", journey), *files], code)


def _failed_again(host: Host, run: Run) -> _Told | None:
    """A file that fails as it failed before gives the event that there is already: only its run shows it."""
    now = host.ledger.run(run.run)
    if now is None or now.state != "failed" or now.attempts == run.attempts:
        return None
    reason = now.reason or {}
    why = f"{printable(reason.get('message', ''), 500)} [{printable(reason.get('code', ''))}]"
    return _Told(_document(run, None, None), [f"run {run.run} ({printable(run.file, 60)}) failed again: {why}"], 1)


def _done(host: Host, run: Run, before: Run, after: Run, held: Mapping[str, int], code: int) -> _Told:
    from headgate.hosts.replay_changes import changed, versions_held

    changes, now = changed(host, before, after), versions_held(host, run.pipeline)
    versions = [_Versions(table, count, now[table]) for table, count in held.items()]
    head = f"run {run.run} ({printable(run.file, 60)}) is now run {after.run}:"
    lines = [head, *_lines(changes), *(one.line("holds") for one in versions)]
    return _Told(_document(run, after, changes, versions), lines, code)


def _came(run: Run, start: str, journey: Journey) -> str:
    said = ", ".join(dict.fromkeys(event.type for event in journey.events)) or "nothing new"
    return f"run {run.run} from {start}: {said}"


@dataclass(frozen=True)
class _Versions:
    """A table in which rows of a replay stand beside those of before: how many rows it holds before and after."""

    table: str
    before: int
    after: int

    def line(self, holds: str) -> str:
        return (
            f"  the table {self.table} {holds} another version of each accepted row, since its key is of the run: "
            f"{self.before:,} rows before, {self.after:,} after"
        )


def _document(
    run: Run, after: Run | None, changes: Changes | None, versions: Sequence[_Versions] = ()
) -> dict[str, Any]:
    diff = changes.diff if changes else None
    document = {
        "run": run.run, "pipeline": run.pipeline, "replay": after.run if after else None,
        "changes": diff.as_json() if diff else None, "tables": [asdict(one) for one in versions],
    }  # fmt: skip
    failure = changes.failure if changes else None
    return {**document, "error": _error(failure)} if failure else document


def _error(error: HeadgateError) -> dict[str, Any]:
    return {"code": error.code, "message": error.message, "next": next_step(error.next or "") or None}


def _lines(changes: Changes) -> list[str]:
    diff = changes.diff
    if diff is None:
        return []
    lines = [] if any(diff.counts.values()) else ["  every record has the verdict it had"]
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
