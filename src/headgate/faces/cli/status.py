"""`headgate status`: how a project is doing, on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from headgate.core.printable import and_more, printable
from headgate.faces.cli.lists import counted, iso, moment, span, table
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.run import untaken
from headgate.faces.cli.runs import SHORT, STAGES, vanished_runs
from headgate.faces.cli.said import echo_json

if TYPE_CHECKING:
    from headgate.core.config.project_settings import DailyReport
    from headgate.core.config.source_settings import FetchSchedule
    from headgate.core.project import Project
    from headgate.hosts.desk import Desk
    from headgate.ports import Run

_MOST_SHOWN = 10
_RECENT = timedelta(hours=24)
_STATES = ("committed", "failed", "dead", "claimed", "running")
_COUNTED = (*_STATES, "stuck", "vanished")


def status(
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show how a project is doing: what waits, who works, what went wrong, what comes next."""
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        document = status_document(desk, desk.clock())
    if as_json:
        echo_json(document)
    elif not quiet:
        typer.echo(status_text(document, desk.how_files_come))


def status_document(desk: Desk, now: datetime) -> dict[str, Any]:
    """All of it as JSON."""
    stuck, at_work = _stuck(desk), desk.at_work()
    depth, runs, held = desk.queue.depth(), desk.ledger.runs(), desk.notices.held()
    vanished = vanished_runs(desk)
    return {
        "project": desk.project.name,
        "storage": desk.project.storage,
        "at": iso(now),
        "up": bool(at_work),
        "at_work": at_work,
        "inbox": _inbox(desk, now),
        "queue": {
            "waiting": depth.waiting,
            "taken": depth.taken,
            "for_workers": desk.waiting_for_workers(),
            "oldest": iso(depth.oldest),
            "oldest_seconds": round((now - depth.oldest).total_seconds()) if depth.oldest else None,
        },
        "dead_letters": depth.dead,
        "vanished": _vanished(desk, runs, vanished),
        "missing": [
            {"pipeline": one.pipeline, "period": one.period, "due": iso(one.due)} for one in desk.notices.missing()
        ],
        "alerts": {"held": len(held), "oldest": iso(held[0].at) if held else None},
        "daily_report": _last_daily(desk),
        "schedules": _schedules(desk.project, now),
        "runs": {
            "last_24_hours": _by_pipeline(runs, stuck, vanished, now - _RECENT),
            "all": _by_pipeline(runs, stuck, vanished),
        },
    }


def _vanished(desk: Desk, runs: Iterable[Run], vanished: Container[str]) -> dict[str, Any]:
    """The runs whose process was killed, and what becomes of them."""
    named = [
        {"run": run.run, "pipeline": run.pipeline, "file": run.file, "claimed_at": iso(run.claimed_at)}
        for run in runs
        if _is_vanished(run, vanished)
    ]
    return {"runs": named, "next": next_step(desk.next_after_kill) if named else None}


def _is_vanished(run: Run, vanished: Container[str]) -> bool:
    return run.state == "running" and run.run in vanished


def _inbox(desk: Desk, now: datetime) -> dict[str, Any]:
    """How many files lie there: growing ones may not be whole yet; dead ones wait for a person; some can't be taken."""
    found = list(desk.inbox())
    settle = timedelta(seconds=float(desk.project.settings.watch.settle))
    letters = {letter.event.data.get("key") for letter in desk.queue.dead_letters() if letter.stage == "ingest"}
    whole = [one for one in found if not one.fault]
    return {
        "files": len(found),
        "growing": sum(now - one.modified < settle or desk.files.is_written_to(one.key) for one in whole),
        "dead": sum(one.key in letters for one in found),
        "untaken": untaken(desk),
    }


def _stuck(desk: Desk) -> set[str]:
    """Runs of which a stage is dead."""
    letters = [letter for letter in desk.queue.dead_letters() if letter.stage in STAGES]
    arrivals = (desk.ledger.arrival(letter.event.id) for letter in letters)
    known = [(letter.event.data.get("run"), arrival) for letter, arrival in zip(letters, arrivals, strict=True)]
    return {run or (arrival.run if arrival else "") or "" for run, arrival in known}


def _by_pipeline(
    runs: Iterable[Run], stuck: Container[str], vanished: Container[str], since: datetime = datetime.min
) -> dict[str, dict[str, int]]:
    """Pipeline → state → number of the runs that began at or after a time.

    `stuck` counts among the committed ones, `vanished` among the running ones.
    """
    found: dict[str, Counter[str]] = {}
    for run in runs:
        if run.claimed_at >= since:
            counter = found.setdefault(run.pipeline, Counter())
            counter[run.state] += 1
            counter["stuck"] += run.state == "committed" and run.run in stuck
            counter["vanished"] += _is_vanished(run, vanished)
    return {name: {state: found[name][state] for state in _COUNTED} for name in sorted(found)}


def _last_daily(desk: Desk) -> dict[str, str] | None:
    prefix = f"{desk.project.settings.zones.reports}/daily"
    keys = [key for key in desk.files.keys(prefix) if key.endswith(".json")]
    return {"day": PurePosixPath(keys[-1]).stem, "report": keys[-1]} if keys else None


