"""Payments in one SQLite file, which several threads and processes use at once."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from headgate.adapters.local.database import Database
from headgate.ports import Payment
from headgate.ports.payments import ASKED

VERSION = 1
_SCHEMA = """
CREATE TABLE spent (pipeline TEXT NOT NULL, day TEXT NOT NULL, usd TEXT NOT NULL, PRIMARY KEY (pipeline, day));
CREATE TABLE payments (number INTEGER PRIMARY KEY, event TEXT NOT NULL, run TEXT NOT NULL, pipeline TEXT NOT NULL,
    fingerprint TEXT NOT NULL, at TEXT NOT NULL, model TEXT NOT NULL, narrative TEXT);
CREATE INDEX payments_run ON payments (run, fingerprint);
CREATE INDEX payments_at ON payments (at)
"""
_IS_ASKED = f"coalesce(json_extract(model, '$.state'), '') = '{ASKED}'"
_FORGET_QUESTION = f"""
DELETE FROM payments WHERE number = (
    SELECT max(number) FROM payments WHERE event = ? AND run = ? AND fingerprint = ? AND {_IS_ASKED})
"""
_COLUMNS = "event, run, pipeline, fingerprint, at, model, narrative"


class SqlitePayments:
    """`Payments` in a SQLite file, which is made when it is needed: most projects pay no model.

    Raises:
        UserMistake: the file was written by another version.
        Outside: the file can't be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opening = threading.Lock()

    @functools.cached_property
    def _opened(self) -> Database:
        return Database(self._path, _SCHEMA, VERSION)

    @property
    def _database(self) -> Database:
        with self._opening:
            return self._opened

    def close(self) -> None:
        if "_opened" in vars(self):
            self._opened.close()

    def take(self, pipeline: str, day: date, most: Decimal, limit: Decimal) -> Decimal | None:
        with self._database.writing() as connection:
            spent = _spent(connection, pipeline, day)
            if spent + most > limit:
                return spent
            _set_spent(connection, pipeline, day, spent + most)
            return None

    def settle(self, pipeline: str, day: date, taken: Decimal, paid: Decimal) -> None:
        with self._database.writing() as connection:
            _set_spent(connection, pipeline, day, _spent(connection, pipeline, day) + paid - taken)

    def pay(self, payment: Payment) -> None:
        narrative = None if payment.narrative is None else json.dumps(payment.narrative)
        values = (
            payment.event, payment.run, payment.pipeline, payment.fingerprint, _text(payment.at),
            json.dumps(payment.model), narrative,
        )  # fmt: skip
        with self._database.writing() as connection:
            if payment.is_answered:
                connection.execute(_FORGET_QUESTION, (payment.event, payment.run, payment.fingerprint))
            connection.execute(f"INSERT INTO payments ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def last(self, run: str, fingerprint: str) -> Payment | None:
        query = f"SELECT {_COLUMNS} FROM payments WHERE run = ? AND fingerprint = ? AND NOT {_IS_ASKED} ORDER BY number DESC LIMIT 1"
        rows = self._database.read(query, run, fingerprint)
        return _payment(rows[0]) if rows else None

    def payments(self, since: datetime | None = None, pipeline: str | None = None) -> list[Payment]:
        if not self._path.exists():
            # To ask makes no file.
            return []
        query = f"SELECT {_COLUMNS} FROM payments WHERE at >= ? AND ? IN ('', pipeline) ORDER BY at, number"
        return [_payment(row) for row in self._database.read(query, _text(since) if since else "", pipeline or "")]


def _spent(connection: Any, pipeline: str, day: date) -> Decimal:
    query = "SELECT usd FROM spent WHERE pipeline = ? AND day = ?"
    row = connection.execute(query, (pipeline, day.isoformat())).fetchone()
    return Decimal(row[0]) if row else Decimal(0)


def _set_spent(connection: Any, pipeline: str, day: date, usd: Decimal) -> None:
    connection.execute("INSERT OR REPLACE INTO spent VALUES (?, ?, ?)", (pipeline, day.isoformat(), str(usd)))


def _text(time: datetime) -> str:
    """With all six digits, so that the order of texts is that of times."""
    return time.isoformat(timespec="microseconds")


def _payment(row: Sequence[Any]) -> Payment:
    event, run, pipeline, fingerprint, at, model, narrative = row
    kept = None if narrative is None else json.loads(narrative)
    return Payment(event, run, pipeline, fingerprint, datetime.fromisoformat(at), json.loads(model), kept)
