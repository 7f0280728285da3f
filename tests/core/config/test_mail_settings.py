"""The settings for mail: what can't be right is refused before anything is sent, and no secret stands in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.config.mail_settings import Smtp
from headgate.core.errors import UserMistake
from headgate.core.project import load_project


def smtp_of(folder: Path, written: str) -> Smtp | None:
    (folder / "headgate.yaml").write_text(f"mail:\n  smtp: {written}\n")
    return load_project(folder).settings.mail.smtp


def test_without_the_section_there_is_no_mail_server(tmp_path: Path):
    assert smtp_of(tmp_path, "") is None


def test_a_host_is_enough_and_means_starttls(tmp_path: Path):
    smtp = smtp_of(tmp_path, "{host: smtp.example.com}")
    assert smtp == Smtp(
        host="smtp.example.com", port=None, security="starttls", user_env=None, password_env=None, timeout=30
    )


@pytest.mark.parametrize(
    ("written", "port"),
    [("security: starttls", 587), ("security: tls", 465), ("security: none", 25), ("security: tls, port: 2525", 2525)],
)
def test_the_port_is_the_usual_one_unless_it_is_written(tmp_path: Path, written: str, port: int):
    smtp = smtp_of(tmp_path, f"{{host: '::1', {written}}}")
    assert smtp
    assert smtp.port_used == port


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("{port: 25}", "mail.smtp.host", "the key `host` is missing here"),
        ("{host: 'smtp.example.com:587'}", "mail.smtp.host", "the port goes under `port`"),
        ("{host: 'user@smtp.example.com'}", "mail.smtp.host", "is no name of a host"),
        ("{host: 'smtp://example.com'}", "mail.smtp.host", "is no name of a host"),
        ("{host: a, port: 70000}", "mail.smtp.port", "at most 65535"),
        ("{host: a, port: 0}", "mail.smtp.port", "at least 1"),
        ("{host: a, security: ssl}", "mail.smtp.security", "must be starttls, tls or none"),
        ("{host: a, timeout: 0}", "mail.smtp.timeout", "more than 0"),
        ("{host: a, user_env: SMTP_USER}", "mail.smtp.user_env", "belong together"),
        ("{host: a, password_env: SMTP_PASSWORD}", "mail.smtp.password_env", "belong together"),
        ("{host: a, password: x}", "mail.smtp.password", "there is no key `password`; the nearest is `password_env`"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_with_its_place(tmp_path: Path, written: str, key: str, said: str):
    with pytest.raises(UserMistake) as caught:
        smtp_of(tmp_path, written)
    assert caught.value.where
    assert caught.value.where.key == key
    assert said in caught.value.message


def test_a_password_that_was_written_where_its_variable_belongs_is_not_shown(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        smtp_of(tmp_path, "{host: a, user_env: SMTP_USER, password_env: s3cret-pass}")
    assert "s3cret-pass" not in str(caught.value)
    assert "name of an environment variable" in str(caught.value)


@pytest.mark.parametrize("written", ["-1", "100000", "ten"])
def test_a_window_of_alerts_is_a_number_of_seconds(tmp_path: Path, written: str):
    (tmp_path / "headgate.yaml").write_text(f"alerts: {{window: {written}}}\n")
    with pytest.raises(UserMistake, match="window"):
        load_project(tmp_path)
