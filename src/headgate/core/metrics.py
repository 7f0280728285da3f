"""The metrics that every host gives, as data: dashboards and documents are made from this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]
Host = Literal["embedded", "aws"]

NAMESPACE = "Headgate"
"""Under which a deployed project gives its metrics in CloudWatch."""

DEPLOYMENT = "deployment"
"""There, what each is counted by: the prefix of the deployment."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: without prefix and without the `_total` of a counter, which the host adds where it is usual.
        unit: of its value, in the plural; `1` for a plain number of things would say nothing.
        labels: what it is counted by.
        hosts: which of them give it.
        dimensions: those of its labels by which CloudWatch, too, counts it; it bills each set of their values as a metric of
            its own. By the others the log is asked.
    """

    name: str
    kind: Kind
    unit: str
    description: str
    labels: tuple[str, ...] = ()
    hosts: tuple[Host, ...] = ("embedded", "aws")
    dimensions: tuple[str, ...] = ()


FILES = Metric(
    "files", "counter", "files",
    "Files that came to an end: processed, failed, duplicate, unmatched.", ("pipeline", "outcome"),
    dimensions=("outcome",),
)  # fmt: skip
ROWS = Metric(
    "rows", "counter", "rows", "Rows of processed files: accepted, rejected.", ("pipeline", "outcome"),
    dimensions=("outcome",),
)  # fmt: skip
BYTES = Metric("bytes", "counter", "bytes", "Bytes of processed files, as they came.", ("pipeline",))
# On AWS a call is a stage run, and its time is told as that of the call.
STAGE_SECONDS = Metric(
    "stage_seconds", "histogram", "seconds", "How long a stage took, whatever came of it.", ("stage",), ("embedded",)
)
RETRIES = Metric("retries", "counter", "attempts", "Attempts that failed and are made again.", ("stage",))
DEAD_LETTERS = Metric("dead_letters", "counter", "events", "Events that failed their last attempt.", ("stage",))
NARRATOR_TOKENS = Metric(
    "narrator_tokens", "counter", "tokens", "Tokens that models took, by the providers' count: in, out.", ("pipeline", "model", "direction")
)  # fmt: skip
NARRATOR_COST = Metric(
    "narrator_cost_usd", "counter", "US dollars", "US dollars that models took, as far as their prices are known.", ("pipeline", "model")
)  # fmt: skip
NARRATOR_FALLBACKS = Metric(
    "narrator_fallbacks", "counter", "narratives",
    "Narratives that the built-in narrator wrote because the model failed or was not asked.", ("pipeline", "reason"),
)  # fmt: skip
PEAK_MEMORY = Metric("peak_memory_bytes", "gauge", "bytes", "The most memory the process has held.", (), ("embedded",))
# A queue of AWS gives its own metrics.
QUEUE = Metric("queue", "gauge", "events", "Events in the queue now: waiting, taken, dead.", ("state",), ("embedded",))
QUEUE_OLDEST = Metric(
    "queue_oldest_seconds", "gauge", "seconds", "Age of the oldest waiting event; 0 when none waits.", (), ("embedded",)
)
DAILY_REPORT = Metric(
    "daily_report_timestamp_seconds",
    "gauge",
    "seconds",
    "When the last daily report of this process was made, in seconds since 1970; else 0.",
    (),
    ("embedded",),
)
REJECT_PERCENT = Metric(
    "reject_percent",
    "gauge",
    "percent",
    "Rejected rows of each file that was processed, or had too many, of a hundred.",
    ("pipeline",),
    ("aws",),
)
RETRIES_EXHAUSTED = Metric(
    "retries_exhausted", "counter", "events", "Events given up after their last attempt, though one more might have helped.",
    ("stage",), ("aws",),
)  # fmt: skip
DURATION = Metric(
    "duration_seconds", "gauge", "seconds", "How long each call of a function took.", ("stage",), ("aws",)
)
MEMORY_USED = Metric(
    "memory_used_bytes", "gauge", "bytes", "The most memory that a function has held, told at each call.", ("stage",),
    ("aws",),
)  # fmt: skip
GB_SECONDS = Metric(
    "gb_seconds", "counter", "GB-seconds", "Memory that a function is given, in GB, by how long it took: what it costs.",
    ("stage",), ("aws",),
)  # fmt: skip

METRICS = (
    FILES, ROWS, BYTES, STAGE_SECONDS, RETRIES, DEAD_LETTERS, NARRATOR_TOKENS, NARRATOR_COST, NARRATOR_FALLBACKS,
    PEAK_MEMORY, QUEUE, QUEUE_OLDEST, DAILY_REPORT, REJECT_PERCENT, RETRIES_EXHAUSTED, DURATION, MEMORY_USED, GB_SECONDS,
)  # fmt: skip
"""All of them."""


def of_host(host: Host) -> tuple[Metric, ...]:
    """Those that a host gives."""
    return tuple(metric for metric in METRICS if host in metric.hosts)
