"""The dashboard, the saved queries and the alarms show what the code gives, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headgate.core import metrics
from headgate.core.metrics import METRICS, NAMESPACE, Metric, of_host
from headgate.hosts.aws.metrics import give
from headgate.hosts.stage_log import log_record
from scripts.dashboard import OBSERVABILITY, SECTIONS, dashboard, queries, texts
from tests.hosts.stage_runs import NOW, stage_run

_GIVES = Path(metrics.__file__).parents[1] / "hosts" / "aws" / "metrics.py"
STAGES = ("ingest", "load", "analyze", "notify", "alert", "watch", "fetch", "summarize")
_GIVEN = sorted(of_host("aws"), key=lambda metric: metric.name)


@pytest.mark.parametrize("path", sorted(texts()), ids=lambda path: path.name)
def test_what_terraform_reads_is_made_from_the_code_as_it_is_now(path: Path):
    assert path.read_text(encoding="utf-8") == texts()[path], "python scripts/dashboard.py"


def test_functions_give_exactly_the_metrics_that_are_listed_for_them():
    used = {getattr(metrics, name) for name in re.findall(r"known\.([A-Z_]+)", _GIVES.read_text(encoding="utf-8"))}
    assert {one for one in used if isinstance(one, Metric)} == set(_GIVEN)


@pytest.mark.parametrize("metric", _GIVEN, ids=lambda metric: metric.name)
def test_every_metric_that_a_function_gives_is_on_the_dashboard_by_all_its_dimensions(metric: Metric):
    labels = ",".join((NAMESPACE, metrics.DEPLOYMENT, *metric.dimensions))
    assert sum(f'{{{labels}}} MetricName="{metric.name}" ' in text for text in _expressions()) == 1


def test_what_costs_most_is_few_metrics_of_each_deployment_whatever_pipelines_and_stages_it_has():
    """CloudWatch bills each set of values of the dimensions."""
    assert {label for metric in _GIVEN for label in metric.dimensions} == {"outcome"}
    assert all(set(metric.dimensions) <= set(metric.labels) for metric in _GIVEN)


@pytest.mark.parametrize("label", ["pipeline", "stage"])
def test_the_dashboard_asks_the_logs_of_all_functions_for_what_no_metric_says(label: str):
    (asked,) = (
        one["properties"]["query"]
        for one in dashboard()["widgets"]
        if one["type"] == "log" and one["properties"]["title"].endswith(label)
    )
    assert re.findall(r"SOURCE '/aws/lambda/\$\{prefix\}-(\w+)' \|", asked) == sorted(STAGES, key=asked.index)
    assert set(re.findall(r"`(\w+)\.0`", asked)) == {one.name for one in _GIVEN if label in one.labels}


def test_the_dashboard_shows_nothing_of_ours_that_no_function_gives():
    shown = {name for text in _expressions() if NAMESPACE in text for name in re.findall(r'MetricName="(.+?)"', text)}
    assert shown == {metric.name for metric in _GIVEN}


def test_a_metric_that_nobody_placed_stops_the_making_of_the_dashboard(monkeypatch: pytest.MonkeyPatch):
    added = Metric("shoes", "counter", "shoes", "Shoes.", hosts=("aws",))
    monkeypatch.setattr(metrics, "METRICS", (*METRICS, added))
    with pytest.raises(SystemExit, match="shoes"):
        dashboard()


def test_the_dashboard_has_parts_for_business_technology_and_cost_and_what_lambda_sqs_and_s3_say():
    titles = [one["properties"].get("markdown", "") for one in dashboard()["widgets"]]
    assert [title for title in titles if title] == [f"## {name}" for name in SECTIONS]
    text = json.dumps(dashboard())
    assert all(service in text for service in ("AWS/Lambda", "AWS/SQS", "AWS/S3"))


def test_no_two_widgets_lie_on_each_other():
    taken = [
        (x, y)
        for one in dashboard()["widgets"]
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23


def test_alarms_look_at_metrics_that_functions_give():
    text = (OBSERVABILITY / "main.tf").read_text(encoding="utf-8")
    named = set(re.findall(rf'namespace\s*= "{NAMESPACE}",? metric = "(.+?)"', text))
    assert named == {"reject_percent", "retries_exhausted"} <= {metric.name for metric in _GIVEN}


def test_saved_queries_ask_for_fields_that_log_lines_have():
    fields = {*log_record(stage_run(), NOW, str), "error.code", "error.message", "@timestamp"}
    for query in queries()[:2]:
        (line,) = re.findall(r"^fields (.+)$", query["query"], re.MULTILINE)
        assert set(line.split(", ")) <= fields


@pytest.mark.parametrize("query", queries()[2:], ids=lambda query: query["name"])
def test_numbers_are_asked_for_by_fields_of_the_lines_that_functions_write(
    query: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    give(((one, 2.0, tuple("x" for _ in one.labels)) for one in _GIVEN), "shop-dev")
    fields: set[str] = set()
    for line in capsys.readouterr().out.splitlines():
        fields |= set(_fields(json.loads(line)))
    asked = set(re.findall(r"(?:sum|max)\(`([\w.]+)`\)|ispresent\((\w+)\)", query["query"]))
    grouped = re.findall(r" by (.+)$", query["query"])[0].split(", ")
    assert len(asked) > 5
    assert {name for both in asked for name in both if name} | set(grouped) <= fields


def _fields(document: dict[str, Any]) -> Iterator[str]:
    """As CloudWatch Logs Insights names them: those of a list by their places."""
    for name, value in document.items():
        if isinstance(value, list):
            yield from (f"{name}.{place}" for place, _ in enumerate(value))
        else:
            yield name


def _expressions() -> list[str]:
    """What the widgets search for."""
    lines: list[Any] = [line for one in dashboard()["widgets"] for line in one["properties"].get("metrics", [])]
    return [line[0]["expression"] for line in lines if isinstance(line[0], dict)]
