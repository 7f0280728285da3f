"""watch: a file that does not come is told once, and so is its coming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headgate.core.events import Event
from headgate.ports import Arrival
from headgate.stages.alert import alert
from headgate.stages.watch import watch
from tests.stages.stage import Isolated

DAILY = {"property": "frequency", "value": 1, "unit": "d"}
BY_NINE = {"property": "timeOfAvailability", "value": "09:00"}
HOUR = timedelta(hours=1)


def on(day: int, hour: float = 0, minute: float = 0) -> datetime:
    return datetime(2026, 1, day) + timedelta(hours=hour, minutes=minute)


class Watched(Isolated):
    """A project whose clock ticks when it is told to."""

    def __init__(self, folder: Path, promise: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        super().__init__(folder)
        contracts = dict(self.context.contracts)
        for pipeline, entries in promise.items():
            contracts[pipeline] = replace(contracts[pipeline], sla=tuple(map(dict, entries)))
        self.context = replace(self.context, contracts=contracts)
        self.came = 0

    def comes(self, at: datetime, pipeline: str = "people", *, duplicate: bool = False, zone: str = "inbox") -> None:
        self.came += 1
        name = f"{self.came}.csv"
        arrival = Arrival(
            f"arrival {self.came}", at, pipeline, f"{zone}/{pipeline}/{name}", name, 1, f"run {self.came}"
        )
        if duplicate:
            self.ledger.close(replace(arrival, outcome="duplicate"))
        else:
            self.ledger.claim(arrival)

    def tick(self, at: datetime, **parts: Any) -> list[Event]:
        event = Event(f"tick {at}", "clock.ticked", "test", at, "clock", "correlation", {})
        return watch(event, replace(self.context, now=at, **parts))

    def told(self, *times: datetime) -> list[tuple[str, str]]:
        """(type, period's day or due) of all that comes of ticks at these times."""
        return [(event.type, event.data["period"][:10]) for at in times for event in self.tick(at)]


@pytest.fixture
def daily(tmp_path: Path) -> Watched:
    """Watched since the first of the month, at noon."""
    stage = Watched(tmp_path, {"people": [DAILY, BY_NINE]})
    assert stage.tick(on(1, 12)) == []
    return stage


@pytest.fixture
def rolling(tmp_path: Path) -> Watched:
    stage = Watched(tmp_path, {"people": [DAILY]})
    assert stage.tick(on(1, 12)) == []
    return stage


def test_a_file_that_does_not_come_is_missing_once(daily: Watched):
    assert daily.tick(on(2, 9)) == []
    (missing,) = daily.tick(on(2, 9, 2))
    assert (missing.type, missing.subject) == ("file.missing", "people/2026-01-02T09:00+00:00")
    assert missing.data == {
        "pipeline": "people", "period": "2026-01-02T09:00+00:00", "due": "2026-01-02T09:00:00Z",
        "expected": "a file every day by 09:00 UTC",
    }  # fmt: skip
    assert daily.told(on(2, 9, 3), on(2, 20), on(3, 9)) == []


def test_each_day_is_a_period_of_its_own(daily: Watched):
    assert daily.told(on(2, 10), on(3, 10), on(4, 10)) == [("file.missing", f"2026-01-0{day}") for day in (2, 3, 4)]


def test_a_file_in_time_is_nothing_to_tell_of_and_neither_is_one_that_is_just_being_taken(daily: Watched):
    daily.comes(on(2, 8))
    daily.comes(on(3, 9, 1))
    assert daily.told(on(2, 10), on(3, 9, 2)) == []


def test_a_file_that_came_in_time_and_waits_for_its_turn_is_not_missing(daily: Watched):
    daily.ledger.note([Arrival("waits", on(2, 8), "people", "inbox/people/a.csv", "a.csv")])
    assert daily.told(on(2, 10)) == []


@pytest.mark.parametrize("duplicate", [False, True])
def test_a_file_that_comes_after_all_is_found_once(daily: Watched, duplicate: bool):
    daily.tick(on(2, 10))
    daily.comes(on(2, 11), duplicate=duplicate)
    (found,) = daily.tick(on(2, 12))
    assert (found.type, found.subject) == ("file.found", "people/2026-01-02T09:00+00:00")
    assert (found.data["file"], found.data["came"], found.data["arrival"]) == (
        "1.csv",
        "2026-01-02T11:00:00Z",
        "arrival 1",
    )
    assert daily.told(on(2, 13), on(2, 14)) == []


def test_a_late_file_does_not_stand_in_for_the_next_day_s(daily: Watched):
    daily.comes(on(2, 9, 30))
    assert daily.told(on(2, 10), on(3, 10)) == [("file.missing", "2026-01-03")]


def test_a_file_that_comes_ends_all_that_was_missing_before(daily: Watched):
    daily.tick(on(2, 10))
    daily.tick(on(3, 10))
    daily.comes(on(4, 8))
    assert daily.told(on(4, 8, 1)) == [("file.found", "2026-01-02"), ("file.found", "2026-01-03")]
    assert daily.told(on(4, 10)) == []


def test_the_past_of_a_new_project_is_nobody_s_fault(tmp_path: Path):
    stage = Watched(tmp_path, {"people": [DAILY, BY_NINE]})
    assert stage.told(on(5, 9, 5), on(5, 20), on(6, 9)) == []
    assert stage.told(on(6, 9, 2)) == [("file.missing", "2026-01-06")]


def test_another_promise_is_watched_from_when_it_is_given(daily: Watched):
    daily.comes(on(2, 10))
    contract = daily.context.contracts["people"]
    earlier = replace(contract, sla=(DAILY, {**BY_NINE, "value": "07:00"}))
    daily.context = replace(daily.context, contracts={"people": earlier})
    assert daily.told(on(3, 8), on(3, 9, 30)) == []
    assert daily.told(on(4, 8)) == [("file.missing", "2026-01-04")]


def promised(stage: Watched, *sla: Mapping[str, Any] | None) -> None:
    """Another promise for the files of `people`; None is a pipeline that is gone."""
    contracts = dict(stage.context.contracts)
    people = contracts.pop("people")
    if None not in sla:
        contracts["people"] = replace(people, sla=tuple(dict(one) for one in sla if one))
    stage.context = replace(stage.context, contracts=contracts)


@pytest.mark.parametrize("sla", [(), (None,), (DAILY, {**BY_NINE, "value": "07:00"}), (DAILY,)])
def test_what_was_missing_under_a_promise_that_is_gone_is_missing_no_longer_and_nobody_is_told(
    daily: Watched, sla: Sequence[Mapping[str, Any] | None]
):
    assert daily.told(on(2, 10)) == [("file.missing", "2026-01-02")]
    promised(daily, *sla)
    assert daily.told(on(2, 11), on(2, 11)) == []
    assert daily.notices.missing() == []


def test_what_was_missing_before_hides_nothing_that_is_missing_under_another_promise(daily: Watched):
    daily.tick(on(2, 10))
    promised(daily, DAILY)
    assert daily.told(on(2, 11), on(3, 10)) == []
    assert daily.told(on(3, 11, 30)) == [("file.missing", "2026-01-03")]


def test_after_a_pause_only_the_latest_is_told(daily: Watched):
    assert daily.told(on(9, 10)) == [("file.missing", "2026-01-09")]


def test_another_pipeline_s_file_and_a_replay_are_no_arrival(daily: Watched):
    daily.comes(on(2, 8), "guests")
    daily.comes(on(2, 8), zone="archive")
    assert daily.told(on(2, 10)) == [("file.missing", "2026-01-02")]
    daily.comes(on(2, 11), zone="archive")
    assert daily.told(on(2, 12)) == []


def test_what_has_no_promise_is_not_watched(tmp_path: Path):
    stage = Watched(
        tmp_path,
        {"people": [{"property": "retention", "value": 3, "unit": "y"}], "guests": [DAILY, {**BY_NINE, "value": "?"}]},
    )
    assert stage.told(on(1, 12), on(2, 12), on(20, 12)) == []


def test_pipelines_are_judged_apart(tmp_path: Path):
    stage = Watched(tmp_path, {"people": [DAILY, BY_NINE], "guests": [DAILY, BY_NINE]})
    stage.tick(on(1, 12))
    stage.comes(on(2, 8), "guests")
    assert [event.data["pipeline"] for event in stage.tick(on(2, 10))] == ["people"]


def test_a_zone_s_wall_clock_counts(tmp_path: Path):
    """Nine in New York is two in the afternoon UTC, in January."""
    stage = Watched(tmp_path, {"people": [DAILY, {**BY_NINE, "value": "09:00 America/New_York"}]})
    stage.tick(on(1, 12))
    assert stage.told(on(1, 14), on(1, 14, 1.9)) == []
    (missing,) = stage.tick(on(1, 14, 2))
    assert (missing.data["period"], missing.data["due"]) == ("2026-01-01T09:00-05:00", "2026-01-01T14:00:00Z")


def test_an_interval_counts_from_the_last_file_and_is_told_once_until_another_comes(rolling: Watched):
    rolling.comes(on(2, 8))
    assert rolling.told(on(3, 8), on(3, 8, 1)) == []
    (missing,) = rolling.tick(on(3, 8, 2))
    assert (missing.type, missing.data["due"]) == ("file.missing", "2026-01-03T08:00:00Z")
    assert rolling.told(on(3, 9), on(4, 9), on(9, 9)) == []
    rolling.comes(on(9, 10))
    assert [event.type for event in rolling.tick(on(9, 10, 1))] == ["file.found"]
    assert rolling.told(on(10, 10)) == []
    assert rolling.told(on(10, 10, 2)) == [("file.missing", "2026-01-10")]


def test_an_interval_before_the_first_file_counts_from_when_the_watch_began(rolling: Watched):
    assert rolling.told(on(2, 12)) == []
    assert rolling.told(on(2, 12, 2)) == [("file.missing", "2026-01-02")]


def test_after_a_long_pause_an_interval_names_when_the_next_file_was_due(rolling: Watched):
    rolling.comes(on(5, 8))
    assert rolling.told(on(20, 8)) == [("file.missing", "2026-01-06")]
    assert rolling.told(on(25, 8)) == []


def test_a_file_of_a_clock_that_was_ahead_came_all_the_same(daily: Watched):
    daily.comes(on(9, 8))
    assert daily.told(on(2, 10), on(3, 10)) == []


def test_a_clock_that_jumps_back_tells_nothing_twice(daily: Watched):
    daily.tick(on(2, 10))
    daily.comes(on(3, 8))
    assert daily.told(on(3, 8, 1), on(2, 9, 30), on(2, 11), on(1, 23), on(3, 10)) == [("file.found", "2026-01-02")]


class Killed:
    """Notices whose process dies after one of their calls."""

    def __init__(self, notices: Any, call: str) -> None:
        self._notices, self._call = notices, call

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any) -> Any:
            result = getattr(self._notices, name)(*given)
            if name == self._call:
                raise KeyboardInterrupt
            return result

        return call


