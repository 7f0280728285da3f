"""What is wrong in moto for a rehearsal, each put right in one function; `tests/rehearsal/test_patches.py` says when it is not needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

ONE_AT_A_TIME = threading.Lock()
"""Held by whatever request is being answered; `server.py` takes it."""

_ALLOWED_FROM = "RedriveAllowPolicy"


def put_in_place(kind: type, name: str, value: object) -> None:
    """In place of what moto has there; types know of no such thing."""
    setattr(kind, name, value)


def no_docker() -> None:
    """Functions are kept and never run here: `runner.py` runs them, and there may be no Docker."""
    from moto.core.config import default_user_config

    default_user_config["lambda"] = {"use_docker": False}


def queues_are_left_to_the_runner() -> None:
    """Moto gives messages to a function that only pretends to run, and deletes them; the runner is to find them there."""
    from moto.dynamodb.models.table import Table
    from moto.sqs.models import Queue

    for kind in (Queue, Table):
        put_in_place(kind, "lambda_event_source_mappings", property(lambda _: {}, lambda _self, _value: None))


def one_request_at_a_time() -> None:
    """Moto answers in threads that trip over each other: a conditional write is not atomic, a message gets lost.

    The server answers one request after the other; who waits for a message lets others pass.
    """
    from moto.sqs.models import Queue

    waits = Queue.wait_for_messages

    def wait_for_messages(self: Any, timeout: int) -> None:
        if not ONE_AT_A_TIME.locked():
            return waits(self, timeout)
        ONE_AT_A_TIME.release()
        try:
            waits(self, timeout)
        finally:
            ONE_AT_A_TIME.acquire()

    put_in_place(Queue, "wait_for_messages", wait_for_messages)


def queues_keep_who_may_use_them() -> None:
    """A change of any attribute of a queue drops its policy."""
    from moto.sqs.models import Queue

    sets = Queue._set_attributes

    def set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        if hasattr(self, "_policy_json"):
            attributes = {"Policy": self.policy, **attributes}
        sets(self, attributes, now)

    put_in_place(Queue, "_set_attributes", set_attributes)


def queues_answer_as_they_were_told() -> None:
    """Which queues may use a dead-letter queue is forgotten, and where one's own lie comes back spaced otherwise.

    Terraform asks for the first again and again, and takes the second for a change.
    """
    from moto.sqs.models import Queue

    given = vars(Queue)["attributes"].fget

    def attributes(self: Any) -> dict[str, Any]:
        found = {name: value for name, value in given(self).items() if name != _ALLOWED_FROM or value}
        if said := found.get("RedrivePolicy"):
            found["RedrivePolicy"] = json.dumps(json.loads(said), separators=(",", ":"))
        return found

    put_in_place(Queue, "BASE_ATTRIBUTES", [*Queue.BASE_ATTRIBUTES, _ALLOWED_FROM])
    put_in_place(Queue, "redrive_allow_policy", None)
    put_in_place(Queue, "attributes", property(attributes))


def buckets_say_that_they_tell_the_bus() -> None:
    """That a bucket tells the bus of its objects is known, and not said when it is asked for."""
    from moto.core.responses import ActionResult
    from moto.s3.responses import S3Response

    answers = S3Response.get_bucket_notification

    def get_bucket_notification(self: Any) -> Any:
        found = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if not found or found.event_bridge is None or found.queue or found.topic or found.cloud_function:
            return answers(self)
        self.data["Action"] = "GetBucketNotificationConfiguration"
        return self.serialized(ActionResult({"EventBridgeConfiguration": {}}))

    put_in_place(S3Response, "get_bucket_notification", get_bucket_notification)


def no_encryption_on_the_way_here() -> None:
    """Conditions of a bucket's policy are not looked at: that it must be asked by TLS would refuse everything."""
    from moto.iam.access_control import IAMPolicy
    from moto.s3.models import FakeBucket

    judges = FakeBucket.get_permission

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return judges(self, action, resource)
        policy = json.loads(self.policy)
        policy["Statement"] = [one for one in policy["Statement"] if not _asks_for_encryption(one)]
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    put_in_place(FakeBucket, "get_permission", get_permission)


def _asks_for_encryption(statement: dict[str, Any]) -> bool:
    return "aws:SecureTransport" in statement.get("Condition", {}).get("Bool", {})


def delete_markers_can_be_deleted() -> None:
    """What is left of a deleted object can't be deleted for good; a bucket with such can't be emptied.

    Terraform tries for many minutes.
    """
    from moto.s3.models import FakeDeleteMarker

    put_in_place(FakeDeleteMarker, "dispose", lambda _self, _garbage=False: None)


def versions_are_listed_as_their_keys_are_asked_for() -> None:
    """Keys of versions are asked for as in a URL, and given plain: Terraform deletes `a b` in place of `a+b`, again and again."""
    from moto.s3.responses import S3Response

    lists = S3Response.list_object_versions

    def list_object_versions(self: Any) -> Any:
        if self.querystring.get("encoding-type") == ["url"]:
            serializes = self.serialized
            self.serialized = lambda answer: serializes(_with_encoded_keys(answer))
        return lists(self)

    put_in_place(S3Response, "list_object_versions", list_object_versions)


def _with_encoded_keys(answer: Any) -> Any:
    """Of an answer that lists versions; one that says what is wrong is left as it is."""
    if isinstance(found := getattr(answer, "result", None), dict) and "Versions" in found:
        for one in (*found["Versions"], *found["DeleteMarkers"]):
            one["Key"] = quote(one["Key"])
        found["EncodingType"] = "url"
    return answer


def functions_keep_where_they_log() -> None:
    """The log group and format of a function are forgotten; Terraform takes that for a change."""
    from moto.awslambda.models import LambdaFunction

    makes, says, changes = (
        LambdaFunction.__init__,
        LambdaFunction.get_configuration,
        LambdaFunction.update_configuration,
    )

    def make(self: Any, account_id: str, spec: dict[str, Any], *more: Any, **named: Any) -> None:
        self.logging_config = spec.get("LoggingConfig")
        makes(self, account_id, spec, *more, **named)

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        kept = {"LoggingConfig": self.logging_config} if self.logging_config else {}
        return {**says(self, on_create), **kept}

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
        self.logging_config = config_updates.get("LoggingConfig", self.logging_config)
        changes(self, config_updates)
        return dict(self.get_configuration())

    put_in_place(LambdaFunction, "__init__", make)
    put_in_place(LambdaFunction, "get_configuration", get_configuration)
    put_in_place(LambdaFunction, "update_configuration", update_configuration)


def request_ids_are_put_into_xml_only() -> None:
    """What lies between the first and the last request id of any answer is dropped, be they text of somebody's own in JSON.

    Of a page of items all between two that hold an error of S3 are gone.
    """
    from moto.core.responses import BaseResponse

    enriches = BaseResponse._enrich_response

    def enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        if not isinstance(body, str) or body.lstrip().startswith("<"):
            return enriches(headers, body)
        return enriches(headers, "")[0], body

    put_in_place(BaseResponse, "_enrich_response", staticmethod(enrich_response))


PATCHES: tuple[Callable[[], None], ...] = (
    no_docker,
    queues_are_left_to_the_runner,
    one_request_at_a_time,
    queues_keep_who_may_use_them,
    queues_answer_as_they_were_told,
    buckets_say_that_they_tell_the_bus,
    no_encryption_on_the_way_here,
    delete_markers_can_be_deleted,
    versions_are_listed_as_their_keys_are_asked_for,
    functions_keep_where_they_log,
    request_ids_are_put_into_xml_only,
)
