"""A small project as Terraform deploys it, and its functions called as AWS calls them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.ledger import DynamoLedger
from headgate.adapters.aws.messages import event_of
from headgate.adapters.aws.notices import DynamoNotices
from headgate.adapters.aws.services import client
from headgate.core.events import Event
from headgate.flow import ROUTES
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.function import Function
from headgate.hosts.aws.host import Stage
from headgate.ports import Arrival, HeldAlert
from tests.adapters.aws.queues import bodies, make_bus, make_queue
from tests.aws_server import REGION
from tests.projects import GOOD, make_project


class LambdaContext:
    """What AWS tells a function of its call."""

    memory_limit_in_mb = 512
    aws_request_id = "request-1"


class Deployed:
    """Buckets, table, bus, rules and queues; and one function at a time in this process.

    Args:
        prefix: of all names.
        environment: of the functions, besides what each has.
    """

    def __init__(
        self, prefix: str, folder: Path, settings: str, patch: pytest.MonkeyPatch, environment: Mapping[str, Any]
    ) -> None:
        self.prefix, self.folder = prefix, make_project(folder, settings)
        self.bucket = f"{prefix}-raw"
        self._make()
        given = {
            "PREFIX": prefix, "REGION": REGION, "STORAGE": f"s3://{self.bucket}", "TABLE": prefix, "BUS": prefix,
            "PROJECT": str(folder), "TEMP": str(folder.parent), **environment,
        }  # fmt: skip
        for name, value in given.items():
            patch.setenv(f"HEADGATE_{name}", str(value))
        self.table = DynamoTable(prefix)
        self.journal = Journal(self.table, ROUTES)

    def _make(self) -> None:
        client("s3", REGION).create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        client("s3", REGION).put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        DynamoTable(self.prefix).create()
        make_bus(self.prefix, ROUTES)
        make_queue(f"{self.prefix}-large")
        self._s3_tells_the_queue_of_ingest()

    def _s3_tells_the_queue_of_ingest(self) -> None:
        client("s3", REGION).put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        sqs, queue = client("sqs", REGION), f"{self.prefix}-ingest"
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = {
            "source": ["aws.s3"], "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [self.bucket]}, "object": {"key": [{"prefix": "inbox/"}]}},
        }  # fmt: skip
        client("events", REGION).put_rule(Name=f"{self.prefix}-inbox", EventPattern=json.dumps(pattern))
        client("events", REGION).put_targets(Rule=f"{self.prefix}-inbox", Targets=[{"Id": "ingest", "Arn": arn}])

    @property
    def deployment(self) -> Deployment:
        return Deployment.here()

    def drop(self, key: str = "people/people.csv", data: bytes = GOOD) -> None:
        """Puts a file into the inbox."""
        client("s3", REGION).put_object(Bucket=self.bucket, Key=f"inbox/{key}", Body=data)

    def keys(self, prefix: str = "") -> list[str]:
        """What lies in the bucket."""
        found = client("s3", REGION).list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", [])]

    def read(self, key: str) -> bytes:
        return bytes(client("s3", REGION).get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def records(self, stage: str, most: int = 10, wait: int = 0) -> list[dict[str, Any]]:
        """What AWS hands to the function of a stage: it takes the messages, and deletes those that are not refused."""
        sqs = client("sqs", REGION)
        url = sqs.get_queue_url(QueueName=f"{self.prefix}-{stage}")["QueueUrl"]
        found = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=most,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [
            {
                "messageId": one["MessageId"], "receiptHandle": one["ReceiptHandle"], "body": one["Body"],
                "attributes": one["Attributes"], "eventSource": "aws:sqs", "awsRegion": REGION,
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{self.prefix}-{stage}",
            }
            for one in found.get("Messages", [])
        ]  # fmt: skip

    def function(self, stage: str, instead: Stage | None = None) -> Any:
        """The function of a stage, freshly started; or one that runs something else in its place."""
        if instead:
            return Function(stage, instead)
        module = importlib.import_module(f"headgate.hosts.aws.handlers.{stage}")
        return importlib.reload(module).handler

    def polled(
        self, stage: str, instead: Stage | None = None, records: list[dict[str, Any]] | None = None
    ) -> list[str]:
        """One round of AWS's own polling of a stage's queue; the ids of the messages that come again."""
        given = self.records(stage) if records is None else records
        if not given:
            return []
        answer = self.function(stage, instead)({"Records": given}, LambdaContext())
        return self.settle(stage, given, answer)

    def settle(self, stage: str, given: list[dict[str, Any]], answer: Mapping[str, Any]) -> list[str]:
        """What AWS makes of a function's answer: what is not refused is deleted; the ids of the others."""
        refused = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
        sqs = client("sqs", REGION)
        url = sqs.get_queue_url(QueueName=f"{self.prefix}-{stage}")["QueueUrl"]
        for record in given:
            if record["messageId"] not in refused:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])
        return refused

    def lying(self, name: str) -> list[dict[str, Any]]:
        """What lies in a queue, which is empty afterwards."""
        return bodies(f"{self.prefix}-{name}")

    def put(self, event: Event) -> None:
        """Puts an event on the bus."""
        entry = {
            "Source": "headgate.shop", "DetailType": event.type, "Detail": json.dumps(event.as_cloudevent()),
            "EventBusName": self.prefix,
        }  # fmt: skip
        client("events", REGION).put_events(Entries=[entry])

    def publish(self, event: Event) -> None:
        """An event that a stage has given: the journal knows it, and it lies before its stages."""
        self.journal.add([event], event.time)
        self.put(event)

    def url(self, stage: str) -> str:
        """The address of a stage's queue."""
        return str(client("sqs", REGION).get_queue_url(QueueName=f"{self.prefix}-{stage}")["QueueUrl"])

    def awaited(self, stage: str) -> list[dict[str, Any]]:
        """The records of a stage, also those that are delayed for a moment."""
        for _ in range(50):
            if found := self.records(stage, wait=2):
                return found
        return []

    def all_events(self) -> list[Event]:
        """Every event that the journal knows."""
        found = client("dynamodb", REGION).scan(TableName=self.prefix)["Items"]
        return [event_of(json.loads(one["event"]["S"])) for one in found if one["sk"]["S"] == "event"]

    def write(self, key: str, data: bytes) -> None:
        """Puts an object anywhere."""
        client("s3", REGION).put_object(Bucket=self.bucket, Key=key, Body=data)

    def take_away(self, key: str) -> None:
        """Somebody deletes an object, with all its versions."""
        s3 = client("s3", REGION)
        for one in s3.list_object_versions(Bucket=self.bucket, Prefix=key).get("Versions", []):
            s3.delete_object(Bucket=self.bucket, Key=key, VersionId=one["VersionId"])

    def ledger(self) -> DynamoLedger:
        """The ledger as one who looks sees it."""
        return DynamoLedger(
            self.table, "who looks", timedelta(minutes=1), lambda: datetime.now(UTC).replace(tzinfo=None)
        )

    def arrivals(self) -> list[Arrival]:
        """Every arrival that the ledger knows."""
        return self.ledger().arrivals(datetime(2000, 1, 1), datetime(9000, 1, 1))

    def held_alerts(self) -> list[HeldAlert]:
        """What nobody was told of yet."""
        return DynamoNotices(self.table).held()
