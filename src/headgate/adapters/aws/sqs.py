"""SQS: sending, receiving and settling messages by the names of their queues."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from headgate.adapters.aws.services import asking, client

LONGEST_DELAY = 900
"""Seconds that a message may be delayed at most when it is sent."""

# From when a message was taken it is twelve hours at most.
_LONGEST_HIDING = 11 * 3600
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True)
class Received:
    """One message that was taken from a queue.

    Attributes:
        queue: its name.
        handle: by which it is settled.
        receives: how often it was taken, this time included.
    """

    queue: str
    id: str
    handle: str
    body: str
    receives: int


class Sqs:
    """The queues of one region.

    Args:
        look_seconds: to wait for a message before a queue is taken for empty; with 0 some may be missed.
    """

    def __init__(self, region: str | None = None, look_seconds: int = 1) -> None:
        self._region, self._look_seconds = region, look_seconds
        self._url = cache(self._look_up)

    @property
    def _client(self) -> Any:
        return client("sqs", self._region)

    def _look_up(self, queue: str) -> str:
        with asking("SQS", queue):
            return str(self._client.get_queue_url(QueueName=queue)["QueueUrl"])

    def send(self, queue: str, body: str, delay: float = 0.0) -> None:
        """Sends a message that may be taken after so many seconds, `LONGEST_DELAY` at most."""
        seconds = min(math.ceil(max(delay, 0.0)), LONGEST_DELAY)
        with asking("SQS", queue):
            self._client.send_message(QueueUrl=self._url(queue), MessageBody=body, DelaySeconds=seconds)

    def receive(self, queue: str, wait: int = 0, most: int = 1, hidden: int | None = None) -> list[Received]:
        """Takes messages.

        Args:
            wait: seconds to wait for one.
            hidden: seconds for which nobody else gets them; else as the queue says.
        """
        wish = {} if hidden is None else {"VisibilityTimeout": hidden}
        with asking("SQS", queue):
            found = self._client.receive_message(
                QueueUrl=self._url(queue), WaitTimeSeconds=wait, MaxNumberOfMessages=most,
                MessageSystemAttributeNames=["ApproximateReceiveCount"], **wish,
            )  # fmt: skip
        return [
            Received(
                queue, one["MessageId"], one["ReceiptHandle"], one["Body"],
                int(one["Attributes"]["ApproximateReceiveCount"]),
            )
            for one in found.get("Messages", [])
        ]  # fmt: skip

    def everything(self, queue: str, hidden: int) -> Iterator[Received]:
        """Takes what lies in a queue, message by message, each once; it is hidden from others for so many seconds.

        SQS's own count may be nought while something lies there, so that it is asked until it gives nothing new.
        """
        known = set[str]()
        # A look that waits for nothing asks some of SQS's machines only, and may miss what is there.
        while found := [one for one in self._look(queue, hidden) if one.id not in known]:
            known.update(one.id for one in found)
            yield from found

    def _look(self, queue: str, hidden: int) -> list[Received]:
        return self.receive(queue, wait=self._look_seconds, most=10, hidden=hidden)

    def delete(self, message: Received) -> None:
        """The message is done with."""
        with asking("SQS", message.queue):
            self._client.delete_message(QueueUrl=self._url(message.queue), ReceiptHandle=message.handle)

    def hide(self, message: Received, seconds: float) -> None:
        """The message may be taken again after so many seconds from now."""
        wait = min(math.ceil(max(seconds, 0.0)), _LONGEST_HIDING)
        with asking("SQS", message.queue):
            self._client.change_message_visibility(
                QueueUrl=self._url(message.queue), ReceiptHandle=message.handle, VisibilityTimeout=wait
            )

    def counts(self, queue: str) -> tuple[int, int]:
        """How many messages wait, now or for their time; and how many somebody is at. Both are near the truth."""
        with asking("SQS", queue):
            found: Mapping[str, str] = self._client.get_queue_attributes(
                QueueUrl=self._url(queue), AttributeNames=list(_COUNTS)
            )["Attributes"]
        ready, delayed, taken = (int(found.get(name, 0)) for name in _COUNTS)
        return ready + delayed, taken
