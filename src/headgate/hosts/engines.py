"""The engines of a process: one for each thread that works, kept from file to file, since starting one takes as long as a small file."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from headgate.core.gate.session import Budget, Engine
from headgate.core.gate.workspace import workspace


@dataclass
class _Kept:
    """An engine, and what goes with it."""

    thread: threading.Thread
    engine: Engine
    rest: ExitStack


class Engines:
    """Gives each thread an engine of its own.

    Args:
        folder: below it they spill; None for the system's folder.
    """

    def __init__(self, folder: Path | None, budget: Budget) -> None:
        self._folder, self._budget, self._lock = folder, budget, threading.Lock()
        self._kept: dict[int, _Kept] = {}

    def mine(self) -> Engine:
        """This thread's engine; another one when it broke."""
        thread = threading.current_thread()
        with self._lock:
            self._sweep()
            kept = self._kept.get(id(thread))
            if kept and kept.engine.is_broken:
                kept.rest.close()
                kept = None
            if kept is None:
                kept = self._kept[id(thread)] = self._started(thread)
            return kept.engine

    def close(self) -> None:
        """Ends them all."""
        with self._lock:
            for kept in self._kept.values():
                kept.rest.close()
            self._kept.clear()

    def _started(self, thread: threading.Thread) -> _Kept:
        rest = ExitStack()
        engine = Engine(rest.enter_context(workspace(self._folder)), self._budget)
        rest.callback(engine.close)
        return _Kept(thread, engine, rest)

    def _sweep(self) -> None:
        """Those of threads that have ended."""
        for key, kept in list(self._kept.items()):
            if not kept.thread.is_alive():
                self._kept.pop(key).rest.close()
