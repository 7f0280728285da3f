"""The variables of the infrastructure say what the settings say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import UserMistake
from headgate.core.project import load_project
from headgate.faces.cli.init import examples, make_project
from headgate.hosts.deploy.groups import GROUPS
from headgate.hosts.deploy.packages import Package
from headgate.hosts.deploy.tfvars import FILE, tfvars, write_tfvars

REGION = "deploy: {region: eu-central-1, name: shop}\n"
PACKAGES = {"gate": Package(Path("/built/gate-arm64.zip"), "c2hh", 1, 2)}


def variables(
    folder: Path, settings: str = REGION, pipelines: tuple[str, ...] = ("orders", "stocks")
) -> dict[str, Any]:
    make_project(folder, list(pipelines))
    (folder / "headgate.yaml").write_text(settings)
    return tfvars(load_project(folder), PACKAGES)


def test_a_name_that_only_the_folder_gives_is_refused_with_the_line_to_add(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        variables(tmp_path / "my shop", "deploy: {region: eu-central-1}")
    assert caught.value.code == "unnamed_project"
    assert caught.value.next == "add this line to headgate.yaml: project: my shop"


def test_a_project_of_examples_with_nothing_but_a_region(tmp_path: Path):
    assert variables(tmp_path / "here", "project: my_shop\ndeploy: {region: eu-central-1}") == {
        "region": "eu-central-1",
        "project": "my-shop",
        "environment": "dev",
        "architecture": "arm64",
        "packages": {"gate": {"path": "/built/gate-arm64.zip", "sha256": "c2hh"}},
        "inbox_prefix": "inbox/",
        "zones": {
            zone: zone
            for zone in ("accepted", "rejected", "archive", "failed", "unmatched", "manifests", "analysis", "reports")
        },
        "bucket_layout": "one",
        "table_sinks": {
            "orders": {
                "partition_key": "order_id",
                "sort_key": "processed_timestamp",
                "indexes": {"by_customer": ["customer_name"], "by_product": ["product_name"]},
            }
        },
        "sources": {"stocks": {"cron": "cron(0 17 ? * 2-6 *)", "zone": "America/New_York"}},
        "idle_stages": [],
        "daily_report": {"cron": "cron(0 0 * * ? *)", "zone": "UTC"},
        "sender": None,
        "sender_identity": None,
        "readers": ["data-team@example.com"],
        "recipients": [],
        "models": [],
        "secrets": {"TWELVE_DATA_KEY": "/headgate/my-shop-dev/TWELVE_DATA_KEY"},
        "retry_attempts": 3,
        "analysis_days": 7,
        "notify_trigger": "bus",
        "large_queue": False,
        "vpc": None,
        "stages": {},
        "pipeline_retention": {"orders": {}, "stocks": {}},
    }


def test_every_setting_arrives(tmp_path: Path):
    found = variables(
        tmp_path,
        """\
project: anything
zones: {inbox: in/here, accepted: good}
retention: {accepted: 30d, rejected: never, reports: 25h, outbox: 1d}
mail: {from: me@example.com, to: [a@example.com]}
daily_report: {cron: 0 6 * * MON-FRI, zone: Europe/Berlin}
retry: {attempts: 4}
narrator: {model: 'bedrock:amazon.nova-lite-v1:0'}
deploy:
  region: eu-west-1
  name: shop
  environment: prod
  architecture: x86_64
  bucket_layout: split
  sender_identity: example.com
  recipients: [ops@example.com]
  analysis_days: 3
  notify_trigger: stream
  large_queue: true
  secrets: {TWELVE_DATA_KEY: /mine, OTHER: /other}
  functions: {ingest: {memory: 2048}, analyze: {memory: 1024, timeout: 60}}
  vpc: {subnet_ids: [subnet-1], security_group_ids: [sg-1]}
