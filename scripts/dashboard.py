"""Writes the dashboard and the saved queries of infra/stack, from the list of metrics that the code gives: python scripts/dashboard.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from headgate.core.metrics import DEPLOYMENT, NAMESPACE, Kind, Metric, of_host

OBSERVABILITY = Path(__file__).resolve().parent.parent / "infra/stack/modules/observability"
FLOW = OBSERVABILITY.parents[1] / "flow.json"

# Terraform fills these in.
_PREFIX, _REGION, _BUCKETS = "${prefix}", "${region}", "${buckets}"

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Business": ("files", "rows", "reject_percent", "bytes"),
    "Technical": (
        "retries", "retries_exhausted", "dead_letters", "duration_seconds", "memory_used_bytes", "narrator_fallbacks",
    ),
    "Cost": ("gb_seconds", "narrator_tokens", "narrator_cost_usd"),
}  # fmt: skip
"""Part of the dashboard → the metrics in it; each that a function gives is in one of them."""

_STATISTICS: Mapping[Kind, str] = {"counter": "Sum", "gauge": "Maximum", "histogram": "p90"}
# What the log is asked for, of a kind of metric.
_SUMMED: Mapping[Kind, str] = {"counter": "sum", "gauge": "max", "histogram": "avg"}
_WIDTH, _HEIGHT, _ROW = 8, 6, 24
_MINUTES_5, _DAY = 300, 86_400

Widget = dict[str, Any]


def dashboard() -> dict[str, Any]:
    """What CloudWatch takes, with names of the deployment left open."""
    known = {metric.name: metric for metric in of_host("aws")}
    if missing := known.keys() ^ {name for names in SECTIONS.values() for name in names}:
        raise SystemExit(f"SECTIONS and the metrics of functions differ: {', '.join(sorted(missing))}")
    parts = [(title, [_ours(known[name]) for name in names]) for title, names in SECTIONS.items()]
    logged = {one["name"]: _logged(one) for one in queries()}
    added = {
        "Business": [logged["numbers by pipeline"]],
        "Technical": [logged["numbers by stage"], *_of_services()],
        "Cost": _of_storage(),
    }
    return {"widgets": list(_laid_out((title, [*widgets, *added.get(title, ())]) for title, widgets in parts))}


def queries() -> list[dict[str, str]]:
    """Queries over the functions' logs, with their names."""
    return [
        {
            "name": "journey by correlation id",
            "query": "fields @timestamp, stage, outcome, attempt, subject, note, error.message\n"
            '| filter correlation_id = "CORRELATION-ID"\n| sort @timestamp asc\n| limit 1000',
        },
        {
            "name": "failures",
            "query": "fields @timestamp, stage, outcome, attempt, correlation_id, run, subject, error.code, error.message\n"
            '| filter outcome in ["retry", "dead"] or level = "ERROR" or @message like /Task timed out|Runtime exited/\n'
            "| sort @timestamp desc\n| limit 200",
        },
        _numbers("pipeline", "outcome"),
        _numbers("stage"),
    ]


def _numbers(label: str, *further: str) -> dict[str, str]:
    """What the metrics with a label say of each of its values: CloudWatch itself counts them by few labels, or none."""
    told = [metric for metric in of_host("aws") if label in metric.labels]
    # A metric in the log is a list with one number: CloudWatch calls its fields by their places.
    asked = ", ".join(f"{(how := _SUMMED[one.kind])}(`{one.name}.0`) as {how}_{one.name}" for one in told)
    query = f"filter ispresent({DEPLOYMENT}) and ispresent({label})\n| stats {asked} by {', '.join((label, *further))}"
    return {"name": f"numbers by {label}", "query": query}


def texts() -> dict[Path, str]:
    """File → what belongs into it."""
    return {
        OBSERVABILITY / "dashboard.json": _written(dashboard()),
        OBSERVABILITY / "queries.json": _written(queries()),
    }


