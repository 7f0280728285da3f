"""The functions' work in a container or on a machine of one's own: the same queues, also of files too large for a function."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from headgate.adapters.aws.inboxes import Polled
from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.project import load_settings
from headgate.flow import ROUTES, STAGES
from headgate.hosts.aws.deployment import PREFIX, Deployment
from headgate.hosts.aws.host import AwsHost
from headgate.hosts.failures import as_error
from headgate.hosts.stage_log import Observer
from headgate.hosts.worker import Worker

LARGE = "large"
_POLL_SECONDS = 10
# So long a message stays hidden after this process vanished.
_HIDDEN_SECONDS = 120.0
_PAUSES = (1.0, 5.0, 30.0)


@dataclass(frozen=True)
class Polling:
    """One queue, by its short name, and the stage that takes what is in it."""

    name: str
    queue: str
    stage: str


def deployment_of(project: Path, environment: str | None = None) -> Deployment:
    """As the environment variables say, where they say anything; else as the project's folder does.

    Args:
        environment: which of several deployments.

    Raises:
        UserMistake: it is not deployed, or the settings are wrong.
    """
    if f"{PREFIX}PREFIX" in os.environ and environment is None:
        return Deployment.here()
    return Deployment.of_project(project, environment, load_settings(project).deploy.environment)


def pollings(deployment: Deployment, names: Sequence[str]) -> list[Polling]:
    """The queues that people name: stages, or `large`; all that have something to do when none is named.

    Raises:
        UserMistake: there is no such queue.
    """
    known = {stage: Polling(stage, deployment.queue(stage), stage) for stage in STAGES}
    if deployment.large_queue:
        known[LARGE] = Polling(LARGE, deployment.files_too_large, "ingest")
    if unknown := [name for name in names if name not in known]:
        to_have = "set deploy.large_queue: true, then headgate deploy apply" if unknown[0] == LARGE else ""
        raise UserMistake(
            f"there is no queue {unknown[0]}", next=to_have or f"name some of: {', '.join(known)}", code="no_such_queue"
        )
    busy = [name for name in known if name not in deployment.idle_stages]
    return [known[name] for name in dict.fromkeys(names or busy)]


class Workers:
    """One thread for each queue, until they are told to stop; what is under way is ended first.

    Args:
        say: told of what keeps a queue from being asked.
        stopping: called once, as soon as they are told to stop.
    """

    def __init__(
        self,
        deployment: Deployment,
        queues: Sequence[Polling],
        observers: Callable[[AwsHost], Sequence[Observer]],
        say: Callable[[str], None],
        stop: threading.Event,
        poll_seconds: int = _POLL_SECONDS,
        stopping: Callable[[], None] = lambda: None,
    ) -> None:
        self._deployment, self._stopping = deployment, stopping
        self._queues, self._observers, self._say, self._stop = queues, observers, say, stop
        self._poll_seconds = poll_seconds
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Works until it is stopped.

        Raises:
            UserMistake: the project is wrong.
        """
        workers = [(one, self._worker(one)) for one in self._queues]
        self._threads = [
            threading.Thread(target=self._work, args=given, name=given[0].name, daemon=True) for given in workers
        ]
        for thread in self._threads:
            thread.start()
        while not self._stop.wait(0.2) and self._alive():
            # With a time, so that a signal is seen.
            pass
        self._stopping()
        while alive := self._alive():
            alive[0].join(0.2)

    def _alive(self) -> list[threading.Thread]:
        return [thread for thread in self._threads if thread.is_alive()]

    def _worker(self, polling: Polling) -> Worker:
        """Each has a host of its own: a claim is the host's, and two of them must not hold the same run."""
        host = AwsHost(self._deployment, {polling.stage: STAGES[polling.stage]}, ROUTES, in_function=False)
        # No function's time is over here, and a large file may take long: what is claimed stays claimed.
        hidden = min(_HIDDEN_SECONDS, self._deployment.lease_seconds)
        inbox = Polled(polling.stage, polling.queue, host.sqs, self._poll_seconds, hidden, host.ledger.renew)
        return host.worker(host.queue(inbox), self._observers(host))

    def _work(self, polling: Polling, worker: Worker) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                worker.step()
                failures = 0
            except Exception as raised:
                self._failed(polling, as_error(raised), failures)
                failures += 1

    def _failed(self, polling: Polling, error: HeadgateError, failures: int) -> None:
        """What was done is not forgotten: the next step settles it."""
        pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
        self._say(f"{polling.name}: {error}\n  it is tried again in {pause:g} s")
        self._stop.wait(pause)
