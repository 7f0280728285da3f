"""What the page says of costs on AWS is what is computed from what was measured and from the prices that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.aws_costs import ALARMS_OF_A_STAGE, ALARMS_OF_ALL, costs, memory, months, tables
from benchmarks.aws_prices import PRICES
from benchmarks.aws_requests import kinds

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


def test_what_is_free_only_makes_it_cheaper_and_the_page_names_every_source():
    for units in months(MEASURED):
        without, free = costs(units, with_free=False), costs(units, with_free=True)
        assert all(0 <= free[service] <= without[service] for service in without)
    assert all(price.source and price.read for price in PRICES.values())


INDEXES = {"sales": [["region"], ["model"]]}


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


def test_an_event_counts_once_for_each_64_kilobytes():
    body = json.dumps({"Entries": [{"Detail": "x"}, {"Detail": "x" * 70_000}]})
    assert kinds(request("events", target="AWSEvents.PutEvents", body=body), INDEXES) == {
        "bus events": 3,
        "bus PutEvents": 1,
    }
