"""Functions are called as AWS calls them: real processes, real queues, nothing of ours between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.deploy import interpreter as deploy_interpreter
from headgate.hosts.rehearsal import interpreter
from headgate.hosts.rehearsal.cloud import ACCOUNT, Cloud
from headgate.hosts.rehearsal.functions import Functions
from headgate.hosts.rehearsal.runner import Runner, failed_items
from headgate.hosts.rehearsal.runtime import FunctionFailed
from headgate.hosts.rehearsal.schedule import fire
from headgate.hosts.rehearsal.streams import is_like
from tests.rehearsal.conftest import skip_or_fail
from tests.rehearsal.functions import arn, deploy, send, wait_until, with_queue

pytestmark = pytest.mark.slow


@pytest.fixture
def functions(empty_cloud: Cloud, tmp_path: Path) -> Iterator[Functions]:
    try:
        made = Functions(empty_cloud, tmp_path)
    except UserMistake as error:
        skip_or_fail(error)
    yield made
    made.close()


@pytest.fixture
def runner(empty_cloud: Cloud, functions: Functions) -> Iterator[Runner]:
    made = Runner(empty_cloud, functions)
    yield made
    made.close()


def outcomes(functions: Functions, name: str) -> list[str]:
    return [called.outcome for called in functions.called if called.function == name]


def test_a_call_is_answered_by_the_functions_own_code(empty_cloud: Cloud, functions: Functions):
    answer = functions.call(deploy(empty_cloud, timeout=5), {"hello": "ä"})
    assert (answer["given"], answer["stage"]) == ({"hello": "ä"}, "none")
    assert 0 < answer["left"] <= 5000


def test_a_process_is_used_again(empty_cloud: Cloud, functions: Functions):
    name = deploy(empty_cloud)
    for _ in range(2):
        functions.call(name, {})
    assert [called.started > 0 for called in functions.called] == [True, False]
    assert all(called.peak_memory > 1_000_000 for called in functions.called)


def test_a_function_sees_nothing_of_this_machines_environment(
    empty_cloud: Cloud, functions: Functions, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MINE", "1")
    name = deploy(empty_cloud, "import os\ndef handler(event, context): return dict(os.environ)")
    seen = functions.call(name, {})
    assert "MINE" not in seen
    assert (seen["AWS_ENDPOINT_URL"], seen["AWS_LAMBDA_FUNCTION_NAME"]) == (empty_cloud.address, name)


@pytest.mark.parametrize(("code", "kind"), [
    ("raise RuntimeError('no')", "init"),
    ("import os\ndef handler(event, context): os._exit(1)", "died"),
    ("def handler(event, context): raise ValueError('no')", "error"),
    ("import time\ndef handler(event, context): time.sleep(60)", "timeout"),
])  # fmt: skip
def test_why_there_is_no_answer_is_said(empty_cloud: Cloud, functions: Functions, code: str, kind: str):
    with pytest.raises(FunctionFailed) as raised:
        functions.call(deploy(empty_cloud, code, timeout=1), {})
    assert raised.value.kind == kind


def test_after_a_death_there_is_a_new_process(empty_cloud: Cloud, functions: Functions):
    name = deploy(empty_cloud)
    functions.call(name, {})
    with pytest.raises(FunctionFailed, match="died"):
        functions.call(name, {"Records": [{"body": "die"}]})
    assert functions.call(name, {"a": 1})["given"] == {"a": 1}


def test_of_a_batch_only_what_failed_comes_again_and_then_lies_in_the_dead_letter_queue(
    empty_cloud: Cloud, runner: Runner
):
    name = with_queue(empty_cloud)
    send(empty_cloud, name, "a", "boom", "b")
    runner.start()
    wait_until(lambda: empty_cloud.waiting()[name] == 0)
    assert empty_cloud.waiting()[f"{name}-dead"] == 1
    took = runner.functions.log(name).read_text()
    assert sorted(word for line in took.splitlines() for word in line.split()[1:]) == ["a", "b", "boom", "boom"]


@pytest.mark.parametrize(("body", "outcome"), [("die", "died"), ("raise", "error"), ("nonsense", "ok")])
def test_where_nothing_is_answered_that_makes_sense_the_whole_batch_comes_again(
    empty_cloud: Cloud, runner: Runner, body: str, outcome: str
):
    name = with_queue(empty_cloud)
    send(empty_cloud, name, body)
    runner.start()
    wait_until(lambda: empty_cloud.waiting()[f"{name}-dead"] == 1)
    assert outcomes(runner.functions, name) == [outcome, outcome]


def test_what_names_unknown_messages_fails_them_all():
    assert failed_items({"batchItemFailures": [{"itemIdentifier": "x"}]}, {"a", "b"}) == {"a", "b"}
    assert failed_items({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a", "b"}) == {"a"}
    assert failed_items({"batchItemFailures": []}, {"a"}) == failed_items(None, {"a"}) == set()
    assert failed_items(["?"], {"a"}) == {"a"}


def test_changes_of_a_table_come_in_order_and_only_those_that_are_wanted(empty_cloud: Cloud, runner: Runner):
    name, dynamo = deploy(empty_cloud), empty_cloud.client("dynamodb")
    stream = dynamo.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]  # fmt: skip
    pattern = '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"pk":{"S":[{"prefix":"ok#"}]}}}}'
    empty_cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON", BatchSize=10,
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )  # fmt: skip
    for key in ("ok#1", "no#1", "ok#2"):
        dynamo.put_item(TableName=name, Item={"pk": {"S": key}})
    runner.start()
    wait_until(lambda: runner.has_caught_up(0.001) and bool(outcomes(runner.functions, name)))
    assert runner.functions.log(name).read_text().split()[:3] == ["took", "ok#1", "ok#2"]


def test_an_event_pattern_wants_exact_values_prefixes_and_presence():
    pattern = {"a": {"b": ["x", {"prefix": "y#"}], "c": [{"exists": False}]}}
    assert [is_like(pattern, {"a": {"b": value}}) for value in ("x", "y#1", "z", None)] == [True, True, False, False]
    assert not is_like(pattern, {"a": {"b": "x", "c": 1}})


def test_a_schedule_puts_on_the_bus_what_it_is_to_say_with_its_time(empty_cloud: Cloud):
    events, sqs = empty_cloud.client("events"), empty_cloud.client("sqs")
    url = sqs.create_queue(QueueName="ticks")["QueueUrl"]
    bus = events.create_event_bus(Name="clockwork")["EventBusArn"]
    events.put_rule(Name="ticks", EventBusName="clockwork", EventPattern='{"detail-type":["clock.ticked"]}')
    events.put_targets(
        Rule="ticks", EventBusName="clockwork", Targets=[{"Id": "q", "Arn": arn("sqs", "ticks", empty_cloud)}]
    )
    empty_cloud.client("scheduler").create_schedule(
        Name="clock", ScheduleExpression="rate(5 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": bus, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/x",
            "Input": '{"scheduled": "<aws.scheduler.scheduled-time>"}',
            "EventBridgeParameters": {"DetailType": "clock.ticked", "Source": "headgate.x"},
        },
    )  # fmt: skip
    fire(empty_cloud, "clock", datetime(2026, 5, 4, 12, 5))
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert '"scheduled": "2026-05-04T12:05:00Z"' in message["Body"]


def test_without_a_python_of_the_functions_version_one_line_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deploy_interpreter, "_version", lambda _: "3.9")
    with pytest.raises(UserMistake, match=r"functions run on Python 3\.13, and there is none"):
        interpreter.find_python()
