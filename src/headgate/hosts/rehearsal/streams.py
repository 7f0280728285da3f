"""Changes of a table, taken to a function in order, as an event source mapping of its stream says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from headgate.hosts.rehearsal.cloud import Cloud
from headgate.hosts.rehearsal.functions import Functions
from headgate.hosts.rehearsal.runtime import FunctionFailed

_PAUSE_SECONDS = 0.2

Record = Mapping[str, Any]


class StreamPoller:
    """Reads one stream from where its mapping says, until it is told to end.

    Attributes:
        caught_up_at: when it last asked for records and found that there were no more.
    """

    def __init__(
        self, cloud: Cloud, functions: Functions, mapping: Mapping[str, Any], over: threading.Event,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._streams, self._sqs = cloud.client("dynamodbstreams"), cloud.client("sqs")
        self._functions, self._mapping, self._over, self._say = functions, mapping, over, say
        self._function = mapping["FunctionArn"].split(":")[6]
        self._patterns = [json.loads(one["Pattern"]) for one in mapping.get("FilterCriteria", {}).get("Filters", [])]
        self.caught_up_at = 0.0

    def run(self) -> None:
        """Polls until it is over."""
        iterator = self._iterator()
        while not self._over.is_set():
            asked = time.monotonic()
            try:
                found = self._streams.get_records(
                    ShardIterator=iterator, Limit=int(self._mapping.get("BatchSize", 100))
                )
            except Exception as error:
                self._over.wait(_PAUSE_SECONDS)
                if not self._over.is_set():
                    self._say(f"{self._function}: {error}")
                continue
            iterator = found["NextShardIterator"]
            if not found["Records"]:
                self.caught_up_at = asked
                self._over.wait(_PAUSE_SECONDS)
            self._work([one for one in found["Records"] if self._is_wanted(one)])

    def _iterator(self) -> str:
        arn = self._mapping["EventSourceArn"]
        shards = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        where = self._mapping.get("StartingPosition", "LATEST")
        return str(
            self._streams.get_shard_iterator(
                StreamArn=arn, ShardId=shards[0]["ShardId"], ShardIteratorType=where
            )["ShardIterator"]
        )  # fmt: skip

    def _is_wanted(self, record: Record) -> bool:
        return not self._patterns or any(is_like(pattern, record) for pattern in self._patterns)

    def _work(self, records: Sequence[Record]) -> None:
        """Calls the function until it has taken all of them, or so often as the mapping says."""
        most, tries = int(self._mapping.get("MaximumRetryAttempts", -1)), 0
        while records and not self._over.is_set():
            records = self._called(records)
            if records and 0 <= most <= tries:
                self._give_up(records)
                return
            tries += 1
            if records:
                self._over.wait(_PAUSE_SECONDS)

    def _called(self, records: Sequence[Record]) -> Sequence[Record]:
        """What the function has not taken: from the first that failed on."""
        arn = self._mapping["EventSourceArn"]
        try:
            answer = self._functions.call(
                self._function, {"Records": [_plain({**one, "eventSourceARN": arn}) for one in records]}
            )
        except FunctionFailed as error:
            if not self._over.is_set():
                self._say(f"{self._function}: {error}")
            return records
        failed = {one["itemIdentifier"] for one in (answer or {}).get("batchItemFailures") or []}
        left = [number for number, one in enumerate(records) if one["dynamodb"]["SequenceNumber"] in failed]
        return records[left[0] :] if left else []

    def _give_up(self, records: Sequence[Record]) -> None:
        """Where the mapping says so, a queue is told which records were given up; they are not in it."""
        self._say(f"{self._function}: {len(records)} changes were given up")
        destination = self._mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
        if destination.split(":")[2:3] == ["sqs"]:
            numbers = [one["dynamodb"]["SequenceNumber"] for one in records]
            said = {
                "StreamArn": self._mapping["EventSourceArn"],
                "StartSequenceNumber": numbers[0],
                "EndSequenceNumber": numbers[-1],
            }
            url = self._sqs.get_queue_url(QueueName=destination.split(":")[5])["QueueUrl"]
            self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"DDBStreamBatchInfo": said}))


def is_like(pattern: Any, value: Any) -> bool:
    """Whether something fits an event pattern, as far as exact values, prefixes and presence go."""
    if isinstance(pattern, dict):
        return all(
            is_like(inner, value.get(key) if isinstance(value, dict) else None) for key, inner in pattern.items()
        )
    return any(_is_one(wish, value) for wish in pattern)


def _is_one(wish: Any, value: Any) -> bool:
    if isinstance(wish, dict):
        if "exists" in wish:
            return bool(wish["exists"]) == (value is not None)
        return isinstance(value, str) and value.startswith(wish["prefix"])
    return bool(wish == value)


def _plain(record: Record) -> Any:
    """As JSON: times are seconds."""
    return json.loads(
        json.dumps(record, default=lambda value: value.timestamp() if isinstance(value, datetime) else str(value))
    )
