"""Conditions of a statement: all keys of all operators must be met; of several values, one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from tests.infra.iam.patterns import expression, matches_arn

Context = Mapping[str, list[str]]
Test = Callable[[str, str, Context, bool], bool]


def values_of(value: Any) -> list[str]:
    """One value or several, as texts."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in listed]


def are_met(conditions: Mapping[str, Mapping[str, Any]], context: Context, fill: bool) -> bool:
    """Whether a request meets them.

    Args:
        context: condition key in lower case → its values.
        fill: whether variables are replaced (since policy version 2012-10-17).

    Raises:
        ValueError: an operator is not known here.
    """
    return all(
        _is_met(name, key.lower(), values_of(wanted), context, fill)
        for name, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _is_met(name: str, key: str, wanted: list[str], context: Context, fill: bool) -> bool:
    found = context.get(key, [])
    if name == "Null":
        return any((one == "true") == (not found) for one in wanted)
    quantifier, _, plain = name.rpartition(":")
    optional, plain = plain.endswith("IfExists"), plain.removesuffix("IfExists")
    if plain not in _TESTS or quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise ValueError(f"the operator {name} is not known here")
    if not found:
        # A key that is not there fails what must be so, and meets what must not be so.
        return optional or quantifier == "ForAllValues" or (not quantifier and _is_negated(plain))
    answers = [_one(plain, value, wanted, context, fill) for value in found]
    return any(answers) if quantifier == "ForAnyValue" else all(answers)


def _is_negated(name: str) -> bool:
    return "Not" in name


def _one(name: str, found: str, wanted: list[str], context: Context, fill: bool) -> bool:
    hit = any(_TESTS[name](one, found, context, fill) for one in wanted)
    return not hit if _is_negated(name) else hit


def _like(wanted: str, found: str, context: Context, fill: bool, wild: bool = True) -> bool:
    made = expression(wanted, context, fill, wild)
    return made is not None and made.fullmatch(found) is not None


def _equals(wanted: str, found: str, context: Context, fill: bool) -> bool:
    return _like(wanted, found, context, fill, wild=False)


def _equals_in_any_case(wanted: str, found: str, context: Context, fill: bool) -> bool:
    return _like(wanted.lower(), found.lower(), context, fill, wild=False)


def _arn(wanted: str, found: str, context: Context, fill: bool) -> bool:
    return matches_arn(wanted, found, context, fill)


def _truth(wanted: str, found: str, _context: Context, _fill: bool) -> bool:
    return wanted.lower() == found.lower()


def _address(wanted: str, found: str, _context: Context, _fill: bool) -> bool:
    return ip_address(found) in ip_network(wanted, strict=False)


def _number(compare: Callable[[float, float], bool]) -> Test:
    return lambda wanted, found, _context, _fill: compare(float(found), float(wanted))


def _moment(compare: Callable[[float, float], bool]) -> Test:
    return lambda wanted, found, _context, _fill: compare(_seconds(found), _seconds(wanted))


def _seconds(text: str) -> float:
    """ISO 8601 or seconds since 1970."""
    if text.replace(".", "", 1).isdigit():
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _ordered(family: str, test: Callable[[Callable[[float, float], bool]], Test]) -> dict[str, Test]:
    compares = {
        "Equals": operator.eq, "NotEquals": operator.eq, "LessThan": operator.lt, "LessThanEquals": operator.le,
        "GreaterThan": operator.gt, "GreaterThanEquals": operator.ge,
    }  # fmt: skip
    return {f"{family}{name}": test(compare) for name, compare in compares.items()}


# Negated ones stand with the test of what they negate.
_TESTS: Mapping[str, Test] = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringEqualsIgnoreCase": _equals_in_any_case,
    "StringNotEqualsIgnoreCase": _equals_in_any_case,
    "StringLike": _like,
    "StringNotLike": _like,
    "ArnEquals": _arn,
    "ArnLike": _arn,
    "ArnNotEquals": _arn,
    "ArnNotLike": _arn,
    "Bool": _truth,
    "IpAddress": _address,
    "NotIpAddress": _address,
    **_ordered("Numeric", _number),
    **_ordered("Date", _moment),
}
