"""The embedded host: one process, a folder and SQLite. What stands where."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from headgate.adapters.local.outbox import Outbox
from headgate.adapters.local.tables import SqliteTables
from headgate.adapters.smtp import SmtpMailer
from headgate.adapters.web import HttpWeb
from headgate.core.events import Event
from headgate.core.gate.session import Budget
from headgate.core.identity import event_id
from headgate.core.project import load_project
from headgate.flow import ROUTES, STAGES, Stage
from headgate.hosts.contracts import check_report_templates, load_contracts, load_narratives, load_queries
from headgate.hosts.engines import Engines
from headgate.hosts.intake import SOURCE
from headgate.hosts.journey import Journey
from headgate.hosts.local_desk import HOME, LocalDesk
from headgate.hosts.narrators import load_voices, model_narrators
from headgate.hosts.once import send_through
from headgate.hosts.putting import NoRoom, Uploaded, put_into_inbox
from headgate.hosts.secrets import Secrets
from headgate.hosts.stage_log import Observer
from headgate.hosts.worker import Worker
from headgate.ports import Context, Mailer


class EmbeddedHost(LocalDesk):
    """A `Host`: everything a project needs on this machine. Its parts are public, for the commands.

    Args:
        folder: of the project.
        clock: gives the time, UTC, naive.
        stages: name → stage.

    Raises:
        UserMistake: the project, a pipeline or a contract is wrong; nothing was touched.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] | None = None,
        stages: Mapping[str, Stage] = STAGES,
    ) -> None:
        project = load_project(folder)
        self.contracts, self._stages = load_contracts(project), stages
        self._queries = load_queries(project, self.contracts)
        check_report_templates(project)
        self.voices = load_voices(project, load_narratives(project, self._queries))
        super().__init__(folder, clock, project, ROUTES, _lane)
        self.secrets, self.web = Secrets(), HttpWeb()
        self._narrators = model_narrators(self.voices, self.secrets)
        self.mailer = self._mailer()
        self.tables = SqliteTables(folder / HOME / "tables.db")
        gate = project.settings.gate
        self._engines = Engines(project.temp_directory, Budget(gate.memory_limit, gate.threads))

    def _mailer(self) -> Mailer:
        smtp = self.project.settings.mail.smtp
        return SmtpMailer(smtp, self.secrets) if smtp else Outbox(self.project.outbox)

    def close(self) -> None:
        """Gives up what this process holds."""
        self._engines.close()
        super().close()

    def context(self) -> Context:
        """What a stage is handed now."""
        return Context(
            self.project, self.contracts, self.files, self.ledger, self.notices, self.mailer, self.tables, self.web,
            self.payments, self.secrets, self.clock(), self._queries, self.voices, self._narrators, self._engines.mine,
        )  # fmt: skip

    def worker(self, observers: Sequence[Observer]) -> Worker:
        """One that runs this project's stages."""
        retry = self.project.settings.retry
        return Worker(self.queue, self._stages, self.context, self.clock, retry, observers, self.secrets.mask)

    def event(self, type_: str, subject: str, data: Mapping[str, object], discriminator: str) -> Event:
        """An event that nothing but the clock or a person causes."""
        id_ = event_id(type_, subject, "", discriminator)
        return Event(id_, type_, SOURCE, self.clock(), subject, uuid.uuid4().hex, data)

    def announce(self, key: str) -> list[Event]:
        """Announces one file that is whole."""
        return self.intake.announce(key)

    def send_through(
        self, events: Sequence[Event], *, only: str | None = None, announced: Sequence[Event] = ()
    ) -> Journey:
        """Publishes events, or takes those that are published already, and works until all that comes of them is done."""
        return send_through(self, events, only=only, announced=announced)

    def masked(self, text: str) -> str:
        """The text without any secret."""
        return self.secrets.mask(text)

    def put(self, file: Path, pipeline: str | None = None, progress: Uploaded | None = None) -> str:
        """Copies a file into the inbox of a pipeline, or into the inbox itself; returns its key, to be announced.

        Raises:
            UserMistake: a file of that name already waits there, or the name is one that the inbox takes for unfinished.
        """
        next_ = "headgate run, without this file, then again with it"
        return put_into_inbox(file, pipeline, self.project, self.files, next_, progress)

    def no_room(self, size: int) -> NoRoom | None:
        """Here every file is taken, whatever its size."""
        return None


def _lane(event: Event) -> str:
    """Pipelines take turns; what belongs to none takes turns with them."""
    return str(event.data.get("pipeline") or "")
