"""A bus, its rules and the queues of stages, as Terraform makes them: what a test needs of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headgate.adapters.aws.services import client
from tests.aws_server import REGION


def make_queue(name: str, dead: str | None = None, receives: int = 3, visibility: int = 30) -> str:
    """A queue, and the ARN of it; what is taken too often from it goes to the other one."""
    attributes = {"VisibilityTimeout": str(visibility)}
    if dead:
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": receives})
    sqs: Any = client("sqs", REGION)
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def make_bus(prefix: str, routes: Mapping[str, Sequence[str]], visibility: int = 30) -> None:
    """The bus, and for each stage its queues and the rule that leads to them."""
    events: Any = client("events", REGION)
    events.create_event_bus(Name=prefix)
    for stage in dict.fromkeys(stage for stages in routes.values() for stage in stages):
        dead = make_queue(f"{prefix}-{stage}-dead")
        queue = make_queue(f"{prefix}-{stage}", dead, visibility=visibility)
        types = [type_ for type_, stages in routes.items() if stage in stages]
        rule = f"{prefix}-{stage}"
        events.put_rule(Name=rule, EventBusName=prefix, EventPattern=json.dumps({"detail-type": types}))
        events.put_targets(Rule=rule, EventBusName=prefix, Targets=[{"Id": stage, "Arn": queue}])


def bodies(queue: str) -> list[dict[str, Any]]:
    """What lies in a queue, which is empty afterwards."""
    sqs: Any = client("sqs", REGION)
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found
