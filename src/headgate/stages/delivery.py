"""How a mail reaches each of its recipients once."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from headgate.core.errors import Permanent, Transient
from headgate.core.printable import printable
from headgate.ports import Context, Refusal


def deliver(message: EmailMessage, recipients: Sequence[str], context: Context) -> int:
    """Sends a mail, known by its `X-Headgate-Report-Id`, to those of `recipients` who don't have it yet.

    A process that dies between sending and marking sends it once more, with the same ids.

    Returns:
        To how many it was sent now.

    Raises:
        Transient: the server can't be reached, or refuses somebody for now; everybody else has the mail.
        Permanent: the server refuses the mail, or a recipient for good; everybody else has the mail.
    """
    id_ = message["X-Headgate-Report-Id"]
    known = context.notices.mail(id_)
    waiting = [one for one in dict.fromkeys(recipients) if known.get(one) != "sent"]
    if not waiting:
        return 0
    context.notices.mark_mail(id_, waiting, "sending", context.now)
    refusals = context.mailer.send(message, waiting)
    refused = {refusal.recipient for refusal in refusals}
    for_good = [refusal.recipient for refusal in refusals if refusal.permanent]
    context.notices.mark_mail(id_, [one for one in waiting if one not in refused], "sent", context.now)
    context.notices.mark_mail(id_, for_good, "refused", context.now)
    _tell(refusals)
    return len(waiting)


def _tell(refusals: Sequence[Refusal]) -> None:
    """Who is refused for now goes first: the next attempt tries both kinds again."""
    if not refusals:
        return
    said = "; ".join(f"{printable(one.recipient)}: {printable(one.message, 200)}" for one in refusals)
    if not all(refusal.permanent for refusal in refusals):
        raise Transient(f"the mail server refuses for now: {said}", code="recipient_deferred")
    raise Permanent(
        f"the mail server refuses {'a recipient' if len(refusals) == 1 else 'recipients'}: {said}",
        who="the project's owner",
        next="correct mail.to or report.recipients, or redrive once the address works: headgate dead list",
        code="recipient_refused",
    )
