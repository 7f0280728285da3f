"""plan.sh and apply.sh with a real Terraform and its state in S3; the stack is a small one that needs no provider."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.aws_server import ENVIRONMENT, aws_server
from tests.infra.delivery.conftest import DELIVERY, can_not

pytestmark = pytest.mark.slow

_STACK = """
variable "said" { default = "one" }
resource "terraform_data" "told" { input = var.said }
output "told" { value = terraform_data.told.output }
"""
# Plans as `headgate deploy plan` does: in a workspace of the environment's name.
_HEADGATE = """#!/usr/bin/env bash
set -e
[ "$1 $2 $3 $5" = "deploy plan --environment --out" ]
cd infra/stack
terraform init -input=false >/dev/null
terraform workspace select -or-create "$4" >/dev/null
terraform plan -input=false -out="$6"
"""
# `aws s3 cp --quiet FROM TO`, with a folder for S3.
_AWS = """#!/usr/bin/env bash
set -e
from=${4/s3:\\/\\//$SHELF/} to=${5/s3:\\/\\//$SHELF/}
mkdir -p "$(dirname "$to")"
cp "$from" "$to"
"""


class Delivery:
    """A checked out project, and what its builds see."""

    def __init__(self, folder: Path, address: str) -> None:
        self.project, self.shelf = folder / "project", folder / "shelf"
        (self.project / "infra" / "stack").mkdir(parents=True)
        shutil.copytree(DELIVERY / "scripts", self.project / "infra" / "delivery" / "scripts")
        self.stack = self.project / "infra" / "stack" / "main.tf"
        self.stack.write_text(_STACK)
        programs = folder / "bin"
        programs.mkdir()
        for name, text in (("headgate", _HEADGATE), ("aws", _AWS)):
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self._environment = {
            **os.environ, **ENVIRONMENT, "AWS_ENDPOINT_URL": address, "SHELF": str(self.shelf),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "WORK": str(folder / "work"),
            "ENVIRONMENT": "prod", "PLANS": "s3://delivery/plans", "PLAN_ID": "1", "STATE_BUCKET": "state",
            "STATE_KEY": "shop-prod/stack.tfstate", "STATE_REGION": "eu-central-1", "CHECKPOINT_DISABLE": "1",
        }  # fmt: skip
        self._environment.pop("TF_PLUGIN_DIR", None)

    def run(self, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", f"infra/delivery/scripts/{step}.sh"], cwd=self.project, env={**self._environment, **more},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def planned(self, **more: str) -> dict[str, str]:
        done = self.run("plan", **more)
        assert done.returncode == 0, done.stderr + done.stdout
        lines = (self.project / "plan.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with aws_server() as found:
        yield found


@pytest.fixture
def delivery(tmp_path: Path, address: str) -> Delivery:
    if not shutil.which("terraform"):
        can_not("there is no terraform on this machine")
    client = boto3.client(
        "s3", endpoint_url=address, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    if "state" in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        for one in client.list_objects_v2(Bucket="state").get("Contents", []):
            client.delete_object(Bucket="state", Key=one["Key"])
    else:
        client.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return Delivery(tmp_path, address)


def test_the_very_plan_is_applied_whatever_came_after_it(delivery: Delivery):
    planned = delivery.planned()
    assert planned["PLAN_SUMMARY"] == "Plan: 1 to add, 0 to change, 0 to destroy."
    delivery.stack.write_text(_STACK.replace('"one"', '"two"'))
    done = delivery.run("apply", PLAN_SHA256=planned["PLAN_SHA256"])
    assert done.returncode == 0, done.stderr
    assert 'told = "one"' in done.stdout


def test_the_plan_is_kept_for_review(delivery: Delivery):
    planned = delivery.planned()
    text = (delivery.shelf / "delivery" / "plans" / "1" / "plan.txt").read_text()
    assert "terraform_data.told will be created" in text
    assert planned["PLAN_URL"].endswith("/s3/object/delivery?prefix=plans/1/plan.txt")


def test_another_plan_than_the_approved_one_is_not_applied(delivery: Delivery):
    planned = delivery.planned()
    delivery.stack.write_text(_STACK.replace('"one"', '"two"'))
    delivery.planned()
    done = delivery.run("apply", PLAN_SHA256=planned["PLAN_SHA256"])
    assert done.returncode == 1
    assert "not the one that was approved" in done.stderr
    assert "told" not in done.stdout


def test_a_plan_is_refused_when_the_state_has_moved_on(delivery: Delivery):
    first = delivery.planned(PLAN_ID="1")
    second = delivery.planned(PLAN_ID="2")
    assert delivery.run("apply", PLAN_ID="2", PLAN_SHA256=second["PLAN_SHA256"]).returncode == 0
    done = delivery.run("apply", PLAN_ID="1", PLAN_SHA256=first["PLAN_SHA256"])
    assert done.returncode != 0
    assert "plan is stale" in done.stderr


def test_a_second_plan_of_the_same_says_that_nothing_changes(delivery: Delivery):
    first = delivery.planned()
    assert delivery.run("apply", PLAN_SHA256=first["PLAN_SHA256"]).returncode == 0
    assert delivery.planned(PLAN_ID="2")["PLAN_SUMMARY"] == "No changes."


def test_a_plan_that_fails_is_not_kept(delivery: Delivery):
    delivery.stack.write_text("resource {")
    done = delivery.run("plan")
    assert done.returncode != 0
    assert not (delivery.shelf / "delivery").exists()


def test_what_is_not_set_is_named(delivery: Delivery):
    done = delivery.run("plan", STATE_BUCKET="")
    assert done.returncode == 2
    assert "STATE_BUCKET is not set" in done.stderr
