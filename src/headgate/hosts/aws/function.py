"""A function that runs one stage: whatever it is called with, and what it answers."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from headgate.adapters.aws.inboxes import Batch, Inbox
from headgate.adapters.aws.sqs import Received
from headgate.core.errors import HeadgateError
from headgate.hosts.aws.deployment import Deployment
from headgate.hosts.aws.direct import invoked
from headgate.hosts.aws.host import AwsHost, Stage
from headgate.hosts.aws.records import received, records_of
from headgate.hosts.aws.stream import Change
from headgate.hosts.aws.telling import Telling
from headgate.hosts.failures import as_error

# What could not even be settled is tried again after so long, not when the queue's own, long time is over.
# Ever later, so that an hour in which a table is busy costs no message its last receive.
_AGAIN_SECONDS, _LONGEST_AGAIN = 30.0, 900.0

Records = Sequence[Mapping[str, Any]]


class Function:
    """One stage as a function; the project is read when it starts, where it is a function already, else when it is called.

    Args:
        name: of the stage.
    """

    def __init__(self, name: str, stage: Stage) -> None:
        self._name, self._stages = name, {name: stage}
        self._host: AwsHost | None = None
        self._lock = threading.Lock()
        if "AWS_LAMBDA_RUNTIME_API" in os.environ:
            # While a function starts it has the whole machine; and what is wrong with its settings shows at once.
            self.host()

    def host(self) -> AwsHost:
        """Built once."""
        with self._lock:
            self._host = self._host or AwsHost(Deployment.here(), self._stages)
            return self._host

    def __call__(self, given: Any, context: Any) -> dict[str, Any]:
        """Takes messages of its queue, changes of the table, what S3 says, or a call by a person."""
        host = self.host()
        with Telling(self._name, host.deployment.prefix, host.secrets, host.clock, context) as telling:
            kind, records = records_of(given)
            if kind == "sqs":
                return _failures(self._messages(host, records, telling))
            if kind == "dynamodb":
                return _failures(self._changes(host, records, telling))
            return invoked(self._name, host, kind, given, telling)

    def _messages(self, host: AwsHost, records: Records, telling: Telling) -> Iterator[str]:
        """The ids of those that come again."""
        for record in records:
            try:
                message = received(record)
            except (KeyError, ValueError, TypeError) as raised:
                # Of one that is no message the others know nothing.
                telling.failed(as_error(raised))
                yield str(record.get("messageId"))
                continue
            batch = Batch(self._name, [message], host.sqs)
            if error := self._worked(host, batch, telling):
                telling.failed(error)
                _hide(host, message)
                yield message.id
            else:
                yield from batch.refused

    def _changes(self, host: AwsHost, records: Records, telling: Telling) -> Iterator[str]:
        """The numbers of those that come again."""
        for record in records:
            if error := self._changed(host, record, telling):
                telling.failed(error)
                yield str(record["dynamodb"]["SequenceNumber"])

    def _changed(self, host: AwsHost, record: Mapping[str, Any], telling: Telling) -> HeadgateError | None:
        queue = host.deployment.queue(self._name)
        try:
            change = Change(self._name, record, queue, host.sqs, host.bus.source)
        except Exception as raised:
            return as_error(raised)
        return self._worked(host, change, telling)

    def _worked(self, host: AwsHost, inbox: Inbox, telling: Telling) -> HeadgateError | None:
        """Takes what is in it through the stage; why not even its outcome could be noted, if so."""
        worker = host.worker(host.queue(inbox), [telling])
        try:
            while worker.step():
                pass
        except Exception as raised:
            return as_error(raised)
        return None


def _hide(host: AwsHost, message: Received) -> None:
    with contextlib.suppress(HeadgateError):
        host.sqs.hide(message, min(_AGAIN_SECONDS * 2 ** (message.receives - 1), _LONGEST_AGAIN))


def _failures(ids: Iterator[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in ids]}


def handler_of(name: str, stage: Stage) -> Callable[[Mapping[str, Any], Any], dict[str, Any]]:
    """What AWS calls."""
    function = Function(name, stage)

    def handler(given: Any, context: Any) -> dict[str, Any]:
        return function(given, context)

    return handler
