"""What every queue promises; each implementation inherits these tests."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from headgate.ports import DeadLetter, Delivery, Depth, Progress, Queue
from tests.conformance.queue_order_suite import (
    AT,
    ERROR,
    LATER,
    LATEST,
    event,
    failing,
    take,
    taken,
    untold,
)
from tests.conformance.queue_owners_suite import QueueOwners
from tests.conformance.sharing import Sharing


class QueueSuite(QueueOwners):
    # done

    def test_what_is_done_is_over_and_what_came_of_it_lies_before_its_stages(self, queue: Queue):
        queue.publish([event()], AT)
        queue.done(take(queue), [event("e2", type_="file.processed")], LATER, 0.25)
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "done", 1, None, None, LATER, 0.25)]
        assert taken(queue, LATER) == ["e2", "e2"]

    def test_nothing_is_settled_when_what_came_of_it_cannot_be_published(self, queue: Queue):
        queue.publish([event()], AT)
        one = take(queue)
        with pytest.raises(RuntimeError):
            queue.done(one, failing(event("e2")), AT, 1)
        with pytest.raises(RuntimeError):
            queue.bury(one, ERROR, lambda _: failing(event("e2")), AT)
        assert [found.state for found in queue.progress(["e1"])] == ["taken"]
        assert (queue.event("e2"), queue.dead_letters(), queue.depth()) == (None, [], Depth(0, 1, 0, None))
        queue.done(one, [event("e2")], AT, 1)
        assert taken(queue) == ["e2"]

    def test_one_may_ask_for_the_deliveries_of_a_single_stage(self, queue: Queue):
        queue.publish([event("e0"), event("e1", type_="file.processed")], AT)
        found = [queue.take(AT, "load"), queue.take(AT, "load")]
        assert [one and (one.event.id, one.stage) for one in found] == [("e1", "load"), None]
        assert taken(queue) == ["e0", "e1"]

    # retry, postpone

    def test_a_failed_attempt_is_followed_by_another_in_its_time(self, queue: Queue):
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, LATER, AT)
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "ready", 1, ERROR, LATER, None, None)]
        assert queue.take(LATER - timedelta(microseconds=1)) is None
        again = take(queue, LATER)
        assert again == Delivery(event(), "ingest", 2, 0)
        queue.retry(again, {"code": "other"}, LATEST, AT)
        assert take(queue, LATEST).attempt == 3
        (found,) = queue.progress(["e1"])
        assert (found.state, found.error, found.again_at) == ("taken", {"code": "other"}, None)

    def test_what_is_postponed_comes_again_and_no_attempt_is_counted(self, queue: Queue):
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, AT, AT)
        queue.postpone(take(queue), LATER, AT)
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "ready", 1, ERROR, LATER, None, None)]
        assert queue.take(AT) is None
        assert take(queue, LATER).attempt == 2

    def test_what_waits_does_not_hold_up_what_came_later(self, queue: Queue):
        queue.publish([event("e1"), event("e2")], AT)
        queue.retry(take(queue), ERROR, LATER, AT)
        assert taken(queue) == ["e2"]

    def test_a_success_after_failures_forgets_the_error_and_counts_the_attempts(self, queue: Queue):
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, AT, AT)
        queue.done(take(queue), [], LATER, 0.5)
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "done", 2, None, None, LATER, 0.5)]

    # bury, redrive, give_up

    def test_a_buried_delivery_is_a_dead_letter_that_is_told_of_by_its_number(self, queue: Queue):
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, AT, AT)
        queue.bury(take(queue), ERROR, lambda number: [event(f"dead {number}")], LATER)
        (letter,) = queue.dead_letters()
        assert letter == DeadLetter(letter.number, event(), "ingest", ERROR, 2, LATER, "dead")
        assert letter.pipeline == "orders"
        assert taken(queue, LATEST) == [f"dead {letter.number}"]
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "dead", 2, ERROR, None, None, None)]

    def test_one_stage_of_an_event_may_die_and_the_other_live(self, queue: Queue):
        queue.publish([event(type_="file.processed")], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        queue.done(take(queue), [], AT, 1)
        assert [(found.stage, found.state) for found in queue.progress(["e1"])] == [
            ("load", "dead"),
            ("analyze", "done"),
        ]

    def test_a_redriven_letter_is_tried_anew_with_all_its_attempts(self, queue: Queue):
        queue.publish([event()], AT)
        queue.retry(take(queue), ERROR, AT, AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number
        assert [queue.redrive(number, LATER), queue.redrive(number, LATEST)] == [True, False]
        assert queue.dead_letters() == []
        (letter,) = queue.dead_letters(all_=True)
        assert (letter.state, letter.settled_at, letter.attempts) == ("redriven", LATER, 2)
        assert queue.progress(["e1"]) == [Progress("e1", "ingest", "ready", 0, None, None, None, None)]
        assert take(queue, AT) == Delivery(event(), "ingest", 1, 0)

    def test_what_fails_again_is_a_fresh_dead_letter(self, queue: Queue):
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        (first,) = queue.dead_letters()
        queue.redrive(first.number, LATER)
        queue.bury(take(queue, LATER), {"code": "again"}, lambda number: [event(f"dead {number}")], LATEST)
        (second,) = queue.dead_letters()
        assert second.number > first.number
        assert (second.error, second.died_at, second.state) == ({"code": "again"}, LATEST, "dead")
        assert queue.event(f"dead {second.number}")
        assert [letter.state for letter in queue.dead_letters(all_=True)] == ["redriven", "dead"]
        # The old one is settled: it has no say over the fresh one.
        queue.redrive(first.number, LATEST)
        queue.give_up(first.number, LATEST)
        assert queue.dead_letters() == [second]

    def test_of_a_letter_that_was_given_up_a_record_stays_and_it_never_comes_again(self, queue: Queue):
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number
        assert [queue.give_up(number, LATER), queue.redrive(number, LATEST)] == [True, False]
        assert queue.dead_letters() == []
        (letter,) = queue.dead_letters(all_=True)
        assert (letter.state, letter.settled_at, letter.error) == ("discarded", LATER, ERROR)
        assert queue.take(LATEST) is None
        (found,) = queue.progress(["e1"])
        assert (found.state, found.done_at) == ("discarded", LATER)

    def test_a_letter_that_does_not_exist_is_nothing(self, queue: Queue):
        assert [queue.redrive(7, AT), queue.give_up(7, AT)] == [False, False]
        assert queue.dead_letters(all_=True) == []

    @pytest.mark.parametrize("acts", [("redrive", "redrive"), ("give_up", "give_up")])
    def test_of_several_who_look_after_a_letter_at_once_it_is_one(self, sharing: Sharing[Queue], acts: tuple[str, ...]):
        queue = sharing.join()
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number, together = queue.dead_letters()[0].number, threading.Barrier(2 * len(acts))

        def act(name: str) -> bool:
            own = sharing.join()
            together.wait(timeout=20)
            return bool(getattr(own, name)(number, LATER))

        with ThreadPoolExecutor(together.parties) as pool:
            assert sorted(pool.map(act, acts * 2)) == [False, False, False, True]
        assert taken(queue, LATEST) == (["e1"] if "redrive" in acts else [])

    @pytest.mark.parametrize("act", ["redrive", "give_up"])
    def test_a_letter_that_one_has_claimed_only_he_settles(self, sharing: Sharing[Queue], act: str):
        queue, other = sharing.join(), sharing.join()
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number
        assert queue.claim(number, LATER)
        assert [other.claim(number, LATER), queue.claim(number, LATER)] == [False, False]
        assert [other.redrive(number, LATER), other.give_up(number, LATER)] == [False, False]
        other.leave(number)
        assert [letter.number for letter in other.dead_letters()] == [number]
        assert [getattr(other, act)(number, LATER), getattr(queue, act)(number, LATER)] == [False, True]
        assert taken(other, LATEST) == (["e1"] if act == "redrive" else [])
        assert [queue.claim(number, LATEST), other.claim(number, LATEST), queue.claim(7, LATEST)] == [False] * 3

    def test_a_letter_that_is_left_is_there_for_others_at_once(self, sharing: Sharing[Queue]):
        queue, other = sharing.join(), sharing.join()
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number
        assert queue.claim(number, LATER)
        queue.leave(number)
        assert other.claim(number, LATER)
        queue.leave(number)
        assert not queue.redrive(number, LATER)
        assert other.redrive(number, LATER)
        other.leave(number)
        assert taken(queue, LATEST) == ["e1"]

    def test_what_is_redriven_after_a_claim_dies_as_a_letter_that_nobody_claimed(self, sharing: Sharing[Queue]):
        queue, other = sharing.join(), sharing.join()
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        first = queue.dead_letters()[0].number
        assert queue.claim(first, LATER)
        assert queue.redrive(first, LATER)
        queue.bury(take(queue, LATER), ERROR, untold, LATER)
        assert other.claim(queue.dead_letters()[0].number, LATER)

    def test_of_several_who_claim_a_letter_at_once_it_is_one(self, sharing: Sharing[Queue]):
        queue, together = sharing.join(), threading.Barrier(4)
        queue.publish([event()], AT)
        queue.bury(take(queue), ERROR, untold, AT)
        number = queue.dead_letters()[0].number

        def claim(_: int) -> bool:
            own = sharing.join()
            together.wait(timeout=20)
            return own.claim(number, LATER)

        with ThreadPoolExecutor(together.parties) as pool:
            assert sorted(pool.map(claim, range(together.parties))) == [False, False, False, True]

    def test_dead_letters_are_listed_oldest_first(self, queue: Queue):
        queue.publish([event("e2"), event("e1"), event("e3")], AT)
        for _ in range(3):
            queue.bury(take(queue), ERROR, untold, AT)
        assert [letter.event.id for letter in queue.dead_letters()] == ["e2", "e1", "e3"]

    # forget

    def test_what_is_done_and_old_is_forgotten_and_nothing_else(self, queue: Queue):
        queue.publish([event("old"), event("dead"), event("waits"), event("other", type_="file.processed")], AT)
        queue.done(take(queue), [], AT, 0)
        queue.bury(take(queue), ERROR, untold, AT)
        queue.publish([event("new")], LATER)
        queue.forget("file.arrived", LATER)
        assert queue.event("old") is None
        assert queue.progress(["old"]) == []
        assert all(queue.event(one) for one in ("dead", "waits", "other", "new"))
        assert len(queue.dead_letters()) == 1
        assert queue.publish([event("old")], LATER) == [event("old")]
