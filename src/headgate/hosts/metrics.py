"""The metrics of this process, for Prometheus to fetch from 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from headgate.core import metrics as known
from headgate.core.errors import HeadgateError, UserMistake
from headgate.core.events import Event
from headgate.hosts.stage_log import StageRun
from headgate.ports import Queue

PREFIX = "headgate_"
ADDRESS = "127.0.0.1"
# From one small file to the longest that a stage may take.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)


class Metrics:
    """Counts stage runs and looks at the queue; its `observe` is an `Observer`.

    Args:
        clock: gives the time, UTC, naive.
    """

    def __init__(self, queue: Queue, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._files, self._rows = self._counter(known.FILES), self._counter(known.ROWS)
        self._bytes, self._retries = self._counter(known.BYTES), self._counter(known.RETRIES)
        self._dead_letters = self._counter(known.DEAD_LETTERS)
        self._tokens, self._cost = self._counter(known.NARRATOR_TOKENS), self._counter(known.NARRATOR_COST)
        self._fallbacks = self._counter(known.NARRATOR_FALLBACKS)
        self._seconds = self._histogram(known.STAGE_SECONDS)
        self._peak_memory, self._daily_report = self._gauge(known.PEAK_MEMORY), self._gauge(known.DAILY_REPORT)
        self._registry.register(_QueueNow(queue, clock))

    def observe(self, run: StageRun) -> None:
        stage = run.delivery.stage
        self._peak_memory.set(run.peak_memory)
        if run.outcome != "postponed":
            self._seconds.labels(stage).observe(run.seconds)
        if run.outcome == "retry":
            self._retries.labels(stage).inc()
        if run.outcome == "dead":
            self._dead_letters.labels(stage).inc()
        if run.outcome == "done":
            for event in run.events:
                self._count(event)

    def serve(self, port: int = 0) -> MetricsServer:
        """Answers on 127.0.0.1 until it is closed; 0 takes any free port.

        Raises:
            UserMistake: the port is taken, or not allowed.
        """
        try:
            return MetricsServer(*start_http_server(port, ADDRESS, self._registry))
        except (OSError, OverflowError) as error:
            raise UserMistake(
                f"metrics can't be served on port {port}: {error}",
                who="whoever started this command",
                next="name another port with --metrics-port, or 0 for any that is free",
                code="bad_port",
            ) from error

    def _count(self, event: Event) -> None:
        pipeline = str(event.data.get("pipeline") or "")
        if outcome := _ENDS.get(event.type):
            self._files.labels(pipeline, outcome).inc()
        if event.type == "file.processed":
            for side in ("accepted", "rejected"):
                self._rows.labels(pipeline, side).inc(event.data["counts"][side] or 0)
            self._bytes.labels(pipeline).inc(event.data.get("size") or 0)
        if event.type == "analysis.completed" and event.data.get("model"):
            self._count_model(pipeline, event.data["model"])
        if event.type == "daily.completed":
            self._daily_report.set(event.time.replace(tzinfo=UTC).timestamp())

    def _count_model(self, pipeline: str, model: Mapping[str, Any]) -> None:
        for direction in ("in", "out"):
            self._tokens.labels(pipeline, model["name"], direction).inc(model[f"tokens_{direction}"])
        self._cost.labels(pipeline, model["name"]).inc(model["cost_usd"] or 0)
        if model["fallback"]:
            self._fallbacks.labels(pipeline, model["fallback"]).inc()

    def _counter(self, metric: known.Metric) -> Counter:
        return Counter(PREFIX + metric.name, metric.description, metric.labels, registry=self._registry)

    def _gauge(self, metric: known.Metric) -> Gauge:
        return Gauge(PREFIX + metric.name, metric.description, metric.labels, registry=self._registry)

    def _histogram(self, metric: known.Metric) -> Histogram:
        name = PREFIX + metric.name
        return Histogram(name, metric.description, metric.labels, buckets=_SECONDS, registry=self._registry)


class MetricsServer:
    """What answers; `port` is the one it was given."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server, self._thread = server, thread
        self.port = server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _QueueNow(Collector):
    """The queue at the moment somebody asks; nothing while it can't be read, as a wrong number is worse."""

    def __init__(self, queue: Queue, clock: Callable[[], datetime]) -> None:
        self._queue, self._clock = queue, clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            depth, now = self._queue.depth(), self._clock()
        except HeadgateError:
            return
        states = GaugeMetricFamily(PREFIX + known.QUEUE.name, known.QUEUE.description, labels=known.QUEUE.labels)
        for state in ("waiting", "taken", "dead"):
            states.add_metric([state], getattr(depth, state))
        yield states
        age = max(0.0, (now - depth.oldest).total_seconds()) if depth.oldest else 0.0
        yield GaugeMetricFamily(PREFIX + known.QUEUE_OLDEST.name, known.QUEUE_OLDEST.description, value=age)


_ENDS = {
    "file.processed": "processed",
    "file.failed": "failed",
    "file.duplicate": "duplicate",
    "file.unmatched": "unmatched",
}
