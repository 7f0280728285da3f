"""What every queue promises when owners die, and to those who settle too late; `QueueSuite` inherits these tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.ports import Delivery, Depth, Queue
from tests.conformance.queue_order_suite import AT, ERROR, LATER, QueueOrder, event, take, taken, untold
from tests.conformance.sharing import Sharing


class QueueOwners(QueueOrder):
    def test_what_a_process_that_is_gone_had_taken_is_given_back_as_an_interruption(self, sharing: Sharing[Queue]):
        queue, other = sharing.join(), sharing.join()
        queue.publish([event("e1"), event("e2")], AT)
        assert [take(queue).event.id, take(other).event.id] == ["e1", "e2"]
        sharing.leave(other)
        assert queue.recover() == [Delivery(event("e2"), "ingest", 1, 1)]
        assert queue.recover() == []
        assert take(queue) == Delivery(event("e2"), "ingest", 1, 1)

    def test_interruptions_are_counted_apart_from_attempts(self, sharing: Sharing[Queue]):
        queue = sharing.join()
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, AT, AT)
        for number in range(1, 4):
            dying = sharing.join()
            assert take(dying) == Delivery(event(), "ingest", 2, number - 1)
            sharing.leave(dying)
            assert queue.recover() == [Delivery(event(), "ingest", 2, number)]
        (found,) = queue.progress(["e1"])
        assert (found.attempts, found.error) == (1, ERROR)
        queue.bury(take(queue), ERROR, untold, AT)
        queue.redrive(queue.dead_letters()[0].number, AT)
        assert take(queue) == Delivery(event(), "ingest", 1, 0)

    def test_over_which_of_several_a_process_dies_shows_by_taking_each_alone(self, sharing: Sharing[Queue]):
        queue = sharing.join()
        queue.publish([event("innocent"), event("poison"), event("other", "b")], AT)
        for _ in range(2):
            dying = sharing.join()
            assert sorted(taken(dying)) == ["innocent", "other", "poison"]
            sharing.leave(dying)
            queue.recover()
        for name in ("other", "innocent"):
            alone = take(queue)
            assert (alone.event.id, queue.take(AT)) == (name, None)
            queue.done(alone, [], AT, 1)
        for deaths in range(2, 5):
            dying = sharing.join()
            assert take(dying) == Delivery(event("poison"), "ingest", 1, deaths)
            assert queue.take(AT) is dying.take(AT) is None
            sharing.leave(dying)
            queue.recover()
        assert [one.interruptions for one in iter(lambda: queue.take(AT), None)] == [5]

    def test_what_must_be_alone_waits_for_the_others_and_none_begins_before_it(self, sharing: Sharing[Queue]):
        queue, other = sharing.join(), sharing.join()
        queue.publish([event("poison", "a")], AT)
        self._dies_twice(sharing, queue)
        alone = take(queue)
        queue.publish([event("b1", "b"), event("b2", "b")], AT)
        assert other.take(AT) is None
        queue.retry(alone, ERROR, LATER, AT)
        one = take(other)
        assert one.event.id == "b1"
        assert queue.take(LATER) is None
        other.done(one, [], LATER, 1)
        assert [take(queue, LATER).event.id, other.take(LATER)] == ["poison", None]

    def test_nothing_waits_for_what_a_process_that_is_gone_has_taken(self, sharing: Sharing[Queue]):
        queue, gone = sharing.join(), sharing.join()
        queue.publish([event("poison", "a")], AT)
        self._dies_twice(sharing, queue)
        take(gone)
        sharing.leave(gone)
        queue.publish([event("b", "b")], AT)
        assert taken(queue) == ["b"]

    @staticmethod
    def _dies_twice(sharing: Sharing[Queue], queue: Queue) -> None:
        for _ in range(2):
            dying = sharing.join()
            take(dying)
            sharing.leave(dying)
            queue.recover()

    @pytest.mark.parametrize("act", ["claim", "redrive", "give_up"])
    def test_a_letter_that_one_who_is_gone_had_claimed_is_there_for_others(self, sharing: Sharing[Queue], act: str):
        queue, gone = sharing.join(), sharing.join()
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number
        assert gone.claim(number, LATER)
        assert queue.recover() == []
        sharing.leave(gone)
        assert getattr(queue, act)(number, LATER)

    def test_what_is_given_back_is_in_the_order_it_was_published(self, sharing: Sharing[Queue]):
        queue, others = sharing.join(), [sharing.join() for _ in range(3)]
        queue.publish([event(f"e{number}") for number in range(6)], AT)
        for number in range(6):
            take(others[number * 2 % 3])
        for other in others:
            sharing.leave(other)
        assert [one.event.id for one in queue.recover()] == [f"e{number}" for number in range(6)]

    def test_who_lives_keeps_what_is_taken(self, queue: Queue, other: Queue):
        queue.publish([event("e1"), event("e2")], AT)
        take(queue), take(other)
        assert (queue.recover(), other.recover()) == ([], [])
        assert queue.depth() == Depth(0, 2, 0, None)

    def test_whoever_settles_what_was_given_back_changes_nothing(self, sharing: Sharing[Queue]):
        queue, late = sharing.join(), sharing.join()
        queue.publish([event()], AT)
        lost = take(late)
        sharing.leave(late)
        queue.recover()
        for holder in (lambda: None, lambda: queue.take(AT)):
            holder()
            before = queue.progress(["e1"]), queue.depth()
            self._settle_all_ways(late, lost)
            assert (queue.progress(["e1"]), queue.depth()) == before
            assert (queue.event("late"), queue.dead_letters()) == (None, [])
        queue.done(Delivery(event(), "ingest", 1, 1), [event("in time")], AT, 1)
        assert queue.event("in time")

    def test_whoever_settles_twice_changes_nothing_the_second_time(self, queue: Queue):
        queue.publish([event()], AT)
        one = take(queue)
        queue.done(one, [], AT, 1)
        before = queue.progress(["e1"]), queue.depth()
        self._settle_all_ways(queue, one)
        assert (queue.progress(["e1"]), queue.depth(), queue.event("late")) == (*before, None)

    @staticmethod
    def _settle_all_ways(queue: Queue, delivery: Delivery) -> None:
        ways: list[Callable[[], None]] = [
            lambda: queue.done(delivery, [event("late")], LATER, 9),
            lambda: queue.retry(delivery, {"code": "late"}, LATER, AT),
            lambda: queue.postpone(delivery, LATER, AT),
            lambda: queue.bury(delivery, {"code": "late"}, lambda _: [event("late")], LATER),
        ]
        for way in ways:
            way()
