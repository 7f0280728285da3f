"""A function takes what its queue gives: what fails comes again in its time, or dies with a letter; the others know nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from headgate.adapters.aws.messages import event_of
from headgate.adapters.aws.services import client
from headgate.core.errors import Busy, Outside, Permanent, Transient
from headgate.core.events import Event
from headgate.flow import STAGES
from headgate.hosts.aws.function import Function
from headgate.ports import Context
from tests.aws_server import REGION
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.projects import GOOD, MIXED

Deploy = Callable[..., Deployed]
SLOW = "mail: {to: [team@example.com]}\nretry: {first_delay: 60, longest_delay: 60}\n"


def processed(number: int = 0, **data: Any) -> Event:
    given = {"pipeline": "people", "run": f"run-{number}", **data}
    return Event(
        f"e{number}", "file.processed", "test", datetime(2026, 1, 2), f"run-{number}", f"journey {number}", given
    )


def raising(error: Exception) -> Callable[[Event, Context], list[Event]]:
    def stage(event: Event, context: Context) -> list[Event]:
        raise error

    return stage


def at_its_attempt(shop: Deployed, number: int, stage: str = "load") -> list[dict[str, Any]]:
    """The records of a stage, as if they had been received so often."""
    records = shop.records(stage)
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = str(number)
    return records


def hidden(shop: Deployed, queue: str) -> int:
    """How many messages of a queue nobody gets for the moment."""
    sqs = client("sqs", REGION)
    url = sqs.get_queue_url(QueueName=f"{shop.prefix}-{queue}")["QueueUrl"]
    name = "ApproximateNumberOfMessagesNotVisible"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def progress(shop: Deployed, event: str, stage: str) -> tuple[str, int]:
    (found,) = [one for one in shop.journal.progress([event]) if one.stage == stage]
    return found.state, found.attempts


# what fails


@pytest.mark.parametrize("error", [Transient("x"), Outside("x"), OSError(28, "full"), ZeroDivisionError("x")], ids=repr)
def test_what_may_pass_comes_again_when_its_wait_is_over_and_not_before(deployed: Deploy, error: Exception):
    shop = deployed(SLOW)
    shop.publish(processed())
    records = shop.records("load")
    assert shop.polled("load", raising(error), records) == [records[0]["messageId"]]
    assert progress(shop, "e0", "load") == ("ready", 1)
    assert (hidden(shop, "load"), shop.journal.letters(), shop.lying("load-dead")) == (1, [], [])


def test_sqs_gives_it_again_with_its_attempts(deployed: Deploy):
    shop = deployed()
    shop.publish(processed())
    assert len(shop.polled("load", raising(Transient("x")))) == 1
    (again,) = shop.records("load")
    assert again["attributes"]["ApproximateReceiveCount"] == "2"


def test_the_wait_is_that_of_the_project(deployed: Deploy, monkeypatch: pytest.MonkeyPatch):
    shop, waits = deployed(SLOW), []
    monkeypatch.setattr("headgate.adapters.aws.sqs.Sqs.hide", lambda self, message, seconds: waits.append(seconds))
    shop.publish(processed())
    shop.polled("load", raising(Transient("x")))
    assert 30 <= waits[0] <= 60


def test_what_fails_its_last_attempt_is_a_dead_letter_and_told_and_not_reported_as_failed(deployed: Deploy):
    shop = deployed(SLOW)
    shop.publish(processed())
    assert shop.polled("load", raising(Transient("it is down", next="wait")), at_its_attempt(shop, 3)) == []
    (letter,) = shop.journal.letters()
    assert (letter.event.id, letter.stage, letter.attempts, letter.error["message"]) == ("e0", "load", 3, "it is down")
    (dead,), (told,) = shop.lying("load-dead"), shop.lying("alert")
    assert event_of(dead["detail"]).id == "e0"
    assert (told["detail-type"], told["detail"]["data"]["letter"]) == ("event.dead", letter.number)
    assert progress(shop, "e0", "load") == ("dead", 3)
    assert hidden(shop, "load") == 0


@pytest.mark.parametrize("receives", [2, 4])
def test_which_attempt_is_the_last_one_is_the_deployments_to_say(
    deployed: Deploy, receives: int, monkeypatch: pytest.MonkeyPatch
):
    shop = deployed(SLOW, MAX_RECEIVES=receives)
    monkeypatch.setattr("headgate.adapters.aws.sqs.Sqs.hide", lambda self, message, seconds: None)
    function = shop.function("load", raising(Transient("x")))
    answers = [function({"Records": _again(shop, number)}, LambdaContext()) for number in range(1, receives + 1)]
    assert [len(one["batchItemFailures"]) for one in answers] == [1] * (receives - 1) + [0]
    assert len(shop.journal.letters()) == 1


def _again(shop: Deployed, number: int) -> list[dict[str, Any]]:
    record = {
        "messageId": "m", "receiptHandle": "h", "body": json.dumps({"detail-type": "x", "detail": processed().as_cloudevent()}),
        "attributes": {"ApproximateReceiveCount": str(number)}, "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{shop.prefix}-load",
    }  # fmt: skip
    return [record]


def test_what_cannot_pass_dies_at_once(deployed: Deploy):
    shop = deployed(SLOW)
    shop.publish(processed())
    assert shop.polled("load", raising(Permanent("no such table"))) == []
    (letter,) = shop.journal.letters()
    assert letter.attempts == 1
    assert len(shop.lying("load-dead")) == 1


def test_what_somebody_else_is_at_is_sent_anew_and_no_attempt_is_counted(
    deployed: Deploy, monkeypatch: pytest.MonkeyPatch
):
    shop = deployed()
    shop.publish(processed())
    monkeypatch.setattr("headgate.adapters.aws.queue._LONGEST_BUSY", 1.0)
    for _ in range(4):
        assert shop.polled("load", raising(Busy("held")), shop.awaited("load")) == []
    (record,) = shop.awaited("load")
    assert json.loads(record["body"])["headgate"]["attempts"] == 0
    assert shop.journal.letters() == []


def test_of_a_batch_only_what_fails_comes_again(deployed: Deploy):
    shop, taken = deployed(SLOW), []

    def load(event: Event, context: Context) -> list[Event]:
        taken.append(event.id)
        if event.id == "e1":
            raise Transient("x")
        return [event.next("rows.loaded", event.subject, {})]

    for number in range(3):
        shop.publish(processed(number))
    records = shop.records("load")
    refused = shop.polled("load", load, records)
    (poison,) = [one["messageId"] for one in records if '"e1"' in one["body"]]
    assert (sorted(taken), refused) == (["e0", "e1", "e2"], [poison])
    assert [progress(shop, f"e{number}", "load")[0] for number in range(3)] == ["done", "ready", "done"]


def test_a_record_that_is_no_message_fails_alone(deployed: Deploy):
    shop = deployed()
    shop.publish(processed())
    broken = {"messageId": "broken", "eventSource": "aws:sqs"}
    answer = shop.function("load", lambda event, context: [])(
        {"Records": [{**broken, "body": "x"}, *shop.records("load")]}, LambdaContext()
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert progress(shop, "e0", "load") == ("done", 1)


@pytest.mark.parametrize(
    "body",
    [
        '{"hello": "world"}',
        '{"detail-type": "x", "detail": "ab"}',
        '{"detail-type": "x", "detail": {}, "time": "yesterday"}',
        '{"detail-type": "x", "detail": {}, "time": "0001-01-01T00:00:00+23:00"}',
        '{"detail-type": "x", "detail": {}, "headgate": {"attempts": "many"}}',
        '{"detail-type": "x", "detail": {}, "headgate": {"attempts": Infinity}}',
        "[]",
        "9" * 5000,
        "[" * 100_000,
        "{",
    ],
    ids=lambda body: body[:60],
)
def test_a_message_that_nobody_understands_is_a_dead_letter_that_says_so_in_words(deployed: Deploy, body: str):
    shop = deployed()
    client("sqs", REGION).send_message(QueueUrl=shop.url("load"), MessageBody=body)
    assert shop.polled("load") == []
    (letter,) = shop.journal.letters()
    assert (letter.event.type, letter.error["code"]) == ("message.unreadable", "bad_message")
    assert not re.search(r"Error|int\(|isoformat|dictionary|object has|range|digits", letter.error["message"])
    assert len(shop.lying("load-dead")) == len(shop.lying("alert")) == 1


def test_a_schedule_that_names_no_time_is_a_dead_letter_and_stops_nobody_who_looks(deployed: Deploy):
    shop = deployed()
    body = json.dumps({"detail-type": "clock.ticked", "detail": {"scheduled": "now"}})
    for queue in ("watch", "watch-dead"):
        url = client("sqs", REGION).get_queue_url(QueueName=f"{shop.prefix}-{queue}")["QueueUrl"]
        client("sqs", REGION).send_message(QueueUrl=url, MessageBody=body)
    assert shop.polled("watch") == []
    host = Function("watch", STAGES["watch"]).host()
    letters = host.queue().dead_letters()
    assert {letter.event.type for letter in letters} == {"message.unreadable"}


def test_what_cannot_even_be_settled_comes_again(deployed: Deploy, monkeypatch: pytest.MonkeyPatch):
    shop = deployed()
    shop.publish(processed())
    monkeypatch.setenv("HEADGATE_BUS", "no-such-bus")
    records = shop.records("load")
    refused = shop.polled("load", lambda event, context: [event.next("rows.loaded", "x", {})], records)
    assert refused == [records[0]["messageId"]]
    assert progress(shop, "e0", "load") == ("ready", 0)


def test_what_is_too_large_for_the_bus_dies_with_a_letter(deployed: Deploy):
    shop = deployed()
    shop.publish(processed())
    assert shop.polled("load", lambda event, context: [event.next("rows.loaded", "x", {"text": "x" * 300_000})]) == []
    (letter,) = shop.journal.letters()
    assert letter.error["code"] == "event_too_big"


# what comes twice


def test_the_same_object_told_of_twice_is_processed_once(deployed: Deploy):
    shop = deployed()
    shop.drop()
    records = shop.records("ingest")
    assert shop.polled("ingest", None, [*records, *[{**one, "messageId": "again"} for one in records]]) == []
    assert len(shop.lying("load")) == 1


def test_the_same_bytes_twice_are_a_duplicate(deployed: Deploy):
    shop = deployed()
    for name in ("a", "b"):
        shop.drop(f"people/people_{name}.csv")
        shop.polled("ingest")
    types = [one.type for one in shop.all_events()]
    assert sorted(types) == ["file.arrived", "file.arrived", "file.duplicate", "file.processed"]


def test_the_same_message_again_after_it_was_done_runs_nothing(deployed: Deploy):
    shop, taken = deployed(), []

    def load(event: Event, context: Context) -> list[Event]:
        taken.append(event.id)
        return []

    for _ in range(2):
        shop.publish(processed())
        shop.polled("load", load)
    assert taken == ["e0"]


# files that are too large


def test_a_file_too_large_for_a_function_waits_in_a_queue_of_its_own(deployed: Deploy):
    shop = deployed(LARGEST_FILE=10, LARGE_QUEUE="true")
    shop.drop(data=GOOD)
    assert shop.polled("ingest") == []
    (waiting,) = shop.lying("large")
    assert event_of(waiting["detail"]).data["key"] == "inbox/people/people.csv"
    assert shop.keys("inbox/") == ["inbox/people/people.csv"]
    assert shop.lying("load") == shop.lying("alert") == []


def test_where_nobody_takes_such_files_it_is_a_failed_file(deployed: Deploy):
    shop = deployed(LARGEST_FILE=10)
    shop.drop(data=GOOD)
    assert shop.polled("ingest") == []
    (told,) = shop.lying("alert")
    assert told["detail"]["data"]["reason"]["code"] == "too_large_for_function"
    assert shop.lying("large") == []


def test_what_no_store_keeps_under_its_key_is_said_by_ingest_and_not_sent_on(deployed: Deploy):
    shop = deployed(LARGEST_FILE=10, LARGE_QUEUE="true")
    shop.drop("people//people.csv")
    assert shop.polled("ingest") == []
    assert shop.lying("large") == []
    (dead,) = shop.lying("ingest-dead")
    assert "people.csv" in dead["detail"]["data"]["key"]


# what is told


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_stage_run_is_a_line_with_its_correlation_id(deployed: Deploy, capsys: pytest.CaptureFixture[str]):
    shop = deployed()
    shop.publish(processed())
    shop.polled("load", raising(Permanent("no such table")))
    (line,) = [one for one in lines(capsys) if one.get("stage") == "load" and "message" in one]
    assert (line["level"], line["correlation_id"], line["outcome"]) == ("ERROR", "journey 0", "dead")
    assert (line["event"], line["error"]["message"]) == ("e0", "no such table")
    assert line["function_request_id"] == "request-1"


def measured(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[float, dict[str, str]]]:
    """Metric → value, and what it is counted by; of several of one name, the last."""
    found = {}
    for line in (one for one in lines(capsys) if "_aws" in one):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (labels,) = directive["Dimensions"]
        assert directive["Namespace"] == "Headgate"
        for metric in directive["Metrics"]:
            found[metric["Name"]] = (line[metric["Name"]][0], {label: line[label] for label in labels})
    return found


def test_numbers_of_a_file_and_of_the_call_are_told(deployed: Deploy, capsys: pytest.CaptureFixture[str]):
    shop = deployed()
    shop.drop()
    shop.polled("ingest")
    found, mine = measured(capsys), {"deployment": shop.prefix}
    assert found["files"] == (1, {**mine, "outcome": "processed"})
    assert found["bytes"] == (len(GOOD), mine)
    assert found["reject_percent"] == (0, mine)
    assert found["gb_seconds"][0] == pytest.approx(found["duration_seconds"][0] / 2)
    assert found["memory_used_bytes"][1] == mine


def test_of_a_file_that_is_refused_for_its_many_rejects_their_share_is_told(
    deployed: Deploy, capsys: pytest.CaptureFixture[str]
):
    shop = deployed()
    settings = shop.folder / "pipelines" / "people" / "pipeline.yaml"
    settings.write_text(settings.read_text() + "max_rejected: 10%\n")
    shop.drop(data=MIXED)
    shop.polled("ingest")
    found = measured(capsys)
    assert found["files"][1]["outcome"] == "failed"
    assert found["reject_percent"] == (75, {"deployment": shop.prefix})
    assert "rows" not in found


def test_labels_that_nothing_is_counted_by_stand_in_the_line_of_their_numbers(
    deployed: Deploy, capsys: pytest.CaptureFixture[str]
):
    shop = deployed()
    shop.drop()
    shop.polled("ingest")
    numbers = [line for line in lines(capsys) if "_aws" in line]
    assert {line["pipeline"] for line in numbers if "files" in line or "rows" in line or "bytes" in line} == {"people"}
    assert {line["stage"] for line in numbers if "duration_seconds" in line} == {"ingest"}


def test_retries_that_are_exhausted_are_told_apart_from_what_could_never_pass(
    deployed: Deploy, capsys: pytest.CaptureFixture[str]
):
    shop = deployed()
    for number, error in enumerate([Transient("x"), Permanent("x")]):
        shop.publish(processed(number))
        shop.polled("load", raising(error), at_its_attempt(shop, 3))
        found = measured(capsys)
        assert found["dead_letters"][0] == 1
        assert ("retries_exhausted" in found) == (number == 0)


def test_a_call_that_is_made_a_function_of_at_start_needs_its_settings(monkeypatch: pytest.MonkeyPatch):
    from headgate.core.errors import UserMistake
    from headgate.hosts.aws.function import Function

    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    monkeypatch.delenv("HEADGATE_PREFIX", raising=False)
    with pytest.raises(UserMistake, match="HEADGATE_PREFIX"):
        Function("load", lambda event, context: [])
