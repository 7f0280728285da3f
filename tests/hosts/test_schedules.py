"""What the clock makes: each ended day, each due source once, whoever asks and however often."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from headgate.core.errors import Outside
from headgate.core.events import Event
from headgate.hosts.schedules import publish_due, tick
from headgate.ports import Context
from tests.hosts.bench import Bench, silent
from tests.projects import drop, make_project

BERLIN = "mail: {to: [team@example.com]}\ndaily_report: {cron: '0 0 * * *', zone: Europe/Berlin}\n"
SOURCE = """\
source:
  kind: twelve_data
  url: https://api.example.com/time_series
  symbols: [AAPL]
  interval: 1day
  key_env: KEY
  schedule: {cron: '30 6 * * *', zone: UTC}
"""


def days(bench: Bench) -> list[str]:
    return [event.data["day"] for event in publish_due(bench.host) if event.type == "day.ended"]


def test_each_day_is_over_once_at_midnight_of_its_own_zone(tmp_path: Path):
    bench = Bench(tmp_path, BERLIN)
    assert days(bench) == []
    bench.now = datetime(2026, 1, 2, 22, 59, 59)
    assert days(bench) == []
    bench.now = datetime(2026, 1, 2, 23, 0, 1)
    assert days(bench) == ["2026-01-02"]
    assert days(bench) == days(Bench(bench.folder)) == []


def test_days_that_ended_while_nobody_was_there_are_made_up_for(tmp_path: Path):
    bench = Bench(tmp_path, BERLIN)
    days(bench)
    bench.passes(3 * 86_400)
    assert days(bench) == ["2026-01-02", "2026-01-03", "2026-01-04"]
    bench.passes(40 * 86_400)
    assert len(days(bench)) == 7


def test_a_clock_that_is_put_back_ends_no_day_twice(tmp_path: Path):
    bench = Bench(tmp_path, BERLIN)
    days(bench)
    bench.now = datetime(2026, 1, 3, 0, 30)
    assert days(bench) == ["2026-01-02"]
    bench.now -= timedelta(hours=3)
    assert days(bench) == []
    bench.passes(4 * 3600)
    assert days(bench) == []


def test_killed_before_it_is_remembered_the_same_day_is_the_same_event(tmp_path: Path):
    bench = Bench(tmp_path, BERLIN)
    days(bench)
    bench.passes(86_400)
    remember = bench.host.lookout.remember

    def dies(name: str, at: datetime) -> None:
        raise Outside("the process ends here")

    bench.host.lookout.remember = dies  # type: ignore[method-assign]
    try:
        publish_due(bench.host)
    except Outside:
        bench.host.lookout.remember = remember  # type: ignore[method-assign]
    assert days(bench) == []
    assert len([1 for _ in range(5) if bench.host.queue.take(bench.now)]) == 1


def test_the_daily_report_comes_by_itself(tmp_path: Path):
    bench = Bench(tmp_path, BERLIN)
    drop(bench.folder, "people/a.csv")
    bench.run()
    bench.passes(86_400)
    journey = bench.run()
    (told,) = journey.of_type("daily.completed")
    assert (told.data["day"], told.data["counts"]["files"]) == ("2026-01-02", 1)
    assert (bench.folder / "reports/daily/2026-01-02.json").is_file()
    assert bench.run().of_type("daily.completed") == []


def test_a_source_is_due_by_its_own_schedule_and_what_was_missed_is_made_up_for_once(tmp_path: Path):
    fetched: list[str] = []

    def fetch(event: Event, context: Context) -> list[Event]:
        fetched.append(event.subject)
        return []

    make_project(tmp_path, people=SOURCE)
    bench = Bench(tmp_path, fetch=fetch, summarize=silent)
    bench.run()
    bench.now = datetime(2026, 1, 2, 6, 29)
    bench.run()
    assert fetched == []
    for moment in ("2026-01-02T06:30:00", "2026-01-02T06:31:00", "2026-01-09T12:00:00", "2026-01-09T12:01:00"):
        bench.now = datetime.fromisoformat(moment)
        bench.run()
    assert fetched == ["people 2026-01-02T06:30:00+00:00", "people 2026-01-09T06:30:00+00:00"]


def test_each_tick_is_an_event_of_its_own_and_the_last_one_says_so(tmp_path: Path):
    bench = Bench(tmp_path)
    (first,), (second,) = tick(bench.host), tick(bench.host, closing=True)
    assert first.id != second.id
    assert (first.data["closing"], second.data["closing"]) == (False, True)
