"""A rehearsal as a whole: a project built, deployed to the services on this machine, and run."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.adapters.aws.messages import event_of
from headgate.core.errors import Outside
from headgate.core.events import Event
from headgate.core.project import Project
from headgate.hosts.aws.noted import note
from headgate.hosts.deploy.infra import STACK
from headgate.hosts.deploy.packages import build
from headgate.hosts.deploy.tfvars import tfvars, write_tfvars
from headgate.hosts.rehearsal.cloud import Cloud, cloud
from headgate.hosts.rehearsal.interpreter import architecture, find_python, runtime_client
from headgate.hosts.rehearsal.runner import Runner, running
from headgate.hosts.rehearsal.schedule import fire
from headgate.hosts.rehearsal.stack import Stack
from headgate.hosts.rehearsal.staging import staged

_LOOK_SECONDS = 0.3
_DEAD = "-dead"
# It is taken down with whatever lies in it, and moto has no saved queries. Whoever kills a function sees within two minutes
# that its claim ended and its message came again, in this order; and a slow laptop's functions get through before.
_OWN = {
    "force_destroy": True, "saved_queries": False, "vpc": None,
    "longest_timeout": 90, "lease_seconds": 100, "visibility_factor": 1.25,
}  # fmt: skip
# What the owner's own files of variables must not change.
_FIXED = ("region", "project", "environment", "architecture", "packages", "sender")
# Terraform reads such files by their names: the last one has the last word.
_LAST = "~rehearsal.auto.tfvars.json"

Say = Callable[[str], None]
Variables = Callable[[Cloud], Mapping[str, Any]]


@dataclass(frozen=True)
class Rehearsal:
    """A project that stands, and whose functions run.

    Attributes:
        project: as it is rehearsed.
        target: `HEADGATE_…` → value, as a laptop is told where the project is deployed.
    """

    project: Project
    cloud: Cloud
    stack: Stack
    runner: Runner
    target: Mapping[str, str]

    @property
    def bucket(self) -> str:
        """In which files arrive."""
        return self.target["HEADGATE_STORAGE"].removeprefix("s3://").partition("/")[0]

    @property
    def results(self) -> str:
        """In which results lie."""
        storage = self.target.get("HEADGATE_RESULTS_STORAGE") or self.target["HEADGATE_STORAGE"]
        return storage.removeprefix("s3://").partition("/")[0]

    def drop(self, file: Path, pipeline: str) -> str:
        """Puts a file into a pipeline's inbox, as any sender would; its key."""
        key = f"{self.project.settings.zones.inbox}/{pipeline}/{file.name}"
        self.cloud.client("s3").upload_file(str(file), self.bucket, key)
        return key

    def tick(self, schedule: str, at: datetime) -> None:
        """Lets a schedule come (`clock`, `day`, `source-<pipeline>`), as if it were a certain time, UTC, naive."""
        fire(self.cloud, schedule, at)

    @property
    def for_workers(self) -> str:
        """The queue that no function polls, of files too large for one."""
        return f"{self.target['HEADGATE_PREFIX']}-large"

    def wait(self, seconds: float, watch: Callable[[], None] = lambda: None, besides: str = "") -> None:
        """Waits until no queue holds a message and every stream is read.

        Args:
            watch: is called again and again meanwhile, and once when it is over.
            besides: a queue that may hold some.

        Raises:
            Outside: it takes longer.
        """
        end = time.monotonic() + seconds
        while not self._is_quiet(besides):
            if time.monotonic() > end:
                held = ", ".join(f"{name} {number}" for name, number in self._held(besides).items())
                raise Outside(
                    f"after {seconds:g} seconds there is still work: {held}", who="whoever wrote the pipeline",
                    next="look into the functions' logs, or give it longer: --timeout", code="rehearsal_too_long",
                )  # fmt: skip
            time.sleep(_LOOK_SECONDS)
            watch()
        watch()

    def _held(self, besides: str) -> dict[str, int]:
        waiting = self.cloud.waiting().items()
        return {name: held for name, held in waiting if held and name != besides and not name.endswith(_DEAD)}

    def _is_quiet(self, besides: str) -> bool:
        """What a function gives is before its stages when the message that it was called with goes."""
        since = time.monotonic()
        if self._held(besides):
            return False
        while not self.runner.has_caught_up(since):
            time.sleep(_LOOK_SECONDS)
        return not self._held(besides)

    def events(self) -> list[Event]:
        """All that the journal knows, by time and cause."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(
            TableName=self.target["HEADGATE_TABLE"], FilterExpression="sk = :sk AND begins_with(pk, :pk)",
            ExpressionAttributeValues={":sk": {"S": "event"}, ":pk": {"S": "event#"}}, ConsistentRead=True,
        )  # fmt: skip
        found = [item for page in pages for item in page["Items"]]
        return [event_of(json.loads(one["event"]["S"])) for one in sorted(found, key=lambda one: str(one["gsk"]["S"]))]

    def fetch(self, folder: Path, prefix: str) -> list[Path]:
        """Copies what lies under a prefix of the results into a folder."""
        s3, got = self.cloud.client("s3"), []
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self.results, Prefix=prefix)
        for key in (one["Key"] for page in pages for one in page.get("Contents", [])):
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(self.results, key, str(path))
            got.append(path)
        return got


@contextmanager
def rehearsal(
    folder: Path, work: Path, say: Say = lambda _: None, variables: Variables = lambda _: {}
) -> Iterator[Rehearsal]:
    """A project deployed and running, as long as it lasts; then all of it is gone.

    Args:
        folder: of the project, which is not touched.
        work: an empty folder for everything that a rehearsal needs.
        say: is told what is done.
        variables: of Terraform, in place of those that the project's settings make; they may need what is made before.

    Raises:
        UserMistake: the project is wrong, or there is no Terraform, uv or Python that functions run on.
        Outside: something can't be had, or the infrastructure can't be applied.
    """
    processor = architecture()
    find_python()
    with ExitStack() as parts:
        here = parts.enter_context(cloud(work / "cloud.log"))
        project = staged(folder, work / "project", here.region, processor)
        workspace = project.settings.deploy.environment
        stack = Stack(project.folder / STACK, workspace, here.environment, work / "terraform.log")
        runtime_client()
        say(f"building the functions' packages for {processor}")
        packages = build(project.folder, work / "packages", processor)
        _write_variables(tfvars(project, packages), variables(here), project.folder / STACK)
        say("applying the infrastructure with Terraform")
        stack.init()
        stack.apply()
        target = stack.outputs()["target"]
        # Commands with `--target aws` find the project by it.
        note(project.folder, project.settings.deploy.environment, target)
        # As the owner of a project does, who then clicks the link in SES's mail.
        here.client("sesv2").create_email_identity(EmailIdentity=project.settings.mail.sender)
        runner = parts.enter_context(running(here, work, say))
        yield Rehearsal(project, here, stack, runner, target)


def _write_variables(of_project: Mapping[str, Any], given: Mapping[str, Any], stack: Path) -> None:
    """What the project's settings say, the owner's own files after them, and what makes it a rehearsal last."""
    write_tfvars(of_project, stack)
    last = {**{name: of_project[name] for name in _FIXED}, **_OWN, **given}
    (stack / _LAST).write_text(json.dumps(last), encoding="utf-8")


@contextmanager
def leading_to(here: Cloud) -> Iterator[None]:
    """This process's own environment leads there meanwhile."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(here.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
