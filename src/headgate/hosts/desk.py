"""What is known of a project, for those who look at it or decide: no stage, no contract and no engine is loaded."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from headgate.adapters.files import files_at
from headgate.adapters.local.database import Database
from headgate.adapters.local.ledger import SqliteLedger
from headgate.adapters.local.lookout import Lookout
from headgate.adapters.local.notices import SqliteNotices
from headgate.adapters.local.owner import OWNERS, Owner
from headgate.adapters.local.queue import SqliteQueue
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.hosts.clock import SteadyClock
from headgate.hosts.intake import Intake
from headgate.ports import Found

_HOME = ".headgate"


class Desk:
    """The parts of an embedded project that can be looked at, also while a contract in it is wrong. It publishes nothing.

    Args:
        folder: of the project.
        clock: gives the time, UTC, naive.

    Raises:
        UserMistake: the project or a pipeline is wrong.
        Outside: what is kept can't be opened.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] | None = None) -> None:
        self.project = load_project(folder)
        self.clock = clock or SteadyClock()
        self.files = files_at(self.project.storage)
        self._database = Database(folder / _HOME / "ledger.db", SCHEMA, VERSION)
        self.notices = SqliteNotices(folder / _HOME / "notices.db")
        self.owner = Owner(folder / OWNERS)
        self.ledger = SqliteLedger(self._database, self.owner)
        # Without routes: a dead letter knows its stage.
        self.queue = SqliteQueue(self._database, self.owner, {}, lambda _: "")
        self.lookout = Lookout(self._database)
        self.intake = Intake(self.project, self.files, self.lookout, self.queue, self.clock, time.monotonic)

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.owner.close()
        self.notices.close()
        self._database.close()

    def lying(self, key: str) -> Found | None:
        """What lies under a key; None when nothing does, or nothing ever could."""
        try:
            return next((one for one in self.files.found(key) if one.key == key), None)
        except UserMistake:
            return None

    def is_up(self) -> bool:
        """Whether a `headgate up` works on the project at this moment."""
        try:
            lock = os.open(self.project.folder / _HOME / "up.lock", os.O_RDONLY)
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
