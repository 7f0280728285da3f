"""What lists have in common: which entries are wanted, and how tables and times look."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from headgate.core.errors import UserMistake
from headgate.core.printable import printable

if TYPE_CHECKING:
    from rich.table import Table

    from headgate.core.project import Project

OfPipeline = Annotated[
    str | None, typer.Option("--pipeline", "-p", metavar="NAME", help="Only what is of this pipeline.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Only from this time on: 5m, 2h, 3d, 1w, or a date or time in UTC."),
]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many.")]

_MINUTES = re.compile(r"([1-9][0-9]{0,4})m", re.ASCII)
_TIMES = (
    "give --since a span of minutes, hours, days or weeks (5m, 2h, 3d, 1w), a date (2026-11-20) or a time (2026-11-20T14:00), "
    "in UTC unless it says otherwise (2026-11-20T14:00+01:00)"
)
# Wider than anything that is shown: a line that the terminal breaks is better than an id or a number cut off.
_NO_EDGE = 4000


def since_time(written: str | None, now: datetime) -> datetime | None:
    """The time that `--since` means, UTC, naive.

    Raises:
        UserMistake: it is neither a span nor a date or time.
    """
    if written is None:
        return None
    try:
        span = _span_written(written)
        return now - span if span else _utc(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        raise UserMistake(
            f"--since: it must be a span such as 5m, 2h, 3d or 1w, or a date or time, not {printable(written, 60)}",
            next=_TIMES,
            code="bad_time",
        ) from None


def _span_written(text: str) -> timedelta | None:
    """None when it is none."""
    from headgate.core.config.retention_settings import time_kept

    found = _MINUTES.fullmatch(text)
    return timedelta(minutes=int(found[1])) if found else time_kept(text)


def day_named(written: str, now: datetime, zone: str, command: str) -> date:
    """The day that `--day` means.

    Args:
        zone: in which it is asked what day it is.
        command: one to type instead.

    Raises:
        UserMistake: it is no day, or one that is still to come.
    """
    today = now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = named.get(written) or date.fromisoformat(written)
    except ValueError:
        raise UserMistake(
            f"--day: it must be a date such as 2026-11-20, today or yesterday, not {printable(written, 60)}",
            next=command,
        ) from None
    if day > today:
        raise UserMistake(
            f"--day: {day} is still to come, in {zone} it is {today}", next=command, code="future_day"
        )  # fmt: skip
    return day


def span_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day begins and when the next one does, UTC, naive."""
    begins, ends = (
        datetime.combine(one, datetime.min.time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1))
    )
    return _utc(begins), _utc(ends)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def of_known_pipeline(project: Project, name: str | None, remembered: Iterable[str | None]) -> None:
    """Raises UserMistake when there is no such pipeline, and there is nothing left of one either."""
    from headgate.faces.cli.pipelines import known_pipeline

    if name not in set(remembered):
        known_pipeline(project, name)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[str] = ()) -> str:
    """Rows under titles, as wide as they are; a column without any entry is left out.

    Args:
        numbers: titles of columns that stand at the right.
    """
    from rich.table import Table

    cells = [["" if one is None else printable(one, 200) for one in row] for row in rows]
    kept = [place for place in range(len(titles)) if any(row[place] for row in cells)]
    built = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for place in kept:
        built.add_column(titles[place], justify="right" if titles[place] in numbers else "left", no_wrap=True)
    for row in cells:
        built.add_row(*(row[place] for place in kept))
    return _as_text(built)


def _as_text(built: Table) -> str:
    from rich.console import Console

    # No markup: a file may be called [bold].
    console = Console(file=io.StringIO(), width=_NO_EDGE, markup=False, emoji=False, highlight=False, color_system=None)
    with console.capture() as text:
        console.print(built)
    return "\n".join(line.rstrip() for line in text.get().rstrip().split("\n"))


def moment(time: datetime | None) -> str | None:
    """A time for people: `2026-01-02 03:04:05Z`."""
    return None if time is None else f"{time:%Y-%m-%d %H:%M:%S}Z"


def iso(time: datetime | None) -> str | None:
    """A time for programs."""
    return None if time is None else time.isoformat() + "Z"


def span(length: timedelta) -> str:
    """About how long: `40 s`, `12 min`, `5 h`, `3 days`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
