"""What this host has seen: which files lie in the inbox, and how far its schedules are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from headgate.adapters.local.database import Database
from headgate.ports import Found


@dataclass(frozen=True)
class Sighting:
    """A file in the inbox; its number makes it different from a later one under the same key."""

    number: int
    key: str
    signature: str


class Lookout:
    """Sightings and schedules in a SQLite file, the one that the queue is in.

    A sighting is made durable before its event is published, so that the same file is never announced under two ids.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def see(self, whole: Sequence[Found], at: datetime, growing: Sequence[Found] = ()) -> list[Sighting]:
        """Notes all that lies there now; returns what of it is not announced yet, oldest first.

        What is gone, or was taken in by its arrival, is forgotten: put there again, it is another arrival.

        Args:
            at: when it was begun to look. Others may look too, and of what happened since, this look knows nothing.
            growing: what lies there too, but may not be whole; it is neither noted nor forgotten.
        """
        here = {(one.key, one.signature) for one in (*whole, *growing)}
        with self._database.writing() as connection:
            _forget(connection, here, at.isoformat())
            return _noted(connection, whole, at.isoformat())

    def note(self, whole: Sequence[Found], at: datetime) -> list[Sighting]:
        """Notes some that lie there, and forgets none; returns what of it is not announced yet, oldest first."""
        with self._database.writing() as connection:
            return _noted(connection, whole, at.isoformat())

    def announced(self, events: Mapping[int, str]) -> None:
        """The events of sightings (number → id of the event) are published."""
        with self._database.writing() as connection:
            values = [(event, number) for number, event in events.items()]
            connection.executemany("UPDATE sightings SET event = ? WHERE number = ?", values)

    def announced_as(self, event: str) -> Sighting | None:
        """The file, as it was seen, that an event announced; None when the event was caused otherwise."""
        rows = self._database.read("SELECT number, key, signature FROM sightings WHERE event = ?", event)
        return Sighting(*rows[0]) if rows else None

    def taken_away(self, event: str, at: datetime) -> None:
        """The file that an event announced no longer lies there: the same bytes put there again are another arrival."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE sightings SET gone_at = ? WHERE event = ? AND gone_at IS NULL", (at.isoformat(), event)
            )

    def remembered(self, name: str) -> datetime | None:
        """How far a schedule is."""
        rows = self._database.read("SELECT at FROM remembered WHERE name = ?", name)
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def remember(self, name: str, at: datetime) -> None:
        """A schedule was looked at."""
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?)", (name, at.isoformat()))


def _forget(connection: sqlite3.Connection, here: set[tuple[str, str]], at: str) -> None:
    known = connection.execute(
        "SELECT number, key, signature FROM sightings WHERE gone_at IS NULL AND seen_at <= ?", (at,)
    ).fetchall()
    gone = [number for number, *file in known if tuple(file) not in here]
    taken_in = connection.execute(
        "SELECT s.number FROM sightings s JOIN deliveries d ON d.event = s.event AND d.stage = 'ingest' "
        "WHERE s.gone_at IS NULL AND d.state = 'done' AND d.done_at <= ?",
        (at,),
    ).fetchall()
    values = [(at, number) for number in (*gone, *(number for (number,) in taken_in))]
    connection.executemany("UPDATE sightings SET gone_at = ? WHERE number = ?", values)


def _noted(connection: sqlite3.Connection, whole: Sequence[Found], at: str) -> list[Sighting]:
    """What somebody forgot after this look had begun is not brought back by it."""
    connection.executemany(
        "INSERT INTO sightings (key, signature, seen_at) SELECT :key, :signature, :at WHERE NOT EXISTS (SELECT 1 "
        "FROM sightings WHERE key = :key AND signature = :signature AND (gone_at IS NULL OR gone_at > :at))",
        [{"key": one.key, "signature": one.signature, "at": at} for one in whole],
    )
    rows = connection.execute(
        "SELECT number, key, signature FROM sightings WHERE gone_at IS NULL AND event IS NULL ORDER BY number"
    )
    wanted = {(one.key, one.signature) for one in whole}
    return [Sighting(number, key, signature) for number, key, signature in rows if (key, signature) in wanted]
