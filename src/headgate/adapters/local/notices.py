"""Notices in one SQLite file, which several threads and processes use at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.adapters.local.database import Database
from headgate.ports import HeldAlert, MailState, Missing

VERSION = 1
_SCHEMA = """
CREATE TABLE mails (id TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (id, recipient));
CREATE TABLE alerts (event TEXT PRIMARY KEY, group_ TEXT NOT NULL, pipeline TEXT, subject TEXT NOT NULL, text TEXT NOT NULL,
    at TEXT NOT NULL, correlation_id TEXT NOT NULL, mail TEXT, tried_at TEXT, told INTEGER NOT NULL DEFAULT 0);
CREATE INDEX alerts_held ON alerts (at) WHERE told = 0;
CREATE TABLE last_mails (group_ TEXT PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE watched (name TEXT PRIMARY KEY, since TEXT NOT NULL);
CREATE TABLE missing (pipeline TEXT NOT NULL, period TEXT NOT NULL, due TEXT NOT NULL, missed_for TEXT NOT NULL,
    found_for TEXT, PRIMARY KEY (pipeline, period))
"""
_HELD = "SELECT event, group_, pipeline, subject, text, at, correlation_id, mail, tried_at FROM alerts WHERE told = 0"


class SqliteNotices:
    """`Notices` in a SQLite file.

    Raises:
        UserMistake: the file was written by another version.
        Outside: the file can't be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, VERSION)

    def close(self) -> None:
        self._database.close()

    def mail(self, id_: str) -> Mapping[str, MailState]:
        return dict(self._database.read("SELECT recipient, state FROM mails WHERE id = ?", id_))

    def mark_mail(self, id_: str, recipients: Iterable[str], state: MailState, at: datetime) -> None:
        rows = [(id_, recipient, state, _text(at)) for recipient in recipients]
        with self._database.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO mails VALUES (?, ?, ?, ?)", rows)

    def hold(self, alert: HeldAlert) -> None:
        values = (
            alert.event,
            alert.group,
            alert.pipeline,
            alert.subject,
            alert.text,
            _text(alert.at),
            alert.correlation_id,
        )
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO alerts (event, group_, pipeline, subject, text, at, correlation_id) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values,
            )

    def held(self) -> list[HeldAlert]:
        return [_alert(row) for row in self._database.read(f"{_HELD} ORDER BY at, rowid")]

    def gather(self, alerts: Sequence[HeldAlert], mail: str, at: datetime) -> bool:
        with self._database.writing() as connection:
            for one in alerts:
                row = connection.execute(f"{_HELD} AND event = ?", (one.event,)).fetchone()
                if row is None or (row[7], row[8]) != (one.mail, one.tried_at and _text(one.tried_at)):
                    return False
            events = [(mail, _text(at), one.event) for one in alerts]
            connection.executemany("UPDATE alerts SET mail = ?, tried_at = ? WHERE event = ?", events)
            new = {one.group for one in alerts if one.mail is None}
            rows = [(group, _text(at)) for group in new]
            connection.executemany("INSERT OR REPLACE INTO last_mails VALUES (?, ?)", rows)
            return True

    def last_mail(self, group: str) -> datetime | None:
        rows = self._database.read("SELECT at FROM last_mails WHERE group_ = ?", group)
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def told(self, events: Iterable[str]) -> None:
        with self._database.writing() as connection:
            # The event is kept, so that it is not told again; what was said is not.
            statement = "UPDATE alerts SET told = 1, subject = '', text = '' WHERE event = ?"
            connection.executemany(statement, [(event,) for event in events])

    def watched_since(self, name: str, at: datetime) -> datetime:
        known = self._database.read("SELECT since FROM watched WHERE name = ?", name)
        if not known:
            with self._database.writing() as connection:
                connection.execute("INSERT INTO watched VALUES (?, ?) ON CONFLICT DO NOTHING", (name, _text(at)))
            known = self._database.read("SELECT since FROM watched WHERE name = ?", name)
        return datetime.fromisoformat(known[0][0])

    def missing(self, event: str = "") -> list[Missing]:
        rows = self._database.read(
            "SELECT pipeline, period, due FROM missing WHERE found_for IS NULL OR found_for = ? "
            "ORDER BY due, pipeline, period",
            event,
        )
        return [Missing(pipeline, period, datetime.fromisoformat(due)) for pipeline, period, due in rows]

    def miss(self, missing: Missing, event: str) -> bool:
        values = (missing.pipeline, missing.period, _text(missing.due), event)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO missing (pipeline, period, due, missed_for) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values,
            )
        return self._is_for("missed_for", missing, event)

    def find(self, missing: Missing, event: str) -> bool:
        values = (event, missing.pipeline, missing.period)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE missing SET found_for = ? WHERE pipeline = ? AND period = ? AND found_for IS NULL", values
            )
        return self._is_for("found_for", missing, event)

    def _is_for(self, column: str, missing: Missing, event: str) -> bool:
        query = f"SELECT {column} = ? FROM missing WHERE pipeline = ? AND period = ?"
        return bool((self._database.read(query, event, missing.pipeline, missing.period) or [(0,)])[0][0])


def _text(time: datetime) -> str:
    """With all six digits, so that the order of texts is that of times."""
    return time.isoformat(timespec="microseconds")


def _alert(row: Sequence[Any]) -> HeldAlert:
    event, group, pipeline, subject, text, at, correlation_id, mail, tried_at = row
    return HeldAlert(
        event,
        group,
        pipeline,
        subject,
        text,
        datetime.fromisoformat(at),
        correlation_id,
        mail,
        datetime.fromisoformat(tried_at) if tried_at else None,
    )
