"""What each stage asks of AWS: a table written by hand after src/headgate/stages and adapters/aws, not recorded calls.

A role is held to it from both sides: all of this, and no more. What the code asks and this table does not know shows on AWS alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.aws_server import REGION
from tests.infra.iam.deployed import ACCOUNT, MODEL, PREFIX, PROFILE, READERS, SECRET, SENDER, SINK, STREAM, Deployed
from tests.infra.iam.evaluator import Request

HERE = f"{REGION}:{ACCOUNT}"
ZONES = (
    "inbox", "accepted", "rejected", "archive", "failed", "unmatched", "manifests", "analysis", "reports", "ledger",
    ".headgate",
)  # fmt: skip
STAGES = ("ingest", "load", "analyze", "notify", "alert", "watch", "fetch", "summarize")


@dataclass(frozen=True)
class Need:
    """What one stage does with files (by zone), and which other services it speaks to.

    Attributes:
        read: gets or looks at objects; every stage may list the buckets of the zones it reads or writes.
        delete: also what it takes back of its own (a copy that changed meanwhile, a part of a large file).
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    sinks: bool = False
    models: bool = False
    mail: bool = False
    topic: bool = False
    secrets: bool = False


# What is too large for an item of the table lies in ledger/, for every stage.
_LARGE = ("ledger",)
_KEPT = ("archive", "failed", "unmatched")
NEEDS = {
    "ingest": Need(
        read=("inbox", *_KEPT, "accepted", "rejected", "manifests", *_LARGE),
        write=(*_KEPT, "accepted", "rejected", "manifests", *_LARGE),
        delete=("inbox", *_KEPT),
    ),
    "load": Need(read=("manifests", "accepted", *_LARGE), write=_LARGE, sinks=True),
    "analyze": Need(
        read=("manifests", "accepted", "rejected", "analysis", *_LARGE), write=("analysis", *_LARGE), models=True, secrets=True
    ),
    "notify": Need(
        read=("manifests", "analysis", ".headgate", *_LARGE), write=("reports", ".headgate", *_LARGE), mail=True, secrets=True
    ),
    "alert": Need(read=_LARGE, write=_LARGE, mail=True, topic=True, secrets=True),
    "watch": Need(read=_LARGE, write=_LARGE),
    # A large answer is put beside its place, and copied there: of that the part is read and deleted.
    "fetch": Need(
        read=("inbox", ".headgate", *_LARGE), write=("inbox", ".headgate", *_LARGE), delete=("inbox", ".headgate"), secrets=True
    ),
    "summarize": Need(
        read=("manifests", ".headgate", *_LARGE), write=("reports", ".headgate", *_LARGE), mail=True, secrets=True
    ),
}  # fmt: skip

_TABLE = f"arn:aws:dynamodb:{HERE}:table/{PREFIX}"
_QUEUE = f"arn:aws:sqs:{HERE}:{PREFIX}"
_PROFILE = f"arn:aws:bedrock:{HERE}:inference-profile/{PROFILE}"
# A profile asks its model in another region, and says so.
_ELSEWHERE = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
_FROM = {"ses:FromAddress": SENDER}


def model(name: str) -> str:
    """The ARN of a model of Bedrock."""
    return f"arn:aws:bedrock:{REGION}::foundation-model/{name}"


def identity(name: str) -> str:
    """The ARN of a sender."""
    return f"arn:aws:ses:{HERE}:identity/{name}"


def queue(name: str) -> str:
    """The ARN of a queue, by its name behind the prefix."""
    return f"{_QUEUE}-{name}"


def needed(stage: str, deployed: Deployed) -> Iterator[Request]:
    """All that a stage asks."""
    yield from _of_every(stage)
    yield from _of_files(stage, deployed)
    yield from _of_others(stage)
    if stage == "ingest" and deployed.has_everything:
        yield Request("sqs:SendMessage", queue("large"))
        yield Request("sqs:GetQueueUrl", queue("large"))
    if NEEDS[stage].models and deployed.has_everything:
        yield Request("bedrock:InvokeModel", _PROFILE)
        yield Request("bedrock:InvokeModel", _ELSEWHERE, {"bedrock:InferenceProfileArn": _PROFILE})
    if stage == "notify" and deployed.has_everything:
        for call in ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"):
            yield Request(f"dynamodb:{call}", STREAM)


