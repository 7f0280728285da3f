"""How a mail reaches each of its recipients once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import EmailMessage
from functools import partial

from headgate.core.errors import Busy, HeadgateError, Permanent, Transient
from headgate.core.events import Event
from headgate.core.printable import printable
from headgate.ports import HAS_MAIL, Context, MailState, Refusal


def deliver(message: EmailMessage, recipients: Sequence[str], event: Event, context: Context) -> int:
    """Sends a mail, known by its `X-Headgate-Report-Id`, to those of `recipients` who don't have it yet.

    Where nobody can say whether it went out, since the process died or could not note it, it goes out once more, with
    the same ids, and after that it counts as sent.

    Args:
        event: for whose sake it is sent.

    Returns:
        To how many it was sent now.

    Raises:
        Busy: another, with a copy of the event perhaps, is sending the same mail at this moment.
        Transient: the server can't be reached, or refuses somebody for now; everybody else has the mail.
        Permanent: the server refuses the mail, or a recipient for good; everybody else has the mail.
    """
    name = f"mail {message['X-Headgate-Report-Id']}"
    if not context.ledger.hold(name, event.id):
        raise Busy("this mail is being sent at this moment, for another copy of the same event")
    try:
        return _sent(message, recipients, context)
    finally:
        # What became of the mail is more than a hold that ends by itself a little later.
        with contextlib.suppress(HeadgateError):
            context.ledger.let_go(name, event.id)


def _sent(message: EmailMessage, recipients: Sequence[str], context: Context) -> int:
    mark = partial(context.notices.mark_mail, message["X-Headgate-Report-Id"], at=context.now)
    waiting = _begun(mark, context.notices.mail(message["X-Headgate-Report-Id"]), dict.fromkeys(recipients))
    if not waiting:
        return 0
    refusals = _handed_over(message, waiting, mark, context)
    refused = {refusal.recipient for refusal in refusals}
    mark([one for one in waiting if one not in refused], "sent")
    mark([refusal.recipient for refusal in refusals if refusal.permanent], "refused")
    mark([refusal.recipient for refusal in refusals if not refusal.permanent], "waiting")
    _tell(refusals)
    return len(waiting)


def _begun(mark: Callable[..., None], known: Mapping[str, MailState], recipients: Iterable[str]) -> list[str]:
    """Who is to have the mail now."""
    state = {one: known.get(one, "waiting") for one in recipients}
    mark([one for one in state if state[one] == "sending_again"], "sent")
    mark([one for one in state if state[one] in ("waiting", "refused")], "sending")
    mark([one for one in state if state[one] == "sending"], "sending_again")
    return [one for one in state if state[one] not in HAS_MAIL]


def _handed_over(
    message: EmailMessage, waiting: Sequence[str], mark: Callable[..., None], context: Context
) -> Sequence[Refusal]:
    try:
        return context.mailer.send(message, waiting)
    except (Transient, Permanent):
        # The mailer says that nobody has it: no attempt of this kind is one that may have sent it.
        mark(waiting, "waiting")
        raise


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
