"""The ledger on DynamoDB.

What exactly-once rests on (claims, commits, holds, families, the runs before a run, open runs, numbers of replays) is read and
written by the table's own keys, as it is after every write that was answered. Other lists go by the index, which may lag behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable, Item, Removal, Write
from headgate.adapters.aws.ledger_items import (
    arrival_item,
    arrival_key,
    arrival_of,
    attempt_item,
    attempt_of,
    closed,
    next_version,
    opened,
    ordinary_until,
    placed,
    run_item,
    run_key,
    run_of,
    unchanged,
    written,
)
from headgate.adapters.aws.ledger_leases import Holds, Lease, tries
from headgate.ports import Arrival, Attempt, AttemptOutcome, Claim, Commitment, Run, held_claim

_UNDER_WAY = ("claimed", "running")
_ENDED = ("committed", "failed")


class DynamoLedger:
    """`Ledger` in the table.

    Args:
        owner: this process, unlike any other there ever was.
        lease: how long what it holds stays its own without `renew`; longer than a stage may take.
        clock: gives the time, UTC, naive.
    """

    def __init__(self, table: DynamoTable, owner: str, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._table, self._lease = table, Lease(owner, lease, clock)
        self._holds = Holds(table, self._lease)
        self._known_pipelines: set[str] = set()
        self._my_runs: dict[str, str] = {}
        self._my_holds: dict[str, str] = {}

    # arrivals and claims

    def note(self, arrivals: Iterable[Arrival]) -> None:
        for one in arrivals:
            self._list_pipeline(one.pipeline)
            self._table.put_new(arrival_item(replace(one, outcome=None), 1))

    def claim(self, arrival: Arrival, at: datetime | None = None) -> Claim:
        now, run = at or arrival.at, arrival.run or ""
        if self._is_elsewhere(arrival):
            return held_claim(self.run(run), now)
        self._noted(arrival, now)
        for _ in tries(f"run {run}"):
            item = self._table.get(*run_key(run))
            if item is None:
                begun = Run(run, arrival.pipeline or "", arrival.file, "running", None, {}, 0, now, arrival.event)
                if self._take(begun, None):
                    return Claim(False, None, now, 1)
                continue
            # After the run: an end that is not seen here changes the run, and it is not taken.
            known, is_over = run_of(item), self._is_over(arrival.event)
            if is_over or (known.state != "committed" and self._lease.is_held(item, arrival.event)):
                return held_claim(known, now)
            if known.state == "committed":
                return Claim(False, known.state, known.claimed_at, known.attempts)
            taken = replace(
                known, state="running", event=arrival.event, file=arrival.file, verdict=None, settled_at=None
            )
            if self._take(taken, item):
                return Claim(False, known.state, known.claimed_at, known.attempts + 1)
        raise AssertionError

    def _is_over(self, event: str) -> bool:
        before = self.arrival(event)
        return before is not None and before.is_over

    def _is_elsewhere(self, arrival: Arrival) -> bool:
        """Whether it came to its end, or was committed or is held by somebody else as another run."""
        before = self.arrival(arrival.event)
        if before is None or before.is_over:
            return before is not None
        if before.run in (None, arrival.run):
            return False
        other = self._table.get(*run_key(before.run or ""))
        if other is None or other["event"] != arrival.event:
            return False
        return bool(other["state"] == "committed") or self._lease.is_held(other, arrival.event)

    def _take(self, run: Run, before: Item | None) -> bool:
        item = run_item(run, next_version(before), self._lease.terms())
        is_open = before is not None and before["state"] not in _ENDED
        writes = [Write(item, when=unchanged(before)), *([] if is_open else [opened(run)])]
        took = self._table.write_all(writes)
        if took:
            self._my_runs[run.run] = run.event
        return took

    def renew(self) -> None:
        """What this process holds stays its own for another lease: for work that has no time limit of its own."""
        for run, event in list(self._my_runs.items()):
            if not self._lease.renew(self._table, run_key(run), event):
                self._my_runs.pop(run, None)
        for name, event in list(self._my_holds.items()):
            if not self._holds.renew(name, event):
                self._my_holds.pop(name, None)

    def _noted(self, arrival: Arrival, at: datetime, **outcome: Any) -> None:
        """Notes an arrival as it is now; what it claimed before under another contract, nobody will end."""
        self._list_pipeline(arrival.pipeline)
        for _ in tries(f"arrival {arrival.event}"):
            item = self._table.get(*arrival_key(arrival.event))
            before = _taken_up(arrival_of(item)) if item else replace(arrival, outcome=None)
            if before.run and before.run != arrival.run:
                # First, as afterwards nobody knows of it any more.
                self._abandon(before.run, arrival.event, at)
            size = before.size if arrival.size is None else arrival.size
            changed = replace(before, pipeline=arrival.pipeline, size=size, run=arrival.run, **outcome)
            if item and changed == arrival_of(item):
                return
            if self._table.put_when(arrival_item(changed, next_version(item)), unchanged(item)):
                return

    def _abandon(self, run: str, event: str, at: datetime) -> None:
        reason = {"code": "contract_changed", "message": "the contract changed before this run came to its end"}
        self._die(run, event, reason, at, _UNDER_WAY)

    def _list_pipeline(self, pipeline: str | None) -> None:
        if pipeline and pipeline not in self._known_pipelines:
            self._table.put_new({"pk": "pipelines", "sk": pipeline})
            self._known_pipelines.add(pipeline)

    # ends

    def commit(self, run: str, event: str, commitment: Commitment, at: datetime) -> None:
        for _ in tries(f"run {run}"):
            item = self._table.get(*run_key(run))
            known = run_of(item) if item else None
            writes: list[Write | Removal] = [*self._outcome(event, "processed")]
            if item and known and known.state != "committed":
                done = replace(
                    known, state="committed", verdict=commitment.verdict, counts=dict(commitment.counts), settled_at=at,
                    reason=None, parent=commitment.parent, replay=commitment.replay, replays=commitment.replays,
                )  # fmt: skip
                writes += [*self._ended(item, done, event, "committed", None, at), *placed(done), closed(done)]
            if not writes or self._table.write_all(writes):
                break
        self._end(run, event)

    def fail(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        for _ in tries(f"run {run}"):
            item = self._table.get(*run_key(run))
            known = run_of(item) if item else None
            if not item or not known or known.state == "committed" or self.failed_attempt(run, event):
                break
            failed = replace(known, state="failed", verdict="failed", reason=dict(reason), settled_at=at)
            ended = self._ended(item, failed, event, "failed", reason, at)
            if self._table.write_all([*ended, closed(failed), *self._outcome(event, "failed")]):
                break
        self._end(run, event)

    def raised(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        for _ in tries(f"run {run}"):
            item = self._table.get(*run_key(run))
            # Whoever's time is over must not free what another took for the same event since.
            if not item or (item["state"], item["event"], item.get("holder")) != ("running", event, self._lease.owner):
                break
            free = replace(run_of(item), state="claimed", reason=dict(reason))
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
        return [
            Write(run_item(ended, next_version(item)), when=unchanged(item)),
            Write(attempt_item(attempt), is_new=True),
        ]

    def _outcome(self, event: str, outcome: Any) -> list[Write]:
        item = self._table.get(*arrival_key(event))
        if not item or item.get("outcome") == outcome:
            return []
        changed = replace(arrival_of(item), outcome=outcome)
        return [Write(arrival_item(changed, next_version(item)), when=unchanged(item))]

    def close(self, arrival: Arrival, at: datetime | None = None) -> None:
        self._noted(arrival, at or arrival.at, outcome=arrival.outcome)

    def bury(self, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        known = self.arrival(event)
        if known and known.run:
            self._die(known.run, event, reason, at, (*_UNDER_WAY, "dead"))
        elif known and known.outcome is None:
            self._lose(event)
        self._end(known.run if known else None, event)

    def forget(self, event: str) -> None:
        for outcome in (None, "dead"):
            if self._table.delete(*arrival_key(event), {"run": None, "outcome": outcome}):
                return

    def _lose(self, event: str) -> None:
        """An arrival that nothing was begun with is dead."""
        item = self._table.get(*arrival_key(event))
        if item and not item.get("run") and not item.get("outcome"):
            lost = replace(arrival_of(item), outcome="dead")
            # Where another took it up at this moment, it is not.
            self._table.put_when(arrival_item(lost, next_version(item)), unchanged(item))

    def _die(self, run: str, event: str, reason: Mapping[str, Any], at: datetime, states: tuple[str, ...]) -> None:
        for _ in tries(f"run {run}"):
            item = self._table.get(*run_key(run))
            if not item or item["event"] != event or item["state"] not in states:
                return
            dead = replace(run_of(item), state="dead", reason=dict(reason), settled_at=at)
            if self._table.put_when(run_item(dead, next_version(item)), unchanged(item)):
                return

    def _end(self, run: str | None, event: str) -> None:
        if self._my_runs.get(run or "") == event:
            self._my_runs.pop(run or "", None)
        self._holds.end(event)

    # holds

    def hold(self, name: str, event: str) -> bool:
        took = self._holds.take(name, event)
        if took:
            self._my_holds[name] = event
        return took

    def let_go(self, name: str, event: str) -> None:
        self._my_holds.pop(name, None)
        self._holds.let_go(name, event)

    # what there is

    def arrival(self, event: str) -> Arrival | None:
        item = self._table.get(*arrival_key(event))
        return arrival_of(item) if item else None

    def run(self, run: str) -> Run | None:
        item = self._table.get(*run_key(run))
        return run_of(item) if item else None

    def runs(self, pipeline: str | None = None, since: datetime | None = None) -> list[Run]:
        """Of those that came to no end none is missing or stale."""
        found = {item["run"]: run_of(item) for item in self._listed("run", pipeline, since, None)}
        asked = {name for name, run in found.items() if run.state not in _ENDED}
        asked |= {item["run"] for name in self._pipelines(pipeline) for item in self._open(name)}
        found |= {item["run"]: run_of(item) for item in self._runs(sorted(asked))}
        return _in_order(run for run in found.values() if since is None or run.claimed_at >= since)

    def unended(self, pipeline: str) -> list[Run]:
        return _in_order(run_of(item) for item in self._runs([item["run"] for item in self._open(pipeline)]))

    def vanished(self) -> list[Run]:
        """Whose time with a run is over, and who did not end it, is gone."""
        names = [item["run"] for name in self._pipelines(None) for item in self._open(name)]
        return _in_order(run_of(item) for item in self._runs(names) if self._lease.is_over(item))

    def ordinary(self, pipeline: str, until: datetime, count: int) -> list[Run]:
        if count <= 0:
            return []
        last = self._table.query(f"pipeline#{pipeline}", "ordinary#", True, ordinary_until(until), count)
        return [run_of(item) for item in self._runs([item["run"] for item in islice(last, count)][::-1])]

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
        return _in_order(found)

    def arrivals(self, since: datetime, until: datetime, pipeline: str | None = None) -> list[Arrival]:
        found = (arrival_of(item) for item in self._listed("arrival", pipeline, since, until))
        return sorted((one for one in found if one.at < until), key=lambda one: (one.at, one.event))

    def last_replay(self, pipeline: str) -> int:
        last = self._table.query(f"pipeline#{pipeline}", "replay#", backwards=True, at_once=1)
        return next((int(item["number"]) for item in last), 0)

    def failed_attempt(self, run: str, event: str) -> Attempt | None:
        attempts = (attempt_of(item) for item in self._table.query(f"run#{run}", "attempt#"))
        return next((one for one in attempts if (one.event, one.outcome) == (event, "failed")), None)

    def attempts(self, since: datetime, until: datetime) -> list[Attempt]:
        found = (attempt_of(item) for item in self._listed("attempt", None, since, until))
        return sorted((one for one in found if one.at < until), key=lambda one: (one.at, one.run, one.number))

    def _runs(self, names: list[str]) -> list[Item]:
        return self._table.get_all([run_key(name) for name in names])

    def _open(self, pipeline: str) -> Iterator[Item]:
        return self._table.query(f"pipeline#{pipeline}", "open#")

    def _pipelines(self, one: str | None) -> list[str]:
        return [item["sk"] for item in self._table.query("pipelines")] if one is None else [one]

    def _listed(
        self, kind: str, pipeline: str | None, since: datetime | None, until: datetime | None
    ) -> Iterator[Item]:
        """By pipeline, so that no part of the index takes all the writing; what belongs to none is one of them."""
        if since and until and since > until:
            # DynamoDB refuses such a span, which moto takes.
            return
        for name in [*self._pipelines(pipeline), *([""] if pipeline is None else [])]:
            first, last = (written(at) if at else None for at in (since, until))
            yield from self._table.by_day(f"{kind}#{name}", first, last)


def _taken_up(arrival: Arrival) -> Arrival:
    return replace(arrival, outcome=None) if arrival.outcome == "dead" else arrival


def _in_order(runs: Iterable[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.claimed_at, run.run))
