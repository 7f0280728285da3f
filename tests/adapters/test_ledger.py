"""Both ledgers behave alike; the local one also survives its process and shares its file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from headgate.adapters.local.ledger import SCHEMA_VERSION, SqliteLedger
from headgate.adapters.memory import MemoryLedger
from headgate.core.errors import Outside, UserMistake
from headgate.ports import Ledger
from tests.conformance.ledger_suite import AT, COUNTS, LATER, LedgerSuite


class TestMemoryLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self) -> Ledger:
        return MemoryLedger()


class TestSqliteLedger(LedgerSuite):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        return SqliteLedger(tmp_path / "deep" / "ledger.db")

    def test_what_one_process_notes_the_next_one_finds(self, tmp_path: Path):
        first = SqliteLedger(tmp_path / "ledger.db")
        number = first.arrive("a.csv", AT)
        first.claim("r1", "orders", "a.csv", AT)
        first.commit("r1", "accepted", COUNTS)
        second = SqliteLedger(tmp_path / "ledger.db")
        assert second.runs() == first.runs()
        assert second.claim("r1", "orders", "a.csv", LATER).state == "committed"
        assert second.arrive("a.csv", LATER) > number

    def test_claims_made_at_once_are_all_counted(self, tmp_path: Path):
        SqliteLedger(tmp_path / "ledger.db")

        def claim(_: int) -> int:
            return SqliteLedger(tmp_path / "ledger.db").claim("r1", "orders", "a.csv", AT).attempt

        with ThreadPoolExecutor(8) as pool:
            attempts = sorted(pool.map(claim, range(24)))
        assert attempts == list(range(1, 25))

    def test_a_ledger_of_a_newer_version_is_left_alone(self, tmp_path: Path):
        path = tmp_path / "ledger.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        with pytest.raises(UserMistake, match="written by a newer Headgate") as caught:
            SqliteLedger(path)
        assert caught.value.next == "install the newer Headgate again"

    def test_a_file_that_is_no_ledger_is_an_error_from_outside_that_names_it(self, tmp_path: Path):
        path = tmp_path / "ledger.db"
        path.write_bytes(b"something else" * 500)
        with pytest.raises(Outside, match="file is not a database") as caught:
            SqliteLedger(path)
        assert str(caught.value.where) == str(path)

    def test_a_place_that_cannot_hold_a_file_is_an_error_from_outside(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Outside):
            SqliteLedger(tmp_path / "file" / "ledger.db")
