"""Each patch of moto: without it moto is wrong, so the patch is still needed; with it a rehearsal is right."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.sqs.models import Queue

from headgate.hosts.rehearsal import patches
from headgate.hosts.rehearsal.cloud import ACCOUNT, cloud
from headgate.hosts.rehearsal.quick_patches import QUICK_PATCHES
from tests.aws_server import REGION, aws_server

Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def moto_alone() -> Iterator[Client]:
    with aws_server() as address:
        yield _clients(address)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with cloud(tmp_path_factory.mktemp("cloud") / "cloud.log") as running:
        yield _clients(running.address)


def _clients(address: str) -> Client:
    def client(service: str) -> Any:
        return boto3.session.Session().client(
            service, region_name=REGION, endpoint_url=address, aws_access_key_id="testing",
            aws_secret_access_key="testing", config=Config(s3={"addressing_style": "path"}),
        )  # fmt: skip

    return client


def _name() -> str:
    return f"t{uuid4().hex[:12]}"


def _queue(client: Client, **attributes: str) -> tuple[str, str]:
    name = _name()
    return client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], _arn("sqs", name)


def _arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def _attributes(client: Client, url: str) -> dict[str, str]:
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return found.get("Attributes", {})


def _function(client: Client, **more: Any) -> str:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("app.py", "")
    role = client("iam").create_role(RoleName=(name := _name()), AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="app.handler",
        Code={"ZipFile": data.getvalue()}, **more,
    )  # fmt: skip
    return name


def functions_run_without_docker(client: Client) -> bool:
    name = _function(client)
    return "FunctionError" not in client("lambda").invoke(FunctionName=name, Payload=b'{"a":1}')


def messages_stay_for_the_function(client: Client) -> bool:
    """Moto looks for the function's own backend; the one without Docker takes messages and deletes them."""
    url, arn = _queue(client)
    client("lambda").create_event_source_mapping(FunctionName=_function(client), EventSourceArn=arn, BatchSize=1)
    client("sqs").send_message(QueueUrl=url, MessageBody="x")
    found = client("sqs").receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"]).get("Messages", [])
    return [one["Attributes"]["ApproximateReceiveCount"] for one in found] == ["1"]


def a_queue_keeps_its_policy(client: Client) -> bool:
    url, arn = _queue(client)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn, "Sid": "one"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    return "Policy" in _attributes(client, url)


def a_queue_says_what_it_was_told(client: Client) -> bool:
    url, arn = _queue(client)
    dead, dead_arn = _queue(client)
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3}, separators=(",", ":"))
    allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]})
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": redrive})
    client("sqs").set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": allow})
    said = client("sqs").get_queue_attributes
    try:
        found = said(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])["Attributes"]
    except ClientError:
        return False
    return found["RedriveAllowPolicy"] == allow and _attributes(client, url)["RedrivePolicy"] == redrive


def a_bucket_says_that_it_tells_the_bus(client: Client) -> bool:
    s3, name = client("s3"), _name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    return "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)


def a_bucket_that_wants_tls_can_be_used(client: Client) -> bool:
    s3, name = client("s3"), _name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    try:
        s3.put_object(Bucket=name, Key="a", Body=b"a")
    except ClientError:
        return False
    return True


def an_object_that_was_deleted_can_be_deleted_for_good(client: Client) -> bool:
    s3, name = client("s3"), _name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="a", Body=b"a")
    s3.delete_object(Bucket=name, Key="a")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    try:
        for _ in range(3):
            found = s3.list_object_versions(Bucket=name)
            for one in [*found.get("DeleteMarkers", []), *found.get("Versions", [])]:
                s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
        s3.delete_bucket(Bucket=name)
    except ClientError:
        return False
    return True


def keys_of_versions_are_encoded_as_asked_for(client: Client) -> bool:
    s3, name = client("s3"), _name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="a+b c", Body=b"a")
    said: list[bytes] = []
    s3.meta.events.register(
        "after-call.s3.ListObjectVersions", lambda http_response, **_: said.append(http_response.content)
    )
    found = s3.list_object_versions(Bucket=name, EncodingType="url")["Versions"]
    return unquote_plus(found[0]["Key"]) == "a+b c" and b"<Key>a%2Bb%20c</Key>" in said[0]


def a_function_keeps_where_it_logs(client: Client) -> bool:
    wished = {"LogFormat": "JSON", "LogGroup": "/aws/lambda/x"}
    name = _function(client, LoggingConfig=wished)
    said = client("lambda").get_function_configuration
    first = said(FunctionName=name).get("LoggingConfig")
    client("lambda").update_function_configuration(FunctionName=name, LoggingConfig={**wished, "LogGroup": "/y"})
    return first == wished and said(FunctionName=name)["LoggingConfig"]["LogGroup"] == "/y"


