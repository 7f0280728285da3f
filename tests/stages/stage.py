"""A stage in isolation: a small project, everything else in memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.adapters.files import ObjectFiles
from headgate.adapters.memory.ledger import MemoryLedger
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.adapters.memory.notices import MemoryNotices
from headgate.adapters.memory.payments import MemoryPayments
from headgate.adapters.memory.tables import MemoryTables
from headgate.adapters.memory.web import ScriptedWeb
from headgate.core.events import Event
from headgate.core.project import load_project
from headgate.hosts.contracts import load_contracts
from headgate.ports import Context
from tests.projects import make_project

NOW = datetime(2026, 1, 2, 3, 4, 5)


class Isolated:
    """A context, and what lies in it."""

    def __init__(self, folder: Path, **written: str) -> None:
        project = load_project(make_project(folder / "project", **written))
        self.files, self.ledger, self.mailer = ObjectFiles("memory://"), MemoryLedger(), MemoryMailer()
        self.notices, self.tables, self.web = MemoryNotices(), MemoryTables(), ScriptedWeb()
        self.payments = MemoryPayments()
        self.secrets: dict[str, str] = {}
        self.context = Context(
            project, load_contracts(project), self.files, self.ledger, self.notices, self.mailer, self.tables, self.web,
            self.payments, self.secrets.get, NOW,
        )  # fmt: skip
        self._arrivals = self.calls = 0

    def arrival(self, key: str, data: bytes, at: datetime = NOW) -> Event:
        """A file under a key below the inbox, and the event that says when it came."""
        self.files.write(f"inbox/{key}", data)
        self._arrivals += 1
        return event("file.arrived", f"inbox/{key}", {"key": f"inbox/{key}"}, f"arrival-{self._arrivals}", at)

    def held(self, zone: str = "") -> list[str]:
        return list(self.files.keys(zone))

    def json(self, key: str) -> Any:
        return json.loads(self.files.read(key))


def with_settings(isolated: Isolated, **changes: str | None) -> Context:
    """The context after somebody edited `pipeline.yaml`, by the name of the pipeline, or took the pipeline away (None)."""
    folder = isolated.context.project.folder
    for name, text in changes.items():
        home = folder / "pipelines" / name
        shutil.rmtree(home) if text is None else (home / "pipeline.yaml").write_text(text)
    project = load_project(folder)
    return replace(isolated.context, project=project, contracts=load_contracts(project))


def event(type_: str, subject: str, data: Mapping[str, Any], id_: str = "cause", at: datetime = NOW) -> Event:
    return Event(id_, type_, "test", at, subject, "correlation", data)
