"""SMTP, against a real server on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.smtp import SmtpMailer
from headgate.core.config.mail_settings import Smtp
from headgate.core.errors import Outside, Permanent, Transient
from tests.conformance.mailer_suite import TO, RefusingMailerSuite, mail
from tests.smtp_server import PASSWORD, USER, MailServer, mail_server, server_certificate

SECRETS: Mapping[str, str] = {
    "MAIL_USER": USER,
    "MAIL_PASSWORD": PASSWORD,
    "WRONG": "not-the-password",
    "ODD": "pässword",
}


def mailer_for(server: MailServer, **settings: Any) -> SmtpMailer:
    """One that logs in over STARTTLS, unless told otherwise."""
    login = {"user_env": "MAIL_USER", "password_env": "MAIL_PASSWORD"}
    return SmtpMailer(Smtp(**{"host": "127.0.0.1", "port": server.port, **login, **settings}), SECRETS.get)


def without_login(server: MailServer, **settings: Any) -> SmtpMailer:
    return mailer_for(server, user_env=None, password_env=None, **settings)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    context, authority = server_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    return context


@pytest.fixture
def server(certificate: ssl.SSLContext) -> Iterator[MailServer]:
    """Takes mails over STARTTLS only, and after a login."""
    with mail_server(certificate, require_starttls=True, auth_required=True) as running:
        yield running


@pytest.fixture
def plain_server() -> Iterator[MailServer]:
    """Knows no TLS, and takes a login in the clear."""
    with mail_server(auth_require_tls=False) as running:
        yield running


class TestSmtpMailer(RefusingMailerSuite):
    @pytest.fixture
    def mailer(self, server: MailServer) -> SmtpMailer:
        return mailer_for(server)

    @pytest.fixture
    def sent(self, server: MailServer) -> Callable[[], list[EmailMessage]]:
        return lambda: list(server.mails)

    @pytest.fixture
    def refuse(self, server: MailServer) -> Callable[[str, str], None]:
        return server.answers.__setitem__

    @pytest.fixture
    def reached(self, server: MailServer) -> Callable[[], list[list[str]]]:
        return lambda: list(server.recipients)


def test_the_envelope_names_the_sender_and_only_those_the_mail_is_for(server: MailServer):
    mailer_for(server).send(mail(), TO[:1])
    assert server.senders == ["headgate@localhost"]
    assert server.recipients == [TO[:1]]
    assert server.encrypted == [True]
    assert server.logins == [(USER, PASSWORD)]


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_tls_from_the_first_byte(certificate: ssl.SSLContext):
    with mail_server(certificate, tls=True, auth_required=True, auth_require_tls=False) as server:
        assert mailer_for(server, security="tls").send(mail(), TO) == []
        assert server.encrypted == [True]


def test_a_server_that_wants_no_login_gets_none(certificate: ssl.SSLContext):
    with mail_server(certificate) as server:
        without_login(server).send(mail(), TO)
        assert (server.encrypted, server.logins) == ([True], [])


def test_neither_login_nor_mail_goes_out_without_tls(plain_server: MailServer):
    for mailer in (mailer_for(plain_server), without_login(plain_server)):
        with pytest.raises(Permanent, match="STARTTLS") as caught:
            mailer.send(mail(), TO)
        assert caught.value.code == "mail_not_supported"
        assert caught.value.next
        assert "mail.smtp.security" in caught.value.next
    assert not plain_server.logins
    assert not plain_server.mails


def test_without_tls_when_the_settings_say_so(plain_server: MailServer):
    mailer_for(plain_server, security="none").send(mail(), TO)
    assert (plain_server.encrypted, plain_server.logins) == ([False], [(USER, PASSWORD)])


@pytest.mark.parametrize("name", ["mail.example.com", "127.0.0.2"])
def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    context, authority = server_certificate(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with mail_server(context) as server:
        with pytest.raises(Permanent) as caught:
            mailer_for(server).send(mail(), TO)
        assert caught.value.code == "mail_certificate"
        assert not server.logins
        assert not server.mails


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path: Path):
    context, _ = server_certificate(tmp_path)
    with mail_server(context) as server, pytest.raises(Permanent, match="not trusted"):
        mailer_for(server).send(mail(), TO)


def test_a_login_that_is_refused_says_which_settings_to_correct_and_not_the_password(server: MailServer):
    with pytest.raises(Permanent) as caught:
        mailer_for(server, password_env="WRONG").send(mail(), TO)
    assert caught.value.code == "mail_login_refused"
    assert "password_env" in str(caught.value)
    assert SECRETS["WRONG"] not in str(caught.value)
    assert server.mails == []


def test_a_password_that_cannot_be_sent_is_refused_without_showing_it(server: MailServer):
    with pytest.raises(Permanent) as caught:
        mailer_for(server, password_env="ODD").send(mail(), TO)
    assert caught.value.code == "mail_login_refused"
    said = "".join(traceback.format_exception(caught.value))
    assert SECRETS["ODD"] not in said
    assert "UnicodeEncodeError" not in said


def test_a_login_that_is_refused_for_now_is_tried_again(server: MailServer):
    server.answers["AUTH"] = "454 the keeper of passwords is away"
    with pytest.raises(Transient, match="454 the keeper"):
        mailer_for(server).send(mail(), TO)


@pytest.mark.parametrize("lacking", ["user_env", "password_env"])
def test_a_login_that_is_not_in_the_environment_is_named_before_anything_is_sent(server: MailServer, lacking: str):
    with pytest.raises(Permanent, match="NOT_THERE is not set") as caught:
        mailer_for(server, **{lacking: "NOT_THERE"}).send(mail(), TO)
    assert caught.value.next == "export NOT_THERE=…, then start Headgate again"
    assert server.logins == []


@pytest.mark.parametrize("verb", ["MAIL", "DATA"])
@pytest.mark.parametrize(("answer", "kind"), [("550 not with me", Permanent), ("451 later", Transient)])
def test_a_sender_or_a_mail_that_is_refused(server: MailServer, verb: str, answer: str, kind: type[Exception]):
    server.answers[verb] = answer
    with pytest.raises(kind, match=answer) as caught:
        mailer_for(server).send(mail(), TO)
    assert isinstance(caught.value, Permanent | Transient)
    assert caught.value.who
    assert caught.value.next
    assert server.mails == []


def test_a_server_that_closes_in_the_middle_of_the_recipients_has_nothing_and_is_tried_again(server: MailServer):
    server.answers[TO[0]] = "421 closing"
    with pytest.raises(Transient, match="421 closing"):
        mailer_for(server).send(mail(), TO)
    assert server.mails == []


def test_what_a_server_says_to_good_bye_takes_no_mail_back(server: MailServer):
    server.answers["QUIT"] = "500 what?"
    assert mailer_for(server).send(mail(), TO) == []
    assert len(server.mails) == 1


def test_an_answer_that_would_break_a_line_does_not(server: MailServer):
    server.answers[TO[0]] = "550 \x1b]0;x\x07 no"
    (refusal,) = mailer_for(server).send(mail(), TO)
    assert refusal.message.isprintable()


def test_an_address_that_needs_more_than_the_server_knows_is_refused(certificate: ssl.SSLContext):
    with mail_server(certificate, auth_required=True, enable_SMTPUTF8=False) as server:
        with pytest.raises(Permanent) as caught:
            mailer_for(server).send(mail(), ["päivi@example.com"])
        assert caught.value.code == "mail_not_supported"


def test_a_server_that_is_not_there_is_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = MailServer(port=free.getsockname()[1])
        with pytest.raises(Outside) as caught:
            mailer_for(nobody).send(mail(), TO)
    assert caught.value.code == "mail_unreachable"
    assert f"127.0.0.1:{nobody.port}" in str(caught.value)
    assert caught.value.next


def test_a_server_that_says_nothing_is_given_up_after_the_time_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Outside, match="timed out"):
        mailer_for(MailServer(port=silent.getsockname()[1]), timeout=0.05).send(mail(), TO)


def test_a_server_that_hangs_up_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as rude:
        thread = threading.Thread(target=lambda: rude.accept()[0].close())
        thread.start()
        with pytest.raises(Outside):
            mailer_for(MailServer(port=rude.getsockname()[1])).send(mail(), TO)
        thread.join()
