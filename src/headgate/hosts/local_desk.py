"""The desk of a project on this machine: no stage, no contract and no engine is loaded."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from headgate.adapters.files import files_at
from headgate.adapters.local.database import Database
from headgate.adapters.local.ledger import SqliteLedger
from headgate.adapters.local.lookout import Lookout
from headgate.adapters.local.notices import SqliteNotices
from headgate.adapters.local.owner import OWNERS, Owner, owner_or_onlooker
from headgate.adapters.local.payments import SqlitePayments
from headgate.adapters.local.queue import SqliteQueue
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.core.events import Event
from headgate.core.project import Project, load_project
from headgate.hosts.clock import SteadyClock
from headgate.hosts.intake import Intake
from headgate.hosts.lying import lying
from headgate.ports import Found

HOME = ".headgate"
LEDGER = f"{HOME}/ledger.db"


class LocalDesk:
    """A `Desk`: the parts of an embedded project that can be looked at, also while a contract in it is wrong.

    Args:
        folder: of the project.
        clock: gives the time, UTC, naive.
        project: as it was loaded from the folder, where it was.
        routes, lane: of the queue, for who publishes; without them nothing that is published comes to a stage.

    Raises:
        UserMistake: the project or a pipeline is wrong.
        Outside: what is kept can't be opened.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] | None = None,
        project: Project | None = None,
        routes: Mapping[str, Sequence[str]] = MappingProxyType({}),
        lane: Callable[[Event], str] = lambda _: "",
    ) -> None:
        self.project = project or load_project(folder)
        self.clock = clock or SteadyClock()
        self.files = files_at(self.project.storage)
        self._database = Database(folder / LEDGER, SCHEMA, VERSION)
        self.notices = SqliteNotices(folder / HOME / "notices.db")
        self.payments = SqlitePayments(folder / HOME / "payments.db")
        self.owner = Owner(folder / OWNERS) if routes else owner_or_onlooker(folder / OWNERS)
        self.ledger = SqliteLedger(self._database, self.owner)
        self.queue = SqliteQueue(self._database, self.owner, routes, lane)
        self.lookout = Lookout(self._database)
        self.intake = Intake(
            self.project, self.files, self.lookout, self.queue, self.ledger, self.clock, time.monotonic
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives up what this process holds."""
        self.owner.close()
        self.payments.close()
        self.notices.close()
        self._database.close()

    def lying(self, key: str) -> Found | None:
        """What lies under a key; None when nothing does."""
        return lying(self.files, key)

    def inbox(self) -> Iterator[Found]:
        """What lies in the inbox and is, or may be, a file for a pipeline, or looks like one."""
        return self.intake.lying()

    def signature_of(self, event: str) -> str | None:
        """That of the file, as it was seen, that an event announced; None when the event was caused otherwise."""
        seen = self.lookout.announced_as(event)
        return seen.signature if seen else None

    def taken_away(self, event: str) -> None:
        """The file that an event announced no longer lies there: the same bytes put there again are another arrival."""
        self.lookout.taken_away(event, self.clock())

    @property
    def next_command(self) -> str:
        """What makes go on whatever waits."""
        return "headgate run, unless `headgate up` is running"

    @property
    def how_files_come(self) -> str:
        """Into a folder, or to whatever storage the project has."""
        return "put a file into the inbox, then `headgate run` or `headgate up`"

    @property
    def next_after_kill(self) -> str:
        """Whatever works here next takes it up."""
        return (
            "nothing, `headgate up` takes it up again"
            if self.is_up()
            else "headgate run, or headgate up, takes it up again"
        )

    @property
    def place(self) -> str | None:
        """There is one only."""
        return None

    def waiting_for_workers(self) -> int:
        """Here there are no functions."""
        return 0

    @property
    def idle_stages(self) -> frozenset[str]:
        """Whatever works here takes what comes to any stage."""
        return frozenset()

    def at_work(self) -> str | None:
        """What takes up by itself whatever waits, at this moment."""
        return "`headgate up` is running" if self.is_up() else None

    def is_up(self) -> bool:
        """Whether a `headgate up` works on the project at this moment."""
        try:
            lock = os.open(self.project.folder / HOME / "up.lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two who ask at once don't take each other for it.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False
