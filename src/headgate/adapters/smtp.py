"""Mail handed to an SMTP server; user and password only over TLS, unless the settings do without."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from headgate.core.config.mail_settings import Smtp
from headgate.core.errors import HeadgateError, Outside, Permanent, Place, Transient
from headgate.core.printable import printable
from headgate.ports import Refusal

_OWNER = "the project's owner"


class SmtpMailer:
    """`Mailer` to a mail server; each mail is a connection of its own.

    Args:
        settings: the section `mail.smtp`.
        secret: gives a secret by its name in the environment.
    """

    def __init__(self, settings: Smtp, secret: Callable[[str], str | None]) -> None:
        self._settings, self._secret = settings, secret
        self._place = Place(f"{settings.host}:{settings.port_used}")

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        login = self._login()
        try:
            with self._session(login) as server:
                return self._handed_over(server, message, recipients)
        except smtplib.SMTPResponseException as error:
            raise self._answered(error) from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise self._unusable(error) from error

    def _login(self) -> tuple[str, str] | None:
        names = (self._settings.user_env, self._settings.password_env)
        if names[0] is None or names[1] is None:
            return None
        user, password = self._secret(names[0]), self._secret(names[1])
        if not user or not password:
            lacking = names[1] if user else names[0]
            message = f"the environment variable {lacking} is not set; `mail.smtp` takes the login from it"
            raise Permanent(
                message,
                where=self._place,
                who="whoever starts Headgate",
                next=f"export {lacking}=…, then start Headgate again",
                code="mail_login_missing",
            )
        return user, password

    @contextmanager
    def _session(self, login: tuple[str, str] | None) -> Iterator[smtplib.SMTP]:
        server = self._connected()
        try:
            self._enter(server, login)
            yield server
            # The mail is delivered by now, whatever the server says to good-bye.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        host, port, timeout = self._settings.host, self._settings.port_used, float(self._settings.timeout)
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=timeout)

    def _enter(self, server: smtplib.SMTP, login: tuple[str, str] | None) -> None:
        """Encrypts the connection first: without it neither login nor mail goes out."""
        try:
            if self._settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if login:
                server.login(*login)
        except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
            raise
        except UnicodeEncodeError:
            # Without the error itself: it holds the password.
            said = "user and password can only be sent with plain letters, digits and signs (ASCII)"
            raise self._refused(Permanent, said, "mail_login_refused") from None
        except smtplib.SMTPException as error:
            # No STARTTLS, no AUTH, or none of the kinds that are known here.
            raise self._refused(Permanent, str(error), "mail_not_supported") from error

    def _handed_over(self, server: smtplib.SMTP, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        try:
            refused = _sent(server, message, list(recipients))
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
            if len(refused) < len(set(recipients)):
                # The server broke off in the middle of the list.
                raise self._refused(Transient, _said(refused), "mail_deferred") from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._refused(Permanent, str(error), "mail_not_supported") from error
        return [
            Refusal(recipient, f"{code} {_text(answer)}", code >= 500) for recipient, (code, answer) in refused.items()
        ]

    def _answered(self, error: smtplib.SMTPResponseException) -> HeadgateError:
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        if error.smtp_code < 500:
            return self._refused(Transient, said, "mail_deferred")
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return self._refused(Permanent, said, "mail_login_refused")
        return self._refused(Permanent, said, "mail_refused")

    def _refused(self, kind: type[Permanent | Transient], said: str, code: str) -> HeadgateError:
        next_ = {
            "mail_login_refused": "correct the environment variables that mail.smtp.user_env and password_env name",
            "mail_not_supported": "correct mail.smtp.security, mail.smtp.user_env or the addresses in headgate.yaml",
            "mail_refused": "correct mail.from in headgate.yaml, or ask whoever looks after the mail server",
            "mail_deferred": "nothing; it is tried again",
        }[code]
        return kind(
            f"the mail server does not take it: {printable(said)}", where=self._place, who=_OWNER, next=next_, code=code
        )

    def _unusable(self, error: Exception) -> HeadgateError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return Permanent(
                f"the mail server's certificate is not trusted: {error.verify_message}",
                where=self._place,
                who=_OWNER,
                next="correct mail.smtp.host, or name the file of your own authority in SSL_CERT_FILE",
                code="mail_certificate",
            )
        return Outside(
            f"the mail server can't be reached: {printable(error)}",
            where=self._place,
            who="whoever looks after the mail server",
            next="see that it runs, and that mail.smtp has the right host, port and security",
            code="mail_unreachable",
        )


def _sent(server: smtplib.SMTP, message: EmailMessage, recipients: list[str]) -> dict[str, tuple[int, bytes]]:
    sender = parseaddr(str(message["From"]))[1]
    if not "".join([sender, *recipients]).isascii():
        return server.send_message(message, to_addrs=recipients)
    # As bytes, since the library's own way writes `>From` where a line begins with From.
    return server.sendmail(sender, recipients, message.as_bytes(policy=SMTP))


def _said(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{code} {_text(answer)}" for code, answer in refused.values())


def _text(answer: bytes | str) -> str:
    """What a server answered, on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return printable(" ".join(text.split()), 200)
