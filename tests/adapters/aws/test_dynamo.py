"""Items of one table: written on conditions, read whole, listed by the page, and as they were written."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from headgate.adapters.aws.dynamo import DynamoTable, Removal, Write
from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Outside, Permanent, Transient

KEY = {"pk": "a", "sk": "b"}


@pytest.fixture
def table(aws: str, unique: str) -> DynamoTable:
    table = DynamoTable(unique)
    table.create()
    return table


def test_an_item_is_there_until_it_is_deleted(table: DynamoTable):
    assert table.get("a", "b") is None
    table.put({**KEY, "n": 1})
    table.put({**KEY, "n": 2})
    assert table.get("a", "b") == {**KEY, "n": 2}
    assert table.delete("a", "b")
    assert table.delete("a", "b")
    assert table.get("a", "b") is None


@pytest.mark.parametrize(
    "value",
    [
        0, -7, 10**37, 10**60, True, False, 0.1, -1e300, float("inf"), Decimal("12.50"), Decimal("1E+3"), Decimal("0"),
        Decimal("1.0000000000000000000000000000000000000000001"), Decimal("1E-200"), "", "ü\n#", [], {},
        [None, 1, 2.5, ["x"]], {"a": {"b": None, "c": Decimal("0.1")}, "S": 1}, datetime(2026, 1, 2, 3, 4, 5, 6),
        {"~float": "not one"}, {"~mapping": {"~time": 1}}, {"~number": 1, "b": 2},
    ],
)  # fmt: skip
def test_a_value_comes_back_equal(table: DynamoTable, value: Any):
    table.put({**KEY, "value": value})
    found = (table.get("a", "b") or {})["value"]
    assert found == value
    assert isinstance(found, float | bool | datetime) == isinstance(value, float | bool | datetime)


def test_an_attribute_that_is_none_is_not_there(table: DynamoTable):
    table.put({**KEY, "gpk": None, "value": None})
    assert table.get("a", "b") == KEY


def test_a_value_that_nobody_can_keep_is_refused(table: DynamoTable):
    with pytest.raises(Permanent, match="Path"):
        table.put({**KEY, "value": Path("x")})


# conditions


def test_of_many_who_write_a_new_item_at_once_one_does(table: DynamoTable):
    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(lambda number: table.put_new({**KEY, "n": number}), range(16)))
    assert sum(wrote) == 1
    assert table.get("a", "b") == {**KEY, "n": wrote.index(True)}


def test_a_write_happens_only_while_the_item_has_the_values_that_are_asked_for(table: DynamoTable):
    table.put({**KEY, "n": 1})
    assert not table.put_when({**KEY, "n": 3}, {"n": 2})
    assert not table.update("a", "b", {"n": 3}, {"n": 2})
    assert not table.delete("a", "b", {"n": 2})
    assert not table.delete("a", "b", {"n": None})
    assert table.put_when({**KEY, "n": 2}, {"n": 1, "other": None})
    assert table.update("a", "b", {"name": "x", "size": None}, {"n": 2})
    assert table.get("a", "b") == {**KEY, "n": 2, "name": "x", "size": None}
    assert table.delete("a", "b", {"n": 2, "size": None})


def test_nothing_that_is_not_there_is_updated(table: DynamoTable):
    assert not table.update("a", "b", {"n": 1})
    assert table.get("a", "b") is None


def test_of_many_who_add_at_once_all_count(table: DynamoTable):
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: table.add("a", "b", "n", 2), range(10))) == list(range(2, 22, 2))


def test_writes_take_effect_together_or_not_at_all(table: DynamoTable):
    table.put({**KEY, "n": 1})
    new = {"pk": "a", "sk": "new"}
    assert not table.write_all([Write(new, is_new=True), Write({**KEY, "n": 3}, when={"n": 2})])
    assert list(table.query("a")) == [{**KEY, "n": 1}]
    assert table.write_all([Write(new, is_new=True), Removal("a", "b"), Removal("a", "nothing")])
    assert list(table.query("a")) == [new]


# many


def test_the_items_under_a_key_are_listed_by_their_second(table: DynamoTable):
    for name in ("x#2", "y#1", "x#1", "x#3"):
        table.put({"pk": "a", "sk": name})
    table.put({"pk": "other", "sk": "x#0"})

    def listed(*args: Any, **more: Any) -> list[str]:
        return [item["sk"] for item in table.query("a", *args, **more)]

    assert listed() == ["x#1", "x#2", "x#3", "y#1"]
    assert listed("x#") == ["x#1", "x#2", "x#3"]
    assert listed("x#", backwards=True, until="x#2") == ["x#2", "x#1"]
    assert list(table.query("nothing")) == []


def test_the_items_of_a_place_in_the_index_are_those_of_a_span_with_both_its_ends(table: DynamoTable):
    for number in range(5):
        table.put({"pk": f"i{number}", "sk": "x", "gpk": "day", "gsk": f"{number}"})
    table.put({"pk": "i6", "sk": "x"})

    def listed(*args: Any, **more: Any) -> list[str]:
        return [item["pk"] for item in table.by_day("day", *args, **more)]

    assert listed() == ["i0", "i1", "i2", "i3", "i4"]
    assert (listed("3"), listed("1", "2"), listed(None, "1")) == (["i3", "i4"], ["i1", "i2"], ["i0", "i1"])
    assert listed("3", backwards=True) == ["i4", "i3"]


def test_more_than_one_answer_holds_is_listed_whole(table: DynamoTable):
    # An answer holds one megabyte.
    for number in range(8):
        table.put({"pk": "a", "sk": f"{number}", "gpk": "g", "gsk": f"{number}", "text": "x" * 300_000})
    assert [item["sk"] for item in table.query("a")] == [item["sk"] for item in table.by_day("g")] == list("01234567")


def test_many_items_are_fetched_in_the_order_of_their_keys(table: DynamoTable):
    for number in range(120):
        table.put({"pk": "a", "sk": f"{number}", "text": "x"})
    keys = [("a", f"{number}") for number in range(119, -2, -1)]
    assert [item["sk"] for item in table.get_all(keys)] == [f"{number}" for number in range(119, -1, -1)]
    assert table.get_all([]) == []


# what is too large


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


LARGE = {"pk": "a", "sk": "b/../c", "gpk": "g", "gsk": "1", "small": Decimal("1.5"), "text": "ü" * 300_000}


def test_what_is_too_large_for_an_item_lies_in_the_store_and_is_read_as_if_it_did_not(
    table: DynamoTable, unique: str, files: FolderFiles
):
    pointing = DynamoTable(unique, files)
    pointing.put(LARGE)
    assert pointing.get("a", "b/../c") == LARGE
    assert list(pointing.query("a")) == list(pointing.by_day("g")) == [LARGE]
    assert len(list(files.keys("ledger"))) == 1
    assert pointing.update("a", "b/../c", {"small": 2}, {"small": Decimal("1.5")})
    assert pointing.get("a", "b/../c") == {**LARGE, "small": 2}


def test_who_may_not_write_changes_nothing_of_what_is_in_the_store(table: DynamoTable, unique: str, files: FolderFiles):
    pointing = DynamoTable(unique, files)
    pointing.put(LARGE)
    assert not pointing.put_new({**LARGE, "text": "y" * 500_000})
    assert pointing.get("a", "b/../c") == LARGE


def test_without_a_store_what_is_too_large_is_refused(table: DynamoTable):
    with pytest.raises(Permanent, match="larger than DynamoDB takes"):
        table.put(LARGE)


def test_what_an_item_points_to_and_is_gone_is_an_error_that_names_it(
    table: DynamoTable, unique: str, files: FolderFiles, tmp_path: Path
):
    pointing = DynamoTable(unique, files)
    pointing.put(LARGE)
    (key,) = files.keys("ledger")
    (tmp_path / key).unlink()
    for read in (lambda: pointing.get("a", "b/../c"), lambda: list(pointing.query("a"))):
        with pytest.raises(Outside, match=r"points to is gone") as caught:
            read()
        assert key in str(caught.value)


def test_without_a_store_a_part_of_an_item_does_not_pass_for_the_whole(
    table: DynamoTable, unique: str, files: FolderFiles
):
    DynamoTable(unique, files).put(LARGE)
    for read in (lambda: table.get("a", "b/../c"), lambda: list(table.query("a"))):
        with pytest.raises(Permanent, match="lies in the store of files"):
            read()


# what AWS refuses


def test_a_table_that_is_not_there_is_outside(aws: str, unique: str):
    with pytest.raises(Outside, match=unique):
        DynamoTable(unique).get("a", "b")


CONDITION = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"


@contextmanager
def answering(*answers: tuple[int, dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """DynamoDB as far as these answers go, the last one again and again; and what it was asked."""
    left, asked = deque(answers), list[dict[str, Any]]()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, said = left.popleft() if len(left) > 1 else left[0]
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refusal(code: str, *reasons: str) -> tuple[int, dict[str, Any]]:
    said: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return 400, said | ({"CancellationReasons": [{"Code": one} for one in reasons]} if reasons else {})


IN_THE_WAY = [
    refusal("TransactionConflictException"),
    refusal("TransactionInProgressException"),
    refusal(CANCELED, "None", "TransactionConflict"),
    refusal(CANCELED, "ThrottlingError", "None"),
]


@pytest.fixture
def pauses() -> list[float]:
    return []


def at(address: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> DynamoTable:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    return DynamoTable("t", sleep=pauses.append)


@pytest.mark.parametrize("refused", IN_THE_WAY)
def test_who_was_in_the_way_of_another_tries_again_by_itself(
    aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float], refused: Any
):
    with answering(refused, refused, (200, {})) as (address, asked):
        assert at(address, monkeypatch, pauses).write_all([Write(KEY)])
    # At one of them boto3 tries again by itself.
    assert len(asked) == 3
    assert len(pauses) == (0 if "InProgress" in refused[1]["__type"] else 2)
    assert all(0 < pause < 1 for pause in pauses)


def test_what_stays_in_the_way_is_trouble_that_passes(aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]):
    with answering(IN_THE_WAY[0]) as (address, _), pytest.raises(Transient, match="the same items"):
        at(address, monkeypatch, pauses).put(KEY)


@pytest.mark.parametrize(
    "refused", [refusal(CONDITION), refusal(CANCELED, "TransactionConflict", "ConditionalCheckFailed")]
)
def test_a_condition_that_does_not_hold_is_an_answer_and_not_asked_again(
    aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float], refused: Any
):
    with answering(refused) as (address, asked):
        assert not at(address, monkeypatch, pauses).write_all([Write(KEY, is_new=True)])
    assert len(asked) == 1


def test_who_may_not_ask_is_told_so(aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]):
    with answering(refusal("AccessDeniedException")) as (address, _), pytest.raises(Outside) as caught:
        at(address, monkeypatch, pauses).get("a", "b")
    assert "AccessDenied" in str(caught.value)


def test_what_an_answer_leaves_out_is_asked_for_again(aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]):
    def key(name: str) -> dict[str, Any]:
        return {"pk": {"S": "a"}, "sk": {"S": name}}

    first = {"Responses": {"t": [key("1")]}, "UnprocessedKeys": {"t": {"Keys": [key("2")]}}}
    with answering((200, first), (200, {"Responses": {"t": [key("2")]}})) as (address, asked):
        found = at(address, monkeypatch, pauses).get_all([("a", "1"), ("a", "2")])
    assert [item["sk"] for item in found] == ["1", "2"]
    assert len(pauses) == 1
    assert asked[1]["RequestItems"]["t"]["Keys"] == [key("2")]


def test_who_is_left_out_each_time_gives_up(aws: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]):
    never = {"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{"pk": {"S": "a"}, "sk": {"S": "1"}}]}}}
    with answering((200, never)) as (address, asked), pytest.raises(Transient, match="busy"):
        at(address, monkeypatch, pauses).get_all([("a", "1")])
    assert len(asked) == 8
    assert len(pauses) == 7
    assert 1 < sum(pauses) < 10
