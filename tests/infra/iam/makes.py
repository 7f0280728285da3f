"""Which right it takes to make each thing of infra/stack, as somebody wrote it down from AWS's documentation: no record of real calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.aws_server import REGION
from tests.infra.iam.deployed import ACCOUNT, PREFIX
from tests.infra.iam.evaluator import Request

_HERE = f"{REGION}:{ACCOUNT}"
_ON_BUCKETS = {
    "aws_s3_bucket": ("CreateBucket", "PutBucketTagging", "GetBucketAcl"),
    "aws_s3_bucket_versioning": ("PutBucketVersioning", "GetBucketVersioning"),
    "aws_s3_bucket_server_side_encryption_configuration": ("PutEncryptionConfiguration", "GetEncryptionConfiguration"),
    "aws_s3_bucket_public_access_block": ("PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock"),
    "aws_s3_bucket_ownership_controls": ("PutBucketOwnershipControls", "GetBucketOwnershipControls"),
    "aws_s3_bucket_policy": ("PutBucketPolicy", "GetBucketPolicy"),
    "aws_s3_bucket_lifecycle_configuration": ("PutLifecycleConfiguration", "GetLifecycleConfiguration"),
    "aws_s3_bucket_notification": ("PutBucketNotification", "GetBucketNotification"),
}
_FUNCTION = f"arn:aws:lambda:{_HERE}:function:{PREFIX}-ingest"
_NOWHERE = {"aws:RequestedRegion": REGION}


def making(resource: Mapping[str, Any]) -> Iterator[Request]:
    """What Terraform asks when it makes, and reads, a resource of a plan.

    Raises:
        KeyError: a type that is not known here: say which rights it takes, and give them to the role that applies.
    """
    kind, values = resource["type"], resource.get("values", {})
    if kind in _ON_BUCKETS:
        bucket = values.get("bucket") or f"{PREFIX}-{ACCOUNT}"
        yield from (Request(f"s3:{call}", f"arn:aws:s3:::{bucket}") for call in _ON_BUCKETS[kind])
        return
    if kind == "aws_lambda_function":
        # AWS fetches the package as whoever makes the function, in the version that is named.
        yield Request("s3:GetObjectVersion", f"arn:aws:s3:::{PREFIX}-artifacts-{ACCOUNT}/{values.get('s3_key')}")
    if kind == "aws_lambda_event_source_mapping":
        # Tags are asked for by the mapping's own name, without the function's.
        mapping = f"arn:aws:lambda:{_HERE}:event-source-mapping:91ea0d2b-0000"
        yield from (Request(f"lambda:{call}", mapping) for call in ("TagResource", "ListTags", "UntagResource"))
    arn, calls, context = _others(values)[kind]
    yield from (Request(call, arn, context) for call in calls)


def _others(values: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...], Mapping[str, str]]]:
    """Type → ARN, calls, and what the request says besides."""
    name, bus = values.get("name", ""), values.get("event_bus_name", "default")
    rule = name or f"{PREFIX}-ingest"
    on_bus = f"{rule}" if bus == "default" else f"{bus}/{rule}"
    iam = f"arn:aws:iam::{ACCOUNT}:role/"
    topic = f"arn:aws:sns:{_HERE}:{PREFIX}-alarms"
    group = values.get("group_name", PREFIX)
    return {
        "aws_s3_object": (f"arn:aws:s3:::{PREFIX}-artifacts-{ACCOUNT}/{values.get('key')}", ("s3:PutObject", "s3:GetObject"), {}),
        "aws_dynamodb_table": (
            f"arn:aws:dynamodb:{_HERE}:table/{name}",
            ("dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups"), {},
        ),
        "aws_sqs_queue": (f"arn:aws:sqs:{_HERE}:{name}", ("sqs:CreateQueue", "sqs:GetQueueAttributes"), {}),
        "aws_sqs_queue_policy": (f"arn:aws:sqs:{_HERE}:{PREFIX}-ingest", ("sqs:SetQueueAttributes",), {}),
        "aws_sqs_queue_redrive_allow_policy": (f"arn:aws:sqs:{_HERE}:{PREFIX}-ingest", ("sqs:SetQueueAttributes",), {}),
        "aws_lambda_function": (
            f"arn:aws:lambda:{_HERE}:function:{values.get('function_name')}",
            ("lambda:CreateFunction", "lambda:GetFunction", "lambda:UpdateFunctionCode", "lambda:ListVersionsByFunction"), {},
        ),
        "aws_lambda_event_source_mapping": ("*", ("lambda:CreateEventSourceMapping",), {"lambda:FunctionArn": _FUNCTION}),
        "aws_lambda_permission": (_FUNCTION, ("lambda:AddPermission", "lambda:GetPolicy"), {}),
        "aws_lambda_function_event_invoke_config": (_FUNCTION, ("lambda:PutFunctionEventInvokeConfig",), {}),
        "aws_cloudwatch_event_bus": (f"arn:aws:events:{_HERE}:event-bus/{name}", ("events:CreateEventBus", "events:DescribeEventBus"), {}),
        "aws_cloudwatch_event_rule": (f"arn:aws:events:{_HERE}:rule/{on_bus}", ("events:PutRule", "events:DescribeRule"), {}),
        "aws_cloudwatch_event_target": (f"arn:aws:events:{_HERE}:rule/{on_bus}", ("events:PutTargets", "events:ListTargetsByRule"), {}),
        "aws_scheduler_schedule_group": (
            f"arn:aws:scheduler:{_HERE}:schedule-group/{name}", ("scheduler:CreateScheduleGroup", "scheduler:GetScheduleGroup"), {},
        ),
        "aws_scheduler_schedule": (
            f"arn:aws:scheduler:{_HERE}:schedule/{group}/{name}", ("scheduler:CreateSchedule", "scheduler:GetSchedule"), {},
        ),
        "aws_cloudwatch_log_group": (f"arn:aws:logs:{_HERE}:log-group:{name}", ("logs:CreateLogGroup", "logs:PutRetentionPolicy"), {}),
        "aws_cloudwatch_log_metric_filter": (
            f"arn:aws:logs:{_HERE}:log-group:/aws/lambda/{PREFIX}-ingest", ("logs:PutMetricFilter", "logs:DescribeMetricFilters"), {},
        ),
        "aws_cloudwatch_query_definition": ("*", ("logs:PutQueryDefinition", "logs:DescribeQueryDefinitions"), _NOWHERE),
        "aws_cloudwatch_metric_alarm": (
            f"arn:aws:cloudwatch:{_HERE}:alarm:{values.get('alarm_name')}", ("cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms"), {},
        ),
        "aws_cloudwatch_dashboard": (
            f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{values.get('dashboard_name')}",
            ("cloudwatch:PutDashboard", "cloudwatch:GetDashboard"), {},
        ),
        "aws_sns_topic": (topic, ("sns:CreateTopic", "sns:GetTopicAttributes"), {}),
        "aws_sns_topic_policy": (topic, ("sns:SetTopicAttributes",), {}),
        "aws_sns_topic_subscription": (topic, ("sns:Subscribe", "sns:GetSubscriptionAttributes"), {}),
        "aws_iam_role": (f"{iam}{name}", ("iam:CreateRole", "iam:GetRole", "iam:TagRole"), {}),
        "aws_iam_role_policy": (f"{iam}{values.get('role')}", ("iam:PutRolePolicy", "iam:GetRolePolicy"), {}),
        "aws_sesv2_email_identity": (
            f"arn:aws:ses:{_HERE}:identity/{values.get('email_identity')}", ("ses:CreateEmailIdentity", "ses:GetEmailIdentity"), {},
        ),
    }  # fmt: skip
