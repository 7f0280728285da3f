"""A day ended: count what came in and what became of it, keep the report, mail it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from typing import Any

from headgate.core.daily_report.counting import daily_report, figures
from headgate.core.daily_report.day import Day
from headgate.core.daily_report.day_file import DayFile, ManifestFacts, Status, manifest_facts
from headgate.core.daily_report.document import DailyReport
from headgate.core.events import Event
from headgate.core.identity import digest
from headgate.core.mail import html_mail
from headgate.core.places import manifest_key, unmatched
from headgate.core.report.written import WrittenReport, written_day
from headgate.ports import Arrival, Attempt, Context, Run
from headgate.stages.delivery import deliver
from headgate.stages.page_library import page_library

_DAYS_BEFORE = 7
_AT_ONCE = 8
# An attempt may end after midnight; if it takes longer than this, the last reason of the run has to do.
_LATE = timedelta(days=1)
# What became of an arrival that another one with the same content has overtaken.
_OVERTAKEN: dict[str, Status] = {"committed": "duplicate", "failed": "failed", "dead": "dead"}
_ENDED: dict[str, Status] = {"committed": "processed", "failed": "failed", "dead": "dead"}
_KILLED = {
    "code": "killed_the_process",
    "message": "the process or function that worked on it was killed, and nobody took it up since; "
    "what comes next: headgate runs RUN",
}
_NEVER_BEGUN = {
    "code": "never_begun",
    "message": "it was given up before it was read to its end; why: headgate dead list --all",
}


def summarize(event: Event, context: Context) -> list[Event]:
    """Takes `day.ended` (day, zone, and `"mail": false` to mail nobody); gives `daily.completed`."""
    day = Day.of(event.data["day"], event.data["zone"])
    report = _Books(context).report(day)
    key = f"{context.project.settings.zones.reports}/daily/{day}"
    recipients = context.project.settings.mail.to if event.data.get("mail", True) else ()
    written = written_day(report, f"{key}.html", mail=bool(recipients), library=partial(page_library, context))
    for ending, text in (("json", report.as_text()), ("txt", written.text), ("html", written.page)):
        context.files.write(f"{key}.{ending}", text.encode())
    data = {
        "day": report.day, "zone": report.zone, "report": f"{key}.json", "text": f"{key}.txt", "page": f"{key}.html",
        "counts": report.totals.model_dump(), "recipients": _mail(event, report, written, recipients, context),
    }  # fmt: skip
    return [event.next("daily.completed", report.day, data)]


def _mail(
    event: Event, report: DailyReport, written: WrittenReport, recipients: Sequence[str], context: Context
) -> int:
    """A day that is over is mailed once; before, each time somebody asks.

    Returns:
        how many have the mail now, the same however often it is delivered.
    """
    if not recipients:
        return 0
    # Of two projects with one mailbox neither mail may be taken for the other.
    whose = (context.project.name, context.project.storage)
    id_ = digest("daily report", *whose, report.day, report.zone, "" if report.day_over else event.id)[:32]
    sender, text, html = context.project.settings.mail.sender, written.text, written.html
    message = html_mail(id_, sender, recipients, written.subject, text, html, written.images, context.now)
    deliver(message, recipients, event, context)
    states = context.notices.mail(id_)
    return sum(states.get(one) == "sent" for one in dict.fromkeys(recipients))


class _Books:
    """The ledger and the manifests, read a day at a time."""

    def __init__(self, context: Context) -> None:
        self._context, self._zones = context, context.project.settings.zones
        self._run = cache(context.ledger.run)
        self._runs: dict[str, Run] = {}
        self._killed: set[tuple[str, str]] = set()

    def report(self, day: Day) -> DailyReport:
        days = [day, *(day.before(days) for days in range(1, _DAYS_BEFORE + 1))]
        (arrivals, replays), *earlier = map(self._files, days)
        # Most began in these days, the others are asked for.
        self._runs = {run.run: run for run in self._context.ledger.runs(since=days[-1].start)}
        # Not by the run alone: another file with the same bytes still waits for its turn.
        self._killed = {(run.run, run.event) for run in self._context.ledger.vanished()}
        attempts = self._attempts(day)
        files = self._with_facts([self._file(arrival, attempts[arrival.event]) for arrival in arrivals])
        before = [figures(map(self._file, found)) for found, _ in earlier]
        project = self._context.project
        return daily_report(project.name, day, self._context.now, files, before, project.pipelines, replays)

    def _files(self, day: Day) -> tuple[list[Arrival], int]:
        """The files that came in, and how many replays there were: those take the original from where it is kept."""
        arrivals = self._context.ledger.arrivals(day.start, day.end)
        files = [arrival for arrival in arrivals if arrival.key.startswith(f"{self._zones.inbox}/")]
        return files, len(arrivals) - len(files)

    def _attempts(self, day: Day) -> Mapping[str, list[Attempt]]:
        by_event: defaultdict[str, list[Attempt]] = defaultdict(list)
        for attempt in self._context.ledger.attempts(day.start, day.end + _LATE):
            by_event[attempt.event].append(attempt)
        return by_event

    def _file(self, arrival: Arrival, attempts: Sequence[Attempt] = ()) -> DayFile:
        run = (self._runs.get(arrival.run) or self._run(arrival.run)) if arrival.run else None
        is_killed = not arrival.outcome and (arrival.run, arrival.event) in self._killed
        status = "dead" if is_killed else arrival.outcome or _status(arrival, run)
        why = _KILLED if is_killed else _reason(attempts, run)
        return DayFile(
            file=arrival.file,
            pipeline=arrival.pipeline,
            status=status,
            size=arrival.size,
            run=arrival.run,
            run_file=run.file if run else None,
            counts=run.counts if run and status == "processed" else {},
            reason=why if status in ("failed", "dead") else {},
            needs_facts=status in ("processed", "duplicate"),
            broken_off=sum(attempt.outcome == "raised" for attempt in attempts),
            lies=unmatched(self._zones, arrival.event, arrival.key) if status == "unmatched" else None,
        )

    def _with_facts(self, files: Sequence[DayFile]) -> list[DayFile]:
        """Some manifests at once: where they are far away, each is waited for."""
        runs = list(dict.fromkeys(file.run for file in files if file.needs_facts and file.run))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            facts = dict(zip(runs, pool.map(self._read_facts, runs), strict=True))
        return [replace(file, facts=facts.get(file.run or "")) for file in files]

    def _read_facts(self, run: str) -> ManifestFacts | None:
        """A person may have deleted or changed a manifest; that must not cost the whole report."""
        try:
            return manifest_facts(self._context.files.read(manifest_key(self._zones, run)))
        except (FileNotFoundError, ValueError):
            return None


def _status(arrival: Arrival, run: Run | None) -> Status:
    """Of an arrival that was under way when it was asked for, and whose run may have ended since."""
    if run and run.event == arrival.event:
        return _ENDED.get(run.state, "under_way")
    return _OVERTAKEN.get(run.state if run else "", "under_way")


def _reason(attempts: Sequence[Attempt], run: Run | None) -> Mapping[str, Any]:
    """Why this arrival failed; its run may have been tried again for a later one, and have another reason now."""
    own = [attempt.reason for attempt in attempts if attempt.outcome == "failed" and attempt.reason]
    return own[-1] if own else _NEVER_BEGUN if run is None else run.reason or {}
