"""The journal remembers every event once, how far each stage is with it, and every dead letter under a number of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.journal import Journal
from headgate.ports import DeadLetter, Progress
from tests.conformance.queue_order_suite import AT, ERROR, LATER, ROUTES, event


@pytest.fixture
def journal(aws: str, unique: str) -> Journal:
    table = DynamoTable(unique)
    table.create()
    return Journal(table, ROUTES)


def test_of_several_who_note_an_event_at_once_one_does(journal: Journal):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: journal.add([event()], AT), range(8)))
    assert sorted(map(len, found)) == [0] * 7 + [1]


def test_of_several_letters_at_once_each_has_a_number_of_its_own(journal: Journal):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: journal.letter_number(event(f"e{number}"), "load"), range(8)))
    assert sorted(found) == list(range(1, 9))


def test_events_of_a_journey_are_in_the_order_of_their_times_and_of_one_time_as_they_were_given(journal: Journal):
    journal.add([event("late")], LATER)
    journal.add([event("b"), event("a")], AT)
    journal.add([event("between")], AT + timedelta(microseconds=1))
    assert [one.id for one in journal.events("journey")] == ["b", "a", "between", "late"]


def test_a_stage_that_never_began_waits(journal: Journal):
    journal.add([event(type_="file.processed")], AT)
    journal.note(event(), Progress("e1", "analyze", "done", 1, None, None, LATER, 0.25))
    assert journal.progress(["e1"]) == [
        Progress("e1", "load", "ready", 0, None, None, None, None),
        Progress("e1", "analyze", "done", 1, None, None, LATER, 0.25),
    ]


def test_of_an_event_for_one_stage_the_others_know_nothing(journal: Journal):
    journal.add([event(type_="file.processed")], AT, only="analyze")
    assert [one.stage for one in journal.progress(["e1"])] == ["analyze"]


def test_who_had_nothing_to_do_when_an_event_came_is_not_waited_for_then_or_later(aws: str, unique: str):
    table = DynamoTable(unique)
    table.create()
    Journal(table, ROUTES, {"load"}).add([event(type_="file.processed")], AT)
    later = Journal(table, ROUTES)
    later.add([event("e2", type_="file.processed")], LATER)
    assert [(one.event, one.stage) for one in later.progress(["e1", "e2"])] == [
        ("e1", "analyze"), ("e2", "load"), ("e2", "analyze"),
    ]  # fmt: skip


def test_what_is_noted_comes_out_as_it_went_in(journal: Journal):
    progress = Progress("e1", "load", "ready", 2, {**ERROR, "n": 1.5}, LATER, None, None)
    journal.note(event(), progress)
    assert journal.handled(event(), "load") == progress
    assert journal.handled(event(), "analyze") is None


def letter(number: int, id_: str = "e1") -> DeadLetter:
    return DeadLetter(number, event(id_), "load", ERROR, 3, AT, "dead")


def test_letters_are_in_the_order_of_their_numbers(journal: Journal):
    for number in (11, 2, 1):
        journal.bury(letter(number, f"e{number}"))
    assert [one.number for one in journal.letters()] == [1, 2, 11]
    assert journal.letter(2) == letter(2, "e2")
    assert journal.letter(3) is None


def test_a_letter_is_settled_by_one(journal: Journal):
    journal.bury(letter(1))
    assert [journal.settle(1, state, LATER) for state in ("discarded", "redriven")] == [True, False]
    found = journal.letter(1)
    assert found
    assert (found.state, found.settled_at) == ("discarded", LATER)
    assert journal.settle(2, "redriven", LATER) is False


def test_who_dies_again_after_a_letter_was_settled_has_a_new_number(journal: Journal):
    first = journal.letter_number(event(), "load")
    journal.bury(letter(first))
    assert journal.letter_number(event(), "load") == first
    journal.note(event(), Progress("e1", "load", "ready", 0, None, None, None, None))
    assert journal.letter_number(event(), "load") == first + 1
