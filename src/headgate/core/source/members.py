"""A JSON object taken apart into its members, each with its text exactly as it came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

_OPEN, _COLON, _COMMA = (re.compile(mark) for mark in (r"\s*\{\s*", r"\s*:\s*", r"\s*,?\s*"))


@dataclass(frozen=True)
class Member:
    """One value: its text as it came, and what it is, with numbers left as text."""

    text: str
    value: Any


def whole_object(text: str) -> tuple[Member, dict[str, Member]] | None:
    """A JSON object and its members; None when the text is none. Of equal names the last holds."""
    try:
        text.encode()
        value = _DECODER.decode(text)
        return (Member(text.strip(), value), dict(_members(text))) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return None


def _members(text: str) -> Iterator[tuple[str, Member]]:
    """Goes over a text that is known to be a JSON object."""
    at = _past(_OPEN, text, 0)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _past(_COLON, text, at)
        value, end = _DECODER.raw_decode(text, start)
        yield name, Member(text[start:end], value)
        at = _past(_COMMA, text, end)


def _past(mark: re.Pattern[str], text: str, at: int) -> int:
    found = mark.match(text, at)
    assert found, "the text was a JSON object a moment ago"
    return found.end()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"JSON has no {text}")


# Numbers are only copied, never computed with: what they are is for the gate to say.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number)
