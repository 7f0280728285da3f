"""SES as a mailer: moto takes the mails; how SES refuses is played by a server that answers in its words."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import struct
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from headgate.adapters.aws.dynamo import DynamoTable
from headgate.adapters.aws.mail import SesMailer
from headgate.adapters.aws.notices import DynamoNotices
from headgate.core.errors import Outside, Permanent, Transient
from headgate.core.mail import html_mail
from headgate.ports import Context
from headgate.stages.delivery import deliver
from tests.aws_server import REGION
from tests.conformance.mailer_suite import NOW, TO, MailerSuite, mail
from tests.stages.stage import Isolated, event

CAUSE = event("analysis.completed", "run", {})
UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: "


class TestSesMailer(MailerSuite):
    @pytest.fixture
    def backend(self, aws: str) -> Any:
        """SES in moto; where its mails are, since SES itself gives none back."""
        import boto3
        from moto.ses.models import ses_backends

        boto3.client("sesv2").create_email_identity(EmailIdentity="headgate@localhost")
        backend = ses_backends["123456789012"][REGION]
        backend.sent_messages.clear()
        return backend

    @pytest.fixture
    def mailer(self, backend: Any) -> SesMailer:
        return SesMailer(REGION)

    @pytest.fixture
    def sent(self, backend: Any) -> Callable[[], list[EmailMessage]]:
        return lambda: [
            email.message_from_string(one.raw_data, policy=email.policy.default) for one in backend.sent_messages
        ]

    def test_a_mail_with_pictures_arrives_whole_and_in_plain_ascii(self, mailer: SesMailer, backend: Any):
        png = b"\x89PNG\x00\xff"
        page = html_mail("a1", "headgate@localhost", TO, "s", "Text ü", '<p>ü<img src="cid:c1"></p>', {"c1": png}, NOW)
        assert mailer.send(page, TO) == []
        (one,) = backend.sent_messages
        assert one.raw_data.isascii()
        found = email.message_from_string(one.raw_data, policy=email.policy.default)
        text = found.get_body(("plain",))
        assert text
        assert text.get_content().strip() == "Text ü"
        assert [part.get_content() for part in found.walk() if part.get_content_type() == "image/png"] == [png]

    def test_a_sender_that_is_not_verified_is_told_with_what_to_do(self, mailer: SesMailer, backend: Any):
        other = mail()
        other.replace_header("From", "nobody@elsewhere.example")
        with pytest.raises(Permanent, match=r"nobody@elsewhere\.example") as caught:
            mailer.send(other, TO)
        assert caught.value.next
        assert caught.value.next.startswith("verify nobody@elsewhere.example")
        assert backend.sent_messages == []


class Ses:
    """Answers as SES does, at its own address.

    Attributes:
        refusals: address → (status, code, message); of a mail to several the first one that is refused counts.
        mails: the recipients of each mail that was taken, and every call's.
    """

    def __init__(self) -> None:
        self.refusals: dict[str, tuple[int, str, str]] = {}
        self.mails: list[list[str]] = []
        self.calls: list[list[str]] = []
        self.raw = b""
        self.hangs_up = False

    def answer(self, body: dict[str, Any]) -> tuple[int, str, dict[str, str]]:
        recipients = body["Destination"]["ToAddresses"]
        self.calls.append(recipients)
        self.raw = b64decode(body["Content"]["Raw"]["Data"])
        for one in ("*", *recipients):
            if one in self.refusals:
                status, code, message = self.refusals[one]
                return status, code, {"message": message}
        self.mails.append(recipients)
        return 200, "", {"MessageId": "1"}


@pytest.fixture
def ses(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ses]:
    told = Ses()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, code, said = told.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if told.hangs_up:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            if code:
                self.send_header("x-amzn-ErrorType", code)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mail_to_several_is_one_call(ses: Ses):
    assert SesMailer(REGION).send(mail(), [*TO, TO[0]]) == []
    assert ses.calls == [TO]


def test_more_recipients_than_one_call_takes_all_have_the_mail(ses: Ses):
    many = [f"a{number}@example.com" for number in range(120)]
    assert SesMailer(REGION).send(mail(), many) == []
    assert [len(one) for one in ses.mails] == [50, 50, 20]
    assert [one for mail in ses.mails for one in mail] == many


def test_of_three_recipients_one_is_refused_and_the_others_have_the_mail_once(ses: Ses):
    ses.refusals["boss@example.com"] = (400, "MessageRejected", UNVERIFIED + "boss@example.com")
    (refusal,) = SesMailer(REGION).send(mail(), [*TO, "third@example.com"])
    assert (refusal.recipient, refusal.permanent) == ("boss@example.com", True)
    assert refusal.message == UNVERIFIED + "boss@example.com"
    assert ses.mails == [["team@example.com"], ["third@example.com"]]


def test_an_address_that_ses_cannot_read_keeps_nobody_else_from_the_mail(ses: Ses):
    ses.refusals["boss@example.com"] = (400, "BadRequestException", "Missing final '@domain'")
    assert [one.recipient for one in SesMailer(REGION).send(mail(), TO)] == ["boss@example.com"]
    assert ses.mails == [["team@example.com"]]


def test_when_every_recipient_is_refused_by_name_each_is_told(ses: Ses):
    for one in TO:
        ses.refusals[one] = (400, "MessageRejected", UNVERIFIED + one)
    assert [(one.recipient, one.permanent) for one in SesMailer(REGION).send(mail(), TO)] == [(to, True) for to in TO]
    assert ses.mails == []


def test_who_comes_after_a_limit_was_reached_is_refused_for_now_and_the_others_have_the_mail(ses: Ses):
    many = [f"a{number}@example.com" for number in range(51)]
    ses.refusals[many[-1]] = (429, "TooManyRequestsException", "Maximum sending rate exceeded.")
    (refusal,) = SesMailer(REGION).send(mail(), many)
    assert (refusal.recipient, refusal.permanent) == (many[-1], False)


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "TooManyRequestsException"), (400, "SendingPausedException"), (400, "LimitExceededException"), (500, "X")],
)
def test_what_passes_is_transient_and_asked_once(ses: Ses, status: int, code: str):
    ses.refusals["*"] = (status, code, "not now")
    with pytest.raises(Transient):
        SesMailer(REGION).send(mail(), TO)
    assert len(ses.calls) == 1


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException", "AccountSuspendedException"])
def test_what_is_wrong_with_the_mail_is_permanent_and_nobody_has_it(ses: Ses, code: str):
    ses.refusals["*"] = (400, code, "Transaction failed: duplicate header 'Subject'")
    with pytest.raises(Permanent, match="duplicate header") as caught:
        SesMailer(REGION).send(mail(), TO)
    assert caught.value.code == "mail_refused"
    assert caught.value.next


def test_a_sender_that_is_not_verified_is_not_tried_for_each_recipient(ses: Ses):
    ses.refusals["*"] = (400, "MessageRejected", UNVERIFIED + "headgate@localhost, team@example.com, boss@example.com")
    with pytest.raises(Permanent) as caught:
        SesMailer(REGION).send(mail(), TO)
    assert caught.value.next
    assert caught.value.next.startswith("verify headgate@localhost")
    assert len(ses.calls) == 1


def test_a_recipient_whose_address_ends_like_the_sender_s_is_not_taken_for_it(ses: Ses):
    ses.refusals["not-headgate@localhost"] = (400, "MessageRejected", UNVERIFIED + "not-headgate@localhost")
    (refusal,) = SesMailer(REGION).send(mail(), ["not-headgate@localhost", *TO])
    assert refusal.recipient == "not-headgate@localhost"
    assert ses.mails == [[one] for one in TO]


def test_no_right_to_send_is_an_error_from_outside(ses: Ses):
    ses.refusals["*"] = (403, "AccessDeniedException", "not authorized to perform ses:SendEmail")
    with pytest.raises(Outside, match="not authorized"):
        SesMailer(REGION).send(mail(), TO)


@pytest.mark.parametrize(("status", "code"), [(403, "ExpiredTokenException"), (403, "AccessDenied"), (500, "X")])
def test_who_was_reached_before_it_broke_off_has_the_mail_and_the_others_are_refused_for_now(
    ses: Ses, status: int, code: str
):
    many = [f"a{number}@example.com" for number in range(120)]
    ses.refusals[many[50]] = (status, code, "no more")
    refusals = SesMailer(REGION).send(mail(), many)
    assert [(one.recipient, one.permanent) for one in refusals] == [(one, False) for one in many[50:]]
    assert ses.calls == [many[:50], many[50:100]]


def test_who_was_reached_alone_before_it_broke_off_has_the_mail(ses: Ses):
    ses.refusals["bad"] = (400, "BadRequestException", "Missing final '@domain'")
    ses.refusals["boss@example.com"] = (403, "ExpiredTokenException", "expired")
    found = SesMailer(REGION).send(mail(), ["bad", *TO, "third@example.com"])
    assert {one.recipient: one.permanent for one in found} == {
        "bad": True, "boss@example.com": False, "third@example.com": False,
    }  # fmt: skip
    assert ses.mails == [["team@example.com"]]


def test_what_breaks_off_after_nothing_but_refusals_is_raised_as_nobody_has_the_mail(ses: Ses):
    ses.refusals["bad"] = (400, "BadRequestException", "Missing final '@domain'")
    ses.refusals["boss@example.com"] = (403, "ExpiredTokenException", "expired")
    with pytest.raises(Outside, match="expired"):
        SesMailer(REGION).send(mail(), ["bad", "boss@example.com"])


def test_a_mail_of_which_a_later_part_broke_off_reaches_nobody_twice(ses: Ses, noting: Context):
    many = [f"a{number}@example.com" for number in range(60)]
    ses.refusals[many[-1]] = (403, "ExpiredTokenException", "expired")
    with pytest.raises(Transient):
        deliver(mail(), many, CAUSE, noting)
    ses.refusals.clear()
    assert deliver(mail(), many, CAUSE, noting) == 10
    assert [one for mail in ses.mails for one in mail] == many


def test_when_ses_breaks_off_nobody_says_that_the_mail_is_not_out_and_it_is_not_sent_twice(ses: Ses):
    ses.hangs_up = True
    with pytest.raises(TimeoutError):
        SesMailer(REGION).send(mail(), TO)
    assert len(ses.calls) == 1


def test_where_nobody_answers_the_mail_is_surely_not_out(aws: str, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    with pytest.raises(Transient, match="SES can't be reached"):
        SesMailer(REGION).send(mail(), TO)


@pytest.fixture
def noting(ses: Ses, aws: str, unique: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A stage's context with the mailer and the notices of AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", aws)
    table = DynamoTable(unique)
    table.create()
    return replace(Isolated(tmp_path).context, mailer=SesMailer(REGION), notices=DynamoNotices(table))


def test_a_mail_whose_event_comes_again_is_sent_once(ses: Ses, noting: Context):
    assert deliver(mail(), TO, CAUSE, noting) == 2
    assert deliver(mail(), TO, CAUSE, noting) == 0
    assert ses.mails == [TO]


def test_who_was_refused_is_tried_again_and_nobody_else(ses: Ses, noting: Context):
    ses.refusals["boss@example.com"] = (400, "MessageRejected", UNVERIFIED + "boss@example.com")
    with pytest.raises(Permanent, match=r"boss@example\.com"):
        deliver(mail(), TO, CAUSE, noting)
    ses.refusals.clear()
    assert deliver(mail(), TO, CAUSE, noting) == 1
    assert ses.mails == [["team@example.com"], ["boss@example.com"]]


def test_a_mail_of_which_ses_said_nothing_goes_out_once_more_at_most(ses: Ses, noting: Context):
    ses.hangs_up = True
    for _ in range(2):
        with pytest.raises(TimeoutError):
            deliver(mail(), TO, CAUSE, noting)
    assert deliver(mail(), TO, CAUSE, noting) == 0
    assert ses.calls == [TO, TO]


def test_what_ses_refuses_for_now_goes_out_when_it_takes_mails_again(ses: Ses, noting: Context):
    ses.refusals["*"] = (429, "TooManyRequestsException", "Daily message quota exceeded.")
    for _ in range(3):
        with pytest.raises(Transient):
            deliver(mail(), TO, CAUSE, noting)
    ses.refusals.clear()
    assert deliver(mail(), TO, CAUSE, noting) == 2
    assert ses.mails == [TO]
