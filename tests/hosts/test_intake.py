"""The inbox: each file is announced once, when it is whole, and never what only looks like a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Outside
from headgate.hosts.intake import Look
from tests.hosts.bench import Bench
from tests.hosts.inbox import Inbox
from tests.projects import GOOD, MIXED


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "project")


def test_a_file_is_announced_once_with_the_pipeline_it_is_for(inbox: Inbox):
    inbox.drop("people/a.csv", age=5)
    inbox.drop("people_1.csv", age=5)
    inbox.drop("nobody.txt", age=5)
    found = inbox.see().arrived
    assert [(event.type, event.data) for event in found] == [
        ("file.arrived", {"key": "inbox/nobody.txt"}),
        ("file.arrived", {"key": "inbox/people/a.csv", "pipeline": "people"}),
        ("file.arrived", {"key": "inbox/people_1.csv", "pipeline": "people"}),
    ]
    assert len({event.correlation_id for event in found}) == 3
    assert inbox.look() == []
    inbox.restart()
    assert inbox.look() == []


def test_a_file_counts_as_whole_when_nobody_wrote_to_it_for_so_long(inbox: Inbox):
    path = inbox.drop("people/a.csv", b"name,email,age\n")
    assert inbox.see().growing == ["inbox/people/a.csv"]
    inbox.passes(1.5)
    path.write_bytes(GOOD)
    inbox.aged(path)
    inbox.passes(1.5)
    assert inbox.look() == []
    inbox.passes(0.5)
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_file_of_a_sender_whose_clock_is_ahead_is_whole_when_it_looked_the_same_for_so_long(inbox: Inbox):
    path = inbox.drop("people/a.csv", age=-3600)
    assert inbox.look() == []
    inbox.passes(1.5)
    path.write_bytes(MIXED)
    inbox.aged(path, -7200)
    assert inbox.look() == []
    inbox.passes(1.9)
    assert inbox.look() == []
    inbox.passes(0.2)
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_clock_that_is_put_back_holds_no_file_up(inbox: Inbox):
    inbox.drop("people/a.csv")
    inbox.bench.passes(-86_400)
    assert inbox.look() == []
    inbox.elapsed += 2
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_file_that_keeps_its_old_time_is_whole_when_it_is_there(inbox: Inbox):
    inbox.drop("people/a.csv", age=86_400)
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_file_that_its_sender_has_open_is_not_whole_however_long_it_pauses(inbox: Inbox):
    path = inbox.drop("people/a.csv", age=5)
    with path.open("ab"):
        for _ in range(3):
            assert inbox.see() == Look([], ["inbox/people/a.csv"])
            inbox.passes(3600)
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_file_that_was_put_back_since_it_grew_after_it_was_taken_arrives_anew_and_a_person_is_told(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The system does not tell who writes, as of files of another user."""
    monkeypatch.setattr("headgate.adapters.local.files.has_writer_at", lambda _: None)
    path, host = inbox.drop("people/a.csv", GOOD, age=5), inbox.bench.host
    with path.open("ab") as sender:
        copy = host.files.download("inbox/people/a.csv", tmp_path / "copy")
        assert host.files.discard(copy.source)
        sender.write(b"Eve,,\n")
    look = inbox.see()
    assert [event.data["key"] for event in look.arrived] + look.growing == ["inbox/people/a.csv"]
    assert path.read_bytes() == GOOD + b"Eve,,\n"
    inbox.passes(1)
    queue, told = host.queue, []
    while taken := queue.take(inbox.bench.now):
        told.append((taken.event.type, taken.stage, taken.event.data))
        queue.done(taken, [], inbox.bench.now, 0)
    data = {"key": "inbox/people/a.csv", "file": "a.csv", "pipeline": "people"}
    assert ("file.grew", "alert", data) in told


UNFINISHED = [
    "a.csv.part",
    "a.csv.tmp",
    "A.CSV.PART",
    ".a.csv",
    ".hidden/a.csv",
    "people/.~lock.a.csv#",
    "people/.x/b/a.csv",
]


@pytest.mark.parametrize("name", UNFINISHED)
def test_what_is_named_as_unfinished_is_left_alone_until_it_is_renamed(inbox: Inbox, name: str):
    path = inbox.drop(name, age=5)
    assert inbox.see() == Look([], [])
    path.rename(inbox.folder / "inbox/people.csv")
    assert inbox.look() == ["inbox/people.csv"]


@pytest.mark.parametrize("name", ["people/a.partial", "people/part", "people/a.tmp.csv", "people/a.part.csv"])
def test_a_name_that_only_contains_such_a_word_is_a_file(inbox: Inbox, name: str):
    inbox.drop(name, age=5)
    assert inbox.look() == [f"inbox/{name}"]


def test_the_same_name_tomorrow_is_another_arrival_even_with_the_same_bytes(inbox: Inbox):
    ids = set()
    for day in range(3):
        inbox.drop("people/a.csv", age=5)
        (event,) = inbox.see().arrived
        ids.add(event.id)
        inbox.through()
        (inbox.folder / "inbox/people/a.csv").unlink()
        if day:
            inbox.look()
        inbox.passes(86_400)
    assert len(ids) == 3


def test_a_file_that_is_put_back_untouched_is_another_arrival(inbox: Inbox):
    """Moved to unmatched/ and back, it has the inode, time and size it had."""
    path = inbox.drop("nobody.txt", age=5)
    (first,) = inbox.see().arrived
    path.rename(inbox.folder / "aside")
    inbox.through()
    (inbox.folder / "aside").rename(path)
    (second,) = inbox.see().arrived
    assert first.id != second.id
    assert inbox.look() == []


