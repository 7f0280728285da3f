"""A function that is called by hand answers what came of it; called by S3 or the bus, it fails when the stage does."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headgate.core.errors import Busy, HeadgateError, Outside, Permanent, Place
from headgate.core.events import Event
from headgate.core.source.failure import AskLater, SourceBusy
from headgate.flow import ROUTES, STAGES
from headgate.hosts.aws.calls import TAKES
from headgate.ports import Context
from tests.hosts.aws.deployed import Deployed, LambdaContext
from tests.hosts.aws.test_function import processed, raising
from tests.projects import MIXED

Deploy = Callable[..., Deployed]
WHOLE = processed(manifest="manifests/run-0.json")


def called(shop: Deployed, stage: str, given: Any, instead: Any = None) -> dict[str, Any]:
    answer = shop.function(stage, instead)(given, LambdaContext())
    assert json.loads(json.dumps(answer)) == answer
    return dict(answer)


def noted(events: list[Event]) -> Callable[[Event, Context], list[Event]]:
    """A stage that notes what it is handed."""

    def stage(event: Event, context: Context) -> list[Event]:
        events.append(event)
        return [event.next("rows.loaded", event.subject, {"run": "run-7"})]

    return stage


def test_a_key_is_ingested_at_once(deployed: Deploy):
    shop = deployed()
    shop.drop(data=MIXED)
    answer = called(shop, "ingest", {"key": "inbox/people/people.csv"})
    assert answer.keys() == {"status", "run", "events", "correlation_id"}
    (event,) = answer["events"]
    assert (answer["status"], event["type"], event["data"]["counts"]["rejected"]) == ("done", "file.processed", 3)
    assert answer["run"] == event["data"]["run"]
    assert answer["correlation_id"] == event["correlationid"]
    assert len(shop.lying("load")) == 1
    assert [one.type for one in shop.journal.events(answer["correlation_id"])] == ["file.arrived", "file.processed"]


def test_an_event_may_be_handed_over_as_such(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    answer = called(shop, "load", {"event": WHOLE.as_cloudevent()}, noted(taken))
    assert (taken, answer["correlation_id"]) == ([WHOLE], "journey 0")
    assert answer["run"] == "run-0"


def test_summarize_called_with_nothing_is_on_yesterday_in_the_zone_of_the_report(deployed: Deploy):
    shop, taken = deployed("daily_report: {zone: Pacific/Kiritimati}\n"), list[Event]()
    answer = called(shop, "summarize", {}, noted(taken))
    day = (datetime.now(UTC) + timedelta(hours=14)).date() - timedelta(days=1)
    assert taken[0].data == {"day": day.isoformat(), "zone": "Pacific/Kiritimati"}
    assert answer["status"] == "done"


def test_a_day_that_is_not_over_is_left_to_its_end(deployed: Deploy):
    shop, taken = deployed("daily_report: {zone: UTC}\n"), list[Event]()
    today = datetime.now(UTC).date()
    for day in (today, today + timedelta(days=3)):
        answer = called(shop, "summarize", {"day": day.isoformat()}, noted(taken))
        assert answer["error"]["code"] == "bad_call"
        assert "not over" in answer["error"]["message"]
    assert taken == []


@pytest.mark.parametrize("day", ["x", "2025-02-30"])
def test_what_is_no_day_is_the_callers_mistake(deployed: Deploy, day: str):
    answer = called(deployed(), "summarize", {"day": day})
    assert answer["error"]["code"] == "bad_call"
    assert answer["error"]["message"] == f"summarize can't be called with {day!r}, which is no day"


def test_summarize_may_be_asked_for_a_day(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    called(shop, "summarize", {"day": "2025-07-01"}, noted(taken))
    assert taken[0].data["day"] == "2025-07-01"


def test_watch_and_alert_called_with_nothing_hear_the_clock_tick(deployed: Deploy):
    shop = deployed()
    for stage in ("watch", "alert"):
        taken: list[Event] = []
        called(shop, stage, {}, noted(taken))
        assert [one.type for one in taken] == ["clock.ticked"]


def test_what_fails_is_answered_and_kept_by_nobody(deployed: Deploy):
    shop = deployed()
    answer = called(shop, "load", {"event": WHOLE.as_cloudevent()}, raising(Permanent("no table", next="make it")))
    assert (answer["status"], answer["error"]["message"], answer["error"]["next"]) == ("failed", "no table", "make it")
    assert (answer["run"], answer["events"], answer["correlation_id"]) == ("run-0", [], "journey 0")
    assert (shop.journal.letters(), shop.lying("load-dead")) == ([], [])


@pytest.mark.parametrize("error", [Permanent("no"), Outside("down"), Busy("held"), ZeroDivisionError("x")], ids=repr)
def test_what_fails_leaves_nothing_that_looks_as_if_somebody_were_at_it(deployed: Deploy, error: Exception):
    shop = deployed()
    shop.drop()
    called(shop, "ingest", {"key": "inbox/people/people.csv"}, raising(error))
    (arrival,) = shop.arrivals()
    (progress,) = shop.journal.progress([arrival.event])
    assert (arrival.outcome, progress.state, bool(progress.error)) == ("dead", "discarded", True)
    assert called(shop, "ingest", {"key": "inbox/people/people.csv"})["status"] == "done"


def test_what_fails_when_called_by_hand_is_still_the_queues_that_had_it_before(deployed: Deploy):
    shop = deployed()
    shop.publish(WHOLE)
    called(shop, "load", {"event": WHOLE.as_cloudevent()}, raising(Permanent("no table")))
    assert {one.state for one in shop.journal.progress([WHOLE.id])} == {"ready"}


def test_what_fails_is_not_closed_while_s3_that_called_tries_it_again(deployed: Deploy):
    shop = deployed()
    shop.drop()
    with pytest.raises(Outside):
        called(shop, "ingest", notification(shop, "inbox/people/people.csv"), raising(Outside("down")))
    (arrival,) = shop.arrivals()
    assert arrival.outcome is None


@pytest.mark.parametrize("how", ["key", "s3"])
def test_a_file_that_is_too_large_for_the_function_waits_in_the_queue_of_large_files(deployed: Deploy, how: str):
    shop = deployed(LARGEST_FILE=10, LARGE_QUEUE="true")
    shop.drop(data=MIXED)
    key = "inbox/people/people.csv"
    answer = called(shop, "ingest", {"key": key} if how == "key" else notification(shop, key))
    assert (answer["status"], answer["events"], "error" in answer) == ("waiting", [], False)
    (sent,) = shop.lying("large")
    assert (sent["detail"]["data"]["key"], sent["detail"]["correlationid"]) == (key, answer["correlation_id"])
    assert [one.type for one in shop.journal.events(answer["correlation_id"])] == ["file.arrived"]
    assert [(one.event, one.outcome) for one in shop.arrivals()] == [(sent["detail"]["id"], None)]
    assert shop.keys("inbox/") == [key]


def test_what_somebody_else_is_at_is_said_so(deployed: Deploy):
    answer = called(deployed(), "load", {"event": WHOLE.as_cloudevent()}, raising(Busy("held")))
    assert (answer["status"], answer["error"]["code"]) == ("busy", "busy")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"hello": 1},
        {"event": {"specversion": "1.0"}},
        {"event": {**WHOLE.as_cloudevent(), "time": "yesterday"}},
        {"event": {**WHOLE.as_cloudevent(), "time": "0001-01-01T00:00:00+23:00"}},
        {"key": "inbox/a.csv"},
        {"Records": []},
        None,
        [],
        [1],
        "x",
        7,
    ],
)
def test_what_a_stage_does_not_take_is_answered_with_what_it_does(deployed: Deploy, given: Any):
    answer = called(deployed(), "load", given)
    assert answer["status"] == "failed"
    assert answer["error"]["code"] in ("bad_call", "bad_message")
    assert answer["error"]["next"]
    assert isinstance(given, dict) or "no object" in answer["error"]["message"]


def without(event: Event, *parts: str) -> dict[str, Any]:
    return {name: value for name, value in event.as_cloudevent().items() if name not in parts}


def analysed(**data: str) -> Event:
    return Event("a", "analysis.completed", "headgate", processed().time, "run-1", "journey", data)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"event": {"id": "x"}}, "an event without type, source, time, subject, correlationid"),
        ({"event": "x"}, "an event that is no object: 'x'"),
        ({"event": without(analysed(), "subject")}, "an event without subject"),
        ({"event": {**analysed().as_cloudevent(), "time": "now"}}, "an event that can't be read: Invalid isoformat"),
        ({"event": processed().as_cloudevent()}, "an event of the type file.processed"),
        ({"event": analysed(run="r", pipeline="people").as_cloudevent()}, "whose data is without manifest, analysis"),
    ],
)
def test_an_event_that_a_stage_can_do_nothing_with_is_the_callers_mistake(deployed: Deploy, given: Any, said: str):
    shop = deployed()
    answer = called(shop, "notify", given)
    error = answer["error"]
    assert (answer["status"], error["code"], error["who"]) == ("failed", "bad_call", "whoever calls the function")
    assert said in error["message"]
    assert error["next"] == 'call it with {"event": <a CloudEvent: analysis.completed>}'


def test_what_may_be_handed_over_is_what_the_flow_gives():
    takes = {stage: tuple(type_ for type_, stages in ROUTES.items() if stage in stages) for stage in STAGES}
    assert takes == TAKES


@pytest.mark.parametrize(
    "key",
    ["manifests/people/x.json", "inbox", "inbox/", "inbox/people/", "inboxes/people.csv", "inbox/people/a.part", 7],
)
@pytest.mark.parametrize("form", ["key", "event"])
def test_a_key_that_is_no_file_of_the_inbox_is_the_callers_mistake(deployed: Deploy, key: Any, form: str):
    arrival = Event("a", "file.arrived", "me", processed().time, "s", "j", {"key": key}).as_cloudevent()
    shop = deployed()
    answer = called(shop, "ingest", {"key": key} if form == "key" else {"event": arrival})
    error = answer["error"]
    assert (answer["status"], error["code"], error["where"]) == ("failed", "bad_call", str(key))
    assert "inbox/" in error["message"] or "still being written" in error["message"]
    assert '{"key": "<a file of the inbox>"}' in error["next"]
    assert shop.keys() == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "without pipeline"),
        ({"pipeline": "gone"}, "'gone'"),
        ({"pipeline": ["people"]}, "something in it is written otherwise"),
    ],
)
def test_a_replay_for_no_pipeline_is_the_callers_mistake(deployed: Deploy, more: dict[str, Any], said: str):
    data = {"key": "archive/people/a.csv", "replays": "run-1", **more}
    arrival = Event("a", "file.arrived", "me", processed().time, "s", "j", data).as_cloudevent()
    answer = called(deployed(), "ingest", {"event": arrival})
    assert (answer["status"], answer["error"]["code"]) == ("failed", "bad_call")
    assert said in answer["error"]["message"]


def test_a_file_that_is_not_there_is_said_so(deployed: Deploy):
    answer = called(deployed(), "ingest", {"key": "inbox/people/gone.csv"})
    error = answer["error"]
    assert (answer["status"], error["code"], error["where"]) == ("failed", "no_such_file", "inbox/people/gone.csv")
    assert [one["type"] for one in answer["events"]] == ["file.vanished"]


def test_fetch_needs_a_pipeline_with_a_source(deployed: Deploy):
    shop = deployed()
    answer = called(shop, "fetch", {"pipeline": "people"})
    assert (answer["status"], answer["error"]["code"]) == ("failed", "no_source")
    error = called(shop, "fetch", {"pipeline": "peopel"})["error"]
    assert error["code"] == "bad_call"
    assert error["message"] == "fetch can't be called with 'peopel': there are the pipelines anything, guests, people"


def notification(shop: Deployed, *keys: str, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    """What S3 calls a function with, where nobody put a queue between."""
    records = [
        {
            "eventSource": "aws:s3", "eventName": name, "eventTime": "2026-01-02T03:04:05.000Z",
            "s3": {"bucket": {"name": shop.bucket}, "object": {"key": key, "sequencer": str(number)}},
        }
        for number, key in enumerate(keys)
    ]  # fmt: skip
    return {"Records": records}


def test_s3_may_call_by_itself_with_keys_as_in_a_url(deployed: Deploy):
    shop = deployed()
    shop.drop("people/people of may +1.csv")
    answer = called(shop, "ingest", notification(shop, "inbox/people/people+of+may+%2B1.csv"))
    assert [one["type"] for one in answer["events"]] == ["file.processed"]
    assert answer["events"][0]["data"]["file"] == "people of may +1.csv"


def test_of_what_is_no_file_nothing_comes(deployed: Deploy):
    shop = deployed()
    given = notification(shop, "inbox/people/.hidden", "archive/people/a.csv")
    assert called(shop, "ingest", given) == {"status": "nothing", "run": None, "events": [], "correlation_id": None}


def test_the_bus_may_call_by_itself(deployed: Deploy):
    shop, taken = deployed(), list[Event]()
    called(shop, "load", {"detail-type": "file.processed", "detail": processed().as_cloudevent()}, noted(taken))
    called(
        shop, "watch", {"detail-type": "clock.ticked", "detail": {"scheduled": "2026-01-02T03:05:00Z"}}, noted(taken)
    )
    assert [one.type for one in taken] == ["file.processed", "clock.ticked"]


def test_a_caller_that_reads_no_answer_sees_the_failure(deployed: Deploy):
    shop = deployed()
    shop.drop()
    for given in (
        notification(shop, "inbox/people/people.csv"),
        {"detail-type": "x", "detail": processed().as_cloudevent()},
    ):
        with pytest.raises(HeadgateError, match="no table"):
            called(shop, "ingest", given, raising(Permanent("no table")))


def test_records_of_another_kind_are_refused(deployed: Deploy):
    with pytest.raises(HeadgateError, match="aws:kinesis"):
        called(deployed(), "load", {"Records": [{"eventSource": "aws:kinesis"}]})


@pytest.mark.parametrize(
    "given",
    [
        {"Records": "x"},
        {"Records": {"a": 1}},
        {"Records": [1]},
        {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}]},
        {"detail-type": "x"},
        {"detail-type": "x", "detail": 7},
        {"detail-type": "clock.ticked", "detail": {"scheduled": "rubbish"}},
        {"detail-type": "Object Created", "detail": {}},
    ],
    ids=str,
)
def test_what_nobody_understands_fails_as_the_callers_mistake_and_as_no_bug(deployed: Deploy, given: Any):
    with pytest.raises(HeadgateError) as caught:
        called(deployed(), "watch", given)
    assert isinstance(caught.value, Permanent)
    assert caught.value.code in ("bad_call", "bad_message")


def test_a_day_that_is_none_is_answered_as_the_callers_mistake(deployed: Deploy):
    answer = called(deployed(), "summarize", {"day": "rubbish"})
    assert (answer["status"], answer["error"]["code"]) == ("failed", "bad_call")


def test_an_arrival_that_could_not_be_noted_comes_again_from_whoever_told_of_it(deployed: Deploy):
    shop = deployed(TABLE="no-such-table")
    shop.drop()
    with pytest.raises(Outside):
        called(shop, "ingest", notification(shop, "inbox/people/people.csv"))


@pytest.mark.parametrize("kind", [AskLater, SourceBusy])
def test_what_a_source_asks_for_is_raised_as_what_it_is(deployed: Deploy, kind: type[AskLater | SourceBusy]):
    due = Event("d", "source.due", "me", processed().time, "people", "j", {"pipeline": "people"})
    with pytest.raises(kind, match="slowly") as caught:
        called(deployed(), "fetch", {"detail-type": "x", "detail": due.as_cloudevent()}, raising(kind("slowly", 3600)))
    assert getattr(caught.value, "retry_after", None) == 3600


def test_what_a_function_fails_with_says_no_secret(deployed: Deploy, monkeypatch: pytest.MonkeyPatch):
    shop = deployed()
    monkeypatch.setenv("API_KEY", "hush-hush")

    def telling_all(event: Event, context: Context) -> list[Event]:
        key = context.secret("API_KEY")
        try:
            raise ValueError(f"400 for ?key={key}")
        except ValueError as error:
            raise Outside(f"refused {key}", where=Place(f"x?key={key}"), next=f"try {key}", code="no_way") from error

    with pytest.raises(Outside, match="refused") as caught:
        called(shop, "load", {"detail-type": "x", "detail": processed().as_cloudevent()}, telling_all)
    assert "hush" not in "".join(traceback.format_exception(caught.value))
    assert (caught.value.code, str(caught.value)) == ("no_way", "x?key=****: refused ****\n  next: try ****")
