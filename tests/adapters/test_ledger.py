"""Both ledgers behave alike; the local one also survives its process and shares its file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from headgate.adapters.local.database import Database
from headgate.adapters.local.ledger import _FAMILY, _ORDINARY, SqliteLedger
from headgate.adapters.local.owner import Owner
from headgate.adapters.local.schema import SCHEMA, VERSION
from headgate.adapters.memory.ledger import LedgerPages, MemoryLedger
from headgate.ports import Claim, Ledger
from tests.conformance.ledger_claims_suite import AT, COMMITMENT, LATER, arrived
from tests.conformance.ledger_suite import LedgerSuite
from tests.conformance.sharing import Sharing

ROOT = Path(__file__).parents[2]
CHILD = """
import sys, time
from pathlib import Path
from headgate.adapters.local.database import Database
from headgate.adapters.local.ledger import SqliteLedger
from headgate.adapters.local.owner import Owner
from headgate.adapters.local.schema import SCHEMA, VERSION
from tests.conformance.ledger_claims_suite import arrived
folder = Path(sys.argv[1])
ledger = SqliteLedger(Database(folder / "ledger.db", SCHEMA, VERSION), Owner(folder / "owners"))
print(ledger.claim(arrived()).held, ledger.hold("root", "e1"), flush=True)
time.sleep(600)
"""


def opened(folder: Path) -> tuple[SqliteLedger, Owner]:
    """The ledger of a folder, for a new owner."""
    owner = Owner(folder / "owners")
    return SqliteLedger(Database(folder / "ledger.db", SCHEMA, VERSION), owner), owner


class TestMemoryLedger(LedgerSuite):
    @pytest.fixture
    def sharing(self) -> Sharing[Ledger]:
        pages, numbers = LedgerPages(), count()
        owners: dict[int, str] = {}

        def join() -> Ledger:
            name = f"owner {next(numbers)}"
            ledger = MemoryLedger(pages, name)
            owners[id(ledger)] = name
            return ledger

        return Sharing(join, lambda ledger: pages.gone.add(owners[id(ledger)]))


class TestSqliteLedger(LedgerSuite):
    @pytest.fixture
    def sharing(self, tmp_path: Path) -> Sharing[Ledger]:
        owners: dict[int, Owner] = {}

        def join() -> Ledger:
            ledger, owner = opened(tmp_path)
            owners[id(ledger)] = owner
            return ledger

        return Sharing(join, lambda ledger: owners[id(ledger)].close())

    def test_what_one_process_notes_the_next_one_finds(self, tmp_path: Path):
        first, owner = opened(tmp_path)
        first.claim(arrived())
        first.commit("r1", "e1", COMMITMENT, LATER)
        before = first.runs(), first.arrivals(AT, LATER), first.attempts(AT, LATER)
        owner.close()
        second, _ = opened(tmp_path)
        assert (second.runs(), second.arrivals(AT, LATER), second.attempts(AT, LATER)) == before

    def test_a_lease_ends_with_its_process_however_that_ends(self, tmp_path: Path):
        ledger, _ = opened(tmp_path)
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            assert child.stdout
            assert child.stdout.readline() == "False True\n"
            assert ledger.claim(arrived("e2")) == Claim(True, "running", AT, 1)
            assert not ledger.hold("root", "e2")
        finally:
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
        assert ledger.claim(arrived("e2")) == Claim(False, "running", AT, 1)
        assert ledger.hold("root", "e2")

    @pytest.mark.parametrize("statement", [f"SELECT run FROM runs {_ORDINARY}", _FAMILY])
    def test_the_runs_before_a_run_are_found_by_an_index_also_in_a_ledger_that_is_older_than_the_index(
        self, tmp_path: Path, statement: str
    ):
        old = "".join(f"{one};" for one in SCHEMA.split(";") if "IF NOT EXISTS" not in one)
        Database(tmp_path / "ledger.db", old.rstrip(";"), VERSION).close()
        opened(tmp_path)[0].claim(arrived())
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
            given = "x" * statement.count("?")
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", tuple(given))]
        assert any("USING INDEX" in step or "USING COVERING INDEX" in step for step in plan)
        assert not [step for step in plan if step.startswith("SCAN") and "kin" not in step]
