"""A smoke test of the roles by moto's own enforcement: S3 and SQS, where it looks at resources. The whole tables are tests/infra/iam's."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from headgate.hosts.rehearsal.cloud import ACCOUNT
from headgate.hosts.rehearsal.rehearsal import Rehearsal

pytestmark = pytest.mark.slow

STAGES = ("ingest", "load", "analyze", "notify", "alert", "watch", "fetch", "summarize")
READS = {
    "ingest": {"inbox", "accepted", "manifests"},
    "load": {"accepted", "manifests"},
    "analyze": {"accepted", "rejected", "manifests", "analysis"},
    "notify": {"manifests", "analysis"},
    "fetch": {"inbox"},
    "summarize": {"manifests"},
}
WRITES = {
    "ingest": {"accepted", "rejected", "manifests", "archive", "failed"},
    "analyze": {"analysis"},
    "notify": {"reports"},
    "fetch": {"inbox"},
    "summarize": {"reports"},
}
ZONES = ("inbox", "accepted", "rejected", "manifests", "archive", "failed", "analysis", "reports")

Client = Callable[[str], Any]
Roles = dict[str, Client]


@pytest.fixture(scope="module")
def roles(stage: Rehearsal) -> Iterator[Roles]:
    """What each stage's function may do, enforced; nothing else runs meanwhile."""
    sts = stage.cloud.client("sts")
    keys = {name: sts.assume_role(RoleArn=_arn(stage, name), RoleSessionName="smoke") for name in STAGES}
    _enforce(stage, "0")
    yield {name: _client(stage, key["Credentials"]) for name, key in keys.items()}
    _enforce(stage, "inf")


def _arn(stage: Rehearsal, name: str) -> str:
    configuration = stage.cloud.client("lambda").get_function_configuration
    role = str(configuration(FunctionName=f"{stage.target['HEADGATE_PREFIX']}-{name}")["Role"])
    assert role.startswith(f"arn:aws:iam::{ACCOUNT}:role/")
    return role


def _client(stage: Rehearsal, keys: dict[str, str]) -> Client:
    def client(service: str) -> Any:
        return boto3.session.Session().client(
            service, region_name=stage.cloud.region, endpoint_url=stage.cloud.address,
            aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=Config(proxies={}, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )  # fmt: skip

    return client


def _enforce(stage: Rehearsal, after: str) -> None:
    request = urllib.request.Request(
        f"{stage.cloud.address}/moto-api/reset-auth", after.encode(), {"Content-Type": "text/plain"}, method="POST"
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def is_refused(ask: Callable[..., Any], **given: Any) -> bool:
    try:
        ask(**given)
    except ClientError as error:
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] == 403)
    return False


@pytest.mark.parametrize("name", STAGES)
def test_a_function_reads_its_own_zones_only(stage: Rehearsal, roles: Roles, name: str):
    s3 = roles[name]("s3")
    read = {zone for zone in ZONES if not is_refused(s3.get_object, Bucket=stage.bucket, Key=f"{zone}/none")}
    assert read >= READS.get(name, set())
    assert not read - READS.get(name, set()) - {"archive", "failed", "rejected"}


@pytest.mark.parametrize("name", STAGES)
def test_a_function_writes_its_own_zones_only(stage: Rehearsal, roles: Roles, name: str):
    s3 = roles[name]("s3")
    written = {
        zone
        for zone in ZONES
        if not is_refused(s3.put_object, Bucket=stage.bucket, Key=f"{zone}/smoke/{name}", Body=b"")
    }
    assert written == WRITES.get(name, set())


@pytest.mark.parametrize("name", STAGES)
def test_a_function_takes_messages_of_its_own_queue_only(stage: Rehearsal, roles: Roles, name: str):
    sqs = roles[name]("sqs")
    address = f"{stage.cloud.address}/{ACCOUNT}/{stage.target['HEADGATE_PREFIX']}-"
    taken = {other for other in STAGES if not is_refused(sqs.receive_message, QueueUrl=f"{address}{other}")}
    assert taken == {name}


def test_no_function_deletes_a_bucket(stage: Rehearsal, roles: Roles):
    assert all(is_refused(role("s3").delete_bucket, Bucket=stage.bucket) for role in roles.values())
