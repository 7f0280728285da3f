"""The clock follows the wall forward, and never goes back while a process lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headgate.hosts.clock import SteadyClock

NOON = datetime(2026, 1, 2, 12)


class Clocks:
    def __init__(self) -> None:
        self.wall, self.elapsed = NOON, 50.0
        self.steady = SteadyClock(lambda: self.wall, lambda: self.elapsed)

    def passes(self, seconds: float, wall: float | None = None) -> datetime:
        self.elapsed += seconds
        self.wall += timedelta(seconds=seconds if wall is None else wall)
        return self.steady()


def test_it_is_the_wall_clock_when_that_is_right():
    clocks = Clocks()
    assert [clocks.passes(5), clocks.passes(0), clocks.passes(60)] == [
        NOON + timedelta(seconds=seconds) for seconds in (5, 5, 65)
    ]


def test_it_goes_on_by_itself_while_the_wall_clock_is_behind_and_then_follows_it_again():
    clocks = Clocks()
    assert clocks.passes(10, wall=-3600) == NOON + timedelta(seconds=10)
    assert clocks.passes(10) == NOON + timedelta(seconds=20)
    assert clocks.passes(10, wall=7200) == NOON + timedelta(seconds=-3600 + 10 + 7200)


def test_it_follows_a_wall_clock_that_is_put_forward():
    assert Clocks().passes(1, wall=86_400) == NOON + timedelta(days=1)


def test_without_any_given_it_is_the_time_in_utc():
    before = datetime.now(UTC).replace(tzinfo=None)
    now = SteadyClock()()
    assert before <= now <= datetime.now(UTC).replace(tzinfo=None)
    assert now.tzinfo is None
