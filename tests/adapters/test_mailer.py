"""The mailers behave alike; the outbox also keeps one file per mail."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from headgate.adapters.local.outbox import Outbox
from headgate.adapters.memory.mailer import MemoryMailer
from headgate.core.errors import Outside
from tests.conformance.mailer_suite import TO, MailerSuite, RefusingMailerSuite, mail


class TestMemoryMailer(RefusingMailerSuite):
    @pytest.fixture
    def mailer(self) -> MemoryMailer:
        return MemoryMailer()

    @pytest.fixture
    def sent(self, mailer: MemoryMailer) -> Callable[[], list[EmailMessage]]:
        return lambda: list(mailer.sent)

    @pytest.fixture
    def refuse(self, mailer: MemoryMailer) -> Callable[[str, str], None]:
        return lambda recipient, answer: mailer.refuse(recipient, answer, permanent=answer.startswith("5"))

    @pytest.fixture
    def reached(self, mailer: MemoryMailer) -> Callable[[], list[list[str]]]:
        return lambda: [list(recipients) for recipients in mailer.recipients]

    def test_who_was_refused_may_be_accepted_again(self, mailer: MemoryMailer):
        mailer.refuse(TO[0])
        mailer.accept(TO[0])
        assert mailer.send(mail(), TO) == []


class TestOutbox(MailerSuite):
    @pytest.fixture
    def mailer(self, tmp_path: Path) -> Outbox:
        return Outbox(tmp_path / "deep" / "outbox")

    @pytest.fixture
    def sent(self, tmp_path: Path) -> Callable[[], list[EmailMessage]]:
        def read() -> list[EmailMessage]:
            files = list((tmp_path / "deep" / "outbox").iterdir())
            assert {path.suffix for path in files} == {".eml"}
            return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]

        return read

    def test_the_same_mail_sent_again_is_one_file(self, mailer: Outbox, sent: Callable[[], list[EmailMessage]]):
        mailer.send(mail(), TO)
        mailer.send(mail(), TO)
        assert len(sent()) == 1

    def test_the_name_of_the_file_says_what_it_is(self, mailer: Outbox, tmp_path: Path):
        mailer.send(mail("0123456789abcdef", "Orders: 3 accepted, 1 rejected"), TO)
        assert [path.name for path in (tmp_path / "deep" / "outbox").iterdir()] == [
            "orders-3-accepted-1-rejected-0123456789ab.eml"
        ]

    def test_a_folder_that_cannot_be_is_an_error_from_outside(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Outside) as caught:
            Outbox(tmp_path / "file" / "outbox").send(mail(), TO)
        assert caught.value.who
        assert caught.value.next
