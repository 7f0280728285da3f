"""What every place of tables promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from headgate.core.errors import UserMistake
from headgate.ports import Loaded, Table, Tables

ORDERS = Table("orders", "order_id", "processed_timestamp", {"by_customer": ("customer_name",)})
AT, LATER = datetime(2026, 1, 2, 3, 4, 5, 678901), datetime(2026, 1, 3)


def order(id_: str, at: datetime = AT, **others: Any) -> dict[str, Any]:
    return {"order_id": id_, "processed_timestamp": at, "customer_name": "Ann", "total": Decimal("59.98"), **others}


def put(tables: Tables, table: Table, rows: Iterable[Mapping[str, Any]], order: str = "2026-01-02") -> int:
    """How many rows are new."""
    return tables.put(table, rows, order).new


class TablesSuite:
    @pytest.fixture
    def tables(self) -> Tables:
        raise NotImplementedError

    def test_what_is_put_is_there_and_counted_as_new(self, tables: Tables):
        assert put(tables, ORDERS, iter([order("b"), order("a")])) == 2
        assert list(tables.rows(ORDERS)) == [order("a"), order("b")]

    def test_the_same_rows_again_add_nothing(self, tables: Tables):
        put(tables, ORDERS, [order("a"), order("b")])
        assert put(tables, ORDERS, [order("b"), order("a")]) == 0
        assert list(tables.rows(ORDERS)) == [order("a"), order("b")]

    def test_what_a_killed_process_left_out_is_put_by_the_next(self, tables: Tables):
        put(tables, ORDERS, [order("a"), order("c")])
        assert put(tables, ORDERS, [order(id_) for id_ in "abcd"]) == 2
        assert [row["order_id"] for row in tables.rows(ORDERS)] == list("abcd")

    def test_another_sort_key_is_another_row(self, tables: Tables):
        put(tables, ORDERS, [order("a")])
        assert put(tables, ORDERS, [order("a", LATER)]) == 1
        assert list(tables.rows(ORDERS)) == [order("a"), order("a", LATER)]

    def test_a_row_of_equal_keys_takes_the_place_of_the_earlier_one(self, tables: Tables):
        put(tables, ORDERS, [order("a"), order("b")])
        assert put(tables, ORDERS, [order("a", customer_name="Bob", extra="x"), order("c")]) == 1
        assert next(iter(tables.rows(ORDERS))) == order("a", customer_name="Bob", extra="x")

    def test_of_equal_keys_in_one_call_the_last_stays_and_is_one_new_row(self, tables: Tables):
        rows = [order("a"), order("b"), order("a", total=None)]
        assert put(tables, ORDERS, rows) == 2
        assert list(tables.rows(ORDERS)) == [order("a", total=None), order("b")]

    def test_a_row_of_a_later_file_is_never_replaced_by_one_of_an_earlier(self, tables: Tables):
        table = Table("stock", "sku", None, {"by_left": ("left",)})
        assert tables.put(table, [{"sku": "a", "left": 5}], "tuesday") == Loaded(new=1, older=0)
        assert tables.put(table, [{"sku": "a", "left": 9}, {"sku": "b", "left": 1}], "monday") == Loaded(new=1, older=1)
        assert list(tables.rows(table)) == [{"sku": "a", "left": 5}, {"sku": "b", "left": 1}]
        assert tables.put(table, [{"sku": "a", "left": 4}, {"sku": "b", "left": 0}], "wednesday") == Loaded(0, 0)
        assert list(tables.rows(table)) == [{"sku": "a", "left": 4}, {"sku": "b", "left": 0}]

    def test_a_row_that_is_the_same_counts_as_the_later_file_s_too(self, tables: Tables):
        table = Table("stock", "sku", None)
        for order in ("1", "3"):
            put(tables, table, [{"sku": "a", "left": 5}], order)
        assert tables.put(table, [{"sku": "a", "left": 9}], "2") == Loaded(new=0, older=1)
        assert list(tables.rows(table)) == [{"sku": "a", "left": 5}]

    def test_rows_of_one_file_are_found_by_their_keys_unless_those_of_a_later_file_took_their_place(
        self, tables: Tables
    ):
        table = Table("stock", "sku", "shop")
        monday = [{"sku": sku, "shop": 1, "left": 5} for sku in "abc"]
        put(tables, table, monday, "monday")
        put(tables, table, [{"sku": "b", "shop": 1, "left": 4}, {"sku": "d", "shop": 1, "left": 4}], "tuesday")
        found = list(tables.put_with(table, ({"shop": 1, "sku": sku, "other": 0} for sku in "acbxa"), "monday"))
        assert sorted(found, key=lambda row: row["sku"]) == [monday[0], monday[2]]
        assert list(tables.put_with(table, [{"sku": "b", "shop": 1}], "tuesday")) == [
            {"sku": "b", "shop": 1, "left": 4}
        ]

    def test_of_a_table_that_is_not_there_no_row_is_found(self, tables: Tables):
        assert list(tables.put_with(Table("nothing", "sku", None), [], "monday")) == []

    def test_the_same_file_again_may_correct_its_own_rows_and_adds_nothing(self, tables: Tables):
        table = Table("stock", "sku", None)
        put(tables, table, [{"sku": "a", "left": 5}], "1")
        assert tables.put(table, [{"sku": "a", "left": 5}], "1") == Loaded(0, 0)
        assert tables.put(table, [{"sku": "a", "left": 6}], "1") == Loaded(0, 0)
        assert list(tables.rows(table)) == [{"sku": "a", "left": 6}]

    def test_rows_are_counted_without_being_read(self, tables: Tables):
        assert tables.count(ORDERS) == 0
        put(tables, ORDERS, [order("a"), order("b"), order("a")])
        assert tables.count(ORDERS) == 2

    def test_without_a_sort_key_the_partition_key_alone_identifies(self, tables: Tables):
        table = Table("customers", "id", None)
        assert put(tables, table, [{"id": 1, "v": "x"}]) == 1
        assert put(tables, table, [{"id": 1, "v": "y"}, {"id": 2, "v": "z"}]) == 1
        assert list(tables.rows(table)) == [{"id": 1, "v": "y"}, {"id": 2, "v": "z"}]

    def test_every_value_comes_back_as_it_was(self, tables: Tables):
        values = [
            None, True, False, 0, -1, 2**63, -(2**90), 0.1 + 0.2, 1.0, 1e300, Decimal("1.10"), Decimal("1E+3"),
            Decimal("12345678901234567890123456789012345.67"), "", "2026-01-02", "null", 'a"b\\', "\x00\x1b[31m", "ü €",
            '{"decimal": "1"}', date(1, 1, 1), AT, LATER,
        ]  # fmt: skip
        row = {"id": "k", **{f"v{at}": value for at, value in enumerate(values)}}
        table = Table("values", "id", None, {"all": tuple(row)})
        put(tables, table, [row])
        (found,) = tables.rows(table)
        assert [(name, repr(value)) for name, value in found.items()] == [(name, repr(v)) for name, v in row.items()]

    def test_columns_are_only_names(self, tables: Tables):
        names = ['a"b', "decimal", "date", "select", "'; DROP TABLE orders; --", "ü", "a.b", "$[0]"]
        row = {name: f"v {name}" for name in names}
        table = Table("names", names[0], names[1], {"one": (names[2], names[4]), "two": tuple(names[3:])})
        assert put(tables, table, [row]) == 1
        assert put(tables, table, [row]) == 0
        assert list(tables.rows(table)) == [row]

    def test_one_column_may_be_all_there_is(self, tables: Tables):
        table = Table("lone", "decimal", None)
        put(tables, table, [{"decimal": "5"}])
        assert list(tables.rows(table)) == [{"decimal": "5"}]

    def test_rows_need_not_have_the_same_columns(self, tables: Tables):
        table = Table("ragged", "id", None, {"by_a": ("a",)})
        rows = [{"id": 1, "a": 1}, {"id": 2, "b": 2}]
        put(tables, table, rows)
        assert list(tables.rows(table)) == rows

    def test_rows_come_by_key_numbers_by_size_and_texts_by_letter(self, tables: Tables):
        table = Table("sorted", "id", "at")
        keys = [10, 9, -1, "10", "9", "B", "a", "é", date(2026, 1, 2), datetime(2026, 1, 2, 1)]
        put(tables, table, [{"id": key, "at": LATER} for key in reversed(keys)])
        ids = [row["id"] for row in tables.rows(table)]
        assert ids == [-1, 9, 10, "10", date(2026, 1, 2), datetime(2026, 1, 2, 1), "9", "B", "a", "é"]

    def test_more_rows_than_one_batch_are_all_put_and_all_read_in_order(self, tables: Tables):
        table = Table("many", "id", "part")
        rows = [{"id": id_ // 3, "part": id_ % 3, "text": "x" * 10} for id_ in range(3500)]
        assert put(tables, table, (row for row in reversed(rows))) == 3500
        assert put(tables, table, rows[100:2200]) == 0
        assert list(tables.rows(table)) == rows

    @pytest.mark.parametrize("limit", [0, 1, 1000, 1001, 2500, 9999])
    def test_a_limit_gives_the_first_rows(self, tables: Tables, limit: int):
        table = Table("many", "id", None)
        rows = [{"id": id_} for id_ in range(2500)]
        put(tables, table, rows)
        assert list(tables.rows(table, limit)) == rows[:limit]

    def test_no_rows_make_no_difference_and_a_table_that_does_not_exist_has_none(self, tables: Tables):
        assert list(tables.rows(ORDERS)) == []
        assert put(tables, ORDERS, []) == 0
        assert list(tables.rows(ORDERS)) == []

    def test_tables_are_apart(self, tables: Tables):
        put(tables, ORDERS, [order("a")])
        put(tables, Table("other", "order_id", None), [order("b")])
        assert list(tables.rows(ORDERS)) == [order("a")]

    @pytest.mark.parametrize("key", [None, 1.5, True, Decimal("1"), 2**63])
    def test_a_key_that_is_missing_or_no_key_is_refused_by_the_name_of_its_column(self, tables: Tables, key: Any):
        with pytest.raises(UserMistake, match="processed_timestamp, a key of the table orders") as caught:
            put(tables, ORDERS, [{"order_id": "a", "processed_timestamp": key}])
        assert caught.value.code == "bad_key"
        assert list(tables.rows(ORDERS)) == []

    def test_a_table_can_be_read_while_rows_are_put(self, tables: Tables):
        table = Table("many", "id", None)
        put(tables, table, [{"id": id_} for id_ in range(1500)])
        found: list[int] = []
        for row in tables.rows(table, 1500):
            if not found:
                put(tables, table, [{"id": 5000}])
            found.append(row["id"])
        assert found == list(range(1500))

    def test_indexes_may_be_added_and_taken_off_later(self, tables: Tables):
        put(tables, ORDERS, [order("a")])
        other = Table("orders", "order_id", "processed_timestamp", {"by_total": ("total",)})
        assert put(tables, other, [order("b")]) == 1
        assert put(tables, ORDERS, [order("c")]) == 1
        assert [row["order_id"] for row in tables.rows(ORDERS)] == ["a", "b", "c"]
