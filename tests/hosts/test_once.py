"""One run of the whole journey: every file, through every stage, in this process or beside others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from headgate.core.errors import Outside, Permanent
from headgate.core.events import Event
from headgate.core.source.failure import SourceBusy
from headgate.flow import Stage
from headgate.hosts.clock import SteadyClock
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once, send_through
from headgate.ports import Context
from headgate.stages.ingest import ingest
from tests.hosts.bench import START, Bench, raising, silent
from tests.projects import GOOD, MIXED, UNUSABLE, documents, drop, make_project, names, reports

ONE_WORKER = "mail: {to: [team@example.com]}\nworkers: 1\n"


def test_every_file_goes_the_whole_way_in_order_of_its_key(tmp_path: Path):
    bench = Bench(tmp_path / "project", ONE_WORKER)
    drop(bench.folder, "people/b.csv", GOOD)
    drop(bench.folder, "people/a.csv", UNUSABLE)
    seen: list[str] = []
    journey = run_once(bench.host, lambda event: seen.append(event.type))
    assert seen == [event.type for event in journey.events]
    assert seen[:2] == ["file.arrived", "file.arrived"]
    assert sorted(seen[2:]) == ["alert.sent", "analysis.completed", "file.failed", "file.processed", "report.sent"]
    assert seen.index("file.failed") < seen.index("file.processed") < seen.index("report.sent")
    assert journey.errors == []
    assert bench.run().events == []


def test_one_correlation_id_goes_from_the_arrival_to_the_report_and_each_arrival_has_its_own(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", GOOD)
    drop(bench.folder, "people/b.csv", MIXED)
    journey = bench.run()
    arrived = {event.subject: event.correlation_id for event in journey.of_type("file.arrived")}
    assert len(set(arrived.values())) == 2
    for key, id_ in arrived.items():
        types = [event.type for event in journey.events if event.correlation_id == id_]
        assert types == ["file.arrived", "file.processed", "analysis.completed", "report.sent"]
        (report,) = [path.read_text() for path in reports(bench.folder) if key[-5:] in path.read_text()]
        assert id_ in report


def test_ids_of_events_are_the_same_for_the_same_causes_and_differ_for_a_later_arrival(tmp_path: Path):
    ids: list[set[str]] = []
    for name in ("one", "two"):
        bench = Bench(tmp_path / name)
        drop(bench.folder, "people/a.csv", MIXED)
        ids.append({event.id for event in bench.run().events})
    assert ids[0] == ids[1]
    assert len(ids[0]) == 4
    drop(bench.folder, "people/a.csv", MIXED)
    assert not {event.id for event in bench.run().events} & ids[0]


def test_events_are_cloudevents_that_carry_no_rows(tmp_path: Path):
    bench = Bench(tmp_path / "project", ticks=1)
    drop(bench.folder, "people/a.csv", MIXED)
    drop(bench.folder, "people/b.csv", UNUSABLE)
    for event in bench.run().events:
        said = event.as_cloudevent()
        assert said.keys() == {
            "specversion", "id", "type", "source", "time", "subject", "correlationid", "datacontenttype", "data",
        }  # fmt: skip
        assert (said["specversion"], said["source"]) == ("1.0", "headgate/embedded")
        assert datetime.fromisoformat(said["time"]) > START.replace(tzinfo=datetime.fromisoformat(said["time"]).tzinfo)
        assert not any(cell in str(said) for cell in ("Ann", "secret", "example.org"))


def test_the_clock_gives_every_time_that_is_written(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", MIXED)
    journey = bench.run()
    (manifest,) = documents(bench.folder, "manifests/*.json")
    assert manifest["observed"]["claimed_at"] == "2026-01-02T03:04:05Z"
    assert {event.time for event in journey.events} == {START}


def test_a_stage_that_fails_stops_neither_the_other_stages_nor_the_other_files(tmp_path: Path):
    def full(event: Event, context: Context) -> list[Event]:
        raise Outside("the disk is full") if event.data["file"] == "a.csv" else OSError(28, "No space left on device")

    bench = Bench(tmp_path / "project", load=full)
    drop(bench.folder, "people/a.csv", GOOD)
    drop(bench.folder, "people/b.csv", MIXED)
    journey = bench.run()
    assert sorted(error.message for _, error in journey.errors) == ["No space left on device", "the disk is full"]
    assert all(isinstance(error, Outside) for _, error in journey.errors)
    assert len(journey.of_type("report.sent")) == len(journey.of_type("event.dead")) == 2


def test_what_died_is_done_when_it_is_redriven_after_the_repair(tmp_path: Path):
    bench = Bench(tmp_path / "project", ingest=raising(lambda: Outside("the disk is full")))
    drop(bench.folder, "people/a.csv", GOOD)
    assert [event.type for event, _ in bench.run().errors] == ["file.arrived"]
    assert names(bench.folder, "inbox") == ["a.csv"]
    mended = Bench(bench.folder)
    assert mended.run().events == []
    mended.host.queue.redrive(1, mended.now)
    assert len(mended.run().of_type("report.sent")) == 1
    assert (names(bench.folder, "inbox"), len(documents(bench.folder, "manifests/*.json"))) == ([], 1)


def test_a_file_that_grows_is_waited_for_and_then_left_to_the_next_run(tmp_path: Path):
    bench = Bench(tmp_path / "project", "watch: {settle: 3}\n")
    path, waited = drop(bench.folder, "people/a.csv"), []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        path.write_bytes(path.read_bytes() + b"Zoe,,\n")

    journey = run_once(bench.host, sleep=sleep)
    assert (journey.events, journey.growing) == ([], ["inbox/people/a.csv"])
    assert set(waited) == {3.0}


def test_what_a_source_gave_is_processed_in_the_same_run(tmp_path: Path):
    def fetch(event: Event, context: Context) -> list[Event]:
        key = "inbox/people/fetched.csv"
        context.files.write(key, GOOD)
        return [event.next("source.fetched", event.subject, {"pipeline": "people", "key": key})]

    bench = Bench(tmp_path / "project", "watch: {settle: 3600}\n", fetch=fetch)
    bench.publish("source.due")
    assert [event.data["file"] for event in bench.run().of_type("file.processed")] == ["fetched.csv"]


def test_one_pipeline_with_many_files_does_not_starve_another(tmp_path: Path):
    bench = Bench(tmp_path / "project", ONE_WORKER, load=silent, analyze=silent)
    for number in range(50):
        drop(bench.folder, f"anything/{number:02}.txt", b"%d" % number)
    drop(bench.folder, "people/a.csv", GOOD)
    done = [event.data["pipeline"] for event in bench.run().of_type("file.processed")]
    assert (len(done), done.index("people") < 3) == (51, True)


class Beside:
    """Another process on the same project, which takes the first arrival before this one can."""

    def __init__(self, bench: Bench, stage: Stage = ingest) -> None:
        self.begun, self._go_on = threading.Event(), threading.Event()
        self._other = Bench(bench.folder, ingest=self._held(stage), analyze=silent, load=silent)
        self._thread = threading.Thread(target=lambda: self._other.worker().step())

    def _held(self, stage: Stage) -> Stage:
        def held(event: Event, context: Context) -> list[Event]:
            self.begun.set()
            assert self._go_on.wait(20)
            return stage(event, context)

        return held

    def takes(self, event: Event) -> None:
        if event.type == "file.arrived" and not self.begun.is_set():
            self._thread.start()
            assert self.begun.wait(20)

    def goes_on(self, _: float = 0) -> None:
        self._go_on.set()
        self._thread.join(20)


def test_a_run_waits_for_what_another_process_took_over_and_tells_what_came_of_it(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", GOOD)
    beside = Beside(bench)
    journey = run_once(bench.host, beside.takes, sleep=beside.goes_on)
    assert sorted(event.type for event in journey.events) == [
        "analysis.completed", "file.arrived", "file.processed", "report.sent",
    ]  # fmt: skip


def test_what_another_process_took_over_is_its_to_tell_of_unless_it_was_asked_for_here(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", GOOD)
    drop(bench.folder, "people/b.csv", MIXED)
    beside = Beside(bench)
    journey = run_once(bench.host, beside.takes, sleep=beside.goes_on)
    assert [event.data["file"] for event in journey.events if event.id in journey.elsewhere] == ["a.csv"]
    drop(bench.folder, "people/c.csv", b"name,email,age\nCem,,\n")
    beside, named = Beside(bench), bench.host.intake.announce("inbox/people/c.csv")
    journey = run_once(bench.host, beside.takes, announced=named, sleep=beside.goes_on)
    assert (journey.elsewhere, len(journey.of_type("file.processed"))) == (set(), 1)


def test_what_died_in_another_process_is_an_error_of_this_run_too(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", GOOD)
    beside = Beside(bench, raising(lambda: Permanent("no way", code="no_way", next="mend it")))
    journey = run_once(bench.host, beside.takes, sleep=beside.goes_on)
    ((event, error),) = journey.errors
    assert (event.type, error.message, error.code, error.next) == ("file.arrived", "no way", "no_way", "mend it")


def test_two_hosts_on_the_same_bytes_at_once_make_one_run_and_one_duplicate_that_names_it(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", MIXED)
    drop(bench.folder, "people/b.csv", MIXED)
    beside, slept = Beside(bench), []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 1:
            beside.goes_on()

    # The other has taken the first of them, and comes to it only when this one is through with the second.
    journey = run_once(bench.host, beside.takes, sleep=sleep)
    (done,), (duplicate,) = journey.of_type("file.processed"), journey.of_type("file.duplicate")
    assert duplicate.data["of"] == done.subject
    (run,) = bench.host.ledger.runs()
    assert (run.run, run.state, run.attempts) == (done.subject, "committed", 1)
    assert len(journey.of_type("report.sent")) == 1


def test_a_command_answers_for_its_own_events_only(tmp_path: Path):
    bench = Bench(tmp_path / "project", load=raising(lambda: Permanent("x")), analyze=silent)
    bench.publish()
    mine = bench.host.event("day.ended", "2026-01-01", {"day": "2026-01-01", "zone": "UTC", "mail": False}, "by hand")
    journey = send_through(bench.host, [mine], only="summarize", sleep=lambda _: None)
    assert [event.type for event in journey.events] == ["day.ended", "daily.completed"]
    assert journey.errors == []
    assert [letter.stage for letter in bench.host.queue.dead_letters()] == ["load"]


def test_files_that_a_run_killed_in_the_middle_had_taken_are_taken_by_the_next(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    drop(bench.folder, "people/a.csv", MIXED)
    bench.host.intake.look()
    assert bench.host.queue.take(bench.now)
    bench.host.close()
    assert [event.type for event in Bench(bench.folder).run().events][:1] == ["file.processed"]


def times() -> Iterator[datetime]:
    """A clock that jumps back by a day now and then."""
    now = START
    for number in range(100_000):
        now += timedelta(seconds=1) if number % 7 else timedelta(days=-1)
        yield now


def test_a_clock_that_jumps_back_again_and_again_loses_nothing(tmp_path: Path):
    folder = make_project(tmp_path / "project")
    wall, elapsed, seen = times(), iter(range(100_000)), list[Event]()
    for key, data in {"a": MIXED, "b": UNUSABLE, "c": MIXED}.items():
        drop(folder, f"people/{key}.csv", data)
    with EmbeddedHost(folder, SteadyClock(lambda: next(wall), lambda: next(elapsed))) as host:
        run_once(host, seen.append, sleep=lambda _: None)
        assert sorted(run.state for run in host.ledger.runs()) == ["committed", "failed"]
    assert sorted(event.type for event in seen if event.type.startswith("file.")) == [
        "file.arrived", "file.arrived", "file.arrived", "file.duplicate", "file.failed", "file.processed",
    ]  # fmt: skip
    assert names(folder, "inbox") == []


def test_a_command_waits_for_nothing_that_is_not_its_own(tmp_path: Path):
    bench = Bench(tmp_path / "project")
    bench.publish("source.due", not_before=(START + timedelta(seconds=1)).isoformat())
    mine = bench.host.event("day.ended", "2026-01-01", {"day": "2026-01-01", "zone": "UTC", "mail": False}, "by hand")
    journey = send_through(bench.host, [mine], only="summarize", sleep=lambda _: None)
    assert [event.type for event in journey.events] == ["day.ended", "daily.completed"]
    assert (journey.left, bench.host.queue.depth().waiting) == (0, 1)


def test_a_run_leaves_to_the_next_what_waits_for_longer_than_a_failure_does(tmp_path: Path):
    def load(event: Event, context: Context) -> list[Event]:
        tries.append(event.id)
        if len(tries) < 3:
            raise Outside("the disk is full")
        return []

    tries: list[str] = []
    bench = Bench(tmp_path / "project", "retry: {longest_delay: 500, first_delay: 400}\n", ticks=100, load=load)
    later = START + timedelta(days=1)
    bench.publish("source.due", not_before=later.isoformat())
    drop(bench.folder, "people/a.csv", GOOD)
    journey = bench.run()
    assert len(tries) == 3
    assert (journey.left, journey.left_until) == (1, later)
    assert bench.run().left == 1


def test_what_a_command_s_own_source_asks_patience_for_is_left_too(tmp_path: Path):
    busy = raising(lambda: SourceBusy("no more credits today", 86_400))
    bench = Bench(tmp_path / "project", fetch=busy)
    mine = bench.host.event("source.due", "people", {"pipeline": "people"}, "by hand")
    journey = send_through(bench.host, [mine], sleep=lambda _: None)
    assert (journey.errors, journey.left, journey.left_until) == ([], 1, START + timedelta(days=1))
