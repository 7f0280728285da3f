"""Python values as DynamoDB has them, and back: what comes back is equal to what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from headgate.core.errors import Permanent

_READ: Mapping[str, Callable[[Any], Any]] = {
    "~float": lambda written: float(written["S"]),
    "~number": lambda written: _number(written["S"]),
    "~time": lambda written: datetime.fromisoformat(written["S"]),
    # A mapping of the caller's own that looks like one of these.
    "~mapping": lambda written: {name: decoded(one) for name, one in written["M"].items()},
}
_MOST_DIGITS = 38
_EXPONENTS = range(-130, 126)


def encoded_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item; attributes that are None are left out, as an index takes no such key."""
    return {name: encoded(value) for name, value in item.items() if value is not None}


def encoded(value: Any) -> dict[str, Any]:
    """One value, with its type.

    Raises:
        Permanent: it is none that is kept.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)} if _fits(Decimal(value)) else _tagged("~number", str(value))
        case float():
            # Its numbers are decimal ones of 38 digits: what a float says exactly, its own text does.
            return _tagged("~float", repr(value))
        case datetime():
            return _tagged("~time", value.isoformat())
        case str():
            return {"S": value}
        case Mapping():
            written = {"M": {str(name): encoded(one) for name, one in value.items()}}
            return {"M": {"~mapping": written}} if _is_tagged(written["M"]) else written
        case list() | tuple():
            return {"L": [encoded(one) for one in value]}
    raise Permanent(f"a value of the type {type(value).__name__} can't be kept", code="bug")


def decoded(written: Mapping[str, Any]) -> Any:
    """The value again; a number without a fraction is an int, any other a Decimal."""
    ((kind, value),) = written.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(value)
        case "M":
            if _is_tagged(value):
                ((tag, inner),) = value.items()
                return _READ[tag](inner)
            return {name: decoded(one) for name, one in value.items()}
        case "L":
            return [decoded(one) for one in value]
    return value


def _tagged(tag: str, text: str) -> dict[str, Any]:
    return {"M": {tag: {"S": text}}}


def _is_tagged(written: Mapping[str, Any]) -> bool:
    return len(written) == 1 and next(iter(written)) in _READ


def _fits(number: Decimal) -> bool:
    return number.is_finite() and len(number.as_tuple().digits) <= _MOST_DIGITS and number.adjusted() in _EXPONENTS


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def size_of(written: Mapping[str, Any]) -> int:
    """At least as many bytes as DynamoDB counts; of a number up to twice as many, as it keeps two digits in one."""
    return sum(len(name.encode()) + _size(value) for name, value in written.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + _size(one) for name, one in inner.items())
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in inner)
    return len(inner.encode()) + 1 if isinstance(inner, str) else 1
