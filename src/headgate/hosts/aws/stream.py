"""Changes of the table as messages: the other way in which notify hears of an analysis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from headgate.adapters.aws.messages import event_of, message_of, opened
from headgate.adapters.aws.sqs import Received, Sqs


class Change:
    """One change, as an `Inbox`; what fails goes on in the stage's own queue, so that no other change waits for it.

    Args:
        source: who says so, for the bus's own form.
    """

    def __init__(self, stage: str, record: Mapping[str, Any], queue: str, sqs: Sqs, source: str) -> None:
        self._stage, self._sqs, self._source = stage, sqs, source
        self._message = _message(record, queue, source)

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        found, self._message = self._message, None
        return (self._stage, found) if found else None

    def accept(self, message: Received) -> None:
        """The stream goes on by itself."""

    def refuse(self, message: Received, seconds: float) -> None:
        event = opened(message.body).event
        if event:
            self._sqs.send(message.queue, message_of(event, self._source, attempts=1), seconds)


def _message(record: Mapping[str, Any], queue: str, source: str) -> Received | None:
    """Only that an analysis was added is news."""
    change = record["dynamodb"]
    if record.get("eventName") != "INSERT" or not change["Keys"]["pk"]["S"].startswith("analysis#"):
        return None
    event = event_of(json.loads(change["NewImage"]["event"]["S"]))
    return Received(queue, str(change["SequenceNumber"]), "", message_of(event, source), 1)
