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

from headgate.core.printable import printable
from headgate.faces.cli.options import ProjectDir, Quiet

if TYPE_CHECKING:
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.stage_log import Observer


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
        observers: list[Observer] = [] if quiet else [StageLog(sys.stderr, host.clock, host.secrets)]
        stop = _stop_on_signals()
        with _metrics(host, metrics_port, observers) as port:
            if not quiet:
                _greet(host, port)
            Up(host, observers, _say, stop).run()
    if not quiet:
        _say("stopped; what was under way is finished, what waits is kept")


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


def _greet(host: EmbeddedHost, metrics_port: int | None) -> None:
    zones = host.project.settings.zones
    _say(f"watching {host.project.storage}/{zones.inbox}/ for {', '.join(host.project.pipelines) or 'no pipeline'}")
    if metrics_port:
        _say(f"metrics: http://127.0.0.1:{metrics_port}/metrics")


def _say(text: str) -> None:
    typer.echo("\n".join(printable(line, 500) for line in text.split("\n")), err=True)


def _stop_on_signals() -> threading.Event:
    """Set by the first SIGTERM or SIGINT; a second one ends the process as it usually would."""
    stop = threading.Event()

    def stopping(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopping)
    return stop
