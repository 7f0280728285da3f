"""delivery: each recipient gets a mail once, whoever else is refused and whenever the process dies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from headgate.adapters.memory.ledger import LedgerPages, MemoryLedger
from headgate.core.errors import Busy, Outside, Permanent, Transient
from headgate.ports import Context, MailState, Notices, Refusal
from headgate.stages.delivery import deliver
from tests.conformance.mailer_suite import TO, mail
from tests.stages.stage import Isolated, event

TEAM, BOSS = TO
CAUSE = event("analysis.completed", "run", {})


@pytest.fixture
def stage(tmp_path: Path) -> Isolated:
    return Isolated(tmp_path)


def test_everybody_gets_the_mail_and_is_marked(stage: Isolated):
    assert deliver(mail(), TO, CAUSE, stage.context) == 2
    assert stage.mailer.recipients == [(TEAM, BOSS)]
    assert stage.notices.mail("a1") == {TEAM: "sent", BOSS: "sent"}


def test_a_mail_delivered_again_is_not_sent_again(stage: Isolated):
    deliver(mail(), TO, CAUSE, stage.context)
    assert deliver(mail(), TO, CAUSE, stage.context) == 0
    assert len(stage.mailer.sent) == 1


def test_another_mail_and_another_recipient_are_sent(stage: Isolated):
    deliver(mail("a1"), [TEAM], CAUSE, stage.context)
    assert deliver(mail("a1"), TO, CAUSE, stage.context) == 1
    assert deliver(mail("b2"), TO, CAUSE, stage.context) == 2
    assert stage.mailer.recipients == [(TEAM,), (BOSS,), (TEAM, BOSS)]


def test_without_recipients_nothing_is_sent(stage: Isolated):
    assert deliver(mail(), [], CAUSE, stage.context) == 0
    assert stage.mailer.sent == []


def test_an_address_that_stands_twice_gets_one_mail(stage: Isolated):
    assert deliver(mail(), [TEAM, TEAM], CAUSE, stage.context) == 1


def test_who_is_refused_for_good_is_named_after_the_others_were_sent(stage: Isolated):
    stage.mailer.refuse(TEAM, "550 no such user")
    with pytest.raises(Permanent, match=f"{TEAM}: 550 no such user") as caught:
        deliver(mail(), TO, CAUSE, stage.context)
    assert caught.value.code == "recipient_refused"
    assert caught.value.next
    assert stage.mailer.recipients == [(BOSS,)]
    assert stage.notices.mail("a1") == {TEAM: "refused", BOSS: "sent"}


def test_a_redrive_tries_only_who_was_refused(stage: Isolated):
    stage.mailer.refuse(TEAM)
    for _ in range(2):
        with pytest.raises(Permanent):
            deliver(mail(), TO, CAUSE, stage.context)
    stage.mailer.accept(TEAM)
    assert deliver(mail(), TO, CAUSE, stage.context) == 1
    assert stage.mailer.recipients == [(BOSS,), (TEAM,)]
    assert deliver(mail(), TO, CAUSE, stage.context) == 0


def test_who_is_refused_for_now_is_tried_again(stage: Isolated):
    stage.mailer.refuse(TEAM, "451 greylisted", permanent=False)
    with pytest.raises(Transient, match="451 greylisted"):
        deliver(mail(), TO, CAUSE, stage.context)
    stage.mailer.accept(TEAM)
    assert deliver(mail(), TO, CAUSE, stage.context) == 1
    assert stage.mailer.recipients == [(BOSS,), (TEAM,)]


def test_as_long_as_somebody_is_refused_for_now_it_is_tried_again(stage: Isolated):
    stage.mailer.refuse(TEAM, "550 no such user")
    stage.mailer.refuse(BOSS, "451 greylisted", permanent=False)
    with pytest.raises(Transient):
        deliver(mail(), TO, CAUSE, stage.context)
    stage.mailer.accept(BOSS)
    with pytest.raises(Permanent):
        deliver(mail(), TO, CAUSE, stage.context)
    assert stage.mailer.recipients == [(BOSS,)]


class Dying:
    """A mailer whose process dies before or after the mail is out, or whose server refuses the whole mail."""

    def __init__(self, stage: Isolated, error: BaseException, *, sends: bool) -> None:
        self._stage, self._error, self._sends = stage, error, sends

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        if self._sends:
            self._stage.mailer.send(message, recipients)
        raise self._error


@pytest.mark.parametrize(("sends", "mails"), [(False, 1), (True, 2)])
def test_a_process_that_dies_while_sending_sends_at_most_one_mail_more_with_the_same_ids(
    stage: Isolated, sends: bool, mails: int
):
    dying = replace(stage.context, mailer=Dying(stage, KeyboardInterrupt(), sends=sends))
    with pytest.raises(KeyboardInterrupt):
        deliver(mail(), TO, CAUSE, dying)
    assert stage.notices.mail("a1") == {TEAM: "sending", BOSS: "sending"}
    deliver(mail(), TO, CAUSE, stage.context)
    deliver(mail(), TO, CAUSE, stage.context)
    assert [sent["Message-ID"] for sent in stage.mailer.sent] == ["<a1@headgate>"] * mails
    assert stage.notices.mail("a1") == {TEAM: "sent", BOSS: "sent"}


@pytest.mark.parametrize("error", [Transient("away"), Permanent("no login")])
def test_a_server_that_takes_nothing_leaves_everybody_to_be_tried(stage: Isolated, error: Exception):
    with pytest.raises(type(error)):
        deliver(mail(), TO, CAUSE, replace(stage.context, mailer=Dying(stage, error, sends=False)))
    assert deliver(mail(), TO, CAUSE, stage.context) == 2


class Unwritable:
    """Notices that can't note one of the states, as when the disk fills up or somebody keeps the file locked."""

    def __init__(self, notices: Notices, *states: MailState) -> None:
        self._notices, self._states = notices, states

    def mail(self, id_: str) -> Mapping[str, MailState]:
        return self._notices.mail(id_)

    def mark_mail(self, id_: str, recipients: Iterable[str], state: MailState, at: datetime) -> None:
        if state in self._states and list(recipients):
            raise Outside("notices.db can't be used: database or disk is full")
        self._notices.mark_mail(id_, recipients, state, at)


