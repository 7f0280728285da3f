"""One plain mail: no name of a file can add a header to it."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.mail import html_mail, plain_mail

NOW = datetime(2026, 1, 2, 3, 4, 5)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "X-Headgate-Report-Id", "Content-Type", "Content-Transfer-Encoding",
    "MIME-Version",
}  # fmt: skip


def received(subject: str, text: str = "Hello\n"):
    """The mail as another program reads it."""
    sent = plain_mail("id1", "headgate@localhost", ["a@x.org", "b@x.org"], subject, text, NOW).as_bytes()
    return email.message_from_bytes(sent, policy=email.policy.default)


@pytest.mark.parametrize(
    "subject",
    [
        "a\r\nBcc: evil@x.org", "a\nBcc: evil@x.org\n\nbody", "a\u2028Bcc: evil@x.org", "a\x85Bcc: evil@x.org",
        "=?utf-8?q?a=0ABcc=3A_evil@x.org?= failed", "=?utf-8?q?a=0D=0ABcc=3A_evil@x.org=0D=0A=0D=0A?=",
        "=?utf-8?b?DQpCY2M6IGV2aWxAeC5vcmc=?= x", "==??utf-8?q?=0ABcc=3A_evil@x.org?=",
    ],
)  # fmt: skip
def test_no_subject_adds_a_header(subject):
    mail = received(subject)
    assert set(mail.keys()) == HEADERS
    assert mail["To"] == "a@x.org, b@x.org"
    assert mail.get_content().split() == ["Hello"]


@given(st.text(max_size=300))
def test_any_text_will_do_as_a_subject(subject):
    assert set(received(subject.encode(errors="replace").decode()).keys()) == HEADERS


def test_a_long_subject_is_cut_and_one_in_any_script_arrives():
    assert received("é" * 400)["Subject"] == "é" * 150
    assert received("日本 – ✓")["Subject"] == "日本 – ✓"


def test_sender_time_and_identity_stand_in_the_mail():
    mail = received("Hello")
    assert mail["From"] == "headgate@localhost"
    assert mail["Date"] == "Fri, 02 Jan 2026 03:04:05 +0000"
    assert (mail["Message-ID"], mail["X-Headgate-Report-Id"]) == ("<id1@headgate>", "id1")


def html_received(html: str = "<p>Hello</p>", text: str = "Hello\n", images: dict[str, bytes] | None = None):
    """A mail with HTML as another program reads it."""
    images = {"one@headgate": b"\x89PNG one", "two@headgate": b"\x89PNG two"} if images is None else images
    sent = html_mail("id1", "headgate@localhost", ["a@x.org"], "Report", text, html, images, NOW).as_bytes()
    return email.message_from_bytes(sent, policy=email.policy.default)


def test_html_stands_beside_the_text_with_its_pictures_in_their_places():
    mail = html_received()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png",
    ]  # fmt: skip
    assert mail.get_body(("plain",)).get_content().split() == ["Hello"]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hello</p>"
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [(part["Content-ID"], part.get_content()) for part in pictures] == [
        ("<one@headgate>", b"\x89PNG one"), ("<two@headgate>", b"\x89PNG two"),
    ]  # fmt: skip
    assert list(mail.iter_attachments()) == [] or all(part.get_content_disposition() == "inline" for part in pictures)


def test_a_mail_without_pictures_has_two_parts():
    assert [part.get_content_type() for part in html_received(images={}).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_same_mail_has_the_same_bytes():
    def sent(html: str) -> bytes:
        return html_mail(
            "id1", "headgate@localhost", ["a@x.org"], "Report", "x", html, {"a@headgate": b"png"}, NOW
        ).as_bytes()

    assert sent("<p>") == sent("<p>")
    assert sent("<p>") != sent("<b>")


@given(st.text(max_size=200))
def test_no_content_ends_a_part(text):
    text = text.encode(errors="replace").decode()
    lines = [f"--headgate-{number}-{'0' * 32}--" for number in range(3)]
    mail = html_received("\n".join([text, *lines, "Bcc: evil@x.org"]), "\n".join([*lines, text]))
    assert len(list(mail.walk())) == 6
    assert set(mail.keys()) == HEADERS - {"Content-Transfer-Encoding"}
