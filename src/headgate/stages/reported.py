"""Whether an analysis that is made anew says what its report was mailed with: then it is the same mail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from headgate.core.events import Event

_MAILED = "mailed"
# Decides whether a model is paid again; a report does not show it.
_NOT_SHOWN = "fingerprint"


def mail_of(event: Event) -> str:
    """The id of the mail that an `analysis.completed` is for: that of an earlier one, which it goes on with, or its own."""
    return str(event.data.get("mail_id", event.id))


def last_mail(completed: Iterable[Event]) -> str | None:
    """The mail of a report as it was made last, whether it went out or not; a report that was only written is none.

    Args:
        completed: the `analysis.completed` of one run, the oldest first.
    """
    ids = [mail_of(event) for event in completed if event.data.get("mail") is not False]
    return ids[-1] if ids else None


def with_mailed(event: Event, mail_id: str, analysis: bytes) -> dict[str, Any]:
    """The data of an event for analyze, which says what was mailed before.

    Args:
        analysis: the document that this mail was made of.
    """
    return {**event.data, _MAILED: {"mail_id": mail_id, "says": _digest(analysis)}}


def is_told_of(event: Event) -> bool:
    """Whether the event says what was mailed before."""
    return _MAILED in event.data


def going_on(data: Mapping[str, Any], analysis: bytes) -> dict[str, Any]:
    """The same data for notify: with the id of the mail from before when the analysis says the same."""
    carried = dict(data)
    mailed = carried.pop(_MAILED, None)
    same = mailed and mailed["says"] == _digest(analysis)
    return {**carried, "mail_id": mailed["mail_id"]} if same else carried


def _digest(analysis: bytes) -> str:
    """Of what a report shows; a document that a person damaged says nothing that another one says."""
    try:
        document = json.loads(analysis)
        shown = {name: value for name, value in document.items() if name != _NOT_SHOWN}
    except (ValueError, AttributeError):
        return hashlib.sha256(analysis).hexdigest()
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
