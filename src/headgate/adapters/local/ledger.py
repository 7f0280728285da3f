"""The ledger in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from headgate.adapters.local.database import Database
from headgate.adapters.local.owner import Onlooker, Owner
from headgate.ports import Arrival, Attempt, AttemptOutcome, Claim, Commitment, Run, held_claim

_RUN = "run, pipeline, file, state, verdict, counts, attempts, claimed_at, event, settled_at, reason, parent, replay, replays"
_ARRIVAL = "event, at, pipeline, key, file, size, run, outcome"
_NOTE = f"INSERT INTO arrivals ({_ARRIVAL}) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)"
_ATTEMPT = "run, pipeline, file, number, event, outcome, reason, at"
_ORDINARY = """
WHERE pipeline = ? AND claimed_at <= ? AND state = 'committed' AND replay = 0 AND parent IS NULL
ORDER BY claimed_at DESC, run DESC LIMIT ?
"""
_FAMILY = f"""
WITH RECURSIVE kin (name) AS (
    SELECT run FROM runs WHERE run = ? AND state = 'committed'
    UNION SELECT runs.run FROM kin JOIN runs ON runs.replays = kin.name AND runs.state = 'committed'
    UNION SELECT runs.run FROM kin JOIN runs ON runs.parent = kin.name AND runs.state = 'committed'
)
SELECT {_RUN} FROM kin JOIN runs ON runs.run = kin.name ORDER BY claimed_at, run
"""
_FAILED = "WHERE run = ? AND event = ? AND outcome = 'failed'"


class SqliteLedger:
    """`Ledger` in a SQLite file.

    Args:
        owner: this process; what one that is gone held is free.
    """

    def __init__(self, database: Database, owner: Owner | Onlooker) -> None:
        self._database, self._owner = database, owner

    def note(self, arrivals: Iterable[Arrival]) -> None:
        with self._database.writing() as connection:
            for one in arrivals:
                values = one.event, one.at.isoformat(), one.pipeline, one.key, one.file, one.size, one.run
                connection.execute(f"{_NOTE} ON CONFLICT (event) DO NOTHING", values)

    def claim(self, arrival: Arrival, at: datetime | None = None) -> Claim:
        now = at or arrival.at
        with self._database.writing() as connection:
            row = connection.execute(f"SELECT holder, {_RUN} FROM runs WHERE run = ?", (arrival.run,)).fetchone()
            known = _run(row[1:]) if row else None
            if self._is_done_with(connection, arrival):
                return held_claim(known, now)
            _note(connection, arrival, now)
            if known is None:
                self._begin(connection, arrival, now)
                return Claim(False, None, now, 1)
            if known.state == "committed":
                return Claim(False, known.state, known.claimed_at, known.attempts)
            if self._is_held(row[0], known.event, arrival.event):
                return held_claim(known, now)
            self._take(connection, arrival)
            return Claim(False, known.state, known.claimed_at, known.attempts + 1)

    def _is_done_with(self, connection: sqlite3.Connection, arrival: Arrival) -> bool:
        """Whether it came to its end, or somebody else is at it as another run."""
        row = connection.execute(f"SELECT {_ARRIVAL} FROM arrivals WHERE event = ?", (arrival.event,)).fetchone()
        before = _arrival(row) if row else None
        if before is None or before.is_over:
            return before is not None
        other = connection.execute(
            "SELECT holder, event FROM runs WHERE run = ? AND run IS NOT ?", (before.run, arrival.run)
        ).fetchone()
        return other is not None and self._is_held(other[0], other[1], arrival.event)

    def _take(self, connection: sqlite3.Connection, arrival: Arrival) -> None:
        connection.execute(
            "UPDATE runs SET state = 'running', holder = ?, event = ?, file = ?, verdict = NULL, settled_at = NULL "
            "WHERE run = ?",
            (self._owner.name, arrival.event, arrival.file, arrival.run),
        )

    def _begin(self, connection: sqlite3.Connection, arrival: Arrival, at: datetime) -> None:
        connection.execute(
            "INSERT INTO runs (run, pipeline, file, state, claimed_at, event, holder) VALUES (?, ?, ?, 'running', ?, ?, ?)",
            (arrival.run, arrival.pipeline, arrival.file, at.isoformat(), arrival.event, self._owner.name),
        )

    def _is_held(self, holder: str | None, event: str, mine: str) -> bool:
        if holder is None or (holder == self._owner.name and event == mine):
            return False
        return not self._owner.is_gone(holder)

    def commit(self, run: str, event: str, commitment: Commitment, at: datetime) -> None:
        values = {
            "state": "committed", "verdict": commitment.verdict, "counts": json.dumps(dict(commitment.counts)),
            "settled_at": at.isoformat(), "reason": None, "holder": None,
            "parent": commitment.parent, "replay": commitment.replay, "replays": commitment.replays,
        }  # fmt: skip
        with self._database.writing() as connection:
            if self._settle(connection, run, values):
                _attempted(connection, run, event, "committed", None, at)
            connection.execute("UPDATE arrivals SET outcome = 'processed' WHERE event = ?", (event,))
            _end_holds(connection, event)

    def fail(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        said = json.dumps(dict(reason))
        values = {
            "state": "failed", "verdict": "failed", "reason": said, "settled_at": at.isoformat(), "holder": None,
        }  # fmt: skip
        with self._database.writing() as connection:
            if not _has_failed(connection, run, event) and self._settle(connection, run, values):
                _attempted(connection, run, event, "failed", said, at)
                connection.execute("UPDATE arrivals SET outcome = 'failed' WHERE event = ?", (event,))
            _end_holds(connection, event)

    def raised(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        said = json.dumps(dict(reason))
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE runs SET state = 'claimed', holder = NULL, reason = ? "
                "WHERE run = ? AND event = ? AND state = 'running'",
                (said, run, event),
            )
            if changed.rowcount:
                _attempted(connection, run, event, "raised", said, at)
            _end_holds(connection, event)

    @staticmethod
    def _settle(connection: sqlite3.Connection, run: str, values: Mapping[str, Any]) -> bool:
        """What is committed stays as it is."""
        changes = ", ".join(f"{column} = ?" for column in values)
        statement = f"UPDATE runs SET {changes} WHERE run = ? AND state <> 'committed'"
        return connection.execute(statement, (*values.values(), run)).rowcount == 1

    def close(self, arrival: Arrival, at: datetime | None = None) -> None:
        with self._database.writing() as connection:
            _note(connection, arrival, at or arrival.at)
            connection.execute("UPDATE arrivals SET outcome = ? WHERE event = ?", (arrival.outcome, arrival.event))

    def bury(self, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET state = 'dead', holder = NULL, reason = ?, settled_at = ? "
                "WHERE event = ? AND state NOT IN ('committed', 'failed')",
                (json.dumps(dict(reason)), at.isoformat(), event),
            )
            connection.execute(
                "UPDATE arrivals SET outcome = 'dead' WHERE event = ? AND run IS NULL AND outcome IS NULL", (event,)
            )
            _end_holds(connection, event)

    def forget(self, event: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM arrivals WHERE event = ? AND run IS NULL AND coalesce(outcome, 'dead') = 'dead'", (event,)
            )

    def hold(self, name: str, event: str) -> bool:
        with self._database.writing() as connection:
            found = connection.execute("SELECT owner, event FROM holds WHERE name = ?", (name,)).fetchone()
            if found and self._is_held(found[0], found[1], event):
                return False
            connection.execute("INSERT OR REPLACE INTO holds VALUES (?, ?, ?)", (name, self._owner.name, event))
            return True

    def let_go(self, name: str, event: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM holds WHERE name = ? AND event = ?", (name, event))

    def arrival(self, event: str) -> Arrival | None:
        rows = self._database.read(f"SELECT {_ARRIVAL} FROM arrivals WHERE event = ?", event)
        return _arrival(rows[0]) if rows else None

    def run(self, run: str) -> Run | None:
        rows = self._database.read(f"SELECT {_RUN} FROM runs WHERE run = ?", run)
        return _run(rows[0]) if rows else None

    def runs(self, pipeline: str | None = None, since: datetime | None = None) -> list[Run]:
        rows = self._database.read(
            f"SELECT {_RUN} FROM runs WHERE (:pipeline IS NULL OR pipeline = :pipeline) "
            "AND (:since IS NULL OR claimed_at >= :since) ORDER BY claimed_at, run",
            pipeline=pipeline,
            since=since.isoformat() if since else None,
        )
        return [_run(row) for row in rows]

    def unended(self, pipeline: str) -> list[Run]:
        rows = self._database.read(
            f"SELECT {_RUN} FROM runs WHERE pipeline = ? AND state NOT IN ('committed', 'failed') "
            "ORDER BY claimed_at, run",
            pipeline,
        )
        return [_run(row) for row in rows]

    def vanished(self) -> list[Run]:
        held = "FROM runs WHERE holder IS NOT NULL"
        holders = self._database.read(f"SELECT DISTINCT holder {held}")
        gone = {holder for (holder,) in holders if self._owner.is_gone(holder)}
        if not gone:
            return []
        # Read only now: who is gone by now may have ended a run of his just before.
        rows = self._database.read(f"SELECT holder, {_RUN} {held} ORDER BY claimed_at, run")
        return [_run(row[1:]) for row in rows if row[0] in gone]

    def ordinary(self, pipeline: str, until: datetime, count: int) -> list[Run]:
        rows = self._database.read(f"SELECT {_RUN} FROM runs {_ORDINARY}", pipeline, until.isoformat(), max(count, 0))
        return [_run(row) for row in reversed(rows)]

    def family(self, run: str) -> list[Run]:
        return [_run(row) for row in self._database.read(_FAMILY, run)]

    def arrivals(self, since: datetime, until: datetime, pipeline: str | None = None) -> list[Arrival]:
        rows = self._database.read(
            f"SELECT {_ARRIVAL} FROM arrivals WHERE at >= :since AND at < :until "
            "AND (:pipeline IS NULL OR pipeline = :pipeline) ORDER BY at, event",
            since=since.isoformat(),
            until=until.isoformat(),
            pipeline=pipeline,
        )
        return [_arrival(row) for row in rows]

    def last_replay(self, pipeline: str) -> int:
        ((number,),) = self._database.read("SELECT max(replay) FROM runs WHERE pipeline = ? AND replay > 0", pipeline)
        return number or 0

    def failed_attempt(self, run: str, event: str) -> Attempt | None:
        rows = self._database.read(f"SELECT {_ATTEMPT} FROM attempts {_FAILED}", run, event)
        return _attempt(rows[0]) if rows else None

    def attempts(self, since: datetime, until: datetime) -> list[Attempt]:
        span = "WHERE at >= ? AND at < ? ORDER BY at, run, number"
        rows = self._database.read(f"SELECT {_ATTEMPT} FROM attempts {span}", since.isoformat(), until.isoformat())
        return [_attempt(row) for row in rows]


def _note(connection: sqlite3.Connection, arrival: Arrival, at: datetime) -> None:
    """The arrival as it was first noted, but for its run, which another contract may have changed since."""
    values = (
        arrival.event, arrival.at.isoformat(), arrival.pipeline, arrival.key, arrival.file, arrival.size, arrival.run,
    )  # fmt: skip
    connection.execute(
        f"{_NOTE} ON CONFLICT (event) DO UPDATE SET pipeline = excluded.pipeline, size = coalesce(excluded.size, size), "
        "run = excluded.run, outcome = nullif(outcome, 'dead')",
        values,
    )
    _abandon(connection, arrival, at)


def _abandon(connection: sqlite3.Connection, arrival: Arrival, at: datetime) -> None:
    """Another run that this arrival claimed before, and that nobody will end, must not look as if somebody were at it."""
    reason = {"code": "contract_changed", "message": "the contract changed before this run came to its end"}
    connection.execute(
        "UPDATE runs SET state = 'dead', holder = NULL, reason = ?, settled_at = ? "
        "WHERE event = ? AND run IS NOT ? AND state IN ('claimed', 'running')",
        (json.dumps(reason), at.isoformat(), arrival.event, arrival.run),
    )


def _has_failed(connection: sqlite3.Connection, run: str, event: str) -> bool:
    return connection.execute(f"SELECT 1 FROM attempts {_FAILED}", (run, event)).fetchone() is not None


def _end_holds(connection: sqlite3.Connection, event: str) -> None:
    connection.execute("DELETE FROM holds WHERE event = ?", (event,))


def _attempted(
    connection: sqlite3.Connection, run: str, event: str, outcome: AttemptOutcome, reason: str | None, at: datetime
) -> None:
    connection.execute(
        f"INSERT INTO attempts ({_ATTEMPT}) "
        "SELECT run, pipeline, file, attempts + 1, ?, ?, ?, ? FROM runs WHERE run = ?",
        (event, outcome, reason, at.isoformat(), run),
    )
    connection.execute("UPDATE runs SET attempts = attempts + 1 WHERE run = ?", (run,))


def _run(row: Any) -> Run:
    run, pipeline, file, state, verdict, counts, attempts, claimed_at, event, settled_at, reason, *rest = row
    return Run(
        run, pipeline, file, state, verdict, json.loads(counts), attempts, datetime.fromisoformat(claimed_at), event,
        _time(settled_at), json.loads(reason) if reason else None, *rest,
    )  # fmt: skip


def _arrival(row: Any) -> Arrival:
    return Arrival(row[0], datetime.fromisoformat(row[1]), *row[2:])


def _attempt(row: Any) -> Attempt:
    run, pipeline, file, number, event, outcome, reason, at = row
    said = json.loads(reason) if reason else None
    return Attempt(run, pipeline, file, number, event, outcome, said, datetime.fromisoformat(at))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
