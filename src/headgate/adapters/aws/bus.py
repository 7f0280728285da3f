"""The bus: EventBridge, which lays each event before the queues of its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from headgate.adapters.aws.messages import detail_of
from headgate.adapters.aws.services import asking, client, tries
from headgate.core.errors import Permanent, Place, Transient
from headgate.core.events import Event

_MOST_ENTRIES = 10
_MOST_BYTES = 256 * 1024
_TRIES = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0

Entry = dict[str, Any]


class Bus:
    """One event bus.

    Args:
        name: of the bus.
        source: who says what is put on it, for the rules of others: `headgate.<project>`.
        sleep: waits so many seconds.
    """

    def __init__(
        self, name: str, source: str, region: str | None = None, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._name, self.source, self._region, self._sleep = name, source, region, sleep

    def entries(self, events: Iterable[Event]) -> list[Entry]:
        """The events as the bus takes them.

        Raises:
            Permanent: one is larger than the bus takes.
            TypeError, ValueError: the data of one is no JSON.
        """
        return [self._entry(event) for event in events]

    def _entry(self, event: Event) -> Entry:
        entry = {
            "Source": self.source, "DetailType": event.type, "Detail": detail_of(event), "EventBusName": self._name
        }  # fmt: skip
        if (size := _size(entry)) > _MOST_BYTES:
            raise Permanent(
                f"an event {event.type} of {size:,} bytes is larger than the {_MOST_BYTES:,} that EventBridge takes",
                where=Place(event.subject),
                who="the authors of Headgate",
                next="report it; the event's data must be keys and counts",
                code="event_too_big",
            )
        return entry

    def put(self, entries: Sequence[Entry]) -> None:
        """Puts all of them on the bus; those that it refuses for the moment, again.

        Raises:
            Transient: some were still refused; the others are on the bus.
            Outside: there is no such bus, or no right to it.
        """
        for batch in _batches(entries):
            self._put(batch)

    def _put(self, batch: list[Entry]) -> None:
        for _ in tries(_TRIES, _FIRST_PAUSE, _LONGEST_PAUSE, self._sleep):
            with asking("EventBridge", self._name):
                answer = client("events", self._region).put_events(Entries=batch)
            refused = [
                (entry, said) for entry, said in zip(batch, answer["Entries"], strict=True) if "ErrorCode" in said
            ]
            if not refused:
                return
            batch = [entry for entry, _ in refused]
        said = refused[0][1]
        raise Transient(
            f"EventBridge refused {len(batch)} events: {said['ErrorCode']}: {said.get('ErrorMessage', '')}",
            where=Place(self._name),
            next="it is tried again by itself",
            code="bus_refused",
        )


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """As many at once as one request may hold."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == _MOST_ENTRIES or size + _size(entry) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += _size(entry)
    if batch:
        yield batch


def _size(entry: Entry) -> int:
    """As EventBridge counts: the bytes of what is said, and of who says it."""
    return sum(len(entry[key].encode()) for key in ("Source", "DetailType", "Detail"))