def _written(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _ours(metric: Metric) -> Widget:
    """One metric, a line for each of its dimensions' values."""
    labels = ",".join((NAMESPACE, DEPLOYMENT, *metric.dimensions))
    search = f'{{{labels}}} MetricName="{metric.name}" {DEPLOYMENT}="{_PREFIX}"'
    found = [[{"expression": _search(search, _STATISTICS[metric.kind], _MINUTES_5), "id": "found"}]]
    title = f"{metric.name.replace('_', ' ')}: {metric.description.split(':')[0].rstrip('.')}"
    return _graph(title, found, unit=metric.unit)


def _logged(query: Mapping[str, str]) -> Widget:
    """What the functions' logs say, as a table."""
    sources = " | ".join(f"SOURCE '/aws/lambda/{_PREFIX}-{stage}'" for stage in _stages())
    asked = f"{sources} | {query['query'].replace(chr(10), ' ')}"
    return {
        "type": "log", "width": _ROW,
        "properties": {"title": query["name"], "region": _REGION, "view": "table", "query": asked},
    }  # fmt: skip


def _of_services() -> list[Widget]:
    """What Lambda and SQS say themselves."""
    functions = {
        "Invocations": "Sum",
        "Errors": "Sum",
        "Throttles": "Sum",
        "Duration": "p90",
        "ConcurrentExecutions": "Maximum",
    }
    lambdas = [
        _graph(f"Lambda: {name}", [["AWS/Lambda", name, "FunctionName", f"{_PREFIX}-{stage}", {"stat": stat}] for stage in _stages()])
        for name, stat in functions.items()
    ]  # fmt: skip
    return [
        *lambdas,
        _queues("SQS: waiting messages", "ApproximateNumberOfMessagesVisible", ""),
        _queues("SQS: age of the oldest message", "ApproximateAgeOfOldestMessage", ""),
        _queues("SQS: dead letters", "ApproximateNumberOfMessagesVisible", "-dead"),
    ]


def _queues(title: str, name: str, ending: str) -> Widget:
    lines = [["AWS/SQS", name, "QueueName", f"{_PREFIX}-{stage}{ending}", {"stat": "Maximum"}] for stage in _stages()]
    return _graph(title, lines)


def _of_storage() -> list[Widget]:
    """What S3 says itself, once a day."""
    return [_stored(name) for name in ("BucketSizeBytes", "NumberOfObjects")]


def _stored(name: str) -> Widget:
    search = f'{{AWS/S3,BucketName,StorageType}} MetricName="{name}" BucketName=({_BUCKETS})'
    return _graph(f"S3: {name}", [[{"expression": _search(search, "Average", _DAY), "id": "found"}]])


def _search(what: str, statistic: str, period: int) -> str:
    return f"SEARCH('{what}', '{statistic}', {period})"


def _graph(title: str, metrics: list[Any], unit: str = "") -> Widget:
    axis = {"yAxis": {"left": {"label": unit, "showUnits": False, "min": 0}}} if unit else {}
    return {
        "type": "metric",
        "properties": {"title": title, "region": _REGION, "view": "timeSeries", "period": _MINUTES_5, "metrics": metrics, **axis},
    }  # fmt: skip


def _laid_out(parts: Iterable[tuple[str, list[Widget]]]) -> Iterator[Widget]:
    """Title by title, row by row."""
    top = 0
    for title, widgets in parts:
        yield {"type": "text", "x": 0, "y": top, "width": _ROW, "height": 1, "properties": {"markdown": f"## {title}"}}
        top, left = top + 1, 0
        for widget in widgets:
            width = widget.get("width", _WIDTH)
            if left + width > _ROW:
                top, left = top + _HEIGHT, 0
            yield {"x": left, "y": top, "width": width, "height": _HEIGHT, **widget}
            left += width
        top += _HEIGHT


def _stages() -> list[str]:
    return list(json.loads(FLOW.read_text(encoding="utf-8"))["stages"])


def main() -> int:
    """Write them anew."""
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
