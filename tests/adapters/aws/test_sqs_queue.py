"""The queue on SQS: what it promises as every queue does, and what only AWS can do to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.inboxes import Polled
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.messages import UNREADABLE, Envelope, event_of
from headgate.adapters.aws.queue import SqsQueue
from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import Permanent
from headgate.core.events import Event
from headgate.ports import Delivery, Progress, Queue
from tests.adapters.aws.queues import bodies, make_bus
from tests.aws_server import REGION
from tests.conformance.queue_order_suite import AT, ERROR, LATER, ROUTES, event, take, taken, untold
from tests.conformance.queue_suite import QueueSuite
from tests.conformance.sharing import Sharing

STAGES = ("ingest", "load", "analyze")


class EveryQueue:
    """An `Inbox` of the queues of all stages, one after the other."""

    def __init__(self, prefix: str, sqs: Sqs) -> None:
        self._inboxes = {stage: Polled(stage, f"{prefix}-{stage}", sqs) for stage in STAGES}

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        return next((found for inbox in self._inboxes.values() if (found := inbox.next(only))), None)

    def accept(self, message: Received) -> None:
        self._inboxes[message.queue.rsplit("-", 1)[-1]].accept(message)

    def refuse(self, message: Received, seconds: float) -> None:
        self._inboxes[message.queue.rsplit("-", 1)[-1]].refuse(message, seconds)


class Queues:
    """The queues of one deployment, and those who work on them."""

    def __init__(self, prefix: str) -> None:
        self.prefix, self.sqs = prefix, Sqs(REGION)
        self.table = DynamoTable(prefix)
        self.table.create()
        make_bus(prefix, ROUTES)
        self.journal = Journal(self.table, ROUTES)
        self.bus = Bus(prefix, "headgate.shop", REGION, sleep=lambda _: None)

    def join(self, **options: Any) -> SqsQueue:
        return SqsQueue(self.prefix, self.journal, self.bus, self.sqs, EveryQueue(self.prefix, self.sqs), **options)

    def lying(self, name: str) -> list[dict[str, Any]]:
        return bodies(f"{self.prefix}-{name}")


@pytest.fixture
def queues(aws: str, unique: str) -> Queues:
    return Queues(unique)


class TestSqsQueue(QueueSuite):
    @pytest.fixture
    def sharing(self, queues: Queues) -> Sharing[Queue]:
        return Sharing(queues.join, lambda _: None)


# Promises that are another's on AWS, each with whose. What takes their place is tested below.
ELSEWHERE = {
    "SQS gives messages in its own order, and knows no pipelines: a function for each message takes turns enough": [
        "test_within_a_pipeline_the_oldest_comes_first",
        "test_pipelines_take_turns",
        "test_a_pipeline_that_others_are_at_already_waits_for_those_that_nobody_is_at",
        "test_one_pipeline_that_never_ends_lets_the_others_through",
        "test_dead_letters_are_listed_oldest_first",
    ],
    "SQS keeps the time, and no clock of ours is asked: waits are seen in what it is told": [
        "test_a_failed_attempt_is_followed_by_another_in_its_time",
        "test_what_is_postponed_comes_again_and_no_attempt_is_counted",
        "test_what_waits_does_not_hold_up_what_came_later",
        "test_an_event_that_says_not_before_waits_until_then",
        "test_next_at_is_the_first_time_at_which_something_waiting_may_be_taken",
        "test_what_is_ready_waits_for_no_clock",
        "test_what_waits_is_ready_when_the_clock_was_put_back_since",
        "test_interruptions_are_counted_apart_from_attempts",
    ],
    "what is taken is hidden by SQS for a while, whoever took it; nobody knows who lives": [
        "test_what_a_process_that_is_gone_had_taken_is_given_back_as_an_interruption",
        "test_over_which_of_several_a_process_dies_shows_by_taking_each_alone",
        "test_what_must_be_alone_waits_for_the_others_and_none_begins_before_it",
        "test_nothing_waits_for_what_a_process_that_is_gone_has_taken",
        "test_what_is_given_back_is_in_the_order_it_was_published",
        "test_who_lives_keeps_what_is_taken",
        "test_whoever_settles_what_was_given_back_changes_nothing",
    ],
    "journal, bus and queue are three places: killed in between, it is told again, never lost": [
        "test_nothing_is_settled_when_what_came_of_it_cannot_be_published",
        "test_the_same_event_again_changes_nothing",
    ],
    "SQS counts what lies in a queue, about, and does not say how old it is": [
        "test_an_empty_queue_says_so",
        "test_depth_counts_what_waits_is_taken_and_dead_and_the_age_of_the_oldest",
    ],
    "ticks are not kept at all": ["test_what_is_done_and_old_is_forgotten_and_nothing_else"],
}
for _name in [name for names in ELSEWHERE.values() for name in names]:
    setattr(TestSqsQueue, _name, None)


def test_every_promise_that_is_anothers_is_one_of_the_suite():
    assert all(hasattr(QueueSuite, name) for names in ELSEWHERE.values() for name in names)
