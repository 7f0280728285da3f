"""A project with a source, and the API it asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from headgate.adapters.files import files_at
from headgate.adapters.memory.ledger import MemoryLedger
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.adapters.memory.notices import MemoryNotices
from headgate.adapters.memory.payments import MemoryPayments
from headgate.adapters.memory.tables import MemoryTables
from headgate.adapters.web import HttpWeb
from headgate.core.events import Event
from headgate.core.project import load_project
from headgate.ports import Context
from headgate.stages.fetch import fetch
from tests.local_server import LocalServer
from tests.stages.twelve_data import KEY, TwelveData

FIRST = datetime(2026, 1, 2, 22, 30)
SIX = "[AAPL, GOOG, MSFT, EUR/USD, BRK.A, 'M&M:NSE']"


@dataclass
class Market:
    """A project with a source, and the API it asks."""

    folder: Path
    api: TwelveData
    server: LocalServer
    key: str | None = KEY
    variable: str = "TWELVE_DATA_KEY"
    web: HttpWeb = field(default_factory=lambda: HttpWeb(timeout=5))
    made: list[Event] = field(default_factory=list)

    def configure(self, symbols: str = SIX, **settings: object) -> Market:
        lines = "".join(f", {name}: {value}" for name, value in settings.items())
        source = f"{{kind: twelve_data, url: '{self.server.url}', symbols: {symbols}{lines}}}"
        (self.folder / "pipelines" / "people" / "pipeline.yaml").write_text(f"source: {source}\n")
        return self

    def context(self) -> Context:
        project, files = load_project(self.folder), files_at(str(self.folder))
        ledger, notices, mailer, tables = MemoryLedger(), MemoryNotices(), MemoryMailer(), MemoryTables()
        secret = {self.variable: self.key}.get
        return Context(
            project, {}, files, ledger, notices, mailer, tables, self.web, MemoryPayments(), secret, self.api.now
        )

    def fetch(self, event: Event | None = None) -> Event:
        """Takes one event, which makes one."""
        (made,) = fetch(event or due(), self.context())
        # As a host does.
        made = replace(made, time=self.api.now)
        self.made.append(made)
        return made

    def go(self) -> Event:
        """From the first event to the last, each at its time."""
        event = due()
        while event.type == "source.due":
            self.api.now = max(self.api.now, not_before(event))
            event = self.fetch(event)
        return event

    def a_minute_later(self) -> None:
        """As the API counts, with a little for clocks that differ."""
        self.api.now += timedelta(seconds=65)

    def landed(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes() for path in self.folder.glob("inbox/**/*.json")
        }

    def document(self) -> dict[str, Any]:
        (data,) = self.landed().values()
        return json.loads(data)

    def reason(self) -> dict[str, Any]:
        """Why nothing came."""
        made = self.go()
        assert made.type == "source.failed"
        assert self.landed() == {}
        assert made.data.keys() == {"pipeline", "reason"}
        assert all(made.data["reason"][word] for word in ("code", "message", "who", "next"))
        return made.data["reason"]


def due(id_: str = "due-1", time: datetime = FIRST) -> Event:
    return Event(id_, "source.due", "test", time, "people/2026-01-02T22:30", "correlation", {"pipeline": "people"})


def not_before(event: Event) -> datetime:
    return datetime.fromisoformat(event.data.get("not_before", FIRST.isoformat()))
