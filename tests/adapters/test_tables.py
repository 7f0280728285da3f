"""Both places of tables behave alike; the local one has real indexes and survives kills and other processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from headgate.adapters.local.tables import TABLES_VERSION, SqliteTables
from headgate.adapters.memory.tables import MemoryTables
from headgate.core.errors import Outside, Transient, UserMistake
from headgate.ports import Loaded, Table, Tables
from tests.conformance.tables_suite import AT, ORDERS, TablesSuite, order, put


class TestMemoryTables(TablesSuite):
    @pytest.fixture
    def tables(self) -> Tables:
        return MemoryTables()


class TestSqliteTables(TablesSuite):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "deep" / "tables.db"

    @pytest.fixture
    def tables(self, path: Path) -> SqliteTables:
        return SqliteTables(path)

    def asked(self, path: Path, statement: str, *values: object) -> list[tuple]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(statement, values).fetchall()

    def test_keys_and_indexed_columns_are_real_columns(self, tables: SqliteTables, path: Path):
        put(tables, ORDERS, [order("a"), order("b", customer_name="Bob")])
        found = self.asked(path, "SELECT order_id, processed_timestamp FROM orders WHERE customer_name = ?", "Bob")
        assert found == [("b", AT.isoformat())]

    def test_secondary_indexes_are_used_by_the_database(self, tables: SqliteTables, path: Path):
        put(tables, ORDERS, [order("a")])
        plan = self.asked(path, "EXPLAIN QUERY PLAN SELECT * FROM orders WHERE customer_name = 'Ann'")
        assert "USING INDEX orders.by_customer(customer_name)" in plan[0][-1]
        plan = self.asked(
            path, "EXPLAIN QUERY PLAN SELECT * FROM orders WHERE order_id = 'a' ORDER BY processed_timestamp"
        )
        assert "USING INDEX sqlite_autoindex_orders_1" in plan[0][-1]

    def test_a_new_index_also_finds_the_rows_that_are_there_and_an_old_one_goes(self, tables: SqliteTables, path: Path):
        put(tables, ORDERS, [order("a", shop="s1", total=7), order("b")])
        other = Table(
            "orders", "order_id", "processed_timestamp", {"by_shop": ("shop", "order_id"), "by_total": ("total",)}
        )
        put(tables, other, [order("c", shop="s1", customer_name="Cy")])
        assert self.asked(path, "SELECT order_id FROM orders WHERE shop = 's1' ORDER BY 1") == [("a",), ("c",)]
        assert self.asked(path, "SELECT order_id FROM orders WHERE total IN ('59.98', 7) ORDER BY 1") == [
            ("a",), ("b",), ("c",),
        ]  # fmt: skip
        listed = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1"
        assert self.asked(path, listed) == [("orders.by_shop(shop,order_id)",), ("orders.by_total(total)",)]
        put(tables, ORDERS, [order("d")])
        assert self.asked(path, "SELECT order_id FROM orders WHERE customer_name = 'Cy'") == [("c",)]

    def test_a_replaced_row_is_found_by_its_new_values_only(self, tables: SqliteTables, path: Path):
        put(tables, ORDERS, [order("a")])
        put(tables, ORDERS, [order("a", customer_name="Bob")])
        assert self.asked(path, "SELECT customer_name FROM orders") == [("Bob",)]

    def test_another_key_for_a_table_that_is_there_is_told_and_nothing_is_put(self, tables: SqliteTables):
        put(tables, ORDERS, [order("a")])
        with pytest.raises(UserMistake, match=r"has the key \(order_id, processed_timestamp\), not \(order_id\)"):
            put(tables, Table("orders", "order_id", None), [order("b")])
        assert list(tables.rows(ORDERS)) == [order("a")]

    def test_a_batch_is_all_or_nothing_and_the_batches_before_it_stay(
        self, tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("headgate.adapters.local.tables._BATCH_ROWS", 1000)
        table = Table("many", "id", None)

        def rows():
            yield from ({"id": id_} for id_ in range(1700))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            put(tables, table, rows())
        assert tables.count(table) == 1000
        assert put(tables, table, [{"id": id_} for id_ in range(2000)]) == 1000

    def test_long_rows_are_put_a_few_at_a_time(self, tables: SqliteTables, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("headgate.adapters.local.tables._BATCH_BYTES", 8_000_000)
        table = Table("long", "id", None)
        seen: list[int] = []

        def rows():
            for id_ in range(5):
                seen.append(len(list(tables.rows(table))))
                yield {"id": id_, "text": "x" * 5_000_000}

        assert put(tables, table, rows()) == 5
        assert seen == [0, 0, 2, 2, 4]

    def test_a_process_killed_in_the_middle_leaves_whole_batches_and_the_next_one_puts_the_rest(self, path: Path):
        code = (
            "import os, sys\nfrom pathlib import Path\nfrom headgate.adapters.local import tables\n"
            "from headgate.ports import Table\n"
            "tables._BATCH_ROWS = 1000\n"
            "def rows():\n"
            "    for n in range(5000):\n"
            "        if n == 3300: os.kill(os.getpid(), 9)\n"
            "        yield {'id': n}\n"
            "tables.SqliteTables(Path(sys.argv[1])).put(Table('many', 'id', None), rows(), '1')\n"
        )
        ended = subprocess.run([sys.executable, "-c", code, str(path)], cwd=Path(__file__).parents[2], timeout=60)
        assert ended.returncode == -9
        tables, table = SqliteTables(path), Table("many", "id", None)
        assert tables.count(table) == 3000
        assert put(tables, table, ({"id": n} for n in range(5000))) == 2000
        assert [row["id"] for row in tables.rows(table)] == list(range(5000))

    def test_many_at_once_lose_and_double_nothing(self, path: Path):
        table = Table("shared", "id", None, {"by_v": ("v",)})

        def put_from(first: int) -> int:
            return put(SqliteTables(path), table, ({"id": n, "v": "x"} for n in range(first, first + 1500)))

        with ThreadPoolExecutor(6) as pool:
            new = sum(pool.map(put_from, [0, 500, 1000, 0, 2000, 1500]))
        assert new == 3500
        assert [row["id"] for row in SqliteTables(path).rows(table)] == list(range(3500))

    def test_nothing_is_made_before_a_row_is_put(self, tables: SqliteTables, path: Path):
        assert list(tables.rows(ORDERS)) == []
        assert not path.parent.exists()

    def test_a_database_that_is_locked_is_a_transient_error_from_outside(self, path: Path):
        tables = SqliteTables(path, patience=0.05)
        put(tables, ORDERS, [])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(Outside, match="locked") as caught:
                put(tables, ORDERS, [order("a")])
        assert isinstance(caught.value, Transient)
        assert put(tables, ORDERS, [order("a")]) == 1

    def test_a_file_that_is_no_database_is_an_error_from_outside(self, tmp_path: Path):
        (tmp_path / "tables.db").write_bytes(b"something else" * 500)
        with pytest.raises(Outside, match="file is not a database"):
            list(SqliteTables(tmp_path / "tables.db").rows(ORDERS))

    def test_a_table_that_was_made_before_rows_had_an_order_gives_way_to_whatever_comes(
        self, tables: SqliteTables, path: Path
    ):
        table = Table("stock", "sku", None)
        put(tables, table, [{"sku": "a", "left": 5}])
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ALTER TABLE stock DROP COLUMN _claimed_at")
        assert SqliteTables(path).put(table, [{"sku": "a", "left": 9}], "1") == Loaded(0, 0)
        assert list(SqliteTables(path).rows(table)) == [{"sku": "a", "left": 9}]

    def test_tables_of_a_newer_version_are_left_alone(self, tmp_path: Path):
        with closing(sqlite3.connect(tmp_path / "tables.db")) as connection:
            connection.execute(f"PRAGMA user_version = {TABLES_VERSION + 1}")
        with pytest.raises(UserMistake, match="written by a newer Headgate"):
            list(SqliteTables(tmp_path / "tables.db").rows(ORDERS))