""",
    )
    wanted = {
        "region": "eu-west-1", "project": "shop", "environment": "prod", "architecture": "x86_64",
        "inbox_prefix": "in/here/", "bucket_layout": "split", "sender": "me@example.com", "sender_identity": "example.com",
        "retention": {"accepted": 30, "rejected": 0, "reports": 2},
        "readers": ["a@example.com", "data-team@example.com"], "recipients": ["ops@example.com"],
        "models": ["amazon.nova-lite-v1:0"], "retry_attempts": 4,
        "daily_report": {"cron": "cron(0 6 ? * 2-6 *)", "zone": "Europe/Berlin"},
        "analysis_days": 3, "notify_trigger": "stream", "large_queue": True,
        "secrets": {"TWELVE_DATA_KEY": "/mine", "OTHER": "/other"},
        "stages": {"ingest": {"memory": 2048}, "analyze": {"memory": 1024, "timeout": 60}},
        "vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert found["zones"]["accepted"] == "good"


def test_what_a_pipeline_keeps_for_a_time_of_its_own_arrives_and_every_pipeline_is_named(tmp_path: Path):
    make_project(tmp_path, ["orders", "health_metrics", "stocks"])
    (tmp_path / "headgate.yaml").write_text(REGION)
    with (tmp_path / "pipelines/orders/pipeline.yaml").open("a") as file:
        file.write("\nretention: {archive: never, rejected: 1h, failed: 2w}\n")
    assert tfvars(load_project(tmp_path), PACKAGES)["pipeline_retention"] == {
        "health_metrics": {"analysis": 7}, "orders": {"archive": 0, "rejected": 1, "failed": 14}, "stocks": {},
    }  # fmt: skip


def test_every_variable_is_one_that_the_stack_declares(tmp_path: Path):
    stack = Path(__file__).resolve().parents[3] / "infra" / "stack"
    declared = set(re.findall(r'^variable "(\w+)"', (stack / "variables.tf").read_text(encoding="utf-8"), re.M))
    retention = "retention: {accepted: 30d}\n"
    assert variables(tmp_path, retention + REGION).keys() <= declared


def test_the_groups_are_those_that_the_stack_takes_its_zips_from():
    flow = Path(__file__).resolve().parents[3] / "infra" / "stack" / "flow.json"
    stages = json.loads(flow.read_text(encoding="utf-8"))["stages"]
    assert {stage: one["group"] for stage, one in stages.items()} == {
        stage: group for group, stages in GROUPS.items() for stage in stages
    }


def test_readers_are_all_whom_a_mail_may_go_to_each_once(tmp_path: Path):
    found = variables(tmp_path, "mail: {to: [a@example.com]}\n" + REGION, pipelines=("health_metrics", "orders"))
    assert found["readers"] == ["a@example.com", "data-team@example.com", "health-ops@example.com"]


def test_alarms_go_to_those_of_the_mail_unless_said_otherwise(tmp_path: Path):
    mail = "mail: {to: [a@example.com]}\n"
    assert variables(tmp_path / "one", mail + REGION)["recipients"] == ["a@example.com"]
    nobody = mail + "deploy: {region: eu-central-1, name: shop, recipients: []}\n"
    assert variables(tmp_path / "two", nobody)["recipients"] == []


def test_a_source_without_a_schedule_is_only_asked_by_hand(tmp_path: Path):
    make_project(tmp_path, ["stocks"])
    (tmp_path / "headgate.yaml").write_text(REGION)
    file = tmp_path / "pipelines/stocks/pipeline.yaml"
    before, after = file.read_text().split("  schedule:\n")
    file.write_text(before + after[after.index("accepted:") :])
    found = tfvars(load_project(tmp_path), PACKAGES)
    # By hand it is fetched all the same.
    assert (found["sources"], found["idle_stages"]) == ({}, ["load"])


def test_what_no_pipeline_needs_is_idle_until_one_does(tmp_path: Path):
    assert variables(tmp_path / "shop", pipelines=("smartphone_sales",))["idle_stages"] == ["fetch", "load"]
    assert variables(tmp_path / "orders", pipelines=("orders", "smartphone_sales"))["idle_stages"] == ["fetch"]


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ("narrator: {model: 'openai:gpt-x'}\n", {"OPENAI_API_KEY", "TWELVE_DATA_KEY"}),
        ("narrator: {model: 'openai:gpt-x', key_env: MY_KEY}\n", {"MY_KEY", "TWELVE_DATA_KEY"}),
        (
            "mail: {smtp: {host: a.example, user_env: MAIL_USER, password_env: MAIL_PASSWORD}}\n",
            {"MAIL_USER", "MAIL_PASSWORD", "TWELVE_DATA_KEY"},
        ),
    ],
)
def test_every_secret_that_the_project_names_has_a_parameter(tmp_path: Path, settings: str, names: set[str]):
    assert variables(tmp_path, settings + REGION)["secrets"].keys() == names


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("deploy: {name: shop}", "no_region", "(deploy.region): no region of AWS is named"),
        (
            f"project: {'long' * 8}\ndeploy: {{region: eu-central-1}}",
            "bad_prefix",
            "has 36 characters, and names on AWS may begin with 32",
        ),
        (
            "project: '2026'\ndeploy: {region: eu-central-1}",
            "bad_prefix",
            "can't be made of the project's name, '2026'",
        ),
        (f"daily_report: {{cron: 0 0 1 * 1}}\n{REGION}", "cron_not_on_aws", "(daily_report.cron): the schedule"),
    ],
)
def test_what_cannot_be_had_on_aws_is_one_clear_line(tmp_path: Path, settings: str, code: str, said: str):
    with pytest.raises(UserMistake) as caught:
        variables(tmp_path, settings)
    assert caught.value.code == code
    assert said in str(caught.value)
    assert caught.value.next


def test_an_index_of_three_columns_is_refused_where_it_stands(tmp_path: Path):
    make_project(tmp_path, ["orders"])
    (tmp_path / "headgate.yaml").write_text(REGION)
    file = tmp_path / "pipelines/orders/pipeline.yaml"
    file.write_text(
        file.read_text().replace("by_product: product_name", "by_product: [product_name, order_id, quantity]")
    )
    with pytest.raises(UserMistake, match="the index `by_product` has 3 columns") as caught:
        tfvars(load_project(tmp_path), PACKAGES)
    assert caught.value.where is not None
    assert caught.value.where.line


def test_they_are_written_where_terraform_reads_them_by_itself(tmp_path: Path):
    made = variables(tmp_path / "shop", pipelines=tuple(examples()))
    assert write_tfvars(made, tmp_path).name == FILE == "headgate.auto.tfvars.json"
    assert json.loads((tmp_path / FILE).read_text()) == made
