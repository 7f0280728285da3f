"""The stream of the table as the trigger of notify: one report for each analysis, and its own queue for what fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from headgate.adapters.aws.services import client
from headgate.core.errors import Permanent, Transient
from headgate.core.events import Event
from headgate.ports import Context
from tests.aws_server import REGION
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.hosts.aws.test_function import processed, raising

Deploy = Callable[..., Deployed]


def completed(number: int = 0) -> Event:
    data = {"pipeline": "people", "run": f"run-{number}", "analysis": f"analysis/people/run-{number}.json"}
    return Event(f"a{number}", "analysis.completed", "test", datetime(2026, 1, 2), f"run-{number}", "journey", data)


def analyzed(shop: Deployed, *events: Event) -> None:
    """Lets the function of analyze give these."""
    shop.publish(processed())
    assert shop.polled("analyze", lambda event, context: list(events)) == []
    # Where the stream is the trigger, the bus has no rule for notify.
    shop.lying("notify")


def changes(shop: Deployed) -> list[dict[str, Any]]:
    """What the stream of the table says: all changes of items."""
    streams = client("dynamodbstreams", REGION)
    (stream,) = streams.list_streams(TableName=shop.prefix)["Streams"]
    described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
    found = []
    for shard in described["Shards"]:
        given = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"]}
        place = streams.get_shard_iterator(**given, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        found += streams.get_records(ShardIterator=place)["Records"]
    return [{**one, "eventSource": "aws:dynamodb"} for one in found]


def notified(shop: Deployed, stage: Any, records: list[dict[str, Any]] | None = None) -> list[str]:
    given = {"Records": changes(shop) if records is None else records}
    answer = shop.function("notify", stage)(given, LambdaContext())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def taking(events: list[Event]) -> Callable[[Event, Context], list[Event]]:
    def stage(event: Event, context: Context) -> list[Event]:
        events.append(event)
        return []

    return stage


def test_each_analysis_that_is_added_is_told_once_and_no_other_change_is(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    analyzed(shop, completed(0), completed(1))
    assert len(changes(shop)) > 2
    assert notified(shop, taking(taken)) == notified(shop, taking(taken)) == []
    assert [(one.id, one.type, one.data) for one in taken] == [
        (one.id, one.type, one.data) for one in (completed(0), completed(1))
    ]


def test_for_a_week_the_table_says_where_an_analysis_lies_and_holds_no_copy_of_it(deployed: Deploy):
    shop = deployed(ANALYSIS_DAYS=7)
    analyzed(shop, completed())
    (item,) = shop.table.query("analysis#run-0")
    assert (item["sk"], item["pipeline"], item["s3"]) == ("a0", "people", "analysis/people/run-0.json")
    # Nobody lists them: in the index each would be written a second time.
    assert "document" not in item
    assert list(shop.table.by_day("analysis#people")) == []
    kept = item["expires_at"] - datetime.now().timestamp()
    assert kept == pytest.approx(7 * 86_400, abs=100)


def test_that_an_analysis_vanished_is_no_news(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    gone = {
        "eventSource": "aws:dynamodb", "eventName": "REMOVE",
        "dynamodb": {"SequenceNumber": "7", "Keys": {"pk": {"S": "analysis#run-0"}, "sk": {"S": "a0"}}},
    }  # fmt: skip
    assert (notified(shop, taking(taken), [gone]), taken) == ([], [])


def test_what_fails_goes_on_in_the_stages_own_queue_with_its_attempts(deployed: Deploy):
    shop = deployed("retry: {first_delay: 0}\n")
    analyzed(shop, completed())
    assert notified(shop, raising(Transient("x"))) == []
    (record,) = shop.awaited("notify")
    assert json.loads(record["body"])["headgate"]["attempts"] == 1
    record["attributes"]["ApproximateReceiveCount"] = "2"
    assert shop.polled("notify", raising(Transient("x")), [record]) == []
    (letter,) = shop.journal.letters()
    assert (letter.event.id, letter.attempts) == ("a0", 3)


def test_what_cannot_pass_is_a_dead_letter(deployed: Deploy):
    shop = deployed()
    analyzed(shop, completed())
    assert notified(shop, raising(Permanent("x"))) == []
    assert [one.event.id for one in shop.journal.letters()] == ["a0"]
    assert len(shop.lying("notify-dead")) == 1


def test_a_change_that_nobody_understands_comes_again_alone(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    analyzed(shop, completed())
    broken = {
        "eventSource": "aws:dynamodb", "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": "7", "Keys": {"pk": {"S": "analysis#x"}}, "NewImage": {}},
    }  # fmt: skip
    assert notified(shop, taking(taken), [broken, *changes(shop)]) == ["7"]
    assert [one.id for one in taken] == ["a0"]
