"""What a function is called with: messages of a queue, changes of the table, what S3 or the bus says, or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from headgate.adapters.aws.sqs import Received
from headgate.core.errors import UserMistake

Kind = Literal["sqs", "dynamodb", "s3", "bus", "call"]
_KINDS: Mapping[str, Kind] = {"aws:sqs": "sqs", "aws:dynamodb": "dynamodb", "aws:s3": "s3"}


def records_of(given: Mapping[str, Any]) -> tuple[Kind, Sequence[Mapping[str, Any]]]:
    """What it is, and its records, where it has any.

    Raises:
        UserMistake: records of a kind that no stage takes.
    """
    records = given.get("Records")
    if not records:
        return ("bus" if "detail-type" in given else "call"), []
    source = str(records[0].get("eventSource"))
    if source not in _KINDS:
        raise UserMistake(
            f"no stage takes records of {source}", who="whoever calls the function", next="send what the stage takes",
            code="bad_call",
        )  # fmt: skip
    return _KINDS[source], records


def received(record: Mapping[str, Any]) -> Received:
    """A record of SQS as the message that was taken."""
    queue = str(record["eventSourceARN"]).rsplit(":", 1)[-1]
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    return Received(queue, record["messageId"], record["receiptHandle"], record["body"], receives)
