"""`headgate runs`: what became of every file; and how people name a run."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from headgate.core.errors import UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.lists import Limit, OfPipeline, Since, counted, iso, of_known_pipeline, since_time, table
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.said import echo_json

if TYPE_CHECKING:
    from headgate.hosts.desk import Desk
    from headgate.ports import Ledger, Progress, Queue, Run

SHORT = 10
"""So many characters of a run's id are shown in lists."""

KILLED = "killed while running"
"""What is said of a run whose process is gone."""

STAGES = ("ingest", "load", "analyze", "notify")
COUNTS = ("records", "accepted", "rejected", "warned")
STAGE_WORDS = {"ready": "waits", "taken": "works", "done": "done", "dead": "DEAD", "discarded": "discarded"}
_PAGE = 30
_NEAR = 5


class WithLedger(Protocol):
    """Whatever has a ledger, such as a host."""

    @property
    def ledger(self) -> Ledger: ...


def runs(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="A run, by its id or how that begins.")] = None,
    pipeline: OfPipeline = None,
    since: Since = None,
    limit: Limit = None,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """List the runs, newest last; or show one whole, with its events, outputs and reasons."""
    from headgate.faces.cli.one_run import one_run
    from headgate.faces.cli.one_run_text import one_run_text
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        if run is not None:
            _nothing_to_choose(pipeline, since, limit)
            document = one_run(desk, run_named(desk, run))
            _say(document, lambda: one_run_text(document), quiet, as_json)
            return
        found = _wanted(desk, pipeline, since)
        shown = found[-(limit or (len(found) if as_json else _PAGE)) :]
        gone = vanished_runs(desk)
        rows = [run_row(desk.queue, one, gone) for one in shown]
        _say(rows, lambda: list_text(rows, len(found), desk.next_after_kill), quiet, as_json)


def _say(document: Any, text: Any, quiet: bool, as_json: bool) -> None:
    if as_json:
        echo_json(document)
    elif not quiet:
        typer.echo(text())


def _nothing_to_choose(*filters: object) -> None:
    if any(filters):
        raise UserMistake(
            "--pipeline, --since and --limit choose among several runs, and one is named", next="leave them out"
        )


def _wanted(desk: Desk, pipeline: str | None, since: str | None) -> list[Run]:
    found = desk.ledger.runs(pipeline, since_time(since, desk.clock()))
    if pipeline and not found:
        of_known_pipeline(desk.project, pipeline, (run.pipeline for run in desk.ledger.runs(pipeline)))
    return found


def run_named(host: WithLedger, text: str) -> Run:
    """The run that a person means by its id, or by how its id alone begins.

    Raises:
        UserMistake: there is none, or more than one; the message names those that are near.
    """
    id_ = text.lower()
    exact = host.ledger.run(id_)
    if exact:
        return exact
    known = host.ledger.runs()
    fitting = [run for run in known if text and run.run.startswith(id_)]
    if len(fitting) == 1:
        return fitting[0]
    said = printable(text, 60)
    if fitting:
        raise _mistake(f"{counted(len(fitting), 'run')} begin with {said}", fitting, "write more of its id")
    near = [run for run in known if run.file == text] or [run for run in known if run.run[:3] == id_[:3]]
    raise _mistake(f"there is no run {said}", near, "headgate runs")


def _mistake(message: str, near: Sequence[Run], next_: str) -> UserMistake:
    if near:
        named = [f"{run.run[: 2 * SHORT]} ({printable(run.file, 40)})" for run in near[-_NEAR:]]
        more = f", and {len(near) - _NEAR} more" if len(near) > _NEAR else ""
        message += f"; near it: {', '.join(named)}{more}"
    return UserMistake(message, next=next_, code="which_run")


def vanished_runs(host: WithLedger) -> set[str]:
    """The runs whose process was killed, and that nobody took up since."""
    return {run.run for run in host.ledger.vanished()}


def run_row(queue: Queue, run: Run, vanished: Container[str]) -> dict[str, Any]:
    """A run as lists have it.

    Args:
        vanished: the runs whose process was killed.
    """
    stages = stages_after(queue, run)
    return {
        "run": run.run,
        "pipeline": run.pipeline,
        "state": run.state,
        "vanished": run.state == "running" and run.run in vanished,
        "verdict": run.verdict,
        "file": run.file,
        "counts": {name: run.counts.get(name) for name in COUNTS},
        "attempts": run.attempts,
        "claimed_at": iso(run.claimed_at),
        "settled_at": iso(run.settled_at),
        "parent": run.parent,
        "replay": run.replay,
        "replays": run.replays,
        "reason": dict(run.reason) if run.reason and run.state != "committed" else None,
        "stages": {name: stages[name].state if name in stages else None for name in STAGES},
    }


def stages_after(queue: Queue, run: Run) -> Mapping[str, Progress]:
    """How far the stages are with a committed run, ingest too; of one that was started again, its last start."""
    event = queue.event(run.event) if run.state == "committed" else None
    if event is None:
        return {}
    of_run = [one.id for one in queue.events(event.correlation_id) if one.data.get("run") == run.run]
    return {one.stage: one for one in queue.progress([event.id, *of_run]) if one.stage in STAGES}


def list_text(rows: Sequence[Mapping[str, Any]], of: int, next_after_kill: str) -> str:
    """The runs as a table, and what can be typed next.

    Args:
        of: how many there are in all.
        next_after_kill: what becomes of a run whose process was killed.
    """
    if not rows:
        return "no runs"
    titles = ("run", "began", "pipeline", "file", "outcome", *COUNTS, "attempts", "then", "belongs to")
    lines = [table(titles, [_cells(row) for row in rows], (*COUNTS, "attempts"))]
    if len(rows) < of:
        lines.append(f"the last {len(rows):,} of {of:,}; --limit N shows more")
    if any(row["vanished"] for row in rows):
        lines.append(f"{KILLED}: {next_step(next_after_kill)}")
    return "\n".join([*lines, f"one whole: {next_step('headgate runs RUN')}"])


def _cells(row: Mapping[str, Any]) -> list[object]:
    counts = [None if row["counts"][name] is None else f"{row['counts'][name]:,}" for name in COUNTS]
    return [
        row["run"][:SHORT],
        row["claimed_at"][:19].replace("T", " ") + "Z",
        row["pipeline"],
        printable(row["file"], 40),
        outcome(row),
        *counts,
        row["attempts"],
        then(row["stages"]),
        relation(row),
    ]


def outcome(row: Mapping[str, Any]) -> str:
    """How a run ended, in words."""
    if row["state"] == "committed":
        return str(row["verdict"]).replace("_", " ")
    if row["vanished"]:
        return KILLED
    return f"{row['state']}: {row['reason']['code']}" if row["reason"] else str(row["state"])


def then(stages: Mapping[str, str | None]) -> str:
    """What the later stages are at; the usual in one word. Ingest counts where it did not end with the commit."""
    known = {name: state for name, state in stages.items() if state and (name, state) != ("ingest", "done")}
    if set(known.values()) == {"done"} and "notify" in known:
        return "done"
    return ", ".join(f"{name} {STAGE_WORDS[state]}" for name, state in known.items())


def relation(row: Mapping[str, Any]) -> str | None:
    """What a run has to do with an earlier one."""
    if row["parent"]:
        return f"corrects {row['parent'][:SHORT]}"
    return f"replay {row['replay']} of {row['replays'][:SHORT]}" if row["replays"] else None
