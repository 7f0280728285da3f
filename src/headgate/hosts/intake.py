"""The inbox: which files lie there whole, each announced once as `file.arrived`."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from headgate.adapters.local.lookout import Lookout, Sighting
from headgate.core.events import Event
from headgate.core.identity import event_id
from headgate.core.project import Project
from headgate.core.unfinished import is_unfinished
from headgate.ports import Arrival, Files, Found, Ledger, Queue
from headgate.stages.routing import candidates

SOURCE = "headgate/embedded"


@dataclass(frozen=True)
class Look:
    """What one look at the inbox found.

    Attributes:
        arrived: the events of files that were not announced before.
        growing: keys of files that may not be whole yet.
    """

    arrived: list[Event]
    growing: list[str]


class Intake:
    """Looks at the inbox of a project.

    A file counts as whole when it has not been touched for `watch.settle` seconds, by its own time or, as clocks differ,
    by having looked the same at two looks that far apart, and nobody has it open to write to it, where that can be told.

    Args:
        elapsed: seconds that only grow.
    """

    def __init__(
        self,
        project: Project,
        files: Files,
        lookout: Lookout,
        queue: Queue,
        ledger: Ledger,
        clock: Callable[[], datetime],
        elapsed: Callable[[], float],
    ) -> None:
        self._project, self._files, self._lookout, self._queue = project, files, lookout, queue
        self._ledger, self._clock, self._elapsed = ledger, clock, elapsed
        self._settle = float(project.settings.watch.settle)
        self._inbox = project.settings.zones.inbox
        self._first_seen: dict[tuple[str, str], float] = {}

    def look(self) -> Look:
        """Announces what has arrived since the last look."""
        now, at = self._clock(), self._elapsed()
        self._queue.publish([self._grew(key, now) for key in self._files.put_back()], now)
        lying = list(self.lying())
        seen = {_identity(one) for one in lying}
        self._first_seen = {known: since for known, since in self._first_seen.items() if known in seen}
        whole: list[Found] = []
        growing: list[Found] = []
        for one in lying:
            (whole if self._is_whole(one, now, at) else growing).append(one)
        arrived = self._announce(self._lookout.see(whole, now, growing), whole, now)
        return Look(arrived, [one.key for one in growing])

    def announce(self, key: str) -> list[Event]:
        """Announces one file that is known to be whole."""
        now, found = self._clock(), list(self._files.found(key))
        # The next look need not wait for them.
        self._first_seen.update({_identity(one): -math.inf for one in found})
        return self._announce(self._lookout.note(found, now), found, now)

    def lying(self) -> Iterator[Found]:
        """What is, or may be, a file for a pipeline, and what only looks like one."""
        for one in self._files.found(self._inbox):
            if self._counts(one):
                # Bytes that are no text can't be kept as they are.
                yield replace(one, key=one.key.encode("utf-8", "backslashreplace").decode())

    def waiting(self) -> Iterable[str]:
        """The keys of what lies in the inbox."""
        return (one.key for one in self.lying())

    def _counts(self, found: Found) -> bool:
        if is_unfinished(found.key.removeprefix(self._inbox)):
            return False
        return found.fault != "folder" or self._is_astray(found)

    def _is_astray(self, folder: Found) -> bool:
        """An empty folder is a pipeline's own, or of a person's order; one named like a file was taken for a file."""
        inner = PurePosixPath(folder.key).relative_to(self._inbox)
        is_own = len(inner.parts) == 1 and inner.name in self._project.pipelines
        return not is_own and inner.suffix[1:2].isalpha()

    def _is_whole(self, found: Found, now: datetime, at: float) -> bool:
        since = self._first_seen.setdefault(_identity(found), at)
        is_quiet = timedelta(seconds=self._settle) <= now - found.modified or at - since >= self._settle
        return is_quiet and (bool(found.fault) or not self._files.is_written_to(found.key))

    def _announce(self, new: Iterable[Sighting], whole: Iterable[Found], now: datetime) -> list[Event]:
        faults = {_identity(one): one.fault for one in whole}
        events = {one.number: self._event(one, faults[one.key, one.signature], now) for one in new}
        if not events:
            return []
        # Before anybody can take it: what waits while others are worked on came now, not when its turn comes.
        self._ledger.note(_noted(event) for event in events.values() if event.type == "file.arrived")
        arrived = self._queue.publish(events.values(), now)
        self._lookout.announced({number: event.id for number, event in events.items()})
        return arrived

    def _event(self, sighting: Sighting, fault: str, now: datetime) -> Event:
        key = sighting.key
        type_, data = ("file.unmatched", _astray(key, fault)) if fault else ("file.arrived", self._arrival(key))
        id_ = event_id(type_, key, "", str(sighting.number))
        return Event(id_, type_, SOURCE, now, key, uuid.uuid4().hex, data)

    def _grew(self, key: str, now: datetime) -> Event:
        """A file was written to after it was taken; it lies there again, and what it is when it is whole will arrive."""
        id_ = event_id("file.grew", key, "", uuid.uuid4().hex)
        return Event(id_, "file.grew", SOURCE, now, key, uuid.uuid4().hex, {**self._arrival(key), "file": _name(key)})

    def _arrival(self, key: str) -> dict[str, str]:
        found = candidates(key, self._inbox, self._project.pipelines.values())
        return {"key": key, "pipeline": found[0].name} if len(found) == 1 else {"key": key}


def _noted(event: Event) -> Arrival:
    key = event.data["key"]
    return Arrival(event.id, event.time, event.data.get("pipeline"), key, _name(key))


def _identity(found: Found) -> tuple[str, str]:
    return found.key, found.signature


def _astray(key: str, fault: str) -> dict[str, object]:
    return {"key": key, "file": _name(key), "candidates": [], "fault": fault}


def _name(key: str) -> str:
    return key.rsplit("/", 1)[-1]
