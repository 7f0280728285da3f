"""The queue on SQS: what it promises as every queue does, and what only AWS can do to it."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.inboxes import Polled
from headgate.adapters.aws.journal import Journal
from headgate.adapters.aws.lying import Lying
from headgate.adapters.aws.messages import UNREADABLE, Envelope, event_of, message_of, opened
from headgate.adapters.aws.queue import SqsQueue
from headgate.adapters.aws.sqs import Received, Sqs
from headgate.core.errors import Outside, Permanent
from headgate.core.events import Event
from headgate.ports import Delivery, Depth, Progress, Queue
from tests.adapters.aws.queues import bodies, make_bus, make_queue
from tests.aws_server import REGION
from tests.conformance.queue_order_suite import AT, ERROR, LATER, ROUTES, event, failing, take, untold
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
        self.prefix, self.sqs = prefix, Sqs(REGION, look_seconds=0)
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
    "SQS may give a message twice, above all to several who ask at once: what is done is passed over": [
        "test_many_who_take_at_once_never_get_the_same",
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
        "test_a_letter_that_one_who_is_gone_had_claimed_is_there_for_others",
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
    "functions have no common count: the events of a journey are in the order of their times": [
        "test_the_events_of_a_journey_are_told_in_the_order_they_were_published",
    ],
    "ticks are not kept at all": ["test_what_is_done_and_old_is_forgotten_and_nothing_else"],
}
for _name in [name for names in ELSEWHERE.values() for name in names]:
    setattr(TestSqsQueue, _name, None)


def test_every_promise_that_is_anothers_is_one_of_the_suite():
    assert all(hasattr(QueueSuite, name) for names in ELSEWHERE.values() for name in names)


# what takes their place


class Told:
    """An `Inbox` that notes what SQS is told of the one message that it holds."""

    def __init__(self, stage: str, queue: str, body: str, receives: int = 1) -> None:
        self._found: tuple[str, Received] | None = (stage, Received(queue, "m1", "h1", body, receives))
        self.accepted: list[str] = []
        self.refused: list[float] = []

    def next(self, only: str | None = None) -> tuple[str, Received] | None:
        found, self._found = self._found, None
        return found

    def accept(self, message: Received) -> None:
        self.accepted.append(message.id)

    def refuse(self, message: Received, seconds: float) -> None:
        self.refused.append(seconds)


def queue_with(queues: Queues, body: str | None = None, receives: int = 1, **options: Any) -> tuple[SqsQueue, Told]:
    """A queue to which one message was handed: by default, of `e1` for ingest."""
    told = Told("ingest", f"{queues.prefix}-ingest", body or message_of(event(), "test"), receives)
    return SqsQueue(queues.prefix, queues.journal, queues.bus, queues.sqs, told, **options), told


def test_an_attempt_is_counted_whenever_a_message_is_received(queues: Queues):
    queue, _ = queue_with(queues, receives=2)
    assert take(queue) == Delivery(event(), "ingest", 2, 0)


def test_a_failed_attempt_comes_again_when_its_wait_is_over(queues: Queues):
    queue, told = queue_with(queues)
    queue.publish([event()], AT)
    queue.retry(take(queue), ERROR, AT + timedelta(seconds=8), AT)
    assert (told.refused, told.accepted) == ([8], [])
    assert queue.progress(["e1"]) == [
        Progress("e1", "ingest", "ready", 1, ERROR, AT + timedelta(seconds=8), None, None)
    ]


def test_sqs_gives_again_what_was_refused(queues: Queues):
    queue = queues.join()
    queue.publish([event()], AT)
    queue.retry(take(queue), ERROR, AT, AT)
    assert take(queues.join()) == Delivery(event(), "ingest", 2, 0)


def test_what_is_postponed_is_sent_anew_and_keeps_its_attempts(queues: Queues):
    queue, told = queue_with(queues, receives=3)
    queue.postpone(take(queue), AT, AT)
    assert (told.refused, told.accepted) == ([], ["m1"])
    assert take(wait_for(queues)) == Delivery(event(), "ingest", 3, 0)


def wait_for(queues: Queues) -> SqsQueue:
    """Takes what SQS delays by a second."""
    sqs = Sqs(REGION)
    inbox = Polled("ingest", f"{queues.prefix}-ingest", sqs, wait=5)
    return SqsQueue(queues.prefix, queues.journal, queues.bus, sqs, inbox)


def test_who_is_postponed_again_waits_ever_longer(queues: Queues):
    queue, _ = queue_with(queues, message_of(event(), "test", waited=4))
    sent = sendings(queues)
    queue.postpone(take(queue), AT + timedelta(seconds=1), AT)
    assert [seconds for _, _, seconds in sent] == [8]


def test_a_wait_that_is_asked_for_is_kept_also_when_it_is_longer_than_sqs_delays_a_message(queues: Queues):
    for asked in (30, 900, 5000):
        queue, _ = queue_with(queues, receives=2)
        sent = sendings(queues)
        queue.postpone(take(queue), AT + timedelta(seconds=asked), AT)
        for passed in range(900, asked, 900):
            queue, told = queue_with(queues, sent.pop()[1])
            assert (queue.take(AT + timedelta(seconds=passed)), told.accepted) == (None, ["m1"])
        ((_, body, _),) = sent
        queue, _ = queue_with(queues, body)
        assert take(queue, AT + timedelta(seconds=asked)).attempt == 2


def sendings(queues: Queues) -> list[tuple[str, str, float]]:
    """What is sent from now on: queue, message and delay; nothing of it arrives."""
    found: list[tuple[str, str, float]] = []
    queues.sqs.send = lambda queue, body, delay=0.0: found.append((queue, body, delay))  # type: ignore[method-assign]
    return found


@pytest.mark.parametrize(("wait", "sent_for"), [(60, 60), (5000, 5000)])
def test_what_says_not_before_is_laid_back_until_then_and_no_attempt_is_counted(
    queues: Queues, wait: int, sent_for: int
):
    later = event(not_before=(AT + timedelta(seconds=wait)).isoformat() + "Z")
    queue, told = queue_with(queues, message_of(later, "test"))
    sent = sendings(queues)
    assert (queue.take(AT), told.accepted) == (None, ["m1"])
    ((name, body, delay),) = sent
    envelope = opened(body)
    assert (name, envelope.event, envelope.attempts, delay) == (f"{queues.prefix}-ingest", later, 0, sent_for)
    queue, _ = queue_with(queues, message_of(later, "test"))
    assert take(queue, AT + timedelta(seconds=wait)).attempt == 1


def test_what_was_done_before_is_passed_over(queues: Queues):
    queue, told = queue_with(queues)
    queue.done(take(queue), [], AT, 1)
    assert told.accepted == ["m1"]
    again, told = queue_with(queues)
    assert (again.take(AT), told.accepted) == (None, ["m1"])


def test_who_is_killed_before_it_is_noted_as_done_tells_all_of_it_again(queues: Queues):
    """The journal knows the event, and whether the bus has it nobody knows."""
    queues.journal.add([event("e2", type_="file.processed")], AT)
    queue, _ = queue_with(queues)
    queue.done(take(queue), [event("e2", type_="file.processed")], AT, 1)
    assert len(queues.lying("load")) == len(queues.lying("analyze")) == 1


def test_known_events_are_no_news_but_go_over_the_bus_once_more(queues: Queues):
    queue = queues.join()
    assert queue.publish([event()], AT) == [event()]
    assert queue.publish([event(size=1)], LATER) == []
    assert queue.event("e1") == event()
    assert len(queues.lying("ingest")) == 2


def test_what_is_too_large_for_the_bus_is_not_even_noted(queues: Queues):
    queue = queues.join()
    with pytest.raises(Permanent):
        queue.publish([event(), event("e2", text="x" * 300_000)], AT)
    assert (queue.event("e1"), queues.lying("ingest")) == (None, [])


def test_a_message_is_only_done_with_when_all_is_noted(queues: Queues):
    queue, told = queue_with(queues)
    one = take(queue)
    with pytest.raises(RuntimeError):
        queue.done(one, failing(event("e2")), AT, 1)
    assert (told.accepted, queue.event("e2")) == ([], None)
    queue.done(one, [event("e2")], AT, 1)
    assert told.accepted == ["m1"]


def test_a_dead_letter_lies_in_the_queue_of_the_dead_and_its_message_is_done_with(queues: Queues):
    queue, told = queue_with(queues)
    queue.publish([event()], AT)
    queue.bury(take(queue), ERROR, lambda number: [event(f"dead {number}", type_="event.dead")], LATER)
    assert (told.accepted, told.refused) == (["m1"], [])
    (dead,) = queues.lying("ingest-dead")
    assert (event_of(dead["detail"]), dead["detail-type"]) == (event(), "file.arrived")
    assert queue.event("dead 1")


def test_who_is_killed_while_it_buries_leaves_one_letter_and_one_number(queues: Queues):
    numbers = []

    def telling(number: int) -> list[Event]:
        numbers.append(number)
        return []

    for _ in range(2):
        queue, _ = queue_with(queues)
        queue.bury(take(queue), ERROR, telling, LATER)
    assert numbers == [1, 1]
    assert len(queue.dead_letters()) == 1


def test_a_letter_that_is_settled_leaves_nothing_among_the_dead(queues: Queues):
    queue = queues.join()
    queue.publish([event("e1"), event("e2"), event("e3")], AT)
    for _ in range(3):
        queue.bury(take(queue), ERROR, untold, AT)
    names = {letter.event.id: letter.number for letter in queue.dead_letters()}
    queue.redrive(names["e1"], LATER)
    queue.give_up(names["e2"], LATER)
    queue.close()
    assert [event_of(one["detail"]).id for one in queues.lying("ingest-dead")] == ["e3"]
    assert [event_of(one["detail"]).id for one in queues.lying("ingest")] == ["e1"]


def test_what_dies_again_while_it_is_redriven_stays_among_the_dead(queues: Queues):
    queue = queues.join()
    queue.publish([event()], AT)
    queue.bury(take(queue), ERROR, untold, AT)
    send = queues.sqs.send

    def send_and_die(name: str, body: str, delay: float = 0.0) -> None:
        send(name, body, delay)
        queues.sqs.send = send  # type: ignore[method-assign]
        other = queues.join()
        other.bury(take(other), ERROR, untold, LATER)

    queues.sqs.send = send_and_die  # type: ignore[method-assign,assignment]
    queue.redrive(1, LATER)
    assert [(letter.number, letter.state) for letter in queue.dead_letters(all_=True)] == [(1, "redriven"), (2, "dead")]
    assert [opened(json.dumps(one)).letter for one in queues.lying("ingest-dead")] == [2]


@pytest.mark.parametrize("faster", ["redrive", "give_up"])
def test_who_looks_after_a_letter_while_another_does_is_told_so_and_nothing_is_sent_twice(queues: Queues, faster: str):
    queue, other, tried = dead(queues), queues.join(), list[bool]()
    delete = queues.sqs.delete

    def delete_meanwhile(message: Received) -> None:
        tried.append(other.redrive(1, LATER))
        delete(message)

    queues.sqs.delete = delete_meanwhile  # type: ignore[method-assign]
    assert getattr(queue, faster)(1, LATER)
    assert (tried, len(queues.lying("ingest"))) == ([False], 1 if faster == "redrive" else 0)


def test_who_could_not_redrive_a_letter_leaves_it_to_others_at_once(queues: Queues, monkeypatch: pytest.MonkeyPatch):
    queue = dead(queues)
    with monkeypatch.context() as patch:
        patch.setattr(queues.sqs, "send", _refused)
        with pytest.raises(Outside):
            queue.redrive(1, LATER)
    assert queues.join().redrive(1, LATER)


def test_a_letter_whose_redriver_was_killed_is_there_for_others_soon(queues: Queues):
    queue = dead(queues)
    assert queues.journal.begin(1, LATER)
    soon = [LATER + timedelta(seconds=seconds) for seconds in (-119, 119, 120)]
    assert [queue.redrive(1, at) for at in soon] == [False, False, True]


def test_a_letter_whose_claimer_was_killed_is_there_for_others_soon_and_one_who_comes_back_late_settles_nothing(
    queues: Queues,
):
    late, other = dead(queues), queues.join()
    assert late.claim(1, LATER)
    soon = [LATER + timedelta(seconds=seconds) for seconds in (119, 120)]
    assert [other.claim(1, at) for at in soon] == [False, True]
    assert [late.give_up(1, soon[1]), other.redrive(1, soon[1])] == [False, True]
    assert len(queues.lying("ingest")) == 1


def test_who_claimed_a_letter_settles_it_however_long_that_took_unless_another_did(queues: Queues):
    queue = dead(queues)
    assert queue.claim(1, LATER)
    assert queue.give_up(1, LATER + timedelta(hours=1))


def dead(queues: Queues) -> SqsQueue:
    """The queue of somebody who finds one dead letter."""
    queue = queues.join()
    queue.publish([event()], AT)
    queue.bury(take(queue), ERROR, untold, AT)
    return queue


def _refused(*_: object) -> None:
    raise Outside("SQS refused")


def test_what_sqs_moved_aside_as_its_worker_was_killed_gets_a_letter_by_and_by(queues: Queues):
    queues.sqs.send(f"{queues.prefix}-load-dead", message_of(event(type_="file.processed"), "test"))
    queue = queues.join()
    (letter,) = queue.dead_letters()
    assert (letter.event.id, letter.stage, letter.error["code"]) == ("e1", "load", "killed_the_process")
    assert queue.dead_letters() == [letter]
    queue.redrive(letter.number, LATER)
    assert queue.dead_letters() == []
    assert take(queue) == Delivery(letter.event, "load", 1, 0)


def test_what_sqs_moved_aside_may_be_what_somebody_else_said(queues: Queues):
    queues.sqs.send(f"{queues.prefix}-ingest-dead", foreign(1))
    queue = queues.join(reader=s3)
    (letter,) = queue.dead_letters()
    assert letter.event == event("e0")
    queue.redrive(letter.number, LATER)
    assert (queue.dead_letters(), queues.lying("ingest-dead"), take(queue).event) == ([], [], event("e0"))


def test_the_dead_stay_among_the_dead_when_somebody_looks_at_them(queues: Queues):
    queues.sqs.send(f"{queues.prefix}-load-dead", message_of(event(), "test"))
    queues.join().dead_letters()
    assert len(queues.lying("load-dead")) == 1


class Counting(Sqs):
    """Counts how often a queue is asked for messages."""

    def __init__(self) -> None:
        super().__init__(REGION, look_seconds=0)
        self.asked: list[str] = []

    def receive(self, queue: str, *args: Any, **named: Any) -> list[Received]:
        self.asked.append(queue)
        return super().receive(queue, *args, **named)


def test_however_many_letters_are_settled_their_queue_is_gone_through_once(queues: Queues):
    at_work, counting = queues.join(), Counting()
    at_work.publish([event(f"e{number}") for number in range(25)], AT)
    for _ in range(25):
        at_work.bury(take(at_work), ERROR, untold, AT)
    desk = SqsQueue(queues.prefix, queues.journal, queues.bus, counting)
    for number in range(1, 21):
        (desk.give_up if number % 2 else desk.redrive)(number, LATER)
    # Three of ten at most, and one that finds nothing more.
    assert counting.asked == [f"{queues.prefix}-ingest-dead"] * 4
    desk.close()
    assert len(queues.lying("ingest-dead")) == 5


def test_who_takes_his_time_to_decide_goes_through_the_queue_anew_although_he_hides_it_himself(queues: Queues):
    elapsed = [0.0]
    lying = Lying(Sqs(REGION, look_seconds=0), lambda: elapsed[0])
    queues.sqs.send(f"{queues.prefix}-ingest-dead", message_of(event(), "test"))
    (first,) = lying.of(f"{queues.prefix}-ingest-dead")
    assert (lying.of(first.queue), queues.sqs.receive(first.queue)) == ([first], [])
    elapsed[0] = 50
    (again,) = lying.of(first.queue)
    assert (again.id, again.receives, queues.sqs.receive(first.queue)) == (first.id, 2, [])


def test_who_comes_back_when_others_may_have_it_already_goes_through_the_queue_anew(queues: Queues):
    elapsed = [0.0]
    lying = Lying(Sqs(REGION, look_seconds=0), lambda: elapsed[0])
    queues.sqs.send(f"{queues.prefix}-ingest-dead", message_of(event(), "test"))
    (first,) = lying.of(f"{queues.prefix}-ingest-dead")
    queues.sqs.hide(first, 0)
    elapsed[0] = 3600
    assert [(again.id, again.receives) for again in lying.of(first.queue)] == [(first.id, 2)]


@pytest.mark.parametrize("settled", ["redrive", "give_up"])
def test_however_long_it_takes_to_settle_all_letters_none_leaves_its_message_behind(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, settled: str
):
    for number in range(3):
        queues.sqs.send(f"{queues.prefix}-load-dead", message_of(event(f"e{number}"), "test"))
    queue = queues.join()
    monkeypatch.setattr("headgate.adapters.aws.lying._MINE_SECONDS", -1.0)
    for letter in queue.dead_letters():
        getattr(queue, settled)(letter.number, LATER)
    queue.close()
    # What is hidden is counted, too.
    assert (queue.dead_letters(), queues.sqs.counts(f"{queues.prefix}-load-dead")) == ([], (0, 0))


def test_what_sqs_counts_as_nothing_is_found_all_the_same_by_who_settles_it(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
):
    queue = queues.join()
    queue.publish([event()], AT)
    queue.bury(take(queue), ERROR, untold, AT)
    monkeypatch.setattr(Sqs, "counts", lambda self, queue: (0, 0))
    queue.redrive(1, LATER)
    assert queues.lying("ingest-dead") == []


def test_whoever_looks_at_the_dead_goes_on_although_they_come_again_meanwhile(queues: Queues):
    for number in range(3):
        queues.sqs.send(f"{queues.prefix}-load-dead", message_of(event(f"e{number}"), "test"))
    found = list(queues.sqs.everything(f"{queues.prefix}-load-dead", hidden=0))
    assert len({one.id for one in found}) == len(found) == 3


# messages that hold no event of ours


def s3(stage: str, envelope: Envelope, at: datetime) -> list[Event]:
    """A reader that makes as many events as it is told to."""
    return [event(f"e{number}") for number in range(envelope.detail["events"])]


def foreign(events: int) -> str:
    return json.dumps({"detail-type": "Object Created", "detail": {"events": events}})


def test_what_somebody_else_says_becomes_an_event_that_is_known_from_then_on(queues: Queues):
    queue, _ = queue_with(queues, foreign(1), reader=s3)
    assert take(queue) == Delivery(event("e0"), "ingest", 1, 0)
    assert queue.event("e0") == event("e0")


def test_what_somebody_else_says_again_of_what_is_done_is_not_noted_again(queues: Queues):
    noted = list[Event]()
    for _ in range(2):
        queue, told = queue_with(queues, foreign(1), reader=s3, note=noted.append)
        if delivery := queue.take(AT):
            queue.done(delivery, [], AT, 1)
        assert (noted, told.accepted) == ([event("e0")], ["m1"])


def test_what_is_sent_on_to_another_queue_is_noted_first_and_once(queues: Queues):
    make_queue(f"{queues.prefix}-large")
    noted = list[Event]()
    queue, _ = queue_with(
        queues, foreign(1), reader=s3, note=noted.append, elsewhere=lambda stage, event: f"{queues.prefix}-large"
    )
    queue.take(AT)
    (sent,) = queues.lying("large")
    queue_with(queues, json.dumps(sent), note=noted.append)[0].take(AT)
    assert noted == [event("e0")]


def test_what_stands_for_no_event_is_done_with(queues: Queues):
    queue, told = queue_with(queues, foreign(0), reader=s3)
    assert (queue.take(AT), told.accepted, queues.lying("ingest")) == (None, ["m1"], [])


def test_what_stands_for_several_goes_over_the_bus_one_by_one(queues: Queues):
    queue, told = queue_with(queues, foreign(2), reader=s3)
    assert (queue.take(AT), told.accepted) == (None, ["m1"])
    assert [event_of(one["detail"]).id for one in queues.lying("ingest")] == ["e0", "e1"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "7",
        "{}",
        '{"detail-type": "x", "detail": {"specversion": "1.0"}}',
        '{"detail-type": "x", "detail": {}}',
    ],
)
def test_what_nobody_understands_is_given_to_its_stage_as_such_and_comes_back_as_it_was(queues: Queues, body: str):
    queue, _ = queue_with(queues, body)
    one = take(queue)
    assert (one.event.type, one.event.data["body"]) == (UNREADABLE, body)
    queue.bury(one, ERROR, untold, AT)
    (letter,) = queue.dead_letters()
    assert letter.event == one.event
    sent = sendings(queues)
    queue.redrive(letter.number, LATER)
    assert sent == [(f"{queues.prefix}-ingest", body, 0.0)]


def test_a_delivery_may_be_sent_on_to_another_queue(queues: Queues):
    make_queue(f"{queues.prefix}-large")
    queue, told = queue_with(queues, elsewhere=lambda stage, event: f"{queues.prefix}-large")
    assert (queue.take(AT), told.accepted) == (None, ["m1"])
    assert [event_of(one["detail"]) for one in queues.lying("large")] == [event()]


# how it stands


def test_depth_counts_what_lies_in_the_queues_and_the_dead(queues: Queues):
    queue = queues.join()
    queue.publish([event("e1"), event("e2"), event("e3", type_="file.processed")], AT)
    queue.bury(take(queue), ERROR, untold, AT)
    take(queue)
    assert queue.depth() == Depth(2, 1, 1, None)


def test_depth_counts_what_waits_beside_the_stages_queues(queues: Queues):
    make_queue(f"{queues.prefix}-large")
    queues.sqs.send(f"{queues.prefix}-large", message_of(event(), "test"))
    assert queues.join(more=["large"]).depth() == Depth(1, 0, 0, None)


def test_who_is_at_a_message_keeps_what_it_holds_also_while_sqs_refuses(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
):
    beats, twice = list[int](), threading.Event()

    def refuse(self: Sqs, message: Received, seconds: float) -> None:
        raise Outside("SQS refused")

    def beat() -> None:
        beats.append(1)
        if len(beats) > 1:
            twice.set()

    monkeypatch.setattr(Sqs, "hide", refuse)
    queues.sqs.send(f"{queues.prefix}-load", message_of(event(), "test"))
    inbox = Polled("load", f"{queues.prefix}-load", queues.sqs, hidden=0.03, beat=beat)
    taken = inbox.next()
    assert taken
    assert twice.wait(30)
    inbox.accept(taken[1])


def test_when_the_next_message_comes_nobody_knows(queues: Queues):
    with pytest.raises(NotImplementedError):
        queues.join().next_at()


def test_ticks_are_taken_as_all_else_but_nothing_of_them_is_kept(queues: Queues):
    tick = event("tick", type_="clock.ticked")
    queue, _ = queue_with(queues, message_of(tick, "test"))
    assert queue.publish([tick], AT) == [tick]
    queue.done(take(queue), [], AT, 1)
    assert (queue.event("tick"), queue.progress(["tick"])) == (None, [])


def test_a_tick_that_fails_for_good_is_a_dead_letter_all_the_same(queues: Queues):
    tick = event("tick", type_="clock.ticked")
    queue, _ = queue_with(queues, message_of(tick, "test"))
    queue.bury(take(queue), ERROR, untold, AT)
    assert [letter.event for letter in queue.dead_letters()] == [tick]


def test_without_an_inbox_nothing_is_taken(queues: Queues):
    queue = SqsQueue(queues.prefix, queues.journal, queues.bus, queues.sqs)
    queue.publish([event()], AT)
    assert queue.take(AT) is None
