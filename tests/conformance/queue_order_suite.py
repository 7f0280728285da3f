"""What every queue promises of its order and of what it tells; `QueueSuite` inherits these tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from headgate.core.events import Event
from headgate.ports import Delivery, Depth, Queue
from tests.conformance.sharing import Sharing

AT = datetime(2026, 1, 2, 3, 4, 5, 678901)
SECOND = timedelta(seconds=1)
LATER = AT + timedelta(hours=1)
LATEST = AT + timedelta(hours=2)
ERROR = {"code": "outside", "message": "the disk is full", "next": None}
ROUTES = {"file.arrived": ("ingest",), "file.processed": ("load", "analyze")}


def lane(event: Event) -> str:
    return str(event.data.get("pipeline") or "")


def event(id_: str = "e1", pipeline: str = "orders", type_: str = "file.arrived", **data: object) -> Event:
    return Event(id_, type_, "test", AT, f"inbox/{id_}", "journey", {"pipeline": pipeline, **data})


def take(queue: Queue, at: datetime = AT) -> Delivery:
    found = queue.take(at)
    assert found
    return found


def taken(queue: Queue, at: datetime = AT) -> list[str]:
    """The ids of all that is ready, in the order it is handed out; nothing is settled."""
    return [found.event.id for found in iter(lambda: queue.take(at), None)]


def untold(_: int) -> list[Event]:
    return []


def failing(*events: Event) -> Iterator[Event]:
    yield from events
    raise RuntimeError("the process fails here")


class QueueOrder:
    @pytest.fixture
    def sharing(self) -> Sharing[Queue]:
        """Queues with the routes and the lane above."""
        raise NotImplementedError

    @pytest.fixture
    def queue(self, sharing: Sharing[Queue]) -> Queue:
        return sharing.join()

    @pytest.fixture
    def other(self, sharing: Sharing[Queue]) -> Queue:
        return sharing.join()

    # publish

    def test_an_event_lies_before_each_of_its_stages(self, queue: Queue):
        given = event(type_="file.processed")
        assert queue.publish([given], AT) == [given]
        assert [take(queue), take(queue)] == [Delivery(given, "load", 1, 0), Delivery(given, "analyze", 1, 0)]
        assert queue.take(AT) is None

    def test_an_event_that_nobody_takes_is_kept(self, queue: Queue):
        queue.publish([event(type_="report.sent")], AT)
        assert queue.take(AT) is None
        assert queue.event("e1") == event(type_="report.sent")
        assert queue.event("e2") is None

    def test_an_event_may_be_for_one_stage_only(self, queue: Queue):
        queue.publish([event(type_="file.processed")], AT, only="analyze")
        assert take(queue).stage == "analyze"
        assert queue.take(AT) is None

    def test_the_same_event_again_changes_nothing(self, queue: Queue, other: Queue):
        queue.publish([event(), event()], AT)
        assert other.publish([event(size=1)], LATER) == []
        assert other.publish([event()], LATER, only="load") == []
        assert queue.publish([event(), event("e2")], LATER) == [event("e2")]
        assert taken(queue) == ["e1", "e2"]
        queue.done(Delivery(event(), "ingest", 1, 0), [event()], LATER, 1)
        assert queue.publish([event()], LATER) == []
        assert queue.event("e1") == event()
        assert queue.take(LATEST) is None

    def test_an_event_comes_out_as_it_went_in(self, queue: Queue):
        text = "'); DROP TABLE events; -- \"ü\n%s?"
        given = Event(text, "file.arrived", text, AT, text, text, {"pipeline": text, "n": {text: [1, 2.5, None, True]}})
        queue.publish([given], AT)
        assert take(queue).event == queue.event(text) == given
        assert queue.events(text) == [given]

    def test_what_the_caller_does_with_its_data_afterwards_changes_nothing(self, queue: Queue):
        data = {"pipeline": "orders"}
        queue.publish([Event("e1", "file.arrived", "test", AT, "x", "journey", data)], AT)
        data["pipeline"] = "stocks"
        assert take(queue).event.data == {"pipeline": "orders"}

    def test_of_events_that_fail_to_be_published_none_is(self, queue: Queue):
        with pytest.raises(RuntimeError):
            queue.publish(failing(event()), AT)
        assert (queue.event("e1"), queue.take(AT)) == (None, None)
        with pytest.raises(TypeError):
            queue.publish([event(), event("e2", size=object())], AT)
        assert (queue.event("e1"), queue.take(AT)) == (None, None)

    @pytest.mark.parametrize("text", [LATER.isoformat(), LATER.isoformat() + "Z", "2026-01-02T05:04:05.678901+01:00"])
    def test_an_event_that_says_not_before_waits_until_then(self, queue: Queue, text: str):
        queue.publish([event(not_before=text)], AT)
        assert queue.take(LATER - timedelta(microseconds=1)) is None
        assert queue.next_at() == LATER
        (found,) = queue.progress(["e1"])
        assert (found.state, found.again_at) == ("ready", LATER)
        assert take(queue, LATER).attempt == 1

    # take

    def test_within_a_pipeline_the_oldest_comes_first(self, queue: Queue):
        queue.publish([event("e3"), event("e1")], AT)
        queue.publish([event("e2")], AT)
        assert taken(queue) == ["e3", "e1", "e2"]

    def test_pipelines_take_turns(self, queue: Queue):
        queue.publish([event(f"a{number}", "a") for number in range(100)], AT)
        queue.publish([event("b0", "b"), event("c0", "c"), event("b1", "b")], AT)
        order = []
        for _ in range(6):
            one = take(queue)
            order.append(one.event.id)
            queue.done(one, [], AT, 1)
        assert order == ["a0", "b0", "c0", "a1", "b1", "a2"]

    def test_a_pipeline_that_others_are_at_already_waits_for_those_that_nobody_is_at(self, queue: Queue, other: Queue):
        queue.publish([event(f"a{number}", "a") for number in range(100)], AT)
        assert [take(queue).event.id, take(other).event.id] == ["a0", "a1"]
        queue.publish([event(f"b{number}", "b") for number in range(100)], AT)
        # Two at each now, whoever took them.
        assert {take(other).event.id, take(queue).event.id} == {"b0", "b1"}
        assert {take(other).event.id, take(queue).event.id} == {"a2", "b2"}

    def test_one_pipeline_that_never_ends_lets_the_others_through(self, queue: Queue):
        queue.publish([event("a0", "a"), event("b0", "b")], AT)
        for number in range(1, 10):
            one = take(queue)
            queue.done(one, [event(f"a{number}", "a")], AT, 1)
        (found,) = queue.progress(["b0"])
        assert found.state == "done"

    def test_what_is_taken_is_taken_by_nobody_else(self, queue: Queue, other: Queue):
        queue.publish([event("e1"), event("e2")], AT)
        assert [take(queue).event.id, take(other).event.id] == ["e1", "e2"]
        assert (queue.take(LATER), other.take(LATER)) == (None, None)

    def test_many_who_take_at_once_never_get_the_same(self, queue: Queue, other: Queue):
        queue.publish([event(f"e{number}", f"p{number % 3}") for number in range(60)], AT)

        def some(number: int) -> list[str]:
            return taken((queue, other)[number % 2])

        with ThreadPoolExecutor(6) as pool:
            found = Counter(id_ for ids in pool.map(some, range(6)) for id_ in ids)
        assert found == Counter({f"e{number}": 1 for number in range(60)})

    def test_what_is_ready_waits_for_no_clock(self, queue: Queue):
        queue.publish([event("e1")], LATEST)
        assert taken(queue, AT) == ["e1"]
        queue.done(Delivery(event("e1"), "ingest", 1, 0), [event("e2")], AT - SECOND, 1)
        assert taken(queue, AT - SECOND) == ["e2"]

    def test_what_waits_is_ready_when_the_clock_was_put_back_since(self, queue: Queue):
        """Else a clock that was a year ahead would make it wait a year."""
        queue.publish([event("e1"), event("e2"), event("e3", not_before=LATEST.isoformat())], AT)
        queue.retry(take(queue, AT + SECOND), ERROR, LATER, AT + SECOND)
        queue.postpone(take(queue, AT + SECOND), LATER, AT + SECOND)
        assert taken(queue, AT + SECOND) == []
        assert taken(queue, AT) == ["e1", "e2"]
        assert taken(queue, AT - SECOND) == ["e3"]

    # how it stands

    def test_an_empty_queue_says_so(self, queue: Queue):
        assert (queue.take(AT), queue.next_at(), queue.depth()) == (None, None, Depth(0, 0, 0, None))
        assert (queue.events("x"), queue.progress([]), queue.dead_letters(True), queue.recover()) == ([], [], [], [])

    def test_depth_counts_what_waits_is_taken_and_dead_and_the_age_of_the_oldest(self, queue: Queue):
        queue.publish([event("e1"), event("e2")], AT)
        queue.publish([event("e3"), event("e4")], LATER)
        queue.publish([event("e5", type_="report.sent")], AT)
        queue.bury(take(queue), ERROR, untold, LATER)
        assert queue.depth() == Depth(3, 0, 1, AT)
        take(queue)
        assert queue.depth() == Depth(2, 1, 1, LATER)
        queue.retry(take(queue), ERROR, LATEST, AT)
        assert queue.depth() == Depth(2, 1, 1, LATER)
        queue.give_up(queue.dead_letters()[0].number, LATER)
        assert queue.depth() == Depth(2, 1, 0, LATER)

    def test_next_at_is_the_first_time_at_which_something_waiting_may_be_taken(self, queue: Queue):
        queue.publish([event("e1"), event("e2")], AT)
        assert queue.next_at() == AT
        queue.retry(take(queue), ERROR, LATEST, AT)
        assert queue.next_at() == AT
        queue.postpone(take(queue), LATER, AT)
        assert queue.next_at() == LATER
        take(queue, LATER)
        assert queue.next_at() == LATEST
        take(queue, LATEST)
        assert queue.next_at() is None

    def test_the_events_of_a_journey_are_told_in_the_order_they_were_published(self, queue: Queue):
        ids = ["e9", "e1", "e5"]
        for id_ in ids:
            queue.publish([event(id_)], LATER if id_ == "e9" else AT)
        elsewhere = Event("x", "file.arrived", "test", AT, "x", "another journey")
        queue.publish([elsewhere], AT)
        assert [found.id for found in queue.events("journey")] == ids
        assert queue.events("another journey") == [elsewhere]

    def test_progress_is_told_of_the_events_asked_for_only(self, queue: Queue):
        queue.publish([event("e2", type_="file.processed"), event("e1"), event("e3")], AT)
        found = [(one.event, one.stage, one.state) for one in queue.progress(["e1", "e2", "nobody"])]
        assert found == [("e2", "load", "ready"), ("e2", "analyze", "ready"), ("e1", "ingest", "ready")]
