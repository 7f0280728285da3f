"""The embedded host: one process, a folder and SQLite. For now a loop that empties the inbox and stops."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from headgate.adapters.files import ObjectFiles
from headgate.adapters.local.ledger import SqliteLedger
from headgate.adapters.local.outbox import Outbox
from headgate.core.contract.load import load_contract
from headgate.core.contract.model import Contract
from headgate.core.errors import HeadgateError, Outside, Place, UserMistake
from headgate.core.events import Event
from headgate.core.gate.derive import check_derive, check_trim
from headgate.core.identity import event_id
from headgate.core.project import Project, load_project
from headgate.flow import FLOW
from headgate.ports import Context

SOURCE = "headgate/embedded"
LEDGER = ".headgate/ledger.db"
# Besides what programs write while they copy: the object store takes name#1 for an unfinished upload.
_UNFINISHED = re.compile(r"(^|/)\.|\.(part|tmp)$|#[0-9]+$")


@dataclass
class Journey:
    """What one `run` did: every event in order, and the stages that raised."""

    events: list[Event] = field(default_factory=list)
    errors: list[tuple[Event, HeadgateError]] = field(default_factory=list)

    def of_type(self, type_: str) -> list[Event]:
        return [event for event in self.events if event.type == type_]


class EmbeddedHost:
    """Runs the journey of one project on this machine.

    Args:
        folder: of the project.
        clock: gives the time, UTC, naive.

    Raises:
        UserMistake: the project, a pipeline or a contract is wrong; nothing was touched.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None)
    ) -> None:
        self.project = load_project(folder)
        self.contracts = load_contracts(self.project)
        self._clock = clock
        self._files = ObjectFiles(self.project.storage)
        self._ledger = SqliteLedger(folder / LEDGER)
        self._mailer = Outbox(self.project.outbox)

    def run(self, on_event: Callable[[Event], None] = lambda _: None) -> Journey:
        """Takes everything in the inbox through the whole journey, once."""
        journey = Journey()
        for key in list(self.waiting()):
            self._travel(self._arrival(key), journey, on_event)
        return journey

    def waiting(self) -> Iterable[str]:
        """Keys in the inbox that are whole files."""
        inbox = self.project.settings.zones.inbox
        for key in self._files.keys(inbox):
            if not _UNFINISHED.search(key.removeprefix(inbox)):
                yield key

    def put(self, file: Path, pipeline: str | None = None) -> str:
        """Copies a file into the inbox of a pipeline, or into the inbox itself; returns its key.

        Raises:
            UserMistake: a file of that name already waits there, or the name is one that the inbox takes for unfinished.
        """
        inbox = self.project.settings.zones.inbox
        key = f"{inbox}/{pipeline}/{file.name}" if pipeline else f"{inbox}/{file.name}"
        if _UNFINISHED.search(f"/{file.name}"):
            raise UserMistake(
                "a file of this name is taken for one that is still being written",
                where=Place(str(file)),
                next="rename the file",
                code="bad_file_name",
            )
        if key in self.waiting():
            raise UserMistake(
                f"a file of that name already waits: {key}",
                where=Place(str(file)),
                next="headgate run, without this file, then again with it",
                code="already_waiting",
            )
        self._files.upload(file, key)
        return key

    def _arrival(self, key: str) -> Event:
        now = self._clock()
        number = self._ledger.arrive(key, now)
        id_ = event_id("file.arrived", key, "", str(number))
        return Event(id_, "file.arrived", SOURCE, now, key, uuid.uuid4().hex, {"key": key})

    def _travel(self, first: Event, journey: Journey, on_event: Callable[[Event], None]) -> None:
        waiting = deque([first])
        while waiting:
            event = waiting.popleft()
            journey.events.append(event)
            on_event(event)
            for stage in FLOW.get(event.type, ()):
                try:
                    waiting.extend(stage(event, self._context()))
                except HeadgateError as error:
                    journey.errors.append((event, error))
                except OSError as error:
                    journey.errors.append((event, _outside(error)))
                except Exception as error:
                    journey.errors.append((event, _bug(error)))

    def _context(self) -> Context:
        return Context(self.project, self.contracts, self._files, self._ledger, self._mailer, self._clock())


def _outside(error: OSError) -> Outside:
    return Outside(
        error.strerror or str(error),
        where=Place(str(error.filename)) if error.filename else None,
        who="whoever looks after this machine",
        next="free disk space or correct the permissions, then run the same command again",
    )


def _bug(error: Exception) -> HeadgateError:
    """What nobody foresaw; the traceback hangs on `__cause__`."""
    said = HeadgateError(
        f"a bug in Headgate: {type(error).__name__}: {error}",
        who="the authors of Headgate",
        next="report it with the traceback; other files are not concerned",
        code="bug",
    )
    said.__cause__ = error
    return said


def load_contracts(project: Project) -> dict[str, Contract]:
    """The contract of every pipeline that has one, its derived columns checked against it.

    Raises:
        UserMistake: a contract or an expression is wrong.
    """
    contracts = {}
    for name, pipeline in project.pipelines.items():
        if pipeline.contract_path:
            contracts[name] = load_contract(pipeline.contract_path, pipeline.schema_name)
            check_trim(pipeline.trim, contracts[name], pipeline.place("trim"))
            if pipeline.derive:
                check_derive(pipeline.derive, contracts[name], pipeline.place("derive"))
    return contracts
