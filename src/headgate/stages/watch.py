"""The clock ticked: which files should be here by now, and which of the missing ones came after all?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from headgate.core.events import Event
from headgate.core.expected import Expected
from headgate.core.sla import expected_arrivals
from headgate.ports import Arrival, Context, Missing

# A file that came in time may not have been seen whole yet.
_PATIENCE = timedelta(minutes=2)


def watch(event: Event, context: Context) -> list[Event]:
    """Takes `clock.ticked`, whose time counts; gives `file.missing` and `file.found`."""
    expected = {name: expected_arrivals(one.sla, one.schema) for name, one in context.contracts.items()}
    told = []
    for pipeline, promise in expected.items():
        if promise:
            told += _Watch(event, context, pipeline, promise).judge()
    _forget((one for one in context.notices.missing() if not expected.get(one.pipeline)), event, context)
    return told


def _forget(missing: Iterable[Missing], event: Event, context: Context) -> None:
    """Of what nobody promises any more nothing is missing, and nobody is told that it came."""
    for one in missing:
        context.notices.find(one, event.id)


class _Watch:
    """The files of one pipeline."""

    def __init__(self, event: Event, context: Context, pipeline: str, expected: Expected) -> None:
        self._event, self._context, self._pipeline, self._expected = event, context, pipeline, expected
        self._now, self._notices = event.time - _PATIENCE, context.notices
        # Another promise is watched anew: what it would have said of the past is nobody's fault.
        self._since = self._notices.watched_since(f"{pipeline}: {expected.words} + {expected.grace}", event.time)

    def judge(self) -> list[Event]:
        """A tick that comes again after a crash tells again what it told."""
        mine = [one for one in self._notices.missing(self._event.id) if one.pipeline == self._pipeline]
        known = [one for one in mine if one.due > self._since]
        _forget((one for one in mine if one.due <= self._since), self._event, self._context)
        arrivals = self._arrivals(known)
        fresh = self._overdue(known, arrivals)
        told = [self._missing(one) for one in [*known, *fresh] if self._notices.miss(one, self._event.id)]
        for one in known:
            came = [arrival for arrival in arrivals if arrival.at > one.due]
            if came and self._notices.find(one, self._event.id):
                told.append(self._found(one, came[0]))
        return told

    def _arrivals(self, known: Sequence[Missing]) -> list[Arrival]:
        """Those that matter now; also some of a clock that was ahead are files that came."""
        start = self._expected.lookback(self._now)
        return self._of_pipeline(start) or ([] if known else self._of_pipeline(self._since))

    def _of_pipeline(self, start: datetime) -> list[Arrival]:
        """A replay is kept as an arrival, too, but no file came."""
        inbox = f"{self._context.project.settings.zones.inbox}/"
        arrivals = self._context.ledger.arrivals(start, datetime.max, self._pipeline)
        return [one for one in arrivals if one.key.startswith(inbox)]

    def _overdue(self, known: Sequence[Missing], arrivals: Sequence[Arrival]) -> list[Missing]:
        if known and self._expected.once:
            return []
        overdue = self._expected.overdue([arrival.at for arrival in arrivals], self._since, self._now)
        if overdue is None or overdue.period in {one.period for one in known}:
            return []
        return [Missing(self._pipeline, overdue.period, overdue.due)]

    def _missing(self, missing: Missing) -> Event:
        return self._event.next("file.missing", _subject(missing), self._data(missing))

    def _found(self, missing: Missing, arrival: Arrival) -> Event:
        data = {"file": arrival.file, "came": _iso(arrival.at), "arrival": arrival.event}
        return self._event.next("file.found", _subject(missing), {**self._data(missing), **data})

    def _data(self, missing: Missing) -> dict[str, str]:
        return {
            "pipeline": missing.pipeline,
            "period": missing.period,
            "due": _iso(missing.due),
            "expected": self._expected.words,
        }


def _subject(missing: Missing) -> str:
    return f"{missing.pipeline}/{missing.period}"


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="seconds") + "Z"
