"""Schedules: nothing here fires them by itself, so a rehearsal does, at the time that it likes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from headgate.hosts.rehearsal.cloud import Cloud

_TIME = "<aws.scheduler.scheduled-time>"


def schedules(cloud: Cloud) -> dict[str, str]:
    """Name → group, of all that there are."""
    pages = cloud.client("scheduler").get_paginator("list_schedules").paginate()
    return {one["Name"]: one["GroupName"] for page in pages for one in page["Schedules"]}


def fire(cloud: Cloud, name: str, at: datetime) -> None:
    """Does what a schedule does at its time.

    Args:
        at: UTC, naive.

    Raises:
        KeyError: there is no such schedule.
    """
    found = cloud.client("scheduler").get_schedule(Name=name, GroupName=schedules(cloud)[name])["Target"]
    said = found.get("Input", "{}").replace(_TIME, f"{at:%Y-%m-%dT%H:%M:%SZ}")
    _deliver(cloud, found, said)


def _deliver(cloud: Cloud, target: Any, said: str) -> None:
    service, name = target["Arn"].split(":")[2], target["Arn"].rpartition(":")[2]
    if service == "events":
        how = target["EventBridgeParameters"]
        entry = {
            "Source": how["Source"],
            "DetailType": how["DetailType"],
            "Detail": said,
            "EventBusName": name.removeprefix("event-bus/"),
        }
        answer = cloud.client("events").put_events(Entries=[entry])
        assert not answer["FailedEntryCount"], json.dumps(answer["Entries"])
    else:
        url = cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=said)
