"""Mail handed to SES, as it was made: text, HTML and pictures.

SES puts a Message-ID and a Date of its own in the place of ours; `X-Headgate-Report-Id` stays, and tells two copies of a mail.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from typing import Any

from headgate.adapters.aws.services import asking
from headgate.core.errors import HeadgateError, Permanent, Place, Transient
from headgate.core.printable import printable
from headgate.ports import Refusal

# As many recipients as SES takes in one call.
_MOST_RECIPIENTS = 50
_FOR_NOW = {
    "TooManyRequestsException", "LimitExceededException", "SendingPausedException", "AccountSendingPausedException",
    "ConfigurationSetSendingPausedException", "Throttling", "ThrottlingException",
}  # fmt: skip
_FOR_GOOD = {
    "MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException", "AccountSuspendedException",
    "InvalidParameterValue", "NotFoundException",
}  # fmt: skip
_OF_THE_MAIL = ("mail_deferred", "mail_refused")
# Bytes over 127 are encoded: not every server on the way takes them.
_POLICY = SMTP.clone(cte_type="7bit")
_OWNER = "the project's owner"


class SesMailer:
    """`Mailer` to SES.

    A mail goes to all its recipients in one call, which SES takes or refuses as a whole: a function that is killed can't
    leave some without it and others with it twice. Only a mail that is refused, and not for its sender, is tried for each
    recipient alone: those whose address is at fault are told from the others, who have it then. Whatever breaks off a later
    call is raised no more, as some have the mail: whoever was not reached is refused for now.
    """

    def __init__(self, region: str | None = None) -> None:
        self._region = region

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        """As `Mailer.send`.

        Raises:
            TimeoutError: SES did not answer; nobody knows whether the mail went out.
        """
        sender = parseaddr(str(message["From"]))[1]
        raw = message.as_bytes(policy=_POLICY)
        everybody = list(dict.fromkeys(recipients))
        refused: dict[str, HeadgateError] = {}
        for first in range(0, len(everybody), _MOST_RECIPIENTS):
            some, broken = everybody[first : first + _MOST_RECIPIENTS], _broken_off(refused)
            refused |= dict.fromkeys(some, broken) if broken else self._handed_over(raw, some, sender)
        if refused and len(refused) == len(everybody):
            _raise_what_is_said_of_the_mail(refused, sender)
        return [Refusal(one, printable(error.message), isinstance(error, Permanent)) for one, error in refused.items()]

    def _handed_over(self, raw: bytes, recipients: Sequence[str], sender: str) -> dict[str, HeadgateError]:
        error = self._sent(raw, recipients, sender)
        if error is None:
            return {}
        if len(recipients) == 1 or isinstance(error, Transient) or _names(error.message, sender):
            return dict.fromkeys(recipients, error)
        refused: dict[str, HeadgateError] = {}
        for one in recipients:
            if found := _broken_off(refused) or self._sent(raw, [one], sender):
                refused[one] = found
        return refused

    def _sent(self, raw: bytes, recipients: Sequence[str], sender: str) -> HeadgateError | None:
        try:
            return self._asked(raw, recipients, sender)
        except HeadgateError as error:
            return error

    def _asked(self, raw: bytes, recipients: Sequence[str], sender: str) -> HeadgateError | None:
        from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

        with asking("SES", sender):
            try:
                _client(self._region, os.environ.get("AWS_ENDPOINT_URL")).send_email(
                    Destination={"ToAddresses": list(recipients)}, Content={"Raw": {"Data": raw}}
                )
            except (ReadTimeoutError, ConnectionClosedError) as error:
                raise TimeoutError(f"SES did not answer whether it takes a mail: {error}") from error
            except ClientError as error:
                refused = _refused(error, sender)
                if refused is None:
                    raise
                return refused
        return None


@cache
def _client(region: str | None, endpoint: str | None) -> Any:
    """One that asks once: what is asked again after an answer was lost would be a second mail."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1})
    return boto3.session.Session().client("sesv2", region_name=region, config=config)


def _refused(error: Any, sender: str) -> HeadgateError | None:
    """What SES says of a mail, its sender or its recipients; None when it says something else."""
    said = error.response.get("Error", {})
    code, message = said.get("Code", ""), str(said.get("Message") or said.get("Code"))
    if code in _FOR_NOW:
        return Transient(
            message, where=Place(sender), who=_OWNER, next=_next(code, sender, message), code="mail_deferred"
        )
    if code in _FOR_GOOD:
        return Permanent(
            message, where=Place(sender), who=_OWNER, next=_next(code, sender, message), code="mail_refused"
        )
    return None


def _broken_off(refused: Mapping[str, HeadgateError]) -> HeadgateError | None:
    """What SES says of no mail at all: whoever comes after it need not be tried."""
    return next((error for error in refused.values() if error.code not in _OF_THE_MAIL), None)


def _next(code: str, sender: str, message: str) -> str:
    if code in _FOR_NOW:
        return "nothing; it is tried again"
    if code == "AccountSuspendedException":
        return "ask AWS support why the account may send no mail"
    if code == "MailFromDomainNotVerifiedException" or _names(message, sender):
        return f"verify {sender}, or its domain, in SES in the region of the deployment; or correct mail.from in headgate.yaml"
    return (
        "correct mail.from, mail.to or report.recipients; while SES is in its sandbox, verify each recipient in it too"
    )


def _names(message: str, address: str) -> bool:
    """Whether SES speaks of this address, and not of one that only ends or begins like it."""
    whole = re.escape(parseaddr(address)[1])
    return bool(re.search(rf"(?<![\w.+-]){whole}(?![\w-]|\.\w)", message, re.IGNORECASE))


def _raise_what_is_said_of_the_mail(refused: Mapping[str, HeadgateError], sender: str) -> None:
    """What broke it off, names the sender, or is said of all alike, and names none of them."""
    if broken := _broken_off(refused):
        raise broken
    first, *others = refused.values()
    if not _names(first.message, sender):
        if any(_names(error.message, one) for one, error in refused.items()):
            return
        if any(one.message != first.message for one in others):
            return
    said = f"SES does not take it: {printable(first.message)}"
    kind = Permanent if isinstance(first, Permanent) else Transient
    raise kind(said, where=first.where, who=first.who, next=first.next, code=first.code) from first
