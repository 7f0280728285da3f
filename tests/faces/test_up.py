"""`headgate up`, what it prints; what it does is tested in tests/hosts/test_up.py."""

from __future__ import annotations

import json
import signal
import threading

import pytest

from headgate.faces.cli.up import stop_on_signals
from headgate.hosts.failures import as_error
from headgate.hosts.up import Up
from tests.faces.command import Here
from tests.projects import drop, make_project


@pytest.fixture
def shop(here: Here, monkeypatch: pytest.MonkeyPatch) -> Here:
    """The command at home in a project; it is told to stop as soon as it works."""
    make_project(here.folder)
    keep_going = Up._keep_going

    def once(self: Up) -> None:
        self._look()
        self._crew.wake()
        self._stop.set()
        keep_going(self)

    monkeypatch.setattr(Up, "_keep_going", once)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    return here


def messages(err: str) -> list[str | None]:
    """What was said besides stage runs; fails when a line is no JSON object with a time and a level."""
    lines = [json.loads(line) for line in err.splitlines()]
    assert all({"time", "level"} <= set(line) for line in lines)
    return [line.get("message") for line in lines]


def test_where_nobody_looks_each_line_is_json_whatever_is_said(shop: Here, monkeypatch: pytest.MonkeyPatch):
    look = Up._look

    def changed(self: Up) -> float:
        self._say("settings changed:\nrestart")
        return look(self)

    monkeypatch.setattr(Up, "_look", changed)
    said = messages(shop("up", "--metrics-port", "0").err)
    assert "settings changed:\nrestart" in said
    assert any(message and message.startswith("metrics: ") for message in said)


def test_it_greets_with_what_it_watches_and_says_goodbye(shop: Here):
    said = shop("up")
    assert (said.code, said.out) == (0, "")
    lines = messages(said.err)
    assert lines[0] == f"watching {shop.folder}/inbox/ for anything, guests, people"
    assert lines[-1] == "stopped; what was under way is finished, what waits is kept"
    assert (shop.folder / "inbox").is_dir()


def test_what_lies_in_the_inbox_and_can_not_be_taken_is_said_at_the_start(shop: Here):
    (shop.folder / "inbox").mkdir()
    (shop.folder / "inbox/link.csv").symlink_to("elsewhere.csv")
    shop("run")
    said = [json.loads(line) for line in shop("up").err.splitlines()]
    assert (said[1]["level"], said[1]["message"]) == (
        "warning", "1 entry of the inbox can't be taken as files: headgate status"
    )  # fmt: skip


def test_quiet_it_says_nothing(shop: Here):
    drop(shop.folder, "people/a.csv")
    said = shop("up", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_the_address_of_the_metrics_is_said(shop: Here):
    assert "metrics: http://127.0.0.1:" in shop("up", "--metrics-port", "0").err


def test_what_is_no_port_is_a_mistake(shop: Here):
    assert shop("up", "--metrics-port", "70000").code == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_the_first_signal_asks_and_a_second_one_ends(number: signal.Signals):
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = stop_on_signals()
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        assert signal.getsignal(number) == signal.SIG_DFL
        assert isinstance(stop, threading.Event)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def test_a_bug_that_ends_it_is_told_with_its_place_in_the_code(here: Here, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Up) -> None:
        empty: dict[str, str] = {}
        try:
            _ = empty["state"]
        except KeyError as error:
            raise as_error(error) from error

    make_project(here.folder)
    monkeypatch.setattr(Up, "run", broken)
    said = here("up", "--quiet")
    assert said.code == 3
    assert said.err.startswith("error: a bug in Headgate: KeyError: 'state'\n")
    assert "in broken" in said.err
