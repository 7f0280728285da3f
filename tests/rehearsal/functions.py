"""A function of a few lines, deployed to a rehearsal's cloud without Terraform, with a queue before it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from headgate.hosts.rehearsal.cloud import ACCOUNT, Cloud

HANDLER = """
import json, os, time

def handler(event, context):
    if "Records" not in event:
        return {"given": event, "stage": os.environ["STAGE"], "left": context.get_remaining_time_in_millis()}
    bodies = [record.get("body") or record["dynamodb"]["NewImage"]["pk"]["S"] for record in event["Records"]]
    print("took", *bodies)
    if "die" in bodies:
        os._exit(3)
    if "raise" in bodies:
        raise ValueError("as it was told")
    if "sleep" in bodies:
        time.sleep(60)
    if "nonsense" in bodies:
        return {"batchItemFailures": [{"itemIdentifier": "unknown"}]}
    failed = [record["messageId"] for record in event["Records"] if record.get("body", "").startswith("boom")]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""


def arn(service: str, name: str, cloud: Cloud) -> str:
    return f"arn:aws:{service}:{cloud.region}:{ACCOUNT}:{name}"


def deploy(cloud: Cloud, code: str = HANDLER, timeout: int = 5) -> str:
    """The name of a new function."""
    data, name = io.BytesIO(), f"t{uuid4().hex[:12]}"
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("app.py", code)
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    cloud.client("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="app.handler", Timeout=timeout,
        Code={"ZipFile": data.getvalue()}, Environment={"Variables": {"STAGE": "none"}},
    )  # fmt: skip
    return name


def with_queue(cloud: Cloud, code: str = HANDLER, receives: int = 2, hidden: int = 3, **mapping: Any) -> str:
    """The name of a new function, its queue and, with `-dead` behind it, of its dead-letter queue."""
    name, sqs = deploy(cloud, code), cloud.client("sqs")
    sqs.create_queue(QueueName=f"{name}-dead")
    redrive = {"deadLetterTargetArn": arn("sqs", f"{name}-dead", cloud), "maxReceiveCount": receives}
    attributes = {"VisibilityTimeout": str(hidden), "RedrivePolicy": json.dumps(redrive)}
    sqs.create_queue(QueueName=name, Attributes=attributes)
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn("sqs", name, cloud), BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"], **mapping,
    )  # fmt: skip
    return name


def send(cloud: Cloud, queue: str, *bodies: str) -> None:
    """All at once, so that they may come together."""
    sqs = cloud.client("sqs")
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], Entries=entries)


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)
