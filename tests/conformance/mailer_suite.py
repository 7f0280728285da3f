"""What every mailer promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest

from headgate.core.mail import plain_mail
from headgate.ports import Mailer

NOW = datetime(2026, 1, 2, 3, 4, 5)
TO = ["team@example.com", "boss@example.com"]


def mail(id_: str = "a1", subject: str = "Orders: 3 accepted", text: str = "Hello\n") -> EmailMessage:
    return plain_mail(id_, "headgate@localhost", TO, subject, text, NOW)


class MailerSuite:
    @pytest.fixture
    def mailer(self) -> Mailer:
        raise NotImplementedError

    @pytest.fixture
    def sent(self) -> Callable[[], list[EmailMessage]]:
        """What has gone out so far."""
        raise NotImplementedError

    def test_a_mail_goes_out_as_it_was_given(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]]):
        text = "Zeile 1 – ü\n.\nFrom x\n" + "y" * 2000 + "\n"
        assert mailer.send(mail(subject="Bestellungen für März ✓", text=text), TO) == []
        (found,) = sent()
        assert found["Subject"] == "Bestellungen für März ✓"
        assert found["To"] == "team@example.com, boss@example.com"
        assert found["From"] == "headgate@localhost"
        assert found["Message-ID"] == "<a1@headgate>"
        assert found["X-Headgate-Report-Id"] == "a1"
        assert found.get_content().replace("\r\n", "\n") == text

    def test_to_whom_it_was_sent_before_stands_in_a_mail_to_the_others(
        self, mailer: Mailer, sent: Callable[[], list[EmailMessage]]
    ):
        assert mailer.send(mail(), TO[1:]) == []
        (found,) = sent()
        assert found["To"] == "team@example.com, boss@example.com"

    def test_two_mails_of_one_subject_both_go_out(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]]):
        mailer.send(mail("a1"), TO)
        mailer.send(mail("b2"), TO)
        assert sorted(found["Message-ID"] for found in sent()) == ["<a1@headgate>", "<b2@headgate>"]

    @pytest.mark.parametrize("subject", ["../../up", "/etc/x", "a\x00b", "日本語", "x" * 400, "", "..", "CON"])
    def test_any_subject_will_do(self, mailer: Mailer, sent: Callable[[], list[EmailMessage]], subject: str):
        mailer.send(mail(subject=subject), TO)
        assert len(sent()) == 1


class RefusingMailerSuite(MailerSuite):
    """For mailers behind which somebody can refuse."""

    @pytest.fixture
    def refuse(self, mailer: Mailer) -> Callable[[str, str], None]:
        """From now on a recipient is refused with this answer."""
        raise NotImplementedError

    @pytest.fixture
    def reached(self) -> Callable[[], list[list[str]]]:
        """Who got each mail."""
        raise NotImplementedError

    @pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 greylisted", False)])
    def test_of_two_recipients_one_is_refused_and_the_other_has_the_mail(
        self,
        mailer: Mailer,
        refuse: Callable[[str, str], None],
        reached: Callable[[], list[list[str]]],
        answer: str,
        permanent: bool,
    ):
        refuse("boss@example.com", answer)
        (refusal,) = mailer.send(mail(), TO)
        assert (refusal.recipient, refusal.message, refusal.permanent) == ("boss@example.com", answer, permanent)
        assert reached() == [["team@example.com"]]

    def test_when_all_are_refused_nobody_has_the_mail(
        self, mailer: Mailer, refuse: Callable[[str, str], None], reached: Callable[[], list[list[str]]]
    ):
        refuse("team@example.com", "550 no such user")
        refuse("boss@example.com", "451 greylisted")
        assert {one.recipient: one.permanent for one in mailer.send(mail(), TO)} == {TO[0]: True, TO[1]: False}
        assert reached() == []
