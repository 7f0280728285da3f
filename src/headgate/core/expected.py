"""When files must come, and whether one is overdue."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import ClassVar

from cronsim import CronSim

# A clock that is put back shows the same hours twice, and the search for the times before now starts after them.
_PUT_BACK = timedelta(hours=3)
_MONTH, _DAY = timedelta(days=31), timedelta(days=1)
# A file that comes so soon after a deadline that was missed is the late one, not the next one.
_LATE_SHARE = 4


@dataclass(frozen=True)
class Overdue:
    """A file that should have come and has not.

    Attributes:
        period: which one, as text.
        due: when it should have been there, UTC, naive.
    """

    period: str
    due: datetime


@dataclass(frozen=True)
class Deadlines:
    """Times by each of which a file must have come since the time before.

    Attributes:
        cron: five fields.
        zone: what they are meant in.
        grace: how much later will do.
        words: the same, for people: `a file every day by 09:00`.
        once: a file that is overdue stays the only one until another comes.
    """

    cron: str
    zone: tzinfo
    grace: timedelta
    words: str
    once: ClassVar[bool] = False

    def lookback(self, now: datetime) -> datetime:
        """From when on arrivals must be known to judge what is overdue now; times are UTC, naive."""
        return min(self._latest(now), default=now) - self.grace

    def overdue(self, arrivals: Sequence[datetime], since: datetime, now: datetime) -> Overdue | None:
        """The file of the latest deadline, when it has not come.

        Args:
            arrivals: at or after `lookback`.
            since: from when on files are expected at all.
        """
        latest = self._latest(now)
        if len(latest) < 3 or latest[0] <= since:
            return None
        due = latest[0]
        if any(at > self._start(latest, arrivals, since) for at in arrivals):
            return None
        return Overdue((due - self.grace).replace(tzinfo=UTC).astimezone(self.zone).isoformat(timespec="minutes"), due)

    def _start(self, latest: Sequence[datetime], arrivals: Sequence[datetime], since: datetime) -> datetime:
        """After what moment a file is the one of the latest deadline."""
        due, before, first = latest
        if self.grace >= (due - before) / 2:
            # So long a grace says nothing of when files come: one that came before is as good.
            return before - self.grace
        missed = before > since and not any(first < at <= before for at in arrivals)
        return before + (due - before) / _LATE_SHARE if missed else before

    def _latest(self, now: datetime) -> list[datetime]:
        """The last three deadlines up to now, the latest first."""
        start = (now - self.grace + _PUT_BACK).replace(tzinfo=UTC).astimezone(self.zone)
        times = (moment.astimezone(UTC).replace(tzinfo=None) for moment in CronSim(self.cron, start, reverse=True))
        return list(islice((time + self.grace for time in times if time + self.grace <= now), 3))


@dataclass(frozen=True)
class Interval:
    """After each file the next one must come within a time.

    Attributes:
        months: of the interval.
        length: the rest of it.
        by: it must have come when it is this time next after the interval; None: right after it.
        zone: what `by` is meant in.
        grace: how much later will do.
        words: the same, for people: `a file every day by 09:00`.
        once: a file that is overdue stays the only one until another comes.
    """

    months: int
    length: timedelta
    by: time | None
    zone: tzinfo
    grace: timedelta
    words: str
    once: ClassVar[bool] = True

    def lookback(self, now: datetime) -> datetime:
        """From when on arrivals must be known to judge what is overdue now; times are UTC, naive."""
        return now - (self.months * _MONTH + self.length + _DAY + self.grace)

    def overdue(self, arrivals: Sequence[datetime], since: datetime, now: datetime) -> Overdue | None:
        """The file that should have followed the last one, when it has not come.

        Args:
            arrivals: all, or at least the last one.
            since: from when on files are expected at all.
        """
        due = self._next(max([since, *arrivals]))
        return Overdue(due.isoformat(timespec="seconds") + "Z", due) if due <= now else None

    def _next(self, last: datetime) -> datetime:
        due = _months_later(last.replace(tzinfo=UTC).astimezone(self.zone), self.months) + self.length
        if self.by:
            due = datetime.combine(due.date() + (due.time() > self.by) * _DAY, self.by, self.zone)
        return due.astimezone(UTC).replace(tzinfo=None) + self.grace


Expected = Deadlines | Interval


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day some months on, or the last one of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
