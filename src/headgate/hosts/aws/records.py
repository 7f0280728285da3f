"""What a function is called with: messages of a queue, changes of the table, what S3 or the bus says, or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from headgate.adapters.aws.sqs import Received
from headgate.core.errors import UserMistake

Kind = Literal["sqs", "dynamodb", "s3", "bus", "call"]
_KINDS: Mapping[str, Kind] = {"aws:sqs": "sqs", "aws:dynamodb": "dynamodb", "aws:s3": "s3"}


def records_of(given: Any) -> tuple[Kind, Sequence[Mapping[str, Any]]]:
    """What it is, and its records, where it has any; whatever JSON it may be.

    Raises:
        UserMistake: records of a kind that no stage takes.
    """
    records = given.get("Records") if isinstance(given, Mapping) else None
    if not records:
        return ("bus" if isinstance(given, Mapping) and "detail-type" in given else "call"), []
    if not isinstance(records, list) or not all(isinstance(one, Mapping) for one in records):
        raise _no_such("Records that are none")
    source = str(records[0].get("eventSource"))
    if source not in _KINDS:
        raise _no_such(f"records of {source}")
    return _KINDS[source], records


def _no_such(what: str) -> UserMistake:
    return UserMistake(
        f"no stage takes {what}", who="whoever calls the function", next="send what the stage takes", code="bad_call"
    )


def received(record: Mapping[str, Any]) -> Received:
    """A record of SQS as the message that was taken."""
    queue = str(record["eventSourceARN"]).rsplit(":", 1)[-1]
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    return Received(queue, record["messageId"], record["receiptHandle"], record["body"], receives)
