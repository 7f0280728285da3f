"""The desk of a project on AWS: by the credentials of whoever sits at it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.ledger import DynamoLedger
from headgate.adapters.aws.notices import DynamoNotices
from headgate.adapters.aws.payments import DynamoPayments
from headgate.adapters.aws.queue import SqsQueue
from headgate.adapters.aws.sqs import Sqs
from headgate.adapters.files import files_for
from headgate.core.project import load_project
from headgate.core.unfinished import is_unfinished
from headgate.flow import ROUTES
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.noted import meant
from headgate.hosts.aws.reading import Foreign
from headgate.hosts.clock import SteadyClock
from headgate.hosts.lying import lying
from headgate.ports import Found


class AwsDesk:
    """A `Desk` of a deployed project.

    Args:
        folder: of the project that was deployed from it.
        environment: which deployment; else the one of `deploy.environment`, or the only one.

    Raises:
        UserMistake: the project is wrong, it was never deployed from here, or none of several environments is named.
    """

    def __init__(self, folder: Path, environment: str | None = None) -> None:
        project = load_project(folder)
        self.environment, note = meant(folder, environment, project.settings.deploy.environment)
        self.deployment = found = Deployment.noted_in(note, folder)
        settings = project.settings.model_copy(update={"storage": found.storage})
        self.project, self.clock = replace(project, settings=settings), SteadyClock()
        self.files = files_for(found.storage, found.results_storage, settings.zones, found.region)
        table = DynamoTable(found.table, self.files, found.region)
        self.ledger = DynamoLedger(table, uuid.uuid4().hex, found.lease, self.clock)
        self.notices, self.payments = DynamoNotices(table), DynamoPayments(table)
        bus = Bus(found.bus, f"headgate.{project.name}", found.region)
        foreign = Foreign(self.project, found.storage)
        more = ["large"] if found.large_queue else []
        journal = Journal(table, ROUTES, found.idle_stages)
        self.queue = SqsQueue(found.prefix, journal, bus, Sqs(found.region), reader=foreign, more=more)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Dead letters that were looked at are there for others."""
        self.queue.close()

    @property
    def next_command(self) -> str:
        """What makes go on whatever waits."""
        return "nothing, its functions take it: headgate status --target aws"

    @property
    def how_files_come(self) -> str:
        """Whatever is put there is taken by the functions."""
        return "headgate put FILE -p PIPELINE"

    @property
    def next_after_kill(self) -> str:
        """SQS gives its message again, until it moves it aside; no function hears of that."""
        return "its message comes again by itself; killed time and again, it is dead: headgate dead list --target aws"

    @property
    def place(self) -> str | None:
        """Which deployment this is."""
        return f"{self.environment} ({self.deployment.prefix} in {self.deployment.region})"

    @property
    def idle_stages(self) -> frozenset[str]:
        """Those whose queues no function polls, as no pipeline has what they are for."""
        return self.deployment.idle_stages

    def waiting_for_workers(self) -> int:
        """Files too large for a function, where they have a queue."""
        found = self.deployment
        return Sqs(found.region).counts(found.files_too_large)[0] if found.large_queue else 0

    def at_work(self) -> str | None:
        """Functions are always there; whether they fail, alarms and dead letters tell."""
        return f"the functions {self.deployment.prefix}-… in {self.deployment.region} take what comes"

    def lying(self, key: str) -> Found | None:
        """What lies under a key; None when nothing does."""
        return lying(self.files, key)

    def inbox(self) -> Iterator[Found]:
        """What lies in the inbox and is a file for a pipeline, as far as its name says."""
        inbox = self.project.settings.zones.inbox
        return (
            one
            for one in self.files.found(inbox)
            if not one.key.endswith("/") and not is_unfinished(one.key.removeprefix(f"{inbox}/"))
        )

    def signature_of(self, event: str) -> str | None:
        """Nobody noted it; the time of the object says which one it is."""
        return None

    def taken_away(self, event: str) -> None:
        """S3 tells of whatever is put there again, by itself."""
