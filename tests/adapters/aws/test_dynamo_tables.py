"""Table sinks on DynamoDB behave as every other place of tables does, and other programs can read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pytest

from headgate.adapters.aws.table_values import key_of, key_text, row_of, written
from headgate.adapters.aws.tables import DynamoTables
from headgate.core.errors import Outside, Permanent
from headgate.ports import Loaded, Table, Tables
from tests.aws_server import REGION
from tests.conformance.tables_suite import AT, LATER, ORDERS, TablesSuite, order, put


class Deployed(DynamoTables):
    """Tables are made before they are used, as a deployment does."""

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Loaded:
        self.create(table)
        return super().put(table, rows, order)


@pytest.fixture
def tables(aws: str, unique: str) -> DynamoTables:
    return Deployed(unique, REGION)


def item(unique: str, table: str, **key: str) -> dict[str, Any]:
    named = {column: {"S": value} for column, value in key.items()}
    return boto3.client("dynamodb").get_item(TableName=f"{unique}-{table}", Key=named)["Item"]


class TestDynamoTables(TablesSuite):
    @pytest.fixture
    def tables(self, aws: str, unique: str) -> DynamoTables:
        return Deployed(unique, REGION)

    # The same promises with fewer rows: here a batch has 1000 of them, and a page 100.

    @pytest.mark.parametrize("limit", [0, 1, 100, 101, 250, 999])
    def test_a_limit_gives_the_first_rows(self, tables: Tables, limit: int):
        table = Table("many", "id", None)
        rows = [{"id": id_} for id_ in range(250)]
        put(tables, table, rows)
        assert list(tables.rows(table, limit)) == rows[:limit]

    def test_more_rows_than_one_batch_are_all_put_and_all_read_in_order(self, tables: Tables):
        table = Table("many", "id", "part")
        rows = [{"id": id_ // 3, "part": id_ % 3, "text": "x" * 10} for id_ in range(1200)]
        assert put(tables, table, (row for row in reversed(rows))) == 1200
        assert put(tables, table, rows[100:300]) == 0
        assert list(tables.rows(table)) == rows


def test_columns_are_attributes_that_other_programs_can_read(tables: DynamoTables, unique: str):
    row = order("a", paid=True, left=7, share=0.25, day=date(2026, 1, 2), note="", gone=None, huge=1e300)
    put(tables, ORDERS, [row])
    found = item(unique, "orders", order_id="a", processed_timestamp=AT.isoformat())
    assert {name: value for name, value in found.items() if not name.startswith("_")} == {
        "order_id": {"S": "a"}, "processed_timestamp": {"S": "2026-01-02T03:04:05.678901"},
        "customer_name": {"S": "Ann"}, "total": {"N": "59.98"}, "paid": {"BOOL": True}, "left": {"N": "7"},
        "share": {"N": "0.25"}, "day": {"S": "2026-01-02"}, "note": {"S": ""}, "gone": {"NULL": True},
        "huge": {"S": "1e+300"},
    }  # fmt: skip


def test_rows_are_found_by_an_index_and_those_without_its_column_are_not_in_it(tables: DynamoTables, unique: str):
    rows = [order("a"), order("b", customer_name="Bob"), order("c", customer_name=""), order("d", customer_name=None)]
    assert put(tables, ORDERS, [*rows, order("e", customer_name="x" * 5000)]) == 5
    ask = boto3.client("dynamodb").scan
    assert [one["order_id"]["S"] for one in ask(TableName=f"{unique}-orders", IndexName="by_customer")["Items"]] == [
        "a", "b",
    ]  # fmt: skip
    assert list(tables.rows(ORDERS)) == [*rows, order("e", customer_name="x" * 5000)]


def test_whole_numbers_that_are_keys_are_found_in_their_order(tables: DynamoTables, unique: str):
    table = Table("steps", "id", "at", {"by_left": ("left", "at")})
    put(tables, table, [{"id": "a", "at": at, "left": -at} for at in (-(2**63), 100, 9, -1, 2**63 - 1, 0)])
    found = boto3.client("dynamodb").query(
        TableName=f"{unique}-steps", KeyConditionExpression="id = :id", ExpressionAttributeValues={":id": {"S": "a"}}
    )
    assert [row_of(one)["at"] for one in found["Items"]] == [-(2**63), -1, 0, 9, 100, 2**63 - 1]


ODD_KEYS: list[int | str] = [
    "", "'", "''", "#00000000000000000007", "'#00000000000000000007", "#-9223372036854775807", 7, -1, 0, 2**63 - 1,
    -(2**63), "7", "#7", "a", "'a", "00340123450000000018",
]  # fmt: skip


def test_no_two_keys_are_one_text_and_each_comes_back():
    texts = [key_text(key) for key in ODD_KEYS]
    assert len(set(texts)) == len(ODD_KEYS)
    assert all(texts)
    assert [key_of(text) for text in texts] == ODD_KEYS
    assert [text for key, text in zip(ODD_KEYS, texts, strict=True) if key in ("7", "a", "00340123450000000018")] == [
        "7", "a", "00340123450000000018",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [*ODD_KEYS, None, True, False, 1.5, Decimal("1.10"), AT, date(1, 1, 1), 2**90, -0.0])
def test_every_value_comes_back_out_of_an_index_too(value: Any):
    row = {"id": "a", "v": value, "w": value}
    found = row_of(written(row, {"id": "a"}, ["v"], "1"))
    assert [repr(found[name]) for name in row] == [repr(value) for value in row.values()]


def test_keys_that_look_alike_are_rows_of_their_own(tables: DynamoTables):
    table = Table("odd", "id", None)
    assert put(tables, table, [{"id": key} for key in ODD_KEYS]) == len(ODD_KEYS)
    assert {row["id"] for row in tables.rows(table)} == set(ODD_KEYS)


def test_a_row_larger_than_dynamodb_takes_is_told_by_its_key_and_the_others_may_be_put(tables: DynamoTables):
    rows = [order("a"), order("b", note="x" * 410_000)]
    with pytest.raises(Permanent, match=r"order_id 'b', processed_timestamp '2026-01-02T03:04:05\.678901'") as caught:
        put(tables, ORDERS, rows)
    assert caught.value.next
    put(tables, ORDERS, [order("a"), order("c")])
    assert [row["order_id"] for row in tables.rows(ORDERS)] == ["a", "c"]


def test_a_key_longer_than_dynamodb_takes_is_told(tables: DynamoTables):
    with pytest.raises(Permanent, match="order_id 'xxx"):
        put(tables, ORDERS, [order("x" * 3000)])


def test_a_table_that_was_not_deployed_is_told_with_what_to_do(aws: str, unique: str):
    with pytest.raises(Outside, match=f"no table {unique}-orders") as caught:
        put(DynamoTables(unique, REGION), ORDERS, [order("a")])
    assert caught.value.next == "headgate deploy apply"


def test_what_a_killed_function_had_written_is_not_new_to_the_next(tables: DynamoTables):
    table = Table("many", "id", None)

    def rows() -> Iterator[dict[str, Any]]:
        yield from ({"id": id_} for id_ in range(1100))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(tables, table, rows())
    assert tables.count(table) == 1000
    assert put(tables, table, [{"id": id_} for id_ in range(1200)]) == 200


def test_files_that_are_loaded_at_once_end_as_the_latest_in_every_row(tables: DynamoTables):
    table = Table("stock", "sku", None)
    tables.create(table)

    def load(number: int) -> Loaded:
        return tables.put(table, [{"sku": sku, "file": number} for sku in range(40)], f"{number}")

    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(load, [3, 1, 4, 2]))
    assert sum(one.new for one in loaded) == 40
    assert list(tables.rows(table)) == [{"sku": sku, "file": 4} for sku in range(40)]


def test_words_of_dynamodb_s_language_are_columns_like_others(tables: DynamoTables):
    table = Table("words", "name", "order", {"by_status": ("status", "count")})
    row = {"name": "a", "order": LATER, "status": "open", "count": 3, "size": 1, "#k0": 2, ":at": 3, "values": "x"}
    assert put(tables, table, [row]) == 1
    assert put(tables, table, [row]) == 0
    assert list(tables.rows(table)) == [row]


def test_rows_are_read_over_many_pages_of_a_scan(tables: DynamoTables):
    table = Table("long", "id", None)
    rows = [{"id": id_, "text": f"{id_}" * 150_000} for id_ in range(9)]
    put(tables, table, rows)
    assert tables.count(table) == 9
    assert list(tables.rows(table)) == rows


def test_rows_that_dynamodb_leaves_out_for_the_moment_are_asked_for_again(tables: DynamoTables, unique: str):
    table = Table("many", "id", None)
    rows = [{"id": id_} for id_ in range(20)]
    put(tables, table, rows)
    asked: list[int] = []

    def answer_half(parsed: dict[str, Any], **_: Any) -> None:
        (name, found), *_none = parsed["Responses"].items()
        asked.append(len(found))
        late = [found.pop() for _ in range(len(found) // 2)]
        if late:
            parsed["UnprocessedKeys"] = {name: {"Keys": [{"id": one["id"]} for one in late]}}

    events = tables._client.meta.events
    events.register("after-call.dynamodb.BatchGetItem", answer_half)
    try:
        assert list(tables.rows(table)) == rows
    finally:
        events.unregister("after-call.dynamodb.BatchGetItem", answer_half)
    assert asked == [20, 10, 5, 2, 1]
