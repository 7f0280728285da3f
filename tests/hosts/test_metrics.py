"""What Prometheus reads from 127.0.0.1 is what happened, and what lies in the queue at that moment."""

from __future__ import annotations

import re
import socket
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from headgate.adapters.memory.queue import MemoryQueue
from headgate.core.errors import Outside, UserMistake
from headgate.core.metrics import of_host
from headgate.hosts.metrics import PREFIX, Metrics, MetricsServer
from headgate.ports import Depth
from tests.hosts.stage_runs import ANALYZED, COUNTS, MODEL, NOW, PROCESSED, event, stage_run

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


class Served:
    """Metrics over a queue, and what a scrape of them says."""

    def __init__(self) -> None:
        self.queue = MemoryQueue({"file.arrived": ["ingest"]}, lambda event: "")
        self.now = NOW
        self.metrics = Metrics(self.queue, lambda: self.now)
        self.server: MetricsServer = self.metrics.serve()

    def text(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def __getitem__(self, name: str) -> float:
        """One sample, `name` or `name{label="value"}` as in the text."""
        found = {}
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                labels = ",".join(f'{key}="{value}"' for key, value in sample.labels.items())
                found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
        return found[PREFIX + name]


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.server.close()


def test_files_rows_and_bytes_are_counted_by_pipeline_and_outcome(served: Served):
    failed = event("file.failed", run="r", pipeline="people", reason={"code": "x"})
    described = event("file.processed", pipeline="anything", counts=dict.fromkeys(COUNTS), size=7)
    duplicate, unmatched = event("file.duplicate", pipeline="people"), event("file.unmatched")
    for given in (PROCESSED, PROCESSED, failed, described, unmatched, duplicate):
        served.metrics.observe(stage_run("done", given))
    assert served['files_total{outcome="processed",pipeline="people"}'] == 2
    assert served['files_total{outcome="failed",pipeline="people"}'] == 1
    assert served['files_total{outcome="duplicate",pipeline="people"}'] == 1
    assert served['files_total{outcome="unmatched",pipeline=""}'] == 1
    assert served['rows_total{outcome="accepted",pipeline="people"}'] == 6
    assert served['rows_total{outcome="rejected",pipeline="people"}'] == 2
    assert served['rows_total{outcome="accepted",pipeline="anything"}'] == 0
    assert served['bytes_total{pipeline="people"}'] == 240


def test_only_what_was_settled_counts_as_a_file(served: Served):
    served.metrics.observe(stage_run("retry", PROCESSED, error=Outside("x")))
    assert "files_total{" not in served.text()


def test_durations_retries_dead_letters_and_memory_are_those_of_the_stage_runs(served: Served):
    for outcome in ("done", "retry", "retry", "dead", "postponed"):
        served.metrics.observe(stage_run(outcome, stage="analyze", seconds=2.0, peak_memory=5_000))
    assert served['stage_seconds_count{stage="analyze"}'] == 4
    assert served['stage_seconds_sum{stage="analyze"}'] == 8
    assert served['stage_seconds_bucket{le="1.0",stage="analyze"}'] == 0
    assert served['stage_seconds_bucket{le="2.5",stage="analyze"}'] == 4
    assert served['retries_total{stage="analyze"}'] == 2
    assert served['dead_letters_total{stage="analyze"}'] == 1
    assert served["peak_memory_bytes"] == 5_000


def test_the_queue_is_read_when_somebody_asks(served: Served):
    assert (served['queue{state="waiting"}'], served["queue_oldest_seconds"]) == (0, 0)
    served.queue.publish([event("file.arrived", id_=id_) for id_ in "ab"], NOW)
    served.now = NOW + timedelta(seconds=90)
    assert (served['queue{state="waiting"}'], served["queue_oldest_seconds"]) == (2, 90)
    delivery = served.queue.take(served.now)
    assert delivery
    assert (served['queue{state="waiting"}'], served['queue{state="taken"}']) == (1, 1)
    served.queue.bury(delivery, {"code": "x"}, lambda number: [], served.now)
    assert (served['queue{state="taken"}'], served['queue{state="dead"}']) == (0, 1)


def test_a_clock_that_went_back_makes_nothing_younger_than_new(served: Served):
    served.queue.publish([event("file.arrived")], NOW)
    served.now = NOW - timedelta(hours=1)
    assert served["queue_oldest_seconds"] == 0


class LockedQueue(MemoryQueue):
    def depth(self) -> Depth:
        raise Outside("the database is locked")


def test_a_queue_that_cannot_be_read_leaves_the_other_metrics_readable():
    metrics = Metrics(LockedQueue({}, lambda event: ""), lambda: NOW)
    server = metrics.serve()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}", timeout=10) as answer:
        text = answer.read().decode()
    server.close()
    assert "headgate_peak_memory_bytes" in text
    assert "headgate_queue" not in text