def _schedules(project: Project, now: datetime) -> list[dict[str, str | None]]:
    """What comes by itself, the next first."""
    daily = project.settings.daily_report
    named: dict[str, DailyReport | FetchSchedule] = {"daily report": daily}
    for name, pipeline in project.pipelines.items():
        if pipeline.source and pipeline.source.schedule:
            named[f"fetch {name}"] = pipeline.source.schedule
    times = {name: _next_time(one.cron, one.zone, now) for name, one in named.items()}
    return [
        {"name": name, "cron": named[name].cron, "zone": named[name].zone, "next": iso(times[name])}
        for name in sorted(times, key=lambda name: (times[name] or datetime.max, name))
    ]


def _next_time(cron: str, zone: str, now: datetime) -> datetime | None:
    """UTC; None when no such day ever comes."""
    from cronsim import CronSim

    start = now.replace(tzinfo=UTC)
    times = (time.astimezone(UTC) for time in CronSim(cron, start.astimezone(ZoneInfo(zone))))
    # Where clocks are put back, there are times before the start.
    found = next((time for time in times if time > start), None)
    return found.replace(tzinfo=None) if found else None


def status_text(document: Mapping[str, Any], how_files_come: str) -> str:
    """The page."""
    dead = next_step("headgate dead list")
    lines = {
        "project": f"{printable(document['project'])} in {printable(document['storage'])}",
        "at work": document["at_work"] or next_step("`headgate up` is not running; `headgate run` does the work once"),
        "inbox": _inbox_line(document["inbox"]),
        "queue": _queue_line(document["queue"]),
        "dead letters": f"{document['dead_letters']:,}: {dead}" if document["dead_letters"] else "none",
        **({"killed": _killed_line(document["vanished"])} if document["vanished"]["runs"] else {}),
        "missing": "; ".join(_missing(one) for one in document["missing"]) or "no file",
        "alerts": f"{document['alerts']['held']:,} to be told" if document["alerts"]["held"] else "all told",
        "daily report": (document["daily_report"] or {}).get("report", "none yet"),
        "next": "; ".join(f"{one['name']} {_time(one['next'])}" for one in document["schedules"]),
    }
    return "\n".join(
        [*(f"{name:<14}{line}" for name, line in lines.items()), "", _runs(document["runs"], how_files_come)]
    )


def _time(written: str | None) -> str:
    return moment(datetime.fromisoformat(written)) or "" if written else "never"


def _missing(one: Mapping[str, Any]) -> str:
    return f"{printable(one['pipeline'])} {printable(one['period'])}, due {_time(one['due'])}"


def _killed_line(vanished: Mapping[str, Any]) -> str:
    shown = vanished["runs"][:_MOST_SHOWN]
    named = [f"{one['run'][:SHORT]} ({printable(one['file'], 40)})" for one in shown]
    all_ = ", ".join(named + and_more(len(vanished["runs"]) - len(shown), ""))
    return f"{counted(len(vanished['runs']), 'run')} while running: {all_}; next: {vanished['next']}"


def _inbox_line(inbox: Mapping[str, Any]) -> str:
    if not inbox["files"]:
        return "empty"
    notes = [f"{inbox['growing']:,} may still be growing"] if inbox["growing"] else []
    notes += [f"{inbox['dead']:,} of a dead letter"] if inbox["dead"] else []
    notes += [f"{len(inbox['untaken']):,} can't be taken"] if inbox["untaken"] else []
    lines = [counted(inbox["files"], "file") + (f" ({', '.join(notes)})" if notes else "")]
    shown = inbox["untaken"][:_MOST_SHOWN]
    lines += [f"{printable(one['key'], 80)}: {one['why']}: {one['next']}" for one in shown]
    return f"\n{'':<14}".join(lines + and_more(len(inbox["untaken"]) - len(shown), ""))


def _queue_line(queue: Mapping[str, Any]) -> str:
    if not queue["waiting"] and not queue["taken"]:
        return "empty"
    oldest = f", the oldest since {span(timedelta(seconds=queue['oldest_seconds']))}" if queue["oldest"] else ""
    large = queue["for_workers"]
    workers = f"; {large:,} of them for a worker: headgate worker --queue large" if large else ""
    return f"{queue['waiting']:,} waiting{oldest}; {queue['taken']:,} being worked on{workers}"


def _runs(runs: Mapping[str, Mapping[str, Mapping[str, int]]], how_files_come: str) -> str:
    if not runs["all"]:
        return next_step(f"no runs yet: {how_files_come}")
    titles = (
        "runs",
        *_STATES,
        "a later stage dead",
        "running, but killed",
        "last 24 h",
        "of which failed, dead or killed",
    )
    rows = []
    for name, states in runs["all"].items():
        recent = runs["last_24_hours"].get(name, {})
        bad = sum(recent.get(state, 0) for state in ("failed", "dead", "vanished"))
        numbers = [states[state] for state in _COUNTED]
        rows.append(
            [
                name,
                *(f"{number:,}" if number else None for number in numbers),
                f"{sum(recent.get(state, 0) for state in _STATES):,}",
                bad or None,
            ]
        )
    return table(titles, rows, titles[1:])