def _of_every(stage: str) -> Iterator[Request]:
    stream = f"arn:aws:logs:{HERE}:log-group:/aws/lambda/{PREFIX}-{stage}:log-stream:2026/11/21/[$LATEST]0a1b"
    for call in ("CreateLogStream", "PutLogEvents"):
        yield Request(f"logs:{call}", stream)
    # Lambda takes messages in the function's name; the function postpones and redrives.
    for call in (
        "ReceiveMessage",
        "DeleteMessage",
        "GetQueueAttributes",
        "ChangeMessageVisibility",
        "SendMessage",
        "GetQueueUrl",
    ):
        yield Request(f"sqs:{call}", queue(stage))
    for call in ("SendMessage", "GetQueueUrl"):
        yield Request(f"sqs:{call}", queue(f"{stage}-dead"))
    yield Request("events:PutEvents", f"arn:aws:events:{HERE}:event-bus/{PREFIX}")
    for call in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"):
        yield Request(f"dynamodb:{call}", _TABLE)
    yield Request("dynamodb:Query", f"{_TABLE}/index/by_day")


def _of_files(stage: str, deployed: Deployed) -> Iterator[Request]:
    need = NEEDS[stage]
    for zone in ZONES:
        for is_needed, call in (
            (zone in need.read, "GetObject"), (zone in need.write, "PutObject"),
            (zone in need.write, "AbortMultipartUpload"), (zone in need.delete, "DeleteObject"),
        ):  # fmt: skip
            if is_needed:
                yield Request(f"s3:{call}", deployed.object(zone))
    if stage == "ingest":
        for call in ("GetObjectVersion", "DeleteObjectVersion"):
            yield Request(f"s3:{call}", deployed.object("inbox"))
    for bucket in {deployed.bucket(zone) for zone in (*need.read, *need.write)}:
        yield Request("s3:ListBucket", bucket)


def _of_others(stage: str) -> Iterator[Request]:
    need = NEEDS[stage]
    if need.sinks:
        for call in ("GetItem", "PutItem"):
            yield Request(f"dynamodb:{call}", f"{_TABLE}-{SINK}")
    if need.models:
        yield Request("bedrock:InvokeModel", model(MODEL))
    if need.mail:
        for call in ("SendEmail", "SendRawEmail"):
            for known in (SENDER, *READERS, *(address.partition("@")[2] for address in READERS)):
                yield Request(f"ses:{call}", identity(known), _FROM)
    if need.topic:
        yield Request("sns:Publish", f"arn:aws:sns:{HERE}:{PREFIX}-alarms")
    if need.secrets:
        yield Request("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter{SECRET}")


def forbidden(stage: str, deployed: Deployed) -> Iterator[Request]:
    """What a stage must not do, though another may, or somebody who broke into it would like to."""
    yield from _of_other_zones(stage, deployed)
    yield from _of_other_stages(stage)
    yield from _of_other_services(stage)
    yield from _of_other_deployments(stage)
    yield from _of_no_stage(deployed)


def _of_other_zones(stage: str, deployed: Deployed) -> Iterator[Request]:
    need = NEEDS[stage]
    for zone in ZONES:
        for zones, call in ((need.read, "GetObject"), (need.write, "PutObject"), (need.delete, "DeleteObject")):
            if zone not in zones:
                yield Request(f"s3:{call}", deployed.object(zone))


def _of_other_stages(stage: str) -> Iterator[Request]:
    for other in STAGES:
        if other != stage:
            for call in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "SendMessage"):
                yield Request(f"sqs:{call}", queue(other))
            yield Request("sqs:SendMessage", queue(f"{other}-dead"))
            yield Request(
                "logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/lambda/{PREFIX}-{other}:log-stream:a"
            )
        yield Request("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:{PREFIX}-{other}")
    for call in ("ReceiveMessage", "DeleteMessage", "PurgeQueue"):
        yield Request(f"sqs:{call}", queue(f"{stage}-dead"))
    if stage != "ingest":
        yield Request("sqs:SendMessage", queue("large"))


