"""`headgate up` in this process: what it does when something is missed, refuses or breaks."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import HeadgateError, Outside, UserMistake
from headgate.core.events import Event
from headgate.hosts.up import Up
from headgate.ports import Context, HeldAlert
from tests.hosts.bench import Bench
from tests.hosts.running import until
from tests.projects import GOOD, UNUSABLE, drop, reports

QUICK = "mail: {to: [team@example.com]}\nwatch: {settle: 0, sweep: 0.2}\n"


class Here:
    """An `up` in a thread, what it said, and how it ended."""

    def __init__(self, bench: Bench) -> None:
        self.said: list[str] = []
        self.error: BaseException | None = None
        self.stop = threading.Event()
        self.up = Up(bench.host, [bench.runs.append], self.said.append, self.stop)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.up.run()
        except BaseException as error:
            self.error = error


@contextmanager
def up(bench: Bench) -> Iterator[Here]:
    here = Here(bench)
    here.thread.start()
    try:
        yield here
    finally:
        here.stop.set()
        here.thread.join(30)
        assert not here.thread.is_alive()


def test_the_sweep_finds_what_the_watcher_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def blind(self: Up) -> None:
        raise RuntimeError("too many watches")

    monkeypatch.setattr(Up, "_watch_folder", blind)
    bench = Bench(tmp_path / "project", QUICK)
    with up(bench) as here:
        until(lambda: here.said)
        drop(bench.folder, "people/a.csv", GOOD)
        until(lambda: reports(bench.folder))
    assert here.said == ["the inbox can't be watched (too many watches); it is looked at every 0.2 s"]


def test_the_watcher_tells_what_the_sweep_would_find_late(tmp_path: Path):
    bench = Bench(tmp_path / "project", "watch: {settle: 0, sweep: 3600}\n")
    with up(bench):
        until(lambda: (bench.folder / "inbox").is_dir())
        for number in range(3):
            drop(bench.folder, f"people/{number}.csv~", b"name\n%d\n" % number)
            until(lambda: len(reports(bench.folder)) == number + 1)  # noqa: B023


def test_while_the_inbox_cannot_be_read_it_says_so_and_goes_on_afterwards(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    look, refusals = bench.host.intake.look, [OSError(13, "Permission denied"), Outside("the disk refused")]

    def refused() -> Any:
        if refusals:
            raise refusals.pop(0)
        return look()

    bench.host.intake.look = refused  # type: ignore[method-assign]
    drop(bench.folder, "people/a.csv", GOOD)
    with up(bench) as here:
        until(lambda: reports(bench.folder))
    assert [line.splitlines()[0] for line in here.said] == ["[Errno 13] Permission denied", "the disk refused"]


def test_a_worker_that_breaks_ends_it_with_that_error(tmp_path: Path):
    class Panic(BaseException):
        pass

    def ingest(event: Event, context: Context) -> list[Event]:
        raise Panic

    bench = Bench(tmp_path / "project", QUICK, ingest=ingest)
    drop(bench.folder, "people/a.csv", GOOD)
    with up(bench) as here:
        here.thread.join(30)
    assert isinstance(here.error, Panic)


def test_what_it_says_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("API_KEY", "hidden-value-1")
    bench = Bench(tmp_path / "project", QUICK)
    bench.host.secrets("API_KEY")

    def refused() -> Any:
        raise Outside("no way with hidden-value-1")

    bench.host.intake.look = refused  # type: ignore[method-assign]
    with up(bench) as here:
        until(lambda: here.said)
    assert here.said[0].startswith("no way with ****")


def test_only_one_works_on_a_project(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    with up(bench):
        until(lambda: (bench.folder / ".headgate/up.lock").exists() and (bench.folder / "inbox").is_dir())
        with pytest.raises(UserMistake, match="already works"):
            Up(Bench(bench.folder).host, [], print, threading.Event()).run()


def test_somebody_who_only_asks_whether_one_is_up_keeps_none_from_starting(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    lock = os.open(bench.folder / ".headgate/up.lock", os.O_CREAT | os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_SH)
    asking = threading.Timer(0.1, os.close, [lock])
    asking.start()
    with up(bench) as here:
        until(lambda: (bench.folder / "inbox").is_dir())
    asking.join()
    assert here.error is None


def test_what_a_process_that_is_gone_had_taken_is_taken_up_without_a_restart(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    other = Bench(bench.folder)
    drop(bench.folder, "people/a.csv", GOOD)
    (arrived,) = other.host.intake.look().arrived
    assert other.host.queue.take(other.now)
    with up(bench):
        until(lambda: (bench.folder / "inbox").is_dir())
        assert bench.progress(arrived)["ingest"].state == "taken"
        other.host.close()
        until(lambda: reports(bench.folder))


def test_a_person_is_told_long_before_the_next_tick_of_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("headgate.hosts.up._TICK_SECONDS", 3600.0)
    bench = Bench(tmp_path / "project", QUICK)
    with up(bench):
        until(lambda: (bench.folder / "inbox").is_dir())
        drop(bench.folder, "people/bad.csv", UNUSABLE)
        until(lambda: mails(bench), "nobody was told")
        until(lambda: not bench.host.notices.held())
    assert len(mails(bench)) == 1


def test_alerts_that_come_together_are_one_mail_and_one_tick(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    here, worker = Here(bench), bench.worker()
    for number in range(4):
        if number < 2:
            bench.host.notices.hold(HeldAlert(f"e{number}", "g", None, "subject", "text", bench.now, "c"))
        here.up._tell_soon()
        while worker.step("alert"):
            pass
        assert len(mails(bench)) == (number > 0)
    assert [run.delivery.event.type for run in bench.runs] == ["clock.ticked"]


def test_what_is_due_is_told_before_it_ends(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    failed(bench)
    here = Here(bench)
    here.stop.set()
    here.up.run()
    assert len(mails(bench)) == 1


def test_told_to_stop_it_begins_nothing_but_to_tell(tmp_path: Path):
    bench = Bench(tmp_path / "project", QUICK)
    waiting = bench.publish("file.processed", run="r")
    failed(bench)
    Here(bench).up._tell_at_last()
    assert len(mails(bench)) == 1
    assert {one.state for one in bench.progress(waiting).values()} == {"ready"}


def failed(bench: Bench) -> None:
    reason = {"code": "no_header", "message": "it has no header"}
    bench.publish("file.failed", key="failed/x", run="r", file="x", reason=reason, manifest="manifests/r.json")


def mails(bench: Bench) -> list[Path]:
    return list((bench.folder / "outbox").glob("*.eml"))


def test_a_ledger_that_cannot_be_used_is_said_once_and_work_goes_on_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.01)
    bench = Bench(tmp_path / "project", QUICK)
    take, errors = bench.host.queue.take, [Outside("ledger.db can't be used: database is locked")] * 20

    def locked(*given: Any) -> Any:
        if errors:
            raise errors.pop()
        return take(*given)

    bench.host.queue.take = locked  # type: ignore[assignment, method-assign]
    drop(bench.folder, "people/a.csv", GOOD)
    with up(bench) as here:
        until(lambda: reports(bench.folder))
    assert here.said == ["ledger.db can't be used: database is locked"]


def test_workers_that_a_bug_keeps_from_all_work_end_it_with_a_clear_error_after_it_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("headgate.hosts.crew._AGAIN_SECONDS", 0.01)
    bench = Bench(tmp_path / "project", QUICK)

    def broken(*given: Any) -> Any:
        raise KeyError("state")

    bench.host.queue.take = broken  # type: ignore[assignment, method-assign]
    with up(bench) as here:
        here.thread.join(30)
    assert isinstance(here.error, HeadgateError)
    assert [line.splitlines()[0] for line in here.said] == ["a bug in Headgate: KeyError: 'state'"]
