"""A source is asked for what its settings say, at the pace of its plan, and its answers land as one file or not at all."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import headgate
from headgate.core.identity import digest
from headgate.core.source.failure import AskLater
from headgate.ports import Answer
from headgate.stages.fetch import fetch
from tests.stages.market import FIRST, SIX, Market, due, not_before
from tests.stages.twelve_data import KEY, UNKNOWN, as_json, error, prices


def test_one_request_asks_for_all_symbols_and_the_answer_lands_in_the_inbox(market: Market):
    made = market.go()
    (asked,) = market.server.asked
    assert asked.parameters == {
        "symbol": "AAPL,GOOG,MSFT,EUR/USD,BRK.A,M&M:NSE", "interval": "1day", "outputsize": "30", "apikey": KEY,
    }  # fmt: skip
    (key,) = market.landed()
    assert re.fullmatch(r"inbox/people/people-20260102T223000Z-[0-9a-f]{8}\.json", key)
    assert list(market.document().items()) == [(symbol, prices(symbol, 30)) for symbol in yaml.safe_load(SIX)]
    assert (made.type, made.subject, made.correlation_id) == ("source.fetched", due().subject, "correlation")
    assert made.data == {"pipeline": "people", "key": key, "symbols": 6, "failed": []}


def test_settings_decide_what_is_asked(market: Market):
    market.configure("[AAPL]", interval="5min", outputsize=7, key_env="OTHER_KEY")
    market.variable = "OTHER_KEY"
    assert market.go().type == "source.fetched"
    assert market.server.asked[0].parameters == {
        "symbol": "AAPL", "interval": "5min", "outputsize": "7", "apikey": KEY,
    }  # fmt: skip


@pytest.mark.parametrize("symbol", ["AAPL", "META", "EUR/USD"])
def test_the_bare_answer_for_a_single_symbol_is_put_under_its_symbol(market: Market, symbol: str):
    market.configure(f"[{symbol}]").go()
    assert market.document() == {symbol: prices(symbol, 30)}


def test_what_the_api_sends_lands_exactly_as_it_was_written(market: Market):
    text = (
        '{"meta":{"n":"\\u00e9\\ud83d","é":1.10},\r\n "values" : [{"close": 1E400, "x":100000000000000000000000001}]}'
    )
    market.server.answers.append(Answer(200, {}, f' {{ "GOOG" :{text}, "AAPL":\t{{"values": []}} }}\n'.encode()))
    market.configure("[AAPL, GOOG]").go()
    assert list(market.landed().values()) == [f'{{\n  "AAPL": {{"values": []}},\n  "GOOG": {text}\n}}\n'.encode()]


def test_many_symbols_are_asked_for_in_batches_at_the_pace_of_the_plan(market: Market):
    symbols = [f"S{number}" for number in range(20)]
    made = market.configure(f"[{', '.join(symbols)}]").go()
    assert [len(asked.parameters["symbol"].split(",")) for asked in market.server.asked] == [8, 8, 4]
    assert [(event.type, event.data.get("batch")) for event in market.made] == [
        ("source.due", 2), ("source.due", 3), ("source.fetched", None),
    ]  # fmt: skip
    assert market.api.now - FIRST == timedelta(seconds=130)
    assert market.document() == {symbol: prices(symbol, 30) for symbol in symbols}
    assert (made.data["symbols"], made.data["failed"]) == (20, [])


def test_faster_than_its_plan_the_api_refuses(market: Market):
    """What the test above relies on."""
    market.configure(f"[{', '.join('ABCDEFGHIJ')}]", credits_per_minute=5)
    event = market.fetch()
    market.api.now += timedelta(seconds=10)
    market.api.limit = 5
    (market.folder / ".headgate/fetch/.pace-TWELVE_DATA_KEY.json").unlink()
    with pytest.raises(AskLater, match="run out"):
        market.fetch(event)


def test_fetches_with_one_key_share_the_pace_of_its_plan(market: Market):
    market.configure("[A, B, C, D]", credits_per_minute=2)
    market.api.limit = 2
    waiting = [due("the schedule"), due("a person")]
    landed: list[Any] = []
    at: dict[Any, Any] = {}
    while waiting:
        event = waiting.pop(0)
        market.api.now = max(market.api.now, not_before(event), at.get(event.id, FIRST))
        try:
            made = market.fetch(event)
        except AskLater as later:
            at[event.id] = market.api.now + timedelta(seconds=later.retry_after)
            waiting.append(event)
            continue
        (landed if made.type == "source.fetched" else waiting).append(made)
    assert (len(landed), len(market.server.asked)) == (2, 4)
    assert market.api.now - FIRST == timedelta(seconds=3 * 65)


def test_another_request_that_is_under_way_with_the_same_key_is_waited_for(market: Market):
    context = market.configure("[AAPL]").context()
    assert context.ledger.hold("source TWELVE_DATA_KEY", "another")
    with pytest.raises(AskLater):
        fetch(due(), context)
    assert market.server.asked == []
    context.ledger.let_go("source TWELVE_DATA_KEY", "another")
    (made,) = fetch(due(), context)
    assert made.type == "source.fetched"


def test_a_clock_that_was_ahead_keeps_nobody_waiting(market: Market):
    market.api.now += timedelta(days=30)
    market.configure().fetch(due("ahead"))
    market.api.now -= timedelta(days=30)
    market.api.limit = 100  # Its own clock was never ahead.
    assert market.fetch(due("now")).type == "source.fetched"


def test_nothing_lands_before_the_last_batch(market: Market):
    market.configure(f"[{', '.join('ABCDEFGHIJ')}]").fetch()
    assert market.landed() == {}
    assert market.made[0].data == {
        "pipeline": "people",
        "fetch": f"20260102T223000Z-{digest('due-1')[:8]}",
        "batch": 2,
        "batches": 2,
        "not_before": "2026-01-02T22:31:05",
    }


def test_a_batch_delivered_again_is_not_paid_for_again(market: Market):
    market.configure(f"[{', '.join('ABCDEFGHIJ')}]")
    assert market.fetch() == market.fetch()
    assert len(market.server.asked) == 1


def test_a_last_batch_delivered_again_lands_the_same_bytes_under_the_same_key(market: Market):
    first = market.go().id
    landed = market.landed()
    assert (market.go().id, market.landed(), len(market.server.asked)) == (first, landed, 1)
    for key in landed:
        (market.folder / key).unlink()
    market.api.now += timedelta(days=1)
    assert (market.go().id, market.landed(), len(market.server.asked)) == (first, landed, 1)


def test_two_fetches_of_the_same_second_are_two_files(market: Market):
    market.configure("[AAPL]").fetch(due("by the clock"))
    market.fetch(due("by hand"))
    assert len(market.landed()) == len(market.server.asked) == 2


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_without_a_key_nobody_is_asked_and_the_variable_is_named_in_one_line(market: Market, key: str | None):
    market.key = key
    reason = market.reason()
    assert reason["code"] == "missing_key"
    assert (
        reason["message"] == "the environment variable TWELVE_DATA_KEY is not set; it must hold the key of the source"
    )
    assert reason["next"] == "export TWELVE_DATA_KEY=…, then headgate fetch people"
    assert market.server.asked == []


def test_white_space_around_the_key_is_no_part_of_it(market: Market):
    market.key = f" {KEY}\n"
    assert market.go().type == "source.fetched"


def test_a_key_that_the_api_repeats_is_masked_wherever_it_stands(market: Market):
    echo = error(404, f"no data at https://x.example.com/?apikey={KEY}")
    market.configure("[AAPL, GOOG]").server.answers.append(as_json({"AAPL": prices("AAPL"), "GOOG": echo}))
    assert market.go().data["failed"] == ["GOOG"]
    assert market.document()["GOOG"]["message"] == "no data at https://x.example.com/?apikey=***"
    market.server.answers.append(as_json(error(401, f"the key {KEY} is unknown")))
    market.a_minute_later()
    assert market.fetch(due("due-2")).data["reason"]["message"].endswith("the key *** is unknown")


@pytest.mark.parametrize("text", ["description: no source\n", None])
def test_a_pipeline_without_a_source_or_no_pipeline_is_a_failed_fetch(market: Market, text: str | None):
    file = market.folder / "pipelines" / "people" / "pipeline.yaml"
    file.write_text(text) if text else file.unlink()
    assert market.reason()["code"] == ("no_source" if text else "no_pipeline")


def test_settings_changed_on_the_way_ask_for_everything_they_say(market: Market):
    event = market.configure(f"[{', '.join('ABCDEFGHIJ')}]").fetch()
    market.configure("[A, X]", outputsize=3)
    while event.type == "source.due":
        market.api.now = not_before(event)
        event = market.fetch(event)
    assert market.document() == {"A": prices("A", 3), "X": prices("X", 3)}


def test_answers_are_kept_for_a_week_and_then_forgotten(market: Market):
    other = market.folder / ".headgate/fetch/guests/20200101T000000Z-00000000-00000000-1.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    kept = lambda: len(list((market.folder / ".headgate/fetch/people").iterdir()))  # noqa: E731
    for day, count in ((0, 1), (6, 2), (8, 2)):
        market.api.now = FIRST + timedelta(days=day)
        market.fetch(due(f"due-{day}", market.api.now))
        assert kept() == count
    assert other.exists()


def test_a_fetch_that_goes_on_after_weeks_still_has_its_own_answers(market: Market):
    event = market.configure(f"[{', '.join('ABCDEFGHIJ')}]").fetch()
    market.api.now += timedelta(days=30)
    assert market.fetch(event).type == "source.fetched"
    assert len(market.server.asked) == 2


def test_an_event_from_outside_cannot_choose_where_answers_are_kept(market: Market):
    data = {"pipeline": "people", "fetch": "../../../outside", "batch": 1}
    market.fetch(replace(due(), data=data))
    assert {path.parent.name for path in market.folder.rglob("*-1.json")} == {"people"}


@pytest.mark.parametrize("batch", [0, -1, 99])
def test_a_batch_that_is_not_in_the_plan_costs_nothing(market: Market, batch: int):
    made = market.fetch(replace(due(), data={"pipeline": "people", "batch": batch}))
    assert (made.type, made.data["batch"], market.server.asked) == ("source.due", 1, [])


def test_what_lands_is_held_against_the_contract_and_a_symbol_in_error_is_rejected_as_a_whole(market: Market):
    market.api.unknown = {"GOOG"}
    market.configure("[AAPL, GOOG, MSFT]", outputsize=4).go()
    ((key, _),) = market.landed().items()
    out = market.folder / "checked"
    contract = Path(headgate.__path__[0]) / "examples" / "stocks" / "contract.odcs.yaml"
    result = headgate.check(market.folder / key, contract, out=out)
    assert (result.manifest["counts"]["accepted"], result.manifest["counts"]["rejected"]) == (8, 1)
    (rejected,) = (json.loads(line) for line in (out / "rejected.jsonl").read_text().splitlines())
    assert UNKNOWN in json.dumps(rejected)