def _of_other_services(stage: str) -> Iterator[Request]:
    need = NEEDS[stage]
    yield Request("bedrock:InvokeModel", model("anthropic.claude-3-haiku-20240307-v1:0"))
    yield Request("bedrock:InvokeModel", model("amazon.nova-pro-v1:0"))
    yield Request("bedrock:InvokeModel", _ELSEWHERE)
    yield Request("ses:SendEmail", identity("boss@example.com"), {"ses:FromAddress": "boss@example.com"})
    yield Request("ses:SendEmail", identity("boss@example.com"), _FROM)
    yield Request("ses:SendRawEmail", identity(READERS[0]), {"ses:FromAddress": READERS[0]})
    yield Request("ses:SendRawEmail", identity(SENDER), {"ses:FromAddress": "boss@example.com"})
    yield Request("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter{SECRET}_OF_OTHERS")
    yield Request("sns:Publish", f"arn:aws:sns:{HERE}:others")
    if not need.models:
        yield Request("bedrock:InvokeModel", model(MODEL))
    if not need.mail:
        yield Request("ses:SendRawEmail", identity(SENDER), _FROM)
    if not need.topic:
        yield Request("sns:Publish", f"arn:aws:sns:{HERE}:{PREFIX}-alarms")
    if not need.secrets:
        yield Request("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter{SECRET}")
    if not need.sinks:
        for call in ("GetItem", "PutItem", "Query"):
            yield Request(f"dynamodb:{call}", f"{_TABLE}-{SINK}")


def _of_other_deployments(stage: str) -> Iterator[Request]:
    """Of another account, of another environment, and of one whose name begins like ours."""
    for other in ("shop-test", f"{PREFIX}uction", f"{PREFIX}-eu"):
        for call in ("GetItem", "PutItem", "Query"):
            yield Request(f"dynamodb:{call}", f"arn:aws:dynamodb:{HERE}:table/{other}")
        yield Request("events:PutEvents", f"arn:aws:events:{HERE}:event-bus/{other}")
        for call in ("SendMessage", "ReceiveMessage"):
            yield Request(f"sqs:{call}", f"arn:aws:sqs:{HERE}:{other}-{stage}")
        for zone in ZONES:
            for call in ("GetObject", "PutObject", "DeleteObject"):
                yield Request(f"s3:{call}", f"arn:aws:s3:::{other}-{ACCOUNT}/{zone}/a.csv")
    yield Request("events:PutEvents", f"arn:aws:events:{HERE}:event-bus/default")
    yield Request("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:999999999999:table/{PREFIX}")
    yield Request("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:{PREFIX}-{stage}")


def _of_no_stage(deployed: Deployed) -> Iterator[Request]:
    role, bucket = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-ingest", deployed.bucket("inbox")
    for call in ("PassRole", "CreateRole", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"):
        yield Request(f"iam:{call}", role)
    yield Request("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x")
    yield Request("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/x")
    yield Request("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin")
    for call in (
        "DeleteBucket",
        "PutBucketPolicy",
        "PutLifecycleConfiguration",
        "PutBucketVersioning",
        "PutBucketNotification",
    ):
        yield Request(f"s3:{call}", bucket)
    for call in ("DeleteObjectVersion", "PutObjectAcl", "BypassGovernanceRetention"):
        yield Request(f"s3:{call}", deployed.object("manifests"))
    # Who could change a package would be every function of it.
    for call in ("GetObject", "PutObject"):
        yield Request(f"s3:{call}", f"arn:aws:s3:::{PREFIX}-artifacts-{ACCOUNT}/gate.zip")
    for call in ("DeleteTable", "UpdateTable", "UpdateTimeToLive", "Scan", "PutResourcePolicy"):
        yield Request(f"dynamodb:{call}", _TABLE)
    for call in ("DeleteQueue", "SetQueueAttributes", "PurgeQueue", "AddPermission"):
        yield Request(f"sqs:{call}", queue("ingest"))
    for call in ("UpdateFunctionCode", "UpdateFunctionConfiguration", "AddPermission"):
        yield Request(f"lambda:{call}", f"arn:aws:lambda:{HERE}:function:{PREFIX}-ingest")
    yield Request("events:PutRule", f"arn:aws:events:{HERE}:rule/{PREFIX}/{PREFIX}-ingest")
    yield Request("logs:DeleteLogGroup", f"arn:aws:logs:{HERE}:log-group:/aws/lambda/{PREFIX}-ingest")
    yield Request("ssm:PutParameter", f"arn:aws:ssm:{HERE}:parameter{SECRET}")
    yield Request("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:x")
    yield Request("kms:Decrypt", f"arn:aws:kms:{HERE}:key/x")
    yield Request("ec2:RunInstances", f"arn:aws:ec2:{HERE}:instance/*")
