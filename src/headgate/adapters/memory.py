"""The in-memory family: for tests and for trying a stage in isolation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from headgate.ports import Claim, Run


class MemoryLedger:
    """A ledger that forgets when the process ends."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._arrivals: list[str] = []

    def arrive(self, key: str, at: datetime) -> int:
        self._arrivals.append(key)
        return len(self._arrivals)

    def claim(self, run: str, pipeline: str, file: str, at: datetime) -> Claim:
        known = self._runs.get(run)
        if known and known.state == "committed":
            return Claim("committed", known.claimed_at, known.attempts)
        before = known or Run(run, pipeline, file, "claimed", None, {}, 0, at)
        self._runs[run] = replace(before, state="running", attempts=before.attempts + 1)
        return Claim(known.state if known else None, before.claimed_at, before.attempts + 1)

    def commit(self, run: str, verdict: str, counts: Mapping[str, int | None]) -> None:
        self._settle(run, state="committed", verdict=verdict, counts=dict(counts))

    def fail(self, run: str, reason: Mapping[str, Any]) -> None:
        self._settle(run, state="failed", verdict="failed")

    def runs(self) -> list[Run]:
        return list(self._runs.values())

    def _settle(self, run: str, **outcome: Any) -> None:
        """What is committed stays as it is."""
        if self._runs[run].state != "committed":
            self._runs[run] = replace(self._runs[run], **outcome)


class MemoryMailer:
    """Keeps the mails it was given in `sent`."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        self.sent.append(message)
