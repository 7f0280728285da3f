"""plan.sh and apply.sh with a real Terraform and its state in S3; the stack is a small one that needs no provider."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
# Plans as `headgate deploy plan` does, which also builds packages and writes variables.
_HEADGATE = f"""#!{sys.executable}
import sys
from pathlib import Path
from headgate.hosts.deploy.terraform import Terraform
deploy, plan, _, environment, _, out = sys.argv[1:]
here = Terraform(Path("infra/stack"), environment)
here.init()
here.plan(Path(out))
"""
_STATE = "env:/prod/shop/stack.tfstate"
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
            "STATE_KEY": "shop/stack.tfstate", "STATE_REGION": "eu-central-1", "CHECKPOINT_DISABLE": "1",
        }  # fmt: skip
        self._environment.pop("TF_PLUGIN_DIR", None)
        self._s3 = boto3.client(
            "s3", endpoint_url=address, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
        )

    def run(self, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", f"infra/delivery/scripts/{step}.sh"], cwd=self.project, env={**self._environment, **more},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def kept_states(self) -> list[str]:
        return [one["Key"] for one in self._s3.list_objects_v2(Bucket="state").get("Contents", [])]

    def forget_states(self) -> None:
        if "state" not in [bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]]:
            place = {"LocationConstraint": "eu-central-1"}
            self._s3.create_bucket(Bucket="state", CreateBucketConfiguration=place)
        for key in self.kept_states():
            self._s3.delete_object(Bucket="state", Key=key)

    def by_hand(self, *commands: str) -> None:
        """In the environment's workspace of the backend that a project has."""
        settings = {"bucket": "state", "key": "shop/stack.tfstate", "region": "eu-central-1"}
        (self.stack.parent / "backend.tf").write_text(
            'terraform {\n  backend "s3" {\n'
            + "".join(f'    {name} = "{value}"\n' for name, value in settings.items())
            + "  }\n}\n"
        )
        for words in commands:
            done = subprocess.run(
                ["terraform", *words.split(), "-input=false"], cwd=self.stack.parent, capture_output=True, text=True,
                env={**self._environment, "TF_WORKSPACE": "prod"}, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr

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
    delivery = Delivery(tmp_path, address)
    delivery.forget_states()
    return delivery


def test_a_project_is_planned_in_a_folder_of_its_own_name_that_may_be_what_names_it(delivery: Delivery):
    delivery.stack.write_text(_STACK.replace("var.said }", 'basename(abspath("${path.module}/../..")) }'))
    planned = delivery.planned()
    done = delivery.run("apply", PLAN_SHA256=planned["PLAN_SHA256"])
    assert done.returncode == 0, done.stderr
    assert 'told = "project"' in done.stdout


def test_the_first_plan_of_all_writes_no_state_and_the_apply_writes_it_where_headgate_deploy_looks(delivery: Delivery):
    """The role that plans may only read it; that of a new workspace would be written before anything is planned."""
    planned = delivery.planned()
    assert delivery.kept_states() == []
    assert delivery.run("apply", PLAN_SHA256=planned["PLAN_SHA256"]).returncode == 0
    assert delivery.kept_states() == [_STATE]


def test_what_was_deployed_from_a_laptop_is_what_the_delivery_goes_on_with(delivery: Delivery):
    delivery.by_hand("init", "apply -auto-approve")
    assert delivery.kept_states() == [_STATE]
    assert delivery.planned()["PLAN_SUMMARY"] == "No changes."


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
