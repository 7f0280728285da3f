"""What AWS does between the services: it takes messages from queues to functions, as the event source mappings say."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from headgate.hosts.rehearsal.cloud import Cloud
from headgate.hosts.rehearsal.functions import Functions
from headgate.hosts.rehearsal.invoking import invocable
from headgate.hosts.rehearsal.runtime import FunctionFailed
from headgate.hosts.rehearsal.streams import StreamPoller

_WAIT_SECONDS = 1
_MOST_AT_ONCE = 2

Message = Mapping[str, Any]


class Runner:
    """Runs the functions of a cloud over what lies in their queues, until it is closed.

    Args:
        functions: those that were deployed.
        say: is told of every call that failed.

    Attributes:
        functions: the same.
    """

    def __init__(self, cloud: Cloud, functions: Functions, say: Callable[[str], None] = lambda _: None) -> None:
        self._cloud, self.functions, self._say = cloud, functions, say
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._streams: list[StreamPoller] = []
        self._sqs = cloud.client("sqs")

    def start(self) -> None:
        """Begins to poll for every mapping that is enabled."""
        pages = self._cloud.client("lambda").get_paginator("list_event_source_mappings").paginate()
        for mapping in (one for page in pages for one in page["EventSourceMappings"]):
            if mapping["State"] != "Enabled":
                continue
            if ":dynamodb:" in mapping["EventSourceArn"]:
                poller = StreamPoller(self._cloud, self.functions, mapping, self._over, self._say)
                self._streams.append(poller)
                self._begin(poller.run)
            else:
                for _ in range(_workers(mapping)):
                    self._begin(partial(self._poll_queue, mapping))

    def has_caught_up(self, since: float) -> bool:
        """Whether every stream was found to hold nothing more, when it was asked after a time of the monotonic clock."""
        return all(poller.caught_up_at >= since for poller in self._streams)

    def close(self) -> None:
        """Ends polling; calls under way are ended with their processes."""
        self._over.set()
        self.functions.close()
        for thread in self._threads:
            thread.join(timeout=30)

    def _begin(self, poll: Callable[[], None]) -> None:
        thread = threading.Thread(target=poll, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _poll_queue(self, mapping: Mapping[str, Any]) -> None:
        function = mapping["FunctionArn"].split(":")[6]
        url = self._sqs.get_queue_url(QueueName=mapping["EventSourceArn"].split(":")[5])["QueueUrl"]
        while not self._over.is_set():
            try:
                messages = self._received(url, int(mapping.get("BatchSize", 10)))
                if messages and not self._over.is_set():
                    self._work(function, mapping, url, messages)
            except Exception as error:
                # The cloud is being closed; or it refuses what it was told to refuse: the message comes again.
                self._over.wait(0.2)
                if not self._over.is_set():
                    self._say(f"{function}: {error}")

    def _received(self, url: str, most: int) -> Sequence[Message]:
        found = self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=min(most, 10), WaitTimeSeconds=_WAIT_SECONDS,
            MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"],
        )  # fmt: skip
        return list(found.get("Messages", []))

    def _work(self, function: str, mapping: Mapping[str, Any], url: str, messages: Sequence[Message]) -> None:
        arn = mapping["EventSourceArn"]
        try:
            answer = self.functions.call(function, {"Records": [_record(one, arn) for one in messages]})
        except FunctionFailed as error:
            # Nothing is deleted: the queue gives all of them again, when the time for which they are hidden is over.
            if not self._over.is_set():
                self._say(f"{function}: {error}")
            return
        reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        failed = failed_items(answer, {one["MessageId"] for one in messages}) if reports else set()
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def failed_items(answer: Any, sent: set[str]) -> set[str]:
    """The messages that a function says have failed; all of them, when what it says can't be understood."""
    if answer is None or answer == {}:
        return set()
    try:
        named = {one["itemIdentifier"] for one in answer.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return sent
    return named if named <= sent else sent


def _workers(mapping: Mapping[str, Any]) -> int:
    wished = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", _MOST_AT_ONCE)
    return min(int(wished), _MOST_AT_ONCE)


def _record(message: Message, arn: str) -> dict[str, Any]:
    """A message as a function gets it."""
    return {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})), "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"], "eventSource": "aws:sqs", "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }  # fmt: skip


@contextmanager
def running(cloud: Cloud, folder: Path, say: Callable[[str], None] = lambda _: None) -> Iterator[Runner]:
    """The functions of a cloud, running as long as it lasts."""
    functions = Functions(cloud, folder)
    runner = Runner(cloud, functions, say)
    with contextlib.ExitStack() as stack:
        stack.callback(runner.close)
        functions.unpack()
        runner.start()
        stack.enter_context(invocable(cloud, functions, say))
        yield runner
