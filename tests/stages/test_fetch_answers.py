"""Whatever an API answers: what may pass is asked again, what has no prices is told, and what has some lands."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
import yaml

from headgate.adapters.web import HttpWeb
from headgate.core.errors import Outside, Permanent, Transient
from headgate.core.source.failure import AskLater, SourceBusy
from headgate.ports import Answer
from tests.local_server import LocalServer, Wire, sends
from tests.stages.market import Market, due
from tests.stages.twelve_data import KEY, UNKNOWN, as_json, error, prices

BUSY = error(429, "You have run out of API credits for the current minute.")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 65), ({"Retry-After": "7"}, 7), ({"Retry-After": "Fri, 02 Jan 2026 22:40:00 GMT"}, 600),
        ({"Retry-After": "0"}, 1), ({"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}, 1), ({"Retry-After": "soon"}, 65),
        ({"Retry-After": "99999999"}, 86400), ({"Retry-After": "-5"}, 65),
    ],
)  # fmt: skip
def test_asked_too_often_it_says_from_when_it_may_be_asked_again(market: Market, headers: dict[str, str], seconds: int):
    market.server.answers.append(as_json(BUSY, 429, **headers))
    with pytest.raises(AskLater, match="You have run out of API credits") as caught:
        market.fetch()
    assert caught.value.retry_after == seconds
    assert market.landed() == {}
    market.a_minute_later()
    assert market.fetch().type == "source.fetched"


@pytest.mark.parametrize(
    "busy", [as_json(BUSY), as_json({"AAPL": prices("AAPL"), "GOOG": BUSY}), Answer(429, {}, b"slow down")]
)
def test_asked_too_often_in_whatever_words_it_is_asked_again(market: Market, busy: Answer):
    market.configure("[AAPL, GOOG]").server.answers.append(busy)
    with pytest.raises(AskLater):
        market.fetch()
    market.a_minute_later()
    assert market.fetch().type == "source.fetched"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {}, b"<html>Internal Server Error</html>"), Answer(502, {}, b""), Answer(503, {}, b"{"),
        as_json(error(500, "something went wrong"), 500), as_json(error(500, "something went wrong")),
        sends(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"), sends(b""),
    ],
    ids=["500", "502", "503", "500 in JSON", "500 with status 200", "cut off", "nothing"],
)  # fmt: skip
def test_a_fault_of_the_api_may_pass(market: Market, answer: Answer | Wire):
    market.server.answers.append(answer)
    with pytest.raises(Outside) as caught:
        market.fetch()
    assert not isinstance(caught.value, Permanent)
    assert market.landed() == {}
    market.a_minute_later()
    assert market.fetch().type == "source.fetched"


def test_an_api_that_does_not_answer_in_time_may_answer_later(market: Market):
    market.server.answers.append(market.server.silent)
    market.web = HttpWeb(timeout=0.1)
    with pytest.raises(Transient, match="did not answer in time"):
        market.fetch()


def test_a_source_that_asks_for_patience_day_after_day_has_failed(market: Market):
    event = due(time=market.api.now - timedelta(days=2, seconds=1))
    market.server.answers.append(as_json(BUSY, 429))
    with pytest.raises(SourceBusy):
        market.fetch(event)


NO_ANSWERS = {
    "a page": b"<!doctype html><title>Sign in to the hotel network</title>",
    "nothing": b"",
    "a list": b"[]",
    "a text": b'"ok"',
    "cut off": b'{"AAPL": {"meta": {}, "values": [{"close": "1',
    "no number": b'{"AAPL": {"meta": {}, "values": [{"close": NaN}], "status": "ok"}}',
    "more than one": b'{"AAPL": {}} {"GOOG": {}}',
    "no text": b'{"AAPL": {"meta": {}, "values": [{"close": "\xff"}]}}',
    "packed": gzip.compress(b'{"AAPL": {}}'),
    "deep": b'{"AAPL": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_what_is_no_json_object_is_a_failed_fetch(market: Market, body: bytes, status: int):
    market.server.answers.append(Answer(status, {}, body))
    assert market.reason() == {
        "code": "no_answer",
        "message": f"the source answers with something else than a JSON object (HTTP status {status})",
        "who": "the owner of the pipeline",
        "next": "correct `url` of the source in pipeline.yaml",
    }


def test_an_answer_that_is_too_large_is_a_failed_fetch(market: Market):
    market.web = HttpWeb(largest=1000)
    assert market.reason()["code"] == "answer_too_large"


def test_a_source_that_has_moved_is_a_failed_fetch_and_the_other_place_never_sees_the_key(market: Market):
    with LocalServer(market.api) as other:
        moved = other.url.replace("://", "://user:word@") + f"?apikey={KEY}"
        market.server.answers.append(Answer(302, {"Location": moved}, b"{}"))
        reason = market.reason()
        assert (reason["code"], other.asked) == ("source_moved", [])
        assert "has moved to http://127.0.0.1/time_series, where nobody is asked" in reason["message"]


@pytest.mark.parametrize("location", ["/login", "http://[", "", "\tx\x7f"])
def test_a_redirect_to_nowhere_is_a_failed_fetch(market: Market, location: str):
    market.server.answers.append(Answer(301, {"Location": location}, b""))
    assert market.reason()["code"] == "source_moved"


def test_a_wrong_key_is_a_failed_fetch(market: Market):
    market.key = "not the key"
    reason = market.reason()
    assert reason["code"] == "key_refused"
    assert reason["message"].startswith("the source refuses the key: **apikey** parameter is incorrect")
    assert reason["who"] == "the owner of the key"


@pytest.mark.parametrize("code", [401, 403])
@pytest.mark.parametrize("status", [200, None])
def test_a_refused_key_is_known_by_either_code(market: Market, code: int, status: int | None):
    market.server.answers.append(as_json(error(code, "no"), status or code))
    assert market.reason()["code"] == "key_refused"


def test_an_error_for_one_symbol_is_kept_in_the_document_and_the_others_go_on(market: Market):
    market.api.unknown = {"GOOG"}
    made = market.configure("[AAPL, GOOG, MSFT]").go()
    assert (made.type, made.data["symbols"], made.data["failed"]) == ("source.fetched", 3, ["GOOG"])
    assert market.document()["GOOG"] == error(404, UNKNOWN)


def test_an_error_for_one_batch_is_kept_under_each_of_its_symbols(market: Market):
    market.configure(f"[{', '.join('ABCD')}]", credits_per_minute=2)
    market.server.answers.append(as_json(error(400, "no"), 400))
    assert market.go().data["failed"] == ["A", "B"]
    assert market.document() == {
        "A": error(400, "no"),
        "B": error(400, "no"),
        "C": prices("C", 30),
        "D": prices("D", 30),
    }


def test_a_symbol_that_the_answer_leaves_out_is_an_error_that_names_what_came_instead(market: Market):
    market.configure("[AAPL, GOOG]").server.answers.append(as_json({"AAPL": prices("AAPL"), "GOOGL": prices("GOOGL")}))
    assert market.go().data["failed"] == ["GOOG"]
    assert market.document()["GOOG"] == error(
        404, "the answer has nothing under this symbol; nobody asked for GOOGL, which is in it"
    )


@pytest.mark.parametrize(
    "odd", [None, [], "x", 5, {}, {"status": "ok"}, {"values": None}, {"status": "halted", "values": []}]
)
def test_whatever_stands_for_a_symbol_is_kept_for_the_gate_to_judge(market: Market, odd: Any):
    market.configure("[AAPL, GOOG]").server.answers.append(as_json({"AAPL": odd, "GOOG": prices("GOOG")}))
    assert market.go().data["failed"] == ["AAPL"]
    assert market.document()["AAPL"] == odd


@pytest.mark.parametrize("symbols", ["[A]", "[A, B]", "[A, B, C, D, E]"])
def test_without_prices_for_any_symbol_nothing_lands(market: Market, symbols: str):
    market.api.unknown = set("ABCDE")
    reason = market.configure(symbols, credits_per_minute=2).reason()
    assert reason["code"] == "no_prices"
    count = len(yaml.safe_load(symbols))
    assert reason["message"] == f"the source has prices for none of the {count} symbols; of A it says: {UNKNOWN}"


def test_a_message_cannot_break_a_line_or_a_terminal(market: Market):
    market.server.answers.append(as_json(error(401, "a\nBcc: x@y.org\x1b[2J\ud800" + "z" * 10_000)))
    message = market.reason()["message"]
    assert message.isprintable()
    assert "a\\nBcc: x@y.org\\x1b[2J" in message
    assert len(message) < 400
