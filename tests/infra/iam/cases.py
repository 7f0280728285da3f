"""What AWS's documentation says of single requests: each case is a rule of the page it stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.infra.iam.evaluator import Decision, Request

ALLOWED, DENIED, UNSAID = Decision.ALLOWED, Decision.DENIED, Decision.UNSAID

GET, PUT, LIST = "s3:GetObject", "s3:PutObject", "s3:ListBucket"
BUCKET, OBJECT = "arn:aws:s3:::records", "arn:aws:s3:::records/in/a.csv"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:shop-prod-ingest"
Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One request under some policies, and the answer."""

    says: str
    policies: Sequence[Mapping[str, Any]]
    request: Request
    answer: Decision
    boundary: Sequence[Mapping[str, Any]] = ()


def _policy(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: Any = GET, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    said = {"Effect": "Allow", "Action": action, "Resource": resource}
    return said | ({"Condition": condition} if condition else {})


def _deny(action: Any = GET, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    return _allow(action, resource, **condition) | {"Effect": "Deny"}


def _asks(action: str = GET, resource: str = OBJECT, **context: Any) -> Request:
    return Request(action, resource, {name.replace("__", ":"): value for name, value in context.items()})


def _case(says: str, said: Statement, asked: Request, answer: Decision, *more: Statement) -> Case:
    return Case(says, [_policy(said, *more)], asked, answer)


def _limited(says: str, said: Statement, limit: Statement, answer: Decision) -> Case:
    return Case(says, [_policy(said)], _asks(), answer, [_policy(limit)])


# reference_policies_evaluation-logic_policy-eval-basics.html
_EVALUATION = [
    Case("by default, a request is denied", [], _asks(), UNSAID),
    _case("an allow overrides the default", _allow(), _asks(), ALLOWED),
    _case("an explicit deny overrides any allow", _allow(), _asks(), DENIED, _deny()),
    _case("the order of statements has no meaning", _deny(), _asks(), DENIED, _allow()),
    Case("a deny of another policy counts", [_policy(_allow()), _policy(_deny())], _asks(), DENIED),
    Case("an allow of another policy counts", [_policy(_allow(PUT)), _policy(_allow())], _asks(), ALLOWED),
    _case("a deny alone is an explicit one", _deny(), _asks(), DENIED),
    _case("a deny of something else has no part in it", _allow(), _asks(), ALLOWED, _deny(PUT)),
    _case("a deny whose condition fails has no part in it", _allow(), _asks(aws__SecureTransport="true"), ALLOWED,
          _deny(Bool={"aws:SecureTransport": "false"})),
    _case("a deny whose condition holds counts", _allow(), _asks(aws__SecureTransport="false"), DENIED,
          _deny(Bool={"aws:SecureTransport": "false"})),
]  # fmt: skip

# access_policies_boundaries.html
_BOUNDARIES = [
    _limited("what policy and boundary allow is allowed", _allow(), _allow("s3:*"), ALLOWED),
    _limited("a boundary grants nothing", _allow(PUT), _allow("s3:*"), UNSAID),
    _limited("what the boundary does not allow is denied", _allow("s3:*"), _allow(PUT), UNSAID),
    _limited("a deny in the boundary is explicit", _allow("s3:*"), _deny("s3:*"), DENIED),
    _limited("a deny in the policy is explicit", _deny("s3:*"), _allow("s3:*"), DENIED),
    _limited("resources are limited, too", _allow("s3:*"), _allow("s3:*", "arn:aws:s3:::other/*"), UNSAID),
]

# reference_policies_elements_action.html, reference_policies_elements_notaction.html
_ACTIONS = [
    _case("a star stands for every action", _allow("*"), _asks(), ALLOWED),
    _case("a star stands for every action of a service", _allow("s3:*"), _asks(), ALLOWED),
    _case("a service's star ends with the service", _allow("sqs:*"), _asks(), UNSAID),
    _case("a star stands for the rest of a name", _allow("s3:Get*"), _asks(), ALLOWED),
    _case("a star stands for the middle of a name", _allow("s3:G*Object"), _asks(), ALLOWED),
    _case("a star stands for nothing, too", _allow("s3:GetObject*"), _asks(), ALLOWED),
    _case("a question mark stands for one letter", _allow("s3:?etObject"), _asks(), ALLOWED),
    _case("a question mark does not stand for two", _allow("s3:G?Object"), _asks(), UNSAID),
    _case("actions know no case", _allow("S3:getobject"), _asks(), ALLOWED),
    _case("a name is no prefix", _allow("s3:GetObj"), _asks(), UNSAID),
    _case("one of a list is enough", _allow([PUT, GET]), _asks(), ALLOWED),
    _case("none of a list is not", _allow([PUT, LIST]), _asks(), UNSAID),
    _case("NotAction is everything else", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, _asks(), ALLOWED),
    _case("NotAction is not what it names", {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, _asks(), UNSAID),
    _case("NotAction with Deny spares what it names", _allow("s3:*"), _asks(), ALLOWED,
          {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}),
    _case("NotAction with Deny denies all else", _allow("s3:*"), _asks(), DENIED,
          {"Effect": "Deny", "NotAction": [PUT, LIST], "Resource": "*"}),
]  # fmt: skip

# reference_policies_elements_resource.html, reference_policies_elements_notresource.html
_RESOURCES = [
    _case("the very ARN", _allow(GET, OBJECT), _asks(), ALLOWED),
    _case("a bucket is not its objects", _allow(GET, BUCKET), _asks(), UNSAID),
    _case("objects are not their bucket", _allow(LIST, f"{BUCKET}/*"), _asks(LIST, BUCKET), UNSAID),
    _case("a star goes over slashes", _allow(GET, f"{BUCKET}/*"), _asks(), ALLOWED),
    _case("a star goes over slashes in the middle", _allow(GET, f"{BUCKET}/*.csv"), _asks(), ALLOWED),
    _case("a prefix is a prefix", _allow(GET, f"{BUCKET}/out/*"), _asks(), UNSAID),
    _case("resources know case", _allow(GET, f"{BUCKET}/IN/*"), _asks(), UNSAID),
    _case("a question mark is one letter", _allow(GET, f"{BUCKET}/in/?.csv"), _asks(), ALLOWED),
    _case("a question mark is not two", _allow(GET, f"{BUCKET}/in?.csv"), _asks(), UNSAID),
    _case("another account's queue", _allow("sqs:SendMessage", QUEUE.replace("1234", "9999")),
          _asks("sqs:SendMessage", QUEUE), UNSAID),
    _case("a star for the region", _allow("sqs:SendMessage", QUEUE.replace("eu-central-1", "*")),
          _asks("sqs:SendMessage", QUEUE), ALLOWED),
    _case("a star in the name", _allow("sqs:SendMessage", QUEUE.replace("ingest", "*")),
          _asks("sqs:SendMessage", QUEUE), ALLOWED),
    _case("a name is no prefix", _allow("sqs:SendMessage", QUEUE.removesuffix("st")),
          _asks("sqs:SendMessage", QUEUE), UNSAID),
    _case("NotResource is everything else", {"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:s3:::other/*"},
          _asks(), ALLOWED),
    _case("NotResource is not what it names", {"Effect": "Allow", "Action": GET, "NotResource": f"{BUCKET}/*"},
          _asks(), UNSAID),
    _case("NotResource with Deny spares what it names", _allow(), _asks(), ALLOWED,
          {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{BUCKET}/*"}),
    _case("NotResource with Deny denies all else", _allow(), _asks(), DENIED,
          {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}),
]  # fmt: skip

_REGION = "aws:RequestedRegion"
_HERE = {"aws__RequestedRegion": "eu-central-1"}


def _when(says: str, operator: str, key: str, wanted: Any, answer: Decision, action: str = GET, **context: Any) -> Case:
    resource = {GET: OBJECT, LIST: BUCKET}.get(action, "*")
    return _case(says, _allow(action, "*", **{operator: {key: wanted}}), _asks(action, resource, **context), answer)


# reference_policies_elements_condition_operators.html
_OPERATORS = [
    _when("StringEquals knows case", "StringEquals", _REGION, "EU-central-1", UNSAID, **_HERE),
    _when("StringEquals meets the very text", "StringEquals", _REGION, "eu-central-1", ALLOWED, **_HERE),
    _when("StringEquals has no wildcards", "StringEquals", _REGION, "eu-*", UNSAID, **_HERE),
    _when("StringEqualsIgnoreCase knows no case", "StringEqualsIgnoreCase", _REGION, "EU-central-1", ALLOWED, **_HERE),
    _when("StringNotEquals fails the very text", "StringNotEquals", _REGION, "eu-central-1", UNSAID, **_HERE),
    _when("StringNotEquals meets another", "StringNotEquals", _REGION, "us-east-1", ALLOWED, **_HERE),
    _when("StringLike has wildcards", "StringLike", _REGION, "eu-*-?", ALLOWED, **_HERE),
    _when("StringLike knows case", "StringLike", _REGION, "EU-*", UNSAID, **_HERE),
    _when("StringNotLike negates it", "StringNotLike", _REGION, "eu-*", UNSAID, **_HERE),
    _when("a key that is missing fails", "StringEquals", _REGION, "eu-central-1", UNSAID),
    _when("a key that is missing meets what is negated", "StringNotEquals", _REGION, "eu-central-1", ALLOWED),
    _when("IfExists lets a missing key pass", "StringEqualsIfExists", _REGION, "eu-central-1", ALLOWED),
    _when("IfExists judges a key that is there", "StringEqualsIfExists", _REGION, "us-east-1", UNSAID, **_HERE),
    _when("Null true: must not be there", "Null", "aws:TokenIssueTime", "true", ALLOWED),
    _when("Null true: is there", "Null", _REGION, "true", UNSAID, **_HERE),
    _when("Null false: must be there", "Null", _REGION, "false", ALLOWED, **_HERE),
    _when("Bool meets true", "Bool", "aws:SecureTransport", "true", ALLOWED, aws__SecureTransport="true"),
    _when("Bool fails false", "Bool", "aws:SecureTransport", "true", UNSAID, aws__SecureTransport="false"),
    _when("ArnLike meets by parts", "ArnLike", "aws:SourceArn", "arn:aws:sqs:*:123456789012:*", ALLOWED, aws__SourceArn=QUEUE),
    _when("ArnEquals has wildcards, too", "ArnEquals", "aws:SourceArn", "arn:aws:sqs:*:123456789012:shop-*", ALLOWED,
          aws__SourceArn=QUEUE),
    _when("ArnLike fails another account", "ArnLike", "aws:SourceArn", "arn:aws:sqs:*:999999999999:*", UNSAID,
          aws__SourceArn=QUEUE),
    _when("ArnNotLike negates it", "ArnNotLike", "aws:SourceArn", "arn:aws:sqs:*:*:shop-*", UNSAID, aws__SourceArn=QUEUE),
    _when("IpAddress meets its network", "IpAddress", "aws:SourceIp", "203.0.113.0/24", ALLOWED, aws__SourceIp="203.0.113.7"),
    _when("IpAddress fails another", "IpAddress", "aws:SourceIp", "203.0.113.0/24", UNSAID, aws__SourceIp="198.51.100.7"),
    _when("NotIpAddress negates it", "NotIpAddress", "aws:SourceIp", "203.0.113.0/24", UNSAID, aws__SourceIp="203.0.113.7"),
    _when("NumericLessThanEquals meets its limit", "NumericLessThanEquals", "s3:max-keys", "10", ALLOWED, LIST, **{"s3__max-keys": "10"}),
    _when("NumericLessThan fails its limit", "NumericLessThan", "s3:max-keys", "10", UNSAID, LIST, **{"s3__max-keys": "10"}),
    _when("NumericGreaterThan counts, not spells", "NumericGreaterThan", "s3:max-keys", "9", ALLOWED, LIST, **{"s3__max-keys": "10"}),
    _when("DateGreaterThan is after", "DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", ALLOWED,
          aws__CurrentTime="2026-06-01T00:00:00Z"),
    _when("DateLessThan is before", "DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", UNSAID,
          aws__CurrentTime="2026-06-01T00:00:00Z"),
    _when("the names of keys know no case", "StringEquals", "AWS:requestedregion", "eu-central-1", ALLOWED, **_HERE),
]  # fmt: skip


def _several(says: str, operator: str, wanted: Any, answer: Decision, **context: Any) -> Case:
    said = _allow("dynamodb:GetItem", "*", **{operator: {"dynamodb:LeadingKeys": wanted}})
    table = "arn:aws:dynamodb:eu-central-1:123456789012:table/shop-prod"
    return _case(says, said, _asks("dynamodb:GetItem", table, **context), answer)


_KEYS = {"dynamodb__LeadingKeys": ["run#1", "run#2"]}

# reference_policies_condition-logic-multiple-context-keys-or-values.html, …_single-vs-multi-valued-context-keys.html
_MANY = [
    _when("one of several values is enough", "StringEquals", _REGION, ["us-east-1", "eu-central-1"], ALLOWED, **_HERE),
    _when("none of several values is not", "StringEquals", _REGION, ["us-east-1", "us-west-2"], UNSAID, **_HERE),
    _when("negated, none of the values may be it", "StringNotEquals", _REGION, ["us-east-1", "eu-central-1"], UNSAID, **_HERE),
    _case("all keys of an operator must be met",
          _allow(StringEquals={_REGION: "eu-central-1", "aws:PrincipalType": "User"}), _asks(**_HERE), UNSAID),
    _case("all operators must be met",
          _allow(StringEquals={_REGION: "eu-central-1"}, Bool={"aws:SecureTransport": "true"}),
          _asks(**_HERE, aws__SecureTransport="false"), UNSAID),
    _case("all operators are met",
          _allow(StringEquals={_REGION: "eu-central-1"}, Bool={"aws:SecureTransport": "true"}),
          _asks(**_HERE, aws__SecureTransport="true"), ALLOWED),
    _several("ForAllValues: every value of the request", "ForAllValues:StringLike", ["run#*"], ALLOWED, **_KEYS),
    _several("ForAllValues: one that does not fit", "ForAllValues:StringEquals", ["run#1"], UNSAID, **_KEYS),
    _several("ForAllValues: no values at all", "ForAllValues:StringEquals", ["run#1"], ALLOWED),
    _several("ForAnyValue: one value of the request", "ForAnyValue:StringEquals", ["run#1", "run#9"], ALLOWED, **_KEYS),
    _several("ForAnyValue: none that fits", "ForAnyValue:StringEquals", ["run#9"], UNSAID, **_KEYS),
    _several("ForAnyValue: no values at all", "ForAnyValue:StringEquals", ["run#1"], UNSAID),
]  # fmt: skip

_USER = {"aws__username": "ann"}

# reference_policies_variables.html
_VARIABLES = [
    _case("a variable in a resource is filled", _allow(GET, f"{BUCKET}/${{aws:username}}/*"),
          _asks(GET, f"{BUCKET}/ann/a.csv", **_USER), ALLOWED),
    _case("and stands for nobody else", _allow(GET, f"{BUCKET}/${{aws:username}}/*"),
          _asks(GET, f"{BUCKET}/bob/a.csv", **_USER), UNSAID),
    _case("without a value nothing matches", _allow(GET, f"{BUCKET}/${{aws:username}}/*"),
          _asks(GET, f"{BUCKET}/ann/a.csv"), UNSAID),
    _case("a default stands for a missing value", _allow(GET, f"{BUCKET}/${{aws:username, 'all'}}/*"),
          _asks(GET, f"{BUCKET}/all/a.csv"), ALLOWED),
    _case("a star can be meant as a letter", _allow(GET, f"{BUCKET}/${{*}}/a"), _asks(GET, f"{BUCKET}/x/a"), UNSAID),
    _case("and is one", _allow(GET, f"{BUCKET}/${{*}}/a"), _asks(GET, f"{BUCKET}/*/a"), ALLOWED),
    Case("before 2012-10-17 a variable is text",
         [{"Version": "2008-10-17", "Statement": [_allow(GET, f"{BUCKET}/${{aws:username}}/*")]}],
         _asks(GET, f"{BUCKET}/ann/a.csv", **_USER), UNSAID),
]  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for group in (_EVALUATION, _BOUNDARIES, _ACTIONS, _RESOURCES, _OPERATORS, _MANY, _VARIABLES):
        yield from group
