"""The queue in SQLite: beside the ledger in one file, so that a stage's outcome and its events are kept together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from headgate.adapters.local.database import Database
from headgate.adapters.local.owner import Onlooker, Owner
from headgate.core.events import Event
from headgate.ports import DeadLetter, Delivery, Depth, Progress
from headgate.ports.queue import ALONE_AFTER

_EVENT = "id, type, source, time, subject, correlation_id, data"
_DELIVERY = "number, event, stage, attempts, interruptions"
# What a letter that nobody has looked after is of; its holder is who claimed the letter.
_OF_LETTER = (
    "state = 'dead' AND (event, stage) IN "
    "(SELECT event, stage FROM dead_letters WHERE number = :number AND state = 'dead')"
)
_LETTER = "l.number, l.stage, l.error, l.attempts, l.died_at, l.state, l.settled_at, " + ", ".join(
    f"e.{column}" for column in _EVENT.split(", ")
)


class SqliteQueue:
    """`Queue` in a SQLite file.

    Args:
        owner: this process; what one that is gone had taken is given back by `recover`.
        routes: event type → names of the stages that take it.
        lane: whose turn an event uses up: the pipeline's name, mostly.
    """

    def __init__(
        self,
        database: Database,
        owner: Owner | Onlooker,
        routes: Mapping[str, Sequence[str]],
        lane: Callable[[Event], str],
    ) -> None:
        self._database, self._owner, self._routes, self._lane = database, owner, routes, lane

    def publish(self, events: Iterable[Event], at: datetime, only: str | None = None) -> list[Event]:
        with self._database.writing() as connection:
            return self._publish(connection, events, at, only)

    def _publish(
        self, connection: sqlite3.Connection, events: Iterable[Event], at: datetime, only: str | None = None
    ) -> list[Event]:
        new = []
        for event in events:
            values = (
                event.id, event.type, event.source, event.time.isoformat(), event.subject, event.correlation_id,
                json.dumps(dict(event.data)),
            )  # fmt: skip
            insert = f"INSERT INTO events ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
            if connection.execute(insert, values).rowcount:
                new.append(event)
                for stage in [only] if only else self._routes.get(event.type, ()):
                    self._lay(connection, event, stage, at)
        return new

    def _lay(self, connection: sqlite3.Connection, event: Event, stage: str, at: datetime) -> None:
        lane = self._lane(event)
        connection.execute(
            "INSERT INTO deliveries (event, stage, lane, state, published_at, again_at, told_at) "
            "VALUES (?, ?, ?, 'ready', ?, ?, ?)",
            (event.id, stage, lane, at.isoformat(), _not_before(event), at.isoformat()),
        )
        connection.execute("INSERT INTO lanes VALUES (?, 0) ON CONFLICT (lane) DO NOTHING", (lane,))

    def take(self, at: datetime, only: str | None = None) -> Delivery | None:
        with self._database.writing() as connection:
            lanes = connection.execute(
                "SELECT lane FROM lanes ORDER BY "
                "(SELECT count(*) FROM deliveries d WHERE d.state = 'taken' AND d.lane = lanes.lane), turn, rowid"
            ).fetchall()
            for (lane,) in lanes:
                found = connection.execute(
                    f"SELECT {_DELIVERY} FROM deliveries "
                    "WHERE state = 'ready' AND lane = ? AND (again_at <= ? OR told_at > ?) AND stage = ifnull(?, stage) "
                    "ORDER BY number LIMIT 1",
                    (lane, at.isoformat(), at.isoformat(), only),
                ).fetchone()
                if found:
                    if not self._may_begin(connection, found[-1]):
                        return None
                    self._mark_taken(connection, lane, found[0])
                    return _delivery(connection, *found[1:])
        return None

    def _may_begin(self, connection: sqlite3.Connection, interruptions: int) -> bool:
        """Whether nobody who lives is at what must be alone, or, where this must be, at anything."""
        beside = connection.execute(
            "SELECT DISTINCT holder FROM deliveries WHERE state = 'taken' AND (interruptions >= ? OR ?)",
            (ALONE_AFTER, interruptions >= ALONE_AFTER),
        )
        return all(self._owner.is_gone(holder) for (holder,) in beside.fetchall())

    def _mark_taken(self, connection: sqlite3.Connection, lane: str, number: int) -> None:
        connection.execute(
            "UPDATE deliveries SET state = 'taken', holder = ? WHERE number = ?", (self._owner.name, number)
        )
        connection.execute("UPDATE lanes SET turn = (SELECT max(turn) + 1 FROM lanes) WHERE lane = ?", (lane,))

    def done(self, delivery: Delivery, events: Iterable[Event], at: datetime, seconds: float) -> None:
        values = {"state": "done", "done_at": at.isoformat(), "seconds": seconds, "error": None}
        with self._database.writing() as connection:
            if self._settle(connection, delivery, values, attempts=1):
                self._publish(connection, events, at)

    def retry(self, delivery: Delivery, error: Mapping[str, Any], again_at: datetime, at: datetime) -> None:
        values = {**_waiting(again_at, at), "error": json.dumps(dict(error))}
        with self._database.writing() as connection:
            self._settle(connection, delivery, values, attempts=1)

    def postpone(self, delivery: Delivery, again_at: datetime, at: datetime) -> None:
        with self._database.writing() as connection:
            self._settle(connection, delivery, _waiting(again_at, at), attempts=0)

    def bury(
        self, delivery: Delivery, error: Mapping[str, Any], telling: Callable[[int], Iterable[Event]], at: datetime
    ) -> None:
        said = json.dumps(dict(error))
        with self._database.writing() as connection:
            if not self._settle(connection, delivery, {"state": "dead", "error": said}, attempts=1):
                return
            letter = connection.execute(
                "INSERT INTO dead_letters (event, stage, error, attempts, died_at, state) VALUES (?, ?, ?, ?, ?, 'dead')",
                (delivery.event.id, delivery.stage, said, delivery.attempt, at.isoformat()),
            )
            self._publish(connection, telling(letter.lastrowid or 0), at)

    def _settle(
        self, connection: sqlite3.Connection, delivery: Delivery, values: Mapping[str, Any], attempts: int
    ) -> bool:
        """Only what this process has taken; what was given back meanwhile belongs to somebody else."""
        changes = ", ".join(f"{column} = ?" for column in values)
        changed = connection.execute(
            f"UPDATE deliveries SET {changes}, holder = NULL, attempts = attempts + ? "
            "WHERE event = ? AND stage = ? AND state = 'taken' AND holder = ?",
            (*values.values(), attempts, delivery.event.id, delivery.stage, self._owner.name),
        )
        return changed.rowcount == 1

    def recover(self) -> list[Delivery]:
        with self._database.writing() as connection:
            holders = connection.execute("SELECT DISTINCT holder FROM deliveries WHERE state = 'taken'").fetchall()
            gone = [holder for (holder,) in holders if self._owner.is_gone(holder)]
            lost = connection.execute(
                f"SELECT {_DELIVERY} FROM deliveries WHERE state = 'taken' "
                "AND holder IN (SELECT value FROM json_each(?)) ORDER BY number",
                (json.dumps(gone),),
            ).fetchall()
            connection.executemany(
                "UPDATE deliveries SET state = 'ready', holder = NULL, again_at = '', interruptions = interruptions + 1 "
                "WHERE number = ?",
                [(number,) for number, *_ in lost],
            )
            return [
                _delivery(connection, event, stage, attempts, deaths + 1) for _, event, stage, attempts, deaths in lost
            ]

    def next_at(self) -> datetime | None:
        ((found,),) = self._database.read(
            "SELECT min(CASE again_at WHEN '' THEN published_at ELSE again_at END) FROM deliveries WHERE state = 'ready'"
        )
        return _time(found)

    def depth(self) -> Depth:
        ((waiting, taken, dead, oldest),) = self._database.read(
            "SELECT (SELECT count(*) FROM deliveries WHERE state = 'ready'), "
            "(SELECT count(*) FROM deliveries WHERE state = 'taken'), "
            "(SELECT count(*) FROM dead_letters WHERE state = 'dead'), "
            "(SELECT min(published_at) FROM deliveries WHERE state = 'ready')"
        )
        return Depth(waiting, taken, dead, _time(oldest))

    def event(self, id_: str) -> Event | None:
        rows = self._database.read(f"SELECT {_EVENT} FROM events WHERE id = ?", id_)
        return _event(rows[0]) if rows else None

    def events(self, correlation_id: str) -> list[Event]:
        of_journey = "WHERE correlation_id = ? ORDER BY number"
        return [_event(row) for row in self._database.read(f"SELECT {_EVENT} FROM events {of_journey}", correlation_id)]

    def progress(self, events: Sequence[str]) -> list[Progress]:
        rows = self._database.read(
            "SELECT event, stage, state, attempts, error, again_at, done_at, seconds FROM deliveries "
            "WHERE event IN (SELECT value FROM json_each(?)) ORDER BY number",
            json.dumps(list(events)),
        )
        return [_progress(*row) for row in rows]

    def dead_letters(self, all_: bool = False) -> list[DeadLetter]:
        rows = self._database.read(
            f"SELECT {_LETTER} FROM dead_letters l JOIN events e ON e.id = l.event "
            "WHERE ? OR l.state = 'dead' ORDER BY l.number",
            all_,
        )
        return [_letter(*row) for row in rows]

    def claim(self, number: int, at: datetime) -> bool:
        with self._database.writing() as connection:
            is_free = self._is_free(connection, number)
            if is_free:
                values = {"number": number, "mine": self._owner.name}
                connection.execute(f"UPDATE deliveries SET holder = :mine WHERE {_OF_LETTER}", values)
            return is_free

    def leave(self, number: int) -> None:
        values = {"number": number, "mine": self._owner.name}
        with self._database.writing() as connection:
            connection.execute(f"UPDATE deliveries SET holder = NULL WHERE {_OF_LETTER} AND holder = :mine", values)

    def redrive(self, number: int, at: datetime) -> bool:
        values = "state = 'ready', attempts = 0, interruptions = 0, error = NULL, again_at = ''"
        return self._look_after(number, "redriven", values, at)

    def give_up(self, number: int, at: datetime) -> bool:
        return self._look_after(number, "discarded", "state = 'discarded', done_at = :at", at)

    def forget(self, type_: str, before: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS forgotten (id TEXT PRIMARY KEY)")
            connection.execute("DELETE FROM forgotten")
            connection.execute(
                "INSERT INTO forgotten SELECT id FROM events e WHERE type = ? AND NOT EXISTS "
                "(SELECT 1 FROM deliveries d WHERE d.event = e.id AND (d.state <> 'done' OR d.published_at >= ?))",
                (type_, before.isoformat()),
            )
            for statement in ("DELETE FROM deliveries WHERE event", "DELETE FROM events WHERE id"):
                connection.execute(f"{statement} IN (SELECT id FROM forgotten)")

    def _look_after(self, number: int, state: str, delivery: str, at: datetime) -> bool:
        """Both the letter and its delivery; nothing, and False, when somebody else was faster."""
        values = {"number": number, "state": state, "at": at.isoformat()}
        with self._database.writing() as connection:
            is_free = self._is_free(connection, number, or_mine=True)
            if is_free:
                connection.execute(f"UPDATE deliveries SET {delivery}, holder = NULL WHERE {_OF_LETTER}", values)
                letter = "UPDATE dead_letters SET state = :state, settled_at = :at WHERE number = :number"
                connection.execute(letter, values)
            return is_free

    def _is_free(self, connection: sqlite3.Connection, number: int, or_mine: bool = False) -> bool:
        """Whether there is such a dead letter, and nobody who lives has claimed it."""
        found = connection.execute(f"SELECT holder FROM deliveries WHERE {_OF_LETTER}", {"number": number}).fetchone()
        if not found or found[0] is None:
            return bool(found)
        return self._owner.is_gone(found[0]) or (or_mine and found[0] == self._owner.name)


def _waiting(again_at: datetime, at: datetime) -> dict[str, str]:
    return {"state": "ready", "again_at": again_at.isoformat(), "told_at": at.isoformat()}


def _not_before(event: Event) -> str:
    """What need not wait waits for no clock, which may be put back."""
    text = event.data.get("not_before")
    if not text:
        return ""
    at = datetime.fromisoformat(text)
    return (at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at).isoformat()


def _delivery(connection: sqlite3.Connection, event: str, stage: str, attempts: int, interruptions: int) -> Delivery:
    row = connection.execute(f"SELECT {_EVENT} FROM events WHERE id = ?", (event,)).fetchone()
    return Delivery(_event(row), stage, attempts + 1, interruptions)


def _letter(number: int, stage: str, error: str, attempts: int, *rest: Any) -> DeadLetter:
    died_at, state, settled_at, *event = rest
    return DeadLetter(
        number, _event(event), stage, json.loads(error), attempts, datetime.fromisoformat(died_at), state,
        _time(settled_at),
    )  # fmt: skip


def _event(row: Any) -> Event:
    id_, type_, source, time, subject, correlation_id, data = row
    return Event(id_, type_, source, datetime.fromisoformat(time), subject, correlation_id, json.loads(data))


def _progress(event: str, stage: str, state: Any, attempts: int, error: str | None, *rest: Any) -> Progress:
    again_at, done_at, seconds = rest
    return Progress(
        event, stage, state, attempts, json.loads(error) if error else None,
        _time(again_at) if state == "ready" else None, _time(done_at), seconds,
    )  # fmt: skip


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
