"""Unit prices of AWS in us-east-1, each with where and when it was read; and what is free every month, for good."""

from __future__ import annotations

from dataclasses import dataclass

_INFRACOST = "Infracost's test data, `{}`, from AWS's price list"


@dataclass(frozen=True)
class Price:
    """What something costs.

    Attributes:
        usd: for `per` units.
        free: units of every month that cost nothing, in an account of any age.
        source: who says so; "" when nobody was found.
        read: date of the source where it has one, else the day on which it was read.
    """

    service: str
    what: str
    usd: float
    per: int
    free: float
    source: str
    read: str

    def cost(self, units: float, *, with_free: bool) -> float:
        """Of so many units in a month, in US dollars."""
        return max(units - (self.free if with_free else 0), 0) * self.usd / self.per


_LAMBDA = "cloudchipr.com, AWS Lambda Pricing Breakdown"
MILLION = 1_000_000
TODAY = "read 2026-11-21"

PRICES = {
    "requests": Price("Lambda", "requests", 0.20, MILLION, MILLION, _LAMBDA, TODAY),
    "gb_seconds": Price("Lambda", "GB-seconds, arm64", 0.0000133334, 1, 400_000, _LAMBDA, TODAY),
    "s3_put": Price("S3", "PUT, COPY, POST, LIST", 0.005, 1000, 0, _INFRACOST.format("s3_bucket_test"), TODAY),
    "s3_get": Price("S3", "GET, HEAD", 0.0004, 1000, 0, _INFRACOST.format("s3_bucket_test"), TODAY),
    "s3_gb": Price("S3", "GB a month", 0.023, 1, 0, _INFRACOST.format("s3_bucket_test"), TODAY),
    "events": Price(
        "EventBridge", "custom events", 1.00, MILLION, 0, "blog.awsfundamentals.com, EventBridge pricing guide", TODAY
    ),
    "schedules": Price(
        "EventBridge", "schedules that fire", 1.00, MILLION, 14 * MILLION, "cloudburn.io, Amazon EventBridge pricing", "2026-03-13"
    ),
    "sqs": Price("SQS", "requests", 0.40, MILLION, MILLION, _INFRACOST.format("sqs_queue_test"), TODAY),
    "writes": Price(
        "DynamoDB", "write request units", 0.625, MILLION, 0, "airbyte.com, DynamoDB pricing", "July 2025"
    ),
    "reads": Price("DynamoDB", "read request units", 0.125, MILLION, 0, "airbyte.com, DynamoDB pricing", "July 2025"),
    "table_gb": Price("DynamoDB", "GB a month", 0.25, 1, 25, _INFRACOST.format("dynamodb_table_test"), TODAY),
    "backup_gb": Price(
        "DynamoDB", "GB a month of point-in-time recovery", 0.20, 1, 0, _INFRACOST.format("dynamodb_table_test"), TODAY
    ),
    "mails": Price("SES", "recipients", 0.10, 1000, 0, "acecloudinterviews.com, SES", TODAY),
    "mail_gb": Price(
        "SES", "GB of pictures and attachments", 0.12, 1, 0, "a bill in question 1399690 at superuser.com", "2019-01-29"
    ),
    "out_gb": Price(
        "SES", "GB of mail sent out", 0.09, 1, 0, "a bill in question 1399690 at superuser.com", "2019-01-29"
    ),
    "log_gb": Price(
        "CloudWatch", "GB of logs", 0.50, 1, 5, _INFRACOST.format("cloudwatch_log_group_test"), TODAY
    ),
    "metrics": Price("CloudWatch", "custom metrics", 0.30, 1, 10, "api-evangelist/cloudwatch, plans", "2026-05-05"),
    "alarms": Price("CloudWatch", "alarms", 0.10, 1, 10, _INFRACOST.format("cloudwatch_metric_alarm_test"), TODAY),
    "dashboards": Price(
        "CloudWatch", "dashboards", 3.00, 1, 3, _INFRACOST.format("cloudwatch_dashboard_test"), TODAY
    ),
    "sns": Price("SNS", "alarm mails", 2.00, 100_000, 1000, "factualminds.com, Amazon SNS pricing", "2026-06-13"),
}  # fmt: skip
