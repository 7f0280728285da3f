"""The bus lays every event before its queues, in requests of the size that AWS takes, and again what was refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from headgate.adapters.aws import services
from headgate.adapters.aws.bus import Bus
from headgate.adapters.aws.messages import event_of, opened
from headgate.adapters.aws.services import client
from headgate.core.errors import Outside, Permanent, Transient
from headgate.core.events import Event
from tests.adapters.aws.queues import bodies, make_bus
from tests.aws_server import REGION
from tests.conformance.queue_order_suite import AT, event

ROUTES = {"file.arrived": ("ingest",), "file.processed": ("load", "analyze")}
NASTY = 'a "quote", a \\ and a \x01 · 日本 \ud800 \uffff'


@pytest.fixture
def bus(aws: str, unique: str) -> Bus:
    make_bus(unique, ROUTES)
    return Bus(unique, "headgate.shop", REGION, sleep=lambda _: None)


def put(bus: Bus, *events: Event) -> None:
    bus.put(bus.entries(events))


def arrived(bus: Bus, stage: str) -> list[Event]:
    return [event_of(body["detail"]) for body in bodies(f"{bus._name}-{stage}")]


def test_an_event_lies_before_each_of_its_stages_as_it_was(bus: Bus):
    given = event("e1", type_="file.processed", text=NASTY, number=1.5, nothing=None)
    put(bus, given)
    assert arrived(bus, "load") == arrived(bus, "analyze") == [given]
    assert arrived(bus, "ingest") == []


def test_outsiders_know_it_by_source_and_type(bus: Bus):
    put(bus, event("e1"))
    (body,) = bodies(f"{bus._name}-ingest")
    assert (body["source"], body["detail-type"]) == ("headgate.shop", "file.arrived")
    assert body["detail"] == event("e1").as_cloudevent()
    assert opened(json.dumps(body)).event == event("e1")


class Recorded:
    """What boto3 was asked for, on its way to AWS; some of it AWS is made to refuse."""

    def __init__(self, real: Any) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.refuse: Callable[[dict[str, Any]], bool] = lambda entry: False
        real.meta.events.register("provide-client-params.eventbridge.PutEvents", self._asked)
        real.meta.events.register("after-call.eventbridge.PutEvents", self._answered)

    def _asked(self, params: dict[str, Any], **_: Any) -> None:
        self.requests.append([dict(entry) for entry in params["Entries"]])

    def _answered(self, parsed: dict[str, Any], **_: Any) -> None:
        for entry, said in zip(self.requests[-1], parsed["Entries"], strict=True):
            if self.refuse(entry):
                said.clear()
                said.update(ErrorCode="ThrottlingException", ErrorMessage="slow down")


@pytest.fixture
def recorded(bus: Bus) -> Iterator[Recorded]:
    services._client.cache_clear()
    yield Recorded(client("events", REGION))
    services._client.cache_clear()


def test_a_request_holds_ten_events_at_most(bus: Bus, recorded: Recorded):
    put(bus, *(event(f"e{number}") for number in range(23)))
    assert [len(one) for one in recorded.requests] == [10, 10, 3]
    assert sorted(one.id for one in arrived(bus, "ingest")) == sorted(f"e{number}" for number in range(23))


def test_a_request_holds_256_kb_at_most(bus: Bus, recorded: Recorded):
    put(bus, *(event(f"e{number}", text="x" * 100_000) for number in range(5)))
    assert [len(one) for one in recorded.requests] == [2, 2, 1]


def test_only_what_was_refused_is_put_again(bus: Bus, recorded: Recorded):
    left = {"e3": 2, "e7": 1}

    def refuse(entry: dict[str, Any]) -> bool:
        id_ = json.loads(entry["Detail"])["id"]
        left[id_] = left.get(id_, 0) - 1
        return left[id_] >= 0

    recorded.refuse = refuse
    put(bus, *(event(f"e{number}") for number in range(9)))
    asked = [[json.loads(entry["Detail"])["id"] for entry in one] for one in recorded.requests]
    assert asked[1:] == [["e3", "e7"], ["e3"]]


def test_what_is_refused_again_and_again_may_pass_later(bus: Bus, recorded: Recorded):
    recorded.refuse = lambda entry: True
    with pytest.raises(Transient, match="slow down"):
        put(bus, event("e1"))
    assert len(recorded.requests) == 5


def test_an_event_that_is_too_large_is_refused_before_any_is_put(bus: Bus):
    with pytest.raises(Permanent, match="larger than") as caught:
        put(bus, event("e1"), event("e2", text="x" * 262_144))
    assert caught.value.code == "event_too_big"
    assert arrived(bus, "ingest") == []


def test_what_is_no_json_is_refused(bus: Bus):
    for value in (object(), float("nan")):
        with pytest.raises((TypeError, ValueError)):
            bus.entries([event("e1", value=value)])


def test_a_bus_that_is_not_there_is_said(aws: str, unique: str):
    bus = Bus(unique, "headgate.shop", REGION, sleep=lambda _: None)
    with pytest.raises((Outside, Transient)) as caught:
        put(bus, event("e1"))
    assert unique in str(caught.value)


def test_an_aws_that_does_not_answer_may_later(aws: str, unique: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(Transient, match="can't be reached"):
        put(Bus(unique, "headgate.shop", REGION), Event("e", "t", "s", AT, "x", "c"))
