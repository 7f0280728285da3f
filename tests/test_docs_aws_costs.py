"""What the page says of costs on AWS is what is computed from what was measured and from the prices that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.aws_costs import ALARMS_OF_A_STAGE, ALARMS_OF_ALL, METRICS_OF_CALLS, costs, memory, months, tables
from benchmarks.aws_prices import PRICES
from benchmarks.aws_requests import Index, kinds
from headgate.adapters.aws.dynamo_values import size_of
from headgate.hosts.aws.metrics import of_call

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/costs.md").read_text(encoding="utf-8")
MEASURED = json.loads((ROOT / "benchmarks/aws_measured.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", tables())
def test_the_page_holds_what_is_computed(name: str):
    assert tables()[name] in PAGE, "python -m benchmarks.aws_costs --write"


def test_every_stage_has_the_memory_that_the_infrastructure_gives_it():
    flow = json.loads((ROOT / "infra/stack/flow.json").read_text(encoding="utf-8"))
    assert memory().keys() == flow["stages"].keys()


def test_as_many_alarms_are_paid_for_as_are_made():
    text = (ROOT / "infra/stack/modules/observability/main.tf").read_text(encoding="utf-8")
    of_stages, of_all = text.split("  of_all = merge(")
    assert len(re.findall(r"^    \w+ = \{$", of_stages.split("of_stage = merge")[0], re.M)) == ALARMS_OF_A_STAGE
    assert len(re.findall(r"^      [\w-]+ = \{$", of_all.split("for seconds in")[0], re.M)) == ALARMS_OF_ALL


def test_as_many_metrics_are_paid_for_where_no_file_comes_as_calls_give():
    given = list(of_call("watch", 1.0, 512, 1))
    assert len(given) == METRICS_OF_CALLS
    assert not any(metric.dimensions for metric, *_ in given)


def test_what_is_free_only_makes_it_cheaper_and_the_page_names_every_source():
    for units in months(MEASURED):
        without, free = costs(units, with_free=False), costs(units, with_free=True)
        assert all(0 <= free[service] <= without[service] for service in without)
    assert all(price.source and price.read for price in PRICES.values())


INDEXES = {"sales": [Index(("region",)), Index(("model",))], "orders": [Index(("shop",), frozenset({"shop", "id"}))]}


def request(service: str, method: str = "POST", url: str = "http://here/", **more: str) -> dict[str, object]:
    signed = f"AWS4-HMAC-SHA256 Credential=me/20261121/eu-central-1/{service}/aws4_request, SignedHeaders=host"
    target = {"X-Amz-Target": more["target"]} if "target" in more else {}
    headers = {"Authorization": signed, **target}
    return {"headers": headers, "method": method, "url": url, "body": more.get("body", ""), "body_encoded": False}


@pytest.mark.parametrize(
    ("method", "url", "kind"),
    [
        ("PUT", "http://here/bucket/key", "s3 put"), ("POST", "http://here/bucket/key?uploads", "s3 put"),
        ("GET", "http://here/bucket?list-type=2&prefix=a", "s3 put"), ("GET", "http://here/bucket/key", "s3 get"),
        ("HEAD", "http://here/bucket/key", "s3 get"), ("DELETE", "http://here/bucket/key", "s3 free"),
    ],
)  # fmt: skip
def test_a_request_to_s3_counts_as_what_it_costs(method: str, url: str, kind: str):
    assert kinds(request("s3", method, url), INDEXES) == {kind: 1}


def test_a_row_is_written_once_more_for_each_index_that_has_it_and_each_kilobyte():
    item = {"id": {"S": "x" * 1500}, "region": {"S": "EU"}}
    put = {"TableName": "sales", "Item": item}
    one = request("dynamodb", target="DynamoDB_20120810.PutItem", body=json.dumps(put))
    both = request(
        "dynamodb", target="DynamoDB_20120810.TransactWriteItems", body=json.dumps({"TransactItems": [{"Put": put}]})
    )
    assert kinds(one, INDEXES)["table writes"] == 4
    assert kinds(both, INDEXES)["table writes"] == 8
    assert kinds(both, INDEXES)["table bytes"] == kinds(one, INDEXES)["table bytes"] == 2 * (size_of(item) + 100)
    assert kinds(one, INDEXES)["backup bytes"] == size_of(item) + 100


def test_an_index_of_keys_only_holds_and_costs_no_more_than_keys():
    keys = {"id": {"S": "1"}, "shop": {"S": "a"}}
    item = {**keys, "note": {"S": "x" * 1500}}
    put, row = {"TableName": "orders", "Item": item}, size_of(item) + 100
    found = kinds(request("dynamodb", target="DynamoDB_20120810.PutItem", body=json.dumps(put)), INDEXES)
    assert found == {"table writes": 2 + 1, "table bytes": row + size_of(keys) + 100, "backup bytes": row}


def test_an_event_counts_once_for_each_64_kilobytes():
    body = json.dumps({"Entries": [{"Detail": "x"}, {"Detail": "x" * 70_000}]})
    assert kinds(request("events", target="AWSEvents.PutEvents", body=body), INDEXES) == {
        "bus events": 3,
        "bus PutEvents": 1,
    }
