"""alert, when a mail does not get through: nothing is lost, nobody is told twice, nobody waits for another."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from headgate.core.errors import Permanent, Transient
from headgate.ports import Refusal
from tests.stages.alerting import BOSS, BOTH, TEAM, hold, subjects, tick
from tests.stages.stage import NOW, Isolated


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_who_is_refused_keeps_the_others_from_nothing_and_they_are_told_of_it_once_a_day(tmp_path: Path):
    stage = Isolated(tmp_path, settings=BOTH)
    stage.mailer.refuse(BOSS, "550 no such user")
    hold(stage, "a")
    (told,) = tick(stage)
    assert told.data["recipients"] == 1
    (refused,) = tick(stage, 5)
    assert refused.data["about"] == "mail.refused"
    assert subjects(stage) == ["Headgate: people: a.csv failed", f"Headgate: {BOSS} can't be mailed"]
    assert "550 no such user" in stage.mailer.sent[1].get_content()
    assert set(stage.mailer.recipients) == {(TEAM,)}
    hold(stage, "b", after=6)
    tick(stage, 3600)
    assert tick(stage, 7200) == []
    assert len(stage.mailer.sent) == 3


def test_as_long_as_nobody_can_be_told_an_alert_is_kept_and_tried_again_at_growing_distances(stage: Isolated):
    stage.mailer.refuse(TEAM, "550 no such user")
    hold(stage, "a")
    tried = []
    for seconds in range(0, 6 * 3600, 60):
        try:
            assert tick(stage, seconds) == []
        except Transient:
            tried.append(seconds // 60)
    assert tried == [0, 2, 4, 6, 9, 14, 21, 32, 48, 72, 108, 162, 222, 282, 342]
    stage.mailer.accept(TEAM)
    (told,) = tick(stage, 8 * 3600)
    assert told.data["events"] == ["a"]


def test_who_is_refused_for_now_gets_the_mail_later_and_nobody_gets_it_twice(tmp_path: Path):
    stage = Isolated(tmp_path, settings=BOTH)
    stage.mailer.refuse(BOSS, "451 greylisted", permanent=False)
    hold(stage, "a", "b")
    with pytest.raises(Transient, match="451 greylisted"):
        tick(stage)
    stage.mailer.accept(BOSS)
    hold(stage, "c", after=60)
    assert tick(stage, 119) == []
    (told,) = tick(stage, 120)
    assert (told.data["recipients"], told.data["events"]) == (2, ["a", "b"])
    assert stage.mailer.recipients == [(TEAM,), (BOSS,)]
    assert len({mail["Message-ID"] for mail in stage.mailer.sent}) == 1
    assert "c.csv" not in stage.mailer.sent[1].get_content()
    (told,) = tick(stage, 600)
    assert told.data["events"] == ["c"]


class OneKindOnly:
    """A mailer whose server is away for some mails."""

    def __init__(self, stage: Isolated, error: Exception, word: str) -> None:
        self._stage, self._error, self._word = stage, error, word

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        if self._word in message["Subject"]:
            raise self._error
        return self._stage.mailer.send(message, recipients)


@pytest.mark.parametrize("error", [Transient("away"), Permanent("no login")])
def test_one_mail_that_fails_holds_up_no_other(stage: Isolated, error: Exception):
    hold(stage, "a", code="one")
    hold(stage, "b", code="two")
    hold(stage, "c", code="three")
    told = tick(stage, mailer=OneKindOnly(stage, error, "a.csv"))
    assert sorted(event.data["events"][0] for event in told) == ["b", "c"]
    assert [one.event for one in stage.notices.held()] == ["a"]


def test_a_failing_mail_server_fails_nothing_else_and_says_what_to_do(stage: Isolated):
    error = Permanent(
        "the server refuses the login", who="the owner", next="correct password_env", code="mail_login_refused"
    )
    hold(stage, "a")
    with pytest.raises(Transient, match="the server refuses the login") as caught:
        tick(stage, mailer=OneKindOnly(stage, error, "a.csv"))
    assert (caught.value.code, caught.value.who, caught.value.next) == (
        "mail_login_refused", "the owner", "correct password_env",
    )  # fmt: skip
    assert tick(stage, 5, mailer=OneKindOnly(stage, error, "a.csv")) == []


class Killed:
    """A part whose process dies before or after one of its calls."""

    def __init__(self, part: Any, call: str, *, after: bool) -> None:
        self._part, self._call, self._after = part, call, after

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            result = getattr(self._part, name)(*given, **named) if self._after or name != self._call else None
            if name == self._call:
                raise KeyboardInterrupt
            return result

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", ["held", "gather", "mail", "mark_mail", "send", "told"])
def test_a_process_that_dies_anywhere_loses_no_alert_and_sends_at_most_one_mail_more_with_the_same_id(
    stage: Isolated, call: str, after: bool
):
    hold(stage, "a", "b")
    part = "mailer" if call == "send" else "notices"
    killed: dict[str, Any] = {part: Killed(getattr(stage, part), call, after=after)}
    with pytest.raises(KeyboardInterrupt):
        tick(stage, **killed)
    hold(stage, "c", after=30)
    told = [event for seconds in (60, 120, 240, 700, 1400) for event in tick(stage, seconds)]
    mails = stage.mailer.sent
    for name in "abc":
        assert 1 <= sum(f"{name}.csv" in mail.get_content() for mail in mails) <= 2
    assert len(mails) - len({mail["Message-ID"] for mail in mails}) <= 1
    assert stage.notices.held() == []
    assert len({event.id for event in told}) == len(told)


def test_two_processes_whose_clocks_tick_at_once_tell_once(stage: Isolated):
    class Overtaken:
        """Between the look at what is held and the gathering another process does both."""

        def __getattr__(self, name: str) -> Any:
            if name == "gather":
                tick(stage)
            return getattr(stage.notices, name)

    hold(stage, "a")
    assert tick(stage, notices=Overtaken()) == []
    assert len(stage.mailer.sent) == 1


def test_the_event_of_a_mail_is_the_same_whenever_the_mail_goes_out(tmp_path: Path):
    told = []
    for seconds in (0, 60):
        stage = Isolated(tmp_path / str(seconds))
        hold(stage, "a")
        told += tick(stage, seconds)
    assert told[0].id == told[1].id


def test_a_mail_that_was_begun_keeps_its_id(stage: Isolated):
    hold(stage, "a")
    stage.notices.gather(stage.notices.held(), "begun", NOW)
    tick(stage, 120)
    assert stage.mailer.sent[0]["Message-ID"] == "<begun@headgate>"