@pytest.mark.parametrize("call", ["watched_since", "missing", "miss"])
def test_a_tick_that_comes_again_after_a_crash_brings_its_missing_file_also_when_it_has_come(daily: Watched, call: str):
    with pytest.raises(KeyboardInterrupt):
        daily.tick(on(2, 10), notices=Killed(daily.notices, call))
    assert daily.told(on(2, 10)) == [("file.missing", "2026-01-02")]
    daily.comes(on(2, 10, 1))
    again = daily.tick(on(2, 10))
    assert [event.type for event in again] == ["file.missing", "file.found"]
    assert daily.told(on(2, 11)) == []


@pytest.mark.parametrize("call", ["missing", "find"])
def test_a_tick_that_comes_again_after_a_crash_brings_its_found_file(daily: Watched, call: str):
    daily.tick(on(2, 10))
    daily.comes(on(2, 11))
    with pytest.raises(KeyboardInterrupt):
        daily.tick(on(2, 12), notices=Killed(daily.notices, call))
    first, second = daily.tick(on(2, 12)), daily.tick(on(2, 12))
    assert [event.type for event in first] == ["file.found"]
    assert [event.id for event in first] == [event.id for event in second]


def test_people_are_told_of_both(daily: Watched):
    for at in (on(2, 10), on(2, 12)):
        for event in daily.tick(at):
            alert(event, daily.context)
        daily.comes(on(2, 11))
    tick = Event("t", "clock.ticked", "test", on(2, 12), "clock", "c", {"closing": True})
    assert sorted(event.data["about"] for event in alert(tick, daily.context)) == ["file.found", "file.missing"]
    found, missing = sorted(daily.mailer.sent, key=lambda mail: str(mail["Subject"]), reverse=True)
    assert missing["Subject"] == "Headgate: people: no file has come that was due 2026-01-02T09:00:00Z"
    assert "a file every day by 09:00 UTC" in missing.get_content()
    assert found["Subject"] == "Headgate: people: the missing file has come"
    assert "2026-01-02T11:00:00Z: 1.csv" in found.get_content()
