"""From the files of a day to its report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from headgate.core.daily_report.day import Day
from headgate.core.daily_report.day_file import DayFile, Status
from headgate.core.daily_report.document import (
    FORM,
    MOST,
    Compared,
    DailyReport,
    Duplicates,
    Figures,
    FilesByCode,
    Mean,
    MeasuredFile,
    NamedFile,
    PipelineFigures,
    RejectReason,
    TypeFigures,
)
from headgate.core.printable import printable

_NAME, _MESSAGE = 200, 500


def figures(files: Iterable[DayFile]) -> Figures:
    """The numbers of some files."""
    return Figures(**_numbers(list(files)))


def daily_report(
    project: str,
    day: Day,
    now: datetime,
    files: Sequence[DayFile],
    before: Sequence[Figures],
    pipelines: Iterable[str],
    replays: int = 0,
) -> DailyReport:
    """The report of a day.

    Args:
        now: UTC, naive.
        files: those of the day, in the order they came in.
        before: the numbers of the days before, the last one first; at least one.
        pipelines: those of the project, which are named also when nothing came for them.
        replays: how many runs were processed again.
    """
    return DailyReport.model_validate(
        {
            **_frame(project, day, now),
            "totals": figures(files),
            "compared": Compared(day_before=before[0], mean=_mean(before)),
            "by_pipeline": _by_pipeline(files, pipelines),
            "by_type": _by_type(files),
            "failures": _by_code(files, "failed"),
            "dead": _by_code(files, "dead"),
            "unmatched": [_named(file, f"it lies at {file.lies}") for file in _of(files, "unmatched")[:MOST]],
            "under_way": [_named(file, None) for file in _of(files, "under_way")[:MOST]],
            "duplicates": _duplicates(files),
            "reject_reasons": _reject_reasons(files),
            "slowest": _slowest(files),
            "largest": _largest(files),
            "broken_off": sum(file.broken_off for file in files),
            "replays": replays,
            "missing_manifests": sorted({file.run or "" for file in files if file.needs_facts and not file.facts}),
        }
    )


def _frame(project: str, day: Day, now: datetime) -> dict[str, Any]:
    return {
        "daily_report": FORM,
        "project": project,
        "day": str(day),
        "zone": day.zone,
        "from": _utc(day.start),
        "until": _utc(day.end),
        "hours": day.hours,
        "made_at": _utc(now),
        "day_over": now >= day.end,
    }


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="seconds") + "Z"


def _numbers(files: Sequence[DayFile]) -> dict[str, Any]:
    status = Counter(file.status for file in files)
    rows = {name: sum(file.counts.get(name) or 0 for file in files) for name in _ROWS}
    return {
        "files": len(files),
        "bytes": sum(file.size or 0 for file in files),
        "processed": status["processed"],
        "failed": status["failed"],
        "duplicates": status["duplicate"],
        "unmatched": status["unmatched"],
        "under_way": status["under_way"],
        "dead": status["dead"],
        **rows,
        "reject_rate": _rate(rows["rejected"], rows["accepted"]),
    }


_ROWS = ("records", "accepted", "rejected", "warned")


def _rate(rejected: int, accepted: int) -> float | None:
    rows = rejected + accepted
    return round(rejected / rows, 6) if rows else None


def _mean(before: Sequence[Figures]) -> Mean | None:
    """Days without files are left out: else a quiet weekend, or a first week, would make every other day look busy."""
    days = [one for one in before if one.files]
    if not days:
        return None
    names = ("files", "bytes", "failed", "duplicates", "records", "rejected")
    means = {name: round(sum(getattr(one, name) for one in days) / len(days), 1) for name in names}
    rate = _rate(sum(one.rejected for one in days), sum(one.accepted for one in days))
    return Mean(days=len(before), days_with_files=len(days), **means, reject_rate=rate)


def _by_pipeline(files: Sequence[DayFile], pipelines: Iterable[str]) -> list[PipelineFigures]:
    found: dict[str | None, list[DayFile]] = {name: [] for name in pipelines}
    for file in files:
        found.setdefault(file.pipeline, []).append(file)
    order = sorted(found, key=lambda name: (name is None, name or ""))
    return [PipelineFigures(pipeline=name, **_numbers(found[name])) for name in order]


def _by_type(files: Sequence[DayFile]) -> list[TypeFigures]:
    found: defaultdict[str, list[DayFile]] = defaultdict(list)
    for file in files:
        found[file.type].append(file)
    numbers = [(type_, _numbers(group)) for type_, group in found.items()]
    made = [TypeFigures(type=type_, files=n["files"], bytes=n["bytes"], records=n["records"]) for type_, n in numbers]
    return sorted(made, key=lambda one: (-one.files, one.type))


def _of(files: Sequence[DayFile], status: Status) -> list[DayFile]:
    return [file for file in files if file.status == status]


def _named(file: DayFile, message: Any) -> NamedFile:
    said = printable(message, _MESSAGE) if message else None
    return NamedFile(file=printable(file.file, _NAME), pipeline=file.pipeline, run=file.run, message=said)


def _by_code(files: Sequence[DayFile], status: Status) -> list[FilesByCode]:
    found: defaultdict[str, list[DayFile]] = defaultdict(list)
    for file in _of(files, status):
        found[printable(file.reason.get("code") or "unknown", _NAME)].append(file)
    made = [
        FilesByCode(
            code=code, count=len(group), files=[_named(file, file.reason.get("message")) for file in group[:MOST]]
        )
        for code, group in found.items()
    ]
    return sorted(made, key=lambda one: (-one.count, one.code))


def _duplicates(files: Sequence[DayFile]) -> list[Duplicates]:
    found: defaultdict[str | None, list[DayFile]] = defaultdict(list)
    for file in _of(files, "duplicate"):
        found[file.run].append(file)
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[0] or ""))[:MOST]
    return [_duplicates_of(run, group) for run, group in most]


def _duplicates_of(run: str | None, group: Sequence[DayFile]) -> Duplicates:
    names = dict.fromkeys(printable(file.file, _NAME) for file in group)
    original = group[0].run_file
    return Duplicates(
        run=run,
        file=printable(original, _NAME) if original else None,
        pipeline=group[0].pipeline,
        count=len(group),
        names=list(names)[:MOST],
    )


def _reject_reasons(files: Sequence[DayFile]) -> list[RejectReason]:
    rows: Counter[tuple[str | None, str]] = Counter()
    occurs: Counter[tuple[str | None, str]] = Counter()
    says: dict[tuple[str | None, str], str] = {}
    for file in _of(files, "processed"):
        for one in file.facts.rejected if file.facts else ():
            key = (file.pipeline, one.reason)
            rows[key] += one.rows
            occurs[key] += 1
            # The contract may have changed during the day: the last wording is the one people find in it.
            says[key] = one.message
    most = sorted(rows, key=lambda key: (-rows[key], key[0] or "", key[1]))[:MOST]
    return [RejectReason(pipeline=k[0], reason=k[1], message=says[k], rows=rows[k], files=occurs[k]) for k in most]


def _slowest(files: Sequence[DayFile]) -> list[MeasuredFile]:
    measured = [one for one in map(_measured, _of(files, "processed")) if one.seconds is not None]
    return sorted(measured, key=lambda one: (-(one.seconds or 0), *_tie(one)))[:MOST]


def _largest(files: Sequence[DayFile]) -> list[MeasuredFile]:
    measured = [one for one in map(_measured, files) if one.bytes is not None]
    return sorted(measured, key=lambda one: (-(one.bytes or 0), *_tie(one)))[:MOST]


def _tie(one: MeasuredFile) -> tuple[str, str]:
    return one.file, one.run or ""


def _measured(file: DayFile) -> MeasuredFile:
    seconds = file.facts.seconds if file.facts and file.status == "processed" else None
    return MeasuredFile(
        file=printable(file.file, _NAME), pipeline=file.pipeline, run=file.run, bytes=file.size, seconds=seconds
    )
