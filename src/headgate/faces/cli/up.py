"""`headgate up`: the pipeline, running."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.faces.cli.lists import counted
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import ProjectDir, Quiet
from headgate.faces.cli.run import untaken
from headgate.faces.cli.said import warning_text

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.stage_log import Observer, StageLog


def up(
    project: ProjectDir = Path("."),
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port",
            metavar="PORT",
            min=0,
            max=65535,
            help="Serve Prometheus metrics on 127.0.0.1; 0 takes any free port.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Watch the inbox and take every file through its pipeline, until stopped by SIGTERM or Ctrl-C."""
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.stage_log import StageLog
    from headgate.hosts.up import Up

    with EmbeddedHost(project) as host:
        log = StageLog(sys.stderr, host.clock, host.secrets)
        observers: list[Observer] = [] if quiet else [log]
        stop = stop_on_signals()
        with _metrics(host, metrics_port, observers) as port:
            # First, so that it hears of whatever changes once it is said that it watches.
            going = Up(host, observers, lambda text: log.say(text, "warning"), stop)
            if not quiet:
                _greet(host, port, log)
            going.run()
        if not quiet:
            log.say("stopped; what was under way is finished, what waits is kept")


@contextmanager
def _metrics(host: EmbeddedHost, port: int | None, observers: list[Observer]) -> Iterator[int | None]:
    """Serves metrics while it lasts, on the port that it gives; on none when none is wanted."""
    if port is None:
        yield None
        return
    from headgate.hosts.metrics import Metrics

    metrics = Metrics(host.queue, host.clock)
    observers.append(metrics.observe)
    with closing(metrics.serve(port)) as server:
        yield server.port


def _greet(host: EmbeddedHost, metrics_port: int | None, log: StageLog) -> None:
    from headgate.hosts.narrators import lacking_models

    zones = host.project.settings.zones
    log.say(f"watching {host.project.storage}/{zones.inbox}/ for {', '.join(host.project.pipelines) or 'no pipeline'}")
    if astray := len(untaken(host)):
        said = f"{counted(astray, 'entry', 'entries')} of the inbox can't be taken as files"
        log.say(f"{said}: {next_step('headgate status')}", "warning")
    for lacking in lacking_models(host.voices, host.secrets):
        log.say(warning_text(lacking, "the built-in narrator writes"), "warning")
    if metrics_port:
        log.say(f"metrics: http://127.0.0.1:{metrics_port}/metrics")


def stop_on_signals() -> threading.Event:
    """Set by the first SIGTERM or SIGINT; a second one ends the process as it usually would."""
    stop = threading.Event()

    def stopping(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopping)
    return stop
