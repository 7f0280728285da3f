"""A ledger that forgets when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from headgate.ports import Arrival, Attempt, AttemptOutcome, Claim, Commitment, Run, held_claim


@dataclass
class LedgerPages:
    """What several `MemoryLedger`s of one ledger share, each for an owner of its own; `gone` owners hold nothing."""

    runs: dict[str, Run] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    holds: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)


class MemoryLedger:
    """`Ledger` in memory.

    Args:
        pages: shared with the ledgers of other owners.
    """

    def __init__(self, pages: LedgerPages | None = None, owner: str = "this") -> None:
        self._pages, self._owner = pages or LedgerPages(), owner

    def note(self, arrivals: Iterable[Arrival]) -> None:
        with self._pages.lock:
            for one in arrivals:
                self._pages.arrivals.setdefault(one.event, replace(one, outcome=None))

    def claim(self, arrival: Arrival, at: datetime | None = None) -> Claim:
        pages, now = self._pages, at or arrival.at
        with pages.lock:
            run = arrival.run or ""
            known = pages.runs.get(run)
            if self._is_done_with(arrival):
                return held_claim(known, now)
            self._note(arrival, now)
            if known is None:
                self._take(Run(run, arrival.pipeline or "", arrival.file, "running", None, {}, 0, now, arrival.event))
                return Claim(False, None, now, 1)
            if known.state == "committed":
                return Claim(False, known.state, known.claimed_at, known.attempts)
            if self._is_held(pages.holders.get(run), known.event, arrival.event):
                return held_claim(known, now)
            taken = replace(known, state="running", event=arrival.event, file=arrival.file)
            self._take(replace(taken, verdict=None, settled_at=None))
            return Claim(False, known.state, known.claimed_at, known.attempts + 1)

    def _is_done_with(self, arrival: Arrival) -> bool:
        """Whether it came to its end, or somebody else is at it as another run."""
        before = self._pages.arrivals.get(arrival.event)
        if before is None or before.is_over:
            return before is not None
        other = self._pages.runs.get(before.run or "")
        if other is None or other.run == arrival.run:
            return False
        return self._is_held(self._pages.holders.get(other.run), other.event, arrival.event)

    def _take(self, run: Run) -> None:
        self._pages.runs[run.run] = run
        self._pages.holders[run.run] = self._owner

    def _is_held(self, holder: str | None, event: str, mine: str) -> bool:
        if holder is None or (holder == self._owner and event == mine):
            return False
        return holder not in self._pages.gone

    def _note(self, arrival: Arrival, at: datetime) -> None:
        before = self._pages.arrivals.get(arrival.event)
        if before:
            size = before.size if arrival.size is None else arrival.size
            outcome = None if before.outcome == "dead" else before.outcome
            changed = replace(before, pipeline=arrival.pipeline, size=size, run=arrival.run, outcome=outcome)
        self._pages.arrivals[arrival.event] = changed if before else replace(arrival, outcome=None)
        self._abandon(arrival, at)

    def _abandon(self, arrival: Arrival, at: datetime) -> None:
        """Another run that this arrival claimed before, and that nobody will end."""
        reason = {"code": "contract_changed", "message": "the contract changed before this run came to its end"}
        for run in list(self._pages.runs.values()):
            if run.event == arrival.event and run.run != arrival.run and run.state in ("claimed", "running"):
                self._settle(run.run, state="dead", reason=reason, settled_at=at)

    def commit(self, run: str, event: str, commitment: Commitment, at: datetime) -> None:
        outcome = {
            "state": "committed", "verdict": commitment.verdict, "counts": dict(commitment.counts), "settled_at": at,
            "reason": None, "parent": commitment.parent, "replay": commitment.replay, "replays": commitment.replays,
        }  # fmt: skip
        with self._pages.lock:
            if self._settle(run, **outcome):
                self._attempted(run, event, "committed", None, at)
            self._outcome(event, "processed")
            self._end_holds(event)

    def fail(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        outcome = {"state": "failed", "verdict": "failed", "reason": dict(reason), "settled_at": at}
        with self._pages.lock:
            if self.failed_attempt(run, event) is None and self._settle(run, **outcome):
                self._attempted(run, event, "failed", reason, at)
                self._outcome(event, "failed")
            self._end_holds(event)

    def raised(self, run: str, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        with self._pages.lock:
            known = self._pages.runs.get(run)
            if known and (known.state, known.event) == ("running", event):
                self._settle(run, state="claimed", reason=dict(reason))
                self._attempted(run, event, "raised", reason, at)
            self._end_holds(event)

    def _settle(self, run: str, **outcome: Any) -> bool:
        """What is committed stays as it is."""
        known = self._pages.runs.get(run)
        if known is None or known.state == "committed":
            return False
        self._pages.runs[run] = replace(known, **outcome)
        self._pages.holders.pop(run, None)
        return True

    def _attempted(
        self, run: str, event: str, outcome: AttemptOutcome, reason: Mapping[str, Any] | None, at: datetime
    ) -> None:
        known = self._pages.runs[run]
        self._pages.runs[run] = known = replace(known, attempts=known.attempts + 1)
        reason = None if reason is None else dict(reason)
        self._pages.attempts.append(
            Attempt(run, known.pipeline, known.file, known.attempts, event, outcome, reason, at)
        )

    def _outcome(self, event: str, outcome: Any) -> None:
        if event in self._pages.arrivals:
            self._pages.arrivals[event] = replace(self._pages.arrivals[event], outcome=outcome)

    def close(self, arrival: Arrival, at: datetime | None = None) -> None:
        with self._pages.lock:
            self._note(arrival, at or arrival.at)
            self._outcome(arrival.event, arrival.outcome)

    def bury(self, event: str, reason: Mapping[str, Any], at: datetime) -> None:
        with self._pages.lock:
            for run in [run for run in self._pages.runs.values() if run.event == event]:
                if run.state not in ("committed", "failed"):
                    self._settle(run.run, state="dead", reason=dict(reason), settled_at=at)
            known = self._pages.arrivals.get(event)
            if known and known.run is None and known.outcome is None:
                self._pages.arrivals[event] = replace(known, outcome="dead")
            self._end_holds(event)

    def forget(self, event: str) -> None:
        with self._pages.lock:
            known = self._pages.arrivals.get(event)
            if known and known.run is None and known.outcome in (None, "dead"):
                del self._pages.arrivals[event]

    def _end_holds(self, event: str) -> None:
        self._pages.holds = {name: held for name, held in self._pages.holds.items() if held[1] != event}

    def hold(self, name: str, event: str) -> bool:
        with self._pages.lock:
            holder, by = self._pages.holds.get(name, (None, ""))
            if self._is_held(holder, by, event):
                return False
            self._pages.holds[name] = self._owner, event
            return True

    def let_go(self, name: str, event: str) -> None:
        with self._pages.lock:
            if name in self._pages.holds and self._pages.holds[name][1] == event:
                del self._pages.holds[name]

    def arrival(self, event: str) -> Arrival | None:
        return self._pages.arrivals.get(event)

    def run(self, run: str) -> Run | None:
        return self._pages.runs.get(run)

    def runs(self, pipeline: str | None = None, since: datetime | None = None) -> list[Run]:
        with self._pages.lock:
            found = sorted(self._pages.runs.values(), key=lambda run: (run.claimed_at, run.run))
        return [run for run in found if pipeline in (None, run.pipeline) and (since is None or run.claimed_at >= since)]

    def unended(self, pipeline: str) -> list[Run]:
        return [run for run in self.runs(pipeline) if run.state not in ("committed", "failed")]

    def vanished(self) -> list[Run]:
        with self._pages.lock:
            gone = {run for run, holder in self._pages.holders.items() if holder in self._pages.gone}
            return [run for run in self.runs() if run.state == "running" and run.run in gone]

    def ordinary(self, pipeline: str, until: datetime, count: int) -> list[Run]:
        found = [run for run in self.runs(pipeline) if run.claimed_at <= until and not run.replay and not run.parent]
        return [run for run in found if run.state == "committed"][-count:] if count > 0 else []

    def family(self, run: str) -> list[Run]:
        committed, kin = [one for one in self.runs() if one.state == "committed"], {run}
        while more := {one.run for one in committed if {one.replays, one.parent} & kin} - kin:
            kin |= more
        return [one for one in committed if one.run in kin]

    def arrivals(self, since: datetime, until: datetime, pipeline: str | None = None) -> list[Arrival]:
        with self._pages.lock:
            found = sorted(self._pages.arrivals.values(), key=lambda one: (one.at, one.event))
        return [one for one in found if since <= one.at < until and pipeline in (None, one.pipeline)]

    def last_replay(self, pipeline: str) -> int:
        return max((run.replay for run in self.runs(pipeline)), default=0)

    def failed_attempt(self, run: str, event: str) -> Attempt | None:
        with self._pages.lock:
            attempts = list(self._pages.attempts)
        wanted = run, event, "failed"
        return next((one for one in attempts if (one.run, one.event, one.outcome) == wanted), None)

    def attempts(self, since: datetime, until: datetime) -> list[Attempt]:
        with self._pages.lock:
            found = sorted(self._pages.attempts, key=lambda one: (one.at, one.run, one.number))
        return [one for one in found if since <= one.at < until]