def test_a_file_whose_arrival_waits_for_a_person_is_not_announced_again(inbox: Inbox):
    inbox.drop("people/a.csv", age=5)
    inbox.look()
    queue = inbox.bench.host.queue
    taken = queue.take(inbox.bench.now)
    assert taken
    queue.bury(taken, {"code": "x"}, lambda _: [], inbox.bench.now)
    inbox.passes(1)
    assert inbox.look() == []


def test_other_bytes_that_take_a_files_place_are_another_arrival(inbox: Inbox):
    inbox.drop("people/a.csv", age=5)
    assert inbox.look() == ["inbox/people/a.csv"]
    inbox.drop("people/a.csv", MIXED, age=3)
    assert inbox.look() == ["inbox/people/a.csv"]
    assert inbox.look() == []


def _dying(part: Any, name: str) -> Callable[[], None]:
    plain = getattr(part, name)

    def dies(*given: Any) -> None:
        raise Outside("the process ends here")

    setattr(part, name, dies)
    return lambda: setattr(part, name, plain)


def test_killed_between_the_sighting_and_the_announcement_it_is_announced_once_under_one_id(inbox: Inbox):
    inbox.drop("people/a.csv", age=5)
    host = inbox.bench.host
    for part, name in ((host.queue, "publish"), (host.lookout, "announced")):
        mend = _dying(part, name)
        with pytest.raises(Outside):
            inbox.look()
        mend()
        inbox.restart()
    inbox.see()
    events = [host.queue.take(inbox.bench.now), host.queue.take(inbox.bench.now)]
    assert [one.event.data["key"] for one in events if one] == ["inbox/people/a.csv"]


def test_two_processes_that_look_at_once_announce_a_file_once(inbox: Inbox, monkeypatch: pytest.MonkeyPatch):
    inbox.drop("people/a.csv", age=5)
    other = Bench(inbox.folder)
    publish, seen = inbox.bench.host.queue.publish, []

    def meanwhile(*given: Any) -> Any:
        seen.extend(other.host.intake.look().arrived)
        return publish(*given)

    monkeypatch.setattr(inbox.bench.host.queue, "publish", meanwhile)
    seen += inbox.see().arrived
    assert [event.data["key"] for event in seen] == ["inbox/people/a.csv"]
    assert inbox.look() == []


def test_a_file_that_is_processed_while_the_inbox_is_looked_at_is_not_announced_again(inbox: Inbox):
    """It was listed, then processed and forgotten: what was listed is no file any more."""
    path = inbox.drop("people/a.csv", age=5)
    inbox.look()
    see = inbox.bench.host.lookout.see

    def late(*given: Any) -> Any:
        path.unlink()
        inbox.passes(0.001)
        inbox.through()
        return see(*given)

    inbox.passes(1)
    inbox.bench.host.lookout.see = late  # type: ignore[assignment, method-assign]
    assert inbox.look() == []
    inbox.bench.host.lookout.see = see  # type: ignore[method-assign]
    assert inbox.look() == []
    inbox.drop("people/a.csv", age=5)
    assert inbox.look() == ["inbox/people/a.csv"]


def test_a_file_that_is_known_to_be_whole_need_not_settle_and_brings_no_other_along(inbox: Inbox):
    inbox.drop("people/a.csv")
    inbox.drop("people/b.csv", age=5)
    mend = _dying(inbox.bench.host.queue, "publish")
    with pytest.raises(Outside):
        inbox.look()
    mend()
    announced = [event.data["key"] for event in inbox.intake.announce("inbox/people/a.csv")]
    assert announced == ["inbox/people/a.csv"]
    found = inbox.see()
    assert ([event.data["key"] for event in found.arrived], found.growing) == (["inbox/people/b.csv"], [])
    assert inbox.intake.announce("inbox/people/a.csv") == inbox.intake.announce("inbox/people/none.csv") == []


def test_a_file_came_when_it_was_announced_however_long_it_waits_for_its_turn(inbox: Inbox):
    inbox.drop("people/a.csv", age=5)
    inbox.drop("nobody.txt", age=5)
    (nobody, people), ledger = inbox.see().arrived, inbox.bench.host.ledger
    waiting = ledger.arrivals(datetime.min, datetime.max)
    assert [(one.event, one.at, one.pipeline, one.file) for one in waiting] == [
        (event.id, event.time, event.data.get("pipeline"), event.data["key"].rpartition("/")[2])
        for event in sorted((nobody, people), key=lambda event: event.id)
    ]
    inbox.passes(3600)
    worker = inbox.bench.worker()
    while worker.step("ingest"):
        pass
    assert [(one.event, one.at) for one in ledger.arrivals(datetime.min, datetime.max)] == [
        (one.event, one.at) for one in waiting
    ]
    (run,) = ledger.runs()
    assert run.claimed_at == people.time + timedelta(hours=1)


def test_a_file_that_somebody_takes_away_before_its_turn_did_not_come(inbox: Inbox):
    path = inbox.drop("people/a.csv", age=5)
    inbox.look()
    path.unlink()
    assert inbox.bench.worker().step("ingest")
    assert inbox.bench.host.ledger.arrivals(datetime.min, datetime.max) == []
