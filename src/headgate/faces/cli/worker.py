"""`headgate worker`: the work of a deployed project's functions, in a container or on a machine of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headgate.faces.cli.options import Environment, ProjectDir, Quiet
from headgate.faces.cli.up import stop_on_signals

if TYPE_CHECKING:
    from headgate.hosts.aws.host import AwsHost
    from headgate.hosts.stage_log import Observer

Queues = Annotated[
    list[str] | None,
    typer.Option(
        "--queue", metavar="NAME", help="A stage's queue, or `large`: files too large for a function; may be repeated."
    ),
]


def worker(
    queue: Queues = None,
    project: ProjectDir = Path("."),
    environment: Environment = None,
    quiet: Quiet = False,
) -> None:
    """Do the work of a deployed project's functions here, until stopped by SIGTERM or Ctrl-C."""
    from headgate.hosts.aws.workers import Workers, deployment_of, pollings
    from headgate.hosts.clock import SteadyClock
    from headgate.hosts.secrets import Secrets
    from headgate.hosts.stage_log import StageLog

    deployment = deployment_of(project, environment)
    queues, stop = pollings(deployment, queue or []), stop_on_signals()
    log = StageLog(sys.stderr, SteadyClock(), Secrets())

    def observers(host: AwsHost) -> list[Observer]:
        return [] if quiet else [StageLog(sys.stderr, host.clock, host.secrets)]

    def stopping() -> None:
        if not quiet:
            log.say("stopping; what is under way is finished first, and the same signal once more ends it at once")

    if not quiet:
        log.say(f"working for {deployment.prefix}: {', '.join(one.name for one in queues)}")
    Workers(deployment, queues, observers, lambda text: log.say(text, "warning"), stop, stopping=stopping).run()
    if not quiet:
        log.say("stopped; what was under way is finished, what waits is kept")
