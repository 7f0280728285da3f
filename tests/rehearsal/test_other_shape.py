"""Another shape of the stack: two buckets under a key of KMS, a private network, the stream before notify, a worker for large files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import UserMistake
from headgate.core.events import Event
from headgate.hosts.rehearsal.cloud import Cloud
from headgate.hosts.rehearsal.rehearsal import Rehearsal, rehearsal
from tests.projects import CONTRACT, GOOD
from tests.rehearsal.conftest import skip_or_fail
from tests.rehearsal.outcomes import SECONDS, kinds

pytestmark = pytest.mark.slow

LARGEST = 500
SETTINGS = """\
project: shape
mail: {to: [team@example.com], from: headgate@example.com}
retry: {first_delay: 0.2, longest_delay: 1}
deploy: {bucket_layout: split, notify_trigger: stream, large_queue: true}
"""
RESULTS = {"accepted", "rejected", "manifests", "analysis", "reports"}


@dataclass(frozen=True)
class Shape:
    """The stack, what came of an ordinary file and of one too large for a function, and what the worker said."""

    here: Rehearsal
    events: list[Event]
    worker: str

    def bucket(self, zone: str) -> str:
        return self.here.results if zone in RESULTS else self.here.bucket

    def keys(self, bucket: str) -> list[str]:
        pages = self.here.cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]


def variables(here: Cloud) -> dict[str, Any]:
    """What only the account knows, as its owner would write it into a file of variables."""
    ec2 = here.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=network)["GroupId"]
    key = here.client("kms").create_key()["KeyMetadata"]["Arn"]
    vpc = {"subnet_ids": [subnet], "security_group_ids": [group]}
    return {"encryption": "kms", "kms_key_arn": key, "largest_file": LARGEST, "vpc": vpc}


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shape]:
    folder, work = tmp_path_factory.mktemp("shape"), tmp_path_factory.mktemp("work")
    people = folder / "pipelines" / "people"
    people.mkdir(parents=True)
    (folder / "headgate.yaml").write_text(SETTINGS)
    (people / "pipeline.yaml").write_text("contract: contract.odcs.yaml\n")
    (people / "contract.odcs.yaml").write_text(CONTRACT)
    (work / "cloud").mkdir()
    (work / "small.csv").write_bytes(GOOD)
    (work / "large.csv").write_bytes(GOOD + b"".join(b"P%d,,4\n" % number for number in range(LARGEST)))
    try:
        with rehearsal(folder, work / "cloud", print, variables) as here:
            with working(here, work / "worker.log"):
                for name in ("small.csv", "large.csv"):
                    here.drop(work / name, "people")
                here.wait(SECONDS)
            yield Shape(here, here.events(), (work / "worker.log").read_text())
    except UserMistake as error:
        skip_or_fail(error)


@contextmanager
def working(here: Rehearsal, log: Path) -> Iterator[None]:
    """`headgate worker` on the queue of large files, as its owner types it; it ends by SIGTERM."""
    command = [sys.executable, "-m", "headgate", "worker", "--queue", "large", "--project", str(here.project.folder)]
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env={**os.environ, **here.cloud.environment}, stdout=said, stderr=said) as process,
    ):
        try:
            yield
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def of_type(shape: Shape, kind: str) -> list[Event]:
    return [event for event in shape.events if event.type == kind]


def test_each_file_is_reported_and_mailed_once(shape: Shape):
    assert kinds(shape.events) == sorted(["file.arrived", "file.processed", "analysis.completed", "report.sent"] * 2)
    assert sorted(event.data["file"] for event in of_type(shape, "file.processed")) == ["large.csv", "small.csv"]
    assert len(shape.here.cloud.mails()) == 2
    assert {name: held for name, held in shape.here.cloud.waiting().items() if held} == {}


def test_the_stream_alone_starts_the_report(shape: Shape):
    client, name = shape.here.cloud.client, f"{shape.here.target['HEADGATE_PREFIX']}-notify"
    rules = client("events").list_rules(EventBusName=shape.here.target["HEADGATE_BUS"])["Rules"]
    assert rules
    assert all("analysis.completed" not in rule["EventPattern"] for rule in rules)
    every = client("lambda").list_event_source_mappings()["EventSourceMappings"]
    sources = [one["EventSourceArn"].split(":")[2] for one in every if one["FunctionArn"].endswith(f":{name}")]
    assert sorted(sources) == ["dynamodb", "sqs"]


def test_a_file_too_large_for_a_function_is_taken_by_the_worker(shape: Shape):
    (large,) = [event.data["run"] for event in of_type(shape, "file.processed") if event.data["file"] == "large.csv"]
    (small,) = [event.data["run"] for event in of_type(shape, "file.processed") if event.data["file"] == "small.csv"]
    assert large in shape.worker
    assert small not in shape.worker


def test_results_lie_in_a_bucket_of_their_own(shape: Shape):
    assert shape.here.results != shape.here.bucket
    assert {key.split("/")[0] for key in shape.keys(shape.here.bucket)} <= {"archive", ".headgate"}
    assert {key.split("/")[0] for key in shape.keys(shape.here.results)} == RESULTS


def test_every_object_is_encrypted_with_the_key(shape: Shape):
    s3, (key,) = shape.here.cloud.client("s3"), shape.here.cloud.client("kms").list_keys()["Keys"]
    for bucket in (shape.here.bucket, shape.here.results):
        found = [s3.head_object(Bucket=bucket, Key=name) for name in shape.keys(bucket)]
        assert {(one["ServerSideEncryption"], one["SSEKMSKeyId"]) for one in found} == {("aws:kms", key["KeyArn"])}


def test_functions_are_in_the_private_network(shape: Shape):
    says = shape.here.cloud.client("lambda").get_function_configuration
    (network,) = shape.here.cloud.client("ec2").describe_security_groups(GroupNames=["functions"])["SecurityGroups"]
    for name in shape.here.runner.functions.names:
        assert says(FunctionName=name)["VpcConfig"]["SecurityGroupIds"] == [network["GroupId"]]


def test_a_second_plan_changes_nothing(shape: Shape):
    assert not shape.here.stack.differs()
