"""Schedules as AWS writes them: six fields, one of the two kinds of day always left open."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn, TypeGuard

from cronsim import CronSim

from headgate.core.errors import Place, UserMistake

_WEEK = frozenset(range(7))
_MONTH = frozenset(range(1, 32))
# The parser wants a time to start from; any does.
_SOME_DAY = datetime(2024, 1, 1)

Weekday = int | tuple[int, int]
"""Days from Sunday, 0; with a number, the so manieth of its kind in the month."""


def aws_cron(cron: str, where: Place | None = None) -> str:
    """A schedule of five fields as EventBridge Scheduler has it, in the same time zone.

    Args:
        cron: minute, hour, day of month, month, day of week; a schedule that was checked.
        where: it is written, for the error.

    Raises:
        UserMistake: AWS has no words for it (`cron_not_on_aws`).
    """
    parsed = CronSim(cron, _SOME_DAY)
    day, weekday = _days(cron, parsed, where)
    minutes, hours = _listed(parsed.minutes, 60), _listed(parsed.hours, 24)
    # The longest there can be has 238 characters, of the 256 that are allowed.
    return f"cron({minutes} {hours} {day} {_listed(parsed.months, 12)} {weekday} *)"


def _days(cron: str, parsed: CronSim, where: Place | None) -> tuple[str, str]:
    """Day of month and day of week. AWS takes one of them only; cron goes by both, or by either."""
    days: set[int] = parsed.days
    weekdays: set[Weekday] = {one % 7 if isinstance(one, int) else one for one in parsed.weekdays}
    any_day, any_weekday = days >= _MONTH, weekdays >= _WEEK
    if (any_day and any_weekday) or (not parsed.day_and and (any_day or any_weekday)):
        return "*", "?"
    if any_weekday:
        return _day_of_month(cron, days, where), "?"
    if any_day:
        return "?", _day_of_week(cron, weekdays, where)
    _refuse(cron, "AWS takes days of the month or days of the week, not both", where)


def _day_of_month(cron: str, days: set[int], where: Place | None) -> str:
    special = {CronSim.LAST: "L", CronSim.LAST_WEEKDAY: "LW"}
    if days.isdisjoint(special):
        return _listed(days, 31)
    if len(days) == 1:
        return special[next(iter(days))]
    _refuse(cron, "AWS takes the last day of a month alone, without others", where)


def _day_of_week(cron: str, weekdays: set[Weekday], where: Place | None) -> str:
    plain = {one for one in weekdays if isinstance(one, int)}
    if len(plain) == len(weekdays):
        # AWS counts from 1, Sunday.
        return _listed({one + 1 for one in plain}, 7)
    if len(weekdays) == 1 and _is_numbered(one := next(iter(weekdays))):
        return f"{one[0] + 1}L" if one[1] == CronSim.LAST else f"{one[0] + 1}#{one[1]}"
    _refuse(cron, "AWS takes one numbered day of the week alone, without others", where)


def _is_numbered(weekday: Weekday) -> TypeGuard[tuple[int, int]]:
    return isinstance(weekday, tuple)


def _listed(values: set[int], all_of: int) -> str:
    """`*` for all, else the values, neighbours as a range; steps are written out, as cron's and AWS's differ."""
    if len(values) == all_of:
        return "*"
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _refuse(cron: str, reason: str, where: Place | None) -> NoReturn:
    raise UserMistake(
        f"the schedule '{cron}' can't be kept on AWS: {reason}",
        where=where,
        who="the project's owner",
        next="write it as days of the month or as days of the week",
        code="cron_not_on_aws",
    )
