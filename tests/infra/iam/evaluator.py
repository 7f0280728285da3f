"""What IAM answers to a request: a small evaluator of identity policies, after AWS's documented rules.

It refuses what it does not know (an operator, an element), rather than to answer wrong. Policies of resources are not its subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.infra.iam.conditions import are_met, values_of
from tests.infra.iam.patterns import matches_arn, pattern

Policy = Mapping[str, Any]

_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}


class Decision(StrEnum):
    ALLOWED = "Allowed"
    DENIED = "ExplicitlyDenied"
    UNSAID = "ImplicitlyDenied"


@dataclass(frozen=True)
class Request:
    """One call of an API.

    Attributes:
        context: condition key → its value or values.
    """

    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def decide(policies: Iterable[Policy], request: Request, *limits: Iterable[Policy]) -> Decision:
    """The answer to a request.

    Args:
        policies: of the identity; what one of them allows is allowed.
        limits: permissions boundary, session policies: each must allow it, too, and grants nothing by itself.
    """
    answers = [_answer(list(group), request) for group in (policies, *limits)]
    if Decision.DENIED in answers:
        return Decision.DENIED
    return Decision.UNSAID if Decision.UNSAID in answers else Decision.ALLOWED


def statements_of(policy: Policy) -> list[Mapping[str, Any]]:
    """The statements of a policy; a single one may stand without a list."""
    found = policy["Statement"]
    return [found] if isinstance(found, Mapping) else list(found)


def _answer(policies: Sequence[Policy], request: Request) -> Decision:
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in statements_of(policy)
        if _applies(statement, policy.get("Version", "2008-10-17"), request)
    }
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.UNSAID


def _applies(statement: Mapping[str, Any], version: str, request: Request) -> bool:
    if unknown := set(statement) - _ELEMENTS:
        raise ValueError(f"elements that are not known here: {sorted(unknown)}")
    context = {name.lower(): values_of(value) for name, value in request.context.items()}
    fill = version == "2012-10-17"
    return (
        _names_action(statement, request.action)
        and _names_resource(statement, request.resource, context, fill)
        and are_met(statement.get("Condition", {}), context, fill)
    )


def _names_action(statement: Mapping[str, Any], action: str) -> bool:
    """Actions are compared without regard to case."""
    listed = values_of(statement.get("Action", statement.get("NotAction")))
    named = any(pattern(one.lower()).fullmatch(action.lower()) for one in listed)
    return named if "Action" in statement else not named


def _names_resource(statement: Mapping[str, Any], resource: str, context: Mapping[str, list[str]], fill: bool) -> bool:
    listed = values_of(statement.get("Resource", statement.get("NotResource")))
    named = any(matches_arn(one, resource, context, fill) for one in listed)
    return named if "Resource" in statement else not named
