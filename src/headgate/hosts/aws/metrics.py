"""The metrics of stages on AWS, written to the log in the form that CloudWatch reads numbers from (EMF)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics

from headgate.core import metrics as known
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.core.metrics import Metric
from headgate.hosts.stage_log import StageRun

_UNITS = {"seconds": "Seconds", "bytes": "Bytes", "percent": "Percent", "US dollars": "None", "GB-seconds": "None"}
_ENDS = {
    "file.processed": "processed",
    "file.failed": "failed",
    "file.duplicate": "duplicate",
    "file.unmatched": "unmatched",
}

Sample = tuple[Metric, float, tuple[str, ...]]
"""A metric, its value, and the values of its labels, in their order."""

Labels = tuple[tuple[str, str], ...]


def of_run(run: StageRun) -> Iterator[Sample]:
    """What one stage run adds."""
    stage = (run.delivery.stage,)
    if run.outcome == "retry":
        yield known.RETRIES, 1, stage
    if run.outcome == "dead":
        yield known.DEAD_LETTERS, 1, stage
        if not isinstance(run.error, Permanent):
            yield known.RETRIES_EXHAUSTED, 1, stage
    if run.outcome == "done":
        for event in run.events:
            yield from _of_event(event)


def _of_event(event: Event) -> Iterator[Sample]:
    pipeline = str(event.data.get("pipeline") or "-")
    if outcome := _ENDS.get(event.type):
        yield known.FILES, 1, (pipeline, outcome)
    if event.type == "file.processed":
        yield from _of_rows(event.data["counts"], pipeline)
        yield known.BYTES, event.data.get("size") or 0, (pipeline,)
    if event.type == "file.failed":
        # Of a file that is refused for its many rejects most of all.
        yield from _of_rejects(event.data.get("counts") or {}, pipeline)
    if event.type == "analysis.completed" and event.data.get("model"):
        yield from _of_model(event.data["model"], pipeline)


def _of_rows(counts: Mapping[str, int | None], pipeline: str) -> Iterator[Sample]:
    for side in ("accepted", "rejected"):
        yield known.ROWS, counts[side] or 0, (pipeline, side)
    yield from _of_rejects(counts, pipeline)


def _of_rejects(counts: Mapping[str, int | None], pipeline: str) -> Iterator[Sample]:
    if records := counts.get("records"):
        yield known.REJECT_PERCENT, 100 * (counts["rejected"] or 0) / records, (pipeline,)


def _of_model(model: Mapping[str, Any], pipeline: str) -> Iterator[Sample]:
    for direction in ("in", "out"):
        yield known.NARRATOR_TOKENS, model[f"tokens_{direction}"], (pipeline, model["name"], direction)
    yield known.NARRATOR_COST, model["cost_usd"] or 0, (pipeline, model["name"])
    if model["fallback"]:
        yield known.NARRATOR_FALLBACKS, 1, (pipeline, model["fallback"])


def of_call(stage: str, seconds: float, memory_mb: int, peak_memory: int) -> Iterator[Sample]:
    """What one call of a function adds.

    Args:
        memory_mb: that the function is given; 0 where it is none.
        peak_memory: bytes.
    """
    yield known.DURATION, seconds, (stage,)
    yield known.MEMORY_USED, peak_memory, (stage,)
    if memory_mb:
        yield known.GB_SECONDS, memory_mb / 1024 * seconds, (stage,)


def give(samples: Iterator[Sample], deployment: str) -> None:
    """Writes them to standard output; labels that are no dimensions stand in the same line, for whoever asks the log.

    Args:
        deployment: its prefix: several may be in one account.
    """
    together: dict[tuple[Labels, Labels], list[tuple[Metric, float]]] = {}
    for metric, value, labels in samples:
        named = tuple(zip(metric.labels, labels, strict=True))
        counted = tuple(one for one in named if one[0] in metric.dimensions)
        together.setdefault((named, counted), []).append((metric, value))
    for (named, counted), found in together.items():
        _write({known.DEPLOYMENT: deployment, **dict(counted)}, dict(named), found)


def _write(dimensions: Mapping[str, str], labels: Mapping[str, str], found: Iterable[tuple[Metric, float]]) -> None:
    line = EphemeralMetrics(namespace=known.NAMESPACE)
    for name, value in dimensions.items():
        line.add_dimension(name, value)
    for name in labels.keys() - dimensions.keys():
        line.add_metadata(name, labels[name])
    for metric, number in found:
        line.add_metric(metric.name, _UNITS.get(metric.unit, "Count"), number)
    line.flush_metrics()
