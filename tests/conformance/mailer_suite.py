"""What every mailer promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest

from headgate.core.mail import plain_mail
from headgate.ports import Mailer

NOW = datetime(2026, 1, 2, 3, 4, 5)


def mail(id_: str = "a1", subject: str = "Orders: 3 accepted", text: str = "Hello\n") -> EmailMessage:
    return plain_mail(id_, "headgate@localhost", ["team@example.com", "boss@example.com"], subject, text, NOW)


class MailerSuite:
    @pytest.fixture
    def mailer(self) -> Mailer:
        raise NotImplementedError

    @pytest.fixture
    def sent(self) -> Callable[[], list[EmailMessage]]:
        """What has gone out so far."""
        raise NotImplementedError

    def test_a_mail_goes_out_as_it_was_given(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]]):
        mailer.send(mail(subject="Bestellungen für März ✓", text="Zeile 1 – ü\n.\nFrom x\n" + "y" * 2000 + "\n"))
        (found,) = sent()
        assert found["Subject"] == "Bestellungen für März ✓"
        assert found["To"] == "team@example.com, boss@example.com"
        assert found["From"] == "headgate@localhost"
        assert found["Message-ID"] == "<a1@headgate>"
        assert found["X-Headgate-Report-Id"] == "a1"
        assert found.get_content().replace("\r\n", "\n") == "Zeile 1 – ü\n.\nFrom x\n" + "y" * 2000 + "\n"

    def test_two_mails_of_one_subject_both_go_out(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]]):
        mailer.send(mail("a1"))
        mailer.send(mail("b2"))
        assert sorted(found["Message-ID"] for found in sent()) == ["<a1@headgate>", "<b2@headgate>"]

    @pytest.mark.parametrize("subject", ["../../up", "/etc/x", "a\x00b", "日本語", "x" * 400, "", "..", "CON"])
    def test_any_subject_will_do(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]], subject: str):
        mailer.send(mail(subject=subject))
        assert len(sent()) == 1
