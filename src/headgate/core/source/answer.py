"""What an answer of the Twelve Data API means: what it says of each symbol, or why it says nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from headgate.core.errors import Outside, Permanent, UserMistake
from headgate.core.printable import printable
from headgate.core.source.failure import SourceBusy, patience, without_key
from headgate.core.source.members import Member, whole_object

# 408 and 425, as proxies say them, mean the same: later.
_BUSY = {408, 425, 429}
_REFUSED = {401, 403}


@dataclass(frozen=True)
class Reply:
    """What a server sent; headers' names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Unit:
    """What the API says of one symbol.

    Attributes:
        text: its JSON, exactly as it came.
        error: why there are no prices in it; None when there are.
    """

    text: str
    error: str | None = None


def units_of(symbols: tuple[str, ...], reply: Reply, key: str, now: datetime) -> dict[str, Unit]:
    """What an answer says of each symbol that was asked for, in their order.

    Args:
        key: masked wherever the answer repeats it.
        now: UTC, naive.

    Raises:
        SourceBusy: it was asked too often.
        Outside: the API has a fault of its own.
        UserMistake: the key is refused.
        Permanent: this is no answer of the API.
    """
    found = whole_object(without_key(reply.body.decode("utf-8-sig", "surrogateescape"), key))
    whole, members = found if found else (Member("", None), {})
    refused = _is_error(whole)
    _raise_for({reply.status, _code(whole)}, _message(whole) if refused else f"HTTP status {reply.status}", reply, now)
    if not found or not (reply.status < 300 or refused):
        raise _no_answer(reply)
    if refused or (len(symbols) == 1 and symbols[0] not in members):
        return dict.fromkeys(symbols, _unit(whole))
    return _named_units(symbols, members, reply, now)


def _named_units(
    symbols: tuple[str, ...], members: Mapping[str, Member], reply: Reply, now: datetime
) -> dict[str, Unit]:
    asked = {symbol: members.get(symbol) or _absent(symbols, members) for symbol in symbols}
    for member in asked.values():
        if _is_error(member) and _code(member) in _BUSY:
            raise _busy(_message(member), reply, now)
    return {symbol: _unit(member) for symbol, member in asked.items()}


def _absent(symbols: tuple[str, ...], members: Mapping[str, Member]) -> Member:
    """What stands for a symbol that the API did not answer for, in the API's own form."""
    others = ", ".join(sorted(members.keys() - set(symbols)))
    hint = f"; nobody asked for {printable(others, 100)}, which is in it" if others else ""
    value = {"code": 404, "message": f"the answer has nothing under this symbol{hint}", "status": "error"}
    return Member(json.dumps(value), value)


def _unit(member: Member) -> Unit:
    """The gate rejects what has no prices, as a whole and with its reason; here it only counts."""
    value = member.value
    fine = isinstance(value, dict) and value.get("status") in (None, "ok") and isinstance(value.get("values"), list)
    return Unit(member.text, None if fine else _message(member))


def _is_error(member: Member) -> bool:
    return isinstance(member.value, dict) and member.value.get("status") == "error"


def _code(member: Member) -> int:
    """The code of an error, or 0."""
    text = str(member.value.get("code")) if _is_error(member) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 0


def _message(member: Member) -> str:
    said = member.value.get("message") if isinstance(member.value, dict) else None
    return printable(said or "there are no prices in the answer", 200)


def _raise_for(codes: set[int], said: str, reply: Reply, now: datetime) -> None:
    if codes & _REFUSED:
        raise UserMistake(
            f"the source refuses the key: {said}",
            who="the owner of the key",
            next="correct the variable that `key_env` in pipeline.yaml names",
            code="key_refused",
        )
    if codes & _BUSY:
        raise _busy(said, reply, now)
    if max(codes) >= 500:
        raise Outside(
            f"the source has a fault of its own: {said}",
            who="nobody, if it passes; else whoever runs the source",
            next="wait; it is tried again by itself",
            code="source_faulty",
        )


def _busy(said: str, reply: Reply, now: datetime) -> SourceBusy:
    return SourceBusy(f"the source was asked too often: {said}", patience(reply.headers, now))


def _no_answer(reply: Reply) -> Permanent:
    moved = 300 <= reply.status < 400
    if moved:
        what = f"the source has moved to {_bare(reply.headers.get('location', ''))}, where nobody is asked"
    else:
        what = f"the source answers with something else than a JSON object (HTTP status {reply.status})"
    return Permanent(
        what,
        who="the owner of the pipeline",
        next="correct `url` of the source in pipeline.yaml",
        code="source_moved" if moved else "no_answer",
    )


def _bare(location: str) -> str:
    """Without parameters, which may hold the key, and without a user."""
    try:
        parts = urlsplit(location)
        return printable(f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path, 200)
    except ValueError:
        return "another place"
