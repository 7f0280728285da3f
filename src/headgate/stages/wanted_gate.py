"""A replay is judged under the contract that whoever asked for it had read, also beside a process that has another."""

from __future__ import annotations

from datetime import timedelta

from headgate.core.errors import Busy, Permanent, Place
from headgate.core.events import Event
from headgate.ports import Context

# So long it is left to a process that has read that contract, such as the command that asked.
_PATIENCE = timedelta(days=1)


def check_wanted(event: Event, context: Context, fingerprint: str) -> None:
    """Holds this process's gate fingerprint against the one that an arrival asks for, if it does.

    Raises:
        Busy: it is for another process.
        Permanent: nobody had that contract for a day, or it was not deployed.
    """
    if event.data.get("gate") in (None, fingerprint):
        return
    if context.is_deployed:
        raise Permanent(
            "the contract that the replay was asked for with is not the one that was deployed",
            where=Place(event.data["key"]),
            who="whoever asked for the replay",
            next="headgate deploy apply, then headgate dead redrive; or headgate dead discard",
            code="contract_not_deployed",
        )
    if context.now - event.time < _PATIENCE:
        raise Busy("this process has read another contract than the one that the replay was asked for with")
    raise Permanent(
        "the contract is no longer the one that the replay was asked for with",
        where=Place(event.data["key"]),
        who="whoever asked for the replay",
        next=f"headgate replay {event.data['replays']}, then headgate dead discard",
        code="contract_changed",
    )
