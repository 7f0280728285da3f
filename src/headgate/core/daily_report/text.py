"""The daily report as a text that is read in half a minute."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from headgate.core.daily_report.day import Day
from headgate.core.daily_report.document import (
    DailyReport,
    Duplicates,
    Figures,
    FilesByCode,
    MeasuredFile,
    NamedFile,
    PipelineFigures,
    RejectReason,
)
from headgate.core.printable import printable
from headgate.core.report import PlainReport

_WIDTH = 78
_SHOWN, _NAMES = 5, 3


def daily_text(report: DailyReport) -> PlainReport:
    """Subject and text, lines of at most 78 characters: what came in, what needs somebody, then the details."""
    day = Day(date.fromisoformat(report.day), report.zone)
    title = f"Daily report of {printable(report.project, 30)}: {day.weekday}, {report.day}"
    parts = [
        [title, "=" * len(title)],
        _summary(report),
        *_attention(report),
        _compared(report),
        _pipelines(report),
        _types(report),
        _reasons(report.reject_reasons),
        _duplicates(report),
        _measured("Slowest", report.slowest),
        _measured("Largest", report.largest),
        _foot(report),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    return PlainReport(f"{title}: {_headline(report.totals)}", text)


def _headline(totals: Figures) -> str:
    wrong = {"failed": totals.failed, "dead": totals.dead, "unmatched": totals.unmatched}
    return ", ".join([_count(totals.files, "file"), *_numbered(wrong)])


def _summary(report: DailyReport) -> list[str]:
    lines = [] if report.day_over else [f"This day is not over; so it stood at {report.made_at}."]
    totals = report.totals
    if not totals.files:
        return [*lines, "No file came in on this day."]
    became = {
        "processed": totals.processed,
        "failed": totals.failed,
        "duplicate" if totals.duplicates == 1 else "duplicates": totals.duplicates,
        "unmatched": totals.unmatched,
        "still under way": totals.under_way,
        "dead": totals.dead,
    }
    lines += _wrapped(
        f"{_count(totals.files, 'file')} came in ({_size(totals.bytes)}): {', '.join(_numbered(became))}."
    )
    return lines + _wrapped(_rows(totals))


def _rows(totals: Figures) -> str:
    rate = f" ({_rate(totals.reject_rate)})" if totals.rejected else ""
    warned = f", {totals.warned:,} with a warning" if totals.warned else ""
    return (
        f"{_count(totals.records, 'record')}: {totals.accepted:,} accepted, {totals.rejected:,} rejected{rate}{warned}."
    )


def _attention(report: DailyReport) -> list[list[str]]:
    """What somebody must do something about."""
    totals = report.totals
    parts = [
        _by_code("Failed", report.failures, "headgate runs RUN"),
        _by_code("Dead", report.dead, "headgate dead list"),
        _named("Unmatched", report.unmatched, totals.unmatched, "put each into its pipeline's folder in the inbox"),
        _named("Still under way", report.under_way, totals.under_way, "headgate status"),
    ]
    quiet = totals.files and not any(parts)
    if quiet:
        return [
            ["No file failed, and none is left over.", "What a later stage could not do, headgate dead list shows."]
        ]
    return parts


def _by_code(title: str, groups: Sequence[FilesByCode], look: str) -> list[str]:
    if not groups:
        return []
    lines = [f"{title} (next: {look})"]
    for group in groups[:_SHOWN]:
        said, files = _said_once(group.files)
        lines += _wrapped(f"{group.count:,} × {printable(group.code, 60)}{said}", "  ")
        lines += _files(files, group.count, "    ")
    return lines + _more(len(groups) - _SHOWN, "reason", "  ")


def _said_once(files: Sequence[NamedFile]) -> tuple[str, Sequence[NamedFile]]:
    """One mistake is often in all files: then it is not repeated for each."""
    said = files[0].message
    if not said or any(file.message != said for file in files):
        return "", files
    return f": {printable(said, 200)}", [file.model_copy(update={"message": None}) for file in files]


def _named(title: str, files: Sequence[NamedFile], count: int, look: str) -> list[str]:
    return [f"{title} (next: {look})", *_files(files, count, "  ")] if count else []


def _files(files: Sequence[NamedFile], count: int, indent: str) -> list[str]:
    lines: list[str] = []
    for file in files[:_NAMES]:
        run = f" (run {file.run})" if file.run else ""
        said = f": {printable(file.message, 200)}" if file.message else ""
        lines += _wrapped(f"{_home(file.pipeline)}{printable(file.file, 60)}{run}{said}", indent)
    return lines + _more(count - _NAMES, "file", indent)


def _compared(report: DailyReport) -> list[str]:
    before, mean = report.compared.day_before, report.compared.mean
    lines = [f"{'Compared':<16}{'this day':>18}{'the day before':>22}{'mean of 7 days':>22}"]
    for label, name in _COMPARED.items():
        numbers = [getattr(one, name) if one else None for one in (report.totals, before, mean)]
        cells = [_cell(name, number) for number in numbers]
        lines.append(f"  {label:<14}{cells[0]:>18}{cells[1]:>22}{cells[2]:>22}")
    if mean is None:
        lines.append("  No file came in on any of the 7 days before.")
    elif mean.days_with_files < mean.days:
        lines.append(
            f"  Files came in on {mean.days_with_files} of the {mean.days} days before; the mean is over these."
        )
    return lines


_COMPARED = {
    "Files": "files",
    "Failed": "failed",
    "Duplicates": "duplicates",
    "Records": "records",
    "Rejected": "rejected",
    "Reject rate": "reject_rate",
    "Size": "bytes",
}


def _cell(name: str, number: float | None) -> str:
    if name == "reject_rate":
        return _rate(number)
    if number is None:
        return "–"
    if name == "bytes":
        return _size(number)
    return f"{number:,.1f}" if isinstance(number, float) and number < 100 else f"{number:,.0f}"


def _pipelines(report: DailyReport) -> list[str]:
    busy = [one for one in report.by_pipeline if one.files]
    idle = [one.pipeline for one in report.by_pipeline if one.pipeline and not one.files]
    if not busy:
        return []
    lines = [f"{'By pipeline':<24}{'files':>8}{'failed':>8}{'dupl.':>8}{'records':>13}{'rejected':>10}{'rate':>7}"]
    lines += map(_pipeline, busy)
    return lines + (_wrapped(f"Nothing came for {', '.join(idle)}.", "  ") if idle else [])


def _pipeline(one: PipelineFigures) -> str:
    name = printable(one.pipeline or "none, or several", 21)
    numbers = f"{one.files:>8,}{one.failed:>8,}{one.duplicates:>8,}{one.records:>13,}{one.rejected:>10,}"
    return f"  {name:<22}{numbers}{_rate(one.reject_rate):>7}"


def _types(report: DailyReport) -> list[str]:
    if not report.by_type:
        return []
    lines = [f"{'By type':<44}{'files':>8}{'records':>13}{'size':>13}"]
    for one in report.by_type[:_SHOWN]:
        lines.append(f"  {printable(one.type, 41):<42}{one.files:>8,}{one.records:>13,}{_size(one.bytes):>13}")
    return lines + _more(len(report.by_type) - _SHOWN, "type", "  ")


def _reasons(reasons: Sequence[RejectReason]) -> list[str]:
    if not reasons:
        return []
    lines = ["Why rows were rejected"]
    for one in reasons[:_SHOWN]:
        said = f": {printable(one.message, 120)}" if one.message else ""
        where = f"{_home(one.pipeline)}{printable(one.reason, 60)}{said} ({_count(one.files, 'file')})"
        lines += _wrapped(f"{one.rows:,} × {where}", "  ")
    return lines + _more(len(reasons) - _SHOWN, "reason", "  ")


def _duplicates(report: DailyReport) -> list[str]:
    if not report.duplicates:
        return []
    shown, lines = report.duplicates[:_SHOWN], ["Duplicates (not processed again)"]
    for one in shown:
        lines += _wrapped(f"{one.count:,} × {_home(one.pipeline)}{_same(one)} (run {one.run or 'unknown'})", "  ")
    return lines + _more(report.totals.duplicates - sum(one.count for one in shown), "file", "  ")


def _same(one: Duplicates) -> str:
    name = printable(one.file or one.names[0], 60)
    others = [printable(other, 60) for other in one.names if other != one.file]
    return f"{name}, now called {', '.join(others[:_NAMES])}{' …' if others[_NAMES:] else ''}" if others else name


def _measured(title: str, files: Sequence[MeasuredFile]) -> list[str]:
    if not files:
        return []
    lines = [f"{title:<46}{'size':>16}{'seconds':>16}"]
    for one in files[:_NAMES]:
        size = _size(one.bytes) if one.bytes is not None else "–"
        seconds = f"{one.seconds:,.1f}" if one.seconds is not None else "–"
        lines.append(f"  {printable(_home(one.pipeline) + one.file, 43):<44}{size:>16}{seconds:>16}")
    return lines


def _foot(report: DailyReport) -> list[str]:
    day = (
        f"The day in {report.zone} lasted {report.hours:g} hours, from {report.from_} to {report.until}. "
        "A file counts for the day it came in, whenever its run ended."
    )
    lines = _wrapped(day)
    if report.broken_off:
        lines += _wrapped(f"Broken off by an error: {_count(report.broken_off, 'attempt')} at files of this day.")
    if report.replays:
        lines += _wrapped(f"Processed again by replay: {_count(report.replays, 'run')}, not counted above.")
    if report.missing_manifests:
        runs = ", ".join(report.missing_manifests[:_NAMES]) + (" …" if report.missing_manifests[_NAMES:] else "")
        number = _count(len(report.missing_manifests), "manifest")
        lines += _wrapped(f"Missing or unreadable: {number}; reasons, durations and types lack them ({runs}).")
    return lines


def _numbered(words: dict[str, int]) -> list[str]:
    return [f"{number:,} {word}" for word, number in words.items() if number]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _more(number: int, noun: str, indent: str) -> list[str]:
    return [f"{indent}and {_count(number, noun)} more"] if number > 0 else []


def _home(pipeline: str | None) -> str:
    return f"{pipeline}/" if pipeline else ""


def _rate(rate: float | None) -> str:
    if rate is None:
        return "–"
    return "<0.1%" if 0 < rate < 0.001 else f"{rate:.1%}"


def _size(number: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 999.5:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Names are not broken at their hyphens, so that they can be searched for."""
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
