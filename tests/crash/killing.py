"""Kills this very process before or after the n-th call of a port: a wrapper around every method, made by the test."""

from __future__ import annotations

import functools
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from headgate.adapters.local.files import FolderFiles
from headgate.adapters.local.ledger import SqliteLedger
from headgate.adapters.local.lookout import Lookout
from headgate.adapters.local.notices import SqliteNotices
from headgate.adapters.local.outbox import Outbox
from headgate.adapters.local.queue import SqliteQueue
from headgate.adapters.local.tables import SqliteTables

PORTS = (FolderFiles, SqliteLedger, SqliteQueue, Lookout, SqliteNotices, SqliteTables, Outbox)


class Killer:
    """Counts the boundaries that the process crosses (before and after each call), and ends it at one of them.

    Args:
        at: the boundary to die at, from 1; None counts only.
    """

    def __init__(self, at: int | None = None) -> None:
        self._at, self.crossed = at, 0
        self._lock = threading.Lock()

    def boundary(self) -> None:
        with self._lock:
            self.crossed += 1
            if self.crossed == self._at:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_ports(self) -> None:
        """Wraps every public method of every port's local adapter, in this process."""
        for port in PORTS:
            for name, method in vars(port).copy().items():
                if not name.startswith("_") and callable(method):
                    setattr(port, name, self._watched(method))

    def _watched(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*given: Any, **named: Any) -> Any:
            self.boundary()
            result = method(*given, **named)
            self.boundary()
            return result

        return call
