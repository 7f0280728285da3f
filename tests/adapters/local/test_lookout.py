"""Each file in the inbox is announced once, whatever dies in between; put there again, it is another arrival."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from headgate.adapters.local.database import Database
from headgate.adapters.local.lookout import Lookout, Sighting
from headgate.adapters.local.owner import Owner
from headgate.adapters.local.queue import SqliteQueue
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.core.events import Event
from headgate.ports import Found

AT = datetime(2026, 1, 2, 3, 4, 5, 678901)


def after(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


def found(name: str = "a.csv", signature: str = "s1") -> Found:
    return Found(f"inbox/{name}", 1, AT, signature)


class Inbox:
    """A lookout, and what a host does with what it says."""

    def __init__(self, folder: Path) -> None:
        database = Database(folder / "ledger.db", SCHEMA, VERSION)
        self.lookout = Lookout(database)
        self.queue = SqliteQueue(database, Owner(folder / "owners"), {"file.arrived": ["ingest"]}, lambda _: "")

    def publish(self, new: Sequence[Sighting], at: datetime) -> list[Event]:
        events = [Event(str(one.number), "file.arrived", "test", at, one.key, "c", {"key": one.key}) for one in new]
        return self.queue.publish(events, at)

    def look(self, at: datetime, *here: Found) -> list[str]:
        """What is announced."""
        new = self.lookout.see(here, at)
        published = self.publish(new, at)
        self.lookout.announced({one.number: str(one.number) for one in new})
        return [event.subject for event in published]

    def take_in(self, at: datetime) -> None:
        delivery = self.queue.take(at)
        assert delivery
        self.queue.done(delivery, [], at, 1)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_a_file_is_announced_once_however_often_it_is_seen(inbox: Inbox):
    assert inbox.look(after(0), found("b.csv"), found("a.csv")) == ["inbox/b.csv", "inbox/a.csv"]
    assert inbox.look(after(1), found("a.csv"), found("b.csv"), found("c.csv")) == ["inbox/c.csv"]
    assert inbox.look(after(2), found("a.csv"), found("b.csv"), found("c.csv")) == []


def test_other_bytes_under_the_same_key_are_another_arrival(inbox: Inbox):
    inbox.look(after(0), found(signature="s1"))
    assert inbox.look(after(1), found(signature="s2")) == ["inbox/a.csv"]


def test_each_arrival_has_a_number_of_its_own_for_ever(inbox: Inbox, tmp_path: Path):
    numbers = []
    for second in range(3):
        numbers += [one.number for one in inbox.lookout.see([found()], after(2 * second))]
        inbox.lookout.see([], after(2 * second + 1))
    assert len(set(numbers)) == 3
    assert Inbox(tmp_path).lookout.see([found()], after(9))[0].number > max(numbers)


@pytest.mark.parametrize("published", [False, True], ids=["before it publishes", "after it published"])
def test_a_host_that_dies_between_seeing_and_announcing_announces_under_the_same_number(
    inbox: Inbox, tmp_path: Path, published: bool
):
    new = inbox.lookout.see([found()], after(0))
    if published:
        inbox.publish(new, after(0))
    again = Inbox(tmp_path)
    assert again.lookout.see([found()], after(1)) == new
    again.publish(new, after(1))
    again.lookout.announced({new[0].number: str(new[0].number)})
    assert again.lookout.see([found()], after(2)) == []
    assert again.queue.depth().waiting == 1


def test_two_hosts_that_see_a_file_at_once_announce_one_arrival(inbox: Inbox, tmp_path: Path):
    other = Inbox(tmp_path)
    assert inbox.lookout.see([found()], after(0)) == other.lookout.see([found()], after(0))
    assert inbox.look(after(1), found()) == ["inbox/a.csv"]
    assert other.look(after(1), found()) == []


def test_a_file_that_went_before_it_was_announced_is_not_announced(inbox: Inbox):
    inbox.lookout.see([found()], after(0))
    assert inbox.look(after(1)) == []
    assert inbox.look(after(2), found()) == ["inbox/a.csv"]


def test_a_file_moved_out_and_back_is_another_arrival(inbox: Inbox):
    inbox.look(after(0), found())
    assert inbox.look(after(1)) == []
    assert inbox.look(after(2), found()) == ["inbox/a.csv"]


def test_a_file_that_was_taken_in_and_is_put_there_again_is_another_arrival(inbox: Inbox):
    inbox.look(after(0), found())
    inbox.take_in(after(1))
    assert inbox.look(after(2), found()) == ["inbox/a.csv"]
    assert inbox.look(after(3), found()) == []


def test_a_file_that_waits_for_its_turn_or_its_next_attempt_is_no_new_one(inbox: Inbox):
    inbox.look(after(0), found())
    delivery = inbox.queue.take(after(1))
    assert delivery
    assert inbox.look(after(2), found()) == []
    inbox.queue.retry(delivery, {}, after(9), after(9))
    assert inbox.look(after(3), found()) == []


def test_a_file_whose_event_is_dead_is_no_new_one_also_when_that_was_given_up(inbox: Inbox):
    inbox.look(after(0), found())
    delivery = inbox.queue.take(after(1))
    assert delivery
    inbox.queue.bury(delivery, {}, lambda _: [], after(1))
    assert inbox.look(after(2), found()) == []
    inbox.queue.give_up(1, after(3))
    assert inbox.look(after(4), found()) == []


def test_a_file_that_was_taken_away_is_another_arrival_at_once_but_not_for_a_look_that_began_before(inbox: Inbox):
    inbox.look(after(0), found(), found("b.csv"))
    inbox.lookout.taken_away("1", after(2))
    assert inbox.look(after(1), found(), found("b.csv")) == []
    assert inbox.look(after(3), found(), found("b.csv")) == ["inbox/a.csv"]


def test_what_an_event_announced_is_known_also_when_it_is_gone(inbox: Inbox):
    inbox.look(after(0), found(), found("b.csv", "s2"))
    inbox.look(after(1))
    assert inbox.lookout.announced_as("2") == Sighting(2, "inbox/b.csv", "s2")
    assert inbox.lookout.announced_as("3") is None


def test_a_look_that_began_before_the_file_was_taken_in_does_not_bring_it_back(inbox: Inbox, tmp_path: Path):
    inbox.look(after(0), found())
    inbox.take_in(after(2))
    # This one listed the file at 1, and says so only now; another has looked in between.
    assert inbox.look(after(1), found()) == []
    other = Inbox(tmp_path)
    other.look(after(3))
    assert inbox.look(after(1), found()) == []
    assert inbox.lookout.note([found()], after(1)) == []
    assert inbox.look(after(4), found()) == ["inbox/a.csv"]


def test_a_look_that_began_before_the_file_came_does_not_forget_it(inbox: Inbox):
    inbox.look(after(1), found())
    inbox.look(after(0))
    assert inbox.look(after(2), found()) == []


def test_what_may_still_grow_is_neither_noted_nor_forgotten(inbox: Inbox):
    assert inbox.lookout.see([], after(0), growing=[found()]) == []
    assert inbox.look(after(1), found()) == ["inbox/a.csv"]
    assert inbox.lookout.see([], after(2), growing=[found()]) == []
    assert inbox.look(after(3), found()) == []


def test_to_note_a_file_forgets_no_other_and_tells_of_no_other(inbox: Inbox):
    inbox.look(after(0), found("a.csv"))
    inbox.lookout.see([found("a.csv"), found("b.csv")], after(1))
    assert [one.key for one in inbox.lookout.note([found("c.csv")], after(2))] == ["inbox/c.csv"]
    assert inbox.look(after(3), found("a.csv"), found("b.csv"), found("c.csv")) == ["inbox/b.csv", "inbox/c.csv"]


def test_names_are_only_text(inbox: Inbox):
    name = "'); DROP TABLE sightings; -- \"ü\n%s?"
    assert inbox.look(after(0), found(name)) == [f"inbox/{name}"]
    assert inbox.look(after(1), found(name)) == []


def test_a_schedule_remembers_how_far_it_is(inbox: Inbox, tmp_path: Path):
    assert inbox.lookout.remembered("daily") is None
    inbox.lookout.remember("daily", AT)
    inbox.lookout.remember("source stocks", after(5))
    inbox.lookout.remember("daily", after(1))
    again = Inbox(tmp_path).lookout
    assert (again.remembered("daily"), again.remembered("source stocks")) == (after(1), after(5))
