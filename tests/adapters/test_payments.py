"""Both keepers of payments behave alike; the file also lasts, several processes use it, and it is made when it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headgate.adapters.local.payments import SqlitePayments
from headgate.adapters.memory.payments import MemoryPayments
from headgate.core.errors import Outside
from headgate.ports import Payments
from tests.conformance.payments_suite import DAY, LIMIT, ONE, PaymentsSuite, payment

TAKE_TWENTY = """
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from headgate.adapters.local.payments import SqlitePayments
payments = SqlitePayments(Path(sys.argv[1]))
print([payments.take("stocks", date(2026, 1, 2), Decimal("0.1"), Decimal(3)) for _ in range(20)].count(None))
"""


class TestMemoryPayments(PaymentsSuite):
    @pytest.fixture
    def payments(self) -> Payments:
        return MemoryPayments()


class TestSqlitePayments(PaymentsSuite):
    @pytest.fixture
    def payments(self, tmp_path: Path) -> Payments:
        return SqlitePayments(tmp_path / "deep" / "payments.db")

    def test_what_was_noted_is_there_when_the_file_is_opened_again(self, tmp_path: Path):
        first = SqlitePayments(tmp_path / "payments.db")
        first.pay(payment())
        first.take("stocks", DAY, ONE, LIMIT)
        first.close()
        again = SqlitePayments(tmp_path / "payments.db")
        assert again.payments() == [payment()]
        assert again.take("stocks", DAY, LIMIT, LIMIT) == ONE

    def test_to_ask_what_was_paid_makes_no_file(self, tmp_path: Path):
        payments = SqlitePayments(tmp_path / "payments.db")
        assert payments.payments() == []
        payments.close()
        assert list(tmp_path.iterdir()) == []

    def test_several_processes_together_take_no_more_than_the_limit(self, tmp_path: Path):
        command = [sys.executable, "-c", TAKE_TWENTY, str(tmp_path / "payments.db")]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        assert sum(int(process.communicate(timeout=60)[0]) for process in started) == 30

    def test_a_file_that_cannot_be_is_an_error_from_outside(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Outside):
            SqlitePayments(tmp_path / "file" / "payments.db").take("stocks", DAY, ONE, LIMIT)