def items_that_hold_errors_of_s3_are_all_given(client: Client) -> bool:
    dynamo, name = client("dynamodb"), _name()
    dynamo.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )  # fmt: skip
    said = "<Error><Code>SlowDown</Code><RequestId>ABC</RequestId></Error>"
    for key in "abc":
        dynamo.put_item(TableName=name, Item={"pk": {"S": key}, "said": {"S": said}})
    found = dynamo.scan(TableName=name)
    kept = sorted(one["pk"]["S"] for one in found["Items"] if one["said"]["S"] == said)
    return kept == ["a", "b", "c"] and bool(found["ResponseMetadata"].get("RequestId"))


RIGHT: dict[str, Callable[[Client], bool]] = {
    "no_docker": functions_run_without_docker,
    "queues_keep_who_may_use_them": a_queue_keeps_its_policy,
    "queues_answer_as_they_were_told": a_queue_says_what_it_was_told,
    "buckets_say_that_they_tell_the_bus": a_bucket_says_that_it_tells_the_bus,
    "no_encryption_on_the_way_here": a_bucket_that_wants_tls_can_be_used,
    "delete_markers_can_be_deleted": an_object_that_was_deleted_can_be_deleted_for_good,
    "versions_are_listed_as_their_keys_are_asked_for": keys_of_versions_are_encoded_as_asked_for,
    "functions_keep_where_they_log": a_function_keeps_where_it_logs,
    "request_ids_are_put_into_xml_only": items_that_hold_errors_of_s3_are_all_given,
}
ELSEWHERE = {"queues_are_left_to_the_runner", "one_request_at_a_time"}


def test_every_patch_is_tried_here():
    assert {patch.__name__ for patch in patches.PATCHES} == {*RIGHT, *ELSEWHERE}


def test_every_patch_is_listed_for_whoever_asks_what_a_rehearsal_proves():
    text = (Path(__file__).parents[2] / "docs" / "rehearsal.md").read_text(encoding="utf-8")
    every = (*patches.PATCHES, *QUICK_PATCHES)
    assert re.findall(r"^\| `(\w+)` \|", text, re.M) == [patch.__name__ for patch in every]


@pytest.mark.parametrize("patch", RIGHT)
def test_moto_alone_is_wrong_so_the_patch_is_needed(moto_alone: Client, patch: str):
    assert not RIGHT[patch](moto_alone), f"moto is right by itself now: remove {patch}"


@pytest.mark.parametrize("patch", RIGHT)
def test_a_rehearsal_is_right(rehearsed: Client, patch: str):
    assert RIGHT[patch](rehearsed)


def test_messages_stay_for_the_runner(rehearsed: Client):
    assert messages_stay_for_the_function(rehearsed)


def _stock_queue() -> Any:
    kind: Any = Queue
    return kind("q", REGION, ACCOUNT)


def test_moto_alone_takes_messages_away_so_the_patch_is_needed():
    queue = _stock_queue()
    queue.lambda_event_source_mappings["f"] = None
    assert queue.lambda_event_source_mappings, "moto keeps no mappings at its queues now: remove the patch"


def test_moto_alone_answers_several_at_once_so_the_patch_is_needed():
    queue = _stock_queue()
    with queue._messages_lock, ThreadPoolExecutor(1) as pool:
        # Whoever deletes a message replaces the list that another adds to meanwhile; nothing holds it back.
        pool.submit(queue.delete_message, "none").exception(timeout=10)


def test_of_many_who_write_on_one_condition_one_wins(rehearsed: Client):
    dynamo, name = rehearsed("dynamodb"), _name()
    dynamo.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )  # fmt: skip
    together = threading.Barrier(8)

    def claim(number: int) -> bool:
        together.wait()
        try:
            dynamo.put_item(
                TableName=name, Item={"pk": {"S": "a"}, "by": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(pk)",
            )  # fmt: skip
        except dynamo.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


def test_who_waits_for_a_message_holds_nobody_back(rehearsed: Client):
    url, _ = _queue(rehearsed)
    sqs = rehearsed("sqs")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        sqs.send_message(QueueUrl=url, MessageBody="x")
        assert [one["Body"] for one in waiting.result(timeout=10)["Messages"]] == ["x"]


def test_what_is_wrong_is_patched_in_the_clouds_own_process_only():
    assert "wait_for_messages" in Queue.__dict__
    assert Queue.wait_for_messages.__module__ == "moto.sqs.models"


def test_the_cloud_ends_with_who_started_it(tmp_path: Path):
    with cloud(tmp_path / "log") as running:
        assert running.waiting() == {}
    with pytest.raises(OSError, match="refused"):
        running.waiting()
