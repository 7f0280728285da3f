"""`headgate worker` does what functions do: it takes from the same queues, keeps what it is at, and stops when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.adapters.aws.inboxes import Polled
from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import UserMistake
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.workers import Polling, Workers, deployment_of, pollings
from headgate.hosts.stage_log import StageRun
from tests.aws_server import REGION
from tests.hosts.aws.deployed import Deployed
from tests.projects import GOOD

Deploy = Callable[..., Deployed]


class Working:
    """Workers in a thread, until something was seen."""

    def __init__(self, queues: list[Polling]) -> None:
        self.runs: list[StageRun] = []
        self.said: list[str] = []
        self.stop, self._seen = threading.Event(), threading.Event()
        self._until: Callable[[], bool] = lambda: bool(self.runs)
        workers = Workers(Deployment.here(), queues, lambda host: [self._observe], self._say, self.stop, poll_seconds=1)
        self._thread = threading.Thread(target=workers.run, daemon=True)

    def _observe(self, run: StageRun) -> None:
        self.runs.append(run)
        self._look()

    def _say(self, text: str) -> None:
        self.said.append(text)
        self._look()

    def _look(self) -> None:
        if self._until():
            self._seen.set()

    def until(self, seen: Callable[[], bool]) -> Working:
        self._until = seen
        self._thread.start()
        assert self._seen.wait(30), (self.runs, self.said)
        self.stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self


def queues(*names: str) -> list[Polling]:
    return pollings(Deployment.here(), names)


def test_a_file_is_taken_from_the_same_queue_and_its_message_is_deleted(deployed: Deploy):
    shop = deployed()
    shop.drop()
    work = Working(queues("ingest"))
    work.until(lambda: bool(work.runs))
    assert [(run.outcome, [one.type for one in run.events]) for run in work.runs] == [("done", ["file.processed"])]
    assert (shop.lying("ingest"), len(shop.lying("load"))) == ([], 1)


def test_a_file_that_no_function_takes_is_taken_here(deployed: Deploy):
    shop = deployed(LARGEST_FILE=10, LARGE_QUEUE="true")
    shop.drop(data=GOOD)
    shop.polled("ingest")
    work = Working(queues("large"))
    work.until(lambda: bool(work.runs))
    assert [one.type for one in work.runs[0].events] == ["file.processed"]
    assert shop.lying("large") == []


def test_several_queues_are_worked_on_at_once(deployed: Deploy):
    shop = deployed()
    shop.drop()
    work = Working(queues("ingest", "load", "analyze", "notify"))
    work.until(lambda: len(work.runs) == 4)
    assert sorted(run.delivery.stage for run in work.runs) == ["analyze", "ingest", "load", "notify"]
    assert any(key.startswith("reports/people/") for key in shop.keys("reports/"))


def test_a_queue_that_cannot_be_asked_is_said_and_keeps_no_other_from_its_work(deployed: Deploy):
    shop = deployed()
    shop.drop()
    work = Working([Polling("gone", f"{shop.prefix}-gone", "load"), *queues("ingest")])
    work.until(lambda: bool(work.runs and work.said))
    assert "gone" in work.said[0]
    assert work.runs[0].outcome == "done"


def test_the_queues_are_all_of_the_flow_and_the_large_one_where_there_is_one(deployed: Deploy):
    deployed()
    assert [one.name for one in queues()] == [
        "ingest",
        "load",
        "analyze",
        "notify",
        "alert",
        "watch",
        "fetch",
        "summarize",
    ]


def test_a_queue_before_which_nothing_is_laid_is_asked_only_by_who_names_it(deployed: Deploy):
    deployed(IDLE_STAGES="fetch,load")
    assert [one.name for one in queues()] == ["ingest", "analyze", "notify", "alert", "watch", "summarize"]
    assert [one.name for one in queues("load")] == ["load"]


def test_the_large_queue_is_the_ingest_stages(deployed: Deploy):
    shop = deployed(LARGE_QUEUE="true")
    assert queues()[-1] == Polling("large", f"{shop.prefix}-large", "ingest")
    assert queues("large", "load", "large") == [queues()[-1], Polling("load", f"{shop.prefix}-load", "load")]


def test_a_queue_that_is_not_there_is_a_mistake(deployed: Deploy):
    deployed()
    for name, next_ in (("large", "deploy.large_queue: true"), ("lod", "ingest")):
        with pytest.raises(UserMistake) as caught:
            queues(name)
        assert next_ in (caught.value.next or "")


def test_the_environment_says_where_it_works_else_the_projects_folder(
    deployed: Deploy, monkeypatch: pytest.MonkeyPatch
):
    shop = deployed()
    assert deployment_of(Path("nowhere")).prefix == shop.prefix
    monkeypatch.delenv("HEADGATE_PREFIX")
    with pytest.raises(UserMistake, match="not deployed"):
        deployment_of(shop.folder)


# what is being worked on


class Noted(Sqs):
    """Notes for how long messages are hidden."""

    def __init__(self) -> None:
        super().__init__(REGION)
        self.hidden: list[float] = []
        self.kept = threading.Event()

    def hide(self, message: Received, seconds: float) -> None:
        self.hidden.append(seconds)
        super().hide(message, seconds)
        if len(self.hidden) == 3:
            self.kept.set()


def test_a_message_stays_hidden_as_long_as_it_is_worked_on(deployed: Deploy):
    shop, sqs, beats = deployed(), Noted(), []
    shop.drop()
    inbox = Polled("ingest", f"{shop.prefix}-ingest", sqs, hidden=0.3, beat=lambda: beats.append(1))
    found = inbox.next()
    assert found
    assert sqs.kept.wait(10)
    inbox.accept(found[1])
    assert (shop.lying("ingest"), len(beats) >= 2) == ([], True)
    assert inbox._over
    assert inbox._over.is_set()


# the command


def test_the_command_works_until_it_is_told_to_stop(deployed: Deploy):
    shop = deployed()
    shop.drop()
    command = [sys.executable, "-m", "headgate", "worker", "--queue", "ingest", "--project", str(shop.folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if lines[-1].get("outcome") == "done":
                process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert lines[0]["message"] == f"working for {shop.prefix}: ingest"
    assert lines[1]["gave"] == ["file.processed"]
    assert [line["message"].partition(";")[0] for line in lines[-2:]] == ["stopping", "stopped"]
    assert shop.lying("ingest") == []
