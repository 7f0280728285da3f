"""The AWS host: what stands where for one stage that runs, in a function or in `headgate worker`."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.inboxes import Inbox
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.ledger import DynamoLedger
from headgate.adapters.aws.messages import UNREADABLE, Envelope
from headgate.adapters.aws.notices import DynamoNotices
from headgate.adapters.aws.payments import DynamoPayments
from headgate.adapters.aws.queue import SqsQueue
from headgate.adapters.aws.sqs import Sqs
from headgate.adapters.files import files_for
from headgate.core.errors import Permanent, UserMistake
from headgate.core.events import Event
from headgate.core.project import Project
from headgate.hosts.aws.analyses import Analyses
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.loading import all_queries, all_voices, deployed_project, read_contracts
from headgate.hosts.aws.needs import NEEDS, Absent, Need
from headgate.hosts.aws.parameters import Parameters
from headgate.hosts.aws.reading import Foreign
from headgate.hosts.clock import SteadyClock
from headgate.hosts.secrets import Secrets
from headgate.hosts.stage_log import Observer
from headgate.hosts.worker import Worker
from headgate.ports import Arrival, Context, Mailer
from headgate.stages.room import size_of

if TYPE_CHECKING:
    from headgate.hosts.engines import Engines

Stage = Callable[[Event, Context], list[Event]]


class AwsHost:
    """A deployed project, for the stages of one process. Its parts are public.

    Args:
        stages: those that are run here, by name.
        routes: event type → the stages that take it, for who asks how far they are.
        in_function: whether a function runs it, which takes no file that is too large for it.
        clock: gives the time, UTC, naive.

    Raises:
        UserMistake: the project is wrong.
    """

    def __init__(
        self,
        deployment: Deployment,
        stages: Mapping[str, Stage],
        routes: Mapping[str, Sequence[str]] = MappingProxyType({}),
        in_function: bool = True,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.deployment, self._in_function = deployment, in_function
        self.clock = clock or SteadyClock()
        self.project: Project = deployed_project(project_folder(deployment), deployment)
        zones = self.project.settings.zones
        self.files = files_for(deployment.storage, deployment.results_storage, zones, deployment.region)
        self.table = DynamoTable(deployment.table, self.files, deployment.region)
        self.journal = Journal(self.table, routes, deployment.idle_stages)
        self.bus = Bus(deployment.bus, f"headgate.{self.project.name}", deployment.region)
        self.sqs = Sqs(deployment.region)
        self._foreign = Foreign(self.project, deployment.storage)
        self.ledger = DynamoLedger(self.table, uuid.uuid4().hex, deployment.lease, self.clock)
        self.notices, self.payments = DynamoNotices(self.table), DynamoPayments(self.table)
        self.secrets = Secrets(Parameters(deployment.secrets, deployment.region))
        self.stages = {name: self._stage(stage) for name, stage in stages.items()}
        self._read = {need: self._load(need) for need in sorted({need for name in stages for need in NEEDS[name]})}

    def _load(self, need: Need) -> Any:
        match need:
            case "contracts":
                return read_contracts(self.project)
            case "queries":
                return all_queries(self.project)
            case "voices":
                return all_voices(self.project)
            case "engine":
                return self._engines()
            case "tables":
                from headgate.adapters.aws.tables import DynamoTables

                return DynamoTables(self.deployment.prefix, self.deployment.region)
            case "web":
                from headgate.adapters.web import HttpWeb

                return HttpWeb()
            case "mailer":
                return self._mailer()

    def _engines(self) -> Engines:
        from headgate.core.gate.session import Budget
        from headgate.hosts.engines import Engines

        gate = self.project.settings.gate
        return Engines(self.project.temp_directory, Budget(gate.memory_limit, gate.threads))

    def _mailer(self) -> Mailer:
        """SES, unless the project has a mail server of its own."""
        smtp = self.project.settings.mail.smtp
        if smtp:
            from headgate.adapters.smtp import SmtpMailer

            mailer: Mailer = SmtpMailer(smtp, self.secrets)
        else:
            from headgate.adapters.aws.mail import SesMailer

            mailer = SesMailer(self.deployment.region)
        for topic in self._alerted:
            from headgate.adapters.aws.topic import WithTopic

            mailer = WithTopic(mailer, topic, self.deployment.region)
        return mailer

    @property
    def _alerted(self) -> Sequence[str]:
        """The topic of alerts, for the stage that tells them."""
        topic = self.deployment.alert_topic
        return (topic,) if topic and "alert" in self.stages else ()

    @cached_property
    def _narrators(self) -> Mapping[str, Any]:
        if "voices" not in self._read:
            return {}
        from headgate.hosts.narrators import model_narrators

        return model_narrators(self._read["voices"], self.secrets)

    def context(self) -> Context:
        """What a stage is handed now."""
        has: dict[str, Any] = {need: self._read.get(need, Absent(need)) for need in get_args(Need)}
        engines = self._read.get("engine")
        return Context(
            self.project, has["contracts"], self.files, self.ledger, self.notices, has["mailer"], has["tables"], has["web"],
            self.payments, self.secrets, self.clock(), has["queries"], has["voices"], self._narrators,
            engines.mine if engines else None, self._largest_file, self._alerted, is_deployed=True,
        )  # fmt: skip

    @property
    def _largest_file(self) -> int | None:
        return self.deployment.largest_file if self._in_function else None

    def queue(self, inbox: Inbox | None = None) -> SqsQueue:
        """The queue as those see it who take from this inbox."""
        prefix = self.deployment.prefix
        return SqsQueue(prefix, self.journal, self.bus, self.sqs, inbox, self._foreign, self.elsewhere, note=self.noted)

    def worker(self, queue: Any, observers: Sequence[Observer]) -> Worker:
        """One that runs this process's stages on what a queue gives."""
        retry = self.project.settings.retry.model_copy(update={"attempts": self.deployment.max_receives})
        return Worker(queue, self.stages, self.context, self.clock, retry, observers, self.secrets.mask)

    def _stage(self, stage: Stage) -> Stage:
        def run(event: Event, context: Context) -> list[Event]:
            if event.type == UNREADABLE:
                raise Permanent(
                    event.data["why"], who="whoever sent it", next="look at it, then discard it", code="bad_message"
                )
            events = stage(event, context)
            for one in events:
                if one.type == "analysis.completed":
                    self._analyses.keep(replace(one, time=context.now))
            return events

        return run

    @cached_property
    def _analyses(self) -> Analyses:
        return Analyses(self.table, timedelta(days=self.deployment.analysis_days))

    def read(self, stage: str, envelope: Envelope) -> list[Event]:
        """The events of a message that holds none of ours, for who runs them now.

        Raises:
            Permanent: it is neither of S3 nor of a schedule.
        """
        return [self.noted(event) for event in self._foreign(stage, envelope, self.clock())]

    def noted(self, event: Event) -> Event:
        """Notes an arrival: the report of the day knows it, also when nobody gets to the file."""
        if event.type != "file.arrived":
            return event
        key = event.data["key"]
        noted = Arrival(event.id, event.time, event.data.get("pipeline"), key, key.rsplit("/", 1)[-1])
        self.ledger.note([noted])
        return event

    def elsewhere(self, stage: str, event: Event) -> str | None:
        """The queue of files that are too large for a function, for one of them; a look at each costs a request."""
        if stage != "ingest" or not self._largest_file or not self.deployment.large_queue or "key" not in event.data:
            return None
        try:
            size = size_of(self.files, event.data["key"])
        except UserMistake:
            # What is wrong with it, ingest says.
            return None
        return self.deployment.files_too_large if size > self._largest_file else None


def project_folder(deployment: Deployment) -> Path:
    """Where the project lies: as the deployment says, else in `project/` beside the code of the function."""
    if deployment.project:
        return deployment.project
    (folder,) = Path(os.environ.get("LAMBDA_TASK_ROOT", "."), "project").iterdir()
    return folder
