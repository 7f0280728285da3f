"""A calendar day in a time zone: 24 hours, or 23 or 25 when the clock is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from headgate.core.errors import UserMistake
from headgate.core.printable import printable

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIRST, _LAST = date(1970, 1, 9), date(9999, 12, 29)


@dataclass(frozen=True)
class Day:
    """A calendar day as it is lived in a time zone; as text it is `2026-11-20`.

    Attributes:
        zone: name of the IANA database, such as Europe/Berlin.
    """

    date: date
    zone: str

    @classmethod
    def of(cls, text: str, zone: str) -> Day:
        """The day that somebody named.

        Raises:
            UserMistake: `bad_day`: it is no day such as 2026-11-20; `bad_zone`: there is no such time zone.
        """
        try:
            ZoneInfo(zone)
        except (LookupError, ValueError, OSError):
            message = f"there is no time zone '{printable(zone, 60)}'; write a name such as `UTC` or `Europe/Berlin`"
            raise UserMistake(message, code="bad_zone", next="headgate config show") from None
        return cls(_date(text), zone)

    def __str__(self) -> str:
        return self.date.isoformat()

    @property
    def weekday(self) -> str:
        """Its name in English, whatever the machine's language."""
        return _WEEKDAYS[self.date.weekday()]

    @property
    def start(self) -> datetime:
        """The first moment, UTC, naive."""
        return _midnight(self.date, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment of the next day, UTC, naive."""
        return _midnight(self.date + timedelta(days=1), self.zone)

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.end - self.start) / timedelta(hours=1)

    def before(self, days: int) -> Day:
        """An earlier day in the same zone."""
        return Day(self.date - timedelta(days=days), self.zone)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not _FIRST <= found <= _LAST:
        message = f"'{printable(text, 60)}' is no day to report on; write it as year-month-day, such as 2026-11-20"
        raise UserMistake(message, code="bad_day", next="headgate report --day 2026-11-20")
    return found


def _midnight(day: date, zone: str) -> datetime:
    """Where the clock jumps over midnight this is the jump itself, and of two midnights the first."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
