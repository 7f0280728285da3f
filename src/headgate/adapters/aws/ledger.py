"""The ledger on DynamoDB.

What exactly-once rests on (claims, commits, holds, families, numbers of replays) is read and written by the table's own keys, as it is
after every write that was answered. Lists go by the index, which may lag behind by a moment.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable, Item, Write
from headgate.adapters.aws.ledger_items import (
    arrival_item,
    arrival_of,
    attempt_item,
    attempt_of,
    run_item,
    run_of,
    time_of,
    written,
)
from headgate.core.errors import Transient
from headgate.ports import Arrival, Attempt, AttemptOutcome, Claim, Commitment, Run

# So often a change is begun anew because somebody else changed the same; then it is a later attempt's.
_TRIES = 12
_PAUSE = 0.02
_LAST = "￿"
_UNDER_WAY = ("claimed", "running")


class DynamoLedger:
    """`Ledger` in the table.

    Args:
        owner: this process, unlike any other there ever was.
        lease: how long what it holds stays its own without `renew`; longer than a stage may take.
        clock: gives the time, UTC, naive.
    """

    def __init__(self, table: DynamoTable, owner: str, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._table, self._owner, self._lease, self._clock = table, owner, lease, clock
        self._known_pipelines: set[str] = set()
        self._held: set[str] = set()

    # arrivals and claims

    def note(self, arrivals: Iterable[Arrival]) -> None:
        for one in arrivals:
            self._list_pipeline(one.pipeline)
            self._table.put_new(arrival_item(replace(one, outcome=None), 1))

    def claim(self, arrival: Arrival, at: datetime | None = None) -> Claim:
        now, run = at or arrival.at, arrival.run or ""
        self._noted(arrival, now)
        for _ in _tries(f"run {run}"):
            item = self._table.get(f"run#{run}", "run")
            if item is None:
                begun = Run(run, arrival.pipeline or "", arrival.file, "running", None, {}, 0, now, arrival.event)
                if self._take(begun, None):
                    return Claim(False, None, now, 1)
                continue
            known = run_of(item)
            if known.state == "committed":
                return Claim(False, known.state, known.claimed_at, known.attempts)
            is_held = self._is_held(item, arrival.event)
            taken = replace(
                known, state="running", event=arrival.event, file=arrival.file, verdict=None, settled_at=None
            )
            if is_held or self._take(taken, item):
                return Claim(is_held, known.state, known.claimed_at, known.attempts + 1)
        raise AssertionError

    def _take(self, run: Run, before: Item | None) -> bool:
        item = run_item(run, self._owner, self._clock() + self._lease, _next(before))
        took = self._table.put_when(item, {"version": before["version"] if before else None})
        self._held |= {run.run} if took else set()
        return took

    def _is_held(self, item: Item, mine: str) -> bool:
        holder, until = item.get("holder"), time_of(item.get("held_until"))
        if holder is None or until is None or (holder == self._owner and item["event"] == mine):
            return False
        return until > self._clock()

    def renew(self) -> None:
        """What this process holds stays its own for another lease: for work that has no time limit of its own."""
        until = written(self._clock() + self._lease)
        for run in list(self._held):
            if not self._table.update(f"run#{run}", "run", {"held_until": until}, {"holder": self._owner}):
                self._held.discard(run)

    def _noted(self, arrival: Arrival, at: datetime, **outcome: Any) -> None:
        """Notes an arrival as it is now; what it claimed before under another contract, nobody will end."""
        self._list_pipeline(arrival.pipeline)
        for _ in _tries(f"arrival {arrival.event}"):
            item = self._table.get(f"arrival#{arrival.event}", "arrival")
            before = arrival_of(item) if item else replace(arrival, outcome=None)
            size = before.size if arrival.size is None else arrival.size
            changed = replace(before, pipeline=arrival.pipeline, size=size, run=arrival.run, **outcome)
            version = {"version": item["version"] if item else None}
            if (item and changed == before) or self._table.put_when(arrival_item(changed, _next(item)), version):
                break
        if before.run and before.run != arrival.run:
            self._abandon(before.run, arrival.event, at)

    def _abandon(self, run: str, event: str, at: datetime) -> None:
        reason = {"code": "contract_changed", "message": "the contract changed before this run came to its end"}
        self._die(run, event, reason, at, _UNDER_WAY)

    def _list_pipeline(self, pipeline: str | None) -> None:
        if pipeline and pipeline not in self._known_pipelines:
            self._table.put_new({"pk": "pipelines", "sk": pipeline})
            self._known_pipelines.add(pipeline)

    # ends

    def commit(self, run: str, event: str, commitment: Commitment, at: datetime) -> None:
        for _ in _tries(f"run {run}"):
            item = self._table.get(f"run#{run}", "run")
            known = run_of(item) if item else None
            writes = self._outcome(event, "processed")
            if item and known and known.state != "committed":
                done = replace(
                    known, state="committed", verdict=commitment.verdict, counts=dict(commitment.counts), settled_at=at,
                    reason=None, parent=commitment.parent, replay=commitment.replay, replays=commitment.replays,
                )  # fmt: skip
                writes += [*self._ended(item, done, event, "committed", None, at), *_kinship(done)]
            if not writes or self._table.write_all(writes):
                break
        self._end(run, event)

    def fail(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        for _ in _tries(f"run {run}"):
            item = self._table.get(f"run#{run}", "run")
            known = run_of(item) if item else None
            if not item or not known or known.state == "committed" or self.failed_attempt(run, event):
                break
            failed = replace(known, state="failed", verdict="failed", reason=dict(reason), settled_at=at)
            writes = [*self._ended(item, failed, event, "failed", reason, at), *self._outcome(event, "failed")]
            if self._table.write_all(writes):
                break
        self._end(run, event)

    def raised(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        for _ in _tries(f"run {run}"):
            item = self._table.get(f"run#{run}", "run")
            known = run_of(item) if item else None
            if not item or not known or (known.state, known.event) != ("running", event):
                break
            free = replace(known, state="claimed", reason=dict(reason))
            if self._table.write_all(self._ended(item, free, event, "raised", reason, at)):
                break
        self._end(run, event)

    def _ended(
        self, item: Item, run: Run, event: str, outcome: AttemptOutcome, reason: Mapping[str, Any] | None, at: datetime
    ) -> list[Write]:
        """The run without its holder, and the attempt that ended so."""
        ended = replace(run, attempts=run.attempts + 1)
        said = None if reason is None else dict(reason)
        attempt = Attempt(run.run, run.pipeline, run.file, ended.attempts, event, outcome, said, at)
        version = {"version": item["version"]}
        return [
            Write(run_item(ended, None, None, _next(item)), when=version),
            Write(attempt_item(attempt), is_new=True),
        ]

    def _outcome(self, event: str, outcome: Any) -> list[Write]:
        item = self._table.get(f"arrival#{event}", "arrival")
        if not item or item.get("outcome") == outcome:
            return []
        changed = replace(arrival_of(item), outcome=outcome)
        return [Write(arrival_item(changed, _next(item)), when={"version": item["version"]})]

    def close(self, arrival: Arrival, at: datetime | None = None) -> None:
        self._noted(arrival, at or arrival.at, outcome=arrival.outcome)

    def bury(self, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        known = self.arrival(event)
        if known and known.run:
            self._die(known.run, event, reason, at, ("claimed", "running", "dead"))
        elif known and known.outcome is None:
            self._table.delete(f"arrival#{event}", "arrival", {"run": None, "outcome": None})
        self._end(known.run if known else None, event)

    def _die(self, run: str, event: str, reason: Mapping[str, Any], at: datetime, states: tuple[str, ...]) -> None:
        for _ in _tries(f"run {run}"):
            item = self._table.get(f"run#{run}", "run")
            if not item or item["event"] != event or item["state"] not in states:
                return
            dead = replace(run_of(item), state="dead", reason=dict(reason), settled_at=at)
            if self._table.put_when(run_item(dead, None, None, _next(item)), {"version": item["version"]}):
                return

    def _end(self, run: str | None, event: str) -> None:
        self._held.discard(run or "")
        for item in self._table.query(f"arrival#{event}", "hold#"):
            self.let_go(item["sk"].removeprefix("hold#"), event)

    # holds

    def hold(self, name: str, event: str) -> bool:
        # First that there may be one, so that its end finds it.
        self._table.put({"pk": f"arrival#{event}", "sk": f"hold#{name}"})
        for _ in _tries(name):
            item = self._table.get(f"hold#{name}", "hold")
            if item and self._is_held(item, event):
                return False
            held = {
                "pk": f"hold#{name}", "sk": "hold", "event": event, "holder": self._owner, "version": _next(item),
                "held_until": written(self._clock() + self._lease),
            }  # fmt: skip
            if self._table.put_when(held, {"version": item["version"] if item else None}):
                return True
        raise AssertionError

    def let_go(self, name: str, event: str) -> None:
        self._table.delete(f"hold#{name}", "hold", {"event": event})
        self._table.delete(f"arrival#{event}", f"hold#{name}")

    # what there is

    def arrival(self, event: str) -> Arrival | None:
        item = self._table.get(f"arrival#{event}", "arrival")
        return arrival_of(item) if item else None

    def run(self, run: str) -> Run | None:
        item = self._table.get(f"run#{run}", "run")
        return run_of(item) if item else None

    def runs(self, pipeline: str | None = None, since: datetime | None = None) -> list[Run]:
        found = (run_of(item) for item in self._listed("run", pipeline, since, None))
        return sorted(found, key=lambda run: (run.claimed_at, run.run))

    def ordinary(self, pipeline: str, until: datetime, count: int) -> list[Run]:
        items = self._table.by_day(f"run#{pipeline}", until=f"{written(until)}#{_LAST}", backwards=True)
        committed = (run_of(item) for item in items if item["state"] == "committed")
        wanted = (run for run in committed if not run.replay and not run.parent)
        return list(islice(wanted, max(count, 0)))[::-1]

    def family(self, run: str) -> list[Run]:
        found, kin, waiting = [], {run}, [run]
        while waiting:
            name = waiting.pop()
            known = self.run(name)
            if known and known.state == "committed":
                found.append(known)
                younger = [item["sk"] for item in self._table.query(f"kin#{name}") if item["sk"] not in kin]
                kin.update(younger)
                waiting += younger
        return sorted(found, key=lambda one: (one.claimed_at, one.run))

    def arrivals(self, since: datetime, until: datetime, pipeline: str | None = None) -> list[Arrival]:
        found = (arrival_of(item) for item in self._listed("arrival", pipeline, since, until))
        return sorted((one for one in found if one.at < until), key=lambda one: (one.at, one.event))

    def last_replay(self, pipeline: str) -> int:
        return max((int(item["sk"]) for item in self._table.query(f"replays#{pipeline}")), default=0)

    def failed_attempt(self, run: str, event: str) -> Attempt | None:
        attempts = (attempt_of(item) for item in self._table.query(f"run#{run}", "attempt#"))
        return next((one for one in attempts if (one.event, one.outcome) == (event, "failed")), None)

    def attempts(self, since: datetime, until: datetime) -> list[Attempt]:
        found = (attempt_of(item) for item in self._listed("attempt", None, since, until))
        return sorted((one for one in found if one.at < until), key=lambda one: (one.at, one.run, one.number))

    def _listed(
        self, kind: str, pipeline: str | None, since: datetime | None, until: datetime | None
    ) -> Iterator[Item]:
        """By pipeline, so that no part of the index takes all the writing; what belongs to none is one of them."""
        every = ["", *(item["sk"] for item in self._table.query("pipelines"))]
        span = written(since) if since else None, written(until) if until else None
        for name in every if pipeline is None else [pipeline]:
            yield from self._table.by_day(f"{kind}#{name}", *span)


def _kinship(run: Run) -> list[Write]:
    older = dict.fromkeys(one for one in (run.parent, run.replays) if one)
    kin = [Write({"pk": f"kin#{one}", "sk": run.run}) for one in older]
    replays = {"pk": f"replays#{run.pipeline}", "sk": f"{run.replay:06}"}
    return [*kin, Write(replays)] if run.replay else kin


def _next(item: Item | None) -> int:
    return int(item["version"]) + 1 if item else 1


def _tries(what: str) -> Iterator[None]:
    """Until whoever asks breaks off; each a little later than the one before.

    Raises:
        Transient: others changed the same all the time.
    """
    for number in range(_TRIES):
        if number:
            time.sleep(_PAUSE * number * (1 + random.random()))
        yield
    raise Transient(f"others are changing {what} all the time", next="it is tried again by itself", code="busy_ledger")
