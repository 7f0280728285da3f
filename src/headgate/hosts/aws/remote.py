"""A deployed project as commands set it going: what they ask for is published, and its functions do the work."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from headgate.adapters.aws.tables import DynamoTables
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.adapters.web import HttpWeb
from headgate.core.errors import Transient
from headgate.core.events import Event
from headgate.core.identity import event_id
from headgate.flow import ROUTES
from headgate.hosts.aws.arrivals import SOURCE
from headgate.hosts.aws.desk import AwsDesk
from headgate.hosts.contracts import load_contracts
from headgate.hosts.idle import check_at_work
from headgate.hosts.journey import Journey
from headgate.hosts.putting import NoRoom, Uploaded, put_into_inbox
from headgate.hosts.secrets import Secrets
from headgate.ports import Context, Progress

_LOOK_SECONDS = 1.0
# As long as the slowest function may take, and once more for what is tried again.
_PATIENCE = timedelta(minutes=30)
_QUIET_LOOKS = 2
_WORKER = "headgate worker --queue large, where there is room"
_ENDS = ("done", "dead", "discarded")


class RemoteHost(AwsDesk):
    """A `Host` whose stages run elsewhere.

    Args:
        environment: which deployment; else the one of `deploy.environment`, or the only one.
        sleep: waits so many seconds between two looks at how far they are.

    Raises:
        UserMistake: the project or a contract is wrong, or it was never deployed from here.
    """

    def __init__(
        self, folder: Path, environment: str | None = None, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        super().__init__(folder, environment)
        self.contracts = load_contracts(self.project)
        self.tables = DynamoTables(self.deployment.prefix, self.deployment.region)
        self.secrets, self._sleep = Secrets(), sleep

    def context(self) -> Context:
        """As far as a command needs it to judge rows here; nothing is mailed from here."""
        return Context(
            self.project, self.contracts, self.files, self.ledger, self.notices, MemoryMailer(), self.tables, HttpWeb(),
            self.payments, self.secrets, self.clock(),
        )  # fmt: skip

    def event(self, type_: str, subject: str, data: Mapping[str, object], discriminator: str) -> Event:
        """An event that nothing but a person causes."""
        id_ = event_id(type_, subject, "", discriminator)
        return Event(id_, type_, SOURCE, self.clock(), subject, uuid.uuid4().hex, data)

    def put(self, file: Path, pipeline: str | None = None, progress: Uploaded | None = None) -> str:
        """Copies a file into the inbox of a pipeline, or into the inbox itself; S3 announces it.

        Raises:
            UserMistake: a file of that name already waits there, or the name is one that the inbox takes for unfinished.
        """
        next_ = "headgate status --target aws"
        return put_into_inbox(file, pipeline, self.project, self.files, next_, progress)

    def no_room(self, size: int) -> NoRoom | None:
        """What becomes of a file that is larger than a function takes."""
        largest = self.deployment.largest_file
        if largest is None or size <= largest:
            return None
        why = f"it has {size:,} bytes, and a function takes {largest:,} at most"
        if self.deployment.large_queue:
            return NoRoom(f"{why}: it will wait in the queue of large files", _WORKER)
        again = f"set deploy.large_queue: true, headgate deploy apply, {_WORKER}, then put it there again"
        return NoRoom(f"{why}: it will be a failed file (too_large_for_function)", again)

    def announce(self, key: str) -> list[Event]:
        """S3 does so by itself, under an id that nobody here knows."""
        return []

    def masked(self, text: str) -> str:
        """The text without any secret."""
        return self.secrets.mask(text)

    def send_through(
        self, events: Sequence[Event], *, only: str | None = None, announced: Sequence[Event] = ()
    ) -> Journey:
        """Publishes events and waits until all that comes of them is done, or nobody would wait any longer."""
        check_at_work(self, only)
        sent = [*announced, *self.queue.publish(events, self.clock(), only)]
        journey = Journey(only={event.correlation_id for event in sent})
        until, quiet = self.clock() + _PATIENCE, 0
        # The journal's index may lag behind what a stage has just noted: nothing open, seen once, may be too early.
        while quiet < _QUIET_LOOKS and self.clock() < until:
            quiet = 0 if self._look(journey, sent, only) else quiet + 1
            self._sleep(_LOOK_SECONDS)
        return journey

    def _look(self, journey: Journey, sent: Sequence[Event], only: str | None) -> int:
        """Adds what happened since the last look; how many stages have still to do with it."""
        first = {event.id for event in sent}
        known = {event.id: event for event in sent}
        for correlation in dict.fromkeys(event.correlation_id for event in sent):
            known |= {event.id: event for event in _from(self.queue.events(correlation), first)}
        journey.add(known.values())
        progress = {(one.event, one.stage): one for one in self.queue.progress(list(known))}
        open_ = 0
        for event in known.values():
            for stage in (only,) if only and event.id in first else self._taken_by(event):
                open_ += not self._is_settled(journey, event, stage, progress.get((event.id, stage)))
        journey.left, journey.left_until = open_, self.clock() if open_ else datetime.max
        return open_

    def _taken_by(self, event: Event) -> list[str]:
        return [stage for stage in ROUTES.get(event.type, ()) if stage not in self.deployment.idle_stages]

    def _is_settled(self, journey: Journey, event: Event, stage: str, progress: Progress | None) -> bool:
        if progress is None or progress.state not in _ENDS:
            return False
        if (event.id, stage) not in journey.settled:
            journey.settled.add((event.id, stage))
            if progress.state == "dead" and progress.error:
                said = progress.error
                error = Transient(said["message"], who=said.get("who"), next=said.get("next"), code=said["code"])
                journey.fail(event, error)
        return True


def _from(events: Iterable[Event], first: set[str]) -> list[Event]:
    """The events of a journey from the first of those that were sent on: what was before, is not this command's."""
    every = list(events)
    at = next((number for number, event in enumerate(every) if event.id in first), len(every))
    return every[at:]
