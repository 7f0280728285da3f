"""The report on a day, for mail and web page: what came in, what needs somebody, how it compares with the days before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from headgate.core.daily_report.day import Day
from headgate.core.daily_report.document import (
    DailyReport,
    Duplicates,
    FilesByCode,
    MeasuredFile,
    NamedFile,
    PipelineFigures,
    RejectReason,
)
from headgate.core.daily_report.document import (
    Figures as DayFigures,
)
from headgate.core.printable import printable
from headgate.core.report.blocks import (
    Badge,
    Block,
    Chart,
    Column,
    Figure,
    Figures,
    Level,
    Mark,
    Notice,
    Notices,
    Pair,
    Prose,
    Report,
    Section,
    Seen,
    Share,
    Shares,
    Table,
)
from headgate.core.report.numbers import NOTHING, counted, day_text, moment_text, percent, size_text

_NAMED, _LABEL = 10, 40
_SEVERAL = "none, or several"


def day_report(report: DailyReport) -> Report:
    """The report on a day; parts that have nothing to say are not there."""
    totals = report.totals
    day = Day(date.fromisoformat(report.day), report.zone)
    title = f"Daily report of {printable(report.project, 60)}"
    headline = f"{counted(totals.files, 'file')} came in" if totals.files else "No file came in"
    wrong = ", ".join(badge.text for badge in _badges(totals)[1:])
    sections = tuple(section for section in _sections(report) if section)
    return Report(
        title=title,
        subject=f"{title}: {day.weekday}, {report.day}: {counted(totals.files, 'file')}{', ' if wrong else ''}{wrong}",
        headline=headline,
        teaser=_rows(totals),
        badges=_badges(totals),
        about=(f"{day.weekday}, {day_text(report.day, year=True)}", report.zone, *_standing(report)),
        sections=sections,
        foot=(Pair("Made", moment_text(report.made_at)),),
    )


def _badges(totals: DayFigures) -> tuple[Badge, ...]:
    """First how it went, then what needs somebody."""
    given: tuple[tuple[Level, int, str], ...] = (
        ("critical", totals.failed, "failed"),
        ("critical", totals.dead, "dead"),
        ("warning", totals.unmatched, "unmatched"),
        ("warning", totals.under_way, "still under way"),
    )
    wrong = [Badge(level, f"{count:,} {what}") for level, count, what in given if count]
    first = Badge("plain" if wrong or not totals.files else "good", f"{totals.processed:,} processed")
    return (first, *wrong)


def _standing(report: DailyReport) -> list[str]:
    return [] if report.day_over else [f"not over yet: as it stood on {moment_text(report.made_at)}"]


def _rows(totals: DayFigures) -> str:
    return f"{counted(totals.records, 'record')}: {totals.accepted:,} accepted, {totals.rejected:,} rejected."


def _sections(report: DailyReport) -> Iterable[Section | None]:
    yield _came(report)
    yield _attention(report)
    yield _compared(report)
    yield from _pipelines(report)
    yield _reasons(report.reject_reasons)
    yield _types(report)
    yield _duplicates(report)
    yield _measured("slowest", "What took longest", report.slowest)
    yield _measured("largest", "What was largest", report.largest)
    yield _notes(report)


def _came(report: DailyReport) -> Section | None:
    totals = report.totals
    if not totals.files:
        return None
    judged = totals.accepted + totals.rejected
    items = (
        Figure("Files", f"{totals.files:,}", size_text(totals.bytes)),
        Figure("Records", f"{totals.records:,}"),
        Figure("Accepted", f"{totals.accepted:,}", percent(totals.accepted, judged), "good"),
        Figure(
            "Rejected",
            f"{totals.rejected:,}",
            percent(totals.rejected, judged),
            "warning" if totals.rejected else "plain",
        ),
    )
    blocks: list[Block] = [Figures(items)]
    if totals.rejected:
        share = 100 * totals.accepted / judged
        blocks.append(Shares((Share("accepted", share, "accepted"), Share("rejected", 100 - share, "rejected"))))
    return Section("came", "What came", tuple(blocks))


def _attention(report: DailyReport) -> Section | None:
    totals = report.totals
    notices = [
        *(_by_code("critical", "Failed", group, "headgate runs RUN") for group in report.failures),
        *(_by_code("critical", "Dead", group, "headgate dead list") for group in report.dead),
    ]
    if report.unmatched:
        notices.append(
            _files("warning", "Unmatched: put each into its pipeline's folder", report.unmatched, totals.unmatched)
        )
    if report.under_way:
        notices.append(_files("warning", "Still under way (next: headgate status)", report.under_way, totals.under_way))
    if notices:
        return Section("attention", "What needs somebody", (Notices(tuple(notices)),))
    quiet = Prose(
        ("No file failed, and none is left over. What a later stage could not do, headgate dead list shows.",)
    )
    return Section("attention", "What needs somebody", (quiet,)) if totals.files else None


def _by_code(level: Level, what: str, group: FilesByCode, look: str) -> Notice:
    return _files(level, f"{what}: {printable(group.code, 60)} (next: {look})", group.files, group.count)


def _files(level: Level, label: str, files: Sequence[NamedFile], count: int) -> Notice:
    items = tuple(Seen(_named(file)) for file in files[:_NAMED])
    return Notice(level, label, items, count - len(items))


def _named(file: NamedFile) -> str:
    home = f"{file.pipeline}: " if file.pipeline else ""
    said = f": {printable(file.message, 300)}" if file.message else ""
    return f"{home}{printable(file.file, 100)}{said}"


def _compared(report: DailyReport) -> Section:
    before, mean = report.compared.day_before, report.compared.mean
    if mean is None:
        none = Prose(("No file came in on the 7 days before.",))
        return Section("compared", "Compared with the days before", (none,))
    few = f"{counted(mean.days_with_files, 'day')} with files"
    over = few if mean.days_with_files < mean.days else counted(mean.days, "day")
    columns = (Column(""), Column("This day", True), Column("The day before", True), Column(f"Mean of {over}", True))
    rows = tuple(
        (label, *(_cell(name, getattr(one, name) if one else None) for one in (report.totals, before, mean)))
        for label, name in _COMPARED.items()
    )
    return Section("compared", "Compared with the days before", (Table(columns, rows),))


_COMPARED = {
    "Files": "files", "Failed": "failed", "Duplicates": "duplicates", "Records": "records", "Rejected": "rejected",
    "Reject rate": "reject_rate", "Size": "bytes",
}  # fmt: skip


def _cell(name: str, number: float | None) -> str:
    if number is None:
        return NOTHING
    if name == "reject_rate":
        return f"{number:.1%}"
    if name == "bytes":
        return size_text(number)
    return f"{number:,.1f}" if isinstance(number, float) and number < 100 else f"{number:,.0f}"


def _pipelines(report: DailyReport) -> list[Section]:
    busy = [one for one in report.by_pipeline if one.files]
    if not busy:
        return []
    # The last columns have no room on a phone.
    heads = ("Pipeline", "Files", "Rejected", "Rate", "Accepted", "Failed", "Duplicates")
    columns = tuple(Column(head, head != "Pipeline") for head in heads)
    table = Table(columns, tuple(map(_pipeline_cells, busy)))
    idle = [one.pipeline for one in report.by_pipeline if one.pipeline and not one.files]
    note = (Prose((), f"Nothing came for {', '.join(idle)}."),) if idle else ()
    sections = [Section("pipelines", "By pipeline", (table, *note))]
    chart = _rows_by_pipeline(busy)
    # Beside a chart a mail would show fewer rows of the table.
    return [*sections, Section("pipelines-chart", "", (chart,), part=True)] if chart else sections


def _pipeline_cells(one: PipelineFigures) -> tuple[str, ...]:
    rate = percent(one.rejected, one.accepted + one.rejected)
    numbers = (one.accepted, one.failed, one.duplicates)
    return (
        one.pipeline or _SEVERAL,
        f"{one.files:,}",
        f"{one.rejected:,}",
        rate,
        *(f"{number:,}" for number in numbers),
    )


def _rows_by_pipeline(busy: Sequence[PipelineFigures]) -> Chart | None:
    with_rows = sorted((one for one in busy if one.records), key=lambda one: -one.records)[:12]
    if len(with_rows) < 2:
        return None
    marks = [
        Mark(printable(one.pipeline or _SEVERAL, _LABEL), float(value), f"{value:,}", series)
        for one in with_rows
        for series, value in (("accepted", one.accepted), ("rejected", one.rejected))
    ]
    named = "; ".join(f"{one.pipeline}: {one.accepted:,} accepted, {one.rejected:,} rejected" for one in with_rows)
    return Chart("bar", "Rows by pipeline", "Pipeline", "Rows", tuple(marks), f"Bar chart, rows by pipeline. {named}.")


def _reasons(reasons: Sequence[RejectReason]) -> Section | None:
    if not reasons:
        return None
    columns = (Column("Rows", True), Column("Reason"), Column("Pipeline"), Column("Files", True))
    return Section("reasons", "Why rows were rejected", (Table(columns, tuple(map(_reason_cells, reasons))),))


def _reason_cells(one: RejectReason) -> tuple[str, ...]:
    said = f"{one.reason}: {one.message}" if one.message else one.reason
    return (f"{one.rows:,}", printable(said, 200), one.pipeline or NOTHING, f"{one.files:,}")


def _types(report: DailyReport) -> Section | None:
    if not report.by_type:
        return None
    columns = (Column("Type"), Column("Files", True), Column("Records", True), Column("Size", True))
    rows = tuple((one.type, f"{one.files:,}", f"{one.records:,}", size_text(one.bytes)) for one in report.by_type)
    return Section("types", "By type of file", (Table(columns, rows),))


def _duplicates(report: DailyReport) -> Section | None:
    if not report.duplicates:
        return None
    columns = (Column("Times", True), Column("The content of"), Column("Came again as"))
    return Section("duplicates", "What came more than once", (Table(columns, tuple(map(_again, report.duplicates))),))


def _again(one: Duplicates) -> tuple[str, ...]:
    first = one.file or one.run or NOTHING
    home = f"{one.pipeline}: " if one.pipeline else ""
    return (f"{one.count:,}", f"{home}{first}", printable(", ".join(one.names), 200))


def _measured(name: str, title: str, files: Sequence[MeasuredFile]) -> Section | None:
    if not files:
        return None
    # What it is about comes first; a phone has no room for the rest.
    order = (2, 1) if name == "slowest" else (1, 2)
    columns = (Column("File"), *(Column(("", "Size", "Seconds")[place], True) for place in order), Column("Pipeline"))
    cells = [(one.file, _size(one.bytes), _seconds(one.seconds), one.pipeline or NOTHING) for one in files]
    rows = tuple((cell[0], *(cell[place] for place in order), cell[3]) for cell in cells)
    return Section(name, title, (Table(columns, rows),))


def _size(size: int | None) -> str:
    return NOTHING if size is None else size_text(size)


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:,.1f}"


def _notes(report: DailyReport) -> Section | None:
    """What must be known to judge the numbers."""
    said = []
    if report.broken_off:
        said.append(f"{counted(report.broken_off, 'attempt')} broken off by an error and tried again, or given up.")
    if report.replays:
        said.append(f"{counted(report.replays, 'run')} replayed; their rows are in none of these numbers.")
    if report.missing_manifests:
        missing = counted(len(report.missing_manifests), "manifest")
        said.append(f"{missing} missing or unreadable: reasons, durations and media types lack them.")
    if report.hours != 24:
        said.append(f"This day has {report.hours:g} hours: the clock is changed.")
    return Section("notes", "Besides", (Prose(tuple(said)),)) if said else None