def test_what_models_took_is_counted_by_pipeline_and_model(served: Served):
    failed = event(
        "analysis.completed", pipeline="people", model={**MODEL, "cost_usd": None, "fallback": "narrator_timeout"}
    )
    for given in (ANALYZED, failed, event("analysis.completed", pipeline="people")):
        served.metrics.observe(stage_run("done", given, stage="analyze"))
    assert served['narrator_tokens_total{direction="in",model="bedrock:x",pipeline="people"}'] == 8000
    assert served['narrator_tokens_total{direction="out",model="bedrock:x",pipeline="people"}'] == 2400
    assert served['narrator_cost_usd_total{model="bedrock:x",pipeline="people"}'] == 0.000528
    assert served['narrator_fallbacks_total{pipeline="people",reason="narrator_timeout"}'] == 1


def test_the_last_daily_report_is_a_time(served: Served):
    served.metrics.observe(stage_run("done", event("daily.completed", day="2026-01-01")))
    assert datetime.fromtimestamp(served["daily_report_timestamp_seconds"], UTC).replace(tzinfo=None) == NOW


def test_every_metric_that_is_listed_is_given_and_no_other(served: Served):
    for outcome in ("done", "retry", "dead"):
        served.metrics.observe(stage_run(outcome, PROCESSED))
    found = re.findall(r"^# HELP (\S+) (.*)$", served.text(), re.M)
    given = {re.sub("_total$", "", name): text for name, text in found if not name.endswith("_created")}
    assert given == {PREFIX + metric.name: metric.description for metric in of_host("embedded")}
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", served.text(), re.M))
    for metric in of_host("embedded"):
        assert kinds[PREFIX + metric.name + ("_total" if metric.kind == "counter" else "")] == metric.kind


def test_the_documents_list_every_metric():
    rows = dict(re.findall(r"^\| `headgate_(\w+)(?:\{[^`]*\})?` \| (.+?) \|$", DOCS, re.M))
    expected = {metric.name + ("_total" if metric.kind == "counter" else "") for metric in of_host("embedded")}
    assert rows.keys() == expected
    for metric in of_host("embedded"):
        labels = f"{{{','.join(metric.labels)}}}" if metric.labels else ""
        name = metric.name + ("_total" if metric.kind == "counter" else "")
        assert f"| `headgate_{name}{labels}` | {metric.description} |" in DOCS


def test_the_documents_list_every_metric_of_aws():
    listed = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", DOCS, re.M)
    assert listed == [(one.name, ", ".join(one.labels) or "–", one.description) for one in of_host("aws")]


def test_metrics_are_served_to_this_machine_alone(served: Served):
    # Another address of this machine, which a server that listens on all of them would answer.
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", served.server.port), timeout=2)


def test_two_metrics_in_one_process_know_nothing_of_each_other(served: Served):
    other = Served()
    other.metrics.observe(stage_run("retry"))
    assert 'retries_total{stage="ingest"}' not in served.text()
    assert other['retries_total{stage="ingest"}'] == 1
    other.server.close()


def test_a_port_that_is_taken_is_said_and_closing_frees_it(served: Served):
    port = served.server.port
    with pytest.raises(UserMistake, match=str(port)) as caught:
        served.metrics.serve(port)
    assert caught.value.next
    served.server.close()
    served.server = served.metrics.serve(port)
    assert served.server.port == port


def test_a_number_that_is_no_port_is_refused(served: Served):
    with pytest.raises(UserMistake):
        served.metrics.serve(70_000)
