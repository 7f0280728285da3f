"""Python values as DynamoDB has them, and back: nothing changes on the way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from headgate.core.errors import Permanent

_FLOAT = "~float"


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
            return {"N": str(value)}
        case float():
            # Its numbers are decimal ones of 38 digits: what a float says exactly, its own text does.
            return {"M": {_FLOAT: {"S": repr(value)}}}
        case str():
            return {"S": value}
        case Mapping():
            return {"M": {str(name): encoded(one) for name, one in value.items()}}
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
            if value.keys() == {_FLOAT}:
                return float(value[_FLOAT]["S"])
            return {name: decoded(one) for name, one in value.items()}
        case "L":
            return [decoded(one) for one in value]
    return value


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def size_of(written: Mapping[str, Any]) -> int:
    """About how many bytes DynamoDB counts; never fewer than half of them."""
    return sum(len(name.encode()) + _size(value) for name, value in written.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + _size(one) for name, one in inner.items())
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in inner)
    return len(inner.encode()) + 1 if isinstance(inner, str) else 1