def test_a_mail_whose_sending_can_never_be_noted_goes_out_at_most_once_more(stage: Isolated):
    full = replace(stage.context, notices=cast(Notices, Unwritable(stage.notices, "sent")))
    for _ in range(5):
        with pytest.raises(Outside):
            deliver(mail(), TO, CAUSE, full)
    assert [sent["Message-ID"] for sent in stage.mailer.sent] == ["<a1@headgate>"] * 2
    assert deliver(mail(), TO, CAUSE, stage.context) == 0
    assert stage.notices.mail("a1") == {TEAM: "sent", BOSS: "sent"}


@pytest.mark.parametrize("state", ["sending", "sending_again"])
def test_nothing_is_sent_whose_beginning_cannot_be_noted(stage: Isolated, state: MailState):
    if state == "sending_again":
        stage.notices.mark_mail("a1", TO, "sending", stage.context.now)
    with pytest.raises(Outside):
        deliver(mail(), TO, CAUSE, replace(stage.context, notices=cast(Notices, Unwritable(stage.notices, state))))
    assert stage.mailer.sent == []


@pytest.mark.parametrize("error", [Transient("away"), Outside("away"), Permanent("no login")])
def test_however_often_nobody_takes_it_the_mail_is_not_taken_for_sent(stage: Isolated, error: Exception):
    for _ in range(4):
        with pytest.raises(type(error)):
            deliver(mail(), TO, CAUSE, replace(stage.context, mailer=Dying(stage, error, sends=False)))
    assert deliver(mail(), TO, CAUSE, stage.context) == 2
    assert len(stage.mailer.sent) == 1


def test_however_often_somebody_is_refused_for_now_he_gets_the_mail_in_the_end(stage: Isolated):
    stage.mailer.refuse(TEAM, "451 greylisted", permanent=False)
    for _ in range(4):
        with pytest.raises(Transient):
            deliver(mail(), TO, CAUSE, stage.context)
    stage.mailer.accept(TEAM)
    assert deliver(mail(), TO, CAUSE, stage.context) == 1
    assert stage.mailer.recipients == [(BOSS,), (TEAM,)]


@pytest.fixture
def processes(stage: Isolated) -> tuple[Context, Context]:
    """The same context in two processes."""
    pages = LedgerPages()
    one, other = (replace(stage.context, ledger=MemoryLedger(pages, name)) for name in ("one", "other"))
    return one, other


def test_two_copies_of_one_event_at_once_send_one_mail(stage: Isolated, processes: tuple[Context, Context]):
    one, other = processes

    class Sending:
        """While this one brings the mail away, the other process comes with the same event."""

        def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
            with pytest.raises(Busy):
                deliver(mail(), TO, CAUSE, other)
            return stage.mailer.send(message, recipients)

    assert deliver(mail(), TO, CAUSE, replace(one, mailer=Sending())) == 2
    assert deliver(mail(), TO, CAUSE, other) == 0
    assert len(stage.mailer.sent) == 1


def test_a_hold_that_can_not_be_ended_changes_nothing_of_what_became_of_the_mail(
    stage: Isolated, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: str) -> None:
        raise Transient("the table is busy")

    monkeypatch.setattr(stage.ledger, "let_go", busy)
    stage.mailer.refuse(TEAM)
    with pytest.raises(Permanent):
        deliver(mail(), TO, CAUSE, stage.context)
    assert stage.notices.mail("a1") == {TEAM: "refused", BOSS: "sent"}


def test_a_mail_that_is_refused_can_be_sent_by_another_process_at_once(
    stage: Isolated, processes: tuple[Context, Context]
):
    one, other = processes
    with pytest.raises(Permanent):
        deliver(mail(), TO, CAUSE, replace(one, mailer=Dying(stage, Permanent("no login"), sends=False)))
    assert deliver(mail(), TO, CAUSE, other) == 2
