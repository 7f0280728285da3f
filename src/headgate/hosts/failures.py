"""Whatever a stage raises, as one of our errors: what happened, who must act, and whether trying again can help."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from headgate.core.errors import HeadgateError, Outside, Place, Transient


def as_error(error: Exception) -> HeadgateError:
    """Our own errors as they are, those of the machine as `Outside`, all else as a bug, which may pass."""
    if isinstance(error, HeadgateError):
        return error
    return _outside(error) if isinstance(error, OSError) else _bug(error)


def as_json(error: HeadgateError, mask: Callable[[str], str]) -> dict[str, Any]:
    """The error as it is kept with an event or a dead letter; `mask` takes secrets out of a text."""
    said = {"message": error.message, "where": error.where, "who": error.who, "next": error.next}
    return {"code": error.code, **{key: mask(str(text)) if text else None for key, text in said.items()}}


# What is no longer true of an event once it has used up its attempts.
_PROMISES = {
    "run the same command again": "{again}",
    "wait; it is tried again by itself": "wait until the source answers again, then {again}",
    "it is tried again by itself": "then {again}",
    "nothing; it is tried again": "when the mail server takes mail again, {again}",
}


def given_up(error: HeadgateError, letter: int | None = None) -> HeadgateError:
    """The error of a dead letter: nothing more happens by itself, so its next step is to redrive it.

    Args:
        letter: its number, where it is known.
    """
    said = copy(error)
    said.__cause__ = error.__cause__
    again = f"headgate dead redrive {letter}" if letter else "redrive it"
    for promise, instead in _PROMISES.items():
        if promise in (said.next or ""):
            said.next = str(said.next).replace(promise, instead.format(again=again))
            break
    return said


def _outside(error: OSError) -> Outside:
    said = Outside(
        error.strerror or str(error),
        where=Place(str(error.filename)) if error.filename else None,
        who="whoever looks after this machine",
        next="free disk space or correct the permissions, then run the same command again",
    )
    said.__cause__ = error
    return said


def _bug(error: Exception) -> HeadgateError:
    """What nobody foresaw; the traceback hangs on `__cause__`."""
    said = Transient(
        f"a bug in Headgate: {type(error).__name__}: {error}",
        who="the authors of Headgate",
        next="report it with the traceback; other files are not concerned",
        code="bug",
    )
    said.__cause__ = error
    return said
